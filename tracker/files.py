"""Files put in place whole: neither a full disk nor a kill ever leaves half of one."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from tracker.errors import TrackerError


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
    """Make a folder; TrackerError where that is refused."""
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise TrackerError(
            f"{folder}: the folder cannot be made ({error.strerror}). "
            "Make the log's folder writable, or free some space, and try again."
        ) from error
