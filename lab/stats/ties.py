"""Ties: values that differ by rounding alone are equal, and what follows from them says so.

Two processors add the same floats in another order and differ in the last digits. An argmax, a
rank or a threshold over values that are equal up to those digits would be decided by the
processor. Here values within an *error* of each other tie; a tie either has no winner
(`sole_largest`) or the first in index order wins (`first_largest`, `order`), everywhere.

The error is a share of a *scale*: by default the largest finite magnitude along the last axis. Where
the values are small differences of large numbers, pass the scale of those: gains of 1e-14 between
logits of size 10 are all rounding.

Invariant under relative changes of 1e-12 (double precision) or 1e-6 (single), unless two values
happen to lie one error apart; equivariant under permutations, but for the index that settles a tie.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Int
from numpy.typing import NDArray

from lab.errors import AnalysisError

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

# A thousand times what a sum of a few thousand terms loses; far below any difference of interest.
DOUBLE = 1e-9
# The same for values that were computed in single precision, whatever type they have now.
SINGLE = 1e-5
NONE = -1  # the index of the largest where several tie for it


def precision(values: Any) -> float:
    """The relative error of an array's type: SINGLE for 16 and 32 bits, DOUBLE for the rest."""
    dtype = np.asarray(values).dtype
    return SINGLE if dtype.kind == "f" and dtype.itemsize <= 4 else DOUBLE


def error(
    values: Any, *, relative: float | None = None, scale: Any = None
) -> Float[np.ndarray, "*batch 1"]:
    """How far apart two values along the last axis may be and still tie.

    `relative` is by default that of the array's type; `scale`, in the values' unit, by default
    their largest finite magnitude. Raises AnalysisError for values that are NaN.
    """
    numbers = np.asarray(values, dtype=np.float64)
    if np.isnan(numbers).any():
        raise AnalysisError(
            "ties: a value is NaN, which is neither equal to another nor above it. "
            "Leave it out, or put ±inf in its place."
        )
    relative = precision(values) if relative is None else relative
    if scale is None:
        sizes = np.where(np.isfinite(numbers), np.abs(numbers), 0.0)
        reach = sizes.max(axis=-1, keepdims=True, initial=0.0)
    else:
        reach = np.broadcast_to(np.asarray(scale, dtype=np.float64), numbers.shape[:-1])[..., None]
    found: Floats = relative * reach
    return found


def levels(
    values: Any, *, relative: float | None = None, scale: Any = None
) -> Int[np.ndarray, "*batch value"]:
    """Dense ranks along the last axis from 0, the lowest; what ties shares a level.

    Neighbours in value that are within the error are joined, so that no cut falls inside a tie.
    """
    numbers = np.asarray(values, dtype=np.float64)
    within = error(values, relative=relative, scale=scale)
    ascending = np.argsort(numbers, axis=-1, kind="stable")
    arranged = np.take_along_axis(numbers, ascending, axis=-1)
    steps = np.zeros(numbers.shape, dtype=np.int64)
    with np.errstate(invalid="ignore"):  # inf - inf: not above any error, so a tie
        steps[..., 1:] = np.diff(arranged, axis=-1) > within
    found = np.empty(numbers.shape, dtype=np.int64)
    np.put_along_axis(found, ascending, steps.cumsum(axis=-1), axis=-1)
    return found


def order(
    values: Any,
    *,
    descending: bool = False,
    relative: float | None = None,
    scale: Any = None,
) -> Int[np.ndarray, "*batch value"]:
    """Indices from the lowest to the highest value, or back; what ties stands in index order."""
    found = levels(values, relative=relative, scale=scale)
    ranked: Indices = np.argsort(-found if descending else found, axis=-1, kind="stable")
    return ranked


def mean_ranks(
    values: Any, *, relative: float | None = None, scale: Any = None
) -> Float[np.ndarray, "*batch value"]:
    """Ranks from 1 along the last axis; what ties shares its mean rank, as Spearman's ρ has it."""
    found = levels(values, relative=relative, scale=scale)
    ascending = np.argsort(found, axis=-1, kind="stable")
    arranged = np.take_along_axis(found, ascending, axis=-1)
    count = found.shape[-1]
    place = np.arange(count)
    fresh = np.ones(arranged.shape, dtype=bool)
    fresh[..., 1:] = np.diff(arranged, axis=-1) > 0
    first = np.maximum.accumulate(np.where(fresh, place, 0), axis=-1)
    ends = np.ones(arranged.shape, dtype=bool)
    ends[..., :-1] = fresh[..., 1:]
    last = np.where(ends, place, count)[..., ::-1]
    last = np.minimum.accumulate(last, axis=-1)[..., ::-1]
    ranks = np.empty(found.shape, dtype=np.float64)
    np.put_along_axis(ranks, ascending, (first + last) / 2 + 1, axis=-1)
    return ranks


def is_largest(
    values: Any, *, relative: float | None = None, scale: Any = None
) -> Bool[np.ndarray, "*batch value"]:
    """Which values along the last axis are the largest, or tie with it."""
    numbers = np.asarray(values, dtype=np.float64)
    within = error(values, relative=relative, scale=scale)
    found: NDArray[np.bool_] = numbers >= numbers.max(axis=-1, keepdims=True) - within
    return found


def sole_largest(
    values: Any, *, relative: float | None = None, scale: Any = None
) -> Int[np.ndarray, "*batch"]:
    """The index of the largest value along the last axis; NONE where several tie for it."""
    tied = is_largest(values, relative=relative, scale=scale)
    found: Indices = np.where(tied.sum(axis=-1) == 1, tied.argmax(axis=-1), NONE)
    return found


def first_largest(
    values: Any, *, relative: float | None = None, scale: Any = None
) -> Int[np.ndarray, "*batch"]:
    """The index of the largest value along the last axis, the lowest of those that tie for it."""
    tied = is_largest(values, relative=relative, scale=scale)
    return np.asarray(tied.argmax(axis=-1), dtype=np.int64)


def first_smallest(
    values: Any, *, relative: float | None = None, scale: Any = None
) -> Int[np.ndarray, "*batch"]:
    """The index of the smallest value along the last axis, the lowest of those that tie for it."""
    relative = precision(values) if relative is None else relative
    negative = -np.asarray(values, dtype=np.float64)
    return first_largest(negative, relative=relative, scale=scale)


def at_least(
    values: Any, bar: Any, *, relative: float = DOUBLE, scale: Any = 1.0
) -> Bool[np.ndarray, "*batch"]:
    """Which values reach the bar; one that misses it by rounding does."""
    found: NDArray[np.bool_] = np.asarray(values) >= np.asarray(bar) - relative * np.asarray(scale)
    return np.asarray(found)


def above(
    values: Any, bar: Any, *, relative: float = DOUBLE, scale: Any = 1.0
) -> Bool[np.ndarray, "*batch"]:
    """Which values exceed the bar; one that exceeds it by rounding alone does not."""
    found: NDArray[np.bool_] = np.asarray(values) > np.asarray(bar) + relative * np.asarray(scale)
    return np.asarray(found)


def snapped(
    values: Any, to: Any, *, relative: float = DOUBLE, scale: Any = None
) -> Float[np.ndarray, "*batch"]:
    """The values, those that tie with `to` made equal to it; `scale` by default |to|."""
    numbers, goal = np.asarray(values, dtype=np.float64), np.asarray(to, dtype=np.float64)
    reach = np.abs(goal) if scale is None else np.asarray(scale)
    found: Floats = np.where(np.abs(numbers - goal) <= relative * reach, goal, numbers)
    return found
