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
    # Contexts of 128 tokens of each kind of text: what rates, histograms and top contexts are
    # taken from. Twenty thousand tokens show a latent of one in two hundred a hundred times.
    each: int = 24
    # Latents of the calendar: what the log's entries are about.
    days: int = 8
    months: int = 8
    # Of every other category the best one, and latents chosen by lot among those that fire, so
    # that a reader sees what is not interesting too.
    others: int = 1
    by_lot: int = 8
    # Every latent that has a say in the category's shape: `lookup` says why.
    least_precision: float = category_latents.LEAST_PRECISION
    least_recall: float = category_latents.LEAST_RECALL
    # Contexts shown from natural text, and from our own sentences about the category's words.
    from_text: int = 6
    from_sentences: int = 4
    # Tokens shown before and after the strongest one: what fits three lines on a phone.
    before: int = 16
    after: int = 6
    # Bars of the histogram; logits at each end; nearest latents.
    bars: int = 20
    logits: int = 8
    nearest: int = 6
    # As published: a cluster for every 24.576 latents.
    latents_per_cluster: float = 24.576
    # One seed for clusters and lots.
    seed: int = 0


# Every result that is kept, by its file's name.
RECORDED: dict[str, Params] = {"smollm2-135m": Params()}
