"""Train a TopK autoencoder on a model's residual stream: seeded, resumable, on CPU or GPU.

Three stages, each of which finds what an earlier run of it left in the work folder: contexts,
activations (`sae_rows`), training (SAELens's trainer and checkpoints). A run that was cut
short goes on where its last shard or checkpoint ends, and ends in the same weights.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, cast

import torch

from lab.fingerprint.fingerprint import digest
from lab.models.weights import file_sha256
from lab.sae.activation_store import Harvest, batches
from lab.sae.autoencoder import WEIGHTS_FILE

Report = Callable[[str, int, int], None]  # what, done, of how many


@dataclass(frozen=True)
class Recipe:
    """Everything the weights depend on besides the corpus; every default says why."""

    model: str = "smollm2-135m"
    # Where earlier trials had seen the clearest circles.
    layer: int = 12
    # Seven a dimension, and 19 MB with encoder and decoder in float16.
    latents: int = 8192
    # As in most published TopK autoencoders of small models.
    active: int = 32
    # Long enough for a sentence to have a past, short enough for batches to fill a CPU.
    length: int = 128
    # Activations the trainer sees, repeats included: about every one three times.
    samples: int = 9_000_000
    batch: int = 4096
    # Usual for Adam at this batch; the first trial, on 800,000 activations, was steady with it.
    rate: float = 1e-3
    # Share of the steps over which the rate falls to zero.
    decay: float = 0.3
    # Of the step's matrix products. A processor with bfloat16 of its own needs a fifth of the time
    # for it; one without needs a hundred times as long as for float32.
    precision: Literal["bfloat16", "float32"] = "bfloat16"
    seed: int = 0

    @property
    def hook(self) -> str:
        """The hook that reads the layer, as SAELens and TransformerLens name it."""
        return f"blocks.{self.layer - 1}.hook_resid_post" if self.layer else "hook_embed"


def train(
    recipe: Recipe,
    harvested: Harvest,
    folder: Path,
    *,
    device: str = "cpu",
    report: Report = lambda *_: None,
    checkpoints: int = 20,
) -> Any:
    """The trained SAELens training SAE, its scale folded into its weights.

    `folder` keeps the newest checkpoint, from which an interrupted run goes on.
    """
    folder.mkdir(parents=True, exist_ok=True)
    trainer = _trainer(recipe, harvested, device)
    sae = trainer.sae
    kept = folder / f"checkpoint-{digest(asdict(recipe))[:12]}"
    if (kept / "complete").exists():
        sae.load_weights_from_checkpoint(kept)
        trainer.load_trainer_state(kept)
    trainer.data_provider = batches(
        harvested, recipe.batch, recipe.seed, trainer.n_training_samples
    )
    every = max(1, trainer.cfg.total_training_steps // checkpoints)
    while trainer.n_training_steps < trainer.cfg.total_training_steps:
        out = trainer.step(next(trainer.data_provider))
        trainer.n_training_steps += 1
        if trainer.n_training_steps % 10 == 0:
            variance = float((out.sae_in - out.sae_in.mean(dim=0)).square().sum(dim=1).mean())
            explained = 1 - float(out.loss.detach()) / variance
            report(
                f"training, {explained:.3f} explained",
                trainer.n_training_samples,
                recipe.samples,
            )
        if trainer.n_training_steps % every == 0:
            _keep(trainer, kept)
    with torch.no_grad():
        sae.W_dec /= sae.W_dec.norm(dim=1, keepdim=True)
        sae.fold_activation_norm_scaling_factor(trainer.activation_scaler.scaling_factor)
        # Directions of length 1, so that activations are in units of the residual stream. All
        # have the same length here: which latents fire does not change.
        length = sae.W_dec.norm(dim=1)
        sae.W_dec /= length[:, None]
        sae.W_enc *= length
        sae.b_enc *= length
    return sae


def _trainer(recipe: Recipe, harvested: Harvest, device: str) -> Any:
    """SAELens's trainer around our step, started at the mean with a tied encoder."""
    from sae_lens.config import SAETrainerConfig
    from sae_lens.saes.topk_sae import TopKTrainingSAEConfig
    from sae_lens.training.sae_trainer import SAETrainer

    from lab.sae.topk_step import SparseTopK

    torch.manual_seed(recipe.seed)
    width = len(harvested.mean)
    sae = SparseTopK(
        TopKTrainingSAEConfig(
            d_in=width,
            d_sae=recipe.latents,
            k=recipe.active,
            device=device,
            normalize_activations="expected_average_only_in",
            apply_b_dec_to_input=True,
            rescale_acts_by_decoder_norm=False,
            decoder_init_norm=1.0,
        )
    )
    steps = recipe.samples // recipe.batch
    trainer: Any = SAETrainer(
        SAETrainerConfig(
            total_training_samples=recipe.samples,
            train_batch_size_samples=recipe.batch,
            lr=recipe.rate,
            lr_end=0.0,
            lr_warm_up_steps=min(100, steps // 10),
            lr_decay_steps=int(recipe.decay * steps),
            device=device,
        ),
        sae,
        cast(Any, None),
    )
    # Mean norm sqrt(d_model), as SAELens scales it; set here so that no rows are used up on it.
    scale = width**0.5 / harvested.mean_norm
    trainer.activation_scaler.scaling_factor = scale
    with torch.no_grad():
        sae.W_dec /= sae.W_dec.norm(dim=1, keepdim=True)
        sae.W_enc.copy_(sae.W_dec.T)
        sae.b_dec.copy_(harvested.mean.to(device) * scale)
    sae.precision = getattr(torch, recipe.precision)
    for group in trainer.optimizer.param_groups:
        group.update(fused=True, foreach=False)
    return trainer


def _keep(trainer: Any, kept: Path) -> None:
    """Replace the checkpoint by a newer one; the old one goes only when that is whole."""
    draft = kept.with_name(kept.name + ".part")
    shutil.rmtree(draft, ignore_errors=True)
    trainer.save_checkpoint(draft.name, base_path=draft.parent)
    (draft / "complete").touch()
    shutil.rmtree(kept, ignore_errors=True)
    draft.rename(kept)


def save(sae: Any, recipe: Recipe, folder: Path, about: dict[str, Any]) -> None:
    """Write the inference SAE as SAELens does, in float16, its recipe beside it."""
    meta = sae.cfg.metadata
    meta.model_name, meta.hook_name = recipe.model, recipe.hook
    meta.context_size, meta.prepend_bos = recipe.length, True
    sae.to(torch.float16)
    sae.cfg.dtype = "float16"
    sae.save_inference_model(folder)
    config = json.loads((folder / "cfg.json").read_text(encoding="utf-8"))
    config["device"] = "cpu"
    (folder / "cfg.json").write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")
    sha256 = file_sha256(folder / WEIGHTS_FILE)
    told = {"recipe": asdict(recipe), **about, "sha256": sha256}
    (folder / "recipe.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
