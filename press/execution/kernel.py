"""A page's cells run in one kernel, with the page's folder as the working directory."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from press.errors import PressError
from press.input.cells import CodeCell, Prose, Segment
from press.input.source import PageSource

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

QUIT = "ends the kernel with quit() or exit(), and all that follows needs it. Take that out."
ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
CELL_LINE = re.compile(r"Cell In\s?\[(\d+)\], line (\d+)|<ipython-input-(\d+)[^>]*>:(\d+)")


@dataclass(frozen=True)
class FigureFormat:
    """How pictures are drawn: inches, dots per inch, format. The values are Quarto's for HTML."""

    width: float = 7
    height: float = 5
    dpi: int = 96
    format: str = "retina"


@dataclass(frozen=True)
class ExecutionJob:
    """One page to execute."""

    source: PageSource
    segments: list[Segment]
    root: Path
    defaults: dict[str, Any]  # the page's `execute:` options
    figures: FigureFormat = field(default_factory=FigureFormat)
    timeout: int = 1800  # seconds a cell may take: a model run is minutes, never half an hour


@dataclass(frozen=True)
class CellResult:
    """A cell after its run: Jupyter outputs, and its number; None where it was not evaluated."""

    cell: CodeCell
    outputs: list[dict[str, Any]]
    count: int | None


@dataclass(frozen=True)
class ProseResult:
    """Prose after its run, with the inline values' Jupyter results, in order."""

    prose: Prose
    values: list[dict[str, Any]]


def option(job: ExecutionJob, cell: CodeCell, key: str, default: Any) -> Any:
    """A cell option: the cell's own, else the page's, else Quarto's default."""
    return cell.options.get(key, job.defaults.get(key, default))


def run(
    job: ExecutionJob, on_cell: Callable[[int, int, CodeCell], None]
) -> list[CellResult | ProseResult]:
    """Run every cell and inline value in order; the first failure ends the page with an error."""
    for segment in job.segments:
        if isinstance(segment, CodeCell) and segment.language == "python" and segment.problem:
            raise PressError(f"{where(job, segment.problem_line)}: {segment.problem}")
    total = sum(
        isinstance(segment, CodeCell) and segment.language == "python" for segment in job.segments
    )
    results: list[CellResult | ProseResult] = []
    count = 0
    with kernel(job.root, job.source.path, job.timeout) as client:
        prepare(client, job.figures)
        client.timeout = job.timeout
        for segment in job.segments:
            if isinstance(segment, Prose):
                results.append(ProseResult(segment, inline_values(job, client, segment)))
            elif segment.language != "python" or option(job, segment, "eval", True) is False:
                results.append(CellResult(segment, [], None))
            else:
                count += 1
                on_cell(count, total, segment)
                results.append(CellResult(segment, run_cell(job, client, segment, count), count))
    return results


def run_cell(job: ExecutionJob, client: Any, cell: CodeCell, count: int) -> list[dict[str, Any]]:
    """Run one cell; an exception is an error that names page, cell, line and exception."""
    import nbformat
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    allowed = bool(option(job, cell, "error", False))
    code = nbformat.v4.new_code_cell(cell.code)
    code.metadata["tags"] = ["raises-exception"] if allowed else []
    client.nb.cells = [code]
    replies: list[dict[str, Any]] = []
    client.on_cell_executed = lambda execute_reply, **_: replies.append(execute_reply)
    try:
        client.execute_cell(code, 0, execution_count=count, store_history=True)
    except CellExecutionError as error:
        raise failure(job, cell, code.outputs, count) from error
    except (CellTimeoutError, DeadKernelError) as error:
        raise ended(job, where(job, cell.line), name(cell, count), error) from error
    if asks_to_exit(replies[-1] if replies else None):
        raise PressError(f"{where(job, cell.line)}: {name(cell, count)} {QUIT}")
    return [dict(output) for output in code.outputs]


def asks_to_exit(reply: Any) -> bool:
    """Whether a kernel's reply says that the code called `quit()` or `exit()`."""
    payload = ((reply or {}).get("content") or {}).get("payload") or []
    return any(part.get("source") == "ask_exit" for part in payload)


def ended(job: ExecutionJob, where: str, what: str, error: Exception) -> PressError:
    """Say of a cell or a value that it took too long, or took the kernel with it."""
    if isinstance(error, TimeoutError):
        return PressError(
            f"{where}: {what} took longer than {job.timeout} s and was stopped. "
            "Make it quicker, or allow more with --timeout."
        )
    return PressError(
        f"{where}: the Python kernel died in {what}: out of memory, or a crash in a compiled library."
    )


