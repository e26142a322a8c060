"""Which share of an outcome's variance does each factor explain, whatever the order?

R² never falls when a factor joins, so noise too gets a share above zero: each stands beside its null: the
share the same factor gets when its own labels are shuffled and all else is left as it is.

A factor may push one way in one stratum and the other way in the next. Fitted over all at once it
would seem to explain nothing, so each stratum has a fit of its own and the shares are averaged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lab.errors import AnalysisError
from lab.stats.estimates import (
    Estimate,
    Floats,
    Indices,
    Null,
    Values,
    against_null,
    columns_of,
    jackknife_sd,
)
from lab.stats.shapley import shapley

Strata = Sequence[Indices]

ROUNDING = 1e-10  # relative: eigenvalues below are what addition left of zero
REACH = 1.96  # standard errors to either end of a 95% interval


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


def explained_within(
    factors: Mapping[str, Values], outcome: Values, strata: Values, *, draws: int, seed: int
) -> Explained:
    """Shares of R² of one linear fit for each stratum, averaged, each stratum counting alike.

    Factors, `outcome` and `strata` (row,). R² flatters, and in a bootstrap resample, whose rows
    come twice, it flatters more: with forty rows the resamples lay wholly on one side of the
    share. So intervals are the jackknife's, normal, kept within 0 and 1; they speak of other rows
    in these strata. Labels are shuffled within strata. In a stratum where a factor never varies it
    explains nothing.
    Raises AnalysisError for an outcome that never varies in a stratum, or a factor in none.
    """
    y, names = np.asarray(outcome, dtype=np.float64), np.asarray(strata)
    rows = [np.flatnonzero(names == name) for name in np.unique(names)]
    _refuse_idle(factors, rows)
    found = [_columns(factors, y[own], own, names[own[0]]) for own in rows]
    players = len(factors)

    def statistic(chosen: Indices) -> Floats:
        counts = np.zeros((len(chosen), len(y)))
        np.add.at(counts, (np.arange(len(chosen))[:, None], chosen), 1.0)
        each = [
            shares_of(_grams(columns, counts[:, own]), owner, players)
            for own, (columns, owner) in zip(rows, found, strict=True)
        ]
        mean: Floats = np.mean(each, axis=0)
        return mean

    every = np.arange(len(y))
    points, spreads = statistic(every[None])[:, 0], jackknife_sd(statistic, len(y))
    rng = np.random.default_rng(seed)
    shares = []
    for player, (point, sd) in enumerate(zip(points, spreads, strict=True)):
        half = REACH * sd / np.sqrt(len(y))
        low, high = max(0.0, point - half), min(1.0, point + half)
        estimate = Estimate(float(point), float(low), float(high), len(y), float(sd))
        chance = np.mean([_chance(each, player, players, draws, rng) for each in found], axis=0)
        null = against_null(float(point), np.append(chance, point), larger_is_better=True)
        shares.append(Share(estimate, null))  # the last is the outcome against all factors
    return Explained(shares[-1], dict(zip(factors, shares[:-1], strict=True)))


def shares_of(grams: Floats, owner: Indices, players: int) -> Floats:
    """Shapley shares and their sum, (player + 1, draw), from cross-products of each draw.

    `owner` (column less one,) holds the factor that each column belongs to.
    """
    values = shapley(lambda chosen: _r_squared(grams, owner, chosen), players).values
    every: Floats = np.concatenate([values, values.sum(axis=0, keepdims=True)])
    return every


def _columns(
    factors: Mapping[str, Values], outcome: Floats, own: Indices, stratum: object
) -> tuple[Floats, Indices]:
    """A stratum's factors and outcome as columns, the outcome last, and whose each column is."""
    if np.ptp(outcome) == 0 or not np.isfinite(outcome).all():
        raise AnalysisError(f'stratum "{stratum}": the outcome never varies, or is not finite.')
    within = {name: np.asarray(each)[own] for name, each in factors.items()}
    parts = [
        columns_of(name, each) if len(np.unique(each)) > 1 else np.empty((len(own), 0))
        for name, each in within.items()
    ]
    owner = np.repeat(np.arange(len(parts)), [part.shape[1] for part in parts])
    columns = np.column_stack([*parts, outcome])
    return columns - columns.mean(axis=0), owner


def _refuse_idle(factors: Mapping[str, Values], strata: Strata) -> None:
    for name, each in factors.items():
        if all(len(np.unique(np.asarray(each)[own])) < 2 for own in strata):
            raise AnalysisError(
                f'factor "{name}": the same all through every stratum. It can explain nothing.'
            )


def _grams(columns: Floats, weights: Floats) -> Floats:
    """Cross-products (draw, column, column) of columns centred by each draw's weights (draw, row)."""
    pairs = (columns[:, :, None] * columns[:, None]).reshape(len(columns), -1)
    sums, total = weights @ columns, weights.sum(axis=1)
    squares = (weights @ pairs).reshape(-1, columns.shape[1], columns.shape[1])
    found: Floats = squares - sums[:, :, None] * sums[:, None] / total[:, None, None]
    return found


def _chance(
    stratum: tuple[Floats, Indices],
    player: int,
    players: int,
    draws: int,
    rng: np.random.Generator,
) -> Floats:
    """Shares (draw,) of a factor in one stratum with its labels dealt anew."""
    columns, owner = stratum
    own = np.flatnonzero(owner == player) if player < players else np.array([columns.shape[1] - 1])
    order = rng.permuted(np.tile(np.arange(len(columns)), (draws, 1)), axis=1)
    dealt = np.repeat(columns[None], draws, axis=0)
    dealt[:, :, own] = columns[order][:, :, own]
    chance: Floats = shares_of(np.swapaxes(dealt, 1, 2) @ dealt, owner, players)
    return np.asarray(chance[player])


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
