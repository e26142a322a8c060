"""What the measures decide of made-up data, as JSON: run under several kernels and compared.

Clusters, edges, orders, choices and labels only: numbers may differ in their last digits.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import torch

from analyses.modular import measure as modular
from analyses.needed import subsets
from lab.geometry import (
    category_latents,
    circles,
    clusters,
    ranking,
)


def outcomes() -> dict[str, Any]:
    """Every discrete outcome by name."""
    rng = np.random.default_rng(0)
    directions = torch.from_numpy(rng.standard_normal((700, 32)))
    directions[50:60] = directions[:10]  # copies tie exactly
    labels = clusters.spectral_clusters(directions, 30)
    codes = np.maximum(rng.standard_normal((400, 40)) - 0.5, 0)
    groups = [np.arange(start, start + 4) for start in range(0, 40, 4)]
    ranked = ranking.rank(codes, directions[:40].numpy(), [*groups, groups[0] + 0])
    activations = rng.random((12, 7, 5))
    activations[..., 3] = activations[..., 2]  # two latents that say the same
    probe = subsets.make_probe(
        activations, circles.circle(7)[None], circles.folds(12, 4, seed=0), ridge=1e-2
    )
    rates = rng.integers(0, 30, 500) / 30
    sums = np.arange(220) % 11
    wave = modular.waves(11)
    both = np.concatenate([wave[1], wave[3]], axis=1)[sums]  # two frequencies explain as much
    return {
        "spectral clusters": labels.tolist(),
        "graph clusters": [group.tolist() for group in clusters.graph_clusters(directions)],
        "ranked clusters": [each.latents for each in ranked],
        "greedy order": subsets.greedy(probe)[0].tolist(),
        "random latents": category_latents.equal_rate(
            rates, np.arange(9), np.ones(500, dtype=bool), np.random.default_rng(0)
        ).tolist(),
        "best frequency": modular.best_frequency(both, sums, 11).frequency,
        "key frequencies": modular.key_frequencies(modular.frequency_shares(both[:11]), 0.1),
        "order on a ring": circles.angular_order(wave[1]),
    }


if __name__ == "__main__":
    print(json.dumps(outcomes()))
