"""Days without an entry of habits that must stay below a limit.

Loop scores such a day as an amount of 0, the limit kept; here a day without an answer counts
as none. Which of the two is meant is the writer's to say, so it is told, and done when asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from tracker.calendar.days import each_day
from tracker.errors import TrackerError
from tracker.exchange.records import MOST_ROWS, ForeignHabit, ForeignRecord, Given, Reading

OPTION = "--empty-as-zero"


class EmptyDays(NamedTuple):
    """The days without an entry between a habit's first and the file's last."""

    habit: ForeignHabit
    first: date
    last: date
    entered: frozenset[date]

    @property
    def number(self) -> int:
        """How many there are."""
        return (self.last - self.first).days + 1 - len(self.entered)

    def days(self) -> Iterator[date]:
        """Each of them."""
        return (day for day in each_day(self.first, self.last) if day not in self.entered)


def with_zeros(reading: Reading, today: date) -> Reading:
    """A reading with an amount of 0 on each such day, and a word on how many there were."""
    found = list(_empty(reading, today))
    if sum(each.number for each in found) + len(reading.records) > MOST_ROWS:
        raise TrackerError(
            f"{OPTION} would take in more than {MOST_ROWS:,} days. Import without it."
        )
    zeros = [
        ForeignRecord(
            habit=each.habit.name,
            day=day,
            answer=None,
            value=0.0,
            unit=each.habit.quantity.unit if each.habit.quantity else "",
            given=Given(origin="no entry"),
            source=reading.source,
        )
        for each in found
        for day in each.days()
    ]
    told = [
        f"{each.habit.name}: {_days(each.number)} without an entry taken in as 0, as "
        f"{reading.source.title()} scores them"
        for each in found
    ]
    return reading._replace(records=(*reading.records, *zeros), remarks=(*reading.remarks, *told))


def with_remarks(reading: Reading, today: date) -> Reading:
    """A reading that says how many such days there are, and what is to be done about them."""
    program = reading.source.title()
    told = [
        f"{each.habit.name}: {_days(each.number)} without an entry, {each.first} to {each.last}. "
        f"{program} scores such a day as 0, the limit kept; here it has no answer and counts as "
        f"a miss. To take them in as 0: {OPTION}"
        for each in _empty(reading, today)
    ]
    return reading._replace(remarks=(*reading.remarks, *told))


def _empty(reading: Reading, today: date) -> Iterator[EmptyDays]:
    """The habits of a file that have such days."""
    limits = {habit.name: habit for habit in reading.habits if habit.empty_is_zero}
    entered: dict[str, set[date]] = {name: set() for name in limits}
    last = date.min
    for record in reading.records:
        if record.day <= today:
            last = max(last, record.day)
            if record.habit in entered and (record.answer or record.value is not None):
                entered[record.habit].add(record.day)
    for name, days in entered.items():
        if days:
            empty = EmptyDays(limits[name], min(days), last, frozenset(days))
            if empty.number:
                yield empty


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number:,} days"
