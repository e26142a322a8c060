"""A habit's whole history, walked through once for all the seasons and pages that ask of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from types import MappingProxyType

from tracker.calendar.days import ONE_DAY, each_day
from tracker.goals.model import Project
from tracker.habits.checkins import Marks, rested
from tracker.habits.checkpoints import Checkpoint
from tracker.habits.model import Habit, Quantity, Span
from tracker.habits.runs import follow
from tracker.habits.schedule import Schedule
from tracker.habits.states import DayState, state
from tracker.habits.streaks import NO_STREAK, Streak, streak_at
from tracker.habits.strength import strengths

DatedState = tuple[date, DayState]
Curve = tuple[tuple[date, float], ...]
NO_MARKS: Marks = {}
NO_BASES: Mapping[str, Checkpoint] = MappingProxyType({})


class History:
    """One habit until a day, span by span: its strength, its streak, the states of its days."""

    def __init__(
        self, spans: Sequence[Span], marks: Marks, today: date, base: Checkpoint | None = None
    ) -> None:
        """The spans that have begun, oldest first, and the answers.

        Args:
            base: walk through the days after this checkpoint only; what lies before is empty.
        """
        self.spans = [span for span in spans if span.first <= today]
        self.marks, self.today, self.base = marks, today, base
        self.scored = rested(self.spans, marks)
        self.since = base.day + ONE_DAY if base else date.min
        self.past = sum(span.last < self.since for span in self.spans)  # that are empty

    @cached_property
    def curves(self) -> list[Curve]:
        """The strength on the days of each span, with what the earlier ones brought along."""
        spans, base = self.spans[self.past :], self.base
        if base is None:
            series = strengths(spans, self.scored, self.today)
        else:
            series = strengths(spans, self.scored, self.today, base.day, base.level)
        curves: list[Curve] = [()] * self.past
        start = 0
        for span in spans:
            days = len(self._days(span)) if span.habit.scored else 0
            curves.append(tuple(series[start : start + days]))
            start += days
        return curves

    @cached_property
    def streaks(self) -> list[Streak]:
        """The streak at the end of each span (or today), by the definition then in force."""
        streaks = [NO_STREAK] * self.past
        while len(streaks) < len(self.spans):
            streaks += self._alike(len(streaks))
        return streaks

    def _alike(self, start: int) -> list[Streak]:
        """The streaks of the spans from one on that share its definition, in one walk."""
        habit, end = self.spans[start].habit, start + 1
        wanted = _asked(habit)
        while end < len(self.spans) and wanted == _asked(self.spans[end].habit):
            end += 1
        spans = self.spans[start:end]
        if not habit.scored:
            return [NO_STREAK] * len(spans)
        days = [day for span in self.spans[self.past : end] for day in self._days(span)]
        runs = follow(habit, days, self.scored, self.base.run(habit) if self.base else None)
        streaks = []
        for span in spans:
            first, last = max(span.first, self.since), min(self.today, span.last)
            streaks.append(streak_at(runs, first, last, is_open=last == self.today))
        return streaks

    def _days(self, span: Span) -> list[date]:
        """The days of a span that are walked through."""
        return list(each_day(max(span.first, self.since), min(span.last, self.today)))

    @cached_property
    def states(self) -> list[list[DatedState]]:
        """The days of each span, each by the definition in force on it."""
        states: list[list[DatedState]] = [[] for _ in range(self.past)]
        for index in range(self.past, len(self.spans)):
            span, held = self.spans[index], self.streaks[index]
            habit, covered = span.habit, held.covered
            states.append(
                [
                    (day, state(habit, self.marks, day, self.today, covered))
                    for day in self._days(span)
                ]
            )
        return states


def _asked(habit: Habit) -> tuple[Schedule, Quantity | None]:
    """What a streak depends on of a habit's definition."""
    return habit.schedule, habit.quantity


class Histories:
    """The histories of a project's habits until a day, each made once."""

    def __init__(
        self,
        project: Project,
        marks: Mapping[str, Marks],
        today: date,
        *,
        public_only: bool = False,
    ) -> None:
        """Nothing is walked through before it is wanted."""
        self.today, self.marks = today, marks
        self.spans = project.public_spans_of_all() if public_only else project.spans_of_all()
        self.bases: Mapping[str, Checkpoint] = NO_BASES  # where only the days after are wanted
        self._made: dict[str, History] = {}

    def of(self, habit_id: str) -> History:
        """The history of a habit."""
        if habit_id not in self._made:
            marks = self.marks.get(habit_id, NO_MARKS)
            spans, base = self.spans.get(habit_id, []), self.bases.get(habit_id)
            self._made[habit_id] = History(spans, marks, self.today, base)
        return self._made[habit_id]
