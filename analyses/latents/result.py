"""What the study finds, as it is recorded. No torch: figures and pages read this."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.stats.estimates import Estimate, Measured, Null
from lab.text.vocabulary import Shape

SPECTRAL, GRAPH = "spectral", "graph"
RAW, DECODED, LOOKUP, CLUSTER = "residual", "all latents", "look-up", "cluster"
PLANES = ("1–2", "2–3")
TRAINED, RANDOM, SMALL, UNTRAINED = (
    "autoencoder",
    "random directions",
    "small autoencoder",
    "small autoencoder, untrained model",
)


@dataclass(frozen=True)
class Fit:
    """How good the autoencoder is on one kind of text; intervals resample contexts."""

    contexts: int
    tokens: int
    left_out: int  # massive tokens
    explained: Estimate  # share of variance
    active: Estimate  # latents above zero a token
    silent: float  # share of latents that fired on none of these tokens
    loss: dict[str, Estimate]  # nats a token: clean, spliced, zero, mean
    recovered_from_zero: Estimate
    recovered_from_mean: Estimate


@dataclass(frozen=True)
class Told:
    """One cluster of a ranking."""

    rank: int
    latents: list[int]
    samples: int
    separability: float  # bits, the paper's variant
    separability_code: float  # bits, the code's
    mixture: float
    score: float  # bits
    tokens: list[str]  # where it writes most
    categories: list[str]  # those of which it holds two looked-up latents or more


@dataclass(frozen=True)
class Marked:
    """The cluster that holds the most of a category's looked-up latents."""

    rank: int  # 0 where the cluster was not scored
    holds: int  # looked-up latents in it
    looked_up: int
    latents: list[int]
    score: float


@dataclass(frozen=True)
class Ranking:
    """The clusters of one method by score."""

    clusters: int  # of two latents or more
    scored: int
    largest: int
    clustered: int  # latents in them
    scores: NDArray[np.float32]  # bits, highest first
    samples: NDArray[np.int32]
    told: list[Told]
    marked: dict[str, Marked]


@dataclass(frozen=True)
class Search:
    """Both methods on one autoencoder's decoder, or on directions drawn at random."""

    condition: str
    latents: int
    alive: int  # that fire on the text
    tokens: int
    explained: float
    rankings: dict[str, Ranking]


@dataclass(frozen=True)
class Plane:
    """Two principal components of the class means, and how well they give the order.

    Null: the order of the classes shuffled.
    """

    probe: Measured  # R² of the circle from the plane, on held-out contexts
    order: float  # share of neighbours kept
    means: list[list[float]]  # (class, 2), turned so that the first class is on top


@dataclass(frozen=True)
class Route:
    """What one set of latents (or everything) writes at a category's words."""

    latents: list[int]  # empty for the residual stream and for all latents
    first_frequency: Measured  # share of the between-class variance
    closure: float  # last to first in mean steps: about 1 for a ring, n - 1 for a line
    angle_error: float  # degrees, one class left out
    angle_null: Null
    planes: dict[str, Plane]
    random_sets: dict[str, Null]  # the same from as many random latents; only for look-up


@dataclass(frozen=True)
class CategoryResult:
    """One category, by every route that has an answer."""

    name: str
    title: str
    shape: Shape
    words: tuple[str, ...]
    labels: tuple[str, ...]
    contexts: int
    dropped: int  # contexts left out because a word's vector was massive in them
    looked_up: list[int]
    precision: list[float]
    recall: list[float]
    decoder_cosine: float  # mean over pairs of looked-up latents; 0 for fewer than two
    routes: dict[str, Route]


@dataclass(frozen=True)
class Result:
    """The whole study."""

    sae: str
    sae_sha256: str
    layer: int
    latents: int
    training: dict[str, Any]  # recipe.json, as it was written when the autoencoder was trained
    fits: dict[str, Fit]
    searches: list[Search]
    categories: dict[str, CategoryResult]

    def search(self, condition: str) -> Search:
        """The search under one condition."""
        return next(found for found in self.searches if found.condition == condition)
