"""Preview: a save publishes anew, executes only what changed, and tells the open page."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
import urllib.error
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
        deadline = time.monotonic() + 300
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
    """Bug: `docs-src` was left out beside the output folder `docs`, whose name begins it."""
    root = make({"a.qmd": "x", "docs/a.html": "x", ".press/x": "x", "docs-src/a.qmd": "x",
                 "deep/docs/b.qmd": "x", "other-site/c.html": "x"})  # fmt: skip
    sites = {root / "docs", root / "other-site"}
    before = snapshot(root, sites)
    assert sorted(before) == ["_quarto.yml", "a.qmd", "deep/docs/b.qmd", "docs-src/a.qmd"]
    (root / "a.qmd").write_text("longer")
    (root / "docs-src/b.qmd").write_text("x")
    assert changed(before, snapshot(root, sites)) == ["a.qmd", "docs-src/b.qmd"]


def test_no_error_ends_a_preview(preview: Preview) -> None:
    """Bug: a link to a page that is not there ended it, with a word about the port; so did a Latin-1 style."""
    (preview.root / "lost.qmd").symlink_to("gone.qmd")
    said = preview.save("index.qmd", FILES["index.qmd"] + "Once.\n")
    assert "lost.qmd: is a link to gone.qmd, which is not there" in said
    assert "Once." in preview.get("index.html")
    (preview.root / "_quarto.yml").write_text(
        "project:\n  type: website\nformat:\n  html:\n    css: old.css\n"
    )
    (preview.root / "old.css").write_bytes("p::before { content: 'é' }".encode("latin-1"))
    preview.save("index.qmd", FILES["index.qmd"] + "Twice.\n")
    assert "Twice." in preview.get("index.html")
    (preview.root / "lost.qmd").unlink()
    (preview.root / "lost.qmd").write_bytes(b"caf\xe9\n")
    preview.until("press: lost.qmd: is not UTF-8")
    assert preview.process.poll() is None
    assert "Twice." in preview.get("index.html")


def test_another_sites_name_gets_no_answer(preview: Preview) -> None:
    """Bug: any `Host` was answered, so that a page elsewhere could read the preview (DNS rebinding)."""
    for path in ("", "a.html", "__press__/version"):
        asked = urllib.request.Request(
            preview.address + path, headers={"Host": "evil.example:4200"}
        )
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(asked, timeout=10)
    port = preview.address.rsplit(":", 1)[1].strip("/")
    for host in ("localhost", f"localhost:{port}", f"127.0.0.1:{port}", f"[::1]:{port}"):
        asked = urllib.request.Request(preview.address, headers={"Host": host})
        assert urllib.request.urlopen(asked, timeout=10).status == 200


def test_a_preview_begins_with_a_page_that_fails(make: Make) -> None:
    running = Preview(make({"index.qmd": "# T\n", "a.qmd": "```{python}\nboom\n```\n"}))
    try:
        assert "Not published yet" in running.get("")
        assert "a.qmd:2: cell 1 failed: NameError" in running.said.read_text()
        running.save("a.qmd", "Fine.\n")
        assert "Fine." in running.get("a.html")
    finally:
        running.process.terminate()
        running.process.wait(timeout=20)


def test_a_taken_port_and_a_missing_project_are_named(preview: Preview, tmp_path: Path) -> None:
    port = preview.address.rsplit(":", 1)[1].strip("/")
    for folder, more, said in (
        (preview.root, ["--port", port], f"--port {port}: Address already in use"),
        (tmp_path, [], "there is no _quarto.yml here"),
    ):
        command = [sys.executable, "-m", "press", "preview", str(folder), *more]
        done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)
        assert done.returncode == 1
        assert said in done.stderr
