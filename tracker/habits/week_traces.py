"""A habit of so many times a calendar week, followed week by week."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from tracker.calendar.days import each_day
from tracker.habits.model import Habit
from tracker.habits.strength import Marks, is_done


def monday(day: date) -> date:
    """The first day of the day's week."""
    return day - timedelta(days=day.weekday())


def week_met(habit: Habit, marks: Marks, week: date, until: date | None = None) -> bool | None:
    """Whether a calendar week has its times; None where skipped days leave nothing to ask.

    Args:
        until: the last day to look at, where the week is seen from inside.
    """
    done = skipped = 0
    for day in each_day(week, week + timedelta(6)):
        mark = marks.get(day)
        if mark is None or (until is not None and day > until):
            continue
        if mark.answer == "skip":
            skipped += 1
        else:
            done += is_done(habit, mark)
    asked = habit.schedule.times * (7 - skipped) // 7
    return None if asked == 0 and not done else done >= asked


class WeekTrace:
    """The weeks of a habit under one definition, each with the weeks held before it."""

    def __init__(self, habit: Habit, days: Sequence[date], marks: Marks, length: int = 0) -> None:
        """Follow the habit over days in order; `length` weeks had held before the first's week."""
        self.habit, self.marks = habit, marks
        self.met: dict[date, bool | None] = {}
        self.before: dict[date, int] = {}
        self.length = length
        for week in dict.fromkeys(monday(day) for day in days):
            self.before[week] = length
            met = self.met[week] = week_met(habit, marks, week)
            length = length + 1 if met else (length if met is None else 0)
        self.end = length  # how many weeks had held at the end of the last day's week

    def length_on(self, day: date) -> int:
        """The weeks held on a day; a week that is not over cannot have ended them."""
        week = monday(day)
        before = self.before.get(week, self.length)
        return before + bool(week_met(self.habit, self.marks, week, day))

    def covered(self, first: date, last: date) -> frozenset[date]:
        """The days of a stretch that lie in a week that has its times."""
        return frozenset(day for day in each_day(first, last) if self.met.get(monday(day)))
