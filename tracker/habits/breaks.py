"""Breaks: days on which nothing is asked, and the answers as the scores see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tracker.calendar.days import each_day
from tracker.habits.checkins import Mark
from tracker.habits.model import Break, Habit

if TYPE_CHECKING:
    from tracker.goals.model import Span

AHEAD = timedelta(days=7)  # Beeminder's: what is declared later is no plan
NEUTRAL = Mark("skip")


def is_planned(rest: Break, declared: date | None) -> bool:
    """Whether a break was planned: said to be, and declared a week before where that is known."""
    return rest.planned and (declared is None or declared + AHEAD <= rest.first)


def rested(spans: Sequence[Span], marks: Mapping[date, Mark]) -> Mapping[date, Mark]:
    """The answers with every day of a break neutral, whatever was answered on it."""
    days = [
        day
        for span in spans
        for rest in span.habit.breaks
        for day in each_day(max(rest.first, span.first), min(rest.last, span.last))
    ]
    return {**marks, **dict.fromkeys(days, NEUTRAL)} if days else marks


def own(habit: Habit, season: Sequence[Break]) -> list[Break]:
    """The breaks that a habit has besides those of its season."""
    return [rest for rest in habit.breaks if rest not in season]


def in_words(rest: Break) -> str:
    """ "Break 2026-12-20 to 2027-01-02, planned: family"."""
    kind = "planned" if rest.planned else "unplanned"
    why = f": {rest.why}" if rest.why else ""
    return f"Break {rest.first} to {rest.last}, {kind}{why}"
