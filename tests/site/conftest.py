"""The site as a reader gets it: published from a copy of this tree, served, seen in Chromium.

The press publishes it, unless the environment says otherwise:

    SITE_ENGINE=quarto    Quarto does, where it is on PATH
    SITE=folder           a site that is published already, by either engine

What only the press promises (its weight, what axe finds, what a reference shows) is skipped on
Quarto's site; everything else must hold on both.
"""

from __future__ import annotations

import functools
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCREENSHOTS = Path(__file__).parent / "screenshots"
NOT_COPIED = shutil.ignore_patterns(
    ".venv", ".git", ".tracker", "_site*", ".press", ".quarto", "__pycache__", ".*_cache",
    ".hypothesis", "screenshots",
)  # fmt: skip
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def find_chromium() -> str | None:
    """Path of a Chromium on this machine, or None."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((path for name in names if (path := shutil.which(name))), None)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The published site; its project stands at a path with a space in it, without history."""
    if published := os.environ.get("SITE"):
        return Path(published).resolve()
    project = tmp_path_factory.mktemp("a clone") / "with spaces"
    shutil.copytree(ROOT, project, ignore=NOT_COPIED, symlinks=True)
    done = subprocess.run(
        [*render_command(os.environ.get("SITE_ENGINE", "press")), str(project)],
        cwd=project,
        capture_output=True,
        text=True,
        timeout=900,
        env={**os.environ, "NO_COLOR": "1", "QUARTO_PYTHON": sys.executable},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return project / "_site"


def render_command(engine: str) -> list[str]:
    """The command that publishes a project with an engine."""
    if engine == "press":
        return [sys.executable, "-m", "press", "render"]
    if engine != "quarto":
        raise ValueError(f"SITE_ENGINE={engine}: use press or quarto")
    quarto = shutil.which("quarto")
    if quarto is None:
        pytest.skip("Quarto is not on PATH")
    return [quarto, "render"]


@pytest.fixture(scope="session")
def engine(site: Path) -> str:
    """Which engine made the site, as its pages say: "quarto" or "press"."""
    made = re.search(r'<meta name="generator" content="([a-z]+)', (site / "index.html").read_text())
    return "quarto" if made and made[1] == "quarto" else "press"


@pytest.fixture
def promised_by_the_press(engine: str) -> None:
    """For what Quarto's own site need not have."""
    if engine != "press":
        pytest.skip("only the press promises this")


class QuietHandler(SimpleHTTPRequestHandler):
    """Serves files without a line per request."""

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    """The site's address on this machine while the tests run."""
    handler = functools.partial(QuietHandler, directory=str(site))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()


@pytest.fixture(scope="session")
def chromium(request: pytest.FixtureRequest) -> Iterator[Any]:
    """A headless Chromium; the tests that ask for it are skipped where there is none."""
    path = find_chromium()
    if path is None:
        pytest.skip("no Chromium on this machine (Debian: apt-get install chromium)")
    drivers = request.getfixturevalue("browsers")
    browser = drivers.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
    yield browser
    browser.close()


@pytest.fixture
def screenshots() -> Path:
    """Where the pictures of this run are kept for a person to look at."""
    SCREENSHOTS.mkdir(exist_ok=True)
    return SCREENSHOTS
