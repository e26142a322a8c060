"""Strength: how well a habit holds, by Loop's formula with its skip flaw mended.

Source: Loop Habit Tracker, `Score.kt` and `ScoreList.kt`. `RULES` is raised whenever a
number here can change, so that a verdict once given can say by which rules.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from tracker.calendar.days import ONE_DAY, each_day
from tracker.habits.checkins import Mark, Marks, is_done, is_open, is_skipped
from tracker.habits.model import Habit, Span
from tracker.habits.windows import limit_of, used_each_day

# 2: days of a break are neutral. 3: of set weekdays only those that are due count. 4: amounts
# are added as decimals, and states and streaks judge them over the strength's own window; the
# limit of a calendar week is that week's.
RULES = 4
SKIPPED = math.inf  # beside the credit of a day, which is 1 at most
WHOLE = (1.0, 0.0, SKIPPED)  # adding one and taking one away leaves no residue to round


def credit(habit: Habit, mark: Mark | None) -> float:
    """How much of one time a day's mark is worth, 0 to 1: an amount counts in part."""
    if mark is None or mark.answer == "skip":
        return 0.0
    if mark.value is None or not habit.aim:
        return 1.0 if is_done(habit, mark) else 0.0
    return min(1.0, mark.value / habit.aim)


def decay(frequency: tuple[int, int]) -> float:
    """The share of strength that a day leaves: half of it goes in 13/√f days."""
    times, days = frequency
    return float(0.5 ** ((times / days) ** 0.5 / 13))


class Level(NamedTuple):
    """Where a habit's strength stands at the end of a day, to go on from.

    Attributes:
        strength: None before the first day that is scored.
        credit: in the window of the definition then in force.
        skipped: days in that window.
    """

    strength: float | None = None
    credit: float = 0.0
    skipped: int = 0


def strengths(
    spans: Sequence[Span],
    marks: Marks,
    today: date,
    after: date = date.min,
    level: Level = Level(),  # noqa: B008 - a constant
) -> list[tuple[date, float]]:
    """Strength from 0 to 1 on every day from the habit's declared start until today.

    An unanswered day counts as nothing done, a skipped day carries the strength over.
    Today, while unanswered, can only raise it: the day is not over. Between two seasons
    the strength rests.

    Args:
        spans: the habit's definitions, oldest first.
        marks: its answers, those of breaks made neutral.
        today: the last day.
        after: take it up again after this day, and
        level: from where it stood then.
    """
    return _climbed(spans, marks, today, after, level)[0]


def level_on(
    spans: Sequence[Span],
    marks: Marks,
    day: date,
    today: date,
    after: date = date.min,
    level: Level = Level(),  # noqa: B008 - a constant
) -> Level:
    """Where a habit's strength stands at the end of a day, as seen on a later one.

    Args:
        after: take it up again after this day, and
        level: from where it stood then.
    """
    assert day < today, "a day that is not over has no end"
    begun = [span._replace(last=min(span.last, day)) for span in spans if span.first <= day]
    return _climbed(begun, marks, day + ONE_DAY, after, level)[1]


def _climbed(
    spans: Sequence[Span], marks: Marks, today: date, after: date, level: Level
) -> tuple[list[tuple[date, float]], Level]:
    """The strength on each day after a day, and where it stands after the last one."""
    series: list[tuple[date, float]] = []
    strength, credit, skipped = level
    for span in spans:
        last = min(span.last, today)
        if not span.habit.scored or last <= after:
            continue
        if strength is None:
            strength = 1.0 if span.habit.limit else 0.0
        first = max(span.first, after + ONE_DAY)
        window = _Window(span.habit, marks, first)
        if first > span.first:
            window.credit, window.skipped = credit, skipped
        remaining = decay(span.habit.schedule.frequency)
        judge = _limit_kept if span.habit.limit else _times_done
        for day, completion in judge(window, each_day(first, last)):
            if completion is not None:
                moved = strength * remaining + completion * (1 - remaining)
                can_rise = day == today and is_open(span.habit, marks.get(day))
                strength = max(strength, moved) if can_rise else moved
            series.append((day, strength))
        credit, skipped = window.credit, window.skipped
    return series, Level(strength, credit, skipped)


