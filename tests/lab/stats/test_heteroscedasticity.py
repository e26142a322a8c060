"""Tests of equal spread, against their closed forms and their own promise."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from lab.errors import AnalysisError
from lab.stats.heteroscedasticity import breusch_pagan, levene


def made(seed: int, *, unequal: bool) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    labels = np.array(["yes", "no"] * 60)
    spread = np.where(labels == "yes", 3.0 if unequal else 1.0, 1.0)
    return (labels == "yes") * 2 + rng.normal(size=120) * spread, labels


def test_breusch_pagan_is_n_times_r_squared_of_the_squared_residuals() -> None:
    rng = np.random.default_rng(1)
    x = rng.normal(size=80)
    y = 1 + 2 * x + rng.normal(size=80) * np.exp(x / 2)
    slope, intercept = np.polyfit(x, y, 1)
    squared = (y - slope * x - intercept) ** 2
    expected = 80 * np.corrcoef(x, squared)[0, 1] ** 2
    found = breusch_pagan(y, {"x": x})
    assert found.statistic == pytest.approx(expected)
    assert found.p == pytest.approx(stats.chi2.sf(expected, 1))
    assert (found.n, found.degrees) == (80, 1)


def test_levene_is_an_analysis_of_variance_of_distances_from_the_median() -> None:
    y, labels = made(2, unequal=True)
    parts = [y[labels == label] for label in ("yes", "no")]
    expected = stats.f_oneway(*(np.abs(part - np.median(part)) for part in parts))
    found = levene(y, labels)
    assert (found.statistic, found.p) == pytest.approx((expected.statistic, expected.pvalue))


def test_both_see_a_spread_that_is_three_times_as_wide() -> None:
    y, labels = made(3, unequal=True)
    assert levene(y, labels).p < 1e-4
    assert breusch_pagan(y, {"answer": labels}).p < 1e-4


def test_neither_cries_wolf_more_than_one_time_in_twenty() -> None:
    found = np.array(
        [
            (levene(y, labels).p <= 0.05, breusch_pagan(y, {"answer": labels}).p <= 0.05)
            for y, labels in (made(seed, unequal=False) for seed in range(400))
        ]
    )
    assert (found.mean(axis=0) < 0.085).all()


def test_what_cannot_be_tested_is_refused() -> None:
    y, labels = made(4, unequal=False)
    with pytest.raises(AnalysisError, match="two groups at least"):
        levene(y, ["yes"] * 120)
    with pytest.raises(AnalysisError, match="say the same as others"):
        breusch_pagan(y, {"answer": labels, "again": labels})
