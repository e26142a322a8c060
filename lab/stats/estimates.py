"""Estimates that carry their spread, and the tests behind a p-value.

scipy is imported where it is used: pages read estimates and need none of it.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.errors import AnalysisError
from lab.stats import ties

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
# One value for each row: numbers or names.
Values = Sequence[Any] | NDArray[Any]

# Below this, all resamples agree: what varies is the last bits of floating-point sums.
DEGENERATE = 1e-9


@dataclass(frozen=True)
class Estimate:
    """A number with its interval.

    `n` is how many units were resampled (contexts, prompts, seeds). `sd` is the spread of one
    unit's contribution, from the jackknife: for a mean it is the sample's standard deviation.
    """

    mean: float
    low: float
    high: float
    n: int
    sd: float

    def __str__(self) -> str:
        """The estimate and its interval, to three significant digits."""
        return f"{self.mean:.3g} [{self.low:.3g}, {self.high:.3g}]"


@dataclass(frozen=True)
class Null:
    """What a statistic does when the labels mean nothing.

    `low` and `high` hold the middle 95% of the `draws`; `p` is the share of draws at least as
    good as what was observed, the observed labelling among them, so it is never 0.
    """

    mean: float
    low: float
    high: float
    draws: int
    p: float


@dataclass(frozen=True)
class Measured:
    """An estimate and the same statistic under its null."""

    estimate: Estimate
    null: Null


@dataclass(frozen=True)
class Placed:
    """A number that has no interval, and the same number under its null."""

    value: float
    null: Null


def bootstrap(
    statistic: Callable[[Indices], Floats],
    units: int,
    *,
    resamples: int,
    seed: int,
    level: float = 0.95,
) -> list[Estimate]:
    """Estimates of several statistics at once, by resampling units with replacement.

    `statistic` takes unit indices of shape (draw, units) and returns (statistic, draw).
    Intervals are bias-corrected and accelerated (BCa, scipy), the percentile interval where BCa
    has no answer because every resample fell on one side, and a point where nothing varies.
    """
    from scipy import stats

    every = np.arange(units)
    point = statistic(every[None])[:, 0]

    def resampled(index: Indices, axis: int = -1) -> Floats:
        rows = np.moveaxis(index, axis, -1)
        drawn = statistic(rows.reshape(-1, rows.shape[-1])).reshape(len(point), *rows.shape[:-1])
        # BCa counts the resamples below the estimate; those that equal it up to rounding, as every
        # reordering of the same units does, must not fall to one side by chance.
        return ties.snapped(drawn, point.reshape(-1, *[1] * (drawn.ndim - 1)))

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its warnings on degenerate statistics: handled below
        found = stats.bootstrap(
            (every,),
            resampled,
            n_resamples=resamples,
            confidence_level=level,
            method="BCa",
            rng=np.random.default_rng(seed),
        )
    draws = found.bootstrap_distribution
    tails = [(1 - level) / 2, (1 + level) / 2]
    percentiles = np.quantile(draws, tails, axis=-1)
    low, high = (
        np.where(np.isnan(bca), percentile, bca)
        for bca, percentile in zip(found.confidence_interval, percentiles, strict=True)
    )
    fixed = np.ptp(draws, axis=-1) < DEGENERATE
    low, high = np.where(fixed, point, low), np.where(fixed, point, high)
    sd = np.where(fixed, 0.0, jackknife_sd(statistic, units))
    return [
        Estimate(float(m), float(a), float(b), units, float(s))
        for m, a, b, s in zip(point, low, high, sd, strict=True)
    ]


def jackknife_sd(statistic: Callable[[Indices], Floats], units: int) -> Floats:
    """Standard deviation of the jackknife's pseudo-values, one for each statistic.

    Source: Efron & Stein 1981. For a mean it equals the sample's standard deviation.
    """
    every = np.arange(units)
    without = np.stack([np.delete(every, unit) for unit in every])
    spread: Floats = (units - 1) * statistic(without).std(axis=-1, ddof=1)
    return spread


def rank_correlation(one: Floats, other: Floats) -> Floats:
    """Spearman's over the last axis, ties sharing their mean rank; 0 where either never varies."""
    ranks = [ties.mean_ranks(each) for each in (one, other)]
    a, b = (each - each.mean(axis=-1, keepdims=True) for each in ranks)
    scale = np.sqrt((a * a).sum(axis=-1) * (b * b).sum(axis=-1))
    found: Floats = np.divide(
        (a * b).sum(axis=-1), scale, out=np.zeros_like(scale), where=scale > 0
    )
    return found


def against_null(observed: float, draws: Floats, *, larger_is_better: bool) -> Null:
    """Place an observed statistic among draws under the null, the observed one among them.

    Draws that equal it up to rounding count as at least as good.
    """
    sign = 1.0 if larger_is_better else -1.0
    as_good = ties.at_least(sign * draws, sign * observed, scale=max(1.0, abs(observed)))
    low, high = np.quantile(draws, [0.025, 0.975])
    return Null(float(draws.mean()), float(low), float(high), len(draws), float(as_good.mean()))


def columns_of(name: str, values: Values) -> Floats:
    """A factor as columns (row, column): its number, or an indicator of each level but one.

    Raises AnalysisError for a factor that never changes or holds a number that is none.
    """
    given = np.asarray(values)
    levels = np.unique(given)
    if len(levels) < 2:
        raise AnalysisError(f'factor "{name}": the same in every row. It can explain nothing.')
    if given.dtype.kind in "iuf":
        if not np.isfinite(given).all():
            raise AnalysisError(f'factor "{name}": a row holds no finite number. Leave it out.')
        numbers: Floats = given[:, None].astype(np.float64)
        return numbers
    indicators: Floats = (given[:, None] == levels[None, 1:]).astype(np.float64)
    return indicators
