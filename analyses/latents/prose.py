"""The study's result in words, for the page's prose; tables are in `tables`. No model, no torch."""

from __future__ import annotations

import numpy as np

from analyses.latents.result import (
    RANDOM,
    SPECTRAL,
    Marked,
    Result,
)
from lab.pages.number_format import (
    band,
    number,
)
from lab.stats.estimates import Null

LEVEL = 0.05


def minutes(result: Result) -> int:
    """How long sampling, reading and training took."""
    seconds: dict[str, int] = result.training["seconds"]
    return round(sum(seconds.values()) / 60)


def null_range(null: Null) -> str:
    """What chance gives: its mean and the middle 95% of its draws."""
    return f"{number(null.mean)} (95%: {band(null)})"


def rank(result: Result, name: str, method: str = SPECTRAL) -> Marked:
    """The marked cluster of a category on the shipped autoencoder."""
    return result.searches[0].rankings[method].marked[name]


def above_random(result: Result, share: float = 0.975) -> tuple[int, int, float]:
    """How many of the shipped one's clusters exceed that share of random ones; of how many; the bar."""
    bar = float(np.quantile(result.search(RANDOM).rankings[SPECTRAL].scores, share))
    found = result.searches[0].rankings[SPECTRAL]
    return int((found.scores > bar).sum()), found.scored, bar


def median_score(result: Result, condition: str) -> str:
    """The middle cluster's score, in bits."""
    return number(float(np.median(result.search(condition).rankings[SPECTRAL].scores)))


def samples_and_score(result: Result, condition: str) -> str:
    """Spearman's correlation of how many tokens a cluster has and its score."""
    found = result.search(condition).rankings[SPECTRAL]
    ranks = [np.argsort(np.argsort(each)) for each in (found.samples, found.scores)]
    return number(float(np.corrcoef(ranks[0], ranks[1])[0, 1]))


def passing(result: Result, route: str) -> list[str]:
    """Categories whose first frequency beats shuffled orders by this route."""
    return [
        found.title.lower()
        for found in result.categories.values()
        if route in found.routes and found.routes[route].first_frequency.null.p <= LEVEL
    ]
