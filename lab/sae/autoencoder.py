"""A sparse autoencoder in SAELens's own format, read from its folder.

A folder holds `cfg.json` and `sae_weights.safetensors`; `SAE.load_from_disk` reads it as it is.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from lab.errors import AnalysisError

WEIGHTS_FILE = "sae_weights.safetensors"
CONFIG_FILE = "cfg.json"
_HOOK = re.compile(r"blocks\.(\d+)\.hook_resid_(pre|post)")


@dataclass(frozen=True)
class LoadedSae:
    """An autoencoder ready to use, and what provenance must say about it.

    `layer` counts as everywhere here: L is what enters block L, so the hook
    `blocks.11.hook_resid_post` is layer 12.
    """

    name: str
    sha256: str
    model: str  # as `lab.models.loader.load` knows it
    hook: str
    layer: int
    W_enc: Float[Tensor, "d_model latent"]
    b_enc: Float[Tensor, " latent"]
    W_dec: Float[Tensor, "latent d_model"]
    b_dec: Float[Tensor, " d_model"]
    sae: Any  # the sae_lens SAE itself
    # Whether it writes the stream without its mean over d_model, as TransformerLens centres it.
    centred: bool = False
    # Latents that fire for a token on plain prose, from and to; what it explains of the variance.
    fires: tuple[float, float] = (0.0, math.inf)
    # Trained ones explain .65 and more of it here; what reads another model's stream, less than 0.
    explains: float = 0.5

    @property
    def d_model(self) -> int:
        """Width of the vectors it reads."""
        return int(self.W_dec.shape[1])

    @property
    def latents(self) -> int:
        """How many latents it has."""
        return int(self.W_dec.shape[0])

    def encode(self, rows: Float[Tensor, "row d_model"]) -> Float[Tensor, "row latent"]:
        """Each row's latents, zero where they do not fire."""
        with torch.inference_mode():
            codes: Tensor = self.sae.encode(rows.to(self.W_enc))
        return codes

    def decode(self, codes: Float[Tensor, "row latent"]) -> Float[Tensor, "row d_model"]:
        """Rows from their latents, the decoder's bias included."""
        with torch.inference_mode():
            rows: Tensor = self.sae.decode(codes.to(self.W_dec))
        return rows


def from_disk(name: str, folder: Path, digest: str, device: str) -> LoadedSae:
    """Read a SAELens folder; its metadata say which model and hook it was trained on."""
    from sae_lens import SAE

    sae = SAE.load_from_disk(folder, device=device, dtype="float32").eval().requires_grad_(False)
    return wrap(name, sae, digest, model=str(sae.cfg.metadata.get("model_name")))


def wrap(name: str, sae: Any, digest: str, *, model: str) -> LoadedSae:
    """A LoadedSae around an SAE that sae_lens loaded.

    Raises AnalysisError where its hook is not a place in the residual stream.
    """
    hook = str(sae.cfg.metadata.get("hook_name"))
    return LoadedSae(
        name=name,
        sha256=digest,
        model=model,
        hook=hook,
        layer=layer_of(hook, name),
        W_enc=sae.W_enc.detach(),
        b_enc=sae.b_enc.detach() if hasattr(sae, "b_enc") else sae.W_enc.new_zeros(sae.cfg.d_sae),
        W_dec=sae.W_dec.detach(),
        b_dec=sae.b_dec.detach(),
        sae=sae,
    )


def layer_of(hook: str, name: str) -> int:
    """The layer, counted by what enters a block, that a residual hook reads.

    Raises AnalysisError for a hook elsewhere.
    """
    match = _HOOK.fullmatch(hook)
    if match is None:
        raise AnalysisError(
            f'SAE "{name}": it was trained on {hook!r}, and only the residual stream is read '
            "here: blocks.N.hook_resid_pre or blocks.N.hook_resid_post."
        )
    return int(match[1]) + (match[2] == "post")
