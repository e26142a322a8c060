"""Where a habit stands at the end of a day, so that looking at today need not begin years ago.

A checkpoint is a shortcut and never a record: what is taken up from it equals, to the last
bit, what is worked out from the first answer on. It says by which terms it was made
(definitions, rules); where those have changed, or an answer for one of its days has come
since, it is made anew.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from tracker.calendar.days import ONE_DAY, each_day, week_start
from tracker.habits.checkins import Marks, rested
from tracker.habits.model import Habit, Span
from tracker.habits.runs import Run, follow
from tracker.habits.strength import RULES, Level, level_on, window_of
from tracker.text.codec import packed, rebuilt

FORM = 2  # one more whenever strengths, runs or breaks can come out differently
REACH_BACK = 14  # days that status shows; answers are seldom given for days before them
GROWN_OLD = 21  # days by which a checkpoint may lag behind the newest one possible


class Checkpoint(NamedTuple):
    """A habit at the end of a day.

    Attributes:
        day: the last of a week, so that none is cut in two.
        level: of its strength.
        runs: of its streak, by each definition in force later: a run, or weeks held.
    """

    day: date
    level: Level
    runs: dict[str, Run | int]

    def run(self, habit: Habit) -> Run | int:
        """Where the streak stands by a habit's definition; KeyError where it is not known."""
        return self.runs[definition(habit)]


def definition(habit: Habit) -> str:
    """The words of a habit on which its streak depends, letter for letter."""
    return json.dumps([habit.schedule, habit.quantity])


def wanted_day(spans: Sequence[Span], today: date) -> date | None:
    """The day a checkpoint should be of, for the spans that have begun; None if none is of use."""
    if not spans or any(span.first > span.last for span in spans):
        return None
    weekly = (span.habit.schedule for span in spans if span.habit.schedule.by_week)
    starts = {schedule.week_starts or 0 for schedule in weekly} or {0}
    if len(starts) > 1:  # no day ends the weeks of all of them
        return None
    latest = min(today, spans[-1].last) - timedelta(REACH_BACK)
    last = week_start(latest + ONE_DAY, starts.pop()) - ONE_DAY
    return last if spans[0].first <= last else None


def serves(checkpoint: Checkpoint, spans: Sequence[Span]) -> bool:
    """Whether every definition that has come into force since its day is known to it."""
    return all(
        definition(span.habit) in checkpoint.runs
        for span in spans
        if span.last > checkpoint.day and span.habit.scored
    )


def make(
    spans: Sequence[Span], marks: Marks, day: date, today: date, base: Checkpoint | None = None
) -> Checkpoint:
    """The checkpoint of a day.

    Args:
        spans: the definitions that have begun by today, oldest first.
        marks: every answer; where there is a base, those from `reach` before it on will do.
        day: the last of a week, before today.
        today: definitions in force after the day and until today are kept ready for.
        base: an earlier checkpoint by the same terms, to go on from.
    """
    after, level = (base.day, base.level) if base else (date.min, Level())
    runs: dict[str, Run | int] = {}
    scored = rested(spans, marks)
    for span in spans:
        if span.last <= day or not span.habit.scored:
            continue
        key = definition(span.habit)
        if key not in runs:
            start = base.runs[key] if base else None
            runs[key] = follow(span.habit, _days(spans, after, day), scored, start).end
    return Checkpoint(day, level_on(spans, scored, day, today, after, level), runs)


def _days(spans: Sequence[Span], after: date, until: date) -> list[date]:
    first = after + ONE_DAY
    return [
        day
        for span in spans
        if span.last >= first
        for day in each_day(max(span.first, first), min(span.last, until))
    ]


def reach(spans: Sequence[Span], day: date) -> timedelta:
    """How far before a checkpoint's day answers still matter to the days after it."""
    windows = (window_of(span.habit)[1] for span in spans if span.last > day)
    return timedelta(max(windows, default=0) + 7)


def terms(spans: Sequence[Span], day: date) -> str:
    """What a checkpoint of a day depends on besides the answers, letter for letter."""
    parts: list[Any] = []
    previous: tuple[object, ...] = ()
    for habit, first, last in spans:
        if first <= day:
            definition_parts = habit.schedule, habit.quantity, habit.breaks
            if definition_parts != previous:  # most seasons ask what the one before them asked
                previous = definition_parts
                rests = [(rest.first.toordinal(), rest.last.toordinal()) for rest in habit.breaks]
                parts.append([habit.schedule, habit.quantity, rests])
            parts.append(first.toordinal())
            parts.append(min(last, day).toordinal())
    return json.dumps([FORM, RULES, *parts])


def dump(checkpoint: Checkpoint) -> str:
    """A checkpoint as it is stored; its day stands beside it."""
    return packed(checkpoint.level, checkpoint.runs)


def load(day: date, body: str) -> Checkpoint:
    """A stored checkpoint; ValueError or TypeError where it is none."""
    checkpoint: Checkpoint = rebuilt(Checkpoint, [day.isoformat(), *json.loads(body)])
    return checkpoint
