"""What the system refuses is said in plain words: a full disk, rights that are missing."""

from __future__ import annotations

import errno
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from press.bodies.pandoc import PandocRequest, convert
from press.errors import PressError, in_words

Make = Callable[[dict[str, str]], Path]
Run = Callable[..., "subprocess.CompletedProcess[str]"]
PAGE = "---\ntitle: T\n---\n\nText.\n"


@pytest.mark.parametrize(
    ("code", "file", "said"),
    [
        (errno.ENOSPC, None, "the disk is full: No space left on device. Make room"),
        (errno.ENOSPC, "a/b.html", "the disk is full (a/b.html): No space left on device."),
        (errno.EROFS, "a/.press", "a/.press: may not be written or read here: Read-only"),
        (errno.EACCES, None, "the project: may not be written or read here: Permission denied"),
        (errno.ENOENT, "x.css", "x.css: No such file or directory."),
        (errno.EIO, None, "the system refused: Input/output error."),
    ],
)
def test_each_refusal_has_words(code: int, file: str | None, said: str) -> None:
    assert in_words(OSError(code, os.strerror(code), file)).startswith(said)


@pytest.fixture
def mount(make: Make) -> Iterator[Callable[[str, dict[str, str]], Path]]:
    """A project on a disk of its own, mounted with some options."""
    mounted: list[Path] = []

    def one(options: str, files: dict[str, str]) -> Path:
        root = make({})
        command = ["mount", "-t", "tmpfs", "-o", options, "none", str(root)]
        if os.name != "posix" or subprocess.run(command, capture_output=True).returncode:
            pytest.skip("this machine allows no mounts")
        mounted.append(root)
        return make(files)

    yield one
    for root in mounted:
        subprocess.run(["umount", root], check=True)


def test_a_full_disk(mount: Callable[[str, dict[str, str]], Path], run: Run) -> None:
    root = mount("size=256k", {"index.qmd": PAGE})  # the site's styles alone are more
    done = run(root)
    assert done.returncode == 1
    assert "press: the disk is full" in done.stderr
    assert not (root / "_site").exists()


def test_a_project_that_may_only_be_read(
    mount: Callable[[str, dict[str, str]], Path], run: Run
) -> None:
    root = mount("size=4m", {"index.qmd": PAGE})
    subprocess.run(["mount", "-o", "remount,ro", str(root)], check=True)
    done = run(root)
    assert done.returncode == 1
    assert done.stderr.startswith(
        f"press: {root}/.press: may not be written or read here: Read-only"
    )


def test_a_disk_that_is_full_for_pandoc(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, mount: Callable[[str, dict[str, str]], Path]
) -> None:
    """Bug: pandoc's script did not look whether its page was written, and half of one was published."""
    root = mount("size=64k", {})
    monkeypatch.setattr("tempfile.tempdir", str(root))
    request = PandocRequest("a.qmd", "word *word*\n\n" * 2_000, {}, root=tmp_path)
    with pytest.raises(PressError, match="the disk is full"):
        convert([request])
