"""Is there a circle? What only this study measures; the rest is in `shared.rings`.

A *class* is a word, a *context* what stands before it. A class mean averages a class over
contexts. Because every class stands in the same contexts, what a context adds to all classes
cancels in the differences between class means. The measures take thousands of resampled means
at a time.
"""

from __future__ import annotations

import numpy as np
import torch
from jaxtyping import Float, Int
from numpy.typing import NDArray

from lab.geometry import circles

# The paper's indices of one plane are this study's measures too; others use them, so they stand
# in shared.
from lab.geometry.irreducibility import mixture_index as mixture_index
from lab.geometry.irreducibility import separability as separability

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]


# Orders and folds are drawn by torch, one after the other from one generator: another would draw
# another null and other folds than those that were first recorded.


def cyclic_orders(
    classes: int, samples: int, generator: torch.Generator
) -> Int[np.ndarray, "order class"]:
    """Cyclic orders as the place of each class, as in `rings`: all of them, or `samples`."""
    if classes <= circles.EXACT_CLASSES:
        return circles.cyclic_orders(classes, samples, seed=0)
    shuffled = torch.rand(samples, classes, generator=generator).argsort(dim=1)
    return np.concatenate([np.arange(classes)[None], shuffled.numpy()])


def folds(contexts: int, count: int, generator: torch.Generator) -> Int[np.ndarray, " context"]:
    """The fold of each context: sizes as equal as can be, membership at random."""
    found: Indices = (torch.randperm(contexts, generator=generator) % count).numpy()
    return found


def centred(
    means: Float[np.ndarray, "*batch class d_model"],
) -> Float[np.ndarray, "*batch class d_model"]:
    """The class means minus their average."""
    return np.asarray(means - means.mean(axis=-2, keepdims=True))


def isometric(
    means: Float[np.ndarray, "*batch class d_model"],
) -> Float[np.ndarray, "*batch class class"]:
    """The same centred points in as many dimensions as there are points.

    Every distance and inner product is kept, so every measure of class means here is too;
    thousands of resamples then cost little.
    """
    points = centred(means)
    values, vectors = np.linalg.eigh(points @ points.swapaxes(-1, -2))
    return np.asarray(vectors * np.sqrt(np.maximum(values, 0))[..., None, :])


def first_frequency(
    means: Float[np.ndarray, "*batch class d_model"],
    target: Float[np.ndarray, "*order class axis=2"],
) -> Float[np.ndarray, "..."]:
    """Share of the between-class variance that is a circle's: cos and sin of the class's angle.

    1.0: the class means are an ellipse traced in order; 2/(n-1) on average for directions
    that know nothing of the order. `target` is `circles.circle(n)`, or one circle for each order.
    """
    points = centred(means)
    classes = points.shape[-2]
    along = np.square(target.swapaxes(-1, -2) @ points).sum(axis=(-1, -2))
    return np.asarray(along * (2 / classes) / np.square(points).sum(axis=(-1, -2)))


def plane_share(means: Float[np.ndarray, "class d_model"]) -> float:
    """Share of the between-class variance that lies in the principal plane."""
    variance = np.linalg.svd(centred(means), compute_uv=False) ** 2
    return float(variance[:2].sum() / variance.sum())


def left_out(
    means: Float[np.ndarray, "*batch class d_model"],
) -> Float[np.ndarray, "*batch class class"]:
    """The weights of `circles.left_out`, for thousands of clouds; none of them may be a line.

    Only inner products are needed. With the others' centred Gram matrix K = U diag(s) U', its
    first two columns and the left-out class's products k with them, the row is
    1/(n-1) + k U diag(1/s) U': the coordinates are orthogonal and centred, so no solver.
    """
    classes = means.shape[-2]
    weights = np.zeros((*means.shape[:-1], classes))
    for held in range(classes):
        others = [i for i in range(classes) if i != held]
        centre = means[..., others, :].mean(axis=-2, keepdims=True)
        seen = means[..., others, :] - centre
        values, vectors = np.linalg.eigh(seen @ seen.swapaxes(-1, -2))
        top, spread = vectors[..., -2:], values[..., None, -2:]
        products = (means[..., [held], :] - centre) @ seen.swapaxes(-1, -2)
        row = (products @ top / spread) @ top.swapaxes(-1, -2) + 1 / (classes - 1)
        weights[..., held, others] = row[..., 0, :]
    return weights


def rotation_onto(
    means: Float[np.ndarray, "class axis=2"], target: Float[np.ndarray, "class axis=2"]
) -> Float[np.ndarray, "axis=2 axis=2"]:
    """The turn or mirroring that brings the points nearest the target (Procrustes).

    It keeps every distance: it chooses from where to look, not what is seen.
    """
    left, _, right = np.linalg.svd(centred(means).T @ target)
    turn: Floats = left @ right
    return turn
