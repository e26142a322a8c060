"""The study: a model, its autoencoder and parameters in, a result out. Only this touches a model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.sparse import csc_matrix

from analyses.lookup import measure
from analyses.lookup.params import TEXT, Params
from analyses.lookup.result import (
    GRAPH,
    LOOKUP,
    SPECTRAL,
    CategoryResult,
    Clustering,
    Ranked,
    Reseeded,
    Result,
)
from lab.geometry import category_latents, ranking
from lab.geometry.clusters import graph_clusters, members, spectral_clusters
from lab.models.loader import LoadedModel
from lab.processes import compute_all
from lab.project import PACKAGE, ROOT
from lab.sae import loader
from lab.sae.latent_activations import AtWords, read_categories, read_others
from lab.stats import ties
from lab.text.vocabulary import CATEGORIES

Report = Callable[[str, int, int], None]  # what, done, of how many
Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
TOKENS = 8  # strongest tokens that are told of a cluster


@dataclass(frozen=True)
class Read:
    """Everything that was read, and the autoencoder's decoder."""

    words: dict[str, AtWords]
    other: Floats
    spelt: list[str]  # the other tokens
    decoder: Floats  # (latent, d_model)
    firings: category_latents.Firings

    @cached_property
    def alive(self) -> NDArray[np.bool_]:
        """Latents that fire on anything."""
        return np.asarray(self.firings.everywhere > 0)


def run(params: Params, loaded: LoadedModel, report: Report = lambda *_: None) -> Result:
    """Look every category up, cluster the decoder, and set the two beside each other."""
    sae = loader.load(params.sae, loaded)
    text = ROOT / PACKAGE / "lookup" / TEXT
    steps = len(CATEGORIES) + 4
    report("reading", 0, steps)
    words = read_categories(loaded, sae)
    other, spelt = read_others(loaded, sae, text, params.each)
    firings = category_latents.count({name: found.codes for name, found in words.items()}, other)
    read = Read(words, other, spelt, sae.W_dec.cpu().double().numpy(), firings)
    report("clusters", 1, steps)
    groups = clusters(read.decoder, params)
    sets = category_latents.looked_up(firings, params.least_precision, params.least_recall)
    random = {
        name: measure.random_sets(chosen, drawer(name, read), params)
        for name, chosen in sets.items()
        if len(chosen)
    }
    report("categories", 2, steps)
    described = compute_all(
        [
            partial(describe, name, sets[name], random.get(name), groups, read, params)
            for name in CATEGORIES
        ],
        report=lambda done: report("categories", 2 + done, steps),
    )
    found = {name: result for name, (result, _) in zip(CATEGORIES, described, strict=True)}
    chance = {name: draws for name, (_, draws) in zip(CATEGORIES, described, strict=True)}
    report("ranking", steps - 2, steps)
    clusterings = {method: ranked(groups[method], sets, read, params) for method in groups}
    report("seeds", steps - 1, steps)
    by_seed = reseeded(sets, random, read.decoder, params)
    report("all", steps, steps)
    return Result(
        sae=sae.name,
        sae_sha256=sae.sha256,
        layer=sae.layer,
        latents=sae.latents,
        alive=int(read.alive.sum()),
        tokens=firings.tokens,
        other_tokens=firings.other_tokens,
        categories=found,
        clusterings=clusterings,
        agreement={
            method: measure.agreement(
                [each.met[method] for each in found.values() if each.met],
                np.stack([draws[method] for draws in chance.values() if draws]),
                params,
            )
            for method in groups
        },
        by_seed=by_seed,
        missed=measure.missed({name: each.judged for name, each in found.items()}),
    )


def clusters(decoder: Floats, params: Params) -> dict[str, list[Indices]]:
    """Groups of latents by both published methods."""
    return {
        SPECTRAL: members(spectral(decoder, params, params.seed)),
        GRAPH: graph_clusters(torch.from_numpy(decoder), params.neighbours, params.threshold),
    }


def spectral(decoder: Floats, params: Params, seed: int) -> Indices:
    """The spectral cluster of each latent."""
    count = max(2, round(len(decoder) / params.latents_per_cluster))
    return spectral_clusters(torch.from_numpy(decoder), count, seed=seed)


