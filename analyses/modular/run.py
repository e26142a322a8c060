"""The study: trained models and parameters in, a result out. The only module that runs a model."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from analyses.modular import autoencoder, measure
from analyses.modular.ablate import ablate
from analyses.modular.data import split, table
from analyses.modular.params import DATA, Params, Recipe
from analyses.modular.result import Answered, Circle, Curve, Model, Result
from analyses.modular.search import references, searches
from analyses.modular.summary import summarise
from analyses.modular.train import CHECKPOINT, TRAINING, cross_entropy, untrained
from analyses.modular.transformer import Transformer
from lab.errors import AnalysisError
from lab.geometry.irreducibility import mixture_index, separability
from lab.models.weights import file_sha256

AUTOENCODERS, AUTOENCODERS_TRAINING = (Path(__file__).parent / name for name in DATA)
Report = Callable[[str, int, int], None]  # what, done, of how many


@dataclass(frozen=True)
class Loaded:
    """The shipped models and how they were trained; what provenance must say about them."""

    models: list[Transformer]
    curves: list[dict[str, list[Any]]]
    recipe: Recipe
    autoencoders: dict[autoencoder.Name, autoencoder.Autoencoder]
    name: str
    weights_sha256: str
    device: str = "cpu"  # they are too small for anything else
    dtype: str = "float32"


def load(name: str = "modular-addition") -> Loaded:
    """The shipped models and their autoencoders, checked against the records of their training.

    Raises AnalysisError where a file is missing or belongs to another training.
    """
    models = load_models(name)
    trained, _ = autoencoder.load(AUTOENCODERS, AUTOENCODERS_TRAINING)
    return replace(models, autoencoders=trained)


def load_models(name: str = "modular-addition") -> Loaded:
    """The models in the checkpoint, without autoencoders.

    Raises AnalysisError where either is missing or they do not belong together.
    """
    from safetensors.torch import load_file

    again = "Make them anew: python -m analyses.modular.train"
    if not CHECKPOINT.exists() or not TRAINING.exists():
        raise AnalysisError(f"{CHECKPOINT.name} and {TRAINING.name}: one is missing. {again}")
    training = json.loads(TRAINING.read_text(encoding="utf-8"))
    sha256 = file_sha256(CHECKPOINT)
    if sha256 != training["sha256"]:
        raise AnalysisError(
            f"{CHECKPOINT.name} has sha256 {sha256[:12]}…, {TRAINING.name} was written with "
            f"{training['sha256'][:12]}…: they are not of one training. {again}"
        )
    tensors = load_file(CHECKPOINT)
    recipe = Recipe(**training["recipe"])
    models = []
    for seed in range(len(training["curves"])):
        model = untrained(recipe, seed)
        prefix = f"seed{seed}."
        state = {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}
        model.load_state_dict(state)
        models.append(model.requires_grad_(False))
    curves = [training["curves"][str(seed)] for seed in range(len(models))]
    return Loaded(models, curves, recipe, {}, name, sha256)


def run(params: Params, loaded: Loaded, report: Report = lambda *_: None) -> Result:
    """Measure every model, its circles and what the search for circles finds in it.

    Raises AnalysisError where the checkpoint holds models of another recipe or too few.
    """
    if loaded.recipe != params.recipe or len(loaded.models) < params.models:
        raise AnalysisError(
            f"the checkpoint holds {len(loaded.models)} models of {asdict(loaded.recipe)}; the "
            f"study wants {params.models} of {asdict(params.recipe)}. "
            "Train them: python -m analyses.modular.train"
        )
    torch.set_num_threads(1)  # for numbers that are the same whatever else the machine does
    null = untrained_embeddings(params)
    bar = key_bar(null)
    found = []
    for seed in range(params.models):
        report(f"model {seed}", seed, params.models)
        found.append(describe(seed, loaded, bar, params))
    report("all models", params.models, params.models)
    return Result(
        modulus=params.recipe.modulus,
        bar=bar,
        models=found,
        references=references(params),
        summary=summarise(found, null, params),
    )


def untrained_embeddings(params: Params) -> list[measure.Floats]:
    """Embeddings of the numbers as they are drawn, by seeds no model was trained with."""
    numbers = params.recipe.modulus
    return [
        untrained(params.recipe, params.models + draw).W_E[:numbers].detach().double().numpy()
        for draw in range(params.untrained)
    ]


def key_bar(null: list[measure.Floats]) -> float:
    """What a key frequency's share exceeds: the largest share in any untrained embedding."""
    return float(max(measure.frequency_shares(embedding).max() for embedding in null))


def describe(seed: int, loaded: Loaded, bar: float, params: Params) -> Model:
    """One model: what it answers, which frequencies it uses, its circles, ablations, searches."""
    model = loaded.models[seed]
    embedding = model.W_E[: params.recipe.modulus].double().numpy()
    shares = measure.frequency_shares(embedding)
    keys = measure.key_frequencies(shares, bar)
    sums = table(params.recipe.modulus)
    shown, hidden = split(len(sums.answers), params.recipe.train_share, seed)
    logits = model(sums.questions)
    return Model(
        seed=seed,
        train=_answered(logits[shown], sums.answers[shown]),
        test=_answered(logits[hidden], sums.answers[hidden]),
        shares=shares.tolist(),
        keys=keys,
        curve=curve(loaded.curves[seed], keys),
        circles=[circle(embedding, key, float(shares[key - 1])) for key in keys],
        ablation=ablate(model, keys, params),
        searches=searches(model, _of_model(loaded, seed), keys, params, seed),
    )


def _of_model(loaded: Loaded, seed: int) -> dict[str, autoencoder.Autoencoder]:
    return {
        condition: each for (model, condition), each in loaded.autoencoders.items() if model == seed
    }


def curve(recorded: dict[str, list[Any]], keys: list[int]) -> Curve:
    """The recorded training, its shares summed over what are key frequencies at the end."""
    names = ("train_loss", "test_loss", "train_accuracy", "test_accuracy", "novel_accuracy")
    return Curve(
        step=recorded["step"],
        **{name: recorded[name] for name in names},
        key_share=[float(sum(shares[key - 1] for key in keys)) for shares in recorded["shares"]],
    )


def circle(embedding: measure.Floats, frequency: int, share: float) -> Circle:
    """One frequency's plane and the measures of it."""
    points = measure.circle(embedding, frequency)
    return Circle(
        frequency=frequency,
        share=share,
        order=measure.ring_order(points, frequency),
        radius_variation=measure.radius_variation(points),
        separability=separability(points),
        mixture=mixture_index(points),
        points=np.round(points, 3).tolist(),
    )


def _answered(logits: torch.Tensor, answers: torch.Tensor) -> Answered:
    right = (logits.argmax(dim=1) == answers).double().mean()
    return Answered(loss=float(cross_entropy(logits, answers)), accuracy=float(right))
