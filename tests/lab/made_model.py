"""Small models with random weights, of the architectures that `models` loads."""

from __future__ import annotations

import torch

from lab.models.loader import LoadedModel

D_MODEL, BLOCKS, VOCABULARY = 24, 4, 50


def made(kind: str) -> LoadedModel:
    """One of them, without a tokenizer: "llama" or "gpt2"."""
    from transformers import AutoModelForCausalLM, GPT2Config, LlamaConfig

    config = {
        "llama": lambda: LlamaConfig(
            vocab_size=VOCABULARY, hidden_size=D_MODEL, intermediate_size=48,
            num_hidden_layers=BLOCKS, num_attention_heads=4, num_key_value_heads=2,
            initializer_range=0.2,
        ),
        "gpt2": lambda: GPT2Config(
            vocab_size=VOCABULARY, n_embd=D_MODEL, n_layer=BLOCKS, n_head=4, n_positions=64,
            initializer_range=0.2,
        ),
    }[kind]()  # fmt: skip
    torch.manual_seed(0)
    model = AutoModelForCausalLM.from_config(config, attn_implementation="eager")
    return LoadedModel(
        model=model.eval().requires_grad_(False), tokenizer=None, name=kind, weights_sha256="",
        device="cpu", dtype="float32", d_model=D_MODEL, n_layers=BLOCKS, prefix_id=0,
    )  # fmt: skip
