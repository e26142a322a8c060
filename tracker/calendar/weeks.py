"""Weeks, numbered within a year of their own (52 or 53 of them).

From Monday to Sunday they are ISO 8601's. Weeks that begin on another day, as a log may have
them, take the number of the ISO week that most of their days lie in: none is counted twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from tracker.calendar.days import week_start
from tracker.errors import TrackerError

MIDDLE = timedelta(3)  # of a week, from its first day: most of its days lie in that one's ISO week


class Week(NamedTuple):
    """One week.

    Attributes:
        starts: the weekday it begins with, 0 to 6.
    """

    year: int
    number: int
    starts: int = 0

    @property
    def first(self) -> date:
        """Its first day."""
        monday = date.fromisocalendar(self.year, self.number, 1)
        return week_start(monday + MIDDLE, self.starts)

    @property
    def last(self) -> date:
        """Its last day."""
        return self.first + timedelta(6)

    def __str__(self) -> str:
        """As ISO 8601 writes it: 2026-W47."""
        return f"{self.year}-W{self.number:02d}"


def week_of(day: date, starts: int = 0) -> Week:
    """The week that holds a day; the first days of January can lie in the old year's last."""
    year, number, _ = (week_start(day, starts) + MIDDLE).isocalendar()
    return Week(year, number, starts)


def each_week(first: date, last: date, starts: int = 0) -> Iterator[Week]:
    """Every week that lies wholly between two days, both included."""
    begins = week_start(first + timedelta(6), starts)
    while begins + timedelta(6) <= last:
        yield week_of(begins, starts)
        begins += timedelta(7)


def parse_week(text: str, today: date, starts: int = 0) -> Week:
    """The week a person means: `this`, `last`, `2026-W47`.

    Raises TrackerError for a word that names none and for a week still to come.

    Args:
        starts: the weekday that weeks begin with, 0 to 6.
    """
    word = text.strip().casefold()
    if word in {"this", "last"}:
        return week_of(today if word == "this" else today - timedelta(7), starts)
    match = re.fullmatch(r"(\d{4})-?w(\d{1,2})", word)
    try:
        week = Week(int(match[1]), int(match[2]), starts) if match else None
        begun = week is not None and week.first <= today
    except ValueError:
        week, begun = None, False
    if week is None:
        raise TrackerError(
            f'"{text}" names no week. Use this, last, or a week like {week_of(today, starts)}.'
        )
    if not begun:
        raise TrackerError(f"{week} is still to come; this is {week_of(today, starts)}.")
    return week
