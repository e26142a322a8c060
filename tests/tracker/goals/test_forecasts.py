from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.calendar.weeks import Week, each_week, parse_week, week_of
from tracker.errors import TrackerError
from tracker.goals.forecasts import (
    COIN,
    Bin,
    ClosedForecast,
    Forecast,
    brier,
    brier_scores,
    calibration,
    counted,
    missing,
    parse_probability,
    wilson,
)

MONDAY = date(2026, 11, 23)
probabilities = st.floats(0, 1)
pairs = st.lists(st.tuples(probabilities, st.booleans()), min_size=1, max_size=20)


def said(goal: str, probability: float, day: date, hour: int = 12) -> Forecast:
    return Forecast("s", goal, probability, day, f"{day}T{hour:02d}:00:00.000+00:00")


@pytest.mark.parametrize(
    ("text", "value"),
    [("70%", 0.7), ("0.7", 0.7), (".7", 0.7), ("1.0", 1.0), ("0%", 0.0), ("100 %", 1.0), ("2.5%", 0.025)],
)  # fmt: skip
def test_probabilities(text: str, value: float) -> None:
    assert parse_probability(text) == pytest.approx(value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("70", '"70" is no probability. Write 70% or a share like 0.7.'),
        ("70,5%", '"70,5%" is no probability. Write 70.5% or a share like 0.7.'),
        ("0,7", '"0,7" is no probability. Write 0.7 or a share like 0.7.'),
        ("1", '"1" is no probability. Write 1% or a share like 0.7.'),
        ("130", '"130" is no probability. Write 70% or a share like 0.7.'),
        ("-0.1", '"-0.1" is no probability. Write 70% or a share like 0.7.'),
        ("likely", '"likely" is no probability. Write 70% or a share like 0.7.'),
        ("nan", '"nan" is no probability. Write 70% or a share like 0.7.'),
        ("130%", '"130%" is more than certain. Use 0% to 100%.'),
        ("1.5", '"1.5" is more than certain. Use 0% to 100%.'),
    ],
)
def test_what_is_no_probability(text: str, message: str) -> None:
    with pytest.raises(TrackerError) as caught:
        parse_probability(text)
    assert str(caught.value) == message


def test_the_latest_forecast_of_a_week_counts() -> None:
    sunday = MONDAY - timedelta(1)
    made = [
        said("a", 0.9, MONDAY, 20), said("a", 0.2, MONDAY, 8), said("a", 0.5, sunday),
        said("b", 0.1, MONDAY),
    ]  # fmt: skip
    assert [(f.goal, f.probability) for f in counted(made)] == [("a", 0.5), ("a", 0.9), ("b", 0.1)]


def test_known_scores() -> None:
    assert brier([(1.0, True), (0.0, False)]) == (0.0, 2)
    assert brier([(1.0, False), (0.0, True)]) == (1.0, 2)
    assert brier([(0.5, True), (0.5, False)]) == (COIN, 2)
    assert brier([(0.75, True)]) == (0.0625, 1)
    assert brier([]) is None


def test_a_season_is_scored_over_all_its_forecasts() -> None:
    made = [said("a", 0.5, MONDAY), said("a", 1.0, MONDAY + timedelta(7)), said("b", 1.0, MONDAY)]
    by_goal, season = brier_scores([*made, said("gone", 0.3, MONDAY)], {"a": True, "b": False})
    assert by_goal == {"a": (0.125, 2), "b": (1.0, 1)}
    assert season is not None
    assert season == (pytest.approx(1.25 / 3), 3)


@given(pairs)
def test_a_score_lies_between_none_and_one(said: list[tuple[float, bool]]) -> None:
    score = brier(said)
    assert score is not None
    assert 0 <= score.brier <= 1
    assert score.n == len(said)


