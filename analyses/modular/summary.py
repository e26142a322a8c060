"""Five models as one: each number over seeds, beside its null."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analyses.modular import measure
from analyses.modular.params import Params
from analyses.modular.result import Model, Summary
from analyses.modular.search import AS_IT_IS, ONE_AT_A_TIME
from lab.stats.estimates import Measured, against_null


def summarise(
    models: Sequence[Model], embeddings: Sequence[measure.Floats], params: Params
) -> Summary:
    """Means over models, each against untrained models or changes of the same size."""
    counts = [len(model.keys) for model in models]
    keys = [model.keys for model in models]
    largest, rough, ordered = [], [], []
    for draw, embedding in enumerate(embeddings):
        some = keys[draw % len(keys)]
        shares = np.sort(measure.frequency_shares(embedding))[::-1]
        largest.append(float(shares[: counts[draw % len(counts)]].sum()))
        planes = [(measure.circle(embedding, key), key) for key in some]
        rough.append(float(np.mean([measure.radius_variation(plane) for plane, _ in planes])))
        ordered.append(float(np.mean([measure.ring_order(*plane) for plane in planes])))
    elsewhere = [loss for model in models for loss in model.ablation.changed_losses]
    return Summary(
        key_count=measure.across(counts),
        key_share=_against([sum(c.share for c in model.circles) for model in models], largest),
        radius_variation=_against(
            [float(np.mean([c.radius_variation for c in model.circles])) for model in models],
            rough,
            larger_is_better=False,
        ),
        ring_order=_against(
            [float(np.mean([c.order for c in model.circles])) for model in models], ordered
        ),
        loss_without_keys=_against(
            [model.ablation.without_keys.loss for model in models], elsewhere
        ),
        shown_as_it_is=_shown(models, AS_IT_IS),
        shown_one_at_a_time=_shown(models, ONE_AT_A_TIME),
    )


def _shown(models: Sequence[Model], condition: str) -> Measured:
    """Share of the key circles that a search shows, against clusters of random directions."""
    found = [
        (model, each) for model in models for each in model.searches if each.condition == condition
    ]
    return _against(
        [len(each.shown) / len(model.keys) for model, each in found],
        [share for _, each in found for share in each.random_shown],
    )


def _against(
    values: Sequence[float], null: Sequence[float], *, larger_is_better: bool = True
) -> Measured:
    """The mean over models among draws of the null, itself among them."""
    estimate = measure.across(values)
    draws = np.array([estimate.mean, *null])
    return Measured(estimate, against_null(estimate.mean, draws, larger_is_better=larger_is_better))
