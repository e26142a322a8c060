"""Habit against output: do weeks with more of a habit come with more published?

Observational: nobody drew lots for the weeks, and a good week is good for both. The
number is Spearman's rank correlation, with the interval of Bonett and Wright (2000) and,
beside it, how far weeks shuffled at random go.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from statistics import correlation
from typing import NamedTuple

from tracker.calendar.weeks import Week, each_week, week_of
from tracker.goals.evidence import LogEntry
from tracker.goals.forecasts import Z95
from tracker.goals.model import Project
from tracker.habits.checkins import Marks, is_done
from tracker.habits.model import Habit, Span
from tracker.habits.windows import kept_each_day, sum_of, unit_of
from tracker.text.counts import number_of

LEAST_WEEKS = 8  # below it the interval spans nearly everything a correlation can be
LAGS = {0: "the same week", 1: "the following week"}


class Association(NamedTuple):
    """A rank correlation of weekly pairs.

    Attributes:
        rho: Spearman's rank correlation, −1 to 1.
        low, high: its 95% interval.
        n: the number of weeks.
        chance: how far from 0 shuffled weeks go, 95 times of 100: 1.96/sqrt(n − 1). The
            variance is exact (Kendall 1938), ties or not; the normal is close from n = 8.
    """

    rho: float
    low: float
    high: float
    n: int
    chance: float


class Refusal(NamedTuple):
    """Why there is no number, and how many weeks there were."""

    reason: str
    n: int


def weekly_rates(span: Span, marks: Marks, until: date, week_starts: int = 0) -> dict[Week, float]:
    """The share of days done, of those in each whole week that could count.

    Of an amount that is a week's, the share of it that is there. Skipped days and days the schedule leaves free are left out; so is a week of such days.
    """
    rates = {}
    for week in each_week(span.first, min(span.last, until), week_starts):
        days = [week.first + timedelta(offset) for offset in range(7)]
        countable = [day for day in days if _counts(span, marks, day)]
        if countable:
            rates[week] = _rate(span.habit, marks, countable)
    return rates


def _rate(habit: Habit, marks: Marks, days: Sequence[date]) -> float:
    if habit.limit:
        return sum(kept_each_day(habit, marks, days)) / len(days)
    if habit.sums_window:
        amount, _ = sum_of(habit, map(marks.get, days))
        times, window = habit.schedule.frequency
        return min(1.0, amount * window / (times * unit_of(habit) * len(days)))
    return sum(is_done(habit, marks.get(day)) for day in days) / len(days)


def paired(
    rates: Mapping[Week, float], outputs: Iterable[date], lag: int, until: date
) -> list[tuple[float, float]]:
    """Each week's rate beside the number of outputs `lag` weeks later; whole weeks only."""
    starts = next((week.starts for week in rates), 0)
    published = Counter(week_of(day, starts) for day in outputs)
    ahead = timedelta(7 * lag)
    later = ((week_of(week.first + ahead, starts), rates[week]) for week in sorted(rates))
    return [(rate, float(published[week])) for week, rate in later if week.last <= until]


def associate(pairs: Sequence[tuple[float, float]]) -> Association | Refusal:
    """The rank correlation of pairs; refused where it would say nothing."""
    n = len(pairs)
    if n < LEAST_WEEKS:
        weeks = number_of(n, "whole week")
        return Refusal(f"{weeks} so far; below {LEAST_WEEKS} a correlation says nothing", n)
    habit, output = (ranks([pair[side] for pair in pairs]) for side in (0, 1))
    if len(set(habit)) == 1:
        return Refusal(f"the habit was kept alike in all {n} weeks", n)
    if len(set(output)) == 1:
        return Refusal(f"as much was published in each of the {n} weeks", n)
    rho = max(-1.0, min(1.0, correlation(habit, output)))
    return Association(rho, *interval(rho, n), n, Z95 / math.sqrt(n - 1))


def ranks(values: Sequence[float]) -> list[float]:
    """The rank of each value, from 1; equal values share the mean of their ranks."""
    rank, below = {}, 0
    for value, times in sorted(Counter(values).items()):
        rank[value] = below + (times + 1) / 2
        below += times
    return [rank[value] for value in values]


def interval(rho: float, n: int) -> tuple[float, float]:
    """The 95% interval of a rank correlation, through Fisher's z.

    Source: Bonett and Wright 2000: the standard error of z is sqrt((1 + ρ²/2)/(n − 3)).
    A perfect correlation is moved in by one step of what n weeks can tell apart.
    """
    step = 1 - 6 / (n**3 - n)
    z = math.atanh(max(-step, min(step, rho)))
    half = Z95 * math.sqrt((1 + rho**2 / 2) / (n - 3))
    return math.tanh(z - half), math.tanh(z + half)


def _counts(span: Span, marks: Marks, day: date) -> bool:
    mark = marks.get(day)
    skipped = mark is not None and mark.answer == "skip"
    return span.habit.schedule.asks_on(day) and not skipped


class HabitOutput(NamedTuple):
    """One habit, and what its weeks have to do with what was published, by lag in weeks."""

    habit: str
    title: str
    found: Mapping[int, Association | Refusal]


def habit_output(
    project: Project,
    marks: Mapping[str, Marks],
    entries: Sequence[LogEntry],
    today: date,
    *,
    public_only: bool,
) -> list[HabitOutput]:
    """Each habit that was ever answered, against output in the same and the following week."""
    results = []
    for habit in project.habit_ids():
        every = project.public_spans(habit) if public_only else project.spans(habit)
        spans = [span for span in every if span.first <= today]
        if not spans or habit not in marks:
            continue
        rates: dict[Week, float] = {}
        for span in spans:
            rates |= weekly_rates(span, marks[habit], today, project.week_starts)
        serves = {goal for span in spans for goal in span.habit.serves}
        days = _published(entries, serves, today)
        by_lag = {lag: associate(paired(rates, days, lag, today)) for lag in LAGS}
        results.append(HabitOutput(habit, spans[-1].habit.title, by_lag))
    return results


def signed(number: float) -> str:
    """A number with its sign; the minus is one, not a hyphen."""
    return f"{number:+.2f}".replace("-", "−")


def between(low: float, high: float) -> str:
    """Two signed numbers as an interval."""
    return f"{signed(low)} to {signed(high)}"


def _published(entries: Sequence[LogEntry], goals: set[str], today: date) -> list[date]:
    """The days on which something was published: on the goals, or on any where there are none."""
    return [
        entry.day
        for entry in entries
        if entry.day is not None
        and entry.day <= today
        and not entry.draft
        and (goals.intersection(entry.goals) if goals else entry.goals)
    ]
