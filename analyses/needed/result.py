"""What the study finds, as it is recorded. No torch: figures and pages read this."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lab.stats.estimates import Estimate, Measured, Placed
from lab.text.vocabulary import Shape


@dataclass(frozen=True)
class Member:
    """One latent of the cluster."""

    latent: int
    precision: float  # share of its firings that fall on the category's words
    recall: float  # share of the words on which it fires
    profile: list[float]  # mean activation at each word, where it is measured
    alone: float  # R² of this latent by itself
    without: float  # R² of all the others
    shapley: Measured  # of R²; against shuffled calendars
    in_smallest: float  # share of resamples whose smallest subset holds it


@dataclass(frozen=True)
class Subset:
    """A subset of the cluster (numbers of members) and what is left of the ring."""

    members: list[int]
    probe: float  # held-out R²
    plane: float  # held-out R² from the plane of its own class means
    order: float  # share of neighbours kept in that plane
    separability: float  # bits
    mixture: float


@dataclass(frozen=True)
class Table:
    """Every subset's measures; place i holds the subset whose bits are i + 1.

    Empty where the cluster has more than twelve latents.
    """

    probe: NDArray[np.float64]
    plane: NDArray[np.float64]
    order: NDArray[np.float64]
    separability: NDArray[np.float64]
    mixture: NDArray[np.float64]


@dataclass(frozen=True)
class Whole:
    """The cluster as a whole."""

    latents: int
    probe: Measured  # R² from the activations, against shuffled calendars
    beyond_random: Measured  # the same, against random latents that fire as often
    plane_probe: Measured  # R² from the plane of what it writes, against shuffled calendars
    angle_error: Measured  # degrees, leave one word out
    order: float
    closure: float
    separability: Placed  # bits, in that plane; against random latents
    mixture: Placed  # against random latents


@dataclass(frozen=True)
class Smallest:
    """The smallest subset that keeps the share, and how much that depends on the contexts."""

    members: list[int]
    probe: float
    sizes: list[int]  # of each resample's smallest subset
    same: float  # share of resamples with exactly this subset


@dataclass(frozen=True)
class Part:
    """One part of the vectors at the words."""

    share: Estimate  # of the energy of h - b
    difference: Estimate  # of the energy of what differs between words
    named: Measured  # share of held-out words told apart
    full_probe: Measured  # R² from the whole space
    plane_probe: Measured  # R² from the plane of its class means
    angle_error: Measured  # degrees


@dataclass(frozen=True)
class Inside:
    """How much of the rest lies in the span of the cluster's directions."""

    dimensions: int
    isotropic: float  # dimensions / d_model
    rest: Measured  # against subspaces drawn from the rest's own second moments
    rest_latents: Measured  # against the span of random latents that fire as often
    between: Measured  # of what differs between words, against the first kind of subspace
    others: Estimate  # share of what the other latents write
    missed: Estimate  # share of the autoencoder's error


@dataclass(frozen=True)
class Drawn:
    """What the interactive picture needs; activations (context, class, member)."""

    activations: list[list[list[float]]]
    directions: list[list[float]]  # (member, 2): in the plane of the whole cluster's class means
    fold: list[int]


@dataclass(frozen=True)
class Concluded:
    """The verdict that follows from the numbers."""

    full: bool
    words_in: tuple[str, ...]
    rings_in: tuple[str, ...]
    said: str


@dataclass(frozen=True)
class CategoryResult:
    """One category: its cluster, subsets, rest and verdict."""

    name: str
    title: str
    shape: Shape
    words: tuple[str, ...]
    labels: tuple[str, ...]
    contexts: int
    dropped: int
    members: list[Member]
    whole: Whole
    table: Table
    path: list[Subset]  # greedy: each adds the latent that helps most
    best_ring: Placed  # the highest plane R² on the path; shuffled calendars, each on its own path
    smallest: Smallest
    smallest_share: float  # of the cluster's latents
    drawn: Drawn
    inside: Inside
    parts: dict[str, Part]
    verdict: Concluded


@dataclass(frozen=True)
class Autoencoder:
    """Which autoencoder was read."""

    name: str
    sha256: str
    hook: str
    layer: int
    latents: int
    alive: int  # that fire on anything that was read


@dataclass(frozen=True)
class Result:
    """The whole study."""

    sae: Autoencoder
    tokens: int  # read for the look-up
    kept: float
    ridge: float
    categories: dict[str, CategoryResult]
