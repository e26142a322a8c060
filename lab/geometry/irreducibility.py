"""Is a cloud of points in a plane one feature, or two that were put together?

Engels et al. 2024 ask it twice. *Separability* is how much one coordinate still says about the
other under the rotation that makes it say least: 0 bits where the cloud is two independent
features. The *mixture index* is the largest share of points near a single line: near 1 where
the cloud is two features that are seldom active together. A circle scores high on the first
and low on the second.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from lab.errors import AnalysisError
from lab.geometry.density import climb, scan

Floats = NDArray[np.floating[Any]]

PAPER_ANGLES, PAPER_BINS, PAPER_REACH = 1_000, 40, 3.0  # the square is 6 by 6: 3 to each side
CODE_ANGLES, CODE_BINS = 100, 10
EDGE = 1e-4  # of a bin: more than single precision loses in a coordinate, less than matters
FLAT = 1e-6  # of the extent, in single precision: what is thinner has no spread
BLOCK = 1 << 18  # numbers handled at once: what the processor's cache holds
STILL = 1e-12  # of their distance from 0: points that vary less do not vary


def separability(points: Any, variant: str = "paper") -> float:
    """The least mutual information of the two coordinates over rotations, in bits.

    `paper`: centred, divided by the root mean square norm, clipped to a 6 by 6 square, 40 by 40
    bins, 1,000 angles. `code`: as the published code has it for GPT-2: raw coordinates, 10 by
    10 bins between the extremes, 100 angles from 0 to 2π with both ends.

    A finite sample reads too much: about (bins - 1)²/(2 n ln 2) bits for independent
    coordinates that fill the bins. Set it beside a null of the same n.

    Takes an array or a tensor. Raises AnalysisError for points that are not (n, 2), not
    finite, or all in one place. Source: Engels et al. 2024, app. B.2, and their code.
    """
    cloud = _checked(points, "separability")
    if variant == "paper":
        cloud = cloud / _rms(cloud)
        turns = np.arange(PAPER_ANGLES) * (2 * np.pi / PAPER_ANGLES)
        return least_information(cloud, turns, PAPER_BINS, PAPER_REACH)
    if variant == "code":
        turns = np.linspace(0, 2 * np.pi, CODE_ANGLES)
        return least_information(cloud, turns, CODE_BINS, None)
    raise AnalysisError(f'separability: variant "{variant}" is unknown. Use "paper" or "code".')


def mixture_index(
    points: Any,
    epsilon: float = 0.1,
    variant: str = "exact",
    seed: int = 0,
) -> float:
    """The largest share of points near one line: |v·f + c| < ε·sqrt(E[(v·f + c)²]).

    `exact`: for each direction v the best c without search (see `density.densest`), directions a degree
    apart, refined around the best. `paper` and `code` climb a smoothed share from one random
    start (`seed`): 10,000 steps of 0.1, the sigmoid's temperature going from 1 to 0 on
    normalised points, or kept at 1 on raw ones. What they return is the share itself at the
    place they reach, a lower bound of `exact`.

    Takes an array or a tensor. Raises AnalysisError for points that are not (n, 2), not finite,
    or all in one place, and for an ε that is not between 0 and 1.
    Source: Engels et al. 2024, def. 4 and app. B.2.
    """
    cloud = _checked(points, "mixture_index")
    if not 0 < epsilon < 1:
        raise AnalysisError(f"mixture_index: epsilon is {epsilon}. Use a share between 0 and 1.")
    if variant == "exact":
        return scan(cloud, epsilon)
    if variant == "paper":
        return climb(cloud / _rms(cloud), epsilon, annealed=True, seed=seed)
    if variant == "code":
        return climb(cloud, epsilon, annealed=False, seed=seed)
    raise AnalysisError(
        f'mixture_index: variant "{variant}" is unknown. Use "paper", "code" or "exact".'
    )


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


def _checked(points: Any, name: str) -> NDArray[np.float64]:
    """The points, centred, in double precision; or an error that names what came and what fits."""
    if hasattr(points, "detach"):
        points = points.detach().cpu()
    cloud = np.asarray(points, dtype=np.float64)
    if cloud.ndim != 2 or cloud.shape[1] != 2 or not len(cloud):
        raise AnalysisError(
            f"{name}: points have shape {cloud.shape}, wanted (n, 2) with n ≥ 1. "
            "Project them onto a plane first, for example two principal components."
        )
    bad = int((~np.isfinite(cloud)).any(axis=1).sum())
    if bad:
        raise AnalysisError(
            f"{name}: {bad} of {len(cloud)} points are not finite. Leave them out, and say so."
        )
    centred: NDArray[np.float64] = cloud - cloud.mean(axis=0)
    if _rms(centred) <= STILL * float(np.abs(cloud).max()):
        raise AnalysisError(
            f"{name}: all {len(cloud)} points are the same, wanted points with some spread. "
            "A cluster that never varies has no shape to score."
        )
    return centred


def _rms(centred: NDArray[np.float64]) -> float:
    """Root mean square norm."""
    return float(np.sqrt(np.mean(np.sum(centred**2, axis=1))))
