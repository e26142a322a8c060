"""Clusters of latents, ranked by how little each looks like two features put together.

What a cluster writes is the sum of its latents' activations times their directions, at the
samples where any of them fires. Its principal components, two neighbours at a time, are the planes
that the indices judge. Source: Engels et al. 2024, sec. 4 and their code.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from lab.errors import AnalysisError
from lab.geometry.irreducibility import mixture_index, separability
from lab.stats import ties

SAMPLES = 20_000  # the first so many of a cluster's samples, as published
COMPONENTS = 5  # at most: planes 1–2 to 4–5


@dataclass(frozen=True)
class Scored:
    """A cluster and its indices, each the mean over its planes.

    `score` is the mean of (1 - M)·S, not the product of the means: bits.
    """

    latents: list[int]
    samples: int
    separability: float  # bits, the paper's variant
    separability_code: float  # bits, the code's
    mixture: float  # share, exact
    score: float


def rank(
    codes: Any, directions: Float[np.ndarray, "latent d_model"], groups: Sequence[NDArray[np.int64]]
) -> list[Scored]:
    """Every cluster that has a plane, the highest score first, of equals the one named first.

    `codes` are activations (sample, latent), an array or a scipy sparse array, by column.
    Left out: clusters of one latent, and those that fire on fewer than three samples.
    """
    several = [group for group in groups if len(group) > 1]
    # The work is numpy's, which lets other threads run meanwhile; each cluster is its own affair.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = list(pool.map(lambda group: scored(codes, directions, group), several))
    kept = [each for each in found if each]
    best_first = ties.order([each.score for each in kept], descending=True, scale=1.0)
    return [kept[place] for place in best_first]


def scored(
    codes: Any, directions: Float[np.ndarray, "latent d_model"], group: NDArray[np.int64]
) -> Scored | None:
    """One cluster's indices; None where it fires too rarely, or varies too little, to have a plane."""
    _, points = principal_points(codes, directions, group)
    if len(points) < 3 or points.shape[1] < 2:
        return None
    planes = [points[:, [axis, axis + 1]] for axis in range(points.shape[1] - 1)]
    reach = np.abs(points).max()
    planes = [plane for plane in planes if np.abs(plane).max() > ties.DOUBLE * reach]
    if not planes:
        return None
    apart = np.array([separability(plane) for plane in planes])
    mixed = np.array([mixture_index(plane) for plane in planes])
    return Scored(
        latents=[int(latent) for latent in group],
        samples=len(points),
        separability=float(apart.mean()),
        separability_code=float(np.mean([separability(plane, "code") for plane in planes])),
        mixture=float(mixed.mean()),
        score=float(((1 - mixed) * apart).mean()),
    )


def principal_points(
    codes: Any, directions: Float[np.ndarray, "latent d_model"], group: NDArray[np.int64]
) -> tuple[NDArray[np.int64], Float[np.ndarray, "sample component"]]:
    """Samples where the cluster fires, and what it writes there in principal components.

    The components come from the Gram matrix of the directions, so the cost is that of the
    cluster's size and not of the model's width. Raises AnalysisError for an empty cluster and
    for a latent that `codes` or `directions` do not have.
    """
    width = min(codes.shape[1], len(directions))
    if not len(group) or min(group) < 0 or max(group) >= width:
        named = "no latents" if not len(group) else f"latents up to {max(group)}"
        raise AnalysisError(
            f"cluster: it names {named}; there are {codes.shape[1]} latents in the activations "
            f"and {len(directions)} directions. Use clusters of the same autoencoder."
        )
    active = codes[:, group]
    active = np.asarray(active.toarray() if hasattr(active, "toarray") else active, dtype=float)
    samples = np.flatnonzero((active > 0).any(axis=1))[:SAMPLES]
    members = np.asarray(directions, dtype=float)[group]
    values, vectors = np.linalg.eigh(members @ members.T)
    isometric = active[samples] @ (vectors * np.sqrt(np.maximum(values, 0)))
    centred = isometric - isometric.mean(axis=0) if len(samples) else isometric
    _, axes = np.linalg.eigh(centred.T @ centred)
    return samples, centred @ axes[:, ::-1][:, :COMPONENTS]
