"""How every habit stood on every day: the table of scores of an export."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from tracker.exchange.exports.public_part import is_shown
from tracker.exchange.exports.tables import Score
from tracker.goals.model import Project
from tracker.habits.checkins import Marks
from tracker.habits.model import Span
from tracker.habits.runs import follow
from tracker.seasons.history import History

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
    history = History(spans, marks, today)
    strength = dict(point for curve in history.curves for point in curve)
    newest = spans[-1].habit
    states = [pair for found in history.states for pair in found]
    runs = follow(newest, [day for day, _ in states], history.scored)
    for day, state in states:
        length = runs.length_on(day, is_open=day == today) if newest.scored else 0
        yield Score(newest.id, day, strength.get(day), length, state)
