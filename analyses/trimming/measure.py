"""Trimming, and what is claimed of what is left. Pure: studies in, numbers out.

A *cut* keeps the items that a factor marks, or those that it does not. A *rule* is a few cuts, one
after another. A subset that a cut would leave was *looked at*, whether or not it was kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Bool, Float, Int

from analyses.trimming.data import Studies
from lab.stats import ties
from lab.stats.estimates import Estimate

Criterion = Literal["variance", "anti"]

FEWEST = 3  # items on either side of a comparison: below, no spread can be told
# What is summed over a subset: items, slopes, their squares, items at or below 0, and distances
# from the median of all items with their squares. All tests and scores follow from these.
COUNT, SLOPE, SQUARE, ANTI, AWAY, AWAY_SQUARE = range(6)


@dataclass(frozen=True)
class Trimmed:
    """What trimming did in each study.

    `factors` and `sides` hold the rule, -1 and False after its end. `looked` holds the sums over every subset
    that was looked at, NaN elsewhere; `final` is the kept one's place there, -1 where nothing was cut.
    """

    kept: Bool[np.ndarray, "study item"]
    factors: Int[np.ndarray, "study step"]
    sides: Bool[np.ndarray, "study step"]
    looked: Float[np.ndarray, "study subset 6"]
    final: Int[np.ndarray, " study"]

    @property
    def cuts(self) -> Int[np.ndarray, " study"]:
        """How many cuts each rule has."""
        return np.asarray((self.factors >= 0).sum(axis=1), dtype=np.int64)


def summands(slopes: Float[np.ndarray, "study item"]) -> Float[np.ndarray, "study item 6"]:
    """What each item adds to the sums of a subset it is in."""
    away = np.abs(slopes - np.median(slopes, axis=1, keepdims=True))
    return np.stack([np.ones_like(slopes), slopes, slopes**2, slopes <= 0, away, away**2], axis=-1)


def trim(
    studies: Studies, criterion: Criterion, *, target: float, least: float, most_cuts: int
) -> Trimmed:
    """Cut greedily, as one would by hand, until the criterion is at `target`.

    Each step looks at both sides of every factor not used yet and keeps the side that scores
    least, if that is less than before and leaves at least the share `least` of all items. Sides that
    score the same up to rounding are one as good as the other: the first is kept.
    The target is a share of the whole's variance, or a share of items at or below 0.
    """
    count, items, factors = studies.labels.shape
    adds, labels = summands(studies.slopes), studies.labels.astype(np.float64)
    kept = np.ones((count, items), dtype=bool)
    now = score(adds.sum(axis=1), criterion)
    goal = target * (now if criterion == "variance" else np.ones(count))
    used, final = np.zeros((count, factors), dtype=bool), np.full(count, -1)
    size = now  # of a score: what is equal to within its rounding is equal
    rule, sides, looked = [], [], []
    for step in range(most_cuts):
        active = ties.above(now, goal, scale=size)
        within = adds * kept[..., None]
        marked = np.swapaxes(labels, 1, 2) @ within
        every = np.concatenate([marked, within.sum(axis=1, keepdims=True) - marked], axis=1)
        every[~active | np.zeros_like(active)] = np.nan
        every[np.concatenate([used, used], axis=1)] = np.nan
        scores = np.where(
            every[..., COUNT] >= max(least * items, FEWEST), score(every, criterion), np.inf
        )
        best = ties.first_smallest(scores, scale=size)
        lowest = np.take_along_axis(scores, best[:, None], axis=1)[:, 0]
        better = ties.above(now, lowest, scale=size)
        factor, side = best % factors, best < factors
        chosen = np.take_along_axis(studies.labels, factor[:, None, None], axis=2)[..., 0]
        kept = np.where(better[:, None], kept & (chosen == side[:, None]), kept)
        final = np.where(better, step * 2 * factors + best, final)
        used[better, factor[better]] = True
        # A side that could not be bettered is final: no later step would do otherwise.
        now = np.where(better, lowest, -np.inf)
        rule.append(np.where(better, factor, -1))
        sides.append(better & side)
        looked.append(every)
    return Trimmed(
        kept, np.stack(rule, axis=1), np.stack(sides, axis=1), np.concatenate(looked, axis=1), final
    )


def apply_rule(
    trimmed: Trimmed, labels: Bool[np.ndarray, "study item factor"]
) -> Bool[np.ndarray, "study other"]:
    """Which of other items the rules keep, given what the same factors say of those."""
    kept = np.ones(labels.shape[:2], dtype=bool)
    for factor, side in zip(trimmed.factors.T, trimmed.sides.T, strict=True):
        says = np.take_along_axis(labels, np.maximum(factor, 0)[:, None, None], axis=2)[..., 0]
        kept &= (says == side[:, None]) | (factor < 0)[:, None]
    return kept


def score(
    sums: Float[np.ndarray, "*subsets 6"], criterion: Criterion
) -> Float[np.ndarray, "*subsets"]:
    """What is to be made small: the population variance, or the share of items at or below 0."""
    with np.errstate(invalid="ignore", divide="ignore"):
        if criterion == "anti":
            return np.asarray(sums[..., ANTI] / sums[..., COUNT])
        return np.asarray(
            sums[..., SQUARE] / sums[..., COUNT] - (sums[..., SLOPE] / sums[..., COUNT]) ** 2
        )


def spread_p(
    sums: Float[np.ndarray, "study subset 6"], whole: Float[np.ndarray, "study 6"]
) -> Float[np.ndarray, "study subset"]:
    """p that a subset and the items left out of it are equally spread; NaN where there is none.

    Levene's test about the median of all items: a two-sided t test of |slope − median|. One
    median for both sides makes the distance a property of the item. 1 where a side is too small.
    """
    from scipy import special

    inside, every = sums[..., COUNT], whole[:, None, COUNT]
    outside = every - inside
    with np.errstate(invalid="ignore", divide="ignore"):
        own, rest = sums[..., AWAY], whole[:, None, AWAY] - sums[..., AWAY]
        squares = whole[:, None, AWAY_SQUARE] - own**2 / inside - rest**2 / outside
        error = np.sqrt(squares / (every - 2) * (1 / inside + 1 / outside))
        p = 2 * special.stdtr(every - 2, -np.abs((own / inside - rest / outside) / error))
    return np.where((inside < FEWEST) | (outside < FEWEST), 1.0, p)


def effect_p(sums: Float[np.ndarray, "study subset 6"]) -> Float[np.ndarray, "study subset"]:
    """p that a subset's mean slope is 0, by a two-sided t test; NaN where there is no subset."""
    from scipy import special

    count = sums[..., COUNT]
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = sums[..., SLOPE] / count
        variance = (sums[..., SQUARE] - count * mean**2) / (count - 1)
        p = 2 * special.stdtr(count - 1, -np.abs(mean / np.sqrt(variance / count)))
    return np.where(count < FEWEST, 1.0, p)


def rate(hits: Bool[np.ndarray, " study"]) -> Estimate:
    """The share of studies in which something happened, with Wilson's 95% interval."""
    from statsmodels.stats.proportion import proportion_confint

    share, count = float(hits.mean()), len(hits)
    low, high = proportion_confint(int(hits.sum()), count, method="wilson")
    return Estimate(share, float(low), float(high), count, float(np.sqrt(share * (1 - share))))


def average(values: Float[np.ndarray, " study"]) -> Estimate:
    """The mean over studies with its normal 95% interval, and the studies' spread."""
    mean, sd = float(values.mean()), float(values.std(ddof=1))
    half = 1.96 * sd / float(np.sqrt(len(values)))
    return Estimate(mean, mean - half, mean + half, len(values), sd)
