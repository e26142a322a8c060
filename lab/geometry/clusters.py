"""Which decoder directions belong together: both published methods, at the size of GPT-2's SAE.

*Spectral* clusters the similarity 1 - arccos(cosine)/π, which is ½ + arcsin(cosine)/π. *Graph*
joins each direction to its nearest neighbours above a cosine and takes what hangs together.

The spectral method needs the leading thousand eigenvectors of a dense matrix of 24,576². It
fits in memory once, in single precision (2.4 GB); what does not fit is an eigensolver's copy of
it in double precision. So it is only ever multiplied, some rows at a time: a block Krylov method
(Musco & Musco 2015) meets the leading eigenvectors in a few products with a few hundred vectors each, where a
vector-by-vector solver reads the whole matrix thousands of times. Neither neighbour lists nor
the decoder's 768 dimensions can stand in for it: without the weak similarities most directions
hang together with nothing, and beyond the 769th eigenvector only the arcsine's cube is left.

All that is summed is summed in double precision. In single precision the order of a sum, which
depends on the number of threads, moves the last digits of the eigenvectors; k-means, which draws
its starts along cumulative sums, then starts elsewhere, and the clusters are others. The similarity
too is kept in double precision where it fits: rounded to single, an entry now and then falls to the other
side on another processor, and where many eigenvalues lie close together, as they do where the
thousandth is cut off, that turns the last eigenvectors.
"""

from __future__ import annotations

import numpy as np
import torch
from jaxtyping import Float, Float64, Int
from numpy.typing import NDArray
from torch import Tensor

from lab.errors import AnalysisError
from lab.geometry.kmeans import kmeans
from lab.stats import ties

Labels = NDArray[np.int64]

ROWS = 1024  # of the similarity, computed at a time
DEPTH = 12  # products with the matrix: many narrow ones reach further than a few wide ones
STARTS = 4  # of k-means; scikit-learn's ten find little more
SPARE = 1.5  # basis vectors for each eigenvector wanted
CEILING = 4.0  # GiB that the similarity and its eigenvectors may take


def spectral_clusters(
    directions: Float[Tensor, "..."],
    count: int,
    *,
    seed: int = 0,
    starts: int = STARTS,
    depth: int = DEPTH,
    ceiling: float = CEILING,
) -> Labels:
    """The cluster of each direction, from 0 to count - 1; seeded.

    As scikit-learn's SpectralClustering on the same similarity (leading eigenvectors of the
    normalised similarity without its diagonal, divided by the root of the degree, then
    k-means), but for an iterative eigensolver, a similarity kept in single precision where double
    would pass the ceiling, and fewer starts of k-means. The same on any number of threads, and in
    double precision on any processor. Clusters are numbered by their first direction.

    Raises AnalysisError for directions that are zero or not finite, for more clusters than
    directions, and where the matrix would need more than `ceiling` GiB.
    Source: Engels et al. 2024, sec. 4 and their code.
    """
    unit = unit_directions(directions)
    latents = len(unit)
    if not 1 <= count <= latents:
        raise AnalysisError(
            f"spectral_clusters: {count} clusters of {latents} directions. Ask for 1 to {latents}."
        )
    # The similarity in single precision, and in double; basis, eigenvectors and their copies in double.
    need, doubled = (latents * (size * latents + 8 * 3 * SPARE * count) / 2**30 for size in (4, 8))
    if need > ceiling:
        raise AnalysisError(
            f"spectral_clusters: {latents} directions need {need:.1f} GiB, the ceiling is "
            f"{ceiling:.1f}. Raise it, or use graph_clusters, which keeps no matrix."
        )
    dtype = torch.float64 if doubled <= ceiling else torch.float32
    place = spectral_embedding(unit, count, seed=seed, depth=depth, dtype=dtype)
    labels: Labels = kmeans(place, count, seed=seed, starts=starts).numpy()
    return labels


def spectral_embedding(
    unit: Float[Tensor, "latent d_model"],
    count: int,
    *,
    seed: int = 0,
    depth: int = DEPTH,
    dtype: torch.dtype = torch.float64,
) -> Float64[Tensor, "latent count"]:
    """Leading eigenvectors of the normalised similarity over the root of the degree.

    `dtype` is what the similarity is kept in.
    """
    matrix = similarity(unit, dtype)
    matrix.fill_diagonal_(0)
    # Row by block: a sum in double precision would first copy the whole matrix into it.
    degree = [rows.sum(dim=1, dtype=torch.float64) for rows in torch.split(matrix, ROWS)]
    root = torch.cat(degree).sqrt()
    for rows, below in zip(torch.split(matrix, ROWS), torch.split(root, ROWS), strict=True):
        rows.div_(root).div_(below[:, None])
    place: Tensor = leading_eigenvectors(matrix, count, seed=seed, depth=depth) / root[:, None]
    return place


