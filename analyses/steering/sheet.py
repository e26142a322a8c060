"""What the model was asked and what it answered: every sample, no statistics. No torch.

`run.run` fills a `Sheet`, hands it to `measure.summarise(sheet, params)`, and returns
`result.Result(sheet=sheet, summary=summary)`. The arrays go beside the JSON as npz.

*Propensity* is logit(positive answer) − logit(negative answer) where the answer would stand, in
nats. Items that a concept has fewer of than another leave NaN at the end of the item axis.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Format = Literal["choice", "yes/no", "free-text"]
Part = Literal["train", "validation", "test"]
Array = np.ndarray[Any, np.dtype[Any]]  # as a result's types must be written to be read back
Floats = NDArray[np.float64]

# The variants at the focus layer, in the order of their axis. Where a concept has no letters and no
# Yes and No, what only concerns those is the mean difference itself, and "spurious" is nothing at all.
VARIANTS = {
    "mean": "the vector of the main sweep: mean difference at the answer, letters balanced",
    "answer": "the same vector, added at the answer position alone",
    "all": "the same vector, added at every position after the prefix",
    "pca": "first principal component of the differences, at the mean difference's norm",
    "probe": "logistic probe's direction, at the mean difference's norm",
    "skewed": "extracted from training items whose positive answer has the letter A (or is Yes)",
    "paired": "extracted from every training item in both orders, so that letters cancel exactly",
    "projected": "the mean difference without the directions of the letter and of Yes",
    "spurious": "the direction of the letter (of Yes, where there are no letters), at that norm",
    "shuffled": "null: the mean of the differences with random signs, at that norm",
    "random": "null: a random direction, at that norm; others beside it in `random`",
    "loud": "the mean difference at three tenths of the residual's norm, whatever its own",
    "loud random": "null: the random direction at three tenths of the residual's norm",
}
# Prompts of either polarity before the question; "none" is the same items without any.
SETTINGS = ("none", "system +", "system -", "user +", "user -")


@dataclass(frozen=True)
class Excluded:
    """An item that could not be used, and why."""

    id: str
    reason: str


@dataclass(frozen=True)
class Row:
    """One test item: its factors. `order` is the letter of the positive answer (A, B or "")."""

    id: str
    text: str  # what is asked, short enough to be shown
    positive: str
    negative: str
    order: str
    yes_no: str  # Yes or No where the positive answer says so, else ""
    topic: str
    length: int  # tokens up to and with the answer position
    position: int  # index of the item in its topic's list as written, from 0
    answer_words: int  # words of the question


@dataclass(frozen=True)
class Concept:
    """One concept: its test items in the order of the item axis, and what was left out."""

    name: str
    title: str
    format: Format
    positive: str  # what the positive pole is, in a few words
    rows: list[Row]
    counts: dict[str, int]  # items used, by part: train, validation, test
    excluded: list[Excluded]


@dataclass(frozen=True)
class Sheet:
    """Everything the model answered.

    Axes: c concept, l layer, i test item, m multiplier, v variant, s setting, d draw. Arrays hold
    float32; (c, i, …) are NaN where a concept has no such item.
    """

    model: str
    layers: list[int]
    multipliers: list[float]  # ascending, 0 among them
    focus: int  # the layer of variants and settings
    concepts: list[Concept]
    propensity: Array  # (c, l, i, m): the main sweep
    norm: Array  # (c, l): of the mean difference
    stream_norm: Array  # (c, l): median over items, residual at the answer position
    agreement: Array  # (c, l, i'): cosine of each training item's own difference with the vector
    mass: Array  # (c, i): unsteered probability of the two answers together
    probe: Array  # (c, l, i): share right of the item's two answers, probe at the answer token
    probe_null: Array  # (c, l, d): mean of the same, trained on shuffled labels
    reader: Array  # (c, l, i): 1 right, 0 wrong: probe of `order` or `yes_no` before the answer; NaN: free text
    reader_null: Array  # (c, l, d)
    variants: list[str]
    few: list[float]  # multipliers of variants and settings
    varied: Array  # (c, v, i, few), at the focus layer
    cosine: Array  # (c, v): of the variant's vector with the mean difference
    random: Array  # (c, d, i, few): random vectors at the mean difference's norm; "random" first
    loud_random: Array  # (c, d, i, few): the same at three tenths of the residual's norm
    gate: Array  # (c, i): slope predicted from the unsteered residual; fitted on training items
    gate_skill: Array  # (c,): its R² on validation items
    settings: list[str]
    asked: Array  # (c, s, j, few): the first test items (letters balanced), at the focus layer, vector from "none"
    asked_items: list[int]  # j → index on the item axis
    vectors: Array  # (c, l, d_model) float16: the mean differences, for agreement over layers
    seconds: float  # of model time, summed over cells
    forwards: int  # prompts × multipliers × layers read


def unsteered(sheet: Sheet) -> Floats:
    """Propensity (c, i) of every test item with no vector."""
    found: Floats = sheet.propensity[:, 0, :, sheet.multipliers.index(0.0)].astype(float)
    return found
