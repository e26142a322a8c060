"""A checked goals.yml kept beside the database, so that a check-in need not check it again.

The cache holds the file's whole text: it counts only while the two are the same, letter
for letter, so there is no time stamp to be fooled by. Reading YAML and checking it costs
about 25 ms; this costs one.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from tracker.goals.model import (
    Goal,
    Milestone,
    Project,
    Season,
)
from tracker.habits.model import (
    Break,
    Habit,
    Quantity,
    Schedule,
)

FORMAT = 3  # one more whenever a check or a field of Project changes


def dump(text: str, project: Project) -> str:
    """The cache's content for a goals.yml and the project it describes."""
    return json.dumps([FORMAT, text, project], default=date.isoformat, ensure_ascii=False)


def load(content: str, text: str) -> Project | None:
    """The cached project, or None where the cache is of another text or cannot be read."""
    try:
        version, cached, project = json.loads(content)
        return _project(*project) if version == FORMAT and cached == text else None
    except (ValueError, TypeError, KeyError):
        return None


def _project(timezone: str, day_ends: int, seasons: list[Any]) -> Project:
    return Project(timezone, day_ends, tuple(_season(*season) for season in seasons))


def _season(
    identity: str,
    title: str,
    starts: str,
    ends: str,
    goals: list[Any],
    habits: list[Any],
    breaks: list[Any],
) -> Season:
    return Season(
        identity,
        title,
        date.fromisoformat(starts),
        date.fromisoformat(ends),
        tuple(_goal(goal) for goal in goals),
        tuple(_habit(habit) for habit in habits),
        _breaks(breaks),
    )


def _breaks(found: list[Any]) -> tuple[Break, ...]:
    return tuple(
        Break(date.fromisoformat(first), date.fromisoformat(last), why, planned)
        for first, last, why, planned in found
    )


def _goal(fields: list[Any]) -> Goal:
    goal = Goal(*fields)
    stones: list[Any] = fields[-1]
    milestones = tuple(Milestone(date.fromisoformat(by), amount) for by, amount in stones)
    return goal._replace(milestones=milestones)


def _habit(fields: list[Any]) -> Habit:
    identity, title, schedule, quantity, serves, if_then, public, starts, ends, breaks = fields
    kind, times, days, weekdays = schedule
    return Habit(
        identity,
        title,
        Schedule(kind, times, days, tuple(weekdays)),
        Quantity(*quantity) if quantity else None,
        tuple(serves),
        if_then,
        public,
        date.fromisoformat(starts) if starts else None,
        date.fromisoformat(ends) if ends else None,
        _breaks(breaks) if breaks else (),
    )
