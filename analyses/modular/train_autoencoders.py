"""Training the autoencoders: `python -m analyses.modular.train_autoencoders`.

The study measures the ones that are shipped. Trained again, on another processor or from another
seed, they come out with other weights of the same kind. What must come out again is declared here:
a few statistics, means over the models, each with a tolerance. The command trains from several
seeds, ships the first and records the statistics of all; `--check` trains the first one again and
compares.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace

import click
import numpy as np
import torch

from analyses.modular import autoencoder, measure, run, search
from analyses.modular.params import Params
from lab.models.weights import file_sha256
from lab.results.files import write_text

SEEDS = 3  # trainings that are recorded; the first is shipped
# How far a statistic's mean over the models may lie from the recorded seeds' range. Their units are a
# share of the variance, latents and a share of the key circles. The last goes in steps of one circle
# of about three in each of five models; one step is a fifteenth.
TOLERANCES = {"explained": 0.01, "alive": 4.0, "shown": 0.14}


@dataclass(frozen=True)
class Statistics:
    """What is compared of one autoencoder."""

    explained: float  # share of the variance
    alive: int  # latents that ever fire
    shown: float  # share of the key circles that some cluster shows


Trained = dict[autoencoder.Name, autoencoder.Autoencoder]
Judged = dict[autoencoder.Name, Statistics]
Means = dict[str, dict[str, float]]  # by condition and statistic


def trained(
    params: Params, loaded: run.Loaded
) -> Iterator[tuple[autoencoder.Name, autoencoder.Autoencoder, Statistics]]:
    """Every autoencoder from the seed that the parameters name, with its statistics, one by one."""
    bar = run.key_bar(run.untrained_embeddings(params))
    for seed in range(params.models):
        model = loaded.models[seed]
        embedding = model.W_E[: params.recipe.modulus].double().numpy()
        keys = measure.key_frequencies(measure.frequency_shares(embedding), bar)
        for condition, given in search.inputs(model, keys, params, seed).items():
            fitted = autoencoder.fit(
                torch.from_numpy(given.rows).float(),
                latents=params.latents,
                active=given.active,
                steps=params.steps,
                batch=params.batch,
                rate=params.rate,
                seed=params.training_seed,
            )
            yield (seed, condition), fitted, statistics(fitted, given.rows, keys, params)


def statistics(
    fitted: autoencoder.Autoencoder, rows: measure.Floats, keys: list[int], params: Params
) -> Statistics:
    """What is compared of one autoencoder, on the rows it was trained on."""
    codes, directions = search.living(rows, fitted)
    found = [
        each
        for groups in search.by_method(directions, params).values()
        for each in search.judge(codes, directions, groups, keys, params)
    ]
    return Statistics(
        explained=search.explained(rows, fitted),
        alive=len(directions),
        shown=len(search.shown(found)) / len(keys),
    )


def means(judged: Judged) -> Means:
    """Each statistic's mean over the models, by condition."""
    conditions = dict.fromkeys(condition for _, condition in judged)
    return {
        condition: {
            name: float(
                np.mean([getattr(s, name) for (_, c), s in judged.items() if c == condition])
            )
            for name in TOLERANCES
        }
        for condition in conditions
    }


def outside(new: Means, recorded: list[Means]) -> list[str]:
    """What lies further from the recorded seeds' range than its tolerance, told one a line."""
    found = []
    for condition, values in new.items():
        for name, value in values.items():
            known = [each[condition][name] for each in recorded]
            low, high = min(known) - TOLERANCES[name], max(known) + TOLERANCES[name]
            if not low <= value <= high:
                found.append(
                    f"{condition}: {name} is {value:.4g}, wanted {low:.4g} to {high:.4g} "
                    f"(the recorded seeds' range and {TOLERANCES[name]:g} to either side)"
                )
    return found


def export(shipped: Trained, recorded: list[Means], params: Params) -> str:
    """Write the checkpoint and the record of its training; returns the checkpoint's sha256."""
    autoencoder.save(run.AUTOENCODERS, shipped)
    sha256 = file_sha256(run.AUTOENCODERS)
    content = {
        "checkpoint": run.AUTOENCODERS.name,
        "sha256": sha256,
        "dtype": "float32",
        "command": "python -m analyses.modular.train_autoencoders",
        "seeds": [params.training_seed + place for place in range(len(recorded))],
        "tolerances": TOLERANCES,
        "means": recorded,
    }
    write_text(run.AUTOENCODERS_TRAINING, json.dumps(content, indent=1) + "\n")
    return sha256


def _all(params: Params, loaded: run.Loaded) -> tuple[Trained, Means]:
    every: Trained = {}
    judged: Judged = {}
    for name, fitted, found in trained(params, loaded):
        every[name], judged[name] = fitted, found
        click.echo(
            f"seed {params.training_seed}, model {name[0]}, {name[1]}: {found.explained:.4f} of the "
            f"variance, {found.alive} alive, {found.shown:.2f} of the circles shown"
        )
    return every, means(judged)


@click.command()
@click.option("--check", is_flag=True, help="Train once more and compare; write nothing.")
@click.option("--seeds", default=SEEDS, show_default=True, help="Trainings to record.")
def main(check: bool, seeds: int) -> None:
    """Train an autoencoder for every model and condition, and ship those of the first seed."""
    torch.set_num_threads(1)
    params, loaded = Params(), run.load_models()
    if check:
        _, training = autoencoder.load(run.AUTOENCODERS, run.AUTOENCODERS_TRAINING)
        problems = outside(_all(params, loaded)[1], training["means"])
        for line in problems:
            click.echo(line)
        sys.exit(bool(problems))
    shipped: Trained = {}
    recorded = []
    for place in range(seeds):
        again = replace(params, training_seed=params.training_seed + place)
        fitted, found = _all(again, loaded)
        shipped = shipped or fitted
        recorded.append(found)
    click.echo(f"{run.AUTOENCODERS.name}: sha256 {export(shipped, recorded, params)}")


if __name__ == "__main__":
    main()
