from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.calendar.weeks import week_of
from tracker.goals.association import (
    Association,
    Refusal,
    associate,
    interval,
    paired,
    ranks,
    weekly_rates,
)
from tracker.habits.checkins import Mark
from tracker.habits.model import Habit, Span
from tracker.habits.schedule import Schedule

MONDAY = date(2026, 1, 5)
values = st.lists(st.integers(-5, 5).map(float), min_size=8, max_size=30)


def rising(n: int) -> list[tuple[float, float]]:
    return [(float(week), float(week) ** 3) for week in range(n)]


def test_a_perfect_order_scores_one_whatever_its_shape() -> None:
    found = associate(rising(10))
    assert isinstance(found, Association)
    assert (found.rho, found.n) == (pytest.approx(1.0), 10)
    assert 0.8 < found.low < found.high < 1
    assert found.chance == pytest.approx(1.959964 / 3)


def test_ties_share_their_rank() -> None:
    assert ranks([3.0, 1.0, 3.0, 2.0]) == [3.5, 1.0, 3.5, 2.0]


def test_a_known_correlation_with_ties() -> None:
    # scipy.stats.spearmanr of the same lists.
    pairs = list(zip([1, 2, 2, 3, 4, 5, 6, 7], [0, 0, 1, 1, 0, 2, 2, 1], strict=True))
    found = associate([(float(a), float(b)) for a, b in pairs])
    assert isinstance(found, Association)
    assert found.rho == pytest.approx(0.6337242505244779)


def test_the_interval_is_the_published_formula() -> None:
    low, high = interval(0.5, 28)
    # z = 0.549306, se = sqrt(1.125/25) = 0.212132
    assert (low, high) == (pytest.approx(0.13274, abs=1e-4), pytest.approx(0.74657, abs=1e-4))


@pytest.mark.parametrize(
    ("pairs", "reason"),
    [
        ([], "0 whole weeks so far; below 8 a correlation says nothing"),
        (rising(1), "1 whole week so far; below 8 a correlation says nothing"),
        (rising(7), "7 whole weeks so far; below 8 a correlation says nothing"),
        ([(1.0, float(n)) for n in range(9)], "the habit was kept alike in all 9 weeks"),
        ([(float(n), 0.0) for n in range(9)], "as much was published in each of the 9 weeks"),
    ],
)
def test_refused_with_a_reason(pairs: list[tuple[float, float]], reason: str) -> None:
    assert associate(pairs) == Refusal(reason, len(pairs))


def test_shuffled_weeks_score_near_zero_inside_the_band_and_the_interval() -> None:
    lots = random.Random(1)
    inside = in_band = 0
    every = []
    for _ in range(400):
        output = [float(n % 4) for n in range(12)]
        lots.shuffle(output)
        found = associate(list(zip(map(float, range(12)), output, strict=True)))
        assert isinstance(found, Association)
        every.append(found.rho)
        inside += found.low <= 0 <= found.high
        in_band += abs(found.rho) <= found.chance
    assert abs(sum(every) / len(every)) < 0.05
    assert 0.92 <= inside / 400 <= 1
    assert 0.92 <= in_band / 400 <= 0.98


@given(values, values)
def test_the_numbers_stay_inside_their_bounds_and_turn_with_the_output(
    habit: list[float], output: list[float]
) -> None:
    pairs = list(zip(habit, output, strict=False))
    found = associate(pairs)
    if isinstance(found, Association):
        assert -1 <= found.low <= found.high <= 1
        assert -1 <= found.rho <= 1
        turned = associate([(a, -b) for a, b in pairs])
        assert isinstance(turned, Association)
        assert turned.rho == pytest.approx(-found.rho)


def test_rates_leave_out_skipped_and_free_days_and_broken_weeks() -> None:
    habit = Habit("h", "H", Schedule("weekdays", weekdays=(0, 1, 2, 3)))
    span = Span(habit, MONDAY - timedelta(2), MONDAY + timedelta(20))
    marks = {
        MONDAY: Mark("yes"), MONDAY + timedelta(1): Mark("skip"), MONDAY + timedelta(2): Mark("no"),
        **{MONDAY + timedelta(7 + n): Mark("skip") for n in range(4)},
    }  # fmt: skip
    rates = weekly_rates(span, marks, MONDAY + timedelta(19))
    # The second week is all skipped, the third is not over.
    assert rates == {week_of(MONDAY): pytest.approx(1 / 3)}


def test_output_is_counted_in_the_same_or_the_following_week() -> None:
    rates = {week_of(MONDAY): 0.5, week_of(MONDAY + timedelta(7)): 1.0}
    outputs = [MONDAY + timedelta(n) for n in (0, 6, 7)]
    until = MONDAY + timedelta(13)
    assert paired(rates, outputs, 0, until) == [(0.5, 2.0), (1.0, 1.0)]
    assert paired(rates, outputs, 1, until) == [(0.5, 1.0)]
