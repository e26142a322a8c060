"""Preview: a save publishes anew, executes only what changed, and tells the open page."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from press.preview import changed, snapshot

Make = Callable[[dict[str, str]], Path]
CELL = "---\ntitle: {0}\n---\n\n```{{python}}\n#| echo: false\nfrom study import N\nprint('{0}', N)\n```\n"
FILES = {
    "index.qmd": "---\ntitle: Home\n---\n\nHello.\n",
    "a.qmd": CELL.format("A"),
    "b.qmd": "---\ntitle: B\n---\n\n```{python}\n#| echo: false\nprint('B')\n```\n",
    "study.py": "N = 1\n",
}


class Preview:
    """A preview that runs, and what it says."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.said = root.parent / "said.txt"
        with self.said.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "press", "preview", str(root), "--port", "0"],
                stdout=log,
                stderr=log,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
            )
        self.address = self.until(r"press: (http://localhost:\d+/)")

    def until(self, pattern: str, after: int = 0) -> str:
        """Wait until it has said something; the first group of it."""
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            found = re.search(pattern, self.said.read_text()[after:])
            if found:
                return found[1] if found.groups() else found[0]
            assert self.process.poll() is None, self.said.read_text()
            time.sleep(0.05)
        raise AssertionError(f"never said {pattern}: {self.said.read_text()}")

    def save(self, name: str, text: str) -> str:
        """Save a file, and wait for what is said of it."""
        before = len(self.said.read_text())
        (self.root / name).write_text(text)
        self.until(r"published with|press: .*\n", before)
        self.until(r"published with.*\n|failed: .*\n", before)
        return self.said.read_text()[before:]

    def get(self, path: str) -> str:
        with urllib.request.urlopen(self.address + path, timeout=10) as answer:
            return str(answer.read().decode())


@pytest.fixture
def preview(make: Make) -> Iterator[Preview]:
    running = Preview(make(FILES))
    yield running
    running.process.terminate()
    running.process.wait(timeout=20)


def test_a_save_publishes_and_executes_only_what_changed(preview: Preview) -> None:
    assert "A 1" in preview.get("a.html")
    assert "/__press__/version" in preview.get("a.html")
    assert "/__press__/version" not in (preview.root / "_site/a.html").read_text()
    first = preview.get("__press__/version")
    said = preview.save("index.qmd", FILES["index.qmd"] + "\nMore.\n")
    assert "index.qmd changed" in said
    assert "executed" not in said.split("pages:")[0], "no page that runs code was touched"
    assert "More." in preview.get("index.html")
    assert preview.get("__press__/version") != first
    said = preview.save("study.py", "N = 22\n")
    assert "executed  a.qmd" in said
    assert "executed  b.qmd" not in said
    assert "A 22" in preview.get("a.html")


def test_a_failing_page_leaves_the_site_and_the_preview_up(preview: Preview) -> None:
    said = preview.save("a.qmd", FILES["a.qmd"].replace("print", "boom"))
    assert "a.qmd:8: cell 1 failed: NameError" in said
    assert "A 1" in preview.get("a.html")
    assert "A 1" in (preview.save("a.qmd", FILES["a.qmd"]) and preview.get("a.html"))


def test_changes_are_seen_and_what_is_made_is_not(make: Make) -> None:
    root = make({"a.qmd": "x", "_site/a.html": "x", ".press/x": "x", "_site.new/y": "x"})
    before = snapshot(root, root / "_site")
    assert sorted(before) == ["_quarto.yml", "a.qmd"]
    (root / "a.qmd").write_text("longer")
    (root / "b.qmd").write_text("x")
    assert changed(before, snapshot(root, root / "_site")) == ["a.qmd", "b.qmd"]
