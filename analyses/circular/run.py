"""The study: a model and parameters in, a result out. The only module here that runs a model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from analyses.circular import measure
from analyses.circular.data import CATEGORIES, SHARED, Category
from analyses.circular.params import Params
from analyses.circular.result import CategoryResult, LayerResult, Picture, Result
from analyses.shared.activations import Residuals, residuals_at, single_token, token_ids
from analyses.shared.models import LoadedModel
from analyses.shared.stats import Estimate, Floats, Indices, Measured, against_null, bootstrap

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
    massive = residuals.massive.reshape(shape).any(dim=0).any(dim=-1)
    vectors = residuals.vectors.double().reshape(*shape, -1)[:, ~massive]
    is_shared = torch.tensor([text in SHARED for text in category.contexts])[~massive]
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
    layer: int, vectors: Float[Tensor, "context class d_model"], params: Params
) -> LayerResult:
    """Every measure at one layer, each beside its null over cyclic orders."""
    contexts, classes, _ = vectors.shape
    generator = torch.Generator().manual_seed(params.seed)
    orders = measure.cyclic_orders(classes, params.orders, generator)
    fold = measure.folds(contexts, params.folds, generator)
    target = measure.circle(classes)
    shuffled = target[orders]
    means = vectors.mean(dim=0)
    share, angle, closure = _estimate_means(vectors, target, params)
    probes = []
    for ridge in (None, params.ridge):
        errors, total = measure.held_out_errors(vectors, fold, ridge)
        estimate = _estimate_probe(errors, total, target, params)
        draws = measure.r_squared(errors.mean(dim=0), total, shuffled)
        probes.append(_measured(estimate, draws))
    centre, axes = measure.plane(means)
    return LayerResult(
        layer=layer,
        first_frequency=_measured(share, measure.first_frequency(means, shuffled)),
        angle_error=_measured(
            angle, measure.angle_error(measure.left_out(means), shuffled), larger_is_better=False
        ),
        plane_probe=probes[0],
        full_probe=probes[1],
        closure=closure,
        angular_order=measure.angular_order((means - centre) @ axes),
        plane_share=measure.plane_share(means),
    )


def _estimate_means(
    vectors: Float[Tensor, "context class d_model"],
    target: Float[Tensor, "class axis=2"],
    params: Params,
) -> list[Estimate]:
    """First frequency, angle error and closure, contexts resampled."""
    contexts = vectors.shape[0]
    flat = vectors.flatten(1)

    def statistic(draws: Indices) -> Floats:
        counts = torch.zeros(len(draws), contexts, dtype=vectors.dtype)
        index = torch.from_numpy(draws)
        counts.scatter_add_(1, index, torch.ones_like(index, dtype=vectors.dtype))
        means = (counts @ flat / draws.shape[1]).unflatten(1, vectors.shape[1:])
        means = measure.isometric(means)
        found = (
            measure.first_frequency(means, target),
            measure.angle_error(measure.left_out(means), target),
            measure.closure(means),
        )
        return torch.stack(found).numpy()

    return bootstrap(statistic, contexts, resamples=params.resamples, seed=params.seed)


def _estimate_probe(
    errors: Float[Tensor, "context class class"],
    total: Float[Tensor, "class class"],
    target: Float[Tensor, "class axis=2"],
    params: Params,
) -> Estimate:
    """Held-out R², held-out contexts resampled; the fits stay as they are."""

    def statistic(draws: Indices) -> Floats:
        chosen = errors[torch.from_numpy(draws)].mean(dim=1)
        return measure.r_squared(chosen, total, target)[None].numpy()

    return bootstrap(statistic, len(errors), resamples=params.resamples, seed=params.seed)[0]


def _measured(
    estimate: Estimate, draws: Float[Tensor, "order"], *, larger_is_better: bool = True
) -> Measured:
    observed = float(draws[0])  # row 0 is the calendar's own order
    null = against_null(observed, draws.numpy(), larger_is_better=larger_is_better)
    return Measured(estimate=replace(estimate, mean=observed), null=null)


def picture(vectors: Float[Tensor, "context class d_model"], params: Params) -> Picture:
    """The plane of half the contexts, and the other half's points in it."""
    contexts, classes, _ = vectors.shape
    half = measure.folds(contexts, 2, torch.Generator().manual_seed(params.seed))
    train, test = vectors[half == 0], vectors[half == 1]
    centre, axes = measure.plane(train.mean(dim=0))
    upright = measure.circle(classes) @ torch.tensor([[0.0, 1.0], [1.0, 0.0]]).double()
    axes = axes @ measure.rotation_onto((train.mean(dim=0) - centre) @ axes, upright)
    return Picture(
        means=_listed((train.mean(dim=0) - centre) @ axes),
        points=_listed((test - centre) @ axes),
    )


def _listed(points: Float[Tensor, "..."]) -> Any:
    """Nested lists, to the thousandth: a figure shows no more."""
    return np.round(points.numpy(), 3).tolist()
