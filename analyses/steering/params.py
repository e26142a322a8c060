"""What is steered, how and how far; every default says why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from analyses.steering.data import NAMES

Where = Literal["turn", "answer", "all"]


@dataclass(frozen=True)
class Params:
    """Settings of the study; they are part of the result's fingerprint."""

    model: str = "smollm2-135m"
    # Every fifth of the depth or so, closer together in the middle where steering is said to work.
    layers: tuple[int, ...] = (3, 6, 9, 12, 15, 20, 25)
    # The layer of variants and prompts. The paper's 13 of Llama's 32 is 12 of 30.
    focus: int = 12
    # -1.5 to 1.5 by .5 is the paper's; beyond it, to see where the dose response bends.
    multipliers: tuple[float, ...] = (-5.0, -3.0, -1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 3.0, 5.0)
    # Three points are enough for a slope where the response is a line; the main sweep shows where.
    few: tuple[float, ...] = (-1.0, 0.0, 1.0)
    # The length, as a share of the residual's norm, of vectors that are compared at one length: about
    # what the mean difference has in free text. In a balanced set of letters it is a hundredth.
    loud: float = 0.3
    # Random vectors of a concept, each taken either way round: sixteen to draw from, so that what six
    # concepts do by chance is known to a thousandth.
    random_vectors: int = 8
    # Where the vector is added. "turn": from the end of the user's message on, as in contrastive
    # activation addition; what was read before is then the same for every dose and every layer.
    where: Where = "turn"
    # Train, validation, test: the paper's split.
    split: tuple[float, float, float] = (0.4, 0.1, 0.5)
    # Probe and gate: ridge strengths to choose from on validation items.
    strengths: tuple[float, ...] = (1e-3, 1e-2, 1e-1, 1.0, 10.0)
    # Shufflings of the labels a probe is trained on: enough to see the null's middle 95%.
    shuffles: int = 20
    # Test items of a concept that are asked under the four prompts: three of each letter with each of
    # Yes and No. Every prompt has to be read anew, and the whole is to stay under ten minutes.
    asked: int = 12
    # Resamples of bootstraps and permutations in `measure`.
    resamples: int = 2_000
    seed: int = 0


# The contrast sets; the fingerprint holds their digests.
DATA = tuple(f"data/{name}.yml" for name in NAMES)

# Every result that is kept, by its file's name.
RECORDED: dict[str, Params] = {"smollm2-135m": Params()}
