"""Habits: what is asked, how often, how much, and on which days."""

from __future__ import annotations

import math
import re
from datetime import date, timedelta
from typing import Literal, NamedTuple, get_args

from tracker.habits.schedule import DAILY, Schedule

Aggregate = Literal["last", "first", "sum", "min", "max", "mean", "median", "count"]
AGGREGATES: tuple[Aggregate, ...] = get_args(Aggregate)
AHEAD = timedelta(days=7)  # Beeminder's: a break that is declared later is no plan


class Quantity(NamedTuple):
    """How much: a target to reach or a limit to keep; None where only the unit is known."""

    target: float | None
    unit: str = ""
    aggregate: Aggregate = "last"
    at_most: bool = False

    def __str__(self) -> str:
        """The aim in words: "2 hours", "at most 20 minutes", "km"."""
        amount = "" if self.target is None else f"{self.target:g}"
        words = f"{amount} {self.unit}".strip()
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

    def rests_on(self, day: date) -> bool:
        """Whether the day lies in a break."""
        return any(rest.first <= day <= rest.last for rest in self.breaks)

    @property
    def scored(self) -> bool:
        """Whether it has a strength; a tracked habit has none."""
        return self.schedule.scored

    @property
    def limit(self) -> bool:
        """Whether less is better."""
        return self.quantity is not None and self.quantity.at_most


class Span(NamedTuple):
    """The days on which one definition of a habit is in force."""

    habit: Habit
    first: date
    last: date

    def holds(self, day: date) -> bool:
        """Whether the definition is in force on the day."""
        return self.first <= day <= self.last


def parse_quantity(raw: str | int | float, *, at_most: bool = False) -> Quantity:
    """`5 km`, `km`, `5`; ValueError says what to write instead."""
    if isinstance(raw, (int, float)):
        return Quantity(checked_target(float(raw), at_most=at_most), at_most=at_most)
    match = re.fullmatch(r"\s*([-+]?(?:\d+\.?\d*|\.\d+))?\s*(.*?)\s*", raw)
    number, unit = (match[1], match[2]) if match else (None, raw)
    if number is None and (at_most or not unit or unit[0].isdigit()):
        example = "20 minutes" if at_most else "5 km"
        raise ValueError(f'"{raw}" is no amount. Write a number and a unit, like {example}.')
    target = None if number is None else checked_target(float(number), at_most=at_most)
    return Quantity(target, unit, at_most=at_most)


def checked_target(target: float, *, at_most: bool) -> float:
    """The target itself; ValueError where it could never be judged."""
    if not math.isfinite(target) or target < 0 or (target == 0 and not at_most):
        aim = "0 or more" if at_most else "more than 0"
        raise ValueError(f"{target:g} is no amount to aim at. Use a number that is {aim}.")
    return target
