"""Worlds in which a steering vector does nothing on average: items, their slopes, their labels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from lab.errors import AnalysisError

# How slopes are distributed; each has mean 0 and variance 1. A few items that react far more
# strongly than the rest are what steering data look like, on both sides or on one.
WORLDS = {
    "normal": "normal",
    "heavy": "heavy tails",
    "skewed": "one long tail",
}
DEGREES = 5  # of freedom of Student's t: the fewest whole ones for which the kurtosis is finite


@dataclass(frozen=True)
class Studies:
    """Simulated studies: a slope for each item, and whether each factor marks it."""

    slopes: Float[np.ndarray, "study item"]
    labels: Bool[np.ndarray, "study item factor"]

    def first(self, factors: int) -> Studies:
        """The same items with only so many factors."""
        return Studies(self.slopes, self.labels[..., :factors])

    def items(self, chosen: slice) -> Studies:
        """Some of the items of each study."""
        return Studies(self.slopes[:, chosen], self.labels[:, chosen])


def draw(
    world: str,
    shape: tuple[int, int, int],
    rng: np.random.Generator,
    real_spread: float = 1.0,
) -> Studies:
    """Studies of a shape (study, item, factor) whose slopes know nothing of any factor.

    Each factor marks half of the items. Where `real_spread` is not 1, the first factor is real:
    slopes of the items it marks are multiplied by it; the mean stays 0.
    Raises AnalysisError for a world that there is not.
    """
    studies, items, factors = shape
    if world == "normal":
        slopes = rng.standard_normal((studies, items))
    elif world == "heavy":
        scale = np.sqrt(DEGREES / (DEGREES - 2))
        slopes = rng.standard_t(DEGREES, (studies, items)) / scale
    elif world == "skewed":
        slopes = rng.standard_exponential((studies, items)) - 1.0
    else:
        raise AnalysisError(f'world "{world}": there is none. Use one of: {", ".join(WORLDS)}.')
    half = np.broadcast_to((np.arange(items) % 2 == 0)[:, None], (studies, items, factors))
    labels = rng.permuted(half, axis=1)
    return Studies(np.where(labels[..., 0], slopes * real_spread, slopes), labels)
