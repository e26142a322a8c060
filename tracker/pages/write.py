"""The progress folder on disk: written where something changed, and nothing left behind."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from tracker.files import write_whole
from tracker.pages.markup import MARK


class Changes(NamedTuple):
    """What writing the pages came to; paths are below progress/."""

    written: list[str]
    removed: list[str]
    unchanged: int


def write(folder: Path, files: Mapping[str, str]) -> Changes:
    """Write what is new or different, and remove pages that are no longer made.

    A page is removed only if the tracker wrote it: a habit that has become private must
    not stay behind, and a page made by hand must not be lost.
    """
    written = []
    for name, text in files.items():
        path, content = folder / name, text.encode("utf-8")
        if not path.exists() or path.read_bytes() != content:
            write_whole(path, content)
            written.append(name)
    removed = []
    for path in _made_before(folder):
        name = path.relative_to(folder).as_posix()
        if name not in files:
            path.unlink()
            removed.append(name)
    return Changes(written, removed, len(files) - len(written))


def _made_before(folder: Path) -> list[Path]:
    pages = [*folder.glob("*.qmd"), *folder.glob("habits/*.qmd")]
    return [path for path in sorted(pages) if MARK in path.read_text("utf-8", "replace")]
