"""The study's result in words, for the page's prose; tables are in `tables`. No model, no torch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analyses.latents.result import (
    CLUSTER,
    DECODED,
    LOOKUP,
    PLANES,
    RANDOM,
    RAW,
    SPECTRAL,
    Marked,
    Result,
)
from lab.pages.number_format import (
    band,
    interval,
    number,
    out_of,
    p_phrase,
)

LEVEL = 0.05


def minutes(result: Result) -> int:
    """How long sampling, reading and training took."""
    seconds: dict[str, int] = result.training["seconds"]
    return round(sum(seconds.values()) / 60)


@dataclass(frozen=True)
class Spoken:
    """One category by one route, written out."""

    latents: int
    share: str
    share_chance: str
    share_p: str
    probe: str
    probe_chance: str
    probe_p: str
    second: str
    random: str
    random_p: str
    random_share_p: str
    order: str
    angle: str
    angle_p: str
    closure: str
    contexts: int


def speak(result: Result, name: str, route: str = LOOKUP) -> Spoken:
    """A category's measures by a route that it has."""
    found = result.categories[name]
    at = found.routes[route]
    plane, second = at.planes[PLANES[0]], at.planes[PLANES[1]]
    null = at.random_sets.get(PLANES[0])
    return Spoken(
        latents=len(at.latents),
        share=interval(at.first_frequency),
        share_chance=band(at.first_frequency),
        share_p=p_phrase(at.first_frequency),
        probe=interval(plane.probe),
        probe_chance=band(plane.probe),
        probe_p=p_phrase(plane.probe),
        second=interval(second.probe),
        random=f"{number(null.mean)} (95%: {band(null)})" if null else "",
        random_p=p_phrase(null) if null else "",
        random_share_p=p_phrase(at.random_sets["first_frequency"]) if null else "",
        order=out_of(plane.order, len(found.words)),
        angle=number(at.angle_error, 0),
        angle_p=p_phrase(at.angle_null),
        closure=number(at.closure, 1),
        contexts=found.contexts,
    )


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


__all__ = [
    "CLUSTER",
    "DECODED",
    "LOOKUP",
    "RAW",
    "above_random",
    "median_score",
    "minutes",
    "passing",
    "rank",
    "samples_and_score",
    "speak",
]
