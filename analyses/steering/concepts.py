"""One concept's items at every layer: means beside their spreads, each with its null. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

import numpy as np

from analyses.steering import agreement, spurious
from analyses.steering.params import Params
from analyses.steering.result import ConceptFound, ConceptLayer, Reach
from analyses.steering.sheet import Sheet
from analyses.steering.slopes import PAPER_REACH, linear_share, lines, monotone, quadratic
from lab.stats.clustered import estimate_mean, flipped_signs
from lab.stats.estimates import (
    Estimate,
    Floats,
    Indices,
    Measured,
    against_null,
    bootstrap,
)

BARE = 0  # the first setting has no prompt


class Given(TypedDict):
    """How intervals are drawn."""

    resamples: int
    seed: int


def concept(
    sheet: Sheet, at: int, own: Floats, loud: Floats, bare: Floats, asked: Floats, params: Params
) -> ConceptFound:
    """Everything about one concept.

    `own` (layer, item) slopes, `loud` (item,) those of the louder vector, `bare` (item,) propensity without steering, `asked` (item, setting)
    slopes under prompts.
    """
    about, focus = sheet.concepts[at], sheet.layers.index(sheet.focus)
    answers = sheet.propensity[at, focus, : len(about.rows)]
    curve = quadratic(answers, sheet.multipliers)
    return ConceptFound(
        name=about.name,
        title=about.title,
        format=about.format,
        baseline=estimate_mean(bare, **given(params)),
        layers=[_layer(sheet, at, place, own[place], params) for place in range(len(sheet.layers))],
        slope_loud=_mean(loud, params),
        variance_loud=_spread(loud, params)[0],
        anti_of_loud=_spread(loud, params)[1],
        curvature=_mean(curve, params),
        reaches=[
            Reach(reach, _linear(*lines(answers, sheet.multipliers, reach), params))
            for reach in _reaches(sheet.multipliers)
        ],
        monotone=float(monotone(answers).mean()),
        by_factor=spurious.within_one(
            spurious.Observed(about, bare, own[focus]), draws=few(params), seed=params.seed
        ),
        transfer=agreement.correlated(
            asked[:, BARE], asked[:, BARE + 1 :].mean(axis=1), **given(params)
        ),
    )


def _layer(sheet: Sheet, at: int, place: int, own: Floats, params: Params) -> ConceptLayer:
    variance, anti = _spread(own, params)
    right = sheet.probe[at, place, : len(own)].astype(float)
    return ConceptLayer(
        layer=sheet.layers[place],
        slope=_mean(own, params),
        variance=variance,
        anti=anti,
        probe=probe(right, sheet.probe_null[at, place].astype(float), params),
    )


def _spread(values: Floats, params: Params) -> list[Estimate]:
    """The population's variance, and the share at or below 0."""

    def of(index: Indices) -> Floats:
        drawn = values[index]
        return np.stack([drawn.var(axis=-1), (drawn <= 0).mean(axis=-1)])

    return bootstrap(of, len(values), **given(params))


def _mean(values: Floats, params: Params) -> Measured:
    """The mean over items, against the same with signs flipped at random."""
    null = flipped_signs(values, draws=params.resamples, seed=params.seed)
    return Measured(estimate_mean(values, **given(params)), null)


def probe(right: Floats, chance: Floats, params: Params) -> Measured:
    """Share of answers told apart, against probes trained on shuffled labels."""
    estimate = estimate_mean(right, **given(params))
    draws = np.append(chance, estimate.mean)
    return Measured(estimate, against_null(estimate.mean, draws, larger_is_better=True))


def _linear(straight: Floats, every: Floats, params: Params) -> Estimate:
    def of(index: Indices) -> Floats:
        return linear_share(straight[index], every[index])[None]

    return bootstrap(of, len(every), **given(params))[0]


def _reaches(multipliers: Sequence[float]) -> list[float]:
    """The distances from 0 that doses go to, from the paper's on."""
    return sorted({abs(float(dose)) for dose in multipliers if abs(dose) >= PAPER_REACH})


def given(params: Params) -> Given:
    """How intervals are drawn, from the study's parameters."""
    return {"resamples": params.resamples, "seed": params.seed}


def few(params: Params) -> int:
    """A quarter of the draws, for shares, each of which costs dozens of fits."""
    return max(50, params.resamples // 4)
