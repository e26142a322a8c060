"""What the simulation found, as it is kept. No model, no torch."""

from __future__ import annotations

from dataclasses import dataclass

from lab.stats.estimates import Estimate


@dataclass(frozen=True)
class Reported:
    """In which share of studies something is called significant, by the way it is reported."""

    uncorrected: Estimate
    cuts_shown: Estimate  # Bonferroni over the cuts in the final rule
    holm: Estimate  # over every subset that was looked at
    benjamini_hochberg: Estimate  # over the same
    held_out: Estimate  # the rule found on one half of the items, tested on the other


@dataclass(frozen=True)
class At:
    """Studies in which so many factors were tried."""

    tried: int
    looked: float  # subsets looked at, mean over studies
    kept: float  # share of the items, mean over studies
    apparent: Estimate  # variance of what is kept over that of all
    fresh: Estimate  # the same rule on items that the search has not seen
    apparent_span: tuple[float, float]  # 95% of studies
    fresh_span: tuple[float, float]
    spread: Reported  # "these items vary less than the others"
    effect: Reported  # "on these items the vector steers"


@dataclass(frozen=True)
class World:
    """One distribution of slopes, trimmed by either criterion."""

    title: str
    variance: list[At]
    anti: list[At]


@dataclass(frozen=True)
class Power:
    """Studies in which one factor is real: how often it is among what is significantly claimed."""

    tried: int
    found: Reported


@dataclass(frozen=True)
class Step:
    """One stage of the example: what is left, and what a test of it says."""

    title: str
    slopes: list[float]
    variance: float
    p: float | None


@dataclass(frozen=True)
class Result:
    """The whole study."""

    worlds: dict[str, World]
    power: list[Power]
    example: list[Step]
    example_looked: int
    example_holm: float
