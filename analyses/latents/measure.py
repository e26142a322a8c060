"""The shape of what latents write at a category's words. Pure: points in, numbers out."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Int
from numpy.typing import NDArray

from analyses.latents.params import Params
from analyses.latents.result import PLANES, Plane, Route
from lab.geometry import circles
from lab.geometry.set_geometry import plane_estimate
from lab.stats.estimates import (
    Estimate,
    Measured,
    Null,
    against_null,
    bootstrap,
)

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Points = Float[np.ndarray, "context class d"]


def first_frequency(
    means: Float[np.ndarray, "*batch class d"], target: Float[np.ndarray, "*order class axis=2"]
) -> Float[np.ndarray, "..."]:
    """Share of the between-class variance that is a circle's: cos and sin of the class's place.

    1.0: the class means are an ellipse traced in order; 2/(n-1) on average where they know
    nothing of the order; 0 where they do not vary.
    """
    offset = means - means.mean(axis=-2, keepdims=True)
    along = np.swapaxes(target, -1, -2) @ offset
    spread = np.square(offset).sum(axis=(-1, -2))
    circular: Floats = np.square(along).sum(axis=(-1, -2)) * (2 / means.shape[-2])
    return np.asarray(circular / np.where(spread > 1e-12, spread, np.inf))


def narrowed(points: Points) -> Float[np.ndarray, "context class axis"]:
    """The same points in as many dimensions as they have: every distance is kept."""
    flat = points.reshape(-1, points.shape[-1])
    centred = flat - flat.mean(axis=0)
    if centred.shape[0] >= centred.shape[1]:
        same: Floats = centred.reshape(points.shape)
        return same
    left, sizes, _ = np.linalg.svd(centred, full_matrices=False)
    found: Floats = (left * sizes).reshape(*points.shape[:2], -1)
    return found


def without_first(points: Points) -> Points:
    """The points less the first principal axis of their class means.

    The published planes leave it out: it is how strongly the latents fire.
    """
    means = points.mean(axis=0)
    axis = np.linalg.svd(means - means.mean(axis=0), full_matrices=False)[2][0]
    found: Floats = points - (points @ axis)[..., None] * axis
    return found


def route(points: Points, latents: Indices | None, params: Params) -> Route:
    """Every measure of one set's points, each beside shuffled orders of the classes."""
    points = narrowed(points)
    contexts, classes, _ = points.shape
    target = circles.circle(classes)
    shuffled = target[circles.cyclic_orders(classes, params.orders, params.seed)]
    fold = circles.folds(contexts, params.folds, params.seed)
    means = points.mean(axis=0)
    angles = circles.left_out_angles(means, shuffled)
    return Route(
        latents=[] if latents is None else [int(latent) for latent in latents],
        first_frequency=Measured(
            estimate=_frequency_estimate(points, target, params),
            null=_null(first_frequency(means, shuffled)),
        ),
        closure=float(circles.closure(means)),
        angle_error=float(angles[0]),
        angle_null=against_null(float(angles[0]), angles, larger_is_better=False),
        planes={
            name: plane(each, fold, target, shuffled, params)
            for name, each in zip(PLANES, (points, without_first(points)), strict=True)
        },
        random_sets={},
    )


def plane(
    points: Points,
    fold: Int[np.ndarray, " context"],
    target: Float[np.ndarray, "class axis=2"],
    shuffled: Float[np.ndarray, "order class axis=2"],
    params: Params,
) -> Plane:
    """The plane of the class means: what it says of the order, and how it looks."""
    errors = circles.plane_errors(points, fold)
    draws = circles.r_squared(errors.mean(axis=0), shuffled)
    centre, axes = circles.plane(points.mean(axis=0))
    flat = (points.mean(axis=0) - centre) @ axes
    return Plane(
        probe=Measured(
            estimate=plane_estimate(errors, target, resamples=params.resamples, seed=params.seed),
            null=_null(draws),
        ),
        order=circles.angular_order(flat),
        means=np.round(flat @ _upright(flat, target), 3).tolist(),
    )


def random_sets(drawn: list[Points], observed: Route, params: Params) -> dict[str, Null]:
    """What as many random latents write, by the same measures; the observed set among them."""
    columns: dict[str, list[float]] = {"first_frequency": [], **{name: [] for name in PLANES}}
    for points in drawn:
        small = narrowed(points)
        target = circles.circle(points.shape[1])
        fold = circles.folds(len(points), params.folds, params.seed)
        columns["first_frequency"].append(float(first_frequency(small.mean(axis=0), target)))
        for name, each in zip(PLANES, (small, without_first(small)), strict=True):
            errors = circles.plane_errors(each, fold).mean(axis=0)
            columns[name].append(float(circles.r_squared(errors, target)))
    seen = {name: found.probe.estimate.mean for name, found in observed.planes.items()}
    seen["first_frequency"] = observed.first_frequency.estimate.mean
    return {
        name: against_null(seen[name], np.array([seen[name], *found]), larger_is_better=True)
        for name, found in columns.items()
    }


def mean_cosine(directions: Float[np.ndarray, "member d"]) -> float:
    """Mean cosine over pairs of directions; 0 for fewer than two."""
    if len(directions) < 2:
        return 0.0
    unit = directions / np.linalg.norm(directions, axis=1, keepdims=True)
    return float((unit @ unit.T)[np.triu_indices(len(unit), 1)].mean())


def _frequency_estimate(points: Points, target: Floats, params: Params) -> Estimate:
    contexts = len(points)
    flat = points.reshape(contexts, -1)

    def statistic(draws: Indices) -> Floats:
        counts = np.stack([np.bincount(row, minlength=contexts) for row in draws])
        means = (counts @ flat / draws.shape[1]).reshape(len(draws), *points.shape[1:])
        return first_frequency(means, target)[None]

    return bootstrap(statistic, contexts, resamples=params.resamples, seed=params.seed)[0]


def _null(draws: Floats) -> Null:
    """The first draw is the observed order."""
    return against_null(float(draws[0]), draws, larger_is_better=True)


def _upright(flat: Float[np.ndarray, "class axis=2"], target: Floats) -> Floats:
    """The turn or mirroring that brings the points nearest a circle with its first class on top."""
    up = target @ np.array([[0.0, 1.0], [1.0, 0.0]])
    left, _, right = np.linalg.svd(flat.T @ up)
    turn: Floats = left @ right
    return turn
