"""A category's words, and the latents that were looked up for them: what all else is made of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from lab.geometry import category_latents
from lab.sae.latent_activations import AtWords
from lab.text.vocabulary import Category

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]


@dataclass(frozen=True)
class Cluster:
    """A category's words where they are measured, and the latents that were looked up for them."""

    category: Category
    words: AtWords
    decoded: Floats  # what all latents write there
    members: Indices
    precision: Floats
    recall: Floats
    directions: Floats  # (member, d_model)
    decoder: Floats  # (latent, d_model)
    bias: Floats
    alive: NDArray[np.bool_]  # latents that fire on these words

    @property
    def activations(self) -> Float[np.ndarray, "context class member"]:
        """The members' activations."""
        return self.words.codes[..., self.members].astype(float)

    def random(self, rng: np.random.Generator) -> Indices:
        """As many other latents that fire as often on these words."""
        rates = (self.words.codes > 0).mean(axis=(0, 1))
        return category_latents.equal_rate(rates, self.members, self.alive, rng)
