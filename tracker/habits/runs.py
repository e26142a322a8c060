"""Runs: how long a habit had held on each day, knowing only what came before.

Day by day, or week by week where so many times a calendar week are asked for.

One pass serves every day. A later answer never changes what an earlier day's streak was, and
the pass can be taken up again from the end of any day (`Run`), so that years need be walked
through once.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from tracker.calendar.days import ONE_DAY, each_day
from tracker.habits.checkins import Marks, is_done, is_skipped
from tracker.habits.checkins import is_open as day_is_open
from tracker.habits.model import Habit, decimal_of
from tracker.habits.windows import has_enough, kept_each_day, needed, worth

if TYPE_CHECKING:
    from decimal import Decimal


class Run(NamedTuple):
    """Where a habit's streak stands at the end of a day.

    Days that can count (asked on, not skipped) are numbered from 0.

    Attributes:
        seen: how many of them there were.
        start: the number with which the latest stretch that holds begins.
        end: the number after its last one; it can lie ahead. 0: there is no stretch yet.
        recent: the latest successes, as many as the schedule asks for at most; of amounts the
            days of the window that hold any.
        broke: the day of the number `end`, once it has come.
        worths: of amounts, what each day of `recent` adds.
    """

    seen: int = 0
    start: int = 0
    end: int = 0
    recent: tuple[int, ...] = ()
    broke: date | None = None
    worths: tuple[float, ...] = ()

    @property
    def length(self) -> int:
        """How many days that count have held, the latest included; 0 where it did not."""
        return self.seen - self.start if self.start < self.seen <= self.end else 0


class DayRuns:
    """The days of a habit under one definition, each with the run at its end."""

    unit = "days"

    def __init__(self, habit: Habit, days: Sequence[date], marks: Marks, run: Run = Run()) -> None:  # noqa: B008 - a constant
        """Follow the habit over days in order, from where a run left off."""
        self.habit, self.marks, self.days, self.base = habit, marks, days, run.seen
        self.after: list[Run] = []  # one a day
        self.countable: list[date] = []
        self.times, self.window = habit.schedule.window
        # Of each window that qualified: when, its first success, and how far it holds. The
        # run's own may reach on.
        self.windows: list[tuple[int, int, int]] = []
        if run.end > run.seen:
            self.windows.append((run.seen - 1, run.end - self.window, run.end))
        self.before = run
        self._follow(run)

    def _follow(self, run: Run) -> None:
        """One pass over the days, all of it in local names: it is the tracker's longest."""
        habit, answer_of, countable, after = self.habit, self.marks.get, self.countable, self.after
        times, window = self.times, self.window
        schedule = habit.schedule
        asks_on = None if schedule.asks_every_day else schedule.asks_on
        index, start, end, recent, broke, _ = run
        for day in self.days:
            mark = answer_of(day)
            if (mark is None or mark.answer != "skip") and (asks_on is None or asks_on(day)):
                countable.append(day)
                if end and index == end:
                    broke = day
                if mark is not None and is_done(habit, mark):
                    recent = (*recent, index)[-times:]
                    if len(recent) == times and index - recent[0] < window:
                        first = recent[0]
                        self.windows.append((index, first, first + window))
                        if first > end or not end:
                            start = first
                        end, broke = first + window, None
                index += 1
                run = Run(index, start, end, recent, broke)
            after.append(run)

    @property
    def end(self) -> Run:
        """The run at the end of the last day."""
        return self.after[-1] if self.after else self.before

    def at(self, day: date) -> Run:
        """The run at the end of a day."""
        position = bisect_right(self.days, day)
        return self.after[position - 1] if position else self.before

    def length_on(self, day: date, *, is_open: bool) -> int:
        """The days held on a day; one that is still open cannot have ended them."""
        run = self.at(day)
        if run.length or not is_open or not day_is_open(self.habit, self.marks.get(day)):
            return run.length
        position = bisect_left(self.days, day)
        return self.after[position - 1].length if position else self.before.length

    def breaks_in(self, today: date) -> int | None:
        """Days until the streak breaks: 0 is today, negative is broken; None if there is none."""
        run = self.at(today)
        if not run.end:
            return None
        if run.broke is not None:
            return (run.broke - today).days
        day, left = today, run.end - run.seen + 1
        while left:  # counted on into the days to come
            day += ONE_DAY
            left -= self.habit.schedule.asks_on(day) and not is_skipped(self.marks.get(day))
        return (day - today).days

    def covered(self, first: date, last: date) -> frozenset[date]:
        """The days of a stretch on which the habit holds, as the stretch's last day knows it."""
        seen = self.at(last).seen
        low = self.base + bisect_left(self.countable, first)
        numbers: set[int] = set()
        position = bisect_left(self.windows, (seen, 0, 0))
        for _, begins, ends in reversed(self.windows[:position]):
            if ends <= low:
                break
            numbers.update(range(max(begins, low), min(ends, seen)))
        return frozenset(self.countable[number - self.base] for number in numbers)


