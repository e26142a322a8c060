"""Habits: what is asked, how often, how much; and the words for it in goals.yml."""

from __future__ import annotations

import math
import re
from datetime import date
from typing import Literal, NamedTuple

from tracker.calendar.days import WEEKDAY_NAMES, WEEKDAYS, weekday_index
from tracker.text.names import did_you_mean

Kind = Literal["daily", "rolling", "weekly", "weekdays", "track-only"]
Aggregate = Literal["last", "sum", "max", "count"]
AGGREGATES: tuple[Aggregate, ...] = ("last", "sum", "max", "count")
LONGEST_WINDOW = 366  # a habit rarer than once a year is a reminder
SCHEDULES = "Use daily, 3/7, 3 per week, mon,wed,fri, every 2 days or track-only."


class Schedule(NamedTuple):
    """How often: `times` in any `days` (rolling), in a calendar week, or on set weekdays."""

    kind: Kind
    times: int = 1
    days: int = 1
    weekdays: tuple[int, ...] = ()

    @property
    def frequency(self) -> tuple[int, int]:
        """How many times in how many days."""
        if self.kind == "weekdays":
            return len(self.weekdays), 7
        return (self.times, 7) if self.kind == "weekly" else (self.times, self.days)

    def asks_on(self, day: date) -> bool:
        """Whether the day can count at all: set weekdays leave the others free."""
        return self.kind != "weekdays" or day.weekday() in self.weekdays

    def __str__(self) -> str:
        """The schedule in words for a reader."""
        if self.kind == "weekdays":
            if self.weekdays == (0, 1, 2, 3, 4):
                return "Monday to Friday"
            return ", ".join(WEEKDAY_NAMES[index] for index in self.weekdays)
        if self.kind == "rolling":
            if self.times == 1:
                return f"once in any {self.days} days"
            return f"{self.times} in any {self.days} days"
        words = {"daily": "every day", "track-only": "tracked, not scored"}
        return words.get(self.kind, f"{self.times} a week")


DAILY = Schedule("daily")


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
        return self.schedule.kind != "track-only"

    @property
    def limit(self) -> bool:
        """Whether less is better."""
        return self.quantity is not None and self.quantity.at_most


def parse_schedule(raw: str | int | list[str]) -> Schedule:
    """A schedule from the words of goals.yml; ValueError says what to write instead."""
    if isinstance(raw, list):
        return _weekday_set(raw, ", ".join(map(str, raw)))
    text = str(raw).strip().casefold()
    if text in {"daily", "every day", "1"}:
        return DAILY
    if text in {"track-only", "track only", "0"}:
        return Schedule("track-only")
    if text in {"weekly", "every week"}:
        return Schedule("weekly", 1, 7)
    found = (
        _counted(text) or _every(text) or _named_set(text)
    )  # fmt: skip
    if found:
        return found
    words = [word for word in re.split(r"[\s,/+&]+|\band\b", text) if word]
    return _weekday_set(words, str(raw))


def _counted(text: str) -> Schedule | None:
    """`3/7`, `1/2w`, `1w`, `3 per week`."""
    if match := re.fullmatch(r"(\d+)\s*(?:x|times)?\s*(?:/|per|a|each)\s*(?:week|wk)", text):
        times = int(match[1])
        if not 1 <= times <= 7:
            raise ValueError(f'"{text}" asks for {times} days in 7. Use 1 to 7 per week.')
        return Schedule("weekly", times, 7)
    if match := re.fullmatch(r"(\d+)w", text):
        return rolling(1, 7 * int(match[1]), text)
    if match := re.fullmatch(r"(\d+)\s*/\s*(\d+)(w?)", text):
        return rolling(int(match[1]), int(match[2]) * (7 if match[3] else 1), text)
    return None


def _every(text: str) -> Schedule | None:
    """`every 2 days`, or the number alone."""
    if text in {"every other day", "every second day"}:
        return rolling(1, 2, text)
    match = re.fullmatch(r"(?:every\s+)?(\d+)(?:\s+days?)?", text)
    return rolling(1, int(match[1]), text) if match else None


def _named_set(text: str) -> Schedule | None:
    """`weekdays`, `weekend`, `mon-fri`."""
    if text in {"weekdays", "workdays", "every weekday"}:
        return Schedule("weekdays", weekdays=(0, 1, 2, 3, 4))
    if text in {"weekend", "weekends"}:
        return Schedule("weekdays", weekdays=(5, 6))
    first, dash, last = text.partition("-")
    start, end = weekday_index(first.strip()), weekday_index(last.strip())
    if not dash or start is None or end is None:
        return None
    span = (end - start) % 7 + 1
    return _set(tuple(sorted((start + step) % 7 for step in range(span))))


def _weekday_set(words: list[str], raw: str) -> Schedule:
    indices = [weekday_index(str(word).strip()) for word in words]
    if not indices or None in indices:
        strange = [str(word) for word, index in zip(words, indices, strict=True) if index is None]
        if 0 < len(strange) < len(words):  # the rest are weekdays, so this is meant to be one
            hint = did_you_mean(strange[0].strip(), WEEKDAYS)
            raise ValueError(
                f'"{raw}" is no schedule: "{strange[0].strip()}" is no weekday. {hint}'
            )
        raise ValueError(f'"{raw}" is no schedule. {SCHEDULES}')
    return _set(tuple(sorted({index for index in indices if index is not None})))


def _set(weekdays: tuple[int, ...]) -> Schedule:
    return DAILY if len(weekdays) == len(WEEKDAYS) else Schedule("weekdays", weekdays=weekdays)


def rolling(times: int, days: int, raw: str) -> Schedule:
    """`times` in any `days`; as often as there are days is daily."""
    if times < 1 or days < 1:
        raise ValueError(f'"{raw}" asks for nothing. Use track-only to record without a score.')
    if times > days:
        raise ValueError(f'"{raw}" asks for {times} days in {days}. Use at most {days}/{days}.')
    if days > LONGEST_WINDOW:
        raise ValueError(f'"{raw}" looks {days} days back. Use at most {LONGEST_WINDOW} days.')
    return DAILY if times == days else Schedule("rolling", times, days)


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
