"""Shares that sum to the whole and do not depend on the order."""

from __future__ import annotations

import itertools
from dataclasses import astuple
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.api import OLS, add_constant

from lab.errors import AnalysisError
from lab.stats.shapley import shapley
from lab.stats.variance_shares import Explained, explained_within

games = st.integers(1, 5).flatmap(
    lambda players: st.lists(st.floats(-10, 10, width=32), min_size=2**players, max_size=2**players)
)


def worth_of(worths: list[float]):
    return lambda coalition: np.array(worths[sum(1 << player for player in coalition)])


def by_every_order(worths: list[float], players: int) -> np.ndarray:
    """The definition, at its own length."""
    worth, total = worth_of(worths), np.zeros(players)
    orders = list(itertools.permutations(range(players)))
    for order in orders:
        for place, player in enumerate(order):
            total[player] += worth(order[: place + 1]) - worth(order[:place])
    return total / len(orders)


@settings(max_examples=60, deadline=None)
@given(games)
def test_it_is_the_average_over_every_order(worths: list[float]) -> None:
    players = len(worths).bit_length() - 1
    found = shapley(worth_of(worths), players)
    np.testing.assert_allclose(found.values, by_every_order(worths, players), atol=1e-9)
    assert found.values.sum() == pytest.approx(worths[-1] - worths[0], abs=1e-9)
    assert not found.errors.any()


@settings(max_examples=30, deadline=None)
@given(games, games)
def test_the_sum_of_two_games_has_the_sum_of_their_shares(
    one: list[float], other: list[float]
) -> None:
    size = min(len(one), len(other))
    one, other, players = one[:size], other[:size], size.bit_length() - 1
    both = [a + b for a, b in zip(one, other, strict=True)]
    apart = shapley(worth_of(one), players).values + shapley(worth_of(other), players).values
    np.testing.assert_allclose(shapley(worth_of(both), players).values, apart, atol=1e-9)


def test_a_glove_game_has_its_known_shares() -> None:
    # One left glove, two right ones; a pair is worth 1. Textbook: 2/3, 1/6, 1/6.
    def worth(coalition: tuple[int, ...]) -> np.ndarray:
        return np.array(float(0 in coalition and len(coalition) > 1))

    np.testing.assert_allclose(shapley(worth, 3).values, [2 / 3, 1 / 6, 1 / 6])


def test_sampled_shares_are_the_exact_ones_within_their_errors() -> None:
    rng = np.random.default_rng(0)
    worths = rng.normal(size=2**6).tolist()
    exact = shapley(worth_of(worths), 6)
    drawn = shapley(worth_of(worths), 6, exact=False, orders=3000, seed=1)
    assert (np.abs(drawn.values - exact.values) < 4 * drawn.errors).all()
    assert drawn.values.sum() == pytest.approx(exact.values.sum())


def test_sampling_begins_above_twelve_players() -> None:
    found = shapley(lambda coalition: np.array(float(len(coalition))), 13, orders=20)
    np.testing.assert_allclose(found.values, np.ones(13))
    with pytest.raises(AnalysisError, match="no players"):
        shapley(lambda coalition: np.array(0.0), 0)


