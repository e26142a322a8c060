"""The same model before any training: what an architecture does by itself."""

from __future__ import annotations

from dataclasses import replace

import torch

from lab.models.loader import LoadedModel


def untrained(loaded: LoadedModel, seed: int) -> LoadedModel:
    """The architecture and tokenizer with weights drawn anew; seeded."""
    from transformers import AutoModelForCausalLM

    with torch.random.fork_rng():
        torch.manual_seed(seed)
        fresh = AutoModelForCausalLM.from_config(
            loaded.model.config, dtype=torch.float32, attn_implementation="eager"
        )
    fresh = fresh.to(loaded.device, loaded.model.dtype).eval().requires_grad_(False)
    return replace(loaded, model=fresh, name=f"{loaded.name}, untrained", weights_sha256="")
