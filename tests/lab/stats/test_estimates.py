"""Estimates and nulls against closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from lab.stats.estimates import (
    Indices,
    against_null,
    bootstrap,
    jackknife_sd,
)

pytestmark = pytest.mark.numerical

SAMPLE = np.random.default_rng(3).normal(2.0, 1.5, size=40)


def mean(draws: Indices) -> NDArray[np.float64]:
    return SAMPLE[draws].mean(axis=-1)[None]


def test_the_bootstrap_of_a_mean_agrees_with_students_interval() -> None:
    found = bootstrap(mean, 40, resamples=4000, seed=0)[0]
    error = SAMPLE.std(ddof=1) / np.sqrt(40)
    assert found.mean == pytest.approx(SAMPLE.mean())
    assert found.n == 40
    assert found.low == pytest.approx(SAMPLE.mean() - 2.02 * error, abs=0.15 * error)
    assert found.high == pytest.approx(SAMPLE.mean() + 2.02 * error, abs=0.25 * error)


def test_sd_of_a_mean_is_the_samples_standard_deviation() -> None:
    assert jackknife_sd(mean, 40)[0] == pytest.approx(SAMPLE.std(ddof=1))


def test_the_same_seed_gives_the_same_interval() -> None:
    assert bootstrap(mean, 40, resamples=200, seed=1) == bootstrap(mean, 40, resamples=200, seed=1)


def test_what_never_varies_has_an_interval_of_no_width() -> None:
    def fixed(draws: Indices) -> NDArray[np.float64]:
        return np.stack([np.full(len(draws), 0.25), SAMPLE[draws].mean(axis=-1)])

    still, moving = bootstrap(fixed, 40, resamples=200, seed=0)
    assert (still.low, still.high, still.sd) == (0.25, 0.25, 0.0)
    assert moving.low < moving.mean < moving.high


def test_where_bca_has_no_answer_the_percentiles_stand_in() -> None:
    """The maximum: no resample exceeds it, so the bias correction is infinite."""

    def largest(draws: Indices) -> NDArray[np.float64]:
        return -SAMPLE[draws].max(axis=-1)[None]

    found = bootstrap(largest, 40, resamples=500, seed=0)[0]
    assert np.isfinite([found.low, found.high]).all()
    assert found.low <= found.high


def test_the_best_of_all_orders_has_p_one_over_their_number() -> None:
    draws = np.linspace(0, 1, 360)[::-1].copy()
    assert against_null(1.0, draws, larger_is_better=True).p == pytest.approx(1 / 360)
    assert against_null(1.0, draws, larger_is_better=False).p == 1
    assert against_null(draws[179], draws, larger_is_better=True).p == pytest.approx(0.5)


def test_p_is_uniform_when_there_is_nothing_to_find() -> None:
    rng = np.random.default_rng(0)
    found = [
        against_null(draws[0], draws, larger_is_better=True).p
        for draws in rng.normal(size=(2000, 100))
    ]
    assert np.mean(np.array(found) <= 0.05) == pytest.approx(0.05, abs=0.015)


def test_an_estimate_reads_as_its_interval() -> None:
    assert str(bootstrap(mean, 40, resamples=99, seed=0)[0]).count("[") == 1
