"""Rewire's backup: its SQLite database, a row a check-in.

Source: uhabits, `RewireDBImporter`, the one public description of the tables. It takes the
check-ins of type 2 for done, and no others for anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from tracker.exchange.readers import cells, loop, sqlite_backup
from tracker.exchange.readers.sqlite_backup import Backup, Fields, whole
from tracker.exchange.records import (
    Collector,
    ForeignHabit,
    ForeignRecord,
    LeftOutError,
    Reading,
    RowError,
)
from tracker.text.escape import one_line

SOURCE = "rewire"
DONE = 2
KNOWN = {
    "habits": frozenset({
        "_id", "name", "description", "schedule", "active_days", "repeating_count", "days",
        "period",
    }),
    "checkins": frozenset({"_id", "habit_id", "date", "type"}),
}  # fmt: skip
WEEKDAYS, SO_OFTEN, EVERY = 0, 1, 2  # kinds of schedule
PERIODS = (7, 31, 365)  # days


def read(path: Path) -> Reading:
    """Every habit and check-in of a backup; TrackerError for a file that is none."""
    collector = Collector(SOURCE, str(path))
    with sqlite_backup.opened(path, "rewire", KNOWN, collector) as backup:
        habits = _habits(collector, backup)
        for number, row in enumerate(backup.rows("checkins", "habit_id date _id"), 1):
            read_one = partial(_record, habits, row)
            collector.row(read_one, whole(row.get("_id"), number), "checkins")
    return collector.reading()


def _habits(collector: Collector, backup: Backup) -> dict[object, ForeignHabit]:
    habits = {}
    for row in backup.rows("habits", "_id"):
        name = cells.note(str(row.get("name") or "")) or f"habit {row['_id']}"
        times, days, note = _frequency(row)
        schedule, more = loop.schedule(times, days)
        notes = (one_line(str(row.get("description") or "")), note, more)
        habits[row["_id"]] = ForeignHabit(name, schedule, None, "; ".join(filter(None, notes)))
    collector.habits.extend(habits.values())
    return habits


def _frequency(row: Fields) -> tuple[int, int, str]:
    """How many times in how many days, and what that does not say."""
    kind = row.get("schedule")
    if kind == WEEKDAYS:
        active = str(row.get("active_days") or "")
        days = [day for day in active.split(",") if day.strip()]
        return len(days), 7, f"on set days in Rewire, by its numbers {one_line(active)}"
    if kind == SO_OFTEN:
        period = whole(row.get("period"), 0)
        days_of = PERIODS[period] if period in range(len(PERIODS)) else 0
        return whole(row.get("days"), 0), days_of, ""
    if kind == EVERY:
        return 1, whole(row.get("repeating_count"), 0), ""
    return 0, 0, "its schedule is none that is known"


def _record(habits: Mapping[object, ForeignHabit], row: Fields) -> ForeignRecord:
    if row["habit_id"] not in habits:
        raise RowError(f"it belongs to habit {row['habit_id']}, which the backup does not have")
    kind = whole(row["type"], None)
    if kind != DONE:
        raise LeftOutError(f"a check-in of type {kind}; only type {DONE} is known to mean done")
    day = cells.day(str(row["date"]), lambda instant, _=None: instant.date())
    return ForeignRecord(habits[row["habit_id"]].name, day, "yes")
