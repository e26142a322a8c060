"""One concept read once: its items by part, their answers' residuals, and who was left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from analyses.steering import multipliers
from analyses.steering.data import NAMES, Item, Set, split
from analyses.steering.multipliers import Batch, LoadedModel
from analyses.steering.params import Params, Where
from analyses.steering.prompts import Asked, ask_all, steered_from
from analyses.steering.sheet import Excluded, Part
from lab.models.activations import MASSIVE

PARTS: tuple[Part, ...] = ("train", "validation", "test")


@dataclass(frozen=True)
class Group:
    """Items that were read: what steering starts from, and the residuals of both answers.

    `answers` are residuals at the positive and at the negative answer's token, `before` at the
    position where either would be written. Layers are in the order of `layers`.
    """

    asked: list[Asked]
    batches: list[Batch]
    layers: tuple[int, ...]
    answers: Float[Tensor, "layer item answer=2 d_model"]
    before: Float[Tensor, "layer item d_model"]
    last: Float[Tensor, "item d_model"]  # what leaves the final norm
    massive: Bool[Tensor, "item"]  # at some layer, in some residual that is used

    def differences(self, layer: int) -> Float[Tensor, "item d_model"]:
        """Positive less negative answer, what enters the layer."""
        found = self.answers[self.layers.index(layer)]
        return found[:, 0] - found[:, 1]


@dataclass(frozen=True)
class Reading:
    """One concept's items by part."""

    contrast: Set
    parts: dict[Part, Group]
    excluded: list[Excluded]


def generator_of(concept: str, layer: int, seed: int) -> np.random.Generator:
    """What is drawn for a concept at a layer: the same whatever else is computed."""
    place = NAMES.index(concept) if concept in NAMES else len(NAMES)
    return np.random.default_rng([seed, place, layer])


def parts_of(
    contrast: Set, params: Params, loaded: LoadedModel
) -> tuple[dict[Part, list[Asked]], list[Excluded]]:
    """Items by part as tokens; test items with letters in turn, so that their first half is balanced."""
    asked: dict[Part, list[Asked]] = {}
    excluded: list[Excluded] = []
    for part, items in split(contrast.items, params.split, params.seed).items():
        listed = in_turn(items) if part == "test" else items
        asked[part], left = ask_all(listed, loaded.tokenizer, loaded.prefix_id)
        excluded += left
    return asked, excluded


def in_turn(items: Sequence[Item]) -> list[Item]:
    """One item of each letter and of Yes and No after the other, each kind in its own order."""
    kinds: dict[tuple[str, str], list[Item]] = {}
    for item in items:
        kinds.setdefault((item.order, item.yes_no), []).append(item)
    longest = max((len(kind) for kind in kinds.values()), default=0)
    return [kind[place] for place in range(longest) for kind in kinds.values() if place < len(kind)]


def read_concept(contrast: Set, params: Params, loaded: LoadedModel) -> Reading:
    """Read a concept's items. Those that cannot be used are left out, each with its reason."""
    asked, excluded = parts_of(contrast, params, loaded)
    parts: dict[Part, Group] = {}
    for part in PARTS:
        group = read_group(asked[part], params.layers, loaded)
        if bool(group.massive.any()):
            kept = [
                one for one, out in zip(asked[part], group.massive.tolist(), strict=True) if not out
            ]
            excluded += [
                Excluded(one.item.id, "the residual at its answer is massive at a steered layer")
                for one, out in zip(asked[part], group.massive.tolist(), strict=True)
                if out
            ]
            group = read_group(kept, params.layers, loaded)
        parts[part] = group
    return Reading(contrast, parts, excluded)


def read_group(asked: list[Asked], layers: Sequence[int], loaded: LoadedModel) -> Group:
    """Read the items and each one's two answers."""
    batches = multipliers.read(loaded, [one.prompt for one in asked], layers)
    count, width = len(asked), loaded.d_model
    answers = torch.zeros(len(layers), count, 2, width)
    before = torch.zeros(len(layers), count, width)
    last = torch.zeros(count, width)
    every: list[list[Tensor]] = [[] for _ in layers]
    for batch in batches:
        tokens = torch.tensor([[asked[p].positive, asked[p].negative] for p in batch.places])
        answers[:, batch.places] = multipliers.continued(loaded, batch, tokens, layers).cpu()
        rows, ends = torch.arange(len(batch.places)), batch.lengths - 1
        last[batch.places] = batch.last.cpu()
        inside = torch.arange(batch.keys[0].shape[2]) < batch.lengths[:, None]
        inside[:, 0] = False  # the prefix is always massive
        for place, layer in enumerate(layers):
            before[place, batch.places] = batch.streams[layer][rows, ends].cpu()
            every[place].append(batch.streams[layer].cpu()[inside].norm(dim=-1))
    medians = torch.stack([torch.cat(norms).median() for norms in every])
    used = torch.cat([answers, before[:, :, None]], dim=2).norm(dim=-1)
    massive = (used > MASSIVE * medians[:, None, None]).any(dim=2).any(dim=0)
    return Group(asked, batches, tuple(layers), answers, before, last, massive)


def propensities(
    loaded: LoadedModel,
    group: Group,
    layer: int,
    moves: Float[Tensor, "dose d_model"],
    where: Where,
) -> Float[Tensor, "item dose"]:
    """logit(positive) − logit(negative) of every item under every move, in nats."""
    head = loaded.model.get_output_embeddings().weight
    found = torch.zeros(len(group.asked), len(moves))
    for batch in group.batches:
        asked = [group.asked[place] for place in batch.places]
        starts = torch.tensor([steered_from(one.prompt, where) for one in asked])
        out = multipliers.steered(loaded, batch, layer, moves.to(loaded.device), starts)
        axis = head[[one.positive for one in asked]] - head[[one.negative for one in asked]]
        found[batch.places] = (out * axis[:, None]).sum(dim=-1).cpu()
    return found


def unsteered(
    loaded: LoadedModel, group: Group
) -> tuple[Float[Tensor, "item"], Float[Tensor, "item"]]:
    """Propensity with no vector, and the probability of the two answers together."""
    head = loaded.model.get_output_embeddings().weight
    logits = (group.last.to(head.device) @ head.T).cpu()
    answers = torch.tensor([[one.positive, one.negative] for one in group.asked])
    of: Int[Tensor, "item answer=2"] = answers
    both = logits.gather(1, of)
    mass = logits.log_softmax(dim=1).gather(1, of).exp().sum(dim=1)
    return both[:, 0] - both[:, 1], mass
