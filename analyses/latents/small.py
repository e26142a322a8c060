"""Train the small autoencoders that ship: `python -m analyses.latents.small [--check]`.

One of the model, one of the same model with weights drawn anew; both by the shipped one's recipe on
the text that is kept with the study. The first seed's weights ship and are what is measured.
Training itself comes out otherwise on another processor, so it is compared by statistics: those of
several seeds stand in each `recipe.json`, and `--check` trains the first seed anew and says whether
it lies among them.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from analyses.latents import search
from analyses.latents.conditions import few_clusters, some_of, text
from analyses.latents.params import SMALL_SAE, SMALL_UNTRAINED_SAE, Params
from analyses.latents.result import SPECTRAL
from analyses.latents.run import contexts
from lab.errors import AnalysisError
from lab.models import loader
from lab.models.loader import LoadedModel, untrained
from lab.sae import autoencoder, report
from lab.sae import train as sae_training
from lab.sae.activation_store import Harvest
from lab.sae.loader import RECIPE_FILE
from lab.sae.loader import load as load_sae
from lab.sae.train import Recipe

SEEDS = (0, 1)  # the first one ships
SHIPPED = Path(__file__).parent / "sae"  # a folder for each autoencoder

# How far outside the recorded seeds' range a training may end and still count as the same.
# Declared before the recorded seeds were trained; two seeds show only a part of the spread.
TOLERANCE = {
    "explained": 0.01,  # share of variance on what it was trained on
    "alive": 0.01,  # share of latents that fire on it
    "median_score": 0.05,  # bits: (1 - M)·S of the middle spectral cluster
}


@dataclass(frozen=True)
class Trained:
    """One autoencoder's folder, and what is compared of its training."""

    folder: Path
    statistics: dict[str, float]


def train(
    rows: Float[Tensor, "row d_model"], recipe: Recipe, folder: Path, about: Mapping[str, Any]
) -> Path:
    """Train on these rows and save below `folder`, in SAELens's format; `about` joins its recipe."""
    shard = folder / "rows.npy"
    np.save(shard, rows.half().numpy())
    harvested = Harvest(
        shards=(shard,),
        rows=len(rows),
        tokens=len(rows),
        massive=0,
        threshold=float("inf"),
        mean=rows.mean(dim=0),
        mean_norm=float(rows.norm(dim=1).mean()),
    )
    trained = sae_training.train(recipe, harvested, folder / "training", checkpoints=1)
    sae_training.save(trained, recipe, folder / "sae", {"rows": len(rows), **about})
    return folder / "sae"


def recipe_of(params: Params, layer: int, rows: int, seed: int) -> Recipe:
    """The shipped one's recipe at a smaller size, in a precision that every processor has."""
    return Recipe(
        model=params.model,
        layer=layer,
        latents=params.small_latents,
        samples=params.small_samples,
        batch=min(2_048, rows),
        precision="float32",
        seed=seed,
    )


def statistics(
    sae: autoencoder.LoadedSae,
    loaded: LoadedModel,
    read: report.Rows,
    params: Params,
    clusters: int,
) -> dict[str, float]:
    """What is compared of a training: see `TOLERANCE`."""
    words = text(loaded, read)
    encoded = report.encoded(sae, read.vectors)
    kept = report.explained(read.vectors, encoded)
    codes = search.Codes(encoded.codes, sae.W_dec.double().numpy())
    subject = search.Subject("", codes, words.tokens, words.spelling, {}, kept, clusters)
    (found,) = search.search([subject], params)
    return {
        "explained": round(kept, 4),
        "alive": round(found.alive / found.latents, 4),
        "median_score": round(float(np.median(found.rankings[SPECTRAL].scores)), 4),
    }


def outside(found: Mapping[str, float], recorded: Sequence[Mapping[str, float]]) -> list[str]:
    """The statistics that lie farther from the recorded seeds' range than its tolerance."""
    wrong = []
    for name, tolerance in TOLERANCE.items():
        every = [each[name] for each in recorded]
        if not min(every) - tolerance <= found[name] <= max(every) + tolerance:
            wrong.append(name)
    return wrong


