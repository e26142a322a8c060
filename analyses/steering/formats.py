"""Concepts of one format together, each mean beside what random vectors of the same norm do. Pure."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from analyses.shared.stats import Estimate, Floats, Indices, Measured, against_null, bootstrap
from analyses.steering import concepts
from analyses.steering.params import Params
from analyses.steering.result import FormatFound
from analyses.steering.sheet import Sheet
from analyses.steering.slopes import slopes

# The variant that is a random vector of the plain vector's norm. "shuffled" is none: where all
# differences share a direction, their mean with random signs still lies along it.
NULL = "random"
LOUD, LOUD_NULL = "loud", "loud random"


def formats(sheet: Sheet, at_focus: Sequence[Floats], params: Params) -> list[FormatFound]:
    """Mean slope and anti-steerable share over the concepts of each format, and of all."""
    loud = [variant_slopes(sheet, at, LOUD) for at in range(len(sheet.concepts))]
    found = []
    for name in ["all", *dict.fromkeys(concept.format for concept in sheet.concepts)]:
        chosen = [at for at, each in enumerate(sheet.concepts) if name in {"all", each.format}]
        own = _against_random(sheet, chosen, at_focus, NULL, params)
        louder = _against_random(sheet, chosen, loud, LOUD_NULL, params)
        found.append(FormatFound(name, len(chosen), *own, *louder))
    return found


def variant_slopes(sheet: Sheet, at: int, name: str) -> Floats:
    """Slopes of one concept's items with one of the variants, (item,)."""
    rows = len(sheet.concepts[at].rows)
    return slopes(sheet.varied[at, sheet.variants.index(name), :rows], sheet.few)


def _against_random(
    sheet: Sheet, chosen: Sequence[int], own: Sequence[Floats], null: str, params: Params
) -> tuple[Measured, Measured]:
    """Mean slope and anti-steerable share, each beside those of random vectors."""
    mean, anti = _over_items([own[at] for at in chosen], params)
    means, antis = _random_vectors(sheet, chosen, null, params)
    means, antis = np.append(means, mean.mean), np.append(antis, anti.mean)
    return (
        Measured(mean, against_null(mean.mean, means, larger_is_better=True)),
        Measured(anti, against_null(anti.mean, antis, larger_is_better=False)),
    )


def _over_items(each: Sequence[Floats], params: Params) -> list[Estimate]:
    """Mean slope and anti-steerable share, concepts counting alike; items resampled."""
    values = np.concatenate(each)
    names = np.repeat(np.arange(len(each)), [len(one) for one in each])
    member = np.eye(len(each))[names]

    def of(index: Indices) -> Floats:
        counts = np.stack([np.bincount(draw, minlength=len(values)) for draw in index]) @ member
        weights = np.stack([np.bincount(draw, minlength=len(values)) for draw in index])
        summed = [(weights * what) @ member / counts for what in (values, values <= 0)]
        return np.stack([one.mean(axis=1) for one in summed])

    return bootstrap(of, len(values), **concepts.given(params))


def _random_vectors(
    sheet: Sheet, chosen: Sequence[int], null: str, params: Params
) -> tuple[Floats, Floats]:
    """Mean slope and anti-steerable share (draw,) where each concept has a random vector instead.

    There is one for each concept, taken one way round or the other: every pattern once where
    there are few, so that p is no smaller than so many vectors can make it.
    """
    rows = [variant_slopes(sheet, at, null) for at in chosen]
    mean = np.array([[own.mean(), -own.mean()] for own in rows])
    anti = np.array([[(own <= 0).mean(), (own >= 0).mean()] for own in rows])
    if 2 ** len(chosen) <= params.resamples:
        turned = np.array(list(itertools.product((0, 1), repeat=len(chosen))))
    else:
        rng = np.random.default_rng(params.seed)
        turned = rng.integers(2, size=(params.resamples, len(chosen)))
    every = np.arange(len(chosen))
    return mean[every, turned].mean(axis=1), anti[every, turned].mean(axis=1)
