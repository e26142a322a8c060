"""Train an autoencoder: `python -m analyses.latents.train [--layer 15] [--latents 8192]`.

Without options: the one that ships, again. Everything it needs is fetched by package name; what
it keeps on the way (text, activations, checkpoints) lies in the user's cache, and a run that was
cut short goes on from there.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import asdict
from pathlib import Path

import platformdirs
import torch
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from analyses.latents import text
from analyses.latents.text import Mix
from lab.errors import AnalysisError
from lab.fingerprint.fingerprint import digest
from lab.models import loader
from lab.sae import activation_store
from lab.sae import train as sae_training
from lab.sae.train import Recipe


class Told:
    """Progress by stage: a bar in a terminal, a line every few seconds in a file."""

    def __init__(self, progress: Progress) -> None:
        """A bar for each stage, in this display."""
        self.progress = progress
        self.tasks: dict[str, TaskID] = {}
        self.last = 0.0

    def __call__(self, what: str, done: int, total: int) -> None:
        """Say that so much of so much of a stage is done."""
        stage = what.partition(",")[0]
        if stage not in self.tasks:
            self.tasks[stage] = self.progress.add_task(what, total=total)
        self.progress.update(self.tasks[stage], description=what, completed=done)
        if not self.progress.console.is_terminal and time.monotonic() > self.last + 10:
            self.last = time.monotonic()
            print(f"{what}: {done:,} of {total:,}", flush=True)


def main(arguments: list[str] | None = None) -> int:
    """Parse, train, save; 1 with one message where something is missing."""
    options = _parser().parse_args(arguments)
    recipe = Recipe(
        layer=options.layer,
        latents=options.latents,
        active=options.active,
        samples=options.samples,
        seed=options.seed,
    )
    mix = Mix(contexts=options.contexts, seed=options.seed)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    try:
        with Progress(*columns, console=Console(stderr=True)) as progress:
            train(recipe, mix, options.folder, options.out, options.untrained, Told(progress))
    except AnalysisError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    return 0


def train(
    recipe: Recipe, mix: Mix, folder: Path, out: Path | None, untrained: bool, told: Told
) -> Path:
    """Corpus, activations, training; the folder that holds the autoencoder."""
    started = time.monotonic()
    device = loader.choose_device()
    loaded = loader.load(recipe.model, device=device, dtype=torch.bfloat16)
    parts = text.build(loaded, mix, folder, told)
    contexts, tokens = text.training_contexts(parts, mix)
    if untrained:
        loaded = loader.untrained(loaded, recipe.seed)
    key = digest([asdict(mix), recipe.model, recipe.layer, untrained, len(contexts)])[:12]
    harvested = activation_store.harvest(
        loaded, contexts, recipe.layer, folder / f"rows-{key}", told
    )
    sae = sae_training.train(
        recipe, harvested, folder / f"training-{key}", device=device, report=told
    )
    name = f"{recipe.model}-l{recipe.layer}" + ("-untrained" if untrained else "")
    place = out or folder / name
    about = {
        "mix": asdict(mix),
        "tokens": tokens,
        "rows": harvested.rows,
        "massive_left_out": harvested.massive,
        "massive_above": harvested.threshold,
        "untrained_model": untrained,
        "device": device,
        "seconds": round(time.monotonic() - started),
    }
    sae_training.save(sae, recipe, place, about)
    print(f"Saved {place} after {about['seconds']} s.")
    return place


def _parser() -> argparse.ArgumentParser:
    made = Recipe()
    parser = argparse.ArgumentParser(
        prog="python -m analyses.latents.train", description=(__doc__ or "").partition("\n\n")[0]
    )
    parser.add_argument("--layer", type=int, default=made.layer, help="what enters this block")
    parser.add_argument("--latents", type=int, default=made.latents, help="width")
    parser.add_argument("--active", type=int, default=made.active, help="latents that fire at once")
    parser.add_argument("--samples", type=int, default=made.samples, help="activations trained on")
    parser.add_argument(
        "--contexts", type=int, default=Mix().contexts, help="of 128 tokens, read for activations"
    )
    parser.add_argument("--seed", type=int, default=made.seed)
    parser.add_argument(
        "--untrained", action="store_true", help="on the model with weights drawn anew: a control"
    )
    parser.add_argument("--out", type=Path, help="where the SAE is written")
    parser.add_argument(
        "--folder",
        type=Path,
        default=Path(platformdirs.user_cache_dir("in-season")) / "latents",
        help="text, activations and checkpoints; some 6 GB",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
