"""Intervals that cover and p-values that mean what they say."""

from __future__ import annotations

from dataclasses import astuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from lab.errors import AnalysisError
from lab.stats.clustered import (
    estimate_mean,
    flipped_signs,
)


def test_a_mean_without_clusters_is_scipys_own_bca_interval() -> None:
    values = np.random.default_rng(3).exponential(size=60)
    ours = estimate_mean(values, resamples=4000, seed=0)
    theirs = stats.bootstrap(
        (values,), np.mean, n_resamples=4000, method="BCa", rng=np.random.default_rng(0)
    )
    assert ours.mean == pytest.approx(values.mean())
    assert ours.sd == pytest.approx(values.std(ddof=1))
    assert ours.low == pytest.approx(theirs.confidence_interval.low, abs=1e-9)
    assert ours.high == pytest.approx(theirs.confidence_interval.high, abs=1e-9)


def test_copies_of_a_row_in_its_cluster_change_nothing() -> None:
    values = np.random.default_rng(4).normal(size=30)
    once = estimate_mean(values, resamples=500, seed=1)
    clusters = np.repeat(np.arange(30), 7)
    copied = estimate_mean(np.repeat(values, 7), clusters, resamples=500, seed=1)
    assert astuple(copied) == pytest.approx(astuple(once))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 999), st.integers(12, 30), st.floats(-50, 50), st.floats(0.5, 4))
def test_an_interval_moves_and_stretches_with_its_values(
    draw: int, size: int, shift: float, scale: float
) -> None:
    values = np.random.default_rng(draw).exponential(size=size)
    here = estimate_mean(values, resamples=200, seed=0)
    there = estimate_mean(values * scale + shift, resamples=200, seed=0)
    for end in ("mean", "low", "high"):
        assert getattr(there, end) == pytest.approx(getattr(here, end) * scale + shift, abs=1e-6)


def coverage(clusters: int, *, clustered: bool = True, simulations: int = 400) -> float:
    """How often a 95% interval holds the true mean, 0."""
    rng, held = np.random.default_rng(11), 0
    names = np.repeat(np.arange(clusters), 5)
    for seed in range(simulations):
        values = rng.normal(size=clusters)[names] + rng.normal(size=len(names))
        found = estimate_mean(values, names if clustered else None, resamples=800, seed=seed)
        held += found.low <= 0 <= found.high
    return held / simulations


def test_an_interval_that_ignores_clusters_lies() -> None:
    assert coverage(40, clustered=False, simulations=120) < 0.85


@pytest.mark.slow
@pytest.mark.parametrize("clusters", [40, 80])
def test_a_95_percent_interval_covers_93_to_97_percent(clusters: int) -> None:
    assert 0.93 <= coverage(clusters, simulations=2000) <= 0.97


def test_flipped_signs_agree_with_scipys_exact_test() -> None:
    values = np.array([0.3, -0.1, 0.8, 1.1, 0.2, -0.4, 0.9])
    ours = flipped_signs(values, draws=200, seed=0)
    theirs = stats.permutation_test(
        (values,), lambda x: abs(x.mean()), permutation_type="samples", alternative="greater"
    )
    assert ours.draws == 2**7
    assert ours.p == pytest.approx(theirs.pvalue)


def test_a_cluster_flips_as_one() -> None:
    assert flipped_signs([1.0] * 20, ["one"] * 10 + ["two"] * 10, draws=50, seed=0).p == 0.5


@pytest.mark.parametrize(
    ("clusters", "message"),
    [(["a", "a", "a"], "needs two at least"), (["a", "b"], "2 names for 3 rows")],
)
def test_bad_clusters_are_refused(clusters: list[str], message: str) -> None:
    with pytest.raises(AnalysisError, match=message):
        estimate_mean([1.0, 2.0, 3.0], clusters, resamples=10, seed=0)
