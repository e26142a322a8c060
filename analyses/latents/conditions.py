"""The shipped autoencoder's clusters, and those of everything it is held against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Int
from numpy.typing import NDArray
from torch import Tensor

from analyses.latents import search
from analyses.latents.data import CATEGORIES
from analyses.latents.params import SMALL_UNTRAINED_SAE, Params
from analyses.latents.result import RANDOM, SMALL, TRAINED, UNTRAINED, Search
from analyses.latents.words import LookedUp
from lab.models.loader import LoadedModel, untrained
from lab.sae import autoencoder, loader, report

Indices = NDArray[np.int64]
Contexts = Int[Tensor, "context pos"]


@dataclass(frozen=True)
class Text:
    """The tokens that were read, and how each is spelt."""

    tokens: Int[np.ndarray, " token"]
    spelling: dict[int, str]


def text(loaded: LoadedModel, read: report.Rows) -> Text:
    """What was read, for telling where a cluster writes."""
    tokens = read.tokens.numpy()
    every = np.unique(tokens).tolist()
    return Text(tokens, {token: loaded.tokenizer.decode([token]) for token in every})


def some_of(contexts: Contexts, params: Params) -> Int[Tensor, " context"]:
    """The evenly spaced contexts that the small autoencoders were trained on."""
    return torch.linspace(0, len(contexts) - 1, min(params.small_contexts, len(contexts))).long()


def few_clusters(params: Params, latents: int) -> int:
    """Clusters of a small autoencoder: as many latents in each as where `latents` are clustered."""
    return max(2, params.clusters * params.small_latents // latents)


def search_all(
    sae: autoencoder.LoadedSae,
    small: autoencoder.LoadedSae,
    loaded: LoadedModel,
    read: report.Rows,
    encoded: report.Encoded,
    contexts: Contexts,
    found: tuple[LookedUp, LookedUp],
    params: Params,
) -> list[Search]:
    """The shipped autoencoder, random directions, and two small ones.

    One of these is of this model (`small`), the other of one whose weights were drawn anew.
    `encoded` is what the shipped one makes of what was `read`.
    """
    words = text(loaded, read)
    # Half as many directions, of which half as many fire: as often, each, at a quarter of the cost.
    half, active = sae.latents // 2, int(sae.sae.cfg.k) // 2
    drawn = search.random_directions(read.vectors, half, active, params.seed)
    few = few_clusters(params, sae.latents)
    fresh = untrained(loaded, params.seed)
    chosen = some_of(contexts, params)
    before = report.activations(fresh, contexts[chosen], sae.layer)
    control = loader.load(SMALL_UNTRAINED_SAE, fresh)
    less = report.chosen(read, chosen)
    subjects = [
        _subject(TRAINED, sae, read, encoded, words, found[0].latents, params.clusters),
        search.Subject(
            *(RANDOM, drawn, words.tokens, words.spelling, {}, 0.0), clusters=params.clusters // 2
        ),
        _subject(
            *(SMALL, small, less, report.encoded(small, less.vectors), text(loaded, less)),
            *(found[1].latents, few),
        ),
        _subject(
            *(UNTRAINED, control, before, report.encoded(control, before.vectors)),
            # Only its scores are compared, so nothing is looked up in it.
            *(text(loaded, before), {}, few),
        ),
    ]
    return search.search(subjects, params)


def _subject(
    condition: str,
    sae: autoencoder.LoadedSae,
    read: report.Rows,
    encoded: report.Encoded,
    words: Text,
    sets: Mapping[str, Indices],
    clusters: int,
) -> search.Subject:
    return search.Subject(
        condition,
        search.Codes(encoded.codes, sae.W_dec.cpu().double().numpy()),
        words.tokens,
        words.spelling,
        {name: sets[name] for name in CATEGORIES if name in sets},
        report.explained(read.vectors, encoded),
        clusters,
    )
