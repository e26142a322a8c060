"""harsh: its `habits` and `log` files.

`log` holds a line an answer: `2020-01-05 : Gym : y : comment : amount`. A first line may
name the fields in another order. Source: harsh, `internal/storage`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial

from tracker.exchange.bounded import TextFile
from tracker.exchange.readers import cells, loop
from tracker.exchange.records import (
    Collector,
    DayOf,
    ForeignHabit,
    ForeignRecord,
    Reading,
    RowError,
)
from tracker.habits.checkins import Answer
from tracker.habits.schedule import TRACK_ONLY

SOURCE = "harsh"
FIELDS = ("Date", "Habit", "Status", "Comment", "Amount")
RESULTS: dict[str, Answer] = {"y": "yes", "n": "no", "s": "skip"}
FREQUENCY = re.compile(
    r"(?P<first>\d{1,6})(?P<unit>[dwmy]?)(?:\s*/\s*(?P<second>\d{1,6})(?P<per>[dwmy]?))?"
)
DAYS = {"": 1, "d": 1, "w": 7, "m": 30, "y": 365}  # what a number of a frequency counts
ROUGH = {"m": "month", "y": "year"}  # units that no number of days is
SEPARATOR = re.compile(r" :(?: |$)")  # an editor may have cut the blank off the end


def read(log: TextFile, habits: TextFile | None, day_of: DayOf) -> Reading:
    """Every answer of a log, with the schedules of its habits where that file is there."""
    collector = Collector(SOURCE, log.name)
    if habits is not None:
        _read_habits(collector, habits)
    order: Sequence[str] = FIELDS
    for number, line in enumerate(_lines(log), 1):
        if not line.strip() or line.startswith("#"):
            continue
        parts = SEPARATOR.split(line)
        if number == 1 and set(parts) <= set(FIELDS):
            order = parts
            continue
        collector.row(partial(_record, order, parts, day_of), number, "log")
    return collector.reading()


def _lines(text: TextFile) -> Iterator[str]:
    return (line.rstrip("\r\n") for line in text.lines())


def _record(order: Sequence[str], parts: list[str], day_of: DayOf) -> ForeignRecord:
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


def _read_habits(collector: Collector, text: TextFile) -> None:
    """`Gym: 3/7` a line, its last day behind it, `! heading`, `# comment`."""
    heading = ""
    for number, line in enumerate(_lines(text), 1):
        if line.startswith("!"):
            heading = line[1:].strip()
        if not line.strip() or line[0] in "#!":
            continue
        try:
            collector.habits.append(_habit(line, heading))
        except RowError as error:
            collector.trouble(number, str(error), "habits")


def _habit(line: str, heading: str) -> ForeignHabit:
    name, colon, rest = line.partition(": ")
    frequency, _, more = (part.strip() for part in rest.partition(": "))
    match = FREQUENCY.fullmatch(frequency)
    if not colon or not name.strip() or match is None:
        raise RowError("no habit with its frequency. harsh writes them like Gym: 3/7")
    first = _days(match["first"], match["unit"])
    times, days = (first, _days(match["second"], match["per"])) if match["second"] else (1, first)
    schedule, note = (TRACK_ONLY, "") if first == 0 else loop.schedule(times, days)
    units = {match["unit"], match["per"]} & set(ROUGH)
    notes = [note, *(f"a {ROUGH[unit]} is {DAYS[unit]} days here" for unit in sorted(units))]
    ends = _last_day(more)
    if more and ends is None:
        notes.append(f"harsh's file says: {more}")
    return ForeignHabit(
        name.strip(), schedule, None, "; ".join(filter(None, notes)), ends=ends, group=heading
    )


def _days(number: str, unit: str) -> int:
    return int(number) * DAYS[unit]


def _last_day(words: str) -> date | None:
    try:
        return date.fromisoformat(words)
    except ValueError:
        return None
