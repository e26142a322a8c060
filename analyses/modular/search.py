"""The paper's search for circles, pointed at a model that has them.

An autoencoder of what stands at `=` before the unembedding, clusters of its decoder directions
by both methods, indices, ranking. Three times over: on the model as it is, on the same vectors
with one circle at a time, and on the model before training. The autoencoders are shipped: training
them is a result of its own (`train_autoencoders`), which another processor repeats in kind only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from analyses.modular import measure
from analyses.modular.autoencoder import Autoencoder
from analyses.modular.data import table
from analyses.modular.params import Params
from analyses.modular.result import Found, Reference, Search
from analyses.modular.train import untrained
from analyses.modular.transformer import Transformer
from lab.geometry.clusters import graph_clusters, members, spectral_clusters
from lab.geometry.irreducibility import mixture_index, separability
from lab.geometry.ranking import principal_points, rank
from lab.stats import ties

Directions = Float[Tensor, "latent d_model"]

AS_IT_IS, ONE_AT_A_TIME, UNTRAINED = "as it is", "one circle at a time", "untrained"
DRAWN = 400  # points of a cluster that a figure shows
PICTURED = 4  # clusters of each method whose points are kept


@dataclass(frozen=True)
class Inputs:
    """What an autoencoder is trained on in one condition, and how many latents it may use a row."""

    rows: measure.Floats  # (sum, d_model)
    active: int


def inputs(model: Transformer, keys: list[int], params: Params, seed: int) -> dict[str, Inputs]:
    """Each condition's vectors; the autoencoder's active latents go by the circles in them."""
    sums = table(params.recipe.modulus)
    before = untrained(params.recipe, seed)
    with torch.no_grad():
        trained = model.streams(sums.questions).final.double().numpy()
        drawn = before.streams(sums.questions).final.double().numpy()
    generator = np.random.default_rng([params.seed, seed])
    single = measure.one_circle_each(trained, sums.answers.numpy(), keys, params.noise, generator)
    every = params.active_per_circle * len(keys)
    return {
        AS_IT_IS: Inputs(trained, every),
        ONE_AT_A_TIME: Inputs(single, params.active_per_circle),
        UNTRAINED: Inputs(drawn, every),
    }


def searches(
    model: Transformer,
    trained: Mapping[str, Autoencoder],
    keys: list[int],
    params: Params,
    seed: int,
) -> list[Search]:
    """One search for each condition, in the autoencoder that was trained in it."""
    return [
        search(
            condition,
            given.rows,
            trained[condition],
            keys,
            params,
            pictured=seed == 0 and condition != UNTRAINED,
        )
        for condition, given in inputs(model, keys, params, seed).items()
    ]


def search(
    condition: str,
    rows: measure.Floats,
    trained: Autoencoder,
    keys: list[int],
    params: Params,
    *,
    pictured: bool = False,
) -> Search:
    """An autoencoder's clusters ranked by each method, on the rows it was trained on."""
    kept, directions = living(rows, trained)
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
        explained=explained(rows, trained),
        alive=len(directions),
        clusters=clusters,
        shown=shown([each for found in clusters.values() for each in found]),
        random_scores=[each.score for found in chance for each in found],
        random_shown=[len(shown(found)) / len(keys) for found in chance],
    )


def living(rows: measure.Floats, trained: Autoencoder) -> tuple[measure.Floats, Directions]:
    """What the latents that ever fire do at each row, (row, alive), and their directions."""
    codes = trained.encode(torch.from_numpy(rows).float())
    alive = torch.nonzero((codes > 0).any(dim=0)).flatten()
    return codes[:, alive].double().numpy(), trained.W_dec[alive]


def explained(rows: measure.Floats, trained: Autoencoder) -> float:
    """The share of the rows' variance that the autoencoder keeps."""
    wanted = torch.from_numpy(rows).float()
    left = (trained.decode(trained.encode(wanted)) - wanted).square().sum()
    return 1 - float(left / (wanted - wanted.mean(dim=0)).square().sum())


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


def shown(found: list[Found]) -> list[int]:
    """The key frequencies whose circle some cluster shows."""
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
