"""The rules of scoring once more, as slow and plain as they can be said.

Nothing here is carried from one day to the next: every number is worked out from all the
answers, by the words of the rules. It shares no line with the tracker's own scoring.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from tracker.goals.model import Goal, Season
from tracker.habits.checkins import Mark
from tracker.habits.model import Habit

Answers = Mapping[date, Mark]
DAY = timedelta(days=1)


def last_days(day: date, count: int) -> list[date]:
    return [day - n * DAY for n in range(count)]


def days_between(first: date, last: date) -> list[date]:
    return [first + n * DAY for n in range((last - first).days + 1)]


def skipped(answers: Answers, day: date) -> bool:
    return day in answers and answers[day].answer == "skip"


def asks(habit: Habit, day: date) -> bool:
    return habit.schedule.kind != "weekdays" or day.weekday() in habit.schedule.weekdays


def frequency(habit: Habit) -> tuple[int, int]:
    """Times in days."""
    schedule = habit.schedule
    if schedule.kind == "daily":
        return 1, 1
    if schedule.kind == "weekly":
        return schedule.times, 7
    if schedule.kind == "weekdays":
        return len(schedule.weekdays), 7
    return schedule.times, schedule.days


def aims(habit: Habit) -> bool:
    """Whether there is an amount to reach."""
    return habit.quantity is not None and habit.quantity.target is not None


def success_alone(habit: Habit, answers: Answers, day: date) -> bool:
    """A yes; or an amount that is enough, or for a limit not too much."""
    mark = answers.get(day)
    if mark is None or mark.answer == "skip":
        return False
    if habit.quantity is None or mark.value is None:
        return mark.answer == "yes"
    target = habit.quantity.target
    if target is None:
        return mark.value > 0
    return mark.value <= target if habit.quantity.at_most else mark.value >= target


def share(habit: Habit, answers: Answers, day: date) -> Fraction:
    """How much of one time a day is worth."""
    mark = answers.get(day)
    if mark is None or mark.answer == "skip":
        return Fraction(0)
    if not aims(habit) or mark.value is None:
        return Fraction(int(success_alone(habit, answers, day)))
    assert habit.quantity is not None
    assert habit.quantity.target is not None
    return min(Fraction(1), Fraction(str(mark.value)) / Fraction(str(habit.quantity.target)))


def completion(habit: Habit, answers: Answers, day: date) -> Fraction | None:
    """c of a day; None where the strength is carried over."""
    if skipped(answers, day):
        return None
    times, days = frequency(habit)
    if habit.quantity is not None and habit.quantity.at_most:
        return within_limit(habit, answers, day)
    if not aims(habit) and times < days:
        times, days = 2 * times, 2 * days
    window = [past for past in last_days(day, days) if asks(habit, past)]
    got = sum((share(habit, answers, past) for past in window), Fraction(0))
    left_out = sum(skipped(answers, past) for past in window)
    if habit.schedule.kind == "weekdays":
        asked = Fraction(times - left_out)
    else:
        asked = Fraction(times * (days - left_out), days)
        if not aims(habit):
            asked = Fraction(asked.numerator // asked.denominator)
    if asked > 0:
        return min(Fraction(1), got / asked)
    return Fraction(1) if got > 0 else None


def limit_days(habit: Habit, day: date) -> list[date]:
    """The days, up to one, whose amounts a limit is for: of a calendar week those of the week."""
    if habit.schedule.kind == "weekly":
        return days_between(day - day.weekday() * DAY, day)
    return last_days(day, 1 if habit.schedule.kind == "weekdays" else habit.schedule.days)


def used_up(habit: Habit, answers: Answers, day: date) -> Fraction:
    values = [answers[past].value for past in limit_days(habit, day) if past in answers]
    return sum((Fraction(str(value)) for value in values if value is not None), Fraction(0))


def allowed(habit: Habit) -> Fraction:
    assert habit.quantity is not None
    times = 1 if habit.schedule.kind == "weekdays" else habit.schedule.times
    return times * Fraction(str(habit.quantity.target or 0))


def success(habit: Habit, answers: Answers, day: date) -> bool:
    """Enough on the day itself; of a limit, that its window is not over it."""
    mark = answers.get(day)
    if mark is None or not is_limit(habit):
        return success_alone(habit, answers, day)
    if mark.answer == "skip" or (mark.value is None and mark.answer == "no"):
        return False
    return used_up(habit, answers, day) <= allowed(habit)


def is_limit(habit: Habit) -> bool:
    return habit.quantity is not None and habit.quantity.at_most


def within_limit(habit: Habit, answers: Answers, day: date) -> Fraction | None:
    if not asks(habit, day):
        return None
    mark = answers.get(day)
    if mark is None or (mark.value is None and mark.answer == "no"):
        return Fraction(0)  # a missing report is presumed bad
    used, limit = used_up(habit, answers, day), allowed(habit)
    if limit == 0:
        return Fraction(int(used == 0))
    return max(Fraction(0), min(Fraction(1), 1 - (used - limit) / limit))


def strength(habit: Habit, answers: Answers, start: date, today: date) -> float:
    """S on a day: S_t = S_{t-1}·m + c_t·(1 − m), from the declared start."""
    times, days = frequency(habit)
    kept = 0.5 ** ((times / days) ** 0.5 / 13)
    level = 1.0 if habit.quantity is not None and habit.quantity.at_most else 0.0
    for day in days_between(start, today):
        c = completion(habit, answers, day)
        if c is None:
            continue
        moved = level * kept + float(c) * (1 - kept)
        level = max(level, moved) if day == today and day not in answers else moved
    return level


class Held(NamedTuple):
    """A streak: how long, and the days until it breaks."""

    length: int
    breaks_in: int | None


def countable(habit: Habit, answers: Answers, start: date, today: date) -> list[date]:
    """The days that can count: asked on and not skipped."""
    return [
        day for day in days_between(start, today) if asks(habit, day) and not skipped(answers, day)
    ]


def held(habit: Habit, answers: Answers, start: date, today: date) -> Held:
    if habit.schedule.kind == "weekly" and not is_limit(habit):
        return held_weeks(habit, answers, start, today)
    length = run_length(habit, answers, start, today)
    if not length and today not in answers:  # today is not over
        length = run_length(habit, answers, start, today - DAY)
    return Held(length, breaks_in(habit, answers, start, today))


def covered_numbers(habit: Habit, answers: Answers, start: date, today: date) -> set[int]:
    """The numbers of the countable days (some to come) that a window of enough successes covers.

    Any window of `days` countable days that begins with a success and holds enough of them. Of
    an amount any part of it is one, and what they come to is what has to be enough.
    """
    rolling = habit.schedule.kind == "rolling"
    times, days = (habit.schedule.times, habit.schedule.days) if rolling else (1, 1)
    known = countable(habit, answers, start, today)
    worth = {n: Fraction(int(success(habit, answers, day))) for n, day in enumerate(known)}
    if aims(habit) and not is_limit(habit) and rolling:
        worth = {n: share(habit, answers, day) for n, day in enumerate(known)}
    if is_limit(habit):
        times, days = 1, 1
    found: set[int] = set()
    for first in worth:
        window = range(first, first + days)
        if worth[first] and sum(worth.get(n, Fraction(0)) for n in window) >= times:
            found.update(window)
    return found


def run_length(habit: Habit, answers: Answers, start: date, today: date) -> int:
    """How many countable days up to the last one are covered without a gap."""
    held_on = covered_numbers(habit, answers, start, today)
    number = len(countable(habit, answers, start, today)) - 1
    length = 0
    while number >= 0 and number in held_on:
        number, length = number - 1, length + 1
    return length


def breaks_in(habit: Habit, answers: Answers, start: date, today: date) -> int | None:
    """From today to the first countable day after the last covered one."""
    held_on = covered_numbers(habit, answers, start, today)
    if not held_on:
        return None
    known = countable(habit, answers, start, today)
    wanted, day = max(held_on) + 1, today
    while len(known) <= wanted:
        day += DAY
        if asks(habit, day) and not skipped(answers, day):
            known.append(day)
    return (known[wanted] - today).days


def week_met(habit: Habit, answers: Answers, week: date, until: date) -> bool | None:
    days = [day for day in days_between(week, week + 6 * DAY) if day <= until]
    out = sum(skipped(answers, day) for day in days)
    done: Fraction | int = sum(success(habit, answers, day) for day in days)
    asked: Fraction | int = habit.schedule.times * (7 - out) // 7
    if aims(habit):
        done = sum((share(habit, answers, day) for day in days), Fraction(0))
        asked = Fraction(habit.schedule.times * (7 - out), 7)
    return None if asked == 0 and not done else done >= asked


def held_weeks(habit: Habit, answers: Answers, start: date, today: date) -> Held:
    this = today - today.weekday() * DAY
    length, week = 0, start - start.weekday() * DAY
    while week < this:
        met = week_met(habit, answers, week, date.max)
        length = length if met is None else (length + 1 if met else 0)
        week += 7 * DAY
    sunday = this + 6 * DAY
    if week_met(habit, answers, this, today):
        return Held(length + 1, (sunday + 8 * DAY - today).days)
    return Held(length, (sunday + DAY - today).days if length else None)


def due(habit: Habit, answers: Answers, day: date) -> bool:
    """Whether an unanswered day wants an answer."""
    kind = habit.schedule.kind
    if is_limit(habit):
        return asks(habit, day)  # a missing report is presumed bad
    if kind == "weekly":
        return not week_met(habit, answers, day - day.weekday() * DAY, date.max)
    if kind == "rolling":
        past = last_days(day, habit.schedule.days)[1:]
        left = habit.schedule.days - sum(skipped(answers, one) for one in past)
        if aims(habit):
            got = sum((share(habit, answers, one) for one in past), Fraction(0))
            return got < Fraction(habit.schedule.times * left, habit.schedule.days)
        wanted = max(1, habit.schedule.times * left // habit.schedule.days)
        return sum(success(habit, answers, one) for one in past) < wanted
    return asks(habit, day)


def pace(season: Season, goal: Goal) -> dict[date, Fraction]:
    """Where the line stands on each day: level on a break's days, an equal step on all others."""
    corners = {season.starts: Fraction(0)}
    for stone in goal.milestones:
        if season.starts < stone.by < season.ends:
            corners[stone.by] = Fraction(min(stone.amount, goal.target))
    corners[season.ends] = Fraction(goal.target)
    found = {season.starts: Fraction(0)}
    order = sorted(corners)
    resting = {day for rest in season.breaks for day in days_between(rest.first, rest.last)}
    for before, after in pairwise(order):
        steps = days_between(before + DAY, after)
        working = [day for day in steps if day not in resting]
        rise = corners[after] - corners[before]
        for day in steps:
            gone = sum(other <= day for other in working)
            found[day] = corners[before] + (rise * gone / len(working) if working else 0)
        found[after] = corners[after]
    return found


def safe(line: Mapping[date, Fraction], today: date, value: Fraction) -> int | None:
    """The smallest x ≥ 0 with v < line(today + x), the line going on level."""
    end = max(line)
    for x in range((end - today).days + 1):
        if value < line[today + x * DAY]:
            return x
    return None
