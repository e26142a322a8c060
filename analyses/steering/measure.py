"""From the model's answers to what the page says of them. Pure: a sheet in, a summary out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from analyses.steering import agreement, concepts, formats, spurious
from analyses.steering.params import Params
from analyses.steering.remedies import remedies
from analyses.steering.result import (
    ConceptFound,
    Reach,
    Summary,
)
from analyses.steering.sheet import Sheet, unsteered
from analyses.steering.slopes import (
    require_finite,
    slopes,
)
from lab.stats.clustered import estimate_mean
from lab.stats.estimates import (
    Floats,
    Indices,
    Measured,
    against_null,
    bootstrap,
)
from lab.stats.multiplicity import by_name, holm


def summarise(sheet: Sheet, params: Params) -> Summary:
    """Everything the page says. Raises AnalysisError for an item without an answer, by name."""
    items = item_slopes(sheet)
    focus = sheet.layers.index(sheet.focus)
    at_focus = [each[focus] for each in items]
    base = unsteered(sheet)
    bare = [base[at, : len(concept.rows)] for at, concept in enumerate(sheet.concepts)]
    given = concepts.given(params)
    drawn = {"draws": concepts.few(params), "seed": params.seed}
    asked = prompted(sheet)
    found = [
        concepts.concept(
            sheet,
            at,
            items[at],
            formats.variant_slopes(sheet, at, formats.LOUD),
            bare[at],
            asked[at],
            params,
        )
        for at in range(len(sheet.concepts))
    ]
    means = np.array([[layer.mean() for layer in each] for each in items]).T  # (layer, concept)
    accuracy = np.array([each.at(sheet.focus).probe.estimate.mean for each in found])
    wrong = np.array([each.at(sheet.focus).anti.mean for each in found])
    chosen = [
        spurious.Observed(concept, bare[at], at_focus[at])
        for at, concept in enumerate(sheet.concepts)
        if concept.format == "choice"
    ]
    shares = spurious.within_all(chosen, spurious.DECLARED, **drawn)
    by_prompt = np.array([[column.mean() for column in each.T] for each in asked]).T
    return Summary(
        concepts=found,
        formats=formats.formats(sheet, at_focus, params),
        near_half=sum(
            each.at(sheet.focus).anti.low <= 0.5 <= each.at(sheet.focus).anti.high for each in found
        ),
        bent=_bent(found),
        within=within(at_focus, params),
        transfer=agreement.correlated(
            by_prompt[concepts.BARE], by_prompt[concepts.BARE + 1 :].mean(axis=0), **given
        ),
        transfer_by={
            name: agreement.correlated(by_prompt[concepts.BARE], by_prompt[place], **given)
            for place, name in enumerate(sheet.settings)
            if place != concepts.BARE
        },
        layers_agree=agreement.between(means, **given),
        items_agree=np.mean([agreement.matrix(each) for each in items], axis=0).tolist(),
        vectors_agree=np.mean(
            [agreement.cosines(each.astype(float)) for each in sheet.vectors], axis=0
        ).tolist(),
        reaches=_reaches_over(found, params),
        linearity=agreement.correlated(accuracy, means[focus], **given),
        linearity_loud=agreement.correlated(
            accuracy, np.array([each.slope_loud.estimate.mean for each in found]), **given
        ),
        linearity_reliable=agreement.correlated(accuracy, -wrong, **given),
        probe=_probe_over(sheet, focus, params),
        explored=spurious.within_all(chosen, spurious.LATER, **drawn),
        explained=shares,
        spurious=spurious.tests(chosen, shares),
        mixed=spurious.mixed(chosen),
        remedies=remedies(sheet, **given),
    )


def item_slopes(sheet: Sheet) -> list[Floats]:
    """Steerability of each concept's test items, (layer, item) in nats per unit of the vector.

    Raises AnalysisError naming the item where an answer is no number.
    """
    found = []
    for at, concept in enumerate(sheet.concepts):
        answers = sheet.propensity[at, :, : len(concept.rows)]
        for layer, each in zip(sheet.layers, answers, strict=True):
            require_finite(concept, each, sheet.multipliers, f"layer {layer}")
        for name, each in zip(sheet.variants, sheet.varied[at], strict=True):
            if np.isfinite(each).any():  # else it was not made for this format
                require_finite(concept, each, sheet.few, f'vector "{name}"')
        for drawn in (*sheet.random[at], *sheet.loud_random[at]):
            require_finite(concept, drawn, sheet.few, "a random vector")
        found.append(slopes(answers, sheet.multipliers))
    return found


def prompted(sheet: Sheet) -> list[Floats]:
    """Slopes of the items asked under every prompt, (item, setting), the bare setting first.

    Raises AnalysisError naming the item where an answer is no number.
    """
    found = []
    for at, concept in enumerate(sheet.concepts):
        rows = [concept.rows[item] for item in sheet.asked_items if item < len(concept.rows)]
        answers = sheet.asked[at, :, : len(rows)]
        for name, each in zip(sheet.settings, answers, strict=True):
            require_finite(replace(concept, rows=rows), each, sheet.few, f'prompt "{name}"')
        found.append(slopes(answers, sheet.few).T)
    return found


def within(at_focus: Sequence[Floats], params: Params) -> Measured:
    """Share of the variance of all slopes that lies within concepts; items resampled.

    Null: items dealt out among concepts anew, so that all of it does.
    """
    values = np.concatenate(at_focus)
    names = np.repeat(np.arange(len(at_focus)), [len(each) for each in at_focus])
    own = np.eye(len(at_focus))[names]

    def share(chosen: Floats, member: Floats) -> Floats:
        """`chosen` (draw, item), `member` (draw, item, concept)."""
        sizes = member.sum(axis=1)
        means = np.einsum("di,dic->dc", chosen, member) / np.maximum(sizes, 1)
        centre = chosen.mean(axis=1, keepdims=True)
        between = (sizes * (means - centre) ** 2).sum(axis=1) / chosen.shape[1]
        kept: Floats = 1 - between / chosen.var(axis=1)
        return kept

    def of(index: Indices) -> Floats:
        parts = np.array_split(index, max(1, len(index) // 200))
        return np.concatenate([share(values[part], own[part]) for part in parts])[None]

    estimate = bootstrap(of, len(values), resamples=params.resamples, seed=params.seed)[0]
    rng = np.random.default_rng(params.seed)
    dealt = rng.permuted(np.tile(values, (params.resamples, 1)), axis=1)
    draws = np.concatenate([share(row[None], own[None]) for row in dealt])
    null = against_null(estimate.mean, np.append(draws, estimate.mean), larger_is_better=False)
    return Measured(estimate, null)


def _bent(found: Sequence[ConceptFound], level: float = 0.05) -> int:
    """Concepts whose quadratic term is not 0 on average, corrected for looking at all of them."""
    adjusted = by_name(holm, {each.name: each.curvature.null.p for each in found})
    return sum(p < level for p in adjusted.values())


def _probe_over(sheet: Sheet, focus: int, params: Params) -> Measured:
    rows = [len(concept.rows) for concept in sheet.concepts]
    right = np.array([sheet.probe[at, focus, :count].mean() for at, count in enumerate(rows)])
    return concepts.probe(
        right.astype(float), sheet.probe_null[:, focus].mean(axis=0).astype(float), params
    )


def _reaches_over(found: Sequence[ConceptFound], params: Params) -> list[Reach]:
    return [
        Reach(
            each.reach,
            estimate_mean([c.reaches[place].linear.mean for c in found], **concepts.given(params)),
        )
        for place, each in enumerate(found[0].reaches)
    ]
