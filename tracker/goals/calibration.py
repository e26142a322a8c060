"""Calibration: of what was called 70% likely, how much came true?

All forecasts of one goal share one outcome, so the goal is what is counted and what the
interval is made of: twelve weeks of one goal are not twelve trials.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from math import fsum, sqrt
from typing import NamedTuple

Z95 = 1.959963984540054  # the normal's 97.5% point
EDGES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)  # five bins: a season has a handful of goals


class Said(NamedTuple):
    """One forecast that counts, of a season that is closed."""

    season: str
    goal: str
    probability: float
    came: bool


class Bin(NamedTuple):
    """Forecasts of about one probability, beside what came.

    Attributes:
        low, high: the bin's edges; the lower one belongs to it, and to the last both do.
        forecasts: how many fall into it.
        mean: their mean probability.
        goals: of how many goals they are; the n of the interval.
        came: how many of those goals were reached.
        interval: Wilson's 95% interval of the share of goals that were reached.
    """

    low: float
    high: float
    forecasts: int
    mean: float
    goals: int
    came: int
    interval: tuple[float, float]


def calibration(said: Iterable[Said]) -> list[Bin]:
    """The bins that hold any forecast, from unlikely to likely."""
    every = list(said)
    bins = []
    for index, (low, high) in enumerate(pairwise(EDGES)):
        last = index == len(EDGES) - 2
        here = [s for s in every if low <= s.probability < high or (last and s.probability >= high)]
        if not here:
            continue
        goals = {(s.season, s.goal): s.came for s in here}
        came = sum(goals.values())
        mean = fsum(s.probability for s in here) / len(here)
        bins.append(Bin(low, high, len(here), mean, len(goals), came, wilson(came, len(goals))))
    return bins


def wilson(came: int, n: int) -> tuple[float, float]:
    """Wilson's 95% interval of a share. Source: Wilson 1927.

    It stays inside 0 to 1 and says something even where none or all came true.
    """
    if n == 0:
        return 0.0, 1.0
    share, square = came / n, Z95**2
    centre = (share + square / (2 * n)) / (1 + square / n)
    half = Z95 / (1 + square / n) * sqrt(share * (1 - share) / n + square / (4 * n * n))
    low = 0.0 if came == 0 else max(0.0, centre - half)
    return low, 1.0 if came == n else min(1.0, centre + half)
