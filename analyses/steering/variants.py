"""Other vectors than the mean difference, and other places for it, at one layer."""

from __future__ import annotations

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from analyses.steering import extract
from analyses.steering.cells import Cell
from analyses.steering.curves import Array, Vector, propensity_curves
from analyses.steering.data import swapped
from analyses.steering.multipliers import LoadedModel
from analyses.steering.params import Params, Where
from analyses.steering.prompts import ask_all
from analyses.steering.reading import Group, Reading, generator_of
from analyses.steering.sheet import VARIANTS
from lab.sae.latent_activations import words_after

PLACES: tuple[Where, ...] = ("turn", "answer", "all")
# Variants that are the mean difference added elsewhere.
STEERED_AT: dict[str, Where] = {"answer": "answer", "all": "all"}


def under_variants(
    test: Group, vectors: dict[str, Vector], layer: int, params: Params, loaded: LoadedModel
) -> Float[np.ndarray, "variant item multiplier"]:
    """Propensity under every variant. Those of one vector and place are one to the last bit."""
    same: dict[tuple[Where, bytes], list[str]] = {}
    for name in VARIANTS:
        place = STEERED_AT.get(name, params.where)
        same.setdefault((place, vectors[name].numpy().tobytes()), []).append(name)
    found: dict[str, Array] = {}
    for place in PLACES:
        groups = [names for (at, _), names in same.items() if at == place]
        if groups:
            along = torch.stack([vectors[names[0]] for names in groups])
            curves = propensity_curves(loaded, test, layer, along, params.few, place)
            for names, curve in zip(groups, curves, strict=True):
                found.update(dict.fromkeys(names, curve))
    return np.stack([found[name] for name in VARIANTS])


def variant_vectors(
    cell: Cell, reading: Reading, params: Params, loaded: LoadedModel
) -> dict[str, Vector]:
    """The vector of every variant. Without letters, what only concerns them is the mean."""
    train = reading.parts["train"]
    differences = train.differences(cell.layer)
    mean = differences.mean(dim=0)
    generator = generator_of(cell.concept, cell.layer, params.seed)
    signs = generator.choice([-1.0, 1.0], len(differences)).tolist()
    random, loud_random = random_vectors(cell, train, params)
    at = train.layers.index(cell.layer)
    held = reading.parts["validation"].answers[at].flatten(0, 1)
    answers = train.answers[at].flatten(0, 1)
    probe = extract.fit_probe(
        answers,
        np.tile([True, False], len(differences)),
        held,
        np.tile([True, False], len(held) // 2),
        params.strengths,
    )
    spurious = spurious_directions(train, differences)
    loud = params.loud * train.before[at].norm(dim=-1).median()
    return {
        "mean": mean,
        "answer": mean,
        "all": mean,
        "pca": extract.principal(differences),
        "probe": extract.like(probe.weight, mean),
        "skewed": _skewed(train, differences),
        "paired": _paired(train, cell.layer, params, loaded),
        "projected": mean if spurious is None else extract.without(mean, spurious),
        "spurious": 0 * mean if spurious is None else extract.like(spurious[0], mean, turn=False),
        "shuffled": extract.like(extract.signed_mean(differences, signs), mean, turn=False),
        "random": random[0],
        "loud": loud * mean / mean.norm(),
        "loud random": loud_random[0],
    }


def random_vectors(
    cell: Cell, train: Group, params: Params
) -> tuple[Float[Tensor, "draw d_model"], Float[Tensor, "draw d_model"]]:
    """Random directions, as long as the mean difference and as long as what is loud."""
    mean = train.differences(cell.layer).mean(dim=0)
    generator = generator_of(cell.concept, cell.layer, params.seed).spawn(1)[0]
    drawn = torch.tensor(
        generator.standard_normal((params.random_vectors, len(mean))), dtype=mean.dtype
    )
    along = drawn / drawn.norm(dim=1, keepdim=True)
    loud = params.loud * train.before[train.layers.index(cell.layer)].norm(dim=-1).median()
    return mean.norm() * along, loud * along


def under_random(
    cell: Cell,
    reading: Reading,
    varied: Float[np.ndarray, "variant item multiplier"],
    params: Params,
    loaded: LoadedModel,
) -> dict[str, Float[np.ndarray, "draw item multiplier"]]:
    """Propensity under every random vector; the first of either length is a variant, and known."""
    found: dict[str, Array] = {}
    names, test = list(VARIANTS), reading.parts["test"]
    both = random_vectors(cell, reading.parts["train"], params)
    for name, vectors in zip(("random", "loud random"), both, strict=True):
        first = varied[names.index(name)][None]
        others = (
            propensity_curves(loaded, test, cell.layer, vectors[1:], params.few, params.where)
            if len(vectors) > 1
            else first[:0]
        )
        found[name.replace(" ", "_")] = np.concatenate([first, others])
    return found


def spurious_directions(
    train: Group, differences: Float[Tensor, "item d_model"]
) -> Float[Tensor, "direction d_model"] | None:
    """What A has over B, and Yes over No, on average; None for a concept with neither."""
    found = []
    for factor, first in (("order", "A"), ("yes_no", "Yes")):
        levels = [getattr(one.item, factor) for one in train.asked]
        if all(levels):
            signs = [1.0 if level == first else -1.0 for level in levels]
            found.append(extract.signed_mean(differences, signs))
    return torch.stack(found) if found else None


def _skewed(train: Group, differences: Float[Tensor, "item d_model"]) -> Vector:
    """The mean over items whose positive answer is A (or Yes, without letters): a bad set."""
    chosen = [
        place
        for place, one in enumerate(train.asked)
        if (one.item.order or {"Yes": "A", "No": "B", "": ""}[one.item.yes_no]) == "A"
    ]
    return (differences[chosen] if chosen else differences).mean(dim=0)


def _paired(train: Group, layer: int, params: Params, loaded: LoadedModel) -> Vector:
    """The mean over every training item in both orders; there is only one without letters."""
    mean = train.differences(layer).mean(dim=0)
    if not all(one.item.order for one in train.asked):
        return mean
    turned, _ = ask_all(
        [swapped(one.item) for one in train.asked], loaded.tokenizer, loaded.prefix_id
    )
    answers = torch.tensor([[one.positive, one.negative] for one in turned])
    stream, _ = words_after(loaded, [one.prompt.tokens for one in turned], answers, layer)
    return (mean + (stream[:, -2] - stream[:, -1]).mean(dim=0)) / 2
