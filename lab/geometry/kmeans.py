"""k-means for many clusters of many dimensions, seeded.

scikit-learn's starts at a thousand clusters of 24,576 points spend ten minutes choosing where to
begin, in double precision and piece by piece. The same choice takes seconds as one product of
matrices for each new centre.
"""

from __future__ import annotations

import math

import torch
from jaxtyping import Float, Int
from torch import Tensor

from lab.stats import ties

ITERATIONS = 300  # a bound; it stops when nothing moves, after ten to fifty


def kmeans(
    points: Float[Tensor, "point axis"], count: int, *, seed: int = 0, starts: int = 1
) -> Int[Tensor, " point"]:
    """The cluster of each point, from 0 to count - 1: the tightest of so many starts.

    No cluster is empty. Clusters are numbered by their first point. Distances that are equal up to
    rounding tie, and the first centre, point or start takes the tie. Source: Lloyd 1982, from a
    greedy k-means++ start (Arthur & Vassilvitskii 2007).
    """
    generator = torch.Generator().manual_seed(seed)
    norms = points.square().sum(dim=1)
    error = ties.precision(points.numpy()) * float(norms.max())  # of a squared distance
    found = [_settle(points, norms, count, error, generator) for _ in range(starts)]
    left = [each[0] for each in found]
    best = ties.first_smallest(left, relative=1.0, scale=error * len(points))
    return _numbered(found[int(best)][1], count)


def _settle(
    points: Float[Tensor, "point axis"],
    norms: Float[Tensor, " point"],
    count: int,
    error: float,
    generator: torch.Generator,
) -> tuple[float, Int[Tensor, " point"]]:
    """From one start until nothing moves: the summed squared distance left, and the clusters."""
    centres = points[_start(points, norms, count, error, generator)]
    labels = torch.full((len(points),), -1)
    left = float("inf")
    for _ in range(ITERATIONS):
        distance = torch.addmm(centres.square().sum(dim=1), points, centres.T, alpha=-2)
        nearest = distance.amin(dim=1)
        found = (distance <= nearest[:, None] + error).to(torch.int8).argmax(dim=1)
        nearest += norms
        left = float(nearest.sum())
        _fill(found, nearest, count, error)
        if torch.equal(found, labels):
            break
        labels = found
        sums = torch.zeros_like(centres).index_add_(0, labels, points)
        centres = sums / labels.bincount(minlength=count)[:, None]
    return left, labels


def _start(
    points: Float[Tensor, "point axis"],
    norms: Float[Tensor, " point"],
    count: int,
    error: float,
    generator: torch.Generator,
) -> list[int]:
    """Points to begin from: each the best of a few drawn by squared distance to those before.

    A point that lies on a chosen one has no distance left, not its rounding.
    """
    trials = 2 + int(math.log(count))
    chosen = [int(torch.randint(len(points), (1,), generator=generator))]
    nearest = _beyond(norms + norms[chosen[0]] - 2 * points @ points[chosen[0]], error)
    while len(chosen) < count:
        weights = nearest.double().cumsum(dim=0)
        drawn = torch.rand(trials, generator=generator, dtype=torch.float64) * weights[-1]
        tried = torch.searchsorted(weights, drawn).clamp(max=len(points) - 1)
        distance = norms[:, None] + norms[tried] - 2 * points @ points[tried].T
        left = torch.minimum(nearest[:, None], _beyond(distance, error))
        sums = left.sum(dim=0).double().numpy()
        best = int(ties.first_smallest(sums, relative=1.0, scale=error * len(points)))
        nearest = left[:, best]
        chosen.append(int(tried[best]))
    return chosen


def _beyond(distance: Float[Tensor, "*point"], error: float) -> Float[Tensor, "*point"]:
    """Squared distances, those within rounding of none made zero."""
    return torch.where(distance > error, distance, torch.zeros_like(distance))


def _fill(
    labels: Int[Tensor, " point"], distance: Float[Tensor, " point"], count: int, error: float
) -> None:
    """Give each empty cluster the point that lies farthest from its centre, in place."""
    sizes = labels.bincount(minlength=count)
    for empty in torch.nonzero(sizes == 0).flatten().tolist():
        spare = sizes[labels] > 1
        away = torch.where(spare, distance, -torch.inf).double().numpy()
        farthest = int(ties.first_largest(away, relative=1.0, scale=error))
        sizes[labels[farthest]] -= 1
        sizes[empty] = 1
        labels[farthest] = empty


def _numbered(labels: Int[Tensor, " point"], count: int) -> Int[Tensor, " point"]:
    """The same clusters, numbered by their first point."""
    places = torch.arange(len(labels))
    first = torch.full((count,), len(labels)).scatter_reduce(0, labels, places, "amin")
    return first.argsort(stable=True).argsort(stable=True)[labels]
