"""A conformance project, rendered once, and small projects made on the spot."""

from __future__ import annotations

import functools
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
Run = Callable[..., "subprocess.CompletedProcess[str]"]


def press(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a reader of the README would."""
    command = [sys.executable, "-m", "press", "render", str(root), *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=root.parent, timeout=300
    )


@pytest.fixture(scope="session")
def run() -> Run:
    return press


def lay_out(root: Path) -> Path:
    """Copy the conformance project, with the filter and the script that every log has."""
    shutil.copytree(HERE / "_project", root)
    shutil.copy(ROOT / "press/filters/entry.lua", root / "scripts")
    for name in ("export_notebooks.py", "qmd.py"):
        shutil.copy(ROOT / "press/hooks" / name, root / "scripts")
    return root


@pytest.fixture(scope="session")
def conformance() -> Callable[[Path], Path]:
    return lay_out


@pytest.fixture(scope="session")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The conformance project after `press render`, at a path with a space: its root, what was printed."""
    root = lay_out(tmp_path_factory.mktemp("with space") / "the project")
    done = press(root)
    assert done.returncode == 0, done.stderr
    return root, done.stdout


@pytest.fixture
def make(tmp_path: Path) -> Callable[[dict[str, str]], Path]:
    """A small website made of the files given."""

    def one(files: dict[str, str]) -> Path:
        root = tmp_path / "site project"
        for name, text in {"_quarto.yml": "project:\n  type: website\n", **files}.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, encoding="utf-8")
        return root

    return one


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def address(rendered: tuple[Path, str]) -> Iterator[str]:
    handler = functools.partial(Quiet, directory=str(rendered[0] / "_site"))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()


@pytest.fixture(scope="session")
def browser(request: pytest.FixtureRequest) -> Iterator[Any]:
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no Chromium on this machine (Debian: apt-get install chromium)")
    launched = request.getfixturevalue("browsers").chromium.launch(
        executable_path=path, args=["--no-sandbox", "--disable-gpu"]
    )
    yield launched
    launched.close()


@pytest.fixture
def tab(browser: Any) -> Iterator[Any]:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(120_000)  # a busy machine is no fault of the page
    page.route("https://example.org/**", lambda route: route.fulfill(body=""))  # a page's own film
    said: list[str] = []
    page.on("console", lambda m: said.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    page.close()
    assert not said
