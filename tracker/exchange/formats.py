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
ZIP = b"PK"


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
    from tracker.exchange.readers import loop_db, loop_zip, sqlite_backup

    if sqlite_backup.is_database(path):
        return loop_db.read(path)
    with path.open("rb") as file:
        if file.read(len(ZIP)) == ZIP:
            return loop_zip.read(file, str(path), day_of)
    raise TrackerError(
        f"{path}: neither Loop's backup (a .db file) nor its CSV export (a .zip file). "
        "Make one in Loop: Settings, Export full backup."
    )


def _habitbull(path: Path, day_of: DayOf) -> Reading:
    from tracker.exchange.readers import habitbull

    return habitbull.read(path, day_of)


def _tickmate(path: Path, _: DayOf) -> Reading:
    from tracker.exchange.readers import sqlite_backup, tickmate

    _check_database(path, "Tickmate", found=sqlite_backup.is_database(path))
    return tickmate.read(path)


def _rewire(path: Path, _: DayOf) -> Reading:
    from tracker.exchange.readers import rewire, sqlite_backup

    _check_database(path, "Rewire", found=sqlite_backup.is_database(path))
    return rewire.read(path)


def _check_database(path: Path, program: str, *, found: bool) -> None:
    if not found:
        raise TrackerError(
            f"{path}: no SQLite database, so no backup of {program}. Choose the .db file it made."
        )


def _harsh(path: Path, day_of: DayOf) -> Reading:
    """The log and, beside it, the habits; the folder that holds both may be named instead."""
    from tracker.exchange.bounded import text_file
    from tracker.exchange.readers import harsh

    log = path / "log" if path.is_dir() else path
    habits = log.with_name("habits")
    if log.name == "habits":
        raise TrackerError(f"{path}: harsh's habits. Name its log, or the folder of both.")
    return harsh.read(text_file(log), text_file(habits) if habits.is_file() else None, day_of)


def _beeminder(path: Path, day_of: DayOf) -> Reading:
    from tracker.exchange.readers import beeminder

    return beeminder.read(path, day_of)


def _csv(path: Path, day_of: DayOf) -> Reading:
    """A table, whose heading tells whether it is one of a kind that has a reader of its own."""
    from tracker.exchange import own_tables
    from tracker.exchange.bounded import text_file
    from tracker.exchange.readers import csv_table, habitbull

    with path.open("rb") as file:
        if file.read(len(ZIP)) == ZIP:
            return own_tables.read_zip(file, str(path))
    text = text_file(path)
    heading = csv_table.first_row(text)
    if own_tables.is_heading(heading):
        return own_tables.read(text)
    if habitbull.is_heading(heading):
        return habitbull.read_text(text, path.stem, day_of)
    return csv_table.read(text, path.stem, day_of)


def _json(path: Path, _: DayOf) -> Reading:
    from tracker.exchange import archive
    from tracker.exchange.bounded import content

    return archive.read(content(path), str(path))


IMPORTERS = {
    "loop": Importer(
        "Loop", "Loop Habit Tracker: its full backup (.db) or its CSV export (.zip)", _loop
    ),
    "habitbull": Importer("HabitBull", "its CSV export", _habitbull),
    "tickmate": Importer("Tickmate", "its backup, a SQLite database", _tickmate),
    "rewire": Importer("Rewire", "its backup, a SQLite database", _rewire),
    "beeminder": Importer("Beeminder", "a goal's data, as JSON or CSV", _beeminder),
    "harsh": Importer("harsh", "its log, or the folder that holds log and habits", _harsh),
    "csv": Importer(
        "CSV",
        "a table with columns like day, habit, answer, value and note, or with a column for each "
        "habit; also what `tracker export csv` wrote",
        _csv,
    ),
    "json": Importer("JSON", "what `tracker export json` wrote", _json),
}
