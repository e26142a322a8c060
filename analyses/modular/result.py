"""What the study finds, as it is recorded. No torch: figures and pages read this."""

from __future__ import annotations

from dataclasses import dataclass

from lab.stats.estimates import Estimate, Measured


@dataclass(frozen=True)
class Curve:
    """Training, every hundred steps. Losses in nats; `novel`: the mirror was not shown either."""

    step: list[int]
    train_loss: list[float]
    test_loss: list[float]
    train_accuracy: list[float]
    test_accuracy: list[float]
    novel_accuracy: list[float]
    key_share: list[float]  # of the embedding, in the frequencies that are key at the end


@dataclass(frozen=True)
class Circle:
    """One key frequency's plane in the embedding."""

    frequency: int
    share: float  # of the embedding's variance
    order: float  # share of neighbours kept
    radius_variation: float
    separability: float  # bits
    mixture: float
    points: list[list[float]]  # (number, 2)


@dataclass(frozen=True)
class Answered:
    """How well the whole table is answered."""

    loss: float  # nats
    accuracy: float


@dataclass(frozen=True)
class Ablation:
    """The whole table, with frequencies of both numbers' embeddings taken out.

    `without_others` and `changed_elsewhere` are means over draws: other frequencies, as many, taken out; and in as many
    others a random change added, of the norm that was taken out.
    """

    intact: Answered
    without_keys: Answered
    only_keys: Answered
    without_one: list[Answered]  # each key frequency alone
    without_others: Answered
    changed_elsewhere: Answered
    changed_losses: list[float]  # of every draw behind the last


@dataclass(frozen=True)
class Found:
    """A cluster of latents: its indices, and what it writes according to the sums."""

    size: int
    samples: int
    separability: float
    separability_code: float
    mixture: float
    score: float
    frequency: int  # the one that explains most of what it writes
    explained: float  # R² of that frequency
    roundness: float  # lesser over greater axis of the ellipse that the frequency draws
    coverage: float  # share of the sums for which it fires
    shows: int  # the key frequency whose circle it shows, 0 for none
    points: list[list[float]]  # a few, (sample, 2), in the first two components
    sums: list[int]  # of those points


@dataclass(frozen=True)
class Search:
    """One autoencoder and every cluster of it, by method, the highest score first.

    The last two come from spectral clusters of random directions with the same activations.
    """

    condition: str  # "as it is", "one circle at a time", "untrained"
    explained: float  # variance
    alive: int
    clusters: dict[str, list[Found]]
    shown: list[int]  # key frequencies whose circle some cluster shows, by any method
    random_scores: list[float]  # all draws together
    random_shown: list[float]  # share of the key circles shown, by draw


@dataclass(frozen=True)
class Model:
    """One seed."""

    seed: int
    train: Answered
    test: Answered
    shares: list[float]  # of the embedding, by frequency from 1
    keys: list[int]
    curve: Curve
    circles: list[Circle]
    ablation: Ablation
    searches: list[Search]


@dataclass(frozen=True)
class Reference:
    """What the indices read for a known cloud of so many points."""

    name: str
    points: int
    separability: float
    separability_code: float
    mixture: float


@dataclass(frozen=True)
class Summary:
    """Over all models."""

    key_count: Estimate
    key_share: Measured  # of the embedding in as many frequencies as are key
    radius_variation: Measured
    ring_order: Measured
    loss_without_keys: Measured  # nats
    shown_as_it_is: Measured  # share of the key circles that some cluster shows
    shown_one_at_a_time: Measured


@dataclass(frozen=True)
class Result:
    """The whole study."""

    modulus: int
    bar: float  # what a key frequency's share exceeds
    models: list[Model]
    references: list[Reference]
    summary: Summary
