"""The rest: what is at a category's words besides what its cluster writes, and what can be read there."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np

from analyses.needed import measure, residual
from analyses.needed.cluster import Cluster, Indices
from analyses.needed.params import Params
from analyses.needed.result import Concluded, Inside, Part


def leftover(
    cluster: Cluster, fold: Indices, targets: measure.Targets, params: Params
) -> tuple[Inside, dict[str, Part]]:
    """The rest: how much lies in the cluster's span, and what can be read in its parts."""
    parts = residual.take_apart(
        cluster.words.vectors,
        cluster.decoded,
        cluster.activations,
        cluster.directions,
        cluster.bias,
    )
    axes = residual.basis(cluster.directions)
    between = residual.between_classes(parts.rest)
    rng = np.random.default_rng(params.seed)
    matched = [
        residual.matched_subspace(parts.rest, axes.shape[1], rng) for _ in range(params.draws)
    ]
    apart = [residual.matched_subspace(between, axes.shape[1], rng) for _ in range(params.draws)]
    spans = [
        residual.basis(cluster.decoder[each])
        for each in measure.random_sets(cluster.random, params.draws, params.seed)
    ]
    inside = Inside(
        dimensions=axes.shape[1],
        isotropic=axes.shape[1] / len(axes),
        rest=measure.subspaces(parts.rest, axes, matched, params),
        rest_latents=measure.subspaces(parts.rest, axes, spans, params),
        between=measure.subspaces(between, axes, apart, params),
        others=measure.subspaces(parts.others, axes, [axes], params).estimate,
        missed=measure.subspaces(parts.missed, axes, [axes], params).estimate,
    )
    described = {
        name: measure.part(points, parts.whole, fold, targets, params)
        for name, points in {**asdict(parts), "rest": parts.rest}.items()
    }
    return inside, described


def conclude(parts: dict[str, Part], params: Params) -> Concluded:
    """The verdict on the two halves of the rest."""
    read = {
        name: residual.Read(
            word=parts[name].named.null.p <= params.level,
            ring=parts[name].plane_probe.null.p <= params.level,
        )
        for name in ("cluster", "inside", "outside")
    }
    return Concluded(**asdict(residual.verdict(**read)))
