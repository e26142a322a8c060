"""ISO weeks: Monday to Sunday, numbered within a year of their own (52 or 53 of them)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from tracker.errors import TrackerError


class Week(NamedTuple):
    """One ISO week."""

    year: int
    number: int

    @property
    def first(self) -> date:
        """Its Monday."""
        return date.fromisocalendar(self.year, self.number, 1)

    @property
    def last(self) -> date:
        """Its Sunday."""
        return date.fromisocalendar(self.year, self.number, 7)

    def __str__(self) -> str:
        """As ISO 8601 writes it: 2026-W47."""
        return f"{self.year}-W{self.number:02d}"


def week_of(day: date) -> Week:
    """The week that holds a day; the first days of January can lie in the old year's last."""
    year, number, _ = day.isocalendar()
    return Week(year, number)


def each_week(first: date, last: date) -> Iterator[Week]:
    """Every week that lies wholly between two days, both included."""
    monday = first + timedelta(days=-first.weekday() % 7)
    while monday + timedelta(6) <= last:
        yield week_of(monday)
        monday += timedelta(7)


def parse_week(text: str, today: date) -> Week:
    """The week a person means: `this`, `last`, `2026-W47`.

    Raises TrackerError for a word that names none and for a week still to come.
    """
    word = text.strip().casefold()
    if word in {"this", "last"}:
        return week_of(today if word == "this" else today - timedelta(7))
    match = re.fullmatch(r"(\d{4})-?w(\d{1,2})", word)
    try:
        week = Week(int(match[1]), int(match[2])) if match else None
        begun = week is not None and week.first <= today
    except ValueError:
        week, begun = None, False
    if week is None:
        raise TrackerError(
            f'"{text}" names no week. Use this, last, or a week like {week_of(today)}.'
        )
    if not begun:
        raise TrackerError(f"{week} is still to come; this is {week_of(today)}.")
    return week
