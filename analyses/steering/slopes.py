"""What a dose does to each item: slopes, and whether the response is a line. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analyses.steering.sheet import Concept
from lab.errors import AnalysisError
from lab.stats.estimates import Floats

Answers = NDArray[np.floating[Any]]  # nats; the sheet keeps them in single precision

PAPER_REACH = 1.5  # multipliers up to here, either way, make the slope; source: Tan et al. 2024
FLAT = 1e-12  # nats squared: below, an item does not react at all and any line fits


def slopes(propensity: Answers, multipliers: Sequence[float], reach: float = PAPER_REACH) -> Floats:
    """Steerability: least-squares slope of propensity (…, multiplier) on the multiplier, (…).

    In nats per unit of the vector, over multipliers within ±`reach`. Source: Tan et al. 2024.
    """
    chosen, doses = _within(multipliers, reach)
    centred = doses - doses.mean()
    return np.asarray(propensity[..., chosen].astype(float) @ centred / (centred @ centred))


def require_finite(concept: Concept, values: Answers, doses: Sequence[float], where: str) -> None:
    """Raises AnalysisError naming the item and dose where an answer (item, dose) is no number.

    A missing answer makes a slope NaN, and a NaN in a mean is silent.
    """
    for item, row in enumerate(concept.rows):
        if not np.isfinite(values[item]).all():
            dose = doses[int(np.flatnonzero(~np.isfinite(values[item]))[0])]
            raise AnalysisError(
                f"steering: {concept.name}: item {row.id}: no finite propensity at multiplier "
                f"{dose:g}, {where}, so it has no slope. Look at the item, or exclude it with a reason."
            )


def quadratic(
    propensity: Answers, multipliers: Sequence[float], reach: float = PAPER_REACH
) -> Floats:
    """The quadratic term of each item's dose response (item, multiplier), nats per unit squared."""
    chosen, doses = _within(multipliers, reach)
    found: Floats = np.polyfit(doses, propensity[:, chosen].astype(float).T, 2)[0]
    return found


def lines(propensity: Answers, multipliers: Sequence[float], reach: float) -> tuple[Floats, Floats]:
    """Of what doses within ±`reach` do to each item: squares on its own line, and all squares.

    Both (item,), about the item's mean, nats squared.
    """
    chosen, doses = _within(multipliers, reach)
    answers = propensity[:, chosen].astype(float)
    centred = doses - doses.mean()
    every = ((answers - answers.mean(axis=1, keepdims=True)) ** 2).sum(axis=1)
    straight = (answers @ centred) ** 2 / (centred @ centred)
    return straight, every


def linear_share(straight: Floats, every: Floats) -> Floats:
    """Share of the squares (…, item) that lies on lines, items taken together; 1 if none moves."""
    total = every.sum(axis=-1)
    share = straight.sum(axis=-1) / np.maximum(total, FLAT)
    return np.asarray(np.where(total > FLAT, share, 1.0))


def monotone(propensity: Answers) -> Floats:
    """Whether each item's propensity (item, multiplier) goes one way over all doses; 1 or 0."""
    steps = np.diff(propensity.astype(float), axis=1)
    found: Floats = ((steps > 0).all(axis=1) | (steps < 0).all(axis=1)).astype(float)
    return found


def _within(multipliers: Sequence[float], reach: float) -> tuple[list[int], Floats]:
    chosen = [place for place, dose in enumerate(multipliers) if abs(dose) <= reach + 1e-9]
    if len(chosen) < 2:
        raise AnalysisError(f"multipliers: fewer than two within ±{reach:g}: no line. Add some.")
    return chosen, np.array([multipliers[place] for place in chosen])
