"""Ties: every outcome stays as it is under rounding, and follows the values when they are moved."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as scipy_stats

from lab.errors import AnalysisError
from lab.geometry import (
    category_latents,
    circles,
    density,
    irreducibility,
)
from lab.geometry.clusters import graph_clusters
from lab.geometry.kmeans import kmeans
from lab.stats import ties
from lab.stats.estimates import bootstrap, rank_correlation

pytestmark = pytest.mark.numerical

# Values with many exact ties, far further apart than any rounding where they are not equal.
TIED = st.lists(st.sampled_from([-3.0, -0.5, 0.1, 0.3, 2.0, 7.0]), min_size=1, max_size=12)
SIZES = {np.float64: 1e-12, np.float32: 1e-6}


def perturbed(values: Any, seed: int, relative: float) -> Any:
    """The values, each moved by a share of itself at most, as rounding moves them."""
    noise = np.random.default_rng(seed).uniform(-1, 1, np.shape(values))
    array = np.asarray(values)
    return (array * (1 + relative * noise)).astype(array.dtype)


OUTCOMES = {
    "levels": ties.levels,
    "order": ties.order,
    "descending": lambda values: ties.order(values, descending=True),
    "mean ranks": ties.mean_ranks,
    "largest": ties.is_largest,
    "sole largest": ties.sole_largest,
    "first largest": ties.first_largest,
    "first smallest": ties.first_smallest,
}


@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize("dtype", SIZES)
@given(values=TIED, seed=st.integers(0, 99))
def test_rounding_changes_no_outcome(
    outcome: str, dtype: type, values: list[float], seed: int
) -> None:
    exact = np.array(values, dtype=dtype)
    found = OUTCOMES[outcome](perturbed(exact, seed, SIZES[dtype]))
    assert np.array_equal(found, OUTCOMES[outcome](exact))


@given(values=TIED, seed=st.integers(0, 99))
def test_outcomes_follow_a_permutation(values: list[float], seed: int) -> None:
    exact = np.array(values)
    moved = np.random.default_rng(seed).permutation(len(values))
    noisy = perturbed(exact, seed, 1e-12)
    for of in (ties.levels, ties.mean_ranks, ties.is_largest):
        assert np.array_equal(of(noisy[moved]), of(noisy)[moved])
    sole, again = int(ties.sole_largest(noisy)), int(ties.sole_largest(noisy[moved]))
    assert (sole == ties.NONE) == (again == ties.NONE)
    assert sole == ties.NONE or moved[again] == sole
    assert noisy[moved][ties.first_largest(noisy[moved])] == pytest.approx(noisy.max())


@given(values=TIED)
def test_mean_ranks_and_order_are_the_usual_ones_where_ties_are_exact(values: list[float]) -> None:
    exact = np.array(values)
    assert np.array_equal(ties.mean_ranks(exact), scipy_stats.rankdata(exact))
    assert np.array_equal(ties.order(exact), np.argsort(exact, kind="stable"))
    assert np.array_equal(ties.order(exact, descending=True), np.argsort(-exact, kind="stable"))


def test_what_is_beyond_rounding_still_differs() -> None:
    assert ties.sole_largest([1.0, 1.0 + 1e-6]) == 1
    assert ties.sole_largest([1.0, 1.0 + 1e-12]) == ties.NONE
    assert ties.sole_largest([1e-14, 3e-14]) == 1  # on their own scale they differ
    assert ties.sole_largest([1e-14, 3e-14], scale=1.0) == ties.NONE
    assert ties.sole_largest(np.array([1.0, 1.0 + 1e-6], dtype=np.float32)) == ties.NONE
    assert ties.levels([[1.0, 2.0, 1.0], [3.0, 3.0, np.inf]]).tolist() == [[0, 1, 0], [0, 0, 1]]
    assert len(ties.order([])) == len(ties.mean_ranks([])) == 0
    with pytest.raises(AnalysisError, match="a value is NaN"):
        ties.order([1.0, np.nan])


@given(bar=st.floats(-5, 5), seed=st.integers(0, 99))
def test_a_bar_is_reached_and_not_exceeded_by_rounding(bar: float, seed: int) -> None:
    near = perturbed(np.full(20, bar), seed, 1e-12)
    assert ties.at_least(near, bar).all()
    assert not ties.above(near, bar).any()
    assert ties.above(near + 1e-6, bar).all()
    assert not ties.at_least(near - 1e-6, bar).any()


@given(seed=st.integers(0, 99), classes=st.integers(4, 9))
def test_classes_at_one_place_have_no_order(seed: int, classes: int) -> None:
    """Bug: words that fire nothing all lie in one place, and stood in calendar order there."""
    points = np.zeros((classes, 2))
    points[0], points[1] = [1, 0], [0, 1]
    noisy = points + 1e-15 * np.random.default_rng(seed).standard_normal(points.shape)
    assert circles.angular_order(noisy) == circles.angular_order(points)
    assert circles.angular_order(points) <= 1 / classes  # the first two alone
    moved = np.random.default_rng(seed).permutation(classes)
    assert circles.angular_order(points[moved]) <= 1 / classes


@given(seed=st.integers(0, 99), step=st.sampled_from([1, 2, 4]))
def test_a_class_at_the_centre_parts_no_neighbours(seed: int, step: int) -> None:
    ring = circles.circle(9)[(np.arange(9) * pow(step, -1, 9)) % 9]
    assert circles.angular_order(ring, step) == 1
    centred = np.concatenate([circles.circle(8), [[0.0, 0.0]]])
    noise = 1e-15 * np.random.default_rng(seed).standard_normal(centred.shape)
    assert circles.angular_order(centred + noise) == circles.angular_order(centred) == 7 / 9


@given(seed=st.integers(0, 30))
def test_equal_neighbours_are_all_joined_whatever_rounding_says(seed: int) -> None:
    """Bug: of four leaves at one angle to a hub, each with a twin nearer by, a digit chose one."""
    axes = np.eye(9)
    leaves = 0.6 * axes[:1] + 0.8 * axes[1:5]
    twins = leaves + 0.1 * axes[5:9]
    star = np.concatenate([axes[:1], leaves, twins])
    turned = star @ np.linalg.qr(np.random.default_rng(seed).standard_normal((9, 9)))[0]
    for directions in (turned, perturbed(turned, seed, 1e-12)):
        found = graph_clusters(torch.from_numpy(directions), count_self=True)
        assert [group.tolist() for group in found] == [list(range(9))]


@given(seed=st.integers(0, 30))
def test_clusters_do_not_change_with_rounding(seed: int) -> None:
    """Points that coincide, and points half-way between two centres."""
    rng = np.random.default_rng(seed)
    grid = np.stack(np.meshgrid(np.arange(6.0), np.arange(4.0)), axis=-1).reshape(-1, 2)
    points = np.concatenate([grid, grid[:5]])
    turned = points @ np.linalg.qr(rng.standard_normal((2, 2)))[0]
    found = kmeans(torch.from_numpy(turned), 5, seed=seed, starts=2)
    noisy = turned + 1e-13 * rng.standard_normal(turned.shape)
    assert torch.equal(kmeans(torch.from_numpy(noisy), 5, seed=seed, starts=2), found)
    first = [int((found == label).nonzero()[0]) for label in range(5)]
    assert first == sorted(first)


@given(seed=st.integers(0, 30))
def test_points_that_share_a_coordinate_stay_in_one_bin(seed: int) -> None:
    """Bug: a line's second coordinate is 0 up to rounding, on the edge between two bins."""
    turn = float(np.random.default_rng(seed).uniform(0, np.pi))
    line = np.outer([np.cos(turn), np.sin(turn)], np.random.default_rng(seed).standard_normal(500))
    across = np.array([turn + np.pi / 2])
    binned = irreducibility.bins_along(line.astype(np.float32), across, 40, 3.0)
    assert len(np.unique(binned)) == 1


