"""Category look-up: which latents fire on the words of a category and on little else?

The route to a set of latents that needs no decoder direction. A latent's *precision* is the share of its
firings that fall on the category's words, its *recall* the share of those words on which it
fires. Pure: counts of firings in, sets of latents out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Bool, Float, Int
from numpy.typing import NDArray

from lab.errors import AnalysisError
from lab.stats import ties

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

# The thresholds of the studies that look latents up; their parameters take them as defaults.
# Three firings in ten on the category's words: what earlier trials called a weekday latent.
LEAST_PRECISION = 0.3
# One word in twenty: a latent that fires less has next to no say in a shape.
LEAST_RECALL = 0.05
# A quarter of the words: a latent of the category, and not of one of its words.
LEAST_RECALL_OF_CATEGORY = 0.25


@dataclass(frozen=True)
class Firings:
    """How often each latent fires: on the words of each category and on every other token.

    `words[category]` is (word, latent), of `contexts[category]` occurrences of each word;
    `other` is (latent,), of `other_tokens`.
    """

    words: dict[str, Int[np.ndarray, "word latent"]]
    contexts: dict[str, int]
    other: Int[np.ndarray, " latent"]
    other_tokens: int

    @property
    def names(self) -> list[str]:
        """The categories, in order."""
        return list(self.words)

    @cached_property
    def on_category(self) -> Int[np.ndarray, "category latent"]:
        """Firings on each category's words."""
        return np.stack([found.sum(axis=0) for found in self.words.values()])

    @cached_property
    def everywhere(self) -> Int[np.ndarray, " latent"]:
        """Firings on all tokens that were read."""
        found: Indices = self.on_category.sum(axis=0) + self.other
        return found

    @property
    def tokens(self) -> int:
        """How many tokens were read."""
        return self.other_tokens + sum(
            len(found) * self.contexts[name] for name, found in self.words.items()
        )


def count(
    words: Mapping[str, Float[np.ndarray, "context word latent"]],
    other: Float[np.ndarray, "token columns"],
) -> Firings:
    """Firings out of codes; a latent fires where its code is above zero.

    Raises AnalysisError for codes of different widths.
    """
    widths = {codes.shape[-1] for codes in words.values()} | {other.shape[-1]}
    if len(widths) != 1:
        raise AnalysisError(
            f"look-up: codes of {sorted(widths)} latents. Encode all with one autoencoder."
        )
    return Firings(
        words={name: (codes > 0).sum(axis=0) for name, codes in words.items()},
        contexts={name: len(codes) for name, codes in words.items()},
        other=(other > 0).sum(axis=0),
        other_tokens=len(other),
    )


def precision(firings: Firings) -> Float[np.ndarray, "category latent"]:
    """Share of each latent's firings that fall on the category; 0 for one that never fires."""
    return _ratio(firings.on_category, firings.everywhere[None])


def recall(firings: Firings) -> Float[np.ndarray, "category latent"]:
    """Share of the category's words, each occurrence counted, on which the latent fires."""
    sizes = [len(found) * firings.contexts[name] for name, found in firings.words.items()]
    return _ratio(firings.on_category, np.array(sizes)[:, None])


def looked_up(firings: Firings, least_precision: float, least_recall: float) -> dict[str, Indices]:
    """For each category the latents that are precise and do not fire too rarely, best first.

    Best: the most of the category's words, then the most precise. A threshold of one half or more
    gives disjoint sets; below, a latent may stand in two.
    """
    precise, covered = precision(firings), recall(firings)
    found = {}
    for row, name in enumerate(firings.names):
        chosen = np.flatnonzero((precise[row] > least_precision) & (covered[row] >= least_recall))
        order = np.lexsort((-precise[row, chosen], -covered[row, chosen]))
        found[name] = chosen[order]
    return found


def equal_rate(
    rates: Float[np.ndarray, " latent"],
    chosen: Int[np.ndarray, " chosen"],
    allowed: Bool[np.ndarray, " latent"],
    rng: np.random.Generator,
    nearest: int = 20,
) -> Int[np.ndarray, " chosen"]:
    """Random latents that fire as often: for each chosen one, one of the `nearest` by rate.

    Of latents that tie for the last of these places each may be drawn. Drawn without repetition
    among the allowed, the chosen ones excepted. Every latent is given a lot, and of the near ones the
    lowest is drawn: where one latent fires once more or less, as a code at the edge of firing does on
    another processor, the draws that meet it change and no others do.
    Raises AnalysisError where there are too few.
    """
    pool = allowed.copy()
    pool[chosen] = False
    if pool.sum() < len(chosen):
        raise AnalysisError(
            f"random latents: {int(pool.sum())} may be drawn, {len(chosen)} are wanted. "
            "Read more text, so that more latents fire."
        )
    lots = rng.random(len(rates))
    drawn = []
    for latent in rng.permutation(chosen):
        distance = np.where(pool, np.abs(rates - rates[latent]), np.inf)
        last = min(nearest, int(pool.sum())) - 1
        bar = np.partition(distance, last)[last]
        near = ~ties.above(distance, bar) & pool
        pick = int(np.where(near, lots, np.inf).argmin())
        pool[pick] = False
        drawn.append(pick)
    return np.array(drawn, dtype=np.int64)


@dataclass(frozen=True)
class Overlap:
    """How a set of latents meets a cluster: in shares of the set, of the cluster, of both.

    `cluster` is the cluster's label, -1 where none is met.
    """

    cluster: int
    shared: int
    precision: float  # share of the set that is in the cluster
    recall: float  # share of the cluster that is in the set
    jaccard: float


def labelled(groups: Sequence[Int[np.ndarray, "_"]], latents: int) -> Int[np.ndarray, " latent"]:
    """The label of each latent's group, -1 for those in none; groups may differ in size."""
    found = np.full(latents, -1, dtype=np.int64)
    for label, group in enumerate(groups):
        found[group] = label
    return found


def best_overlap(chosen: Int[np.ndarray, " chosen"], labels: Int[np.ndarray, " latent"]) -> Overlap:
    """The cluster with the highest Jaccard index, the first of equals."""
    met = labels[chosen]
    if not (met >= 0).any():
        return Overlap(-1, 0, 0.0, 0.0, 0.0)
    count = int(labels.max()) + 1
    shared = np.bincount(met[met >= 0], minlength=count)
    sizes = np.bincount(labels[labels >= 0], minlength=count)
    jaccard = shared / (len(chosen) + sizes - shared)
    best = int(jaccard.argmax())
    return Overlap(
        cluster=best,
        shared=int(shared[best]),
        precision=float(shared[best] / len(chosen)),
        recall=float(shared[best] / sizes[best]),
        jaccard=float(jaccard[best]),
    )


def _ratio(part: NDArray[np.int64], whole: NDArray[np.int64]) -> Floats:
    shape = np.broadcast_shapes(part.shape, whole.shape)
    found: Floats = np.divide(part, whole, out=np.zeros(shape), where=whole > 0)
    return found
