"""What the days of a week were, without a walk through the years before it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from tracker.calendar.days import ONE_DAY, each_day
from tracker.goals.model import Project
from tracker.habits.checkins import Marks, is_skipped, rested
from tracker.habits.model import Span
from tracker.habits.states import DayState
from tracker.habits.strength import window_of
from tracker.seasons.history import History

AnswersSince = Callable[[str, date], Marks]


def states_between(
    project: Project, first: date, last: date, answers_since: AnswersSince
) -> dict[str, dict[date, DayState]]:
    """How the days of every habit stood, as the last of them knew it.

    A day's state depends on its own window alone, so answers are read back to where the first
    day's window is full, and no further.

    Args:
        project: the habits by the definitions that count.
        answers_since: the answers of a habit, from a day on.
    """
    states = {}
    for habit, spans in project.spans_of_all().items():
        begun = [span for span in spans if span.first <= last]
        if any(span.last >= first for span in begun):
            states[habit] = _of_habit(begun, first, last, answers_since)
    return states


def _of_habit(
    spans: Sequence[Span], first: date, last: date, answers_since: AnswersSince
) -> dict[date, DayState]:
    """The states of one habit's days; further back each time, until the window is full."""
    name = spans[-1].habit.id
    window = max(max(window_of(span.habit)[1], span.habit.schedule.days) for span in spans)
    reach = 2 * window + 7  # whole calendar weeks too
    while True:
        since = date.fromordinal(max(first.toordinal() - reach, 1))
        near = [span._replace(first=max(span.first, since)) for span in spans if span.last >= since]
        marks = answers_since(name, since)
        if since <= spans[0].first or _counting(near, marks, first) >= window:
            break
        reach *= 2
    states = History(near, marks, last).states
    return {day: state for of_span in states for day, state in of_span if day >= first}


def _counting(spans: Sequence[Span], marks: Marks, before: date) -> int:
    """How many days before one can count: neither skipped nor in a break."""
    scored = rested(spans, marks)
    return sum(
        not is_skipped(scored.get(day))
        for span in spans
        for day in each_day(span.first, min(span.last, before - ONE_DAY))
    )
