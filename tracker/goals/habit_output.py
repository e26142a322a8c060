"""Every habit beside what was published on the goals it serves, over all seasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from tracker.calendar.weeks import Week
from tracker.goals.association import (
    LAGS,
    Association,
    Refusal,
    associate,
    paired,
    weekly_rates,
)
from tracker.goals.evidence import Entry
from tracker.goals.model import Project
from tracker.habits.strength import Marks


class HabitOutput(NamedTuple):
    """One habit, and what its weeks have to do with what was published, by lag in weeks."""

    habit: str
    title: str
    found: Mapping[int, Association | Refusal]


def habit_output(
    project: Project,
    marks: Mapping[str, Marks],
    entries: Sequence[Entry],
    today: date,
    *,
    public_only: bool,
) -> list[HabitOutput]:
    """Each habit that was ever answered, against output in the same and the following week."""
    results = []
    for habit in project.habit_ids():
        every = project.public_spans(habit) if public_only else project.spans(habit)
        spans = [span for span in every if span.first <= today]
        if not spans or habit not in marks:
            continue
        rates: dict[Week, float] = {}
        for span in spans:
            rates |= weekly_rates(span, marks[habit], today)
        serves = {goal for span in spans for goal in span.habit.serves}
        days = _published(entries, serves, today)
        found = {lag: associate(paired(rates, days, lag, today)) for lag in LAGS}
        results.append(HabitOutput(habit, spans[-1].habit.title, found))
    return results


def signed(number: float) -> str:
    """A number with its sign; the minus is one, not a hyphen."""
    return f"{number:+.2f}".replace("-", "−")


def between(low: float, high: float) -> str:
    """Two signed numbers as an interval."""
    return f"{signed(low)} to {signed(high)}"


def _published(entries: Sequence[Entry], goals: set[str], today: date) -> list[date]:
    """The days on which something was published: on the goals, or on any where there are none."""
    return [
        entry.day
        for entry in entries
        if entry.day is not None
        and entry.day <= today
        and not entry.draft
        and (goals.intersection(entry.goals) if goals else entry.goals)
    ]
