"""What a cluster leaves over, split and measured. Pure: vectors in, shares and probes out.

With h the residual vector, b the decoder's bias and C the cluster, the rest is
e = h - b - Σ_C f·d. Q spans the directions of C. The rest is split twice: into what lies in the
span of Q and what lies outside, and into what the other latents write and what the
autoencoder misses.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int
from numpy.typing import NDArray

from lab.errors import AnalysisError
from lab.geometry.circles import ridge_smoother
from lab.stats import ties

Floats = NDArray[np.float64]

INDEPENDENT = 1e-6  # of the largest singular value: below, a direction adds no dimension


@dataclass(frozen=True)
class Read:
    """What could be read in a part better than under shuffled labels."""

    word: bool  # which word it is
    ring: bool  # its place on the ring, from the part's own principal plane


@dataclass(frozen=True)
class Verdict:
    """A conclusion in words, and what it follows from."""

    full: bool
    words_in: tuple[str, ...]  # where the words can be told apart
    rings_in: tuple[str, ...]  # where they go round
    said: str


@dataclass(frozen=True)
class Parts:
    """The vectors at the words, taken apart; every field (context, class, d_model).

    whole = cluster + inside + outside, and cluster + others + missed too.
    """

    whole: Floats  # h - b
    cluster: Floats
    inside: Floats
    outside: Floats
    others: Floats  # latents that are not in the cluster
    missed: Floats  # the autoencoder's error

    @property
    def rest(self) -> Floats:
        """All that the cluster does not write."""
        found: Floats = self.inside + self.outside
        return found


def basis(directions: Float[np.ndarray, "latent d_model"]) -> Float[np.ndarray, "d_model axis"]:
    """An orthonormal basis of what the directions span.

    Raises AnalysisError where there are no directions.
    """
    if not len(directions):
        raise AnalysisError("rest: the cluster is empty, so it spans nothing. Name its latents.")
    left, sizes, _ = np.linalg.svd(directions.T, full_matrices=False)
    found: Floats = left[:, sizes > INDEPENDENT * sizes[0]]
    return found


def take_apart(
    vectors: Float[np.ndarray, "context class d_model"],
    decoded: Float[np.ndarray, "context class d_model"],
    activations: Float[np.ndarray, "context class member"],
    directions: Float[np.ndarray, "member d_model"],
    bias: Float[np.ndarray, " d_model"],
) -> Parts:
    """The two splits; `decoded` is what all latents write with the bias."""
    axes = basis(directions)
    cluster = activations @ directions
    rest = vectors - bias - cluster
    inside = rest @ axes @ axes.T
    return Parts(
        whole=vectors - bias,
        cluster=cluster,
        inside=inside,
        outside=rest - inside,
        others=decoded - bias - cluster,
        missed=vectors - decoded,
    )


def between_classes(
    points: Float[np.ndarray, "context class d"],
) -> Float[np.ndarray, "context class d"]:
    """What differs between the classes of a context: all they share is taken out."""
    found: Floats = points - points.mean(axis=1, keepdims=True)
    return found


def matched_subspace(
    points: Float[np.ndarray, "context class d_model"], dimensions: int, rng: np.random.Generator
) -> Float[np.ndarray, "d_model axis"]:
    """A random subspace drawn from the points' own second moments.

    Random mixtures of the points: directions along which they are large are drawn more often,
    as they would be by any dictionary fitted to them.
    """
    flat = points.reshape(-1, points.shape[-1])
    return basis(rng.standard_normal((dimensions, len(flat))) @ flat)


def named(
    points: Float[np.ndarray, "context class d"],
    fold: Int[np.ndarray, " context"],
    ridge: float,
    draws: int,
    seed: int,
) -> tuple[Float[np.ndarray, " context"], Float[np.ndarray, " draw"]]:
    """How often a held-out word is named rightly, by context; and overall with labels shuffled.

    Ridge regression onto the classes, the largest prediction taken; where several tie for it, no
    word is named. Labels are shuffled
    within every context, each on its own, so that nothing is left to learn; draw 0 is unshuffled.
    """
    contexts, classes, _ = points.shape
    rng = np.random.default_rng(seed)
    labels = np.tile(np.arange(classes), (draws + 1, contexts, 1))
    labels[1:] = rng.permuted(labels[1:], axis=2)
    right = np.zeros((draws + 1, contexts))
    for index in np.unique(fold):
        held = fold == index
        smoother = ridge_smoother(points[~held], points[held], ridge)
        for draw, given in enumerate(labels):
            taught = np.eye(classes)[given[~held].ravel()] - 1 / classes
            said = ties.sole_largest(smoother @ taught, scale=1.0).reshape(-1, classes)
            right[draw, held] = (said == given[held]).mean(axis=1)
    return right[0], right.mean(axis=1)


def verdict(cluster: Read, inside: Read, outside: Read) -> Verdict:
    """What the cluster is, from what can be read in it and in the rest, inside its span and outside.

    If the word or its place on the ring can be read in either half of the rest, the cluster is not the
    full representation; which of the two it is says what is missing from it. A cluster in whose
    own writing the words do not go round is told of as such.
    """
    places = {"inside the span": inside, "outside the span": outside}
    words = tuple(place for place, read in places.items() if read.word)
    rings = tuple(place for place, read in places.items() if read.ring)
    own = "it has a ring" if cluster.ring else "it has no ring of its own"
    where = " and ".join(rings or words)
    if rings:
        said = f"not the full representation: {own}, and the rest has one {where}"
    elif words:
        said = f"not the full representation: {own}, and in the rest the words can be told apart {where} but do not go round"
    else:
        said = f"the full representation, as far as these probes can tell: {own}, and nothing can be read in the rest"
    return Verdict(full=not (words or rings), words_in=words, rings_in=rings, said=said)
