"""What is due in the days to come: habits day by day, goals and milestones on theirs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from tracker.calendar.days import each_day
from tracker.exchange.exports.public_part import is_shown
from tracker.goals.model import Goal, Project, Season
from tracker.habits.checkins import Mark
from tracker.habits.model import Habit
from tracker.habits.streaks import is_due
from tracker.habits.strength import Marks


class Due(NamedTuple):
    """One thing that is due on one day.

    Attributes:
        key: what names it for ever, so that a calendar knows it again.
    """

    key: str
    day: date
    title: str
    text: str = ""


def due(
    project: Project,
    marks: Mapping[str, Marks],
    today: date,
    days: int,
    shown: Project | None,
) -> list[Due]:
    """Everything that is due from today on, in the order of its days.

    A habit of so many times in so many days is due until it has them: each coming day is
    counted as done, since nobody plans to miss. Goals and milestones have no horizon.

    Args:
        days: how far the habits are looked ahead, today included.
        shown: the project that says what may be shown; None shows everything.
    """
    last = today + timedelta(days - 1)
    found = [*_habits(project, marks, today, last, shown), *_goals(project, today)]
    return sorted(found, key=lambda item: (item.day, item.key))


def _habits(
    project: Project, marks: Mapping[str, Marks], today: date, last: date, shown: Project | None
) -> Iterator[Due]:
    ahead: dict[str, dict[date, Mark]] = {}
    for day in each_day(today, last):
        for habit in project.habits_on(day):
            if not habit.scored or not (shown is None or is_shown(shown, habit.id, day)):
                continue
            known = ahead.setdefault(habit.id, dict(marks.get(habit.id, {})))
            if day not in known and is_due(habit, known, day):
                known[day] = Mark("yes")
                yield Due(f"habit-{habit.id}-{day}", day, _title(habit), habit.if_then)


def _title(habit: Habit) -> str:
    amount = str(habit.quantity) if habit.quantity and habit.quantity.target is not None else ""
    return f"{habit.title} ({amount})" if amount else habit.title


def _goals(project: Project, today: date) -> Iterator[Due]:
    for season in project.seasons:
        for goal in season.goals:
            if season.ends >= today:
                key = f"goal-{season.id}-{goal.id}"
                yield Due(key, season.ends, f"{goal.title}: {_amount(goal, goal.target)}", goal.why)
            yield from _milestones(season, goal, today)


def _milestones(season: Season, goal: Goal, today: date) -> Iterator[Due]:
    for stone in goal.milestones:
        if stone.by >= today:
            key = f"milestone-{season.id}-{goal.id}-{stone.by}"
            yield Due(key, stone.by, f"{goal.title}: {_amount(goal, stone.amount)} by today")


def _amount(goal: Goal, amount: float) -> str:
    return f"{amount:g} {goal.unit}".rstrip()
