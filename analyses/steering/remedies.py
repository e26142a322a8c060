"""Ways to make steering more reliable, judged on items that no vector was made from. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from analyses.steering.result import Remedy
from analyses.steering.sheet import Concept, Sheet
from analyses.steering.slopes import slopes
from analyses.steering.spurious import explained_by, label_of
from lab.stats.clustered import estimate_mean, flipped_signs
from lab.stats.estimates import Estimate, Floats, Measured

PLAIN = "mean"
VECTORS = (PLAIN, "loud", "skewed", "paired", "projected", "pca", "probe", "spurious")
GATED, TURNED = "gated", "turned"


@dataclass(frozen=True)
class Applied:
    """One remedy on one concept's test items: what each item's slope becomes, and who is steered."""

    slopes: Floats  # (item,), 0 where the vector is not applied
    steered: np.ndarray[Any, np.dtype[Any]]  # (item,)

    @property
    def anti(self) -> float:
        """Share of the steered items that go the wrong way or nowhere.

        NaN if none is steered, or if the vector was not made for this concept.
        """
        chosen = self.slopes[self.steered]
        if np.isnan(chosen).any():
            return float("nan")
        return float((chosen <= 0).mean()) if len(chosen) else float("nan")


def remedies(sheet: Sheet, *, resamples: int, seed: int) -> list[Remedy]:
    """Every remedy on the concepts that have letters, or Yes and No, to go wrong with."""
    chosen = [at for at, each in enumerate(sheet.concepts) if each.format != "free-text"]
    applied = {name: [_vector(sheet, at, name) for at in chosen] for name in VECTORS}
    plain = applied[PLAIN]
    gates = [sheet.gate[at, : len(sheet.concepts[at].rows)].astype(float) for at in chosen]
    applied[GATED] = [gated(each.slopes, gate) for each, gate in zip(plain, gates, strict=True)]
    applied[TURNED] = [turned(each.slopes, gate) for each, gate in zip(plain, gates, strict=True)]
    concepts = [sheet.concepts[at] for at in chosen]
    return [
        _remedy(name, each, plain, concepts, resamples=resamples, seed=seed)
        for name, each in applied.items()
    ]


def gated(plain: Floats, predicted: Floats) -> Applied:
    """Steer only the items (item,) whose predicted slope is positive."""
    steered = predicted > 0
    return Applied(np.where(steered, plain, 0.0), steered)


def turned(plain: Floats, predicted: Floats) -> Applied:
    """Steer every item (item,), the other way round where its predicted slope is not positive."""
    return Applied(np.where(predicted > 0, plain, -plain), np.ones(len(plain), dtype=bool))


def _vector(sheet: Sheet, at: int, name: str) -> Applied:
    rows = len(sheet.concepts[at].rows)
    found = slopes(sheet.varied[at, sheet.variants.index(name), :rows], sheet.few)
    return Applied(found, np.ones(rows, dtype=bool))


def _remedy(
    name: str,
    applied: Sequence[Applied],
    plain: Sequence[Applied],
    concepts: Sequence[Concept],
    *,
    resamples: int,
    seed: int,
) -> Remedy:
    def over(values: Sequence[float]) -> Estimate:
        """Over concepts; n leaves out those without a value: no such vector, or no item steered."""
        known = [value for value in values if np.isfinite(value)]
        return estimate_mean(known, resamples=resamples, seed=seed)

    def change(values: Sequence[float]) -> Measured:
        known = [value for value in values if np.isfinite(value)]
        return Measured(over(known), flipped_signs(known, draws=resamples, seed=seed))

    level = [float(each.slopes.mean()) for each in applied]
    before = [float(each.slopes.mean()) for each in plain]
    anti = [each.anti for each in applied]
    spread = [float(each.slopes.std()) for each in applied]
    labels = [label_of(concept) for concept in concepts]
    bias = [
        float(explained_by(label, each.slopes))
        for label, each in zip(labels, applied, strict=True)
        if label is not None
    ]
    return Remedy(
        name=name,
        level=over(level),
        sd=over(spread),
        anti=over(anti),
        spurious=over(bias),
        steered=float(np.mean([each.steered.mean() for each in applied])),
        anti_change=change([now - was.anti for now, was in zip(anti, plain, strict=True)]),
        level_change=change([now - was for now, was in zip(level, before, strict=True)]),
        by_concept=[
            [value if np.isfinite(value) else None for value in row]
            for row in zip(level, spread, anti, bias, strict=True)
        ],
    )
