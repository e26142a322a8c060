"""Intervals and tests for units that come in groups: prompts made from one template.

Prompts of one template rise and fall together, so the template is what is resampled. scipy
does the arithmetic (through `stats.bootstrap`) and is imported only when something is computed.
"""

from __future__ import annotations

import itertools

import numpy as np

from lab.errors import AnalysisError
from lab.stats.estimates import (
    Estimate,
    Floats,
    Indices,
    Null,
    Values,
    against_null,
    bootstrap,
)


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
