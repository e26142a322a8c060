"""Files put in place whole: a reader, a full disk or a kill never leaves half of one."""

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
