"""What the models were trained with and measured with; every default says why."""

from __future__ import annotations

from dataclasses import dataclass

# The trained autoencoders and the record of their training, which the measurements read; DATA
# watches their bytes.
DATA = ("results/autoencoders.safetensors", "results/autoencoders.json")


@dataclass(frozen=True)
class Recipe:
    """How a model is trained. One recipe and one seed make one model."""

    # Prime, so that every frequency goes through all the numbers; small enough that half the
    # table trains in minutes on one thread.
    modulus: int = 53
    # Half of the 2,809 sums: seen to be enough for the rule to be learnt within minutes.
    train_share: float = 0.5
    # Sizes, learning rate, weight decay and betas are those of Nanda et al. 2023. The strong
    # decay is what makes a table learnt by heart dearer than a rule.
    d_model: int = 128
    heads: int = 4
    d_mlp: int = 512
    learning_rate: float = 1e-3
    weight_decay: float = 1.0
    beta1: float = 0.9
    beta2: float = 0.98
    # Adam's first steps have no history to divide by.
    warmup: int = 10
    # In a first trial test accuracy passed 99% before step 4,000; the rest lets the decay work.
    steps: int = 10_000
    # A hundred points make a curve.
    log_every: int = 100


@dataclass(frozen=True)
class Params:
    """Settings of the measurements; they are part of the result's fingerprint."""

    model: str = "modular-addition"
    recipe: Recipe = Recipe()
    # Models, seeded 0, 1, 2 …: which frequencies are used is chance, that some are should not be.
    models: int = 5
    # Untrained embeddings: the largest share that any frequency has in any of them is what a key
    # frequency must exceed. A thousand put the bar where one trained model in a thousand errs.
    untrained: int = 1_000
    # Random sets of frequencies to remove, and random changes of the same size: enough for p .01.
    ablations: int = 100
    # The autoencoder. Sixty-four latents for four circles is the plenty that GPT-2's 24,576 for
    # 768 dimensions is. Two active for each circle is the least that can hold one. Chosen on
    # model 0 among ten pairs, by explained variance and latents alive, before any cluster of the
    # other models was looked at.
    latents: int = 64
    active_per_circle: int = 2
    # A few seconds on one thread; the first trial explained 98% of the variance with it.
    steps: int = 1_500
    batch: int = 512
    rate: float = 3e-3
    # Seed of the shipped autoencoders' weights and batches.
    training_seed: int = 0
    # Eight latents a cluster, a third of GPT-2's twenty-five: more would not leave four circles.
    clusters: int = 8
    # Sets of random directions for the ranking's null.
    random_directions: int = 10
    # Noise on the isolated circles, as a share of their norm: a cloud without any has no inside.
    noise: float = 0.02
    # A cluster shows a key frequency's circle where that frequency explains at least half of what
    # it writes, draws an ellipse no flatter than 1 : 2, and the cluster fires for nine sums in ten:
    # not a line, and not an arc. Set after the first results, which were without the last two.
    explained: float = 0.5
    roundness: float = 0.5
    coverage: float = 0.9
    seed: int = 0


# Every result that is kept, by its file's name.
RECORDED: dict[str, Params] = {"mod-53": Params()}
