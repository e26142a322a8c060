"""What the study finds, as it is recorded. No torch: figures and pages read this."""

from __future__ import annotations

from dataclasses import dataclass

from lab.stats.estimates import Estimate, Measured, Placed
from lab.text.vocabulary import Shape

LOOKUP, SPECTRAL, GRAPH = "look-up", "spectral", "graph"
ROUTES = (LOOKUP, SPECTRAL, GRAPH)


@dataclass(frozen=True)
class Precise:
    """One latent of a look-up set."""

    latent: int
    precision: float
    recall: float
    words: list[str]  # on which it fires in half of the contexts at least


@dataclass(frozen=True)
class Met:
    """The cluster that a look-up set meets best; null: random latents that fire as often."""

    size: int  # of the cluster
    shared: int
    precision: float
    recall: float
    jaccard: Placed


@dataclass(frozen=True)
class Geometry:
    """The shape of what a set of latents writes at the category's words."""

    latents: list[int]
    plane_probe: Measured  # held-out R² of the plane of its class means; shuffled orders
    order: float
    closure: float
    separability: Placed  # bits; random latents that fire as often
    mixture: Placed
    score: Placed  # (1 - M)·S, bits
    points: list[list[float]]  # class means in that plane, (word, 2)


@dataclass(frozen=True)
class Judged:
    """What a route shows of a category: an order, an irreducible shape, or neither."""

    in_order: bool
    irreducible: bool

    @property
    def interesting(self) -> bool:
        """Whether there is anything to look at."""
        return self.in_order or self.irreducible


@dataclass(frozen=True)
class CategoryResult:
    """One category by every route; a route that leads nowhere is absent from `shapes`."""

    name: str
    title: str
    shape: Shape
    words: tuple[str, ...]
    labels: tuple[str, ...]
    contexts: int
    dropped: int
    found: list[Precise]
    words_with_own: int  # words that some found latent fires on most and in half of the contexts
    met: dict[str, Met]  # by method
    shapes: dict[str, Geometry]  # by route
    judged: dict[str, Judged]


@dataclass(frozen=True)
class Ranked:
    """A cluster of the ranking, by what it fires on."""

    rank: int
    latents: int
    samples: int
    separability: float
    mixture: float
    score: float
    tokens: list[str]  # on which it fires most strongly, once each
    category: str  # whose words hold most of its activation; empty for other tokens
    share: float  # of its activation that falls on that category's words
    looked_up: int  # latents of it that any look-up set holds


@dataclass(frozen=True)
class Clustering:
    """One way to cluster the decoder directions."""

    groups: int  # of two latents or more
    clustered: int  # latents in them
    largest: int
    scored: int  # that fire often enough to be scored
    top: list[Ranked]
    untouched: int  # of those, how many no look-up set meets


@dataclass(frozen=True)
class Agreement:
    """Over the categories with a look-up set: mean overlap with the best cluster."""

    precision: Estimate
    recall: Estimate
    jaccard: Measured


@dataclass(frozen=True)
class Reseeded:
    """The mean overlap with spectral clusters from one seed."""

    seed: int
    jaccard: Measured


@dataclass(frozen=True)
class Result:
    """The whole study."""

    sae: str
    sae_sha256: str
    layer: int
    latents: int
    alive: int
    tokens: int
    other_tokens: int
    categories: dict[str, CategoryResult]
    clusterings: dict[str, Clustering]
    agreement: dict[str, Agreement]
    by_seed: list[Reseeded]  # of the spectral clusters, the study's own seed first
    missed: dict[str, list[str]]  # by route: categories that another route shows and it does not
