"""What the study found: every answer of the model, and what `measure` makes of them. No torch."""

from __future__ import annotations

from dataclasses import dataclass

from analyses.steering.sheet import Format, Sheet
from lab.stats.estimates import Estimate, Measured
from lab.stats.variance_shares import Explained


@dataclass(frozen=True)
class ConceptLayer:
    """One concept at one layer, over its test items."""

    layer: int
    slope: Measured  # nats per unit of the vector, mean over items; null: signs flipped
    variance: Estimate  # of the items' slopes: the population's, beside the mean
    anti: Estimate  # share of items with a slope at or below 0
    probe: Measured  # share of answers that a linear probe tells apart; null: shuffled labels


@dataclass(frozen=True)
class Reach:
    """How much of what doses up to `reach` do to an item lies on the item's own straight line."""

    reach: float
    linear: Estimate


@dataclass(frozen=True)
class ConceptShare:
    """What one factor explains of the slopes within one concept."""

    factor: str
    explains: Measured


@dataclass(frozen=True)
class ConceptFound:
    """One concept."""

    name: str
    title: str
    format: Format
    baseline: Estimate  # propensity without steering, nats
    layers: list[ConceptLayer]
    slope_loud: Measured  # mean slope with the vector at three tenths of the stream's norm
    variance_loud: Estimate
    anti_of_loud: Estimate
    curvature: Measured  # quadratic term of the dose response within the paper's doses
    reaches: list[Reach]
    monotone: float  # share of items whose propensity goes one way over all doses
    by_factor: list[ConceptShare]
    transfer: Measured | None  # rank correlation over items: slopes without and with prompts

    def at(self, layer: int) -> ConceptLayer:
        """The measures at one layer."""
        return next(each for each in self.layers if each.layer == layer)


@dataclass(frozen=True)
class FormatFound:
    """All concepts of one format, or of all formats, at the focus layer."""

    format: str
    concepts: int
    mean_slope: Measured  # nats, mean over concepts; null: random vectors of the same norm
    anti_steerable: Measured  # share of items, mean over concepts; null: the same
    mean_loud: Measured  # the same two with every vector at three tenths of the stream's norm
    anti_loud: Measured


@dataclass(frozen=True)
class Spurious:
    """A test of one factor: of the mean slope (its share) or of the slopes' spread."""

    factor: str
    test: str
    statistic: float
    n: int
    p: float
    holm: float  # over all tests here
    benjamini_hochberg: float


@dataclass(frozen=True)
class Term:
    """A fixed effect of the mixed model, nats per unit of the vector."""

    name: str
    effect: Estimate
    p: float


@dataclass(frozen=True)
class Mixed:
    """Slopes of all items with letters: factors fixed, concepts and their letter effects random."""

    terms: list[Term]
    concept_sd: float
    letter_sd: float  # how much the letter's effect differs between concepts
    item_sd: float  # what is left
    converged: bool
    n: int


@dataclass(frozen=True)
class Remedy:
    """One way of making or using the vector, on held-out items of concepts with letters or Yes/No.

    Values are means over concepts; changes are against the plain vector, their null flips the
    signs of whole concepts.
    """

    name: str
    level: Estimate  # mean slope, nats
    sd: Estimate  # of the items' slopes
    anti: Estimate
    spurious: Estimate  # share of the slopes' variance that the letter (Yes or No) explains
    steered: float  # share of items the vector is applied to
    anti_change: Measured
    level_change: Measured
    by_concept: list[list[float | None]]  # (concept, 4): level, sd, anti, spurious; None: no such


@dataclass(frozen=True)
class Summary:
    """Over all concepts, at the focus layer where no other is named."""

    concepts: list[ConceptFound]
    formats: list[FormatFound]
    near_half: int  # concepts whose anti-steerable share has .5 in its interval
    bent: int  # concepts whose mean response bends within the paper's doses; Holm over concepts
    within: Measured  # share of the slopes' variance that lies within concepts
    transfer: Measured  # rank correlation over concepts, without and with prompts
    transfer_by: dict[str, Measured]  # the same for each kind of prompt
    layers_agree: Measured  # mean over pairs of layers of the rank correlation over concepts
    items_agree: list[
        list[float]
    ]  # (layer, layer): rank correlation over items, mean over concepts
    vectors_agree: list[list[float]]  # (layer, layer): cosine of the vectors, mean over concepts
    reaches: list[Reach]  # mean over concepts
    linearity: Measured  # rank correlation over concepts: probe accuracy and mean slope
    linearity_reliable: Measured  # the same with the anti-steerable share, negated
    linearity_loud: Measured  # the same with mean slopes of vectors of equal relative norm
    probe: Measured  # mean over concepts
    explored: Explained  # the same of the letter and of factors thought of later
    explained: Explained  # shares of the slopes' variance within concepts with letters
    spurious: list[Spurious]
    mixed: Mixed
    remedies: list[Remedy]


@dataclass(frozen=True)
class Result:
    """The whole study."""

    sheet: Sheet
    summary: Summary
