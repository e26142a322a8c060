"""Which share of an outcome's variance does each factor explain, whatever the order?

R² never falls when a factor joins, so noise too gets a share above zero: each stands beside its null: the
share the same factor gets when its own labels are shuffled and all else is left as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lab.errors import AnalysisError
from lab.stats.clustered import block_rows, cluster_codes
from lab.stats.estimates import (
    Estimate,
    Floats,
    Indices,
    Null,
    against_null,
    bootstrap,
)
from lab.stats.factors import Values, columns_of
from lab.stats.shapley import shapley

ROUNDING = 1e-10  # relative: eigenvalues below are what addition left of zero


@dataclass(frozen=True)
class Share:
    """A share of the variance, with its interval, beside what shuffled labels give."""

    estimate: Estimate
    null: Null


@dataclass(frozen=True)
class Explained:
    """R² of all factors together, and how it divides; the shares' means sum to its mean."""

    total: Share
    shares: dict[str, Share]


def explained_variance(
    factors: Mapping[str, Values],
    outcome: Values,
    *,
    resamples: int,
    draws: int,
    seed: int,
    clusters: Values | None = None,
    blocks: Values | None = None,
) -> Explained:
    """Shares of R² of the linear fit on all factors, with intervals and nulls.

    Each factor (row,) numbers, or names that become indicator columns; `outcome` (row,).
    Intervals resample whole `clusters` (row,); labels are shuffled within `blocks` (row,).
    R² is of these rows, so it flatters, and no interval of a share holds 0: whether a factor
    has a share at all is for its null to say.
    Raises AnalysisError for an outcome that never varies.
    """
    y = np.asarray(outcome, dtype=np.float64)
    if np.ptp(y) == 0 or not np.isfinite(y).all():
        raise AnalysisError("outcome: the same in every row, or not finite. Nothing to explain.")
    parts = [columns_of(name, values) for name, values in factors.items()]
    owner = np.repeat(np.arange(len(parts)), [part.shape[1] for part in parts])
    columns, players = np.column_stack([*parts, y]), len(parts)
    codes = cluster_codes(clusters, len(y))

    def statistic(chosen: Indices) -> Floats:
        counts = np.stack([np.bincount(draw, minlength=codes.max() + 1) for draw in chosen])
        grams = np.stack([_gram(columns, row) for row in counts[:, codes].astype(float)])
        return shares_of(grams, owner, players)

    found = bootstrap(statistic, int(codes.max()) + 1, resamples=resamples, seed=seed)
    groups, rng = block_rows(blocks, len(y)), np.random.default_rng(seed)
    every = [*(np.flatnonzero(owner == player) for player in range(players)), np.array([-1])]
    shares = []
    for player, own in enumerate(every):  # the last is the outcome, shuffled against all factors
        grams = _shuffled_grams(columns, own, groups, draws, rng)
        chance = np.append(shares_of(grams, owner, players)[player], found[player].mean)
        null = against_null(found[player].mean, chance, larger_is_better=True)
        shares.append(Share(found[player], null))
    return Explained(shares[-1], dict(zip(factors, shares[:-1], strict=True)))


def shares_of(grams: Floats, owner: Indices, players: int) -> Floats:
    """Shapley shares and their sum, (player + 1, draw), from cross-products of each draw.

    `owner` (column less one,) holds the factor that each column belongs to.
    """
    values = shapley(lambda chosen: _r_squared(grams, owner, chosen), players).values
    every: Floats = np.concatenate([values, values.sum(axis=0, keepdims=True)])
    return every


def _shuffled_grams(
    columns: Floats, own: Indices, groups: list[Indices], draws: int, rng: np.random.Generator
) -> Floats:
    """Cross-products (draw, column, column) with the labels of some columns, and no others, dealt anew."""
    found, once = [], np.ones(len(columns))
    for _ in range(draws):
        order = np.arange(len(columns))
        for rows in groups:
            order[rows] = rng.permutation(rows)
        dealt = columns.copy()
        dealt[:, own] = columns[np.ix_(order, own)]
        found.append(_gram(dealt, once))
    return np.stack(found)


def _gram(columns: Floats, weights: Floats) -> Floats:
    """Weighted cross-products of the centred columns, (column, column)."""
    centred = columns - weights @ columns / weights.sum()
    gram: Floats = centred.T @ (weights[:, None] * centred)
    return gram


def _r_squared(grams: Floats, owner: Indices, chosen: tuple[int, ...]) -> Floats:
    """R² of the chosen factors, one for each cross-product matrix; columns may be dependent.

    A resample in which the outcome never varies has nothing to explain: 0.
    """
    kept = np.flatnonzero(np.isin(owner, chosen))
    total = grams[:, -1, -1]
    if len(kept) == 0:
        return np.zeros(len(grams))
    scale = np.sqrt(np.maximum(np.einsum("bii->bi", grams)[:, kept], np.finfo(float).tiny))
    within = grams[:, kept[:, None], kept] / (scale[:, :, None] * scale[:, None, :])
    along = grams[:, kept, -1] / scale
    inverse = np.linalg.pinv(within, rcond=ROUNDING, hermitian=True)
    explained = np.einsum("bi,bij,bj->b", along, inverse, along)
    share: Floats = np.divide(explained, total, out=np.zeros_like(total), where=total > 0)
    return share
