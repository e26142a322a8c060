"""What the study finds, as it is recorded. No torch: figures and pages read this."""

from __future__ import annotations

from dataclasses import dataclass

from lab.stats.estimates import Estimate, Measured
from lab.text.vocabulary import Shape


@dataclass(frozen=True)
class LayerResult:
    """The measures of one category at one layer; null: shuffled labels."""

    layer: int
    first_frequency: Measured  # share of the between-class variance
    angle_error: Measured  # degrees, leave one class out
    plane_probe: Measured  # R² on held-out contexts
    full_probe: Measured  # R² on held-out contexts
    closure: Estimate  # last-to-first distance in mean steps
    angular_order: float  # share of neighbours kept
    plane_share: float  # share of the between-class variance


@dataclass(frozen=True)
class Picture:
    """The principal plane at the focus layer, turned so that the first class is on top.

    `means` are class means of the training contexts, (class, 2); `points` held-out contexts,
    (context, class, 2); both in units of the residual stream.
    """

    means: list[list[float]]
    points: list[list[list[float]]]


@dataclass(frozen=True)
class CategoryResult:
    """One category: its words, what was excluded, its measures and its picture."""

    name: str
    title: str
    shape: Shape
    words: tuple[str, ...]
    labels: tuple[str, ...]
    contexts: int
    dropped: int  # contexts left out because a word's vector was massive in them
    tokens: int  # every token read, prefixes apart
    massive_tokens: int  # the most at any layer
    layers: list[LayerResult]
    shared: LayerResult  # at the focus layer, from the contexts all categories share
    picture: Picture

    def at(self, layer: int) -> LayerResult:
        """The measures at one layer."""
        return next(found for found in self.layers if found.layer == layer)


@dataclass(frozen=True)
class Result:
    """The whole study."""

    focus: int
    categories: dict[str, CategoryResult]
