"""The paper's search for circles, pointed at a model that has them.

An autoencoder of what stands at `=` before the unembedding, clusters of its decoder directions
by both methods, indices, ranking. Three times over: on the model as it is, on the same vectors
with one circle at a time, and on the model before training.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from analyses.modular import measure
from analyses.modular.autoencoder import fit
from analyses.modular.data import table
from analyses.modular.params import Params
from analyses.modular.result import Found, Reference, Search
from analyses.modular.train import untrained
from analyses.modular.transformer import Transformer
from analyses.shared import ties
from analyses.shared.clusters import graph_clusters, members, spectral_clusters
from analyses.shared.discovery import principal_points, rank
from analyses.shared.irreducibility import mixture_index, separability

Directions = Float[Tensor, "latent d_model"]

AS_IT_IS, ONE_AT_A_TIME, UNTRAINED = "as it is", "one circle at a time", "untrained"
DRAWN = 400  # points of a cluster that a figure shows
PICTURED = 4  # clusters of each method whose points are kept


def searches(model: Transformer, keys: list[int], params: Params, seed: int) -> list[Search]:
    """One search for each condition; the autoencoder's active latents go by the circles in it."""
    sums = table(params.recipe.modulus)
    before = untrained(params.recipe, seed)
    with torch.no_grad():
        trained = model.streams(sums.questions).final.double().numpy()
        drawn = before.streams(sums.questions).final.double().numpy()
    generator = np.random.default_rng([params.seed, seed])
    single = measure.one_circle_each(trained, sums.answers.numpy(), keys, params.noise, generator)
    every = params.active_per_circle * len(keys)
    return [
        search(AS_IT_IS, trained, every, keys, params, pictured=seed == 0),
        search(ONE_AT_A_TIME, single, params.active_per_circle, keys, params, pictured=seed == 0),
        search(UNTRAINED, drawn, every, keys, params),
    ]


def search(
    condition: str,
    rows: measure.Floats,
    active: int,
    keys: list[int],
    params: Params,
    *,
    pictured: bool = False,
) -> Search:
    """An autoencoder of the rows, and its clusters ranked by each method."""
    inputs = torch.from_numpy(rows).float()
    trained = fit(
        inputs,
        latents=params.latents,
        active=active,
        steps=params.steps,
        batch=params.batch,
        rate=params.rate,
        seed=params.seed,
    )
    codes = trained.encode(inputs)
    left = (trained.decode(codes) - inputs).square().sum()
    alive = torch.nonzero((codes > 0).any(dim=0)).flatten()
    kept, directions = codes[:, alive].double().numpy(), trained.W_dec[alive]
    clusters = {
        method: judge(kept, directions, groups, keys, params, PICTURED if pictured else 0)
        for method, groups in by_method(directions, params).items()
    }
    chance = [
        judge(kept, pointing, by_method(pointing, params)["spectral"], keys, params)
        for pointing in _random_directions(directions, params.random_directions)
    ]
    return Search(
        condition=condition,
        explained=1 - float(left / (inputs - inputs.mean(dim=0)).square().sum()),
        alive=len(alive),
        clusters=clusters,
        shown=_shown([each for found in clusters.values() for each in found]),
        random_scores=[each.score for found in chance for each in found],
        random_shown=[len(_shown(found)) / len(keys) for found in chance],
    )


def by_method(directions: Directions, params: Params) -> dict[str, list[measure.Numbers]]:
    """Clusters of the directions by both methods, the second in two readings."""
    count = min(params.clusters, len(directions))
    return {
        "spectral": members(spectral_clusters(directions, count, seed=params.seed)),
        "graph": graph_clusters(directions),
        "graph, as in the code": graph_clusters(directions, count_self=True),
    }


def judge(
    codes: measure.Floats,
    directions: Directions,
    groups: list[measure.Numbers],
    keys: list[int],
    params: Params,
    pictured: int = 0,
) -> list[Found]:
    """The clusters ranked by index, each held against the sums; points of the first few."""
    pointing = directions.double().numpy()
    answers = table(params.recipe.modulus).answers.numpy()
    found = []
    for place, each in enumerate(rank(codes, pointing, groups)):
        samples, points = principal_points(codes, pointing, np.array(each.latents))
        best = measure.best_frequency(points, answers[samples], params.recipe.modulus)
        coverage = len(set(answers[samples].tolist())) / params.recipe.modulus
        is_circle = (
            best.frequency in keys
            and ties.at_least(best.explained, params.explained)
            and ties.at_least(best.roundness, params.roundness)
            and ties.at_least(coverage, params.coverage)
        )
        some = slice(0, None if place < pictured else 0, -(-len(samples) // DRAWN))
        found.append(
            Found(
                size=len(each.latents),
                samples=each.samples,
                separability=each.separability,
                separability_code=each.separability_code,
                mixture=each.mixture,
                score=each.score,
                frequency=best.frequency,
                explained=best.explained,
                roundness=best.roundness,
                coverage=coverage,
                shows=best.frequency if is_circle else 0,
                points=np.round(points[some, :2], 3).tolist(),
                sums=answers[samples][some].tolist(),
            )
        )
    return found


def _shown(found: list[Found]) -> list[int]:
    return sorted({each.shows for each in found if each.shows})


def _random_directions(directions: Directions, draws: int) -> list[Directions]:
    generators = [torch.Generator().manual_seed(draw) for draw in range(draws)]
    drawn = [torch.randn(directions.shape, generator=generator) for generator in generators]
    return [each / each.norm(dim=1, keepdim=True) for each in drawn]


def references(params: Params) -> list[Reference]:
    """The indices of known clouds, as few points as an embedding has and as many as a table."""
    generator = np.random.default_rng(params.seed)
    modulus = params.recipe.modulus
    clouds: dict[str, Callable[[int], measure.Floats]] = {
        "circle": lambda n: _ring(np.arange(n) * (2 * np.pi / n)),
        "circle, angles at random": lambda n: _ring(generator.uniform(0, 2 * np.pi, n)),
        "Gaussian": lambda n: generator.standard_normal((n, 2)),
    }
    return [
        Reference(
            name=name,
            points=points,
            separability=separability(cloud),
            separability_code=separability(cloud, "code"),
            mixture=mixture_index(cloud),
        )
        for name, make in clouds.items()
        for points in (modulus, modulus**2)
        for cloud in [make(points)]
    ]


def _ring(angles: Any) -> measure.Floats:
    points: measure.Floats = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return points
