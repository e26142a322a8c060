"""Habits as goals.yml defines them, on their way out."""

from __future__ import annotations

from typing import NamedTuple

from tracker.calendar.days import WEEKDAYS
from tracker.goals.model import Project
from tracker.habits.model import Habit, Schedule

HEADING = (
    "habit", "title", "season", "starts", "ends", "schedule", "target", "unit", "at_most",
    "aggregate", "public",
)  # fmt: skip


class Definition(NamedTuple):
    """A habit in one season."""

    season: str
    starts: str
    ends: str
    habit: Habit

    def row(self) -> list[str | float | None]:
        """The cells below `HEADING`."""
        habit, quantity = self.habit, self.habit.quantity
        return [
            habit.id,
            habit.title,
            self.season,
            self.starts,
            self.ends,
            schedule_words(habit.schedule),
            quantity.target if quantity else None,
            quantity.unit if quantity else None,
            ("yes" if quantity.at_most else "no") if quantity else None,
            quantity.aggregate if quantity else None,
            "yes" if habit.public else "no",
        ]

    def data(self) -> dict[str, object]:
        """The same for JSON; what does not apply is left out."""
        cells = dict(zip(HEADING, self.row(), strict=True))
        return {key: cell for key, cell in cells.items() if cell is not None}


def definitions(project: Project, *, private: bool) -> list[Definition]:
    """Every definition of every habit that may be shown, oldest season first."""
    return [
        Definition(season.id, span.first.isoformat(), span.last.isoformat(), habit)
        for season in project.seasons
        for habit in season.habits
        for span in (project.spans(habit.id) if private else project.public_spans(habit.id))
        if span.habit is habit
    ]


def schedule_words(schedule: Schedule) -> str:
    """A schedule as goals.yml writes it; `parse_schedule` reads it back."""
    if schedule.kind == "weekdays":
        return ",".join(WEEKDAYS[index] for index in schedule.weekdays)
    if schedule.kind == "weekly":
        return f"{schedule.times} per week"
    if schedule.kind == "rolling":
        if schedule.times == 1:
            return f"every {schedule.days} days"
        return f"{schedule.times}/{schedule.days}"
    return schedule.kind
