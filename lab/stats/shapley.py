"""Shares that do not depend on the order in which factors are taken.

A factor's Shapley value is what it adds on average over all orders in which the factors could
have joined; for R² this is the measure that statistics calls LMG.
Source: Shapley 1953; Lindeman, Merenda & Gold 1980; Grömping 2007.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lab.errors import AnalysisError
from lab.stats.estimates import Floats, Indices

Value = Callable[[tuple[int, ...]], Floats]  # a coalition's worth, () or (batch,)

EXACT_PLAYERS = 12  # up to here every coalition is valued: 4,096 at most


@dataclass(frozen=True)
class Shares:
    """What each player adds, (player,) or (player, batch).

    `errors` are standard errors of the sampling, of the same shape: 0 where every coalition was
    valued. The shares sum to the worth of all players less that of none.
    """

    values: Floats
    errors: Floats


def shapley(
    worth: Value, players: int, *, orders: int = 2_000, seed: int = 0, exact: bool | None = None
) -> Shares:
    """The Shapley value of each player in a game given by the worth of coalitions.

    `worth` takes the numbers of the players in a coalition, ascending. Exact up to twelve
    players, from `orders` random orders above (or as `exact` says).
    """
    if players < 1:
        raise AnalysisError("shapley: no players. Name one factor at least.")
    if exact if exact is not None else players <= EXACT_PLAYERS:
        return _exact(worth, players)
    return _sampled(worth, players, orders, np.random.default_rng(seed))


def _exact(worth: Value, players: int) -> Shares:
    """Every coalition once; a player's marginal gains weighted by how many orders show them."""
    coalitions = [
        tuple(player for player in range(players) if code >> player & 1)
        for code in range(2**players)
    ]
    worths = np.stack([np.asarray(worth(coalition), dtype=float) for coalition in coalitions])
    found = np.zeros((players, *worths.shape[1:]))
    for code, coalition in enumerate(coalitions):
        size = len(coalition)
        weight = 1 / (players * math.comb(players - 1, size)) if size < players else 0.0
        for player in range(players):
            if not code >> player & 1:
                found[player] += weight * (worths[code | 1 << player] - worths[code])
    return Shares(found, np.zeros_like(found))


def _sampled(worth: Value, players: int, orders: int, rng: np.random.Generator) -> Shares:
    """Random orders, each walked forwards and backwards: the pair's errors partly cancel."""
    known: dict[tuple[int, ...], Floats] = {}

    def valued(coalition: tuple[int, ...]) -> Floats:
        if coalition not in known:
            known[coalition] = np.asarray(worth(coalition), dtype=float)
        return known[coalition]

    gains = []
    for _ in range(max(2, orders // 2)):
        order = rng.permutation(players)
        gains.append((_walked(valued, order) + _walked(valued, order[::-1])) / 2)
    every = np.stack(gains)
    return Shares(every.mean(axis=0), every.std(axis=0, ddof=1) / math.sqrt(len(every)))


def _walked(valued: Value, order: Indices) -> Floats:
    """What each player adds when they join in this order."""
    before = valued(())
    gains = np.zeros((len(order), *before.shape))
    for place, player in enumerate(order):
        after = valued(tuple(sorted(int(joined) for joined in order[: place + 1])))
        gains[player], before = after - before, after
    return gains
