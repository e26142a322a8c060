"""Windows: what the days of a stretch come to, and whether that is what the habit asks for.

One rule for strength, streaks, states and what is due. An amount of `1/7` or `weekly` is the
window's: 4, 3 and 3 km are 10 km a week. Of several times (`3/7` and 2 hours) each day counts
up to one of them. A limit is the window's too: eight beers on one evening break a week's four
for seven days.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tracker.calendar.days import ONE_DAY, each_day
from tracker.habits.checkins import Mark, Marks, is_done, is_skipped
from tracker.habits.model import Habit, decimal_of, total

if TYPE_CHECKING:
    from decimal import Decimal


def unit_of(habit: Habit) -> float:
    """How much one time is: the amount to reach, or 1 where there is none."""
    return habit.aim or 1.0


def worth(habit: Habit, mark: Mark | None) -> float:
    """What a day adds to its window, up to one time."""
    if mark is None or mark.answer == "skip":
        return 0.0
    if habit.aim and mark.value is not None:
        return min(mark.value, habit.aim)
    return unit_of(habit) if is_done(habit, mark) else 0.0


def needed(habit: Habit, skipped: int = 0) -> float:
    """What a window has to come to, once its skipped days are taken out of it.

    A number of times is rounded down, an amount is not: of 10 km in seven days, six ask for
    six sevenths.
    """
    schedule = habit.schedule
    times, days = (schedule.times, 7) if schedule.by_week else schedule.window
    asked = schedule.asked(times, days, skipped, whole=not habit.aim)
    return round(asked * unit_of(habit), 9)


def sum_of(habit: Habit, marks: Iterable[Mark | None]) -> tuple[float, int]:
    """What some days come to, and how many of them are skipped."""
    given = [mark for mark in marks if mark is not None]
    return total(worth(habit, mark) for mark in given), sum(map(is_skipped, given))


def has_enough(habit: Habit, marks: Iterable[Mark | None]) -> bool | None:
    """Whether the days of a window have what is asked; None where skips leave nothing to ask."""
    amount, skipped = sum_of(habit, marks)
    wanted = needed(habit, skipped)
    return None if wanted == 0 and not amount else amount >= wanted


def used_each_day(habit: Habit, marks: Marks, days: Iterable[date]) -> Iterator[float]:
    """How much of a limit is used up by the end of each day, in the window that ends on it.

    Args:
        days: in order; each amount is added once and taken away once, in decimals.
    """
    window: deque[tuple[date, Decimal]] = deque()
    amount, seen = decimal_of(0.0), date.min
    for day in days:
        first = _limit_from(habit, day)
        for past in each_day(max(first, seen + ONE_DAY), day):
            mark = marks.get(past)
            if mark is None or not mark.value or (habit.breaks and habit.rests_on(past)):
                continue
            window.append((past, decimal_of(mark.value)))
            amount += window[-1][1]
        seen = day
        while window and window[0][0] < first:
            amount -= window.popleft()[1]
        yield float(amount)


def limit_of(habit: Habit) -> float:
    """The most that a window may come to."""
    times, _ = habit.schedule.limit_window
    target = (habit.measure.target if habit.measure else None) or 0.0
    return total([target] * times)


def kept_each_day(habit: Habit, marks: Marks, days: Sequence[date]) -> Iterator[bool]:
    """Whether a limit holds on each day: it was reported, and its window is not over the limit."""
    limit = limit_of(habit)
    for day, amount in zip(days, used_each_day(habit, marks, days), strict=True):
        mark = marks.get(day)
        reported = mark is not None and not is_skipped(mark)
        bare_no = mark is not None and mark.value is None and mark.answer == "no"
        yield reported and not bare_no and amount <= limit


def _limit_from(habit: Habit, day: date) -> date:
    """The first day of the window of a limit that ends on a day."""
    schedule = habit.schedule
    if schedule.by_week:
        return schedule.week_of(day)
    return day - timedelta(schedule.limit_window[1] - 1)
