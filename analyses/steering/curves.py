"""Propensity under doses of vectors, and the line through it."""

from __future__ import annotations

import numpy as np
import torch
from jaxtyping import Float
from numpy.typing import NDArray
from torch import Tensor

from analyses.steering.multipliers import LoadedModel
from analyses.steering.params import Where
from analyses.steering.reading import Group, propensities, unsteered
from lab.errors import AnalysisError

Vector = Float[Tensor, "d_model"]
Array = NDArray[np.float32]


def propensity_curve(
    loaded: LoadedModel,
    group: Group,
    layer: int,
    vector: Vector,
    multipliers: tuple[float, ...],
    where: Where,
) -> Float[np.ndarray, "item multiplier"]:
    """Propensity under one vector, as `propensity_curves` finds it."""
    curves = propensity_curves(loaded, group, layer, vector[None], multipliers, where)
    alone: Array = curves[0]
    return alone


def propensity_curves(
    loaded: LoadedModel,
    group: Group,
    layer: int,
    vectors: Float[Tensor, "vector d_model"],
    multipliers: tuple[float, ...],
    where: Where,
) -> Float[np.ndarray, "vector item multiplier"]:
    """Propensity under each vector and multiplier; at 0 it is what the model says by itself.

    All are run together: what stands before them is then handed to the model once. Raises
    AnalysisError naming the item whose answer is no number.
    """
    still, _ = unsteered(loaded, group)
    moved = [each for each in multipliers if each]
    moves = torch.tensor(moved)[None, :, None] * vectors[:, None]
    found = propensities(loaded, group, layer, moves.flatten(0, 1), where)
    curves = still[None, :, None].repeat(len(vectors), 1, len(multipliers))
    at = [place for place, each in enumerate(multipliers) if each]
    curves[:, :, at] = found.reshape(len(still), len(vectors), len(moved)).transpose(0, 1)
    wrong = (~torch.isfinite(curves)).nonzero()
    if len(wrong):
        vector, item, dose = wrong[0].tolist()
        raise AnalysisError(
            f"layer {layer}: item {group.asked[item].item.id}: propensity is "
            f"{curves[vector, item, dose]} at multiplier {multipliers[dose]}, so it has no slope. "
            "Take a vector of finite numbers, or smaller multipliers."
        )
    return kept(curves)


def line_slopes(curve: NDArray[np.float32], multipliers: tuple[float, ...]) -> NDArray[np.float32]:
    """Least-squares slope of each item's propensity on the multiplier."""
    centred = np.array(multipliers) - np.mean(multipliers)
    found: Array = (curve @ centred / (centred @ centred)).astype(np.float32)
    return found


def kept(values: Tensor) -> NDArray[np.float32]:
    """As a cell keeps it: on the processor, in single precision."""
    return values.detach().float().cpu().numpy()
