"""Files put in place whole: neither a full disk nor a kill ever leaves half of one."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from tracker.errors import TrackerError

OWNER_ONLY = 0o700  # all rights for the owner, none for anybody else


def write_whole(path: Path, content: bytes, *, private: bool = False) -> None:
    """Write a file, its folders too, or leave everything as it was.

    Args:
        private: whether nobody else on the machine may read it.

    Raises TrackerError where the disk or the rights refuse.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(content)
        if private:
            partial.chmod(0o600)
        partial.replace(path)
    except OSError as error:
        raise TrackerError(
            f"{path}: cannot be written ({error.strerror}). Check its rights and the free space, "
            "and try again. Nothing was written."
        ) from error
    finally:
        with suppress(OSError):
            partial.unlink()


def ensure_folder(folder: str | Path) -> None:
    """Make a folder, for its owner alone where there is none; TrackerError where that is refused."""
    try:
        Path(folder).mkdir(mode=OWNER_ONLY, parents=True, exist_ok=True)
    except OSError as error:
        raise TrackerError(
            f"{folder}: the folder cannot be made ({error.strerror}). "
            "Make the log's folder writable, or free some space, and try again."
        ) from error


def keep_private(folder: str) -> None:
    """Take from all others the rights to a folder and to the files in it; the owner's stay."""
    for path in (Path(folder), *Path(folder).rglob("*")):
        with suppress(OSError):  # it belongs to somebody else, or has just gone
            path.chmod(path.stat().st_mode & OWNER_ONLY)
