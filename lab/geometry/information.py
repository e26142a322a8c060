"""Mutual information of two coordinates, for every rotation of the plane at once."""

from __future__ import annotations

from typing import Any

import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]

FLAT = 1e-6  # of the extent, in single precision: what is thinner has no spread
EDGE = 1e-4  # of a bin: more than single precision loses in a coordinate, less than matters
BLOCK = 1 << 18  # numbers handled at once: what the processor's cache holds


def least_information(cloud: Floats, turns: Floats, bins: int, reach: float | None) -> float:
    """The least mutual information over rotations; `reach` None bins between the extremes."""
    # A quarter turn swaps the axes and mirrors one, which leaves the information as it is.
    turns = np.unique(np.round(np.mod(turns, np.pi / 2), 12))
    narrow = cloud.T.astype(np.float32)
    block = max(1, BLOCK // len(cloud))
    least = np.inf
    for start in range(0, len(turns), block):
        angles = turns[start : start + block]
        cell = bins_along(narrow, angles, bins, reach) * bins
        cell += bins_along(narrow, angles + np.pi / 2, bins, reach)
        cell += (np.arange(len(angles)) * bins**2)[:, None]
        counts = np.bincount(cell.ravel(), minlength=len(angles) * bins**2)
        least = min(least, float(information(counts.reshape(-1, bins, bins)).min()))
    return max(0.0, least)


def bins_along(
    cloud: Float[np.ndarray, "axis=2 point"], angles: Floats, bins: int, reach: float | None
) -> NDArray[np.int64]:
    """Each point's bin along each direction, (angle, point).

    A point on an edge, up to rounding, lies above it: points that share a coordinate, as those of a
    line do, stay together on every processor.
    """
    along = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(cloud.dtype) @ cloud
    low, high = np.float32(-(reach or 0)), np.float32(reach or 0)
    if reach is None:
        low, high = along.min(axis=1, keepdims=True), along.max(axis=1, keepdims=True)
        thin = high - low <= FLAT * np.abs(cloud).max()
        high = np.where(thin, low + 1, high)  # no spread: one bin
    along -= low
    along *= bins / (high - low)
    along += EDGE
    np.clip(along, 0, bins - 1, out=along)
    binned: NDArray[np.int64] = along.astype(np.int64)
    return binned


def information(counts: NDArray[np.int64]) -> Floats:
    """Mutual information in bits of each table of counts, from sums of n·log n."""
    total = int(counts[0].sum())
    terms = np.arange(total + 1) * np.log2(np.maximum(np.arange(total + 1), 1))
    joint = terms[counts].sum(axis=(1, 2))
    rows, columns = (terms[counts.sum(axis=axis)].sum(axis=1) for axis in (1, 2))
    found: Floats = (joint - rows - columns) / total + np.log2(total)
    return found