def train_seeds(
    name: str,
    loaded: LoadedModel,
    read: report.Rows,
    params: Params,
    shipped: autoencoder.LoadedSae,
    seeds: Sequence[int],
    about: Mapping[str, Any],
    into: Path,
) -> dict[int, Trained]:
    """One autoencoder for each seed, in folders of their own below `into`."""
    found = {}
    for seed in seeds:
        folder = into / f"{name}-{seed}"
        folder.mkdir()
        recipe = recipe_of(params, shipped.layer, len(read.vectors), seed)
        where = train(read.vectors, recipe, folder, about)
        sae = autoencoder.from_disk(name, where, "", "cpu")
        told = statistics(sae, loaded, read, params, few_clusters(params, shipped.latents))
        print(f"{name}, seed {seed}: {told}", flush=True)
        found[seed] = Trained(where, told)
    return found


def publish(name: str, trained: Mapping[int, Trained]) -> str:
    """Put the first seed's autoencoder among those that ship; its weights' sha256."""
    first = trained[SEEDS[0]].folder
    place = SHIPPED / name
    place.mkdir(parents=True, exist_ok=True)
    told = json.loads((first / RECIPE_FILE).read_text(encoding="utf-8"))
    told["seeds"] = {str(seed): each.statistics for seed, each in trained.items()}
    told["tolerance"] = TOLERANCE
    for file in (autoencoder.WEIGHTS_FILE, autoencoder.CONFIG_FILE):
        (place / file).write_bytes((first / file).read_bytes())
    (place / RECIPE_FILE).write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    return str(told["sha256"])


def check(name: str, trained: Mapping[int, Trained]) -> list[str]:
    """The statistics of a training that lie outside those of the one that ships."""
    path = SHIPPED / name / RECIPE_FILE
    if not path.is_file():
        raise AnalysisError(
            f"{name}: there is no {path.name} to compare with. "
            "Restore it from the repository, or train: python -m analyses.latents.small"
        )
    recorded = list(json.loads(path.read_text(encoding="utf-8"))["seeds"].values())
    return [
        f"{name}, seed {seed}: {which} {each.statistics[which]}, "
        f"recorded {', '.join(str(one[which]) for one in recorded)}"
        for seed, each in trained.items()
        for which in outside(each.statistics, recorded)
    ]


def main(arguments: list[str] | None = None) -> int:
    """Train, then publish or compare; 1 where a statistic lies outside."""
    parser = argparse.ArgumentParser(
        prog="python -m analyses.latents.small", description=(__doc__ or "").partition("\n\n")[0]
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="train the first seed of each, write nothing, and compare; 1 where one lies outside",
    )
    checking = parser.parse_args(arguments).check
    params = Params()
    loaded = loader.load(params.model, device="cpu")
    shipped = load_sae(params.sae, loaded)
    kept = contexts(params.contexts)
    everything = torch.cat(list(kept.values()))
    chosen = some_of(everything, params)
    problems = []
    for name, model in (
        (SMALL_SAE, loaded),
        (SMALL_UNTRAINED_SAE, untrained(loaded, params.seed)),
    ):
        read = report.activations(model, everything[chosen], shipped.layer)
        about = {
            "command": "python -m analyses.latents.small",
            "tokens": tokens_of(kept, chosen),
            "massive_left_out": read.left_out,
            "untrained_model": model is not loaded,
            "device": "cpu",
        }
        with tempfile.TemporaryDirectory() as folder:
            seeds = SEEDS[:1] if checking else SEEDS
            trained = train_seeds(name, model, read, params, shipped, seeds, about, Path(folder))
            if checking:
                problems += check(name, trained)
            else:
                print(f"{name}: sha256 {publish(name, trained)}")
    for line in problems:
        print(line)
    return int(bool(problems))


def tokens_of(
    kept: Mapping[str, Int[Tensor, "context pos"]], chosen: Int[Tensor, " chosen"]
) -> dict[str, int]:
    """Tokens of each part among the chosen contexts, prefixes not counted."""
    ends = torch.tensor([len(part) for part in kept.values()]).cumsum(dim=0)
    counts = torch.bincount(torch.searchsorted(ends, chosen, right=True), minlength=len(kept))
    width = next(iter(kept.values())).shape[1]
    return {name: count * (width - 1) for name, count in zip(kept, counts.tolist(), strict=True)}


if __name__ == "__main__":
    sys.exit(main())
