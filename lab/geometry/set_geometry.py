"""The shape of what a set of latents writes at some words. Pure: activations in, numbers out.

A set writes the sum of its latents' activations times their directions. Its plane is that of
the class means: chosen from the words, without knowing their order.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int
from numpy.typing import NDArray

from lab.geometry import circles
from lab.geometry.irreducibility import mixture_index, separability
from lab.stats.estimates import Estimate, Indices, bootstrap

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Written:
    """What a set of latents writes, in the plane of its class means."""

    plane: float  # held-out R² from that plane to the circle
    order: float  # share of neighbours kept
    closure: float  # last to first, in mean steps
    separability: float  # bits
    mixture: float

    @property
    def score(self) -> float:
        """(1 - M)·S of the plane, in bits."""
        return (1 - self.mixture) * self.separability


def isometric(directions: Float[np.ndarray, "member d"]) -> Float[np.ndarray, "member axis"]:
    """The same directions in as many dimensions as there are: every inner product is kept."""
    values, vectors = np.linalg.eigh(directions @ directions.T)
    found: Floats = vectors * np.sqrt(np.maximum(values, 0))
    return found


def describe(
    points: Float[np.ndarray, "context class d"],
    fold: Int[np.ndarray, " context"],
    target: Float[np.ndarray, "class axis=2"],
) -> Written:
    """Every measure of what is written at each word in each context."""
    errors = circles.plane_errors(points, fold).mean(axis=0)
    means = points.mean(axis=0)
    centre, axes = circles.plane(means)
    flat = (points - centre) @ axes
    apart, mixed = indices(flat.reshape(-1, 2))
    return Written(
        plane=float(circles.r_squared(errors, target)),
        order=circles.angular_order(flat.mean(axis=0)),
        closure=float(circles.closure(means)),
        separability=apart,
        mixture=mixed,
    )


def indices(cloud: Float[np.ndarray, "point axis=2"]) -> tuple[float, float]:
    """S in bits and M; 0 and 1 for a cloud that never varies, which is no feature at all."""
    if np.ptp(cloud, axis=0).max() <= circles.FLAT * max(1.0, float(np.abs(cloud).max())):
        return 0.0, 1.0
    return separability(cloud), mixture_index(cloud)


def over_contexts(
    statistic: Callable[[Floats], Floats], contexts: int, *, resamples: int, seed: int
) -> Estimate:
    """A statistic of counts (draw, context) → (draw,), contexts resampled; BCa interval."""

    def each(draws: Indices) -> Floats:
        counts = np.stack([np.bincount(row, minlength=contexts) for row in draws])
        return statistic(counts.astype(float))[None]

    return bootstrap(each, contexts, resamples=resamples, seed=seed)[0]


def plane_estimate(
    errors: Float[np.ndarray, "context class class"],
    target: Float[np.ndarray, "class axis=2"],
    *,
    resamples: int,
    seed: int,
) -> Estimate:
    """Held-out R² from a probe's errors; held-out contexts resampled, the fits as they are."""

    def statistic(counts: Floats) -> Floats:
        mean = np.tensordot(counts / counts.sum(axis=1, keepdims=True), errors, axes=1)
        return circles.r_squared(mean, target)

    return over_contexts(statistic, len(errors), resamples=resamples, seed=seed)
