"""Clusters of decoder directions by both published methods, ranked, with the calendar marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, Int
from numpy.typing import NDArray
from scipy.sparse import csc_matrix, csr_matrix, vstack
from torch import Tensor

from analyses.latents.params import Params
from analyses.latents.result import GRAPH, SPECTRAL, Marked, Ranking, Search, Told
from lab.geometry import ranking as discovery
from lab.geometry.clusters import graph_clusters, members, spectral_clusters
from lab.processes import compute_all

Indices = NDArray[np.int64]
ROWS = 4_096  # encoded at a time
TOKENS = 8  # told of a cluster
METHODS = (SPECTRAL, GRAPH)
HOLDS = 2  # looked-up latents that a cluster must hold to be told as a category's


class Codes:
    """Activations of latents at every token that was read, by column, and the directions."""

    def __init__(self, codes: Any, directions: Float[np.ndarray, "latent d_model"]) -> None:
        """`codes` is a scipy sparse array (token, latent)."""
        self.codes = csc_matrix(codes)
        self.directions = directions
        self.alive: Indices = np.flatnonzero(np.diff(self.codes.indptr) > 0)


def random_directions(
    rows: Float[Tensor, "row d_model"], latents: int, active: int, seed: int
) -> Codes:
    """As many directions drawn at random, and what they would do as latents of the same rows.

    Each row's largest few projections, as the autoencoder keeps its largest few; nothing is
    learnt.
    """
    generator = torch.Generator().manual_seed(seed)
    drawn = torch.randn(latents, rows.shape[1], generator=generator)
    drawn = drawn / drawn.norm(dim=1, keepdim=True)
    mean, parts = rows.mean(dim=0), []
    for block in torch.split(rows, ROWS):
        along = (block - mean) @ drawn.T
        top = along.topk(active, dim=1)
        kept = torch.zeros_like(along).scatter_(1, top.indices, top.values.relu())
        parts.append(csr_matrix(kept.numpy()))
    return Codes(vstack(parts), drawn.double().numpy())


@dataclass(frozen=True)
class Subject:
    """Latents to be searched, and the text they were read on.

    `spelt` are token numbers, `words` their spelling; `looked_up` are a category's own latents;
    `explained` is the share of the text's variance that the latents explain.
    """

    condition: str
    codes: Codes
    spelt: Int[np.ndarray, " token"]
    words: Mapping[int, str]
    looked_up: Mapping[str, Indices]
    explained: float
    clusters: int


def search(subjects: Sequence[Subject], params: Params) -> list[Search]:
    """Both methods on all latents, of which those that never fire then leave their clusters.

    Whether a rare latent fires at all hangs on which value is the 32nd of one row, at times on
    rounding; left out before k-means, one latent would move every cluster. Out of its cluster, it
    moves one.
    """
    rankings = compute_all(
        [partial(rank_by, method, each, params) for each in subjects for method in METHODS]
    )
    every = iter(rankings)
    return [
        Search(
            condition=each.condition,
            latents=len(each.codes.directions),
            alive=len(each.codes.alive),
            tokens=each.codes.codes.shape[0],
            explained=each.explained,
            rankings={method: next(every) for method in METHODS},
        )
        for each in subjects
    ]


def rank_by(method: str, subject: Subject, params: Params) -> Ranking:
    """The clusters of one method, ranked."""
    pointing = torch.from_numpy(subject.codes.directions)
    if method == SPECTRAL:
        count = min(subject.clusters, len(pointing))
        groups = members(spectral_clusters(pointing, count, seed=params.seed), at_least=2)
    else:
        groups = graph_clusters(pointing, params.neighbours, params.threshold)
    return ranking(_firing(groups, subject.codes), subject, params)


def _firing(groups: list[Indices], codes: Codes) -> list[Indices]:
    """The groups without latents that never fire, those of two or more, the largest first."""
    found = [group[np.isin(group, codes.alive)] for group in groups]
    return sorted((group for group in found if len(group) > 1), key=len, reverse=True)


def ranking(groups: list[Indices], subject: Subject, params: Params) -> Ranking:
    """Every cluster by (1 - M)·S; the first few told, and those of the categories marked."""
    codes, looked_up = subject.codes, subject.looked_up
    order = discovery.rank(codes.codes, codes.directions, groups)
    told = [
        Told(
            rank=place + 1,
            latents=each.latents,
            samples=each.samples,
            separability=each.separability,
            separability_code=each.separability_code,
            mixture=each.mixture,
            score=each.score,
            tokens=_strongest(np.array(each.latents), subject),
            categories=[
                name
                for name, latents in looked_up.items()
                if len(np.intersect1d(latents, each.latents)) >= HOLDS
            ],
        )
        for place, each in enumerate(order[: params.told])
    ]
    ranks = {tuple(each.latents): (place + 1, each.score) for place, each in enumerate(order)}
    return Ranking(
        clusters=len(groups),
        scored=len(order),
        largest=max((len(group) for group in groups), default=0),
        clustered=sum(len(group) for group in groups),
        scores=np.array([each.score for each in order], dtype=np.float32),
        samples=np.array([each.samples for each in order], dtype=np.int32),
        told=told,
        marked={
            name: marked(latents, groups, ranks)
            for name, latents in looked_up.items()
            if len(latents) and groups
        },
    )


def marked(
    latents: Indices, groups: list[Indices], ranks: Mapping[tuple[int, ...], tuple[int, float]]
) -> Marked:
    """The cluster with the most of the latents; of equals the smallest."""
    held = [len(np.intersect1d(latents, group)) for group in groups]
    best = max(range(len(groups)), key=lambda place: (held[place], -len(groups[place])))
    rank, score = ranks.get(tuple(int(each) for each in groups[best]), (0, 0.0))
    return Marked(
        rank=rank if held[best] else 0,
        holds=held[best],
        looked_up=len(latents),
        latents=[int(each) for each in groups[best]] if held[best] else [],
        score=score if held[best] else 0.0,
    )


def _strongest(latents: Indices, subject: Subject) -> list[str]:
    """The tokens on which the cluster's activations add up to most."""
    strength = np.asarray(subject.codes.codes[:, latents].sum(axis=1)).ravel()
    total = np.bincount(subject.spelt, weights=strength)
    return [
        subject.words[int(token)]
        for token in np.argsort(-total, kind="stable")[:TOKENS]
        if total[token] > 0
    ]
