"""Grades: how much of what was promised was done, 0 to 1, as OKRs are graded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from math import fsum
from typing import NamedTuple

from tracker.goals.evidence import Entry, evidence_for
from tracker.goals.model import Goal, Season


class Reached(NamedTuple):
    """A milestone and what was there on its day."""

    by: date
    amount: float
    done: float

    @property
    def met(self) -> bool:
        """Whether it was reached in time."""
        return self.done >= self.amount


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
    milestones: tuple[Reached, ...] = ()


def grade(done: float, target: float) -> float:
    """The share of a target that was reached, at most all of it."""
    return min(1.0, done / target)


def graded(goal: Goal, season: Season, entries: Iterable[Entry], today: date) -> Grade:
    """A goal's grade on a day, from the evidence dated inside its season."""
    found = evidence_for(goal, season, entries, today)
    done = float(len(found))
    stones = tuple(
        Reached(stone.by, stone.amount, float(sum(_by(entry, stone.by) for entry in found)))
        for stone in goal.milestones
        if stone.by <= today
    )
    return Grade(
        goal=goal.id,
        title=goal.title,
        target=goal.target,
        unit=goal.unit,
        weight=goal.weight,
        done=done,
        grade=grade(done, goal.target),
        evidence=tuple(entry.path for entry in found),
        milestones=stones,
    )


def graded_all(season: Season, entries: Sequence[Entry], today: date) -> tuple[Grade, ...]:
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
        return "no grade"
    return f"{min(grade, 0.99) if grade < 1 else grade:.2f}"


def _by(entry: Entry, day: date) -> bool:
    return entry.day is not None and entry.day <= day
