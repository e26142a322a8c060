"""A habit followed day by day: how long it had held on each day, knowing only what came before.

One pass serves every day. A later answer never changes what an earlier day's streak was, and
the pass can be taken up again from the end of any day (`Run`), so that years need be walked
through once.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from tracker.habits.model import Habit
from tracker.habits.strength import Marks, is_done


class Run(NamedTuple):
    """Where a habit's streak stands at the end of a day.

    Days that can count (asked on, not skipped) are numbered from 0.

    Attributes:
        seen: how many of them there were.
        start: the number with which the latest stretch that holds begins.
        end: the number after its last one; it can lie ahead. 0: there is no stretch yet.
        recent: the latest successes, as many as the schedule asks for at most.
        broke: the day of the number `end`, once it has come.
    """

    seen: int = 0
    start: int = 0
    end: int = 0
    recent: tuple[int, ...] = ()
    broke: date | None = None

    @property
    def length(self) -> int:
        """How many days that count have held, the latest included; 0 where it did not."""
        return self.seen - self.start if self.start < self.seen <= self.end else 0


class Trace:
    """The days of a habit under one definition, each with the run at its end."""

    def __init__(self, habit: Habit, days: Sequence[date], marks: Marks, run: Run = Run()) -> None:  # noqa: B008 - a constant
        """Follow the habit over days in order, from where a run left off."""
        self.habit, self.marks, self.days, self.base = habit, marks, days, run.seen
        self.after: list[Run] = []  # one a day
        self.countable: list[date] = []
        rolling = habit.schedule.kind == "rolling"
        self.times, self.window = (habit.schedule.times, habit.schedule.days) if rolling else (1, 1)
        # Last and first success of each window that qualified; the run's own may reach on.
        reaches = run.end > run.seen
        self.windows = [(run.seen - 1, run.end - self.window)] if reaches else []
        self.before = run
        self._follow(run)

    def _follow(self, run: Run) -> None:
        """One pass over the days, all of it in local names: it is the tracker's longest."""
        habit, answer_of, countable, after = self.habit, self.marks.get, self.countable, self.after
        times, window = self.times, self.window
        asks_on = habit.schedule.asks_on if habit.schedule.kind == "weekdays" else None
        index, start, end, recent, broke = run
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
                        self.windows.append((index, first))
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
        """The streak on a day; one that is not over yet cannot have ended it."""
        run = self.at(day)
        if run.length or not is_open:
            return run.length
        position = bisect_left(self.days, day)
        return self.after[position - 1].length if position else self.before.length

    def covered(self, first: date, last: date) -> frozenset[date]:
        """The days of a stretch on which the habit holds, as the stretch's last day knows it."""
        known = self.at(last).seen
        low = self.base + bisect_left(self.countable, first)
        found: set[int] = set()
        position = bisect_left(self.windows, (known, 0))
        for _, begins in reversed(self.windows[:position]):
            if begins + self.window <= low:
                break
            found.update(range(max(begins, low), min(begins + self.window, known)))
        return frozenset(self.countable[number - self.base] for number in found)
