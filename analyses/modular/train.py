"""Training from nothing: `python -m analyses.modular.train` makes the checkpoint that is shipped.

The whole training half is one batch, so nothing is drawn at random after the weights: a run that
was stopped goes on exactly where it was. Another processor adds floats in another order and ends
with other weights of the same kind; the shipped file is what the study measures.
"""

from __future__ import annotations

import dataclasses
import json
import os
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import click
import torch
from jaxtyping import Float
from torch import Tensor

from analyses.modular.data import mirrored, split, table
from analyses.modular.measure import frequency_shares
from analyses.modular.params import Params, Recipe
from analyses.modular.transformer import Shape, Transformer
from lab.models.weights import file_sha256

RESULTS = Path(__file__).parent / "results"
CHECKPOINT = RESULTS / "checkpoint.safetensors"
TRAINING = RESULTS / "training.json"
STATES = Path(".cache/modular")  # where unfinished runs wait
SAVE_EVERY = 500  # steps; a state is written in a hundredth of a second

Report = Callable[[int, dict[str, float]], None]  # step, what was measured


def untrained(recipe: Recipe, seed: int) -> Transformer:
    """The model as it is drawn, before the first step."""
    shape = Shape(recipe.modulus, recipe.d_model, recipe.heads, recipe.d_mlp)
    return Transformer(shape, seed)


def train(
    recipe: Recipe,
    seed: int,
    *,
    state: Path | None = None,
    device: str = "cpu",
    report: Report = lambda *_: None,
) -> tuple[Transformer, dict[str, list[Any]]]:
    """A trained model and its curves; goes on from `state` where that file exists."""
    model = untrained(recipe, seed).to(device)
    optimizer = torch.optim.AdamW(
        model.parameters(),
        lr=recipe.learning_rate,
        weight_decay=recipe.weight_decay,
        betas=(recipe.beta1, recipe.beta2),
    )
    warm = torch.optim.lr_scheduler.LinearLR(optimizer, 1 / recipe.warmup, 1.0, recipe.warmup)
    curves: dict[str, list[Any]] = {}
    first = 0
    if state is not None and state.exists():
        saved = torch.load(state, map_location=device, weights_only=True)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        warm.load_state_dict(saved["warm"])
        curves, first = saved["curves"], saved["step"]
    sums = table(recipe.modulus)
    shown, _ = split(len(sums.answers), recipe.train_share, seed)
    questions, answers = sums.questions[shown].to(device), sums.answers[shown].to(device)
    for step in range(first, recipe.steps + 1):
        if step % recipe.log_every == 0:
            found = evaluate(model, recipe, seed)
            for key, value in {"step": step, **found}.items():
                curves.setdefault(key, []).append(value)
            report(step, found)
        if step == recipe.steps:
            break
        loss = cross_entropy(model(questions), answers)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        warm.step()
        if state is not None and (step + 1) % SAVE_EVERY == 0:
            kept = {
                "model": model.state_dict(),
                "optimizer": optimizer.state_dict(),
                "warm": warm.state_dict(),
            }
            write = partial(torch.save, {**kept, "curves": curves, "step": step + 1})
            _write(state, write)
    return model.cpu(), curves


def cross_entropy(logits: Float[Tensor, "batch modulus"], answers: Tensor) -> Float[Tensor, ""]:
    """Mean loss in nats, in double precision.

    A loss of 1e-8 is below what single precision can tell from zero; there, training jumps.
    """
    return torch.nn.functional.cross_entropy(logits.double(), answers)


@torch.no_grad()
def evaluate(model: Transformer, recipe: Recipe, seed: int) -> dict[str, Any]:
    """Loss and accuracy on each part of the table, and the embedding's shares by frequency.

    `novel` is the part of the test half whose mirror `b a` was not shown either.
    """
    sums = table(recipe.modulus)
    shown, hidden = split(len(sums.answers), recipe.train_share, seed)
    novel = hidden[~torch.isin(mirrored(hidden, recipe.modulus), shown)]
    logits = model(sums.questions.to(model.W_E.device)).cpu()
    right = logits.argmax(dim=1) == sums.answers
    found: dict[str, Any] = {}
    for name, rows in {"train": shown, "test": hidden, "novel": novel}.items():
        found[f"{name}_loss"] = float(cross_entropy(logits[rows], sums.answers[rows]))
        found[f"{name}_accuracy"] = float(right[rows].double().mean())
    embedding = model.W_E[: recipe.modulus].double().cpu().numpy()
    found["shares"] = [float(f"{share:.4g}") for share in frequency_shares(embedding)]
    return found


def export(models: dict[int, Transformer], curves: dict[int, Any], params: Params) -> str:
    """Write the checkpoint at half precision and its recipe; returns the checkpoint's sha256."""
    from safetensors.torch import save_file

    tensors = {
        f"seed{seed}.{name}": weight.detach().half().contiguous()
        for seed, model in models.items()
        for name, weight in model.state_dict().items()
    }
    recipe = json.dumps(dataclasses.asdict(params.recipe))
    _write(CHECKPOINT, lambda path: save_file(tensors, path, metadata={"recipe": recipe}))
    sha256 = file_sha256(CHECKPOINT)
    content = {
        "checkpoint": CHECKPOINT.name,
        "sha256": sha256,
        "dtype": "float16",
        "command": "python -m analyses.modular.train",
        "recipe": dataclasses.asdict(params.recipe),
        "curves": {str(seed): curve for seed, curve in curves.items()},
    }
    _write(TRAINING, lambda path: path.write_text(json.dumps(content) + "\n", encoding="utf-8"))
    return sha256


def _write(path: Path, write: Callable[[Path], object]) -> None:
    """Under another name first, then renamed: a file is whole or not there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(path.suffix, f"{path.stem}-", path.parent)
    os.close(descriptor)
    try:
        write(Path(draft))
        Path(draft).chmod(0o644)
        Path(draft).replace(path)
    finally:
        Path(draft).unlink(missing_ok=True)


@click.command()
@click.option("--device", default="cpu", show_default=True, help="cpu, cuda or mps.")
@click.option("--threads", default=1, show_default=True, help="Threads on a CPU.")
def main(device: str, threads: int) -> None:
    """Train one model for each seed and write the checkpoint; goes on where it was stopped."""
    torch.set_num_threads(threads)
    params, models, curves = Params(), {}, {}
    for seed in range(params.models):

        def report(step: int, found: dict[str, float], seed: int = seed) -> None:
            shown = f"train {found['train_loss']:.2e} test {found['test_loss']:.2e}"
            click.echo(f"seed {seed} step {step}: {shown}, {found['test_accuracy']:.1%} right")

        state = STATES / f"seed{seed}.pt"
        models[seed], curves[seed] = train(
            params.recipe, seed, state=state, device=device, report=report
        )
    click.echo(f"{CHECKPOINT.name}: sha256 {export(models, curves, params)}")
    click.echo(
        "Other models need other autoencoders: python -m analyses.modular.train_autoencoders"
    )


if __name__ == "__main__":
    main()
