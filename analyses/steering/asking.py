"""What one cell of the study asks of the model that it is given."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import torch

from analyses.steering import extract
from analyses.steering.cells import Arrays, Cell
from analyses.steering.curves import kept, line_slopes, propensity_curve
from analyses.steering.data import load
from analyses.steering.multipliers import LoadedModel, check_layers
from analyses.steering.params import Params
from analyses.steering.prompts import ask, setting
from analyses.steering.reading import (
    Reading,
    generator_of,
    read_concept,
    read_group,
    unsteered,
)
from analyses.steering.sheet import SETTINGS, VARIANTS
from analyses.steering.variants import under_random, under_variants, variant_vectors


def compute(
    cell: Cell, params: Params, loaded: LoadedModel, read: Callable[[str], Reading]
) -> Arrays:
    """One cell. `read` gives a concept's reading, from memory where it was read before.

    Raises AnalysisError for a layer out of range, and for an answer that is no number, by item.
    """
    check_layers(loaded, (*params.layers, params.focus))
    started = time.perf_counter()
    reading = read(cell.concept)
    kinds = {"sweep": _sweep, "variants": _variants, "settings": _settings}
    arrays = kinds[cell.kind](cell, reading, params, loaded)
    return {
        **arrays,
        "seconds": np.array(time.perf_counter() - started),
        "excluded": np.array([(each.id, each.reason) for each in reading.excluded], dtype=np.str_),
    }


def _sweep(cell: Cell, reading: Reading, params: Params, loaded: LoadedModel) -> Arrays:
    """All doses of the mean difference at one layer, and what probes read there."""
    train, test = reading.parts["train"], reading.parts["test"]
    differences = train.differences(cell.layer)
    vector = differences.mean(dim=0)
    mass = unsteered(loaded, test)[1]
    doses = propensity_curve(loaded, test, cell.layer, vector, params.multipliers, params.where)
    at = test.layers.index(cell.layer)
    return {
        "propensity": doses,
        "norm": kept(vector.norm()),
        "stream_norm": kept(test.before[at].norm(dim=-1).median()),
        "agreement": kept(extract.agreement(differences, vector)),
        "mass": kept(mass),
        "vector": vector.numpy().astype(np.float16),
        **_probe_answers(cell, reading, params),
        **_probe_before(cell, reading, params),
    }


def _probe_answers(cell: Cell, reading: Reading, params: Params) -> Arrays:
    """Does a line tell positive from negative answers, at the answer's own token?"""
    rows, labels = {}, {}
    for part, group in reading.parts.items():
        answers = group.answers[group.layers.index(cell.layer)]
        rows[part] = answers.flatten(0, 1)
        labels[part] = np.tile([True, False], len(answers))
    probe = extract.fit_probe(
        rows["train"], labels["train"], rows["validation"], labels["validation"], params.strengths
    )
    right = probe.decide(rows["test"]).numpy() == labels["test"]
    # A null answer is as often the positive one, item by item: as in the data, one of each.
    generator = generator_of(cell.concept, cell.layer, params.seed)
    turned = generator.random((params.shuffles, len(labels["train"]) // 2)) < 0.5
    draws = [np.where(np.repeat(turn, 2), labels["train"], ~labels["train"]) for turn in turned]
    null = extract.probe_null(rows["train"], draws, rows["test"], labels["test"], probe.strength)
    return {"probe": right.reshape(-1, 2).mean(axis=1).astype(np.float32), "probe_null": null}


def _probe_before(cell: Cell, reading: Reading, params: Params) -> Arrays:
    """Does the residual before the answer say which it should be? Nothing to say in free text."""
    rows, labels = {}, {}
    for part, group in reading.parts.items():
        rows[part] = group.before[group.layers.index(cell.layer)]
        labels[part] = np.array(
            [
                one.item.yes_no == "Yes" if one.item.yes_no else one.item.order == "A"
                for one in group.asked
            ]
        )
    if not labels["train"].any():
        nothing = np.full(len(labels["test"]), np.nan, np.float32)
        return {"reader": nothing, "reader_null": np.full(params.shuffles, np.nan, np.float32)}
    probe = extract.fit_probe(
        rows["train"], labels["train"], rows["validation"], labels["validation"], params.strengths
    )
    right = probe.decide(rows["test"]).numpy() == labels["test"]
    generator = generator_of(cell.concept, cell.layer, params.seed)
    draws = [generator.permutation(labels["train"]) for _ in range(params.shuffles)]
    null = extract.probe_null(rows["train"], draws, rows["test"], labels["test"], probe.strength)
    return {"reader": right.astype(np.float32), "reader_null": null}


def _variants(cell: Cell, reading: Reading, params: Params, loaded: LoadedModel) -> Arrays:
    """Other vectors, other places, and the gate, at the focus layer."""
    train, test = reading.parts["train"], reading.parts["test"]
    vectors = variant_vectors(cell, reading, params, loaded)
    mean = vectors["mean"]
    varied = under_variants(test, vectors, cell.layer, params, loaded)
    chance = under_random(cell, reading, varied, params, loaded)
    cosine = extract.agreement(torch.stack([vectors[name] for name in VARIANTS]), mean)
    at = train.layers.index(cell.layer)
    known = {
        part: torch.tensor(
            line_slopes(
                propensity_curve(loaded, group, cell.layer, mean, params.few, params.where),
                params.few,
            )
        )
        for part, group in reading.parts.items()
        if part != "test"
    }
    foretold, skill = extract.gate(
        train.before[at],
        known["train"],
        reading.parts["validation"].before[at],
        known["validation"],
        test.before[at],
        params.strengths,
    )
    return {
        "varied": varied,
        **chance,
        "cosine": kept(cosine),
        "gate": kept(foretold),
        "gate_skill": np.array(skill, np.float32),
    }


def _settings(cell: Cell, reading: Reading, params: Params, loaded: LoadedModel) -> Arrays:
    """The same vector, asked behind prompts of either polarity."""
    vector = reading.parts["train"].differences(cell.layer).mean(dim=0)
    test = reading.parts["test"]
    items = [one.item for one in test.asked[: params.asked]]
    found = np.full((len(SETTINGS), len(items), len(params.few)), np.nan, np.float32)
    for place, name in enumerate(SETTINGS):
        words = setting(reading.contrast, name)
        group = test  # was read already
        if words:
            asked = [ask(item, loaded.tokenizer, loaded.prefix_id, **words) for item in items]
            group = read_group(asked, (cell.layer,), loaded)
        curve = propensity_curve(loaded, group, cell.layer, vector, params.few, params.where)
        found[place] = curve[: len(items)]
    return {"asked": found}


def concept_reader(params: Params, loaded: LoadedModel) -> Callable[[str], Reading]:
    """Reads concepts, and keeps the last one: cells of a concept come one after the other."""
    held: dict[str, Reading] = {}

    def read(name: str) -> Reading:
        if name not in held:
            held.clear()
            held[name] = read_concept(load(name), params, loaded)
        return held[name]

    return read
