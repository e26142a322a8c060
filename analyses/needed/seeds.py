"""Does a verdict on the looked-up latents hang on what was drawn? `python -m analyses.needed.seeds`.

The study compares them with random latents that fire as often, from one seed, on one split of the
contexts. Here the random sets are drawn from other seeds and the contexts split in another way. Nothing
is recorded: what the entry says of it can be seen by running this again, in some five minutes.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from itertools import product

from rich.progress import track

from analyses.needed import measure, subsets
from analyses.needed.category import as_a_whole
from analyses.needed.cluster import Cluster
from analyses.needed.params import RECORDED, TEXT, Params
from analyses.needed.run import gather
from lab.geometry import category_latents, circles
from lab.models.loader import load
from lab.project import PACKAGE, ROOT
from lab.sae import loader
from lab.sae.latent_activations import read_categories, read_others

SPLITS = (0, 1)  # seeds of the folds, the first the study's own
SEEDS = range(5)  # of the random sets, the first the study's own


def clusters(params: Params, names: tuple[str, ...]) -> dict[str, Cluster]:
    """The looked-up latents of some categories, read from the model as the study reads them."""
    loaded = load(params.model)
    sae = loader.load(params.sae, loaded)
    other, _ = read_others(loaded, sae, ROOT / PACKAGE / "needed" / TEXT, params.each)
    codes = {name: words.codes for name, words in read_categories(loaded, sae).items()}
    firings = category_latents.count(codes, other)
    return {name: gather(name, firings, loaded, sae, params) for name in names}


def beyond_random(cluster: Cluster, split: int, seed: int, params: Params) -> float:
    """The p of the cluster's probe among those of random latents that fire as often."""
    targets = measure.calendars(len(cluster.category.words), params)
    fold = circles.folds(len(cluster.activations), params.folds, split)
    probe = subsets.make_probe(cluster.activations, targets[:1], fold, params.ridge)
    return as_a_whole(cluster, probe, targets, replace(params, seed=seed)).beyond_random.null.p


def main() -> int:
    """Print the p of weekdays and months for every split and seed."""
    params = next(iter(RECORDED.values()))
    found = clusters(params, ("days", "months"))
    cells = list(product(found, SPLITS, SEEDS))
    told = [beyond_random(found[name], split, seed, params) for name, split, seed in track(cells)]
    for (name, split, seed), p in zip(cells, told, strict=True):
        print(f"{name}: contexts split by seed {split}, random sets from seed {seed}: p = {p:.3g}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
