"""The formats by name: which reader takes which file."""

from __future__ import annotations

from pathlib import Path

from tracker.errors import TrackerError
from tracker.exchange.records import DayOf, Reading

IMPORTS = ("loop", "beeminder", "harsh", "csv", "json")
EXPORTS = ("csv", "json", "ics")


def read(kind: str, path: Path, day_of: DayOf) -> Reading:
    """A file of a format, read; nothing is written to it.

    Raises TrackerError for a file of another kind, OSError for one that cannot be opened.
    """
    if kind == "loop":
        return _loop(path, day_of)
    if kind == "harsh":
        return _harsh(path, day_of)
    data, name = path.read_bytes(), str(path)
    if kind == "beeminder":
        from tracker.exchange.readers import beeminder

        return beeminder.read(data, name, path.stem, day_of)
    if kind == "json":
        from tracker.exchange import archive

        return archive.read(data, name)
    from tracker.exchange.readers import csv_table

    return csv_table.read(data, name, path.stem, day_of)


def _loop(path: Path, day_of: DayOf) -> Reading:
    from tracker.exchange.readers import loop_db, loop_zip

    with path.open("rb") as file:
        start = file.read(len(loop_db.MAGIC))
    if start == loop_db.MAGIC:
        return loop_db.read(path)
    if start.startswith(b"PK"):
        return loop_zip.read(path.read_bytes(), str(path), day_of)
    raise TrackerError(
        f"{path}: neither Loop's backup (a .db file) nor its CSV export (a .zip file). "
        "Make one in Loop: Settings, Export full backup."
    )


def _harsh(path: Path, day_of: DayOf) -> Reading:
    """The log and, beside it, the habits; the folder that holds both may be named instead."""
    from tracker.exchange.readers import delimited, harsh

    log = path / "log" if path.is_dir() else path
    habits = log.with_name("habits")
    if log.name == "habits":
        raise TrackerError(f"{path}: harsh's habits. Name its log, or the folder of both.")
    text = delimited.decoded(log.read_bytes(), str(log))
    words = delimited.decoded(habits.read_bytes(), str(habits)) if habits.is_file() else None
    return harsh.read(text, words, day_of)