class AmountRuns(DayRuns):
    """As `DayRuns`, where the days of a window are put together: 4, 3 and 3 km are 10 km."""

    def _follow(self, run: Run) -> None:
        habit, wanted = self.habit, decimal_of(needed(self.habit))
        index, start, end, recent, broke, worths = run
        window_days, amounts = list(recent), list(worths)
        decimals = [decimal_of(amount) for amount in amounts]
        for day in self.days:
            mark = self.marks.get(day)
            if habit.schedule.asks_on(day) and not is_skipped(mark):
                self.countable.append(day)
                if end and index == end:
                    broke = day
                amount = worth(habit, mark)
                if amount:
                    window_days.append(index)
                    amounts.append(amount)
                    decimals.append(decimal_of(amount))
                    while window_days[0] <= index - self.window:
                        del window_days[0], amounts[0], decimals[0]
                    least = _least(decimals, wanted)
                    if least is not None:
                        first, ends = window_days[0], window_days[least] + self.window
                        self.windows.append((index, first, ends))
                        if first > end or not end:
                            start = first
                        end, broke = ends, None
                index += 1
                run = Run(index, start, end, tuple(window_days), broke, tuple(amounts))
            self.after.append(run)


def _least(amounts: Sequence[Decimal], wanted: Decimal) -> int | None:
    """From which amount on, at the latest, the rest is still enough; None where all are not."""
    sums = accumulate(reversed(amounts))
    enough = (back for back, amount in enumerate(sums, 1) if amount >= wanted)
    back = next(enough, None)
    return None if back is None else len(amounts) - back


class LimitRuns(DayRuns):
    """As `DayRuns`, where a day keeps the limit of the window that ends on it."""

    def _follow(self, run: Run) -> None:
        habit = self.habit
        index, start, end, recent, broke, _ = run
        for day, is_kept in zip(
            self.days, kept_each_day(habit, self.marks, self.days), strict=True
        ):
            if habit.schedule.asks_on(day) and not is_skipped(self.marks.get(day)):
                self.countable.append(day)
                if end and index == end:
                    broke = day
                if is_kept:
                    self.windows.append((index, index, index + 1))
                    start = index if index > end or not end else start
                    end, broke, recent = index + 1, None, (index,)
                index += 1
                run = Run(index, start, end, recent, broke)
            self.after.append(run)


def week_met(habit: Habit, marks: Marks, week: date, until: date | None = None) -> bool | None:
    """Whether a calendar week has its times; None where skipped days leave nothing to ask.

    Args:
        until: the last day to look at, where the week is seen from inside.
    """
    last = week + timedelta(6)
    days = each_day(week, last if until is None else min(until, last))
    return has_enough(habit, (marks.get(day) for day in days))


class WeekRuns:
    """The weeks of a habit under one definition, each with the weeks held before it."""

    unit = "weeks"

    def __init__(self, habit: Habit, days: Sequence[date], marks: Marks, length: int = 0) -> None:
        """Follow the habit over days in order; `length` weeks had held before the first's week."""
        self.habit, self.marks = habit, marks
        self.met: dict[date, bool | None] = {}
        self.before: dict[date, int] = {}
        self.length = length
        for week in dict.fromkeys(habit.schedule.week_of(day) for day in days):
            self.before[week] = length
            met = self.met[week] = week_met(habit, marks, week)
            length = length + 1 if met else (length if met is None else 0)
        self.end = length  # how many weeks had held at the end of the last day's week

    def length_on(self, day: date, *, is_open: bool = True) -> int:
        """The weeks held on a day; a week that is not over cannot have ended them."""
        week = self.habit.schedule.week_of(day)
        before = self.before.get(week, self.length)
        return before + bool(week_met(self.habit, self.marks, week, day))

    def breaks_in(self, today: date) -> int | None:
        """Days until the streak breaks unless the week's times are done; None if there is none."""
        week = self.habit.schedule.week_of(today)
        if week_met(self.habit, self.marks, week, today):
            return (week + timedelta(14) - today).days
        return (week + timedelta(7) - today).days if self.length_on(today) else None

    def covered(self, first: date, last: date) -> frozenset[date]:
        """The days of a stretch that lie in a week that has its times."""
        week_of = self.habit.schedule.week_of
        return frozenset(day for day in each_day(first, last) if self.met.get(week_of(day)))


def follow(
    habit: Habit, days: Sequence[date], marks: Marks, start: Run | int | None = None
) -> DayRuns | WeekRuns:
    """A habit's days followed in order, by one definition.

    Args:
        marks: its answers, those of breaks made neutral.
        start: the run, or the weeks held, before the first day; None for none.
    """
    if habit.schedule.by_week and not habit.limit:
        assert not isinstance(start, Run)
        return WeekRuns(habit, days, marks, start or 0)
    assert not isinstance(start, int)
    run = start or Run()
    if habit.limit and habit.sums_window:
        return LimitRuns(habit, days, marks, run)
    by_amount = habit.aim is not None and habit.schedule.window[1] > 1
    return (AmountRuns if by_amount else DayRuns)(habit, days, marks, run)