def reseeded(
    sets: Mapping[str, Indices], random: Mapping[str, Indices], decoder: Floats, params: Params
) -> list[Reseeded]:
    """The overlap with spectral clusters once more, from other seeds and the same random sets."""

    def once(seed: int) -> Reseeded:
        labels = spectral(decoder, params, seed)
        every = [measure.meet(sets[name], labels, random[name]) for name in random]
        draws = np.stack([each for _, _, each in every])
        agreed = measure.agreement([met for met, _, _ in every], draws, params)
        return Reseeded(seed, agreed.jaccard)

    seeds = range(params.seed, params.seed + params.cluster_seeds)
    return compute_all([partial(once, seed) for seed in seeds])


def drawer(name: str, read: Read) -> measure.Draw:
    """What draws random latents that fire as often on the category's words."""
    rates = (read.words[name].codes > 0).mean(axis=(0, 1))
    return lambda wanted, rng: category_latents.equal_rate(rates, wanted, read.alive, rng)


def describe(
    name: str,
    chosen: Indices,
    random: Indices | None,
    groups: Mapping[str, list[Indices]],
    read: Read,
    params: Params,
) -> tuple[CategoryResult, dict[str, Floats]]:
    """One category by every route, and the Jaccards of random sets by method."""
    category, at, draw = CATEGORIES[name], read.words[name], drawer(name, read)
    routes, met, chance = {LOOKUP: chosen}, {}, {}
    if random is not None:
        for method, clustered in groups.items():
            labels = category_latents.labelled(clustered, len(read.decoder))
            met[method], routes[method], chance[method] = measure.meet(chosen, labels, random)
    shapes = {}
    for route, latents in routes.items():
        shape = (
            measure.geometry(latents, at.codes, read.decoder, draw, params)
            if len(latents)
            else None
        )
        if shape is not None:
            shapes[route] = shape
    found = measure.precise(read.firings, name, category.words, chosen)
    result = CategoryResult(
        name=name,
        title=category.title,
        shape=category.shape,
        words=category.words,
        labels=category.labels,
        contexts=len(at.codes),
        dropped=at.dropped,
        found=found,
        words_with_own=measure.with_own(found),
        met=met,
        shapes=shapes,
        judged={
            route: measure.judge(shape, category.shape, params.level)
            for route, shape in shapes.items()
        },
    )
    return result, chance


def ranked(
    groups: list[Indices], sets: Mapping[str, Indices], read: Read, params: Params
) -> Clustering:
    """Every cluster by (1 - M)·S over all tokens read, the first few told one by one."""
    flat = [at.codes.reshape(-1, at.codes.shape[-1]) for at in read.words.values()]
    codes = np.concatenate([*flat, read.other])
    homes = [name for name, rows in zip(read.words, flat, strict=True) for _ in range(len(rows))]
    homes += [""] * len(read.other)
    spelt = [
        word
        for name, at in read.words.items()
        for _ in range(len(at.codes))
        for word in CATEGORIES[name].words
    ] + read.spelt
    taken = {int(latent) for chosen in sets.values() for latent in chosen}
    order = ranking.rank(csc_matrix(codes), read.decoder, groups)
    top = []
    for place, each in enumerate(order[: params.told]):
        strengths = codes[:, each.latents].sum(axis=1)
        totals = {
            home: float(strengths[np.array(homes) == home].sum()) for home in dict.fromkeys(homes)
        }
        sums = list(totals.values())
        best = list(totals)[int(ties.first_largest(sums, relative=ties.SINGLE))]
        top.append(
            Ranked(
                rank=place + 1,
                latents=len(each.latents),
                samples=each.samples,
                separability=each.separability,
                mixture=each.mixture,
                score=each.score,
                tokens=measure.strongest(strengths, spelt, TOKENS),
                category=best,
                share=totals[best] / sum(totals.values()),
                looked_up=len(taken.intersection(each.latents)),
            )
        )
    return Clustering(
        groups=len(groups),
        clustered=sum(len(group) for group in groups),
        largest=max((len(group) for group in groups), default=0),
        scored=len(order),
        top=top,
        untouched=sum(not each.looked_up for each in top),
    )
