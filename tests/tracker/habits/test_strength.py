from __future__ import annotations

import math
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.habits.checkins import Mark, Marks
from tracker.habits.model import Habit, Quantity, Span
from tracker.habits.schedule import parse_schedule
from tracker.habits.strength import decay, strengths

START = date(2026, 1, 1)  # a Thursday
SCHEDULES = ["daily", "3/7", "1/7", "6/7", "every 3 days", "2 per week", "mon,wed,fri", "5/5"]
YES, NO, SKIP = Mark("yes"), Mark("no"), Mark("skip")
ANSWERS = st.sampled_from([None, YES, NO, SKIP])


def day(number: int) -> date:
    return START + timedelta(number)


def history(*answers: Mark | None) -> dict[date, Mark]:
    return {day(n): mark for n, mark in enumerate(answers) if mark is not None}


def curve(habit: Habit, marks: Marks, days: int) -> list[float]:
    """Strength of the days counted, all of them over."""
    span = Span(habit, START, day(days - 1))
    return [value for _, value in strengths([span], marks, day(days))]


def habit(schedule: str, quantity: Quantity | None = None) -> Habit:
    return Habit("h", "H", parse_schedule(schedule), quantity)


@pytest.mark.parametrize(("days", "strength"), [(30, 0.798), (60, 0.959), (90, 0.992)])
def test_a_daily_habit_always_done(days: int, strength: float) -> None:
    assert round(curve(habit("daily"), history(*[YES] * days), days)[-1], 3) == strength


@pytest.mark.parametrize("frequency", [(1, 1), (3, 7), (1, 7)])
def test_half_of_the_strength_goes_in_thirteen_days_over_the_root_of_the_frequency(
    frequency: tuple[int, int],
) -> None:
    half_life = 13 / math.sqrt(frequency[0] / frequency[1])
    assert decay(frequency) ** half_life == pytest.approx(0.5)


def reference(schedule: tuple[int, int], answers: list[Mark | None]) -> list[float]:
    """Loop's formula for yes/no habits without skips, written out the slow way."""
    times, days = schedule
    kept = 0.5 ** (math.sqrt(times / days) / 13)
    if times < days:
        times, days = 2 * times, 2 * days
    strength, found = 0.0, []
    for n in range(len(answers)):
        done = sum(mark == YES for mark in answers[max(0, n - days + 1) : n + 1])
        strength = strength * kept + min(1, done / times) * (1 - kept)
        found.append(strength)
    return found


@given(
    st.sampled_from([("daily", (1, 1)), ("3/7", (3, 7)), ("1/7", (1, 7)), ("2 per week", (2, 7))]),
    st.lists(st.sampled_from([None, YES, NO]), min_size=1, max_size=80),
)
def test_without_skips_it_is_loops_formula(
    schedule: tuple[str, tuple[int, int]], answers: list[Mark | None]
) -> None:
    words, frequency = schedule
    ours = curve(habit(words), history(*answers), len(answers))
    assert ours == pytest.approx(reference(frequency, answers))


@given(st.sampled_from(SCHEDULES), st.lists(ANSWERS, min_size=1, max_size=60), st.integers(0, 59))
def test_marking_a_day_done_never_lowers_strength(
    schedule: str, answers: list[Mark | None], place: int
) -> None:
    """On no day, that one or any later one; a skipped day is not asked and stays out of this."""
    place %= len(answers)
    if answers[place] == SKIP:
        return
    before = curve(habit(schedule), history(*answers), len(answers))
    after = curve(
        habit(schedule), history(*answers[:place], YES, *answers[place + 1 :]), len(answers)
    )
    assert all(new >= old - 1e-12 for old, new in zip(before, after, strict=True))


@given(
    st.sampled_from(SCHEDULES),
    st.lists(st.sampled_from([None, SKIP, *(Mark("yes", v) for v in (0.0, 1.0, 2.5, 5.0, 9.0))]), min_size=1, max_size=60),
    st.booleans(),
)  # fmt: skip
def test_strength_stays_between_nothing_and_everything(
    schedule: str, answers: list[Mark | None], at_most: bool
) -> None:
    one = habit(schedule, Quantity(5.0, "km", at_most=at_most))
    assert all(0 <= value <= 1 for value in curve(one, history(*answers), len(answers)))


@given(st.sampled_from(SCHEDULES), st.lists(ANSWERS, min_size=1, max_size=60))
def test_a_skipped_day_carries_the_strength_over(schedule: str, answers: list[Mark | None]) -> None:
    values = curve(habit(schedule), history(*answers, SKIP), len(answers) + 1)
    assert values[-1] == values[-2]