@given(st.lists(st.booleans(), min_size=1, max_size=30))
def test_no_constant_forecast_beats_the_share_that_came(outcomes: list[bool]) -> None:
    """The Brier score is proper: what came is what it pays to say."""
    share = sum(outcomes) / len(outcomes)
    best = brier([(share, came) for came in outcomes])
    assert best is not None
    assert best.brier == pytest.approx(share * (1 - share))
    for other in (0.0, 0.2, 0.5, 0.9, 1.0):
        score = brier([(other, came) for came in outcomes])
        assert score is not None
        assert score.brier >= best.brier - 1e-12


@given(pairs)
def test_the_mirror_image_scores_the_same(said: list[tuple[float, bool]]) -> None:
    mirrored = brier([(1 - probability, not came) for probability, came in said])
    score = brier(said)
    assert score is not None
    assert mirrored is not None
    assert mirrored.brier == pytest.approx(score.brier)


def test_goals_without_a_forecast_this_week() -> None:
    made = [said("a", 0.5, MONDAY), said("b", 0.5, MONDAY - timedelta(1))]
    assert missing(["a", "b", "c"], made, MONDAY + timedelta(6)) == ["b", "c"]


def test_weeks_of_one_goal_are_one_trial() -> None:
    every = [ClosedForecast("s", "a", 0.7, True)] * 12 + [ClosedForecast("s", "b", 0.75, False)]
    low, high = wilson(1, 2)
    assert calibration(every) == [
        Bin(0.6, 0.8, 13, pytest.approx(0.70385, abs=1e-5), 2, 1, (low, high))
    ]


@given(
    st.lists(
        st.builds(
            ClosedForecast, st.just("s"), st.sampled_from("abc"), probabilities, st.just(True)
        )
    )
)
def test_every_forecast_falls_into_one_bin(every: list[ClosedForecast]) -> None:
    bins = calibration(every)
    assert sum(found.forecasts for found in bins) == len(every)
    for found in bins:
        assert found.low - 1e-12 <= found.mean <= found.high + 1e-12


def test_wilson_as_published() -> None:
    # Newcombe 1998, table I: 81/263, 15/148, 0/20, 1/29.
    for came, n, low, high in (
        (81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718),
    ):  # fmt: skip
        assert wilson(came, n) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


@given(st.integers(1, 400), st.data())
def test_wilson_holds_the_share_and_mirrors(n: int, data: st.DataObject) -> None:
    came = data.draw(st.integers(0, n))
    low, high = wilson(came, n)
    assert 0 <= low <= Fraction(came, n) <= high <= 1
    assert wilson(n - came, n) == (pytest.approx(1 - high), pytest.approx(1 - low))


def test_wilson_of_nothing_is_everything() -> None:
    assert wilson(0, 0) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("day", "week"),
    [(date(2020, 12, 31), "2020-W53"), (date(2021, 1, 3), "2020-W53"), (date(2021, 1, 4), "2021-W01"),
     (date(2018, 12, 31), "2019-W01")],
)  # fmt: skip
def test_weeks_at_the_turn_of_the_year(day: date, week: str) -> None:
    assert str(week_of(day)) == week


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 60))
def test_whole_weeks_only(first: date, days: int) -> None:
    last = first + timedelta(days)
    weeks = list(each_week(first, last))
    slow = {week_of(first + timedelta(n)) for n in range(days + 1)}
    assert weeks == sorted(w for w in slow if first <= w.first and w.last <= last)


def test_the_words_for_a_week() -> None:
    assert parse_week("this", MONDAY) == Week(2026, 48)
    assert parse_week("last", MONDAY) == Week(2026, 47)
    assert parse_week("2026w5", MONDAY) == Week(2026, 5)
    for text, message in (
        ("2026-W54", '"2026-W54" names no week. Use this, last, or a week like 2026-W48.'),
        ("soon", '"soon" names no week. Use this, last, or a week like 2026-W48.'),
        ("2026-W49", "2026-W49 is still to come; this is 2026-W48."),
    ):
        with pytest.raises(TrackerError) as caught:
            parse_week(text, MONDAY)
        assert str(caught.value) == message
