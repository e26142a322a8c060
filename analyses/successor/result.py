"""What the study finds, as it is recorded. No torch: figures and pages read this."""

from __future__ import annotations

from dataclasses import dataclass

from lab.stats.estimates import Estimate, Measured


@dataclass(frozen=True)
class Answered:
    """How one wording is answered, over the words it does not give away."""

    text: str
    form: str
    asked: int
    right: int  # the right word is the first of its kind
    first: int  # the right word is the first of all tokens
    patched: bool  # whether the wording entered the interventions


@dataclass(frozen=True)
class Effects:
    """The interventions at one layer, estimates over wordings.

    Shares are of what patching the word's whole vector moves, in the difference of the two
    answers' logits; `moved` says how much that is of the way from one prompt to the other.
    """

    layer: int
    neighbours: float  # share of neighbours kept in the plane, over class means
    between: float  # the plane's share of the variance between class means
    carried: float  # the plane's share of the squared difference of two words in a wording
    moved: Estimate  # share of the whole way
    plane: Measured  # share of the whole vector's effect
    rest: Estimate  # the same for everything but the plane
    span: Estimate  # for all directions in which class means differ
    remainder: Estimate  # for a change of the plane's norm in the span's other directions
    other: Estimate  # for the other kind's plane, as it is
    other_scaled: Estimate  # for the other kind's plane, brought to the plane's norm
    flipped: Estimate  # pairs whose answer becomes the target's, plane patched
    flipped_whole: Estimate  # pairs whose answer becomes the target's, whole vector patched
    alone: Measured  # words answered rightly from an average word plus their plane coordinates
    alone_whole: Estimate  # from an average word's surroundings and the word's whole vector
    alone_rest: Estimate  # from everything but the plane
    pairs: int


@dataclass(frozen=True)
class Turned:
    """The circle turned by a number of steps at one layer.

    `profile[k - 1][j]` is the mean gain in logit, when the point is turned by k steps, of the
    answer that lies j steps from the word's own.
    """

    layer: int
    fits_best: Measured  # turns whose gains are explained best by as many steps as were turned
    answers: Measured  # turns of an average word's point after which it is the answer
    profile: list[list[float]]
    turns: int


@dataclass(frozen=True)
class TaskResult:
    """One kind of word."""

    name: str
    title: str
    words: tuple[str, ...]
    other: str
    wordings: list[Answered]
    layers: list[Effects]
    turned: list[Turned]  # none on a line

    def at(self, layer: int) -> Effects:
        """The interventions at one layer."""
        return next(found for found in self.layers if found.layer == layer)


@dataclass(frozen=True)
class Arithmetic:
    """The paper's own task."""

    asked: int
    right: int  # of the kind's words the right one is first
    first: int  # of all tokens


@dataclass(frozen=True)
class Result:
    """The whole study."""

    tasks: dict[str, TaskResult]
    arithmetic: dict[str, Arithmetic]
