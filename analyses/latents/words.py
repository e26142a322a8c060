"""Latents that fire on a category's words, and what they do there in other beginnings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from analyses.latents.data import CATEGORIES, YEARS_FOUND_IN
from analyses.latents.params import CONTEXTS, Params
from lab.geometry import category_latents
from lab.models.activations import residuals_at, token_ids
from lab.models.loader import LoadedModel
from lab.project import PACKAGE, ROOT
from lab.sae import autoencoder
from lab.sae.latent_activations import AtWords, read_categories, read_others, read_words
from lab.text.vocabulary import Category

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
HERE = ROOT / PACKAGE / "latents"


@dataclass(frozen=True)
class LookedUp:
    """Which latents fire on a category's words and on little else, and how precisely."""

    latents: dict[str, Indices]
    precision: dict[str, Floats]
    recall: dict[str, Floats]

    def within(self, latents: slice) -> LookedUp:
        """What was looked up among a run of the latents, numbered from its beginning."""
        inside = {
            name: (each >= latents.start) & (each < latents.stop)
            for name, each in self.latents.items()
        }
        return LookedUp(
            latents={
                name: self.latents[name][keep] - latents.start for name, keep in inside.items()
            },
            precision={name: self.precision[name][keep] for name, keep in inside.items()},
            recall={name: self.recall[name][keep] for name, keep in inside.items()},
        )


class Together:
    """Two autoencoders of the same layer as one: what both need is read once."""

    def __init__(self, *members: autoencoder.LoadedSae) -> None:
        """All of them read the layer of the first."""
        self.members, self.layer = members, members[0].layer

    def encode(self, rows: Any) -> Any:
        """Their codes side by side."""
        return torch.cat([each.encode(rows) for each in self.members], dim=1)

    def decode(self, codes: Any) -> Any:
        """There is no one answer; nothing here asks."""
        raise NotImplementedError


def look_up_each(
    loaded: LoadedModel, params: Params, *members: autoencoder.LoadedSae
) -> list[LookedUp]:
    """Look-up in several autoencoders of one layer, each for itself."""
    both, found, start = look_up(Together(*members), loaded, params), [], 0
    for each in members:
        inside = slice(start, start + each.latents)
        found.append(both.within(inside))
        start = inside.stop
    return found


def look_up(sae: autoencoder.LoadedSae | Together, loaded: LoadedModel, params: Params) -> LookedUp:
    """Latents of every category of the log's vocabulary, and of the years."""
    words = {name: each.codes for name, each in read_categories(loaded, sae).items()}
    years = CATEGORIES["years"]
    words["years"] = at_words(sae, loaded, years, YEARS_FOUND_IN).codes
    other, _ = read_others(loaded, sae, HERE / CONTEXTS, params.look_up_contexts)
    firings = category_latents.count(words, other)
    sets = category_latents.looked_up(firings, params.least_precision, params.least_recall)
    precise, covered = category_latents.precision(firings), category_latents.recall(firings)
    rows = {name: firings.names.index(name) for name in sets}
    return LookedUp(
        latents=sets,
        precision={name: precise[rows[name], chosen] for name, chosen in sets.items()},
        recall={name: covered[rows[name], chosen] for name, chosen in sets.items()},
    )


def at_words(
    sae: autoencoder.LoadedSae | Together,
    loaded: LoadedModel,
    category: Category,
    texts: tuple[str, ...],
) -> AtWords:
    """Every word after every beginning, read at its last token.

    Raises AnalysisError for a word of several tokens, but for years, which are digits here: their
    last digit is read.
    """
    if category.name != "years":
        return read_words(loaded, sae, category.words, texts)
    rows = [token_ids(loaded, f"{text} {word}") for text in texts for word in category.words]
    found = residuals_at(loaded, rows, [-1] * len(rows), [sae.layer])
    shape = (len(texts), len(category.words))
    ordinary = ~found.massive[0].reshape(shape).any(dim=1)
    vectors = found.vectors[0].reshape(*shape, -1)[ordinary]
    codes = sae.encode(vectors.flatten(0, 1)).reshape(*vectors.shape[:2], -1)
    return AtWords(vectors.double().numpy(), codes.double().numpy(), int((~ordinary).sum()))
