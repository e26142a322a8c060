"""Intervals and tests for units that come in groups: prompts made from one template.

Prompts of one template rise and fall together, so the template is what is resampled. scipy
does the arithmetic (through `stats.bootstrap`) and is imported only when something is computed.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.errors import AnalysisError
from lab.stats.estimates import (
    Estimate,
    Floats,
    Indices,
    Null,
    against_null,
    bootstrap,
)
from lab.stats.factors import Values


def estimate_mean(
    values: Values,
    clusters: Values | None = None,
    *,
    resamples: int,
    seed: int,
    level: float = 0.95,
) -> Estimate:
    """The mean of all values, with whole clusters resampled; BCa interval.

    `values` (row,) in any unit; `clusters` (row,) names each row's cluster, each row its own
    where it is None. `n` of the estimate counts clusters, for they are what varies freely. With few
    clusters the interval is too short: simulated, a 95% interval held the truth 94% of the time
    with 40 clusters, 90% with 10, 89% with 12 of a skewed outcome.
    Raises AnalysisError for fewer than two clusters or for lengths that differ.
    """
    numbers = np.asarray(values, dtype=np.float64)
    codes = cluster_codes(clusters, len(numbers))
    sums, sizes = np.bincount(codes, weights=numbers), np.bincount(codes)

    def mean(draws: Indices) -> Floats:
        found: Floats = (sums[draws].sum(axis=-1) / sizes[draws].sum(axis=-1))[None]
        return found

    return bootstrap(mean, len(sums), resamples=resamples, seed=seed, level=level)[0]


def bootstrap_clusters(
    statistic: Callable[[Indices], float],
    clusters: Values,
    *,
    resamples: int,
    seed: int,
    level: float = 0.95,
) -> Estimate:
    """Any statistic of rows, with whole clusters resampled; BCa interval.

    `statistic` takes the numbers of the chosen rows, (row,), some of them several times.
    Source: Davison & Hinkley 1997, sec. 3.8 (clusters with replacement, rows kept whole).
    """
    codes = cluster_codes(clusters, len(clusters))
    members = [np.flatnonzero(codes == code) for code in range(codes.max() + 1)]

    def each(draws: Indices) -> Floats:
        chosen = (np.concatenate([members[cluster] for cluster in draw]) for draw in draws)
        return np.array([[statistic(rows) for rows in chosen]], dtype=np.float64)

    return bootstrap(each, len(members), resamples=resamples, seed=seed, level=level)[0]


def cluster_codes(clusters: Values | None, rows: int) -> Indices:
    """The number of each row's cluster, (row,), counted from 0.

    Raises AnalysisError where an interval could not be had from them.
    """
    if clusters is None:
        codes = np.arange(rows)
    else:
        if len(clusters) != rows:
            raise AnalysisError(
                f"clusters: {len(clusters)} names for {rows} rows. Give each row's cluster once."
            )
        codes = np.unique(np.asarray(clusters), return_inverse=True)[1].reshape(-1)
    if rows == 0 or codes.max() < 1:
        raise AnalysisError("clusters: an interval needs two at least. Add templates or prompts.")
    return codes.astype(np.int64)


def shuffled_labels(
    statistic: Callable[[NDArray[Any]], float],
    labels: Values,
    *,
    draws: int,
    seed: int,
    blocks: Values | None = None,
    larger_is_better: bool = True,
) -> Null:
    """What a statistic of labels does when the labels are dealt out anew.

    `statistic` takes labels (row,) and gives a number. With `blocks` (row,) labels move only
    within their block, as they must where rows of a template resemble one another. Where there
    are no more than `draws` different deals, each is made once and p is exact.
    """
    given = np.asarray(labels)
    groups = block_rows(blocks, len(given))
    if _deals(given, groups) <= draws:
        found = [statistic(deal) for deal in _every_deal(given, groups)]
    else:
        rng = np.random.default_rng(seed)
        found = [statistic(given), *(statistic(_dealt(given, groups, rng)) for _ in range(draws))]
    return against_null(
        float(statistic(given)), np.array(found, dtype=float), larger_is_better=larger_is_better
    )


def flipped_signs(
    differences: Values,
    clusters: Values | None = None,
    *,
    draws: int,
    seed: int,
) -> Null:
    """The absolute mean of paired differences, against the same with signs flipped at random.

    `differences` (row,); the rows of a cluster keep one sign. Where there are no more than
    `draws` patterns of signs, each is used once and p is exact.
    """
    numbers = np.asarray(differences, dtype=np.float64)
    sums = np.bincount(cluster_codes(clusters, len(numbers)), weights=numbers)
    if 2 ** len(sums) <= draws:
        signs = np.array(list(itertools.product((1.0, -1.0), repeat=len(sums))))
    else:
        rng = np.random.default_rng(seed)
        signs = np.where(rng.random((draws + 1, len(sums))) < 0.5, -1.0, 1.0)
        signs[0] = 1.0
    found = np.abs(signs @ sums) / len(numbers)
    return against_null(float(found[0]), found, larger_is_better=True)


def block_rows(blocks: Values | None, rows: int) -> list[Indices]:
    """The row numbers of each block; one block of all where none is named."""
    if blocks is None:
        return [np.arange(rows)]
    if len(blocks) != rows:
        raise AnalysisError(
            f"blocks: {len(blocks)} names for {rows} labels. Give each row's block once."
        )
    codes = np.unique(np.asarray(blocks), return_inverse=True)[1].reshape(-1)
    return [np.flatnonzero(codes == code) for code in range(codes.max() + 1)]


def _deals(labels: NDArray[Any], groups: list[Indices]) -> int:
    """In how many different ways labels can be dealt out within their blocks."""
    ways = 1
    for rows in groups:
        counts = Counter(labels[rows].tolist()).values()
        ways *= math.factorial(len(rows)) // math.prod(math.factorial(count) for count in counts)
    return ways


def _every_deal(labels: NDArray[Any], groups: list[Indices]) -> Iterator[NDArray[Any]]:
    for arrangement in itertools.product(*(_arranged(labels[rows].tolist()) for rows in groups)):
        deal = labels.copy()
        for rows, values in zip(groups, arrangement, strict=True):
            deal[rows] = values
        yield deal


def _arranged(values: list[Any]) -> list[list[Any]]:
    """Every different order of the values; equal ones are not told apart."""
    if not values:
        return [[]]
    orders = []
    for first in dict.fromkeys(values):
        rest = values.copy()
        rest.remove(first)
        orders += [[first, *order] for order in _arranged(rest)]
    return orders


def _dealt(labels: NDArray[Any], groups: list[Indices], rng: np.random.Generator) -> NDArray[Any]:
    deal = labels.copy()
    for rows in groups:
        deal[rows] = labels[rng.permutation(rows)]
    return deal
