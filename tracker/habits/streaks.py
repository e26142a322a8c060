"""Streaks: how long a habit has held, when it breaks, and whether a day still wants an answer.

Source: harsh (days until break) and Loop (`StreakList.kt`, windows that qualify). One rule
serves every schedule: of the days that can count (due and not skipped), a success covers
itself and the days its window reaches.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from tracker.calendar.days import ONE_DAY, each_day
from tracker.habits.checkins import NEUTRAL, Marks
from tracker.habits.model import Habit, Span
from tracker.habits.runs import DayRuns, WeekRuns, follow, week_met
from tracker.habits.windows import needed, sum_of


class Streak(NamedTuple):
    """How long a habit has held until today.

    Attributes:
        length: in `unit`.
        unit: "days", or "weeks" for a habit of so many times a week.
        breaks_in: days until it breaks unless done; 0 is today, negative is broken, None
            where there is nothing yet to break.
        covered: the days on which the habit holds.
    """

    length: int
    unit: str
    breaks_in: int | None
    covered: frozenset[date]


NO_STREAK = Streak(0, "days", None, frozenset())


def streak(spans: Sequence[Span], marks: Marks, today: date) -> Streak:
    """The current streak, by the newest definition of the habit, over all its days.

    Args:
        marks: its answers, those of breaks made neutral.
    """
    begun = [span for span in spans if span.first <= today]
    if not begun or not begun[-1].habit.scored:
        return NO_STREAK
    days = [day for span in begun for day in each_day(span.first, min(span.last, today))]
    return streak_at(follow(begun[-1].habit, days, marks), days[0], today, is_open=True)


def streak_at(runs: DayRuns | WeekRuns, first: date, today: date, *, is_open: bool) -> Streak:
    """The streak on a day, with the days from a first one on that hold.

    Args:
        is_open: whether the day is still going on, so that no answer is not yet a miss.
    """
    length = runs.length_on(today, is_open=is_open)
    return Streak(length, runs.unit, runs.breaks_in(today), runs.covered(first, today))


def is_due(habit: Habit, marks: Marks, day: date) -> bool:
    """Whether an unanswered day wants an answer: it counts, and its window is short of times."""
    if not habit.schedule.asks_on(day) or habit.rests_on(day):
        return False
    if habit.breaks:
        marks = {**marks, **{d: NEUTRAL for d in _around(day, habit) if habit.rests_on(d)}}
    if habit.limit:
        return True  # a missing report is presumed bad, whatever the days before it hold
    if habit.schedule.by_week:
        return not week_met(habit, marks, habit.schedule.week_of(day))
    days = habit.schedule.window[1]
    past = (marks.get(earlier) for earlier in each_day(day - timedelta(days - 1), day - ONE_DAY))
    amount, skipped = sum_of(habit, past)
    return amount < (needed(habit, skipped) if habit.aim else max(1, needed(habit, skipped)))


def _around(day: date, habit: Habit) -> Iterable[date]:
    """The days on which an answer can matter for whether a day is due."""
    reach = timedelta(max(7, habit.schedule.days))
    return each_day(day - reach, day + reach)
