"""The study: a model, its autoencoder and parameters in, a result out. Only this touches a model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from analyses.needed import measure, rest, subsets
from analyses.needed.params import TEXT, Params
from analyses.needed.result import (
    Autoencoder,
    CategoryResult,
    Concluded,
    Drawn,
    Inside,
    Member,
    Part,
    Result,
    Subset,
    Table,
    Whole,
)
from analyses.shared import lookup, rings, saes, written
from analyses.shared.errors import AnalysisError
from analyses.shared.fingerprint import PACKAGE, ROOT
from analyses.shared.firing import (
    AtWords,
    read_categories,
    read_others,
    read_words,
    reconstruction,
)
from analyses.shared.models import LoadedModel
from analyses.shared.sentences import FURTHER, FURTHER_SHARED
from analyses.shared.vocabulary import CATEGORIES, Category

Report = Callable[[str, int, int], None]  # what, done, of how many
Floats = NDArray[np.float64]
Indices = NDArray[np.int64]


@dataclass(frozen=True)
class Cluster:
    """A category's words where they are measured, and the latents that were looked up for them."""

    category: Category
    words: AtWords
    decoded: Floats  # what all latents write there
    members: Indices
    precision: Floats
    recall: Floats
    directions: Floats  # (member, d_model)
    decoder: Floats  # (latent, d_model)
    bias: Floats
    alive: NDArray[np.bool_]  # latents that fire on these words

    @property
    def activations(self) -> Float[np.ndarray, "context class member"]:
        """The members' activations."""
        return self.words.codes[..., self.members].astype(float)

    def random(self, rng: np.random.Generator) -> Indices:
        """As many other latents that fire as often on these words."""
        rates = (self.words.codes > 0).mean(axis=(0, 1))
        return lookup.equal_rate(rates, self.members, self.alive, rng)


def run(params: Params, loaded: LoadedModel, report: Report = lambda *_: None) -> Result:
    """Look the categories' latents up, then value their subsets and take the rest apart.

    Raises AnalysisError where the autoencoder does not fit the model, or a category has no latents.
    """
    sae = saes.load(params.sae)
    text = ROOT / PACKAGE / "needed" / TEXT
    saes.require_fit(sae, loaded)
    report("look-up", 0, len(params.categories) + 1)
    read = read_categories(loaded, sae)
    other, _ = read_others(loaded, sae, text, params.each)
    firings = lookup.count({name: found.codes for name, found in read.items()}, other)
    found = {}
    for done, name in enumerate(params.categories):
        report(CATEGORIES[name].title, done + 1, len(params.categories) + 1)
        found[name] = describe(gather(name, firings, loaded, sae, params), params)
    report("all categories", len(params.categories) + 1, len(params.categories) + 1)
    return Result(
        sae=Autoencoder(
            name=sae.name,
            sha256=sae.sha256,
            hook=sae.hook,
            layer=sae.layer,
            latents=sae.latents,
            alive=int((firings.everywhere > 0).sum()),
        ),
        tokens=firings.tokens,
        kept=params.kept,
        ridge=params.ridge,
        categories=found,
    )


def gather(
    name: str,
    firings: lookup.Firings,
    loaded: LoadedModel,
    sae: saes.LoadedSae,
    params: Params,
) -> Cluster:
    """The latents of a category, and its words in contexts that had no part in finding them."""
    category = CATEGORIES[name]
    members = lookup.looked_up(firings, params.least_precision, params.least_recall)[name]
    if not len(members):
        raise AnalysisError(
            f'cluster "{name}": no latent of {sae.name} has a precision above '
            f"{params.least_precision} and a recall of {params.least_recall}. "
            "Lower one of them, or leave the category out."
        )
    words = read_words(loaded, sae, category.words, (*FURTHER_SHARED, *FURTHER[name]))
    row = firings.names.index(name)
    decoder = sae.W_dec.cpu().double().numpy()
    return Cluster(
        category=category,
        words=words,
        decoded=reconstruction(sae, words),
        members=members,
        precision=lookup.precision(firings)[row, members],
        recall=lookup.recall(firings)[row, members],
        directions=decoder[members],
        decoder=decoder,
        bias=sae.b_dec.cpu().double().numpy(),
        alive=np.asarray((words.codes > 0).any(axis=(0, 1))),
    )