def _times_done(window: _Window, days: Iterable[date]) -> Iterator[tuple[date, float | None]]:
    """At least: how far the credit in the window meets the times asked for, None if neutral."""
    schedule, marks = window.habit.schedule, window.marks
    whole = not _by_amount(window.habit)
    asked_of: dict[int, float] = {}  # the times asked for, by how many days are skipped
    for day in days:
        mark = marks.get(day)
        window.move_to(day, mark)
        if mark is not None and mark.answer == "skip":
            yield day, None
            continue
        skipped = window.skipped
        if skipped not in asked_of:
            asked_of[skipped] = schedule.asked(window.times, window.days, skipped, whole=whole)
        asked = asked_of[skipped]
        if asked > 0:
            yield day, min(1.0, window.credit / asked)
        else:
            yield day, 1.0 if window.credit > 0 else None


def window_of(habit: Habit) -> tuple[int, int]:
    """How many times in how many days the strength looks for.

    Loop doubles the window of yes/no habits that are not daily, to smooth irregular weeks.
    """
    times, days = habit.schedule.frequency
    if not _by_amount(habit) and times < days:
        return 2 * times, 2 * days
    return times, days


def _by_amount(habit: Habit) -> bool:
    """Whether an amount is scored; a unit without a target is a yes with a number beside it."""
    return habit.measure is not None and habit.measure.target is not None


class _Window:
    """The credit and the skipped days of the last days, moved on a day at a time."""

    def __init__(self, habit: Habit, marks: Marks, first: date) -> None:
        """Filled with the days before a first one."""
        self.habit, self.marks = habit, marks
        self.times, self.days = window_of(habit)
        self.credit, self.skipped = 0.0, 0
        before = each_day(first - timedelta(days=self.days), first - ONE_DAY)
        self.worths = deque(self._worth(day, marks.get(day)) for day in before)
        for worth in self.worths:
            self._count(worth, 1)

    def move_to(self, day: date, mark: Mark | None) -> None:
        """Take the day in with its answer, and let the one that is now too old go."""
        new, old = self._worth(day, mark), self.worths.popleft()
        self.worths.append(new)
        if new == old and new in WHOLE:
            return  # one comes and one goes
        if new:
            self._count(new, 1)
        if old:
            self._count(old, -1)

    def _worth(self, day: date, mark: Mark | None) -> float:
        """What a day counts for: its credit, or SKIPPED."""
        if mark is None or not self.habit.schedule.asks_on(day):
            return 0.0
        return SKIPPED if mark.answer == "skip" else credit(self.habit, mark)

    def _count(self, worth: float, sign: int) -> None:
        if worth == SKIPPED:
            self.skipped += sign
        else:
            # Rounded, so that what is added and taken away again leaves no residue.
            self.credit = round(self.credit + sign * worth, 9)


def _limit_kept(window: _Window, days: Iterable[date]) -> Iterator[tuple[date, float | None]]:
    """At most: how far the window's sum stays below its limit; a missing report is bad."""
    habit, marks = window.habit, window.marks
    limit, judged = limit_of(habit), list(days)
    for day, amount in zip(judged, used_each_day(habit, marks, judged), strict=True):
        mark = marks.get(day)
        if not habit.schedule.asks_on(day) or is_skipped(mark):
            yield day, None
        elif mark is None or (mark.value is None and mark.answer == "no"):
            yield day, 0.0
        else:
            yield day, _within(amount, limit)


def _within(amount: float, limit: float) -> float:
    """1 up to the limit, falling to 0 at twice the limit."""
    if limit == 0:
        return 1.0 if amount == 0 else 0.0
    return min(1.0, max(0.0, 1 - (amount - limit) / limit))
