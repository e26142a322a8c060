"""Concepts of one format together, each mean beside what random vectors of the same norm do. Pure."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from analyses.steering import concepts
from analyses.steering.params import Params
from analyses.steering.result import FormatFound
from analyses.steering.sheet import Array, Sheet
from analyses.steering.slopes import slopes
from lab.stats.estimates import (
    Estimate,
    Floats,
    Indices,
    Measured,
    against_null,
    bootstrap,
)

# The variant "shuffled" is no null: where all differences share a direction, their mean with random
# signs still lies along it. Random directions are.
LOUD = "loud"


def formats(sheet: Sheet, at_focus: Sequence[Floats], params: Params) -> list[FormatFound]:
    """Mean slope and anti-steerable share over the concepts of each format, and of all."""
    loud = [variant_slopes(sheet, at, LOUD) for at in range(len(sheet.concepts))]
    found = []
    for name in ["all", *dict.fromkeys(concept.format for concept in sheet.concepts)]:
        chosen = [at for at, each in enumerate(sheet.concepts) if name in {"all", each.format}]
        own = _against_random(sheet, chosen, at_focus, sheet.random, params)
        louder = _against_random(sheet, chosen, loud, sheet.loud_random, params)
        found.append(FormatFound(name, len(chosen), *own, *louder))
    return found


def variant_slopes(sheet: Sheet, at: int, name: str) -> Floats:
    """Slopes of one concept's items with one of the variants, (item,)."""
    rows = len(sheet.concepts[at].rows)
    return slopes(sheet.varied[at, sheet.variants.index(name), :rows], sheet.few)


def _against_random(
    sheet: Sheet, chosen: Sequence[int], own: Sequence[Floats], random: Array, params: Params
) -> tuple[Measured, Measured]:
    """Mean slope and anti-steerable share, each beside those of random vectors."""
    mean, anti = _over_items([own[at] for at in chosen], params)
    means, antis = _random_vectors(sheet, chosen, random, params)
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
    sheet: Sheet, chosen: Sequence[int], random: Array, params: Params
) -> tuple[Floats, Floats]:
    """Mean slope and anti-steerable share (draw,) where each concept has a random vector instead.

    Any of its own, one way round or the other: every pattern once where there are few, so that p
    is no smaller than so many vectors can make it.
    """
    means, antis = [], []
    for at in chosen:
        own = slopes(random[at, :, : len(sheet.concepts[at].rows)], sheet.few)
        means.append([*own.mean(axis=1), *-own.mean(axis=1)])
        antis.append([*(own <= 0).mean(axis=1), *(own >= 0).mean(axis=1)])
    options = 2 * random.shape[1]
    if options ** len(chosen) <= params.resamples:
        picks = np.array(list(itertools.product(range(options), repeat=len(chosen))))
    else:
        rng = np.random.default_rng(params.seed)
        picks = rng.integers(options, size=(params.resamples, len(chosen)))
    every = np.arange(len(chosen))
    return np.array(means)[every, picks].mean(axis=1), np.array(antis)[every, picks].mean(axis=1)
