"""Measures of a cluster, of its subsets and of what it leaves over. Pure: arrays in, numbers out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from jaxtyping import Float, Int
from numpy.typing import NDArray

from analyses.needed import residual, subsets
from analyses.needed.params import Params
from analyses.needed.result import Part, Smallest, Subset
from lab.geometry import circles, set_geometry
from lab.stats.estimates import (
    Estimate,
    Measured,
    Placed,
    against_null,
)
from lab.stats.shapley import shapley

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Targets = Float[np.ndarray, "calendar class axis=2"]  # the calendar's own first, then shuffled


def calendars(classes: int, params: Params) -> Targets:
    """The circle of the words in their own order, then in shuffled ones."""
    orders = circles.cyclic_orders(classes, params.draws, params.seed)
    found: Floats = circles.circle(classes)[orders]
    return found


def measured(estimate: Estimate, draws: Floats, *, larger_is_better: bool = True) -> Measured:
    """An estimate beside draws of its null, the observed value first among them."""
    null = against_null(float(draws[0]), draws, larger_is_better=larger_is_better)
    return Measured(replace(estimate, mean=float(draws[0])), null)


def ratio(caught: Floats, total: Floats, params: Params) -> Estimate:
    """A ratio of sums over contexts."""
    return over_contexts(lambda counts: counts @ caught / (counts @ total), len(total), params)


def describe_subset(
    members: Sequence[int],
    activations: Float[np.ndarray, "context class member"],
    directions: Float[np.ndarray, "member axis"],
    probe: subsets.Probe,
    target: Float[np.ndarray, "class axis=2"],
) -> Subset:
    """One subset: the probe, and the shape of what it writes in the plane of its class means."""
    chosen = list(members)
    points = activations[..., chosen] @ directions[chosen]
    shape = set_geometry.describe(points, probe.fold, target)
    return Subset(
        members=chosen,
        probe=float(probe.r_squared(chosen)[0, 0]),
        plane=shape.plane,
        order=shape.order,
        separability=shape.separability,
        mixture=shape.mixture,
    )


def best_ring(
    activations: Float[np.ndarray, "context class member"],
    directions: Float[np.ndarray, "member axis"],
    fold: Int[np.ndarray, " context"],
    targets: Targets,
    params: Params,
) -> Placed:
    """The highest plane R² on a greedy path, beside what the same search finds in shuffled calendars.

    Picking latents until a ring appears is a way to find one in anything: so every shuffled
    calendar may pick its own.
    """
    found = []
    for target in targets[: params.searches + 1]:
        probe = subsets.make_probe(activations, target[None], fold, params.ridge)
        order = subsets.greedy(probe)[0][0]
        planes = [
            circles.plane_errors(activations[..., chosen] @ directions[chosen], fold).mean(axis=0)
            for chosen in (order[: size + 1] for size in range(len(order)))
        ]
        found.append(max(float(circles.r_squared(errors, target)) for errors in planes))
    return Placed(found[0], against_null(found[0], np.array(found), larger_is_better=True))


def random_sets(
    draw: Callable[[np.random.Generator], Indices], count: int, seed: int
) -> list[Indices]:
    """So many sets of random latents."""
    rng = np.random.default_rng(seed)
    return [draw(rng) for _ in range(count)]


def against_random(
    own: Subset, drawn: Sequence[Subset], value: Callable[[Subset], float], *, larger: bool
) -> Placed:
    """A subset's value among those of random sets."""
    draws = np.array([value(own), *(value(each) for each in drawn)])
    return Placed(float(draws[0]), against_null(float(draws[0]), draws, larger_is_better=larger))


def valued(probe: subsets.Probe, counts: Floats) -> Callable[[tuple[int, ...]], Floats]:
    """R² of a coalition in every draw, each coalition fitted once."""
    known: dict[tuple[int, ...], Floats] = {}

    def worth(coalition: tuple[int, ...]) -> Floats:
        if coalition not in known:
            known[coalition] = probe.r_squared(coalition, counts)[:, 0]
        return known[coalition]

    return worth


def shapley_values(
    probe: subsets.Probe,
    shuffled: subsets.Probe,
    worth: Callable[[tuple[int, ...]], Floats],
    params: Params,
) -> list[Measured]:
    """Each latent's share of R², intervals over resamples; null: the same under shuffled calendars.

    `worth` gives R² of all contexts first, then of each resample; `shuffled` holds the true
    calendar first, then the shuffled ones.
    """
    own = shapley(worth, probe.latents, orders=params.orders, seed=params.seed).values
    chance = shapley(
        lambda coalition: shuffled.r_squared(coalition)[0],
        probe.latents,
        orders=params.orders,
        seed=params.seed,
    ).values
    contexts = len(probe.gram)
    return [
        measured(_from_draws(values, contexts), draws)
        for values, draws in zip(own, chance, strict=True)
    ]


