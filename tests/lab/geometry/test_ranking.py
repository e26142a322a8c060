"""Clusters are scored by what they write, whatever the width of the model."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from lab.errors import AnalysisError
from lab.geometry.ranking import principal_points, rank


def ring_of_latents(samples: int = 3000) -> tuple[np.ndarray, np.ndarray]:
    """Six latents around a circle, two active at a time, and six that exclude one another."""
    generator = np.random.default_rng(0)
    angles = generator.uniform(0, 2 * np.pi, samples)
    centres = np.arange(6) * np.pi / 3
    near = np.maximum(np.cos(angles[:, None] - centres) - 0.4, 0)
    alone = np.eye(6)[generator.integers(6, size=samples)] * generator.uniform(1, 2, (samples, 1))
    directions = np.zeros((12, 40))
    directions[:6, 0], directions[:6, 1] = np.cos(centres), np.sin(centres)
    directions[6:, 2:8] = np.eye(6)
    return np.concatenate([near, alone], axis=1), directions


def test_principal_points_keep_every_distance() -> None:
    codes, directions = ring_of_latents()
    group = np.arange(4, 10)
    samples, points = principal_points(codes, directions, group)
    written = codes[samples][:, group] @ directions[group]
    centred = written - written.mean(axis=0)
    values = np.linalg.svd(centred, compute_uv=False)
    assert np.linalg.svd(points, compute_uv=False) == pytest.approx(values[:5])
    assert np.allclose(points.T @ points, np.diag(values[:5] ** 2), atol=1e-8 * values[0] ** 2)


def test_only_samples_on_which_the_cluster_fires_count() -> None:
    codes, directions = ring_of_latents(200)
    codes[::2, :6] = 0
    samples, _ = principal_points(codes, directions, np.arange(6))
    assert set(samples) <= set(range(1, 200, 2))


def test_a_ring_ranks_above_latents_that_exclude_one_another() -> None:
    codes, directions = ring_of_latents()
    found = rank(codes, directions, [np.arange(6, 12), np.arange(6)])
    ring = next(each for each in found if 0 in each.latents)
    apart = next(each for each in found if 6 in each.latents)
    assert ring.mixture < 0.3 < apart.mixture
    same = rank(sparse.csc_array(codes), directions, [np.arange(6)])
    assert same[0].score == pytest.approx(ring.score)


def test_clusters_without_a_plane_are_left_out() -> None:
    codes, directions = ring_of_latents(50)
    codes[:, 0] = 0
    codes[0, 0] = 1
    codes[:, 7:9] = 0
    assert rank(codes, directions, [np.array([3]), np.array([7, 8])]) == []


def test_a_cluster_of_another_autoencoder_is_refused() -> None:
    codes, directions = ring_of_latents(50)
    with pytest.raises(AnalysisError, match="latents up to 12; there are 12 latents"):
        rank(codes, directions, [np.array([0, 12])])
    with pytest.raises(AnalysisError, match="it names no latents"):
        principal_points(codes, directions, np.array([], dtype=np.int64))