def made(rows: int = 120, seed: int = 0) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Correlated factors, one of them with three levels, and a noisy outcome."""
    rng = np.random.default_rng(seed)
    order = rng.choice(["abba", "baba"], rows)
    length = rng.normal(size=rows) + (order == "abba")
    thing = rng.choice(["keys", "drink", "bag"], rows)
    outcome = (order == "abba") + 0.5 * length + (thing == "bag") + rng.normal(size=rows)
    return {"order": order, "length": length, "thing": thing}, outcome


def explained(factors: dict[str, Any], outcome: Any, draws: int) -> Explained:
    """All rows as one stratum."""
    return explained_within(factors, outcome, ["all"] * len(outcome), draws=draws, seed=0)


def r_squared(factors: dict[str, np.ndarray], outcome: np.ndarray) -> float:
    """From statsmodels, with indicator columns."""
    columns = [
        each[:, None] if each.dtype.kind == "f" else each[:, None] == np.unique(each)[None, 1:]
        for each in factors.values()
    ]
    if not columns:
        return 0.0
    return float(OLS(outcome, add_constant(np.hstack(columns).astype(float))).fit().rsquared)


def test_shares_are_the_average_gain_in_statsmodels_r_squared() -> None:
    factors, outcome = made()
    found = explained(factors, outcome, draws=1)
    expected = dict.fromkeys(factors, 0.0)
    for order in itertools.permutations(factors):
        for place, name in enumerate(order):
            before = {key: factors[key] for key in order[:place]}
            expected[name] += (
                r_squared({**before, name: factors[name]}, outcome) - r_squared(before, outcome)
            ) / 6
    for name, share in found.shares.items():
        assert share.estimate.mean == pytest.approx(expected[name], abs=1e-9)
    assert found.total.estimate.mean == pytest.approx(r_squared(factors, outcome), abs=1e-9)
    parts = sum(share.estimate.mean for share in found.shares.values())
    assert found.total.estimate.mean == pytest.approx(parts)


def test_unrelated_factors_have_their_own_r_squared() -> None:
    a, b = (
        np.array(x, dtype=float) for x in zip(*itertools.product((-1, 1), (-1, 1)), strict=True)
    )
    a, b = np.tile(a, 10), np.tile(b, 10)
    outcome = 3 * a + b + np.tile([0.5, -0.5], 20) * np.repeat([1, -1], 20)
    found = explained({"a": a, "b": b}, outcome, draws=1)
    assert found.shares["a"].estimate.mean == pytest.approx(np.corrcoef(a, outcome)[0, 1] ** 2)
    assert found.shares["b"].estimate.mean == pytest.approx(np.corrcoef(b, outcome)[0, 1] ** 2)


def test_two_copies_of_a_factor_share_alike() -> None:
    factors, outcome = made()
    twice = {"one": factors["length"], "other": factors["length"] * 2 + 3}
    found = explained(twice, outcome, draws=1)
    assert found.shares["one"].estimate.mean == pytest.approx(found.shares["other"].estimate.mean)


def test_a_true_factor_beats_its_null_and_an_idle_one_does_not() -> None:
    factors, outcome = made(200)
    idle = {"idle": np.random.default_rng(5).normal(size=200)}
    found = explained(factors | idle, outcome, draws=200)
    assert found.shares["thing"].null.p < 0.01
    assert found.shares["idle"].null.p > 0.05
    assert 0 < found.shares["idle"].null.mean < 0.02  # chance is not zero
    assert found.total.null.p < 0.01
    assert found.total.null.mean == pytest.approx(5 / 199, abs=0.01)  # columns over rows less one


def test_order_of_naming_does_not_matter() -> None:
    factors, outcome = made()
    turned = dict(reversed(factors.items()))
    one = explained(factors, outcome, draws=1)
    other = explained(turned, outcome, draws=1)
    for name in factors:
        estimates = (astuple(found.shares[name].estimate) for found in (one, other))
        assert next(estimates) == pytest.approx(next(estimates))


@pytest.mark.parametrize(
    ("factors", "outcome", "message"),
    [
        ({"order": ["a", "a"]}, [1.0, 2.0], 'factor "order": the same all through every stratum'),
        ({"length": [1.0, float("nan")]}, [1.0, 2.0], "no finite number"),
        ({"length": [1.0, 2.0]}, [1.0, 1.0], "outcome"),
    ],
)
def test_what_cannot_explain_is_refused(
    factors: dict[str, list[object]], outcome: list[float], message: str
) -> None:
    with pytest.raises(AnalysisError, match=message):
        explained(factors, outcome, draws=1)
