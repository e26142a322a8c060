"""States of days, streaks, days until a habit breaks, and the score of a day.

Source: harsh (days until break, daily score) and Loop (`StreakList.kt`, windows that
qualify). One rule serves every schedule: of the days that can count (due and not
skipped), a success covers itself and the days its window reaches.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Literal, NamedTuple

from tracker.calendar.days import ONE_DAY, each_day
from tracker.goals.model import Span
from tracker.habits.breaks import NEUTRAL, rested
from tracker.habits.model import Habit
from tracker.habits.runs import Run, Trace
from tracker.habits.strength import Marks, is_done
from tracker.habits.week_traces import WeekTrace
from tracker.habits.week_traces import monday as monday
from tracker.habits.week_traces import week_met as week_met

State = Literal[
    "done",  # done, or a limit kept
    "partial",  # some, but less than the target
    "satisfied",  # not done, and its window holds enough without it
    "skipped",
    "missed",  # answered no, or a limit broken
    "unanswered",  # over, and nobody said
    "open",  # today, not answered yet
    "rest",  # nothing was asked
]


class Streak(NamedTuple):
    """How long a habit has held until today.

    Attributes:
        length: in `unit`.
        unit: "days", or "weeks" for a habit of so many times a week.
        breaks_in: days until it breaks unless done; 0 is today, negative is broken, None
            where there is nothing yet to break.
        covered: the days on which the habit holds.
    """

    length: int
    unit: str
    breaks_in: int | None
    covered: frozenset[date]


NO_STREAK = Streak(0, "days", None, frozenset())


def streak(spans: Sequence[Span], marks: Marks, today: date) -> Streak:
    """The current streak, by the newest definition of the habit, over all its days."""
    begun = [span for span in spans if span.first <= today]
    if not begun or not begun[-1].habit.scored:
        return NO_STREAK
    marks = rested(begun, marks)
    days = [day for span in begun for day in each_day(span.first, min(span.last, today))]
    return streak_at(follow(begun[-1].habit, days, marks), days[0], today, is_open=True)


def follow(
    habit: Habit, days: Sequence[date], marks: Marks, start: Run | int | None = None
) -> Trace | WeekTrace:
    """A habit's days followed in order, by one definition.

    Args:
        start: the run, or the weeks held, before the first day; None for none.
    """
    if habit.schedule.kind == "weekly":
        assert not isinstance(start, Run)
        return WeekTrace(habit, days, marks, start or 0)
    assert not isinstance(start, int)
    return Trace(habit, days, marks, start or Run())


def streak_at(trace: Trace | WeekTrace, first: date, today: date, *, is_open: bool) -> Streak:
    """The streak on a day of a trace, with the days from a first one on that hold.

    Args:
        is_open: whether the day is still going on, so that no answer is not yet a miss.
    """
    covered = trace.covered(first, today)
    if isinstance(trace, WeekTrace):
        return Streak(trace.length_on(today), "weeks", _week_breaks_in(trace, today), covered)
    open_today = is_open and today not in trace.marks
    length = trace.length_on(today, is_open=open_today)
    return Streak(length, "days", _breaks_in(trace, today), covered)


def _breaks_in(trace: Trace, today: date) -> int | None:
    run = trace.at(today)
    if not run.end:
        return None
    if run.broke is not None:
        return (run.broke - today).days
    day, left = today, run.end - run.seen + 1
    while left:  # counted on into the days to come
        day += ONE_DAY
        left -= trace.habit.schedule.asks_on(day) and not _skipped(trace.marks, day)
    return (day - today).days


def _week_breaks_in(trace: WeekTrace, today: date) -> int | None:
    ends = monday(today) + timedelta(7)
    if week_met(trace.habit, trace.marks, monday(today), today):
        return (ends + timedelta(7) - today).days
    return (ends - today).days if trace.length_on(today) else None


def is_due(habit: Habit, marks: Marks, day: date) -> bool:
    """Whether an unanswered day wants an answer: it counts, and its window is short of times."""
    if not habit.schedule.asks_on(day) or habit.rests_on(day):
        return False
    if habit.breaks:
        marks = {**marks, **{d: NEUTRAL for d in _around(day, habit) if habit.rests_on(d)}}
    if habit.schedule.kind == "weekly":
        return not week_met(habit, marks, monday(day))
    if habit.schedule.kind != "rolling":
        return True
    times, days = habit.schedule.times, habit.schedule.days
    past = list(each_day(day - timedelta(days - 1), day - ONE_DAY))
    skipped = sum(_skipped(marks, d) for d in past)
    done = sum(is_done(habit, marks.get(d)) for d in past)
    return done < max(1, times * (days - skipped) // days)


def _around(day: date, habit: Habit) -> Iterable[date]:
    """The days on which an answer can matter for whether a day is due."""
    reach = timedelta(max(7, habit.schedule.days))
    return each_day(day - reach, day + reach)


def state(habit: Habit, marks: Marks, day: date, today: date, covered: frozenset[date]) -> State:
    """What a day inside the habit's span was."""
    mark = marks.get(day)
    if mark is not None and mark.answer == "skip":
        return "skipped"
    if is_done(habit, mark):
        return "done"
    if habit.breaks and habit.rests_on(day):
        return "skipped"
    if not habit.schedule.asks_on(day):
        return "rest"  # only due days count, whatever was answered on the others
    if mark is not None and mark.value and not habit.limit:
        return "partial"
    if day in covered and not habit.limit:
        return "satisfied"
    if mark is not None:
        return "missed"
    if not habit.scored:
        return "rest"
    return "open" if day == today else "unanswered"


def daily_score(states: Iterable[State]) -> float:
    """100·done/(due − skipped) over the habits of one day.

    100 where nothing is left to do, all of it skipped included: never a division by zero.
    """
    counted = [state for state in states if state not in {"skipped", "rest"}]
    done = sum(state in {"done", "satisfied"} for state in counted)
    return 100.0 * done / len(counted) if counted else 100.0


def _skipped(marks: Marks, day: date) -> bool:
    mark = marks.get(day)
    return mark is not None and mark.answer == "skip"
