"""Tickmate's backup: its SQLite database, a row a tick.

Months count from 0, as Java counts them. Source: Tickmate, `DatabaseOpenHelper.java`, and
uhabits, `TickmateDBImporter`.
"""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path

from tracker.exchange.readers import cells, sqlite_backup
from tracker.exchange.readers.sqlite_backup import Fields, whole
from tracker.exchange.records import (
    Collector,
    ForeignHabit,
    ForeignRecord,
    LeftOutError,
    Reading,
    RowError,
)
from tracker.habits.model import Quantity
from tracker.habits.schedule import DAILY
from tracker.text.escape import one_line

SOURCE = "tickmate"
TIMES = "times"
KNOWN = {
    "tracks": frozenset({
        "_id", "name", "description", "icon", "enabled", "multiple_entries_per_day", "color",
        "order",
    }),
    "ticks": frozenset({
        "_id", "_track_id", "year", "month", "day", "hour", "minute", "second", "has_time_info",
    }),
}  # fmt: skip
CLOCK = "Tickmate's times of day have no time zone; the days are taken in without them"
TWICE = "a second tick of one day, where a day holds one"


def read(path: Path) -> Reading:
    """Every track and tick of a backup; TrackerError for a file that is none."""
    collector = Collector(SOURCE, str(path))
    with sqlite_backup.opened(path, "tickmate", KNOWN, collector) as backup:
        tracks = {row["_id"]: _habit(row) for row in backup.rows("tracks", "_id")}
        collector.habits.extend(tracks.values())
        seen: set[tuple[object, date]] = set()
        for row in backup.rows("ticks", "_track_id year month day _id"):
            read_one = partial(_record, collector, tracks, seen, row)
            collector.row(read_one, whole(row.get("_id"), 0), "ticks")
    return collector.reading()


def _habit(row: Fields) -> ForeignHabit:
    """A track: daily, as Tickmate sets no other aim; one of several ticks a day counts them."""
    several = row.get("multiple_entries_per_day") == 1
    notes = [one_line(str(row.get("description") or ""))]
    if row.get("enabled") == 0:
        notes.append("switched off in Tickmate: give it an end")
    return ForeignHabit(
        cells.note(str(row.get("name") or "")) or f"track {row['_id']}",
        DAILY,
        Quantity(None, TIMES, "sum") if several else None,
        "; ".join(filter(None, notes)),
    )


def _record(
    collector: Collector,
    tracks: dict[object, ForeignHabit],
    seen: set[tuple[object, date]],
    row: Fields,
) -> ForeignRecord:
    track = row["_track_id"]
    if track not in tracks:
        raise RowError(f"it belongs to track {track}, which the backup does not have")
    habit, day = tracks[track], _day(row)
    if row.get("has_time_info") == 1:
        collector.remark(CLOCK)
    if habit.quantity:
        return ForeignRecord(habit.name, day, None, 1.0, TIMES)
    if (track, day) in seen:
        raise LeftOutError(TWICE)
    seen.add((track, day))
    return ForeignRecord(habit.name, day, "yes")


def _day(row: Fields) -> date:
    year, month, number = (whole(row[part], None) for part in ("year", "month", "day"))
    try:
        day = date(year, month + 1, number)
    except (ValueError, OverflowError):
        raise RowError(f"{year}-{month + 1}-{number} is no day") from None
    if day.year not in cells.YEARS:
        raise RowError(f"the year {day.year} cannot be meant")
    return day
