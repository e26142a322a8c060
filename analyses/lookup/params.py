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
    # Contexts of 128 tokens of each kind of natural text: with them nine tokens in ten of what is
    # read have nothing to do with any one category.
    each: int = 8
    # A latent of the category: `lookup` says why.
    least_precision: float = category_latents.LEAST_PRECISION
    least_recall: float = category_latents.LEAST_RECALL_OF_CATEGORY
    # The published 1,000 clusters of 24,576 latents.
    latents_per_cluster: float = 24.576
    # Seeds of the spectral clusters: k-means ends elsewhere from every start, so what one of them
    # shows is set beside the others.
    cluster_seeds: int = 10
    # The published graph: two nearest neighbours, above a cosine of one half.
    neighbours: int = 2
    threshold: float = 0.5
    # Four parts of four contexts: every context is held out once.
    folds: int = 4
    # Resamples of contexts: enough for the ends of a 95% interval.
    resamples: int = 300
    # Sets of random latents for the overlap, which costs nothing.
    overlap_draws: int = 1_000
    # Sets of random latents for the shape of what they write: each is a search for the densest line.
    shape_draws: int = 100
    # Shuffled orders, all of them up to seven words.
    orders: int = 1_000
    # The level at which a shape counts as more than chance.
    level: float = 0.05
    # Clusters of the ranking that are told about one by one.
    told: int = 12
    # One seed for clusters, folds, resamples and everything drawn.
    seed: int = 0


# Every result that is kept, by its file's name.
RECORDED: dict[str, Params] = {"smollm2-135m": Params()}
