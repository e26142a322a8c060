"""Grades: how much of what was promised was done, 0 to 1, as OKRs are graded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from math import fsum
from typing import NamedTuple

from tracker.goals.evidence import LogEntry, evidence_for
from tracker.goals.model import Goal, Season, progress_words
from tracker.habits.model import number_words

# What is said of a grade, in the terminal and on the pages.
REACHED, MISSED = "reached", "missed"
AS_PROMISED, AS_AMENDED = "as promised", "as amended"
NOT_PROMISED, DROPPED = "not promised", "dropped"
NO_GRADE = "no grade"


class MilestoneGrade(NamedTuple):
    """A milestone and what was there on its day."""

    by: date
    amount: float
    done: float

    @property
    def met(self) -> bool:
        """Whether it was reached in time."""
        return self.done >= self.amount

    def words(self, day: str) -> str:
        """What became of it, given its day in words: "3 by 1 May: missed, 2 were there"."""
        became = (
            "met"
            if self.met
            else f"{MISSED}, {number_words(self.done)} {'was' if self.done == 1 else 'were'} there"
        )
        return f"{number_words(self.amount)} by {day}: {became}"


class Grade(NamedTuple):
    """One goal, graded.

    Attributes:
        done: what the evidence adds up to.
        grade: min(1, done/target).
        evidence: the addresses of what counted, oldest first.
    """

    goal: str
    title: str
    target: float
    unit: str
    weight: float
    done: float
    grade: float
    evidence: tuple[str, ...] = ()
    milestones: tuple[MilestoneGrade, ...] = ()

    @property
    def reached(self) -> bool:
        """Whether all of it was there."""
        return self.grade >= 1

    @property
    def progress(self) -> str:
        """How much of it was there: "2 of 4 papers"."""
        return progress_words(self.done, self.target, self.unit)


def evidence_total(evidence: Sequence[LogEntry], by: date = date.max) -> float:
    """What evidence adds up to by a day: each entry is one."""
    return float(sum(entry.day is not None and entry.day <= by for entry in evidence))


def milestone_grades(
    goal: Goal, evidence: Sequence[LogEntry], today: date
) -> tuple[MilestoneGrade, ...]:
    """The milestones whose day has come, each with what was there on it."""
    return tuple(
        MilestoneGrade(stone.by, stone.amount, evidence_total(evidence, stone.by))
        for stone in goal.milestones
        if stone.by <= today
    )


def graded(goal: Goal, season: Season, entries: Iterable[LogEntry], today: date) -> Grade:
    """A goal's grade on a day, from the evidence dated inside its season."""
    evidence = evidence_for(goal, season, entries, today)
    done = evidence_total(evidence)
    return Grade(
        goal=goal.id,
        title=goal.title,
        target=goal.target,
        unit=goal.unit,
        weight=goal.weight,
        done=done,
        grade=min(1.0, done / goal.target),
        evidence=tuple(entry.path for entry in evidence),
        milestones=milestone_grades(goal, evidence, today),
    )


def graded_all(season: Season, entries: Sequence[LogEntry], today: date) -> tuple[Grade, ...]:
    """Every goal of a season, graded."""
    return tuple(graded(goal, season, entries, today) for goal in season.goals)


def overall(grades: Sequence[Grade]) -> float | None:
    """The season's grade: the mean of its goals' by weight; None without goals."""
    weight = fsum(item.weight for item in grades)
    if not weight:
        return None
    return min(1.0, fsum(item.grade * item.weight for item in grades) / weight)


def number(grade: float | None) -> str:
    """A grade to two digits; only what was wholly reached is 1.00."""
    if grade is None:
        return NO_GRADE
    return f"{min(grade, 0.99) if grade < 1 else grade:.2f}"
