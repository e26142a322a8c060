"""The study: a model and parameters in, a result out. The only module here that runs a model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from jaxtyping import Float

from analyses.circular import measure
from analyses.circular.data import CATEGORIES, SHARED, Category
from analyses.circular.params import Params
from analyses.circular.result import CategoryResult, LayerResult, Picture, Result
from lab.geometry import circles
from lab.models.activations import (
    Residuals,
    residuals_at,
    single_token,
    token_ids,
)
from lab.models.loader import LoadedModel
from lab.stats.estimates import (
    Estimate,
    Floats,
    Indices,
    Measured,
    against_null,
    bootstrap,
)

Report = Callable[[str, int, int], None]  # what, done, of how many


def run(params: Params, loaded: LoadedModel, report: Report = lambda *_: None) -> Result:
    """Measure every category at every layer, the embedding included."""
    found: dict[str, CategoryResult] = {}
    for category in CATEGORIES.values():
        report(category.title, len(found), len(CATEGORIES))
        residuals = read(category, loaded, range(loaded.n_layers + 1))
        found[category.name] = describe(category, residuals, params)
    report("all categories", len(found), len(CATEGORIES))
    return Result(focus=params.focus, categories=found)


def read(category: Category, loaded: LoadedModel, layers: range) -> Residuals:
    """Each word's residual vector in each context, context by context."""
    for word in category.words:
        single_token(loaded, word)
    texts = [f"{context} {word}" for context in category.contexts for word in category.words]
    contexts = [token_ids(loaded, text) for text in texts]
    return residuals_at(loaded, contexts, [-1] * len(contexts), layers)


def describe(category: Category, residuals: Residuals, params: Params) -> CategoryResult:
    """Drop contexts with a massive vector, then measure every layer."""
    shape = (len(residuals.layers), len(category.contexts), len(category.words))
    massive = residuals.massive.numpy().reshape(shape).any(axis=(0, 2))
    vectors = residuals.vectors.double().numpy().reshape(*shape, -1)[:, ~massive]
    is_shared = np.array([text in SHARED for text in category.contexts])[~massive]
    focus = residuals.layers.index(params.focus)
    return CategoryResult(
        name=category.name,
        title=category.title,
        shape=category.shape,
        words=category.words,
        labels=category.labels,
        contexts=vectors.shape[1],
        dropped=int(massive.sum()),
        tokens=residuals.tokens,
        massive_tokens=max(residuals.massive_tokens),
        layers=[
            measure_layer(layer, at, params)
            for layer, at in zip(residuals.layers, vectors, strict=True)
        ],
        shared=measure_layer(params.focus, vectors[focus][is_shared], params),
        picture=picture(vectors[focus], params),
    )


def measure_layer(
    layer: int, vectors: Float[np.ndarray, "context class d_model"], params: Params
) -> LayerResult:
    """Every measure at one layer, each beside its null over cyclic orders."""
    contexts, classes, _ = vectors.shape
    generator = torch.Generator().manual_seed(params.seed)
    orders = measure.cyclic_orders(classes, params.orders, generator)
    fold = measure.folds(contexts, params.folds, generator)
    target = circles.circle(classes)
    shuffled = target[orders]
    means = vectors.mean(axis=0)
    share, angle, closure = _estimate_means(vectors, target, params)
    probes = []
    for errors in (
        circles.plane_errors(vectors, fold),
        circles.ridge_errors(vectors, fold, params.ridge),
    ):
        estimate = _estimate_probe(errors, target, params)
        probes.append(_measured(estimate, circles.r_squared(errors.mean(axis=0), shuffled)))
    centre, axes = circles.plane(means)
    return LayerResult(
        layer=layer,
        first_frequency=_measured(share, measure.first_frequency(means, shuffled)),
        angle_error=_measured(
            angle, circles.angle_error(measure.left_out(means), shuffled), larger_is_better=False
        ),
        plane_probe=probes[0],
        full_probe=probes[1],
        closure=closure,
        angular_order=circles.angular_order((means - centre) @ axes),
        plane_share=measure.plane_share(means),
    )


def _estimate_means(
    vectors: Float[np.ndarray, "context class d_model"],
    target: Float[np.ndarray, "class axis=2"],
    params: Params,
) -> list[Estimate]:
    """First frequency, angle error and closure, contexts resampled."""
    contexts = vectors.shape[0]
    flat = vectors.reshape(contexts, -1)

    def statistic(draws: Indices) -> Floats:
        counts = np.stack([np.bincount(row, minlength=contexts) for row in draws]).astype(float)
        means = (counts @ flat / draws.shape[1]).reshape(-1, *vectors.shape[1:])
        means = measure.isometric(means)
        found = (
            measure.first_frequency(means, target),
            circles.angle_error(measure.left_out(means), target),
            circles.closure(means),
        )
        return np.stack(found)

    return bootstrap(statistic, contexts, resamples=params.resamples, seed=params.seed)


def _estimate_probe(
    errors: Float[np.ndarray, "context class class"],
    target: Float[np.ndarray, "class axis=2"],
    params: Params,
) -> Estimate:
    """Held-out R², held-out contexts resampled; the fits stay as they are."""

    def statistic(draws: Indices) -> Floats:
        return circles.r_squared(errors[draws].mean(axis=1), target)[None]

    return bootstrap(statistic, len(errors), resamples=params.resamples, seed=params.seed)[0]


def _measured(
    estimate: Estimate, draws: Float[np.ndarray, " order"], *, larger_is_better: bool = True
) -> Measured:
    observed = float(draws[0])  # row 0 is the calendar's own order
    null = against_null(observed, draws, larger_is_better=larger_is_better)
    return Measured(estimate=replace(estimate, mean=observed), null=null)


def picture(vectors: Float[np.ndarray, "context class d_model"], params: Params) -> Picture:
    """The plane of half the contexts, and the other half's points in it."""
    contexts, classes, _ = vectors.shape
    half = measure.folds(contexts, 2, torch.Generator().manual_seed(params.seed))
    train, test = vectors[half == 0], vectors[half == 1]
    centre, axes = circles.plane(train.mean(axis=0))
    upright = circles.circle(classes)[:, ::-1]
    axes = axes @ measure.rotation_onto((train.mean(axis=0) - centre) @ axes, upright)
    return Picture(
        means=_listed((train.mean(axis=0) - centre) @ axes),
        points=_listed((test - centre) @ axes),
    )


def _listed(points: Float[np.ndarray, "..."]) -> Any:
    """Nested lists, to the thousandth: a figure shows no more."""
    return np.round(points, 3).tolist()
