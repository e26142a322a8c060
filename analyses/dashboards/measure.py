"""What a latent's page says, out of activations and weights. Pure: no model here."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Int
from numpy.typing import NDArray

from lab.stats import ties

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]


def histogram(
    activations: Float[np.ndarray, " firing"], bars: int
) -> tuple[list[float], list[int]]:
    """Edges from zero to the largest activation, and how many fall between them."""
    if not len(activations):
        return [0.0, 1.0], [0]
    counts, edges = np.histogram(activations, bins=bars, range=(0, float(activations.max())))
    return edges.tolist(), counts.tolist()


def strongest(
    activations: Float[np.ndarray, " token"], context: Int[np.ndarray, " token"], most: int
) -> Indices:
    """Places of the strongest firings, the strongest first, at most one in each context.

    Of firings that are equal up to rounding the first read comes first.
    """
    order = ties.order(activations, descending=True, relative=ties.SINGLE)
    order = order[activations[order] > 0]
    _, first = np.unique(context[order], return_index=True)
    kept: Indices = order[np.sort(first)][:most]
    return kept


def window(length: int, centre: int, before: int, after: int, first: int) -> tuple[int, int]:
    """Start and end of the tokens shown around one; never the prefix, which is not text."""
    return max(first, centre - before), min(length, centre + after + 1)


def nearest(
    directions: Float[np.ndarray, "latent d_model"], latent: int, most: int
) -> list[tuple[int, float]]:
    """The latents whose decoder directions have the largest cosine with this one's."""
    unit = directions / np.linalg.norm(directions, axis=1, keepdims=True)
    cosine = unit @ unit[latent]
    cosine[latent] = -np.inf
    order = ties.order(cosine, descending=True, relative=ties.SINGLE)
    return [(int(other), float(cosine[other])) for other in order[:most]]


def ends(
    logits: Float[np.ndarray, " token"], allowed: Int[np.ndarray, " allowed"], most: int
) -> tuple[Indices, Indices]:
    """The allowed tokens whose logits are raised most and lowered most, the extremes first."""
    raised = ties.order(logits[allowed], descending=True, relative=ties.SINGLE)
    lowered = ties.order(logits[allowed], relative=ties.SINGLE)
    return allowed[raised[:most]], allowed[lowered[:most]]


def chosen(
    sets: dict[str, Indices],
    precise: dict[str, Floats],
    firing: Indices,
    wanted: dict[str, int],
    by_lot: int,
    rng: np.random.Generator,
) -> list[tuple[int, str]]:
    """Latents and why: of each category the most precise, then some by lot among those that fire.

    A latent that is found for two categories stays with the first.
    """
    found: dict[int, str] = {}
    for name, latents in sets.items():
        best = latents[np.argsort(-precise[name][latents], kind="stable")]
        fresh = [int(latent) for latent in best if int(latent) not in found]
        found |= dict.fromkeys(fresh[: wanted[name]], name)
    pool = [int(latent) for latent in firing if int(latent) not in found]
    lots = rng.permutation(len(pool))[:by_lot]
    return [*found.items(), *((pool[lot], "by lot") for lot in sorted(lots))]


def spelling(text: str) -> str:
    """A token's text with what cannot be seen made visible."""
    return text.replace("\n", "↵").replace("\t", "→")


def readable(texts: Sequence[str]) -> Indices:
    """Tokens worth listing: not empty, no control characters, no broken bytes."""
    good = [
        place
        for place, text in enumerate(texts)
        if text.strip() and "\ufffd" not in text and text.isprintable()
    ]
    return np.array(good, dtype=np.int64)
