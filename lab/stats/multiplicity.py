"""Corrections for having looked more than once.

The family is everything that was ever tried, not what is shown: a factor without a p-value
counts as one that found nothing. numpy alone: the ledger corrects too, and reading it is quick.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np
from jaxtyping import Float

from lab.errors import AnalysisError
from lab.stats.estimates import Floats

Correction = Callable[[Floats], Floats]


def holm(p: Float[np.ndarray, "*families test"]) -> Float[np.ndarray, "*families test"]:
    """Adjusted p-values that bound the chance of even one false finding in a family.

    Each row of the last axis is a family of its own; NaN is no member. Valid under any dependence.
    Source: Holm 1979.
    """
    order, size = _ranked(p)
    left = np.maximum(size - np.arange(p.shape[-1]), 1)
    steps = np.maximum.accumulate(np.take_along_axis(p, order, axis=-1) * left, axis=-1)
    return _unranked(np.minimum(steps, 1.0), order)


def benjamini_hochberg(
    p: Float[np.ndarray, "*families test"],
) -> Float[np.ndarray, "*families test"]:
    """Adjusted p-values that bound the expected share of false findings among those made.

    Families and NaN as in `holm`. Holds for independent or positively dependent tests. scipy's own
    knows no families of several sizes; a test holds the two equal where there is one.
    Source: Benjamini & Hochberg 1995.
    """
    order, size = _ranked(p)
    place = np.arange(p.shape[-1])
    scaled = np.take_along_axis(p, order, axis=-1) * size / (place + 1)
    scaled = np.where(np.isnan(scaled), np.inf, scaled)
    steps = np.minimum.accumulate(scaled[..., ::-1], axis=-1)[..., ::-1]
    return _unranked(np.where(place < size, np.minimum(steps, 1.0), np.nan), order)


def by_name(
    correction: Correction, p_values: Mapping[str, float], tried: Iterable[str] = ()
) -> dict[str, float]:
    """The same for p-values that have names; `tried` names the whole family.

    Names without a p-value enter it as 1. Raises AnalysisError for a number that is no p-value.
    """
    for name, p in p_values.items():
        if not 0 <= p <= 1:
            raise AnalysisError(f"p-value of {name}: {p} is none. It must lie in 0 … 1.")
    silent = [name for name in dict.fromkeys(tried) if name not in p_values]
    adjusted = correction(np.array([*p_values.values(), *np.ones(len(silent))]))
    return dict(zip(p_values, map(float, adjusted), strict=False))  # the silent ones come last


def _ranked(p: Floats) -> tuple[np.ndarray, np.ndarray]:
    """The order of each family, NaN last, and its size."""
    return p.argsort(axis=-1, kind="stable"), (~np.isnan(p)).sum(axis=-1, keepdims=True)


def _unranked(values: Floats, order: np.ndarray) -> Floats:
    back = np.empty_like(values)
    np.put_along_axis(back, order, values, axis=-1)
    return back
