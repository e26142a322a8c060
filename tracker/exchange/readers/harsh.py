"""harsh: its `habits` and `log` files.

`log` holds a line an answer: `2020-01-05 : Gym : y : comment : amount`. A first line may
name the fields in another order. Source: harsh, `internal/storage`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from tracker.exchange.readers import cells, loop
from tracker.exchange.records import (
    Collector,
    DayOf,
    ForeignHabit,
    ForeignRecord,
    Reading,
    RowError,
    Trouble,
)
from tracker.habits.checkins import Answer
from tracker.habits.schedule import TRACK_ONLY

SOURCE = "harsh"
FIELDS = ("Date", "Habit", "Status", "Comment", "Amount")
RESULTS: dict[str, Answer] = {"y": "yes", "n": "no", "s": "skip"}
SEPARATOR = re.compile(r" :(?: |$)")  # an editor may have cut the blank off the end


def read(log: str, habits: str | None, day_of: DayOf) -> Reading:
    """Every answer of a log, with the schedules of its habits where that file is there."""
    collector = Collector(SOURCE)
    if habits is not None:
        _read_habits(collector, habits)
    order: Sequence[str] = FIELDS
    for number, line in enumerate(log.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        parts = SEPARATOR.split(line)
        if number == 1 and set(parts) <= set(FIELDS):
            order = parts
            continue
        _take(collector, order, parts, day_of, number)
    return collector.reading()


def _take(
    collector: Collector, order: Sequence[str], parts: list[str], day_of: DayOf, number: int
) -> None:
    def record() -> ForeignRecord:
        fields = _fields(order, parts)
        habit = fields["Habit"].strip()
        if not habit:
            raise RowError("the habit has no name")
        result = fields["Status"].strip()
        if result not in RESULTS:
            raise RowError(f"{cells.quoted(result)} is no answer. harsh writes y, n or s")
        # harsh writes 0 and nothing alike where no amount was given.
        value = cells.amount(fields.get("Amount", "")) or None
        if value is not None and result == "s":
            raise RowError("a skipped day holds no amount")
        return ForeignRecord(
            habit=habit,
            day=cells.day(fields["Date"], day_of),
            answer=RESULTS[result],
            value=value,
            note=cells.note(fields.get("Comment")),
        )

    collector.row(record, number, "log")


def _fields(order: Sequence[str], parts: list[str]) -> dict[str, str]:
    """The line's fields by name; a comment may hold the separator where it stands before last."""
    if len(parts) < 3:
        raise RowError("it holds no day, habit and answer. Write 2026-01-05 : Gym : y")
    if len(parts) > len(order):
        extra = len(parts) - len(order)
        if tuple(order) != FIELDS:
            raise RowError(f"it has {len(parts)} fields, and the first line names {len(order)}")
        parts = [*parts[:3], " : ".join(parts[3 : 4 + extra]), *parts[4 + extra :]]
    fields = dict(zip(order, parts, strict=False))
    for needed in FIELDS[:3]:
        if needed not in fields:
            raise RowError(f"it has no {needed}")
    return fields


def _read_habits(collector: Collector, text: str) -> None:
    """`Gym: 3/7` a line, `! heading`, `# comment`."""
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line[0] in "#!":
            continue
        name, colon, rest = line.partition(": ")
        frequency, _, more = (part.strip() for part in rest.partition(": "))
        match = re.fullmatch(r"(\d{1,6})(?:\s*/\s*(\d{1,6}))?", frequency)
        if not colon or not name.strip() or match is None:
            why = "no habit with its frequency. harsh writes them like Gym: 3/7"
            collector.unreadable.append(Trouble(number, why, "habits"))
            continue
        first, second = int(match[1]), match[2]
        times, days = (first, int(second)) if second else (1 if first else 0, first)
        schedule, note = (TRACK_ONLY, "") if times == 0 else loop.schedule(times, days)
        note = "; ".join(filter(None, [note, more and f"harsh's file says: {more}"]))
        collector.habits.append(ForeignHabit(name.strip(), schedule, None, note))