@pytest.mark.parametrize("first_skip", range(14, 28))
def test_a_perfect_six_in_seven_habit_with_four_skips_stays_perfect(first_skip: int) -> None:
    """Loop's issue 1695: there the skipped days stay in the window, and the strength falls."""
    answers: list[Mark | None] = [None if n % 7 == 6 else YES for n in range(60)]
    for n in range(first_skip, first_skip + 4):
        answers[n] = SKIP
    values = curve(habit("6/7"), history(*answers), 60)
    assert all(later >= earlier for earlier, later in pairwise(values[20:]))


def test_a_week_of_skips_freezes_and_does_not_excuse_the_week_after() -> None:
    answers: list[Mark | None] = [YES] * 40 + [SKIP] * 7 + [None] * 10
    values = curve(habit("daily"), history(*answers), len(answers))
    assert values[46] == values[39]
    assert values[56] < values[46]


def test_only_set_weekdays_count() -> None:
    weekdays = habit("mon,tue,wed,thu,fri")
    worked = {day(n): YES for n in range(90) if day(n).weekday() < 5}
    with_weekends = {day(n): YES for n in range(90)}
    assert curve(weekdays, worked, 90) == curve(weekdays, with_weekends, 90)
    assert curve(weekdays, worked, 90)[-1] > 0.95


def test_amounts_count_in_part() -> None:
    run = habit("daily", Quantity(5.0, "km"))
    full, half = (curve(run, history(*[Mark("no", v)] * 30), 30)[-1] for v in (5.0, 2.5))
    assert half == pytest.approx(full / 2)
    assert full == pytest.approx(0.798, abs=0.001)


def test_a_weekly_amount_is_the_sum_of_its_window_and_not_doubled() -> None:
    run = habit("1/7", Quantity(10.0, "km"))
    kept = 0.5 ** (math.sqrt(1 / 7) / 13)
    values = curve(run, history(Mark("no", 4.0), Mark("no", 4.0), Mark("no", 4.0)), 3)
    expected, strength = [], 0.0
    for completion in (0.4, 0.8, 1.0):
        strength = strength * kept + completion * (1 - kept)
        expected.append(strength)
    assert values == pytest.approx(expected)


def test_a_limit_starts_full_and_falls_to_nothing_at_twice_as_much() -> None:
    feeds = habit("daily", Quantity(20.0, "minutes", at_most=True))
    kept = decay((1, 1))
    assert curve(feeds, history(Mark("yes", 20.0)), 1) == [1.0]
    assert curve(feeds, history(Mark("no", 30.0)), 1) == pytest.approx([kept + 0.5 * (1 - kept)])
    assert curve(feeds, history(Mark("no", 90.0)), 1) == pytest.approx([kept])
    assert curve(feeds, {}, 1) == pytest.approx([kept]), "a missing report is presumed bad"
    assert curve(feeds, history(YES), 1) == [1.0]
    assert curve(feeds, history(NO), 1) == pytest.approx([kept])
    none_at_all = habit("daily", Quantity(0.0, "drinks", at_most=True))
    assert curve(none_at_all, history(Mark("yes", 0.0), Mark("no", 1.0)), 2) == pytest.approx(
        [1, kept]
    )


def test_an_open_day_can_only_raise() -> None:
    span = Span(habit("daily"), START, day(30))
    marks = history(*[YES] * 10)
    until_yesterday = strengths([span], marks, day(9))[-1][1]
    assert strengths([span], marks, day(10))[-1] == (day(10), until_yesterday)
    assert strengths([span], {**marks, day(10): NO}, day(10))[-1][1] < until_yesterday


def test_strength_is_scored_from_the_declared_start() -> None:
    answers = history(*[None] * 20, *[YES] * 10)
    late = Span(habit("daily"), day(20), day(60))
    assert len(strengths([late], answers, day(29))) == 10
    assert strengths([late], {}, day(10)) == []


def test_strength_rests_between_two_seasons() -> None:
    one = Span(habit("daily"), START, day(29))
    two = Span(habit("daily"), day(60), day(90))
    marks = history(*[YES] * 30) | {day(60): YES}
    series = dict(strengths([one, two], marks, day(60)))
    kept = decay((1, 1))
    assert day(45) not in series
    assert series[day(60)] == pytest.approx(series[day(29)] * kept + 1 - kept)


def test_a_tracked_habit_has_no_strength() -> None:
    assert curve(habit("track-only"), history(YES), 1) == []
