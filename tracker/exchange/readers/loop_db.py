"""Loop Habit Tracker's backup: its SQLite database, never written to.

Columns came over the years (`type`, `unit`, `uuid`, `notes`, …); a backup of any age is
read by those it has. A day is stored as the milliseconds of its midnight in UTC, so no
time zone enters.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

from tracker.exchange.readers import cells, loop, sqlite_backup
from tracker.exchange.readers.sqlite_backup import Backup, Fields, whole
from tracker.exchange.records import Collector, ForeignHabit, ForeignRecord, Reading, RowError
from tracker.habits.model import Quantity

DAY = 86_400_000  # milliseconds; of UTC, where every day has as many
EPOCH = date(1970, 1, 1)
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
    collector = Collector(loop.SOURCE, str(path))
    with sqlite_backup.opened(path, "loop", KNOWN, collector) as backup:
        habits = _habits(collector, backup)
        for row in backup.rows("repetitions", "habit timestamp id"):
            collector.row(
                partial(_record, collector, habits, row), whole(row.get("id"), 0), "Repetitions"
            )
    return collector.reading()


def _habits(collector: Collector, backup: Backup) -> dict[object, tuple[ForeignHabit, bool]]:
    """Each habit by its number, and whether it is measured."""
    habits: dict[object, tuple[ForeignHabit, bool]] = {}
    taken: set[str] = set()
    for row in backup.rows("habits", "id"):
        name = cells.note(str(row.get("name") or "")) or f"habit {row['id']}"
        if name.casefold() in taken:
            name = f"{name} ({row['id']})"
            collector.remark(f'two habits share a name; the second is called "{name}" here')
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
    times, days = (whole(row.get(key), 1) for key in ("freq_num", "freq_den"))
    notes = [row.get("question"), row.get("description"), _reminder(row)]
    archived = bool(row.get("archived"))
    return loop.habit(name, times, days, quantity=amount, archived=archived, said=notes)


def _reminder(row: Fields) -> str:
    """When Loop asks, for the one who asks `tracker remind` to do so."""
    hour, minute = row.get("reminder_hour"), row.get("reminder_min")
    if not isinstance(hour, int) or not isinstance(minute, int):
        return ""
    return f"Loop asked at {hour:02d}:{minute:02d}"


def _record(
    collector: Collector, habits: Mapping[object, tuple[ForeignHabit, bool]], row: Fields
) -> ForeignRecord:
    if row["habit"] not in habits:
        raise RowError(f"it belongs to habit {row['habit']}, which the backup does not have")
    habit, measurable = habits[row["habit"]]
    note = cells.note(str(row.get("notes") or ""))
    # Before amounts and skips there was no value: a row meant yes.
    value = whole(row.get("value", loop.YES), None)
    answered = loop.answered(value, note, measurable=measurable)
    if measurable and answered.answer == "skip":
        collector.remark(loop.SKIPPED_AMOUNT)
    unit = habit.quantity.unit if habit.quantity else ""
    return ForeignRecord(
        habit.name, _day(row["timestamp"]), answered.answer, answered.value, unit, note
    )


def _day(timestamp: object) -> date:
    moment = whole(timestamp, None)
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
