from __future__ import annotations

import math
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from tracker.goals.model import Goal, Season
from tracker.goals.pace import Point, colour, safe_days, season_line, value_at


@given(st.integers(1, 40), st.integers(10, 400), st.integers(0, 399), st.integers(0, 39))
def test_safe_days_of_a_straight_line(target: int, days: int, today: int, count: int) -> None:
    """⌊(v − v0)/r − (t − t0)⌋ + 1, or 0 where the count is already below the line."""
    today, count = today % days, count % target
    corners = [Point(0, 0), Point(days, target)]
    exact = count * days // target - today + 1  # in whole numbers: no rounding can tip a tie
    assert safe_days(corners, today, count) == max(0, exact)


@given(st.integers(0, 300), st.floats(0, 20), st.floats(0, 20))
def test_more_is_never_less_safe(today: int, one: float, more: float) -> None:
    corners = [Point(0, 0), Point(90, 10), Point(120, 10), Point(140, 20)]
    safe, safer = (safe_days(corners, today, value) for value in (one, one + more))
    assert (math.inf if safer is None else safer) >= (math.inf if safe is None else safe)


def test_a_reached_target_is_safe_for_good() -> None:
    corners = [Point(0, 0), Point(90, 10)]
    assert safe_days(corners, 10, 10) is None
    assert safe_days(corners, 500, 9) == 0
    assert (value_at(corners, -5), value_at(corners, 999)) == (0, 10)


def test_colours() -> None:
    found = [colour(safe) for safe in (0, 1, 2, 3, 6, 7, None)]
    assert found == ["red", "orange", "blue", "green", "green", "clear", "clear"]


def test_a_season_of_one_day_has_a_line() -> None:
    season = Season("s", "S", date(2026, 1, 1), date(2026, 1, 1))
    assert season_line(season, Goal("g", "G"))[-1].value == 1.0