def smallest_subset(
    probe: subsets.Probe, counts: Floats, table: Floats | None, params: Params
) -> tuple[Smallest, Floats]:
    """The smallest subset that keeps the share, and how often each latent is in a resample's.

    `table` holds R² (draw, subset) of every subset, the first draw all contexts once; without
    it the subsets are those on a greedy path, one path a draw.
    """
    everyone = tuple(range(probe.latents))
    whole = probe.r_squared(everyone, counts)[:, 0]
    if table is not None:
        every = subsets.every_subset(probe.latents)
        chosen = [
            subsets.smallest(row, every, total, params.kept)
            for row, total in zip(table, whole, strict=True)
        ]
    else:
        paths, scores = subsets.greedy(probe, counts)
        chosen = [
            subsets.smallest_on_path(order.tolist(), row, total, params.kept)
            for order, row, total in zip(paths, scores, whole, strict=True)
        ]
    own, resampled = chosen[0], chosen[1:]
    often = np.array([np.mean([each in found for found in resampled]) for each in everyone])
    found = Smallest(
        members=list(own),
        probe=float(probe.r_squared(own)[0, 0]),
        sizes=[len(each) for each in resampled],
        same=float(np.mean([each == own for each in resampled])),
    )
    return found, often


def part(
    points: Float[np.ndarray, "context class d_model"],
    whole: Float[np.ndarray, "context class d_model"],
    fold: Int[np.ndarray, " context"],
    targets: Targets,
    params: Params,
) -> Part:
    """Every measure of one part of the vectors, each effect beside its null."""
    right, chance = residual.named(points, fold, params.full_ridge, params.draws, params.seed)
    told = ratio(right, np.ones(len(right)), params)
    means = points.mean(axis=0)
    angles = circles.left_out_angles(means, targets)
    return Part(
        share=ratio(_energy(points), _energy(whole), params),
        difference=ratio(
            _energy(residual.between_classes(points)),
            _energy(residual.between_classes(whole)),
            params,
        ),
        named=measured(told, np.array([told.mean, *chance[1:]])),
        full_probe=probed(circles.ridge_errors(points, fold, params.full_ridge), targets, params),
        plane_probe=probed(circles.plane_errors(points, fold), targets, params),
        angle_error=measured(angle(points, targets[:1], params), angles, larger_is_better=False),
    )


def probed(
    errors: Float[np.ndarray, "context class class"], targets: Targets, params: Params
) -> Measured:
    """Held-out R² from a probe's errors, against shuffled calendars."""
    estimate = set_geometry.plane_estimate(
        errors, targets[0], resamples=params.resamples, seed=params.seed
    )
    return measured(estimate, circles.r_squared(errors.mean(axis=0), targets))


def over_contexts(statistic: Callable[[Floats], Floats], contexts: int, params: Params) -> Estimate:
    """A statistic of counts (draw, context) → (draw,), contexts resampled."""
    return set_geometry.over_contexts(
        statistic, contexts, resamples=params.resamples, seed=params.seed
    )


def angle(
    points: Float[np.ndarray, "context class d"], target: Targets, params: Params
) -> Estimate:
    """Mean angle error of a left-out word, contexts resampled."""
    flat = points.reshape(len(points), -1)

    def statistic(counts: Floats) -> Floats:
        means = (counts @ flat / counts.sum(axis=1, keepdims=True)).reshape(-1, *points.shape[1:])
        return np.array([circles.left_out_angles(each, target)[0] for each in means])

    return over_contexts(statistic, len(points), params)


def subspaces(
    points: Float[np.ndarray, "context class d_model"],
    axes: Float[np.ndarray, "d_model axis"],
    drawn: Sequence[Float[np.ndarray, "d_model axis"]],
    params: Params,
) -> Measured:
    """The share of the points' energy in a subspace, beside that in other subspaces."""
    caught = np.square(points @ axes).sum(axis=(1, 2))
    estimate = ratio(caught, _energy(points), params)
    total = float(np.square(points).sum())
    draws = [float(np.square(points @ each).sum()) / total for each in drawn]
    return measured(estimate, np.array([estimate.mean, *draws]))


def _energy(points: Floats) -> Floats:
    found: Floats = np.square(points).sum(axis=(1, 2))
    return found


def _from_draws(values: Floats, contexts: int) -> Estimate:
    """Percentile interval of values whose first is the estimate and whose others are resamples."""
    low, high = np.quantile(values[1:], [0.025, 0.975])
    spread = float(values[1:].std(ddof=1)) * contexts**0.5
    return Estimate(float(values[0]), float(low), float(high), contexts, spread)
