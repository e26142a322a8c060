"""The formats by name: what each one takes, and the reader that takes it.

A new one is a module of `readers`, and an entry of `IMPORTERS`: the help of `tracker import`
is made of it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from tracker.errors import TrackerError
from tracker.exchange.records import DayOf, Reading

EXPORTS = ("csv", "json", "ics")


class Importer(NamedTuple):
    """A format of files that answers are taken in from.

    Attributes:
        title: what people call it.
        takes: which files, for the help.
        read: raises TrackerError for a file of another kind, OSError for one that cannot be
            opened; writes nothing.
    """

    title: str
    takes: str
    read: Callable[[Path, DayOf], Reading]


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
    from tracker.exchange.readers import csv_text, harsh

    log = path / "log" if path.is_dir() else path
    habits = log.with_name("habits")
    if log.name == "habits":
        raise TrackerError(f"{path}: harsh's habits. Name its log, or the folder of both.")
    text = csv_text.decoded(log.read_bytes(), str(log))
    words = csv_text.decoded(habits.read_bytes(), str(habits)) if habits.is_file() else None
    return harsh.read(text, words, day_of)


def _beeminder(path: Path, day_of: DayOf) -> Reading:
    from tracker.exchange.readers import beeminder

    return beeminder.read(path.read_bytes(), str(path), path.stem, day_of)


def _csv(path: Path, day_of: DayOf) -> Reading:
    from tracker.exchange.readers import csv_table

    return csv_table.read(path.read_bytes(), str(path), path.stem, day_of)


def _json(path: Path, _: DayOf) -> Reading:
    from tracker.exchange import archive

    return archive.read(path.read_bytes(), str(path))


IMPORTERS = {
    "loop": Importer(
        "Loop", "Loop Habit Tracker: its full backup (.db) or its CSV export (.zip)", _loop
    ),
    "beeminder": Importer("Beeminder", "a goal's data, as JSON or CSV", _beeminder),
    "harsh": Importer("harsh", "its log, or the folder that holds log and habits", _harsh),
    "csv": Importer("CSV", "any table with columns like day, habit, answer, value and note", _csv),
    "json": Importer("JSON", "what `tracker export json` wrote", _json),
}
