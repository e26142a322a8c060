"""Everything about one category: its cluster as a whole, by member, by subset, and the rest."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from analyses.needed import measure, subsets
from analyses.needed.cluster import Cluster, Floats, Indices
from analyses.needed.params import Params
from analyses.needed.residual_summary import conclude, leftover
from analyses.needed.result import CategoryResult, Drawn, Member, Subset, Table, Whole
from lab.geometry import circles, set_geometry


def describe(cluster: Cluster, params: Params) -> CategoryResult:
    """Everything about one category."""
    activations, category = cluster.activations, cluster.category
    targets = measure.calendars(len(category.words), params)
    fold = circles.folds(len(activations), params.folds, params.seed)
    probe = subsets.make_probe(activations, targets[:1], fold, params.ridge)
    counts = np.concatenate(
        [
            np.ones((1, len(activations))),
            subsets.resampled(len(activations), params.resamples, params.seed),
        ]
    )
    worth = measure.valued(probe, counts)
    every = few_enough(cluster)
    table = np.stack([worth(each) for each in every], axis=1) if every else None
    smallest, often = measure.smallest_subset(probe, counts, table, params)
    inside, parts = leftover(cluster, fold, targets, params)
    return CategoryResult(
        name=category.name,
        title=category.title,
        shape=category.shape,
        words=category.words,
        labels=category.labels,
        contexts=len(activations),
        dropped=cluster.words.dropped,
        members=_members(cluster, probe, targets, worth, often, params),
        whole=as_a_whole(cluster, probe, targets, params),
        table=_table([_subset(cluster, each, probe, targets[0]) for each in every]),
        path=[
            _subset(cluster, order, probe, targets[0])
            for path in [subsets.greedy(probe)[0][0].tolist()]
            for order in [path[: size + 1] for size in range(len(path))]
        ],
        best_ring=measure.best_ring(
            activations, set_geometry.isometric(cluster.directions), fold, targets, params
        ),
        smallest=smallest,
        smallest_share=len(smallest.members) / probe.latents,
        drawn=drawn(cluster, fold),
        inside=inside,
        parts=parts,
        verdict=conclude(parts, params),
    )


def few_enough(cluster: Cluster) -> list[subsets.Subset]:
    """Every subset, where they are few enough to value; otherwise none."""
    size = len(cluster.members)
    return subsets.every_subset(size) if size <= subsets.ALL_SUBSETS else []


def as_a_whole(
    cluster: Cluster, probe: subsets.Probe, targets: measure.Targets, params: Params
) -> Whole:
    """The whole cluster against shuffled calendars and against random latents."""
    activations = cluster.activations
    shuffled = subsets.make_probe(activations, targets, probe.fold, params.ridge)
    everyone = range(probe.latents)
    estimate = measure.over_contexts(
        lambda counts: probe.r_squared(everyone, counts)[:, 0], len(activations), params
    )
    own = _subset(cluster, list(everyone), probe, targets[0])
    sets = measure.random_sets(cluster.random, params.draws, params.seed)
    random = [_random_subset(cluster, each, probe, targets[0], params) for each in sets]
    points = activations @ set_geometry.isometric(cluster.directions)
    means = points.mean(axis=0)
    angles = circles.left_out_angles(means, targets)
    return Whole(
        latents=probe.latents,
        probe=measure.measured(estimate, shuffled.r_squared(everyone)[0]),
        beyond_random=measure.measured(
            estimate, np.array([own.probe, *(each.probe for each in random)])
        ),
        plane_probe=measure.probed(circles.plane_errors(points, probe.fold), targets, params),
        angle_error=measure.measured(
            measure.angle(points, targets[:1], params), angles, larger_is_better=False
        ),
        order=own.order,
        closure=float(circles.closure(means)),
        separability=measure.against_random(own, random, lambda s: s.separability, larger=True),
        mixture=measure.against_random(own, random, lambda s: s.mixture, larger=False),
    )


def drawn(cluster: Cluster, fold: Indices) -> Drawn:
    """The picture's points: activations, and directions in the plane of the class means.

    Turned and mirrored, never stretched, so that the first word is near the top.
    """
    directions = set_geometry.isometric(cluster.directions)
    means = (cluster.activations @ directions).mean(axis=0)
    centre, axes = circles.plane(means)
    upright = circles.circle(len(means))[:, ::-1]
    left, _, right = np.linalg.svd(((means - centre) @ axes).T @ upright)
    return Drawn(
        activations=np.round(cluster.activations, 3).tolist(),
        directions=np.round(directions @ axes @ left @ right, 5).tolist(),
        fold=fold.tolist(),
    )


def _members(
    cluster: Cluster,
    probe: subsets.Probe,
    targets: measure.Targets,
    worth: Callable[[tuple[int, ...]], Floats],
    often: Floats,
    params: Params,
) -> list[Member]:
    shuffled = subsets.make_probe(
        cluster.activations, targets[: params.calendars + 1], probe.fold, params.ridge
    )
    shares = measure.shapley_values(probe, shuffled, worth, params)
    everyone, profile = range(probe.latents), cluster.activations.mean(axis=0).T
    return [
        Member(
            latent=int(cluster.members[place]),
            precision=float(cluster.precision[place]),
            recall=float(cluster.recall[place]),
            profile=np.round(profile[place], 4).tolist(),
            alone=float(worth((place,))[0]),
            without=float(worth(tuple(each for each in everyone if each != place))[0]),
            shapley=shares[place],
            in_smallest=float(often[place]),
        )
        for place in everyone
    ]


def _subset(
    cluster: Cluster, members: list[int] | subsets.Subset, probe: subsets.Probe, target: Floats
) -> Subset:
    directions = set_geometry.isometric(cluster.directions)
    return measure.describe_subset(members, cluster.activations, directions, probe, target)


def _random_subset(
    cluster: Cluster, chosen: Indices, probe: subsets.Probe, target: Floats, params: Params
) -> Subset:
    activations = cluster.words.codes[..., chosen].astype(float)
    own = subsets.make_probe(activations, target[None], probe.fold, params.ridge)
    directions = set_geometry.isometric(cluster.decoder[chosen])
    return measure.describe_subset(range(len(chosen)), activations, directions, own, target)


def _table(found: list[Subset]) -> Table:
    return Table(
        probe=np.array([each.probe for each in found], dtype=float),
        plane=np.array([each.plane for each in found], dtype=float),
        order=np.array([each.order for each in found], dtype=float),
        separability=np.array([each.separability for each in found], dtype=float),
        mixture=np.array([each.mixture for each in found], dtype=float),
    )
