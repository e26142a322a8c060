"""Loop Habit Tracker's backup: its SQLite database, never written to.

Columns came over the years (`type`, `unit`, `uuid`, `notes`, …); a backup of any age is
read by those it has. A day is stored as the milliseconds of its midnight in UTC, so no
time zone enters.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tracker.errors import TrackerError
from tracker.exchange.readers import cells, loop
from tracker.exchange.records import Collector, ForeignHabit, ForeignRecord, Reading, RowError
from tracker.habits.model import Quantity
from tracker.text.escape import terminal

MAGIC = b"SQLite format 3\x00"
DAY = 86_400_000  # milliseconds; of UTC, where every day has as many
EPOCH = date(1970, 1, 1)
Fields = Mapping[str, Any]
# Colours and order are no part of a goals.yml; what a writer said of a habit is kept as a comment.
KNOWN = {
    "habits": frozenset({
        "id", "archived", "color", "description", "freq_den", "freq_num", "highlight", "name",
        "position", "question", "reminder_days", "reminder_hour", "reminder_min", "target_type",
        "target_value", "type", "unit", "uuid",
    }),
    "repetitions": frozenset({"id", "habit", "timestamp", "value", "notes"}),
}  # fmt: skip


def read(path: Path) -> Reading:
    """Every habit and answer of a backup; TrackerError for a file that is none."""
    collector = Collector(loop.SOURCE)
    with _opened(path) as connection:
        for table in KNOWN:
            _note_unknown(collector, connection, table)
        habits = _habits(collector, connection)
        for row in _rows(connection, "SELECT * FROM repetitions ORDER BY habit, timestamp, id"):
            _take(collector, habits, row)
    return collector.reading()


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """A copy of the database, what its journal still holds included."""
    with TemporaryDirectory() as folder:
        copy = Path(folder) / "loop.db"
        shutil.copyfile(path, copy)
        journal = path.with_name(path.name + "-wal")
        if journal.is_file():
            shutil.copyfile(journal, copy.with_name("loop.db-wal"))
        try:
            with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
                connection.row_factory = sqlite3.Row
                connection.text_factory = lambda data: data.decode("utf-8", "replace")
                connection.execute("PRAGMA trusted_schema = OFF")
                connection.execute("PRAGMA query_only = ON")
                _check_tables(connection, path)
                yield connection
        except sqlite3.Error as error:
            raise TrackerError(
                f"{path}: SQLite cannot read it ({terminal(str(error))}). Make the backup in Loop anew: "
                "Settings, Export full backup. Nothing was imported."
            ) from error


def _check_tables(connection: sqlite3.Connection, path: Path) -> None:
    query = "SELECT lower(name) FROM sqlite_master WHERE type = 'table'"
    missing = KNOWN.keys() - {name for (name,) in connection.execute(query)}
    if missing:
        raise TrackerError(
            f"{path}: a SQLite database, and no backup of Loop: it has no table "
            f"{' and no table '.join(sorted(missing))}. Choose the file that Loop's Settings, "
            "Export full backup has made."
        )


def _rows(connection: sqlite3.Connection, query: str) -> Iterator[dict[str, Any]]:
    for row in connection.execute(query):
        yield {name.casefold(): row[name] for name in row.keys()}  # noqa: SIM118 - a Row has no items


def _note_unknown(collector: Collector, connection: sqlite3.Connection, table: str) -> None:
    for row in connection.execute(f"PRAGMA table_info({table})"):
        if row["name"].casefold() not in KNOWN[table]:
            collector.unknown_columns.append(f"{table.capitalize()}.{row['name']}")


def _habits(
    collector: Collector, connection: sqlite3.Connection
) -> dict[object, tuple[ForeignHabit, bool]]:
    """Each habit by its number, and whether it is measured."""
    habits: dict[object, tuple[ForeignHabit, bool]] = {}
    taken: set[str] = set()
    for row in _rows(connection, "SELECT * FROM habits ORDER BY id"):
        name = cells.note(str(row.get("name") or "")) or f"habit {row['id']}"
        if name.casefold() in taken:
            name = f"{name} ({row['id']})"
            collector.remarks.append(f'two habits share a name; the second is called "{name}" here')
        taken.add(name.casefold())
        habits[row["id"]] = (_habit(name, row), row.get("type") == 1)
    collector.habits.extend(habit for habit, _ in habits.values())
    return habits


def _habit(name: str, row: Fields) -> ForeignHabit:
    amount: Quantity | None = None
    if row.get("type") == 1:
        target = row.get("target_value")
        amount = loop.quantity(
            float(target) if isinstance(target, (int, float)) else 0.0,
            str(row.get("unit") or ""),
            at_most=row.get("target_type") == 1,
        )
    times, days = (_whole(row.get(key), 1) for key in ("freq_num", "freq_den"))
    notes = [row.get("question"), row.get("description"), _reminder(row)]
    archived = bool(row.get("archived"))
    return loop.habit(name, times, days, quantity=amount, archived=archived, said=notes)


def _reminder(row: Fields) -> str:
    """When Loop asks, for the one who asks `tracker remind` to do so."""
    hour, minute = row.get("reminder_hour"), row.get("reminder_min")
    if not isinstance(hour, int) or not isinstance(minute, int):
        return ""
    return f"Loop asked at {hour:02d}:{minute:02d}"


def _take(
    collector: Collector, habits: Mapping[object, tuple[ForeignHabit, bool]], row: Fields
) -> None:
    def record() -> ForeignRecord:
        if row["habit"] not in habits:
            raise RowError(f"it belongs to habit {row['habit']}, which the backup does not have")
        habit, measurable = habits[row["habit"]]
        note = cells.note(str(row.get("notes") or ""))
        # Before amounts and skips there was no value: a row meant yes.
        value = _whole(row.get("value", loop.YES), None)
        answered = loop.answered(value, note, measurable=measurable)
        if measurable and answered.answer == "skip":
            collector.remarks.append(loop.SKIPPED_AMOUNT)
        unit = habit.quantity.unit if habit.quantity else ""
        return ForeignRecord(
            habit.name, _day(row["timestamp"]), answered.answer, answered.value, unit, note
        )

    collector.row(record, _whole(row["id"], 0), "Repetitions")


def _day(timestamp: object) -> date:
    moment = _whole(timestamp, None)
    if moment % DAY:
        try:
            shown = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=moment)).isoformat()
        except OverflowError:
            shown = str(moment)
        raise RowError(f"{shown} is not the start of a day in UTC")
    try:
        day = EPOCH + timedelta(days=moment // DAY)
    except OverflowError:
        raise RowError(f"{moment} is no day") from None
    if day.year not in cells.YEARS:
        raise RowError(f"the year {day.year} cannot be meant")
    return day


def _whole(value: object, otherwise: int | None) -> int:
    if isinstance(value, int):
        return value
    if otherwise is None:
        raise RowError(f"{cells.quoted(str(value))} is no whole number")
    return otherwise
