"""Do two ways of measuring put concepts, or items, in the same order? Pure."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lab.stats.estimates import (
    Floats,
    Indices,
    Measured,
    against_null,
    bootstrap,
    rank_correlation,
)


def correlated(one: Floats, other: Floats, *, resamples: int, seed: int) -> Measured:
    """The rank correlation (unit,) with (unit,), units resampled; null: one of them shuffled."""
    return compared(lambda a: _mean_pair(a), np.stack([one, other]), resamples=resamples, seed=seed)


def between(columns: Floats, *, resamples: int, seed: int) -> Measured:
    """Mean rank correlation over all pairs of columns (column, unit); null: each column shuffled."""
    return compared(lambda a: _mean_pair(a), columns, resamples=resamples, seed=seed)


def compared(
    statistic: Callable[[Floats], Floats], columns: Floats, *, resamples: int, seed: int
) -> Measured:
    """A statistic of columns (column, …, unit), units resampled together; null: shuffled apart."""
    rng = np.random.default_rng(seed)

    def of(chosen: Indices) -> Floats:
        return statistic(columns[:, chosen])[None]

    estimate = bootstrap(of, columns.shape[1], resamples=resamples, seed=seed)[0]
    dealt = np.repeat(columns[:, None], resamples, axis=1)
    dealt[1:] = rng.permuted(dealt[1:], axis=-1)
    draws = np.append(statistic(dealt), estimate.mean)
    return Measured(estimate, against_null(estimate.mean, draws, larger_is_better=True))


def matrix(columns: Floats) -> Floats:
    """Rank correlation of each column (column, unit) with each, (column, column)."""
    return rank_correlation(columns[:, None], columns[None])


def cosines(vectors: Floats) -> Floats:
    """Cosine of each vector (layer, d_model) with each, (layer, layer)."""
    units = vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)
    found: Floats = units @ units.T
    return found


def _mean_pair(columns: Floats) -> Floats:
    """Mean over pairs of columns (column, draw, unit) of their rank correlation, (draw,)."""
    pairs = [
        rank_correlation(columns[i], columns[j])
        for i in range(len(columns))
        for j in range(i + 1, len(columns))
    ]
    found: Floats = np.mean(pairs, axis=0)
    return found
