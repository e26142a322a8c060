"""Habits: what is asked, how often, how much, and on which days.

An amount is a decimal, and a float is its box: the one float that is nearest to what was
written, whose shortest spelling says it again. Comparing two of them compares the decimals;
whatever is put together from several is put together in decimals (`total`).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

from tracker.habits.schedule import DAILY, Schedule

if TYPE_CHECKING:
    from decimal import Decimal

Aggregate = Literal["last", "first", "sum", "min", "max", "mean", "median", "count"]
AGGREGATES: tuple[Aggregate, ...] = get_args(Aggregate)
# How a habit's entries of one day make one, and since which day (ISO) they do; oldest first.
Aggregates = Sequence[tuple[str, Aggregate]]
LAST: Aggregates = (("", "last"),)
AHEAD = timedelta(days=7)  # Beeminder's: a break that is declared later is no plan


def number_words(value: float) -> str:
    """A number in digits, all of them and no exponent: 1234567, 2.5, 19.9999999."""
    text = repr(float(value) or 0.0)  # never a negative nothing
    if "e" in text:
        from decimal import Decimal  # nearly no amount is that large or that small

        text = format(Decimal(text), "f")
    return text.removesuffix(".0")


def amount_words(amount: float, unit: str) -> str:
    """An amount in words: "4 papers", "1 paper"."""
    if amount == 1 and unit:
        from tracker.text.plurals import singular  # of one thing only

        unit = singular(unit)
    return f"{number_words(amount)} {unit}".rstrip()


def decimal_of(value: float) -> Decimal:
    """The decimal that an amount was written as."""
    from decimal import Decimal  # whole numbers, which most amounts are, do without

    return Decimal(repr(value))


def total(amounts: Iterable[float]) -> float:
    """The sum of amounts as the decimals they were written as: three times 0.1 is 0.3."""
    values = list(map(float, amounts))
    if all(value.is_integer() for value in values):
        return math.fsum(values)
    return float(sum(map(decimal_of, values)))


class Quantity(NamedTuple):
    """How much: a target to reach or a limit to keep; None where only the unit is known."""

    target: float | None
    unit: str = ""
    aggregate: Aggregate = "last"
    at_most: bool = False

    def __str__(self) -> str:
        """The aim in words: "2 hours", "at most 20 minutes", "km"."""
        words = self.unit if self.target is None else amount_words(self.target, self.unit)
        return f"at most {words}" if self.at_most else words


class Break(NamedTuple):
    """Days on which nothing is asked; both ends belong to it.

    Attributes:
        planned: whether it was declared a week ahead; what is not said to be is not.
    """

    first: date
    last: date
    why: str = ""
    planned: bool = False

    def is_planned(self, declared: date | None) -> bool:
        """Whether it is a plan: said to be, and declared a week before where that is known."""
        return self.planned and (declared is None or declared + AHEAD <= self.first)

    def __str__(self) -> str:
        """ "Break 2026-12-20 to 2027-01-02, planned: family"."""
        kind = "planned" if self.planned else "unplanned"
        why = f": {self.why}" if self.why else ""
        return f"Break {self.first} to {self.last}, {kind}{why}"


class Habit(NamedTuple):
    """One habit of one season."""

    id: str
    title: str
    schedule: Schedule = DAILY
    quantity: Quantity | None = None
    serves: tuple[str, ...] = ()
    if_then: str = ""
    public: bool = True
    starts: date | None = None
    ends: date | None = None
    breaks: tuple[Break, ...] = ()  # its season's and its own
    group: str = ""  # the heading it stands under

    def rests_on(self, day: date) -> bool:
        """Whether the day lies in a break."""
        return any(rest.first <= day <= rest.last for rest in self.breaks)

    @property
    def scored(self) -> bool:
        """Whether it has a strength; a tracked habit has none."""
        return self.schedule.scored

    @property
    def measure(self) -> Quantity | None:
        """What a day's number is held against: its amount, or its times where it has several."""
        times = self.schedule.per_day
        return self.quantity if times is None else Quantity(float(times), "times", "sum")

    @property
    def aim(self) -> float | None:
        """The amount to reach; None where there is none, or a limit instead."""
        measure = self.measure
        return None if measure is None or measure.at_most else measure.target

    @property
    def adds_up(self) -> bool:
        """Whether several answers of one day are put together, and none replaces another."""
        return self.measure is not None and self.measure.aggregate != "last"

    @property
    def limit(self) -> bool:
        """Whether less is better."""
        return self.quantity is not None and self.quantity.at_most

    @property
    def sums_window(self) -> bool:
        """Whether its amount is asked of a window of days, not of each time: 10 km in `1/7`."""
        schedule = self.schedule
        if self.limit:
            return schedule.limit_window[1] > 1
        return self.aim is not None and schedule.pools and schedule.times == 1


class Span(NamedTuple):
    """The days on which one definition of a habit is in force."""

    habit: Habit
    first: date
    last: date

    def holds(self, day: date) -> bool:
        """Whether the definition is in force on the day."""
        return self.first <= day <= self.last
