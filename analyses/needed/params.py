"""What the study was run with; every default says why."""

from __future__ import annotations

from dataclasses import dataclass

from lab.geometry import category_latents

# Natural text that anybody may copy, kept with the autoencoder's own study; DATA watches its bytes.
TEXT = "../latents/data/contexts.npz"
DATA = (TEXT,)


@dataclass(frozen=True)
class Params:
    """Settings of one run; they are part of the result's fingerprint."""

    # The one model that every machine with PyPI can load, and the autoencoder shipped for it.
    model: str = "smollm2-135m"
    sae: str = "smollm2-135m-l12"
    # The calendar, then a line and a set without order, whose words should not go round.
    categories: tuple[str, ...] = ("days", "months", "numbers", "animals")
    # Contexts of 128 tokens of each kind of natural text: with them nine tokens in ten of what is
    # read have nothing to do with any one category.
    each: int = 8
    # A latent of the category: `lookup` says why.
    least_precision: float = category_latents.LEAST_PRECISION
    least_recall: float = category_latents.LEAST_RECALL_OF_CATEGORY
    # Four parts of six contexts: every context is held out once.
    folds: int = 4
    # Share of the points' number, on activations of mean square 1: keeps latents that never
    # fire in a part from upsetting the fit, and moves R² by less than a hundredth.
    ridge: float = 1e-3
    # Of the mean squared norm, for probes from all 576 dimensions: as in the first study.
    full_ridge: float = 1e-3
    # What a subset must keep of the whole cluster's R² to stand in for it.
    kept: float = 0.95
    # Resamples of contexts, for every subset anew: the ends of a 95% interval to about a tenth of it.
    resamples: int = 100
    # Orders for Shapley values where there are more than twelve latents.
    orders: int = 100
    # Shuffled calendars (all 360 of them for seven words), sets of random latents, subspaces.
    draws: int = 300
    # Shuffled calendars for the Shapley values of every latent: each costs a column of each fit.
    calendars: int = 100
    # Shuffled calendars for the best ring on a greedy path: each is a search of its own.
    searches: int = 60
    # The level at which something counts as read in the rest.
    level: float = 0.05
    # One seed for folds, resamples and everything drawn.
    seed: int = 0


# Every result that is kept, by its file's name.
RECORDED: dict[str, Params] = {"smollm2-135m": Params()}