def similarity(
    unit: Float[Tensor, "latent d_model"], dtype: torch.dtype = torch.float32
) -> Float[Tensor, "latent latent"]:
    """1 - angle/π of every pair: 1 the same direction, ½ at a right angle, 0 opposite."""
    latents, exact = len(unit), unit.double()
    found = torch.empty(latents, latents, dtype=dtype)
    for start in range(0, latents, ROWS):
        rows = slice(start, start + ROWS)
        # The upper half; the lower one is its mirror, and an arccosine costs a hundred sums.
        block = exact[rows] @ exact[start:].T
        block.clamp_(-1, 1).arccos_().mul_(-1 / torch.pi).add_(1)
        found[rows, start:] = block
        found[start:, rows] = block.T
    return found


def leading_eigenvectors(
    matrix: Float[Tensor, "row row"], count: int, *, seed: int = 0, depth: int = DEPTH
) -> Float64[Tensor, "row count"]:
    """Eigenvectors of the largest eigenvalues of a symmetric matrix, largest first.

    Small matrices exactly; large ones by block Krylov iteration from seeded random vectors. In
    double precision, whatever the matrix is kept in.
    """
    size = len(matrix)
    width = -(-int(SPARE * count + 16) // depth)
    if width * depth >= size // 2:
        exact: Tensor = torch.linalg.eigh(matrix.double()).eigenvectors[:, -count:].flip(1)
        return exact
    generator = torch.Generator().manual_seed(seed)
    block = torch.randn(size, width, generator=generator, dtype=torch.float64)
    basis = torch.empty(size, width * depth, dtype=torch.float64)
    small = torch.zeros(width * depth, width * depth, dtype=torch.float64)
    for start in range(0, width * depth, width):
        done = basis[:, :start]
        for _ in range(2):  # once leaves what rounding put back
            block = torch.linalg.qr(block - done @ (done.T @ block)).Q
        basis[:, start : start + width] = block
        # Turned: so few columns are multiplied twice as fast as rows.
        turned = block.T.contiguous()
        block = torch.cat([turned @ rows.double().T for rows in torch.split(matrix, ROWS)], dim=1).T
        end = start + width
        small[:end, start:end] = basis[:, :end].T @ block  # the matrix in the basis, its upper half
    vectors: Tensor = torch.linalg.eigh(small, UPLO="U").eigenvectors[:, -count:]
    leading: Tensor = basis @ vectors.flip(1)
    return leading


def graph_clusters(
    directions: Float[Tensor, "..."],
    neighbours: int = 2,
    threshold: float = 0.5,
    *,
    count_self: bool = False,
) -> list[Labels]:
    """Groups of two directions or more, the largest first, each in ascending order.

    Each direction is joined to its `neighbours` nearest others if their cosine is above the
    threshold; a group is what hangs together. Where several tie for the last of these places, it is
    joined to all of them. `count_self`: as in the published code, where a direction is the first of
    its own nearest neighbours and one other is left.

    Raises AnalysisError for directions that are zero or not finite.
    """
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    unit = unit_directions(directions)
    latents = len(unit)
    wanted = min(neighbours - count_self, latents - 1)
    pairs: list[Int[Tensor, "pair end=2"]] = []
    for start in range(0, latents, ROWS) if wanted > 0 else ():
        cosine = unit[start : start + ROWS] @ unit.T
        rows = torch.arange(len(cosine))
        cosine[rows, rows + start] = -torch.inf
        last = cosine.topk(wanted, dim=1).values[:, -1:]
        joined_to = (cosine >= last - ties.DOUBLE) & (cosine > threshold + ties.DOUBLE)
        row, column = torch.nonzero(joined_to, as_tuple=True)
        pairs.append(torch.stack([row + start, column], dim=1))
    joined = torch.cat(pairs).numpy() if pairs else np.empty((0, 2), dtype=np.int64)
    graph = coo_matrix((np.ones(len(joined)), joined.T), shape=(latents, latents))
    labels: Labels = connected_components(graph, directed=False)[1].astype(np.int64)
    return members(labels, at_least=2)


def members(labels: Labels, at_least: int = 1) -> list[Labels]:
    """The clusters as lists of latents, the largest first, of `at_least` so many members.

    Of two as large the one with the lower label comes first.
    """
    order = np.argsort(labels, kind="stable")
    ends = np.flatnonzero(np.diff(labels[order])) + 1
    groups = [group for group in np.split(order, ends) if len(group) >= at_least]
    return sorted(groups, key=len, reverse=True)


def unit_directions(directions: Float[Tensor, "..."]) -> Float[Tensor, "latent d_model"]:
    """Directions of length 1 in double precision on the CPU.

    Raises AnalysisError, naming the latent, for one that is zero or not finite.
    """
    found = torch.as_tensor(directions).detach().cpu().double()
    if found.ndim != 2 or not len(found):
        raise AnalysisError(
            f"directions: shape {tuple(found.shape)}, wanted (latent, d_model), one decoder "
            "direction a row. SAELens keeps it as W_dec."
        )
    length = found.norm(dim=1)
    wrong = torch.nonzero(~(length.isfinite() & (length > 0))).flatten().tolist()
    if wrong:
        raise AnalysisError(
            f"directions: latent {wrong[0]} has length {float(length[wrong[0]])}"
            f"{f', and {len(wrong) - 1} more' if wrong[1:] else ''}; wanted finite and above 0. "
            "Leave dead latents out."
        )
    unit: Tensor = found / length[:, None]
    return unit