def describe(cluster: Cluster, params: Params) -> CategoryResult:
    """Everything about one category."""
    activations, category = cluster.activations, cluster.category
    targets = measure.calendars(len(category.words), params)
    fold = rings.folds(len(activations), params.folds, params.seed)
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
            activations, written.isometric(cluster.directions), fold, targets, params
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
    points = activations @ written.isometric(cluster.directions)
    means = points.mean(axis=0)
    angles = rings.left_out_angles(means, targets)
    return Whole(
        latents=probe.latents,
        probe=measure.measured(estimate, shuffled.r_squared(everyone)[0]),
        beyond_random=measure.measured(
            estimate, np.array([own.probe, *(each.probe for each in random)])
        ),
        plane_probe=measure.probed(rings.plane_errors(points, probe.fold), targets, params),
        angle_error=measure.measured(
            measure.angle(points, targets[:1], params), angles, larger_is_better=False
        ),
        order=own.order,
        closure=float(rings.closure(means)),
        separability=measure.against_random(own, random, lambda s: s.separability, larger=True),
        mixture=measure.against_random(own, random, lambda s: s.mixture, larger=False),
    )


def leftover(
    cluster: Cluster, fold: Indices, targets: measure.Targets, params: Params
) -> tuple[Inside, dict[str, Part]]:
    """The rest: how much lies in the cluster's span, and what can be read in its parts."""
    parts = rest.take_apart(
        cluster.words.vectors,
        cluster.decoded,
        cluster.activations,
        cluster.directions,
        cluster.bias,
    )
    axes = rest.basis(cluster.directions)
    between = rest.between_classes(parts.rest)
    rng = np.random.default_rng(params.seed)
    matched = [rest.matched_subspace(parts.rest, axes.shape[1], rng) for _ in range(params.draws)]
    apart = [rest.matched_subspace(between, axes.shape[1], rng) for _ in range(params.draws)]
    spans = [
        rest.basis(cluster.decoder[each])
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
        name: rest.Read(
            word=parts[name].named.null.p <= params.level,
            ring=parts[name].plane_probe.null.p <= params.level,
        )
        for name in ("cluster", "inside", "outside")
    }
    return Concluded(**asdict(rest.verdict(**read)))


def drawn(cluster: Cluster, fold: Indices) -> Drawn:
    """The picture's points: activations, and directions in the plane of the class means.

    Turned and mirrored, never stretched, so that the first word is near the top.
    """
    directions = written.isometric(cluster.directions)
    means = (cluster.activations @ directions).mean(axis=0)
    centre, axes = rings.plane(means)
    upright = rings.circle(len(means))[:, ::-1]
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
    directions = written.isometric(cluster.directions)
    return measure.describe_subset(members, cluster.activations, directions, probe, target)


def _random_subset(
    cluster: Cluster, chosen: Indices, probe: subsets.Probe, target: Floats, params: Params
) -> Subset:
    activations = cluster.words.codes[..., chosen].astype(float)
    own = subsets.make_probe(activations, target[None], probe.fold, params.ridge)
    directions = written.isometric(cluster.decoder[chosen])
    return measure.describe_subset(range(len(chosen)), activations, directions, own, target)


def _table(found: list[Subset]) -> Table:
    return Table(
        probe=np.array([each.probe for each in found], dtype=float),
        plane=np.array([each.plane for each in found], dtype=float),
        order=np.array([each.order for each in found], dtype=float),
        separability=np.array([each.separability for each in found], dtype=float),
        mixture=np.array([each.mixture for each in found], dtype=float),
    )
