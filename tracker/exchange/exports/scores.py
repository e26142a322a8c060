"""How every habit stood on every day: the table of scores of an export."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from tracker.calendar.days import each_day
from tracker.exchange.exports.public_part import is_shown
from tracker.exchange.exports.tables import Score
from tracker.goals.model import Project, Span
from tracker.habits.breaks import rested
from tracker.habits.runs import Trace
from tracker.habits.streaks import follow, state, streak
from tracker.habits.strength import Marks, strengths
from tracker.habits.week_traces import WeekTrace

NO_MARKS: Marks = {}


def scores(
    project: Project,
    marks: Mapping[str, Marks],
    today: date,
    *,
    private: bool,
    shown: Project | None = None,
) -> Iterator[Score]:
    """Each day of each habit in its seasons until today.

    A streak is what it was on its day, knowing only what came before; its unit is weeks for
    a habit of so many times a week.

    Args:
        project: the habits by the definitions that count.
        private: whether habits that are nobody else's business are among them.
        shown: the project that says which those are, where that is another one.
    """
    for habit in project.habit_ids():
        begun = [span for span in project.spans(habit) if span.first <= today]
        says = shown or project
        if begun and (private or says.is_public(habit)):
            for score in _of_habit(begun, marks.get(habit, NO_MARKS), today):
                if private or is_shown(says, habit, score.day):
                    yield score


def _of_habit(spans: Sequence[Span], marks: Marks, today: date) -> Iterator[Score]:
    """A habit's days, each with its state by the definition of its own span."""
    strength = dict(strengths(spans, marks, today))
    days = [day for span in spans for day in _days(span, today)]
    newest = spans[-1].habit
    trace = follow(newest, days, rested(spans, marks))
    for number, span in enumerate(spans, 1):
        covered = streak(spans[:number], marks, min(span.last, today)).covered
        for day in _days(span, today):
            length = _length(trace, day, today) if newest.scored else 0
            found = state(span.habit, marks, day, today, covered)
            yield Score(newest.id, day, strength.get(day), length, found)


def _days(span: Span, today: date) -> Iterator[date]:
    return each_day(span.first, min(span.last, today))


def _length(trace: Trace | WeekTrace, day: date, today: date) -> int:
    if isinstance(trace, WeekTrace):
        return trace.length_on(day)
    return trace.length_on(day, is_open=day == today and day not in trace.marks)