def inline_values(job: ExecutionJob, client: Any, prose: Prose) -> list[dict[str, Any]]:
    """Evaluate the inline expressions of a stretch of prose."""
    expressions = prose.expressions
    if not expressions:
        return []
    import nbformat
    from nbclient.exceptions import CellTimeoutError, DeadKernelError

    asked = {str(number): text for number, text in enumerate(expressions)}
    sent = client.kc.execute("", silent=True, user_expressions=asked)
    try:  # nbclient tells of a timeout only where there is a cell to blame
        reply = client.wait_for_reply(sent, nbformat.v4.new_code_cell("\n".join(expressions)))
    except (CellTimeoutError, DeadKernelError) as error:
        origin = job.source.find("`{python} " + expressions[0])
        what = f"the inline value `{{python}} {expressions[0]}`"
        what += f", or one of the {len(expressions) - 1} after it," if expressions[1:] else ""
        raise ended(job, f"{origin.path}:{origin.line}", what, error) from error
    if asks_to_exit(reply):
        origin = job.source.find("`{python} " + expressions[0])
        raise PressError(f"{origin.path}:{origin.line}: an inline value {QUIT}")
    content = (reply or {}).get("content", {})
    values: list[dict[str, Any]] = []
    for number, text in asked.items():
        result = content.get("user_expressions", {}).get(number, {})
        if result.get("status") != "ok":
            origin = job.source.find("`{python} " + text)
            raise PressError(
                f"{origin.path}:{origin.line}: the inline value `{{python}} {text}` failed: "
                f"{result.get('ename', 'no reply')}: {result.get('evalue', '')}"
            )
        values.append(dict(result["data"]))
    return values


def failure(job: ExecutionJob, cell: CodeCell, outputs: list[Any], count: int) -> PressError:
    """Say which page, cell, line and exception ended the run."""
    error = next((output for output in outputs if output.output_type == "error"), None)
    trace = ANSI.sub("", "\n".join(error.traceback)) if error is not None else ""
    line = cell.line
    for match in CELL_LINE.finditer(trace):
        if int(match[1] or match[3]) == count:
            line = cell.code_line + int(match[2] or match[4]) - 1
            break
    what = f"{error.ename}: {ANSI.sub('', error.evalue)}" if error is not None else "an error"
    return PressError(f"{where(job, line)}: {name(cell, count)} failed: {what}")


def where(job: ExecutionJob, line: int) -> str:
    """Write a body line as `file:line` of the author's file."""
    origin = job.source.origin(line)
    return f"{origin.path}:{origin.line}"


def name(cell: CodeCell, count: int) -> str:
    """Name a cell by its label, else its number."""
    return f"cell {cell.label}" if cell.label else f"cell {count}"


@contextlib.contextmanager
def kernel(root: Path, page: PurePosixPath, timeout: int) -> Iterator[Any]:
    """Start a kernel on this very interpreter and end it, with its children, whatever happens."""
    import nbformat
    from jupyter_client.kernelspec import KernelSpec
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient
    from nbclient.util import run_sync

    private = Path(tempfile.mkdtemp(prefix="press-"))  # private, so the kernel's sockets are too
    socket = private / "kernel.json"
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
    env = {"PLOTLY_RENDERER": "notebook_connected", **os.environ}  # as Quarto sets it
    env |= {"PYTHONPATH": path, "QUARTO_PROJECT_ROOT": str(root), "PRESS": "1"}
    group = None
    try:
        try:
            with (private / "stderr.txt").open("wb") as log:
                client.start_new_kernel(cwd=str(folder), env=env, stderr=log)
            group = getattr(manager.provisioner, "pgid", None)
            client.start_new_kernel_client()
        except RuntimeError as error:
            raise PressError(f"{page}: the Python kernel did not start: {error}") from error
        yield client
    except BaseException:
        cancel_tasks()
        raise
    finally:
        with contextlib.suppress(Exception):
            if client.kc is not None:
                client.kc.stop_channels()
        with contextlib.suppress(Exception):
            run_sync(manager.shutdown_kernel)(now=True)
        if group:
            with contextlib.suppress(OSError):
                os.killpg(group, signal.SIGKILL)
        shutil.rmtree(private, ignore_errors=True)


def cancel_tasks() -> None:
    """Let go of what still waits for a kernel; left alone, it would tell of its end in tracebacks."""
    from jupyter_core.utils import ensure_event_loop

    loop = ensure_event_loop()
    waiting = asyncio.all_tasks(loop)
    for task in waiting:
        task.cancel()
    with contextlib.suppress(Exception):
        loop.run_until_complete(asyncio.gather(*waiting, return_exceptions=True))


def prepare(client: Any, figures: FigureFormat) -> None:
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
