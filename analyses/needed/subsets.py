"""What every subset of latents still says of the calendar. Pure: activations in, numbers out.

The probe is a linear map with a constant from the activations of a subset to (cos, sin) of
the word's angle, fitted on some contexts and judged on the others. As the directions of the latents are
independent, it reads from the activations what it would read from what the subset writes. All fits come from
each context's cross-products, so a subset, a resample of contexts and a shuffled calendar each cost
one small solve.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int
from numpy.typing import NDArray

from lab.stats import ties

Floats = NDArray[np.float64]
Subset = tuple[int, ...]

ALL_SUBSETS = 12  # up to so many latents every subset is valued: 4,095 at most


@dataclass(frozen=True)
class Probe:
    """Cross-products of scaled activations and a constant, context by context.

    `gram[context]` (latent + 1, latent + 1); `cross[context]` (latent + 1, target); `fold` is the
    part in which each context is held out; `total` the squared targets of one context.
    """

    gram: Float[np.ndarray, "context column column"]
    cross: Float[np.ndarray, "context column target"]
    total: Float[np.ndarray, " target"]
    fold: Int[np.ndarray, " context"]
    ridge: float

    @property
    def latents(self) -> int:
        """How many latents it can choose from."""
        return int(self.gram.shape[1]) - 1

    def r_squared(
        self, subset: Sequence[int], counts: Float[np.ndarray, "draw context"] | None = None
    ) -> Float[np.ndarray, "draw calendar"]:
        """Held-out R² of a subset, for each resample of contexts and each calendar.

        A draw counts how often each context is in it; copies of a context share a fold, so
        none is on both sides. None: every context once. The empty subset scores 0.
        """
        contexts = len(self.gram)
        weights = np.ones((1, contexts)) if counts is None else counts
        if not len(subset):
            return np.zeros((len(weights), len(self.total) // 2))
        chosen = np.array([*subset, self.latents])  # the constant is last
        gram, cross = self.gram[:, chosen[:, None], chosen], self.cross[:, chosen]
        lost = np.zeros((len(weights), len(self.total)))
        for index in np.unique(self.fold):
            seen, held = weights * (self.fold != index), weights * (self.fold == index)
            solved = np.linalg.solve(
                _summed(seen, gram) + self._penalty(seen, len(chosen)), _summed(seen, cross)
            )
            lost += held.sum(axis=1)[:, None] * self.total
            lost -= 2 * np.einsum("bkt,bkt->bt", solved, _summed(held, cross))
            lost += np.einsum("bkt,bkl,blt->bt", solved, _summed(held, gram), solved)
        every = weights.sum(axis=1)[:, None] * self.total
        found: Floats = 1 - _paired(lost) / _paired(every)
        return found

    def predictions(
        self, activations: Float[np.ndarray, "context class latent"]
    ) -> Float[np.ndarray, "context class axis=2"]:
        """Where the probe of all latents puts every word of the contexts it never saw.

        For a probe of one circle. `activations` are those it was made from.
        """
        rows = _with_constant(activations)
        found = np.zeros((*rows.shape[:2], 2))
        for index in np.unique(self.fold):
            seen = (self.fold != index).astype(float)[None]
            fit = np.linalg.solve(
                _summed(seen, self.gram) + self._penalty(seen, self.latents + 1),
                _summed(seen, self.cross),
            )[0]
            found[self.fold == index] = rows[self.fold == index] @ fit
        return found

    def _penalty(self, seen: Floats, size: int) -> Floats:
        """A share of the points' number: activations are scaled to mean square 1."""
        shape = np.ones(size)
        shape[-1] = 0  # the constant is free
        points = seen.sum(axis=1) * self.gram[0, -1, -1]
        found: Floats = self.ridge * points[:, None, None] * np.diag(shape)
        return found


def make_probe(
    activations: Float[np.ndarray, "context class latent"],
    targets: Float[np.ndarray, "calendar class axis=2"],
    fold: Int[np.ndarray, " context"],
    ridge: float,
) -> Probe:
    """The cross-products for one circle or for many calendars; each target has mean 0."""
    rows = _with_constant(activations)
    wanted = np.moveaxis(targets, 0, 1).reshape(targets.shape[1], -1)
    return Probe(
        gram=np.einsum("tck,tcl->tkl", rows, rows),
        cross=np.einsum("tck,cj->tkj", rows, wanted),
        total=np.square(wanted).sum(axis=0),
        fold=fold,
        ridge=ridge,
    )


def every_subset(latents: int) -> list[Subset]:
    """All subsets but the empty one; a subset's bits are its place plus one."""
    return [
        tuple(latent for latent in range(latents) if code >> latent & 1)
        for code in range(1, 2**latents)
    ]


def resampled(contexts: int, draws: int, seed: int) -> Float[np.ndarray, "draw context"]:
    """How often each context is in each resample with replacement."""
    chosen = np.random.default_rng(seed).integers(0, contexts, (draws, contexts))
    found: Floats = np.stack([np.bincount(row, minlength=contexts) for row in chosen]).astype(float)
    return found


def greedy(
    probe: Probe, counts: Floats | None = None
) -> tuple[Int[np.ndarray, "draw place"], Floats]:
    """Latents in the order in which each adds most, and R² after each; one row a draw.

    Each draw goes its own way. Of latents that add the same up to rounding the first is taken.
    """
    weights = np.ones((1, len(probe.gram))) if counts is None else counts
    orders = np.zeros((len(weights), probe.latents), dtype=np.int64)
    scores = np.zeros((len(weights), probe.latents))
    for draw, row in enumerate(weights):
        taken: list[int] = []
        for place in range(probe.latents):
            free = [latent for latent in range(probe.latents) if latent not in taken]
            found = [probe.r_squared([*taken, each], row[None])[0, 0] for each in free]
            best = int(ties.first_largest(found, scale=1.0))
            taken.append(free[best])
            scores[draw, place] = found[best]
        orders[draw] = taken
    return orders, scores


def smallest(
    values: Float[np.ndarray, " subset"], subsets: Sequence[Subset], whole: float, share: float
) -> Subset:
    """The smallest subset that keeps a share of the whole's R²; among equals the best, then the first.

    Where the whole says nothing (R² of 0 or less) there is nothing to keep: the empty subset.
    """
    if whole <= 0:
        return ()
    sizes = np.array([len(subset) for subset in subsets])
    enough = ties.at_least(values, share * whole)
    least = sizes[enough].min()
    best = ties.first_largest(np.where(enough & (sizes == least), values, -np.inf), scale=1.0)
    return subsets[int(best)]


def smallest_on_path(order: Iterable[int], scores: Floats, whole: float, share: float) -> Subset:
    """The same along a greedy path: its shortest beginning that keeps the share."""
    if whole <= 0:
        return ()
    reached = int(np.argmax(ties.at_least(scores, share * whole)))
    return tuple(sorted(int(latent) for latent in list(order)[: reached + 1]))


def _with_constant(activations: Floats) -> Floats:
    """Activations of mean square 1, and a constant."""
    scale = np.sqrt(np.square(activations).mean(axis=(0, 1)))
    scaled = activations / np.where(scale > 0, scale, 1.0)
    return np.concatenate([scaled, np.ones_like(scaled[..., :1])], axis=-1)


def _summed(weights: Floats, parts: Floats) -> Floats:
    found: Floats = np.tensordot(weights, parts, axes=(1, 0))
    return found


def _paired(columns: Floats) -> Floats:
    """Sums over the two coordinates of each calendar."""
    found: Floats = columns.reshape(len(columns), -1, 2).sum(axis=-1)
    return found
