"""A small TopK sparse autoencoder on one page.

Source: Gao et al. 2024, "Scaling and evaluating sparse autoencoders", without its auxiliary loss:
at this size next to nothing dies.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from lab.errors import AnalysisError
from lab.models.weights import file_sha256
from lab.results.files import write_bytes

Name = tuple[int, str]  # the model's seed and the condition of the search
WEIGHTS = ("W_enc", "b_enc", "W_dec", "b_dec")


@dataclass(frozen=True)
class Autoencoder:
    """Trained weights, for activations in their own units."""

    W_enc: Float[Tensor, "d_model latent"]
    b_enc: Float[Tensor, " latent"]
    W_dec: Float[Tensor, "latent d_model"]  # rows of length 1
    b_dec: Float[Tensor, " d_model"]
    active: int

    def encode(self, rows: Float[Tensor, "row d_model"]) -> Float[Tensor, "row latent"]:
        """Each row's latents: at most `active` of them above zero."""
        return _sparse((rows - self.b_dec) @ self.W_enc + self.b_enc, self.active)

    def decode(self, codes: Float[Tensor, "row latent"]) -> Float[Tensor, "row d_model"]:
        """Rows from their latents."""
        return codes @ self.W_dec + self.b_dec


def fit(
    rows: Float[Tensor, "row d_model"],
    *,
    latents: int,
    active: int,
    steps: int,
    batch: int,
    rate: float,
    seed: int,
) -> Autoencoder:
    """Train on rows drawn at random; the rate falls to zero over the last fifth of the steps."""
    generator = torch.Generator().manual_seed(seed)
    rows = rows.detach()
    centre = rows.mean(dim=0)
    scale = (rows - centre).square().sum(dim=1).mean().sqrt()
    inputs = (rows - centre) / scale
    W_dec = torch.nn.functional.normalize(
        torch.randn(latents, rows.shape[1], generator=generator), dim=1
    )
    weights = {
        "W_enc": W_dec.T.clone(),
        "b_enc": torch.zeros(latents),
        "W_dec": W_dec,
        "b_dec": torch.zeros(rows.shape[1]),
    }
    parameters = [weight.requires_grad_() for weight in weights.values()]
    optimizer = torch.optim.Adam(parameters, lr=rate)
    slow = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, 5 * (1 - step / steps))
    )
    for _ in range(steps):
        some = inputs[torch.randint(len(inputs), (batch,), generator=generator)]
        codes = _sparse((some - weights["b_dec"]) @ weights["W_enc"] + weights["b_enc"], active)
        loss = (codes @ weights["W_dec"] + weights["b_dec"] - some).square().sum(dim=1).mean()
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        slow.step()
        with torch.no_grad():
            weights["W_dec"] /= weights["W_dec"].norm(dim=1, keepdim=True)
    kept = {name: weight.detach() for name, weight in weights.items()}
    kept["b_enc"] = kept["b_enc"] * scale
    kept["b_dec"] = kept["b_dec"] * scale + centre
    return Autoencoder(**kept, active=active)


def save(path: Path, trained: Mapping[Name, Autoencoder]) -> None:
    """Write autoencoders as one safetensors file, in single precision."""
    from safetensors.torch import save as packed

    tensors = {
        f"seed{seed}.{condition}.{weight}": getattr(each, weight).float().contiguous()
        for (seed, condition), each in trained.items()
        for weight in WEIGHTS
    }
    active = {f"seed{seed}.{condition}": each.active for (seed, condition), each in trained.items()}
    write_bytes(path, packed(tensors, metadata={"active": json.dumps(active)}))


def load(path: Path, record: Path) -> tuple[dict[Name, Autoencoder], dict[str, Any]]:
    """The shipped autoencoders, and the record of their training.

    Raises AnalysisError where either file is missing or they do not belong together.
    """
    from safetensors import safe_open

    again = "Make them anew: python -m analyses.modular.train_autoencoders"
    if not path.exists() or not record.exists():
        raise AnalysisError(f"{path.name} and {record.name}: one is missing. {again}")
    training = json.loads(record.read_text(encoding="utf-8"))
    sha256 = file_sha256(path)
    if sha256 != training["sha256"]:
        raise AnalysisError(
            f"{path.name} has sha256 {sha256[:12]}…, {record.name} was written with "
            f"{training['sha256'][:12]}…: they are not of one training. {again}"
        )
    trained = {}
    with safe_open(path, framework="pt") as file:
        for name, active in json.loads(file.metadata()["active"]).items():
            weights = {weight: file.get_tensor(f"{name}.{weight}") for weight in WEIGHTS}
            seed, _, condition = name.removeprefix("seed").partition(".")
            trained[int(seed), condition] = Autoencoder(**weights, active=active)
    return trained, training


def _sparse(values: Float[Tensor, "row latent"], active: int) -> Float[Tensor, "row latent"]:
    """The largest few of each row, those above zero; the rest 0."""
    top = values.topk(active, dim=1)
    return torch.zeros_like(values).scatter(1, top.indices, top.values.relu())
