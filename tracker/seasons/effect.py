"""What an answer did: how its habit stood before and after it, and the pace of the goals it serves."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from tracker.habits.model import Habit
from tracker.seasons.report import GoalReport, HabitReport


class Effect(NamedTuple):
    """One answer's effect, as its habit stands today.

    Attributes:
        day: the day that was answered.
        goals: those the habit serves; an answer does not move them, evidence does.
    """

    day: date
    before: HabitReport
    after: HabitReport
    goals: tuple[GoalReport, ...] = ()

    @property
    def habit(self) -> Habit:
        """The habit that was answered."""
        return self.after.habit

    @property
    def ended(self) -> int:
        """How long the streak was that the answer ended; 0 where it ended none."""
        return 0 if self.after.streak.length else self.before.streak.length


class AtRisk(NamedTuple):
    """A habit that breaks unless it is done by a day."""

    habit: Habit
    by: date


def last_chance(report: HabitReport, today: date) -> date | None:
    """The last day to do a habit on so that its streak does not break.

    None where no streak is held, and where the habit ends before that day.
    """
    held = report.streak
    if not held.length or held.breaks_in is None or held.breaks_in < 0:
        return None
    by = today + timedelta(held.breaks_in)
    if held.unit == "weeks":  # it breaks when the next week begins
        by -= timedelta(1)
    return by if by <= report.span.last else None


def at_risk(reports: Iterable[HabitReport], today: date) -> list[AtRisk]:
    """The habits that today still asks for and that break today or tomorrow, soonest first."""
    found = [
        AtRisk(item.habit, by)
        for item in reports
        if item.due and (by := last_chance(item, today)) and by <= today + timedelta(1)
    ]
    return sorted(found, key=lambda risk: risk.by)