@given(seed=st.integers(0, 20))
def test_the_densest_line_does_not_change_with_rounding(seed: int) -> None:
    """A regular polygon: many directions hold as many points."""
    rng = np.random.default_rng(seed)
    cloud = circles.circle(24)
    noisy = cloud * (1 + 1e-13 * rng.standard_normal(cloud.shape))
    assert density.scan(noisy, 0.1) == pytest.approx(density.scan(cloud, 0.1), abs=1e-9)


def test_one_more_firing_changes_few_random_draws() -> None:
    """Bug: one code at the edge of firing drew all later random latents anew."""
    rates = np.random.default_rng(0).integers(0, 60, 3_000) / 60
    chosen, allowed = np.arange(12), rates > 0
    allowed[:12] = True
    other = rates.copy()
    other[1_500] += 1 / 60
    drawn, again = (
        np.stack(
            [
                category_latents.equal_rate(each, chosen, allowed, rng)
                for rng in [np.random.default_rng(1)]
                for _ in range(50)
            ]
        )
        for each in (rates, other)
    )
    assert (drawn != again).mean() < 0.02
    assert len(np.unique(drawn)) > 300  # all that fire as often may be drawn, not the first few
    noisy = perturbed(rates, 0, 1e-12)
    same = category_latents.equal_rate(noisy, chosen, allowed, np.random.default_rng(1))
    assert np.array_equal(same, drawn[0])


@given(seed=st.integers(0, 30))
def test_an_interval_does_not_change_with_rounding(seed: int) -> None:
    """Bug: resamples that are the sample in another order fell below the estimate by chance."""
    values = np.random.default_rng(seed).random(4)

    def interval(noise: float) -> tuple[float, float]:
        rng = np.random.default_rng(seed)

        def mean(draws: np.ndarray) -> np.ndarray:
            found = values[draws].mean(axis=-1)
            return np.asarray((found * (1 + noise * rng.uniform(-1, 1, found.shape)))[None])

        found = bootstrap(mean, 4, resamples=200, seed=0)[0]
        return found.low, found.high

    assert interval(1e-14) == pytest.approx(interval(0), rel=1e-9)


def test_rank_correlation_shares_ranks_among_what_differs_by_rounding() -> None:
    one, other = np.array([1.0, 1.0, 2.0, 3.0]), np.array([2.0, 1.0, 3.0, 4.0])
    wanted = scipy_stats.spearmanr(one, other).statistic
    assert rank_correlation(perturbed(one, 3, 1e-13), other) == pytest.approx(wanted)
