"""JSON files that several processes may want at once: written whole, one writer at a time."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from lab.errors import AnalysisError

T = TypeVar("T")
PATIENCE = 3600  # seconds to wait for another process: a study's run is long


def read_json(path: Path, kind: type[T], schema: int, shown: str) -> T:
    """A kept file as a `kind`; its `schema` must be the one this code writes.

    Raises AnalysisError for one that is cut off, of another schema, or not what it should be.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise AnalysisError(
            f"{shown}: cut off or not JSON ({error}). Restore it: git checkout -- {shown}"
        ) from error
    found = data.get("schema") if isinstance(data, dict) else None
    if found != schema:
        raise AnalysisError(
            f"{shown}: schema {found}, this code reads {schema}. Nothing was overwritten. "
            "Use the code that wrote it, or remove the file to have it made anew."
        )
    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError as error:
        raise AnalysisError(f"{shown}: {error}. Restore it: git checkout -- {shown}") from error


def write_json(path: Path, data: Any) -> None:
    """Write JSON a reader can follow, atomically; keys keep their order."""
    write_text(path, json.dumps(data, ensure_ascii=False, indent=1) + "\n")


def write_text(path: Path, text: str) -> bool:
    """Write a file whole or not at all; one that holds this text already is left alone.

    True where something was written.
    """
    return write_bytes(path, text.encode("utf-8"))


def write_bytes(path: Path, data: bytes) -> bool:
    """As `write_text`, for bytes."""
    if path.exists() and path.read_bytes() == data:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(prefix=f".{path.stem}-", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        Path(draft).chmod(0o644)
        Path(draft).replace(path)
    finally:
        Path(draft).unlink(missing_ok=True)
    return True


def lock_folder() -> Path:
    """Where locks lie: in the user's cache, a file for each path ever written."""
    import platformdirs

    return Path(platformdirs.user_cache_dir("in-season")) / "locks"


@contextmanager
def one_at_a_time(path: Path, patience: float = PATIENCE) -> Iterator[None]:
    """Hold a path against other processes; the same process may hold it twice over.

    The lock itself lies in the user's cache, never in the project. Raises AnalysisError where
    another process keeps it longer than `patience` seconds.
    """
    from filelock import FileLock, Timeout

    name = hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:24]
    folder = lock_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        folder = Path(tempfile.gettempdir())
    lock = FileLock(folder / f"{name}.lock", timeout=patience, is_singleton=True)
    try:
        lock.acquire()
    except Timeout as error:
        raise AnalysisError(
            f"{path.name}: another process has been writing it for {patience:.0f} s. "
            "Wait for it to end, then try again."
        ) from error
    try:
        yield
    finally:
        lock.release()
