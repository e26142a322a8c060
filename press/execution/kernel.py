"""One kernel for a page: started on this very interpreter, told how to draw, and ended with its children."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from press.errors import PressError

SETUP = """
def _press_setup(width, height, dpi, formats):
    import importlib.util
    if importlib.util.find_spec("matplotlib") is None:
        return
    import matplotlib
    import matplotlib_inline.backend_inline as inline
    matplotlib.rcParams.update({{"figure.figsize": (width, height), "figure.dpi": dpi, "savefig.dpi": dpi}})
    inline.set_matplotlib_formats(formats)
_press_setup({width}, {height}, {dpi}, {formats!r})
del _press_setup
"""


@dataclass(frozen=True)
class Figures:
    """How pictures are drawn: inches, dots per inch, format. The values are Quarto's for HTML."""

    width: float = 7
    height: float = 5
    dpi: int = 96
    format: str = "retina"


@contextlib.contextmanager
def kernel(root: Path, page: PurePosixPath, timeout: int) -> Iterator[Any]:
    """Start a kernel on this very interpreter and end it, with its children, whatever happens."""
    import nbformat
    from jupyter_client.kernelspec import KernelSpec
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient
    from nbclient.util import run_sync

    place = Path(tempfile.mkdtemp(prefix="press-"))  # private, so the kernel's sockets are too
    socket = place / "kernel.json"
    # A local socket's path must be short; where the temporary folder's is long, TCP serves.
    transport = "ipc" if os.name == "posix" and len(str(socket)) < 80 else "tcp"
    manager = AsyncKernelManager(
        kernel_name="python3", connection_file=str(socket), transport=transport
    )
    argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    manager._kernel_spec = KernelSpec(argv=argv, display_name="Python 3", language="python")
    notebook = nbformat.v4.new_notebook()
    client = NotebookClient(notebook, km=manager, timeout=timeout, record_timing=False)
    folder = (root / page).parent
    path = os.pathsep.join(filter(None, [str(root), os.environ.get("PYTHONPATH", "")]))
    env = {**os.environ, "PYTHONPATH": path, "QUARTO_PROJECT_ROOT": str(root), "PRESS": "1"}
    group = None
    try:
        try:
            with (place / "stderr.txt").open("wb") as log:
                client.start_new_kernel(cwd=str(folder), env=env, stderr=log)
            group = getattr(manager.provisioner, "pgid", None)
            client.start_new_kernel_client()
        except RuntimeError as error:
            raise PressError(f"{page}: the Python kernel did not start: {error}") from error
        yield client
    finally:
        with contextlib.suppress(Exception):
            if client.kc is not None:
                client.kc.stop_channels()
        with contextlib.suppress(Exception):
            run_sync(manager.shutdown_kernel)(now=True)
        if group:
            with contextlib.suppress(OSError):
                os.killpg(group, signal.SIGKILL)
        shutil.rmtree(place, ignore_errors=True)


def prepare(client: Any, figures: Figures) -> None:
    """Tell a kernel how pictures are drawn."""
    import nbformat

    setup = SETUP.format(
        width=figures.width,
        height=figures.height,
        dpi=figures.dpi,
        formats=figures.format,
    )
    client.nb.cells = [nbformat.v4.new_code_cell(setup)]
    client.timeout = 300  # matplotlib may build its font cache, which is not the page's doing
    client.execute_cell(client.nb.cells[0], 0, store_history=False)
