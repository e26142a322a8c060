"""What an autoencoder is trained on is what the model has at the layer, less what is massive."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from lab.models.activations import residual_stream
from lab.sae import activation_store
from tests.lab.made_model import VOCABULARY, made

LAYER = 2


@pytest.fixture
def contexts() -> torch.Tensor:
    return torch.randint(1, VOCABULARY, (10, 6), generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize("kind", ["llama", "gpt2"])
def test_rows_are_the_layers_without_first_positions_and_a_cut_reading_goes_on(
    kind: str, contexts: torch.Tensor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(activation_store, "SHARD", 4)
    loaded = made(kind)
    found = activation_store.harvest(loaded, contexts, LAYER, tmp_path)
    stream = residual_stream(loaded, contexts, [LAYER])[0, :, 1:].flatten(0, 1)
    kept = stream[stream.norm(dim=1) <= found.threshold]
    rows = np.concatenate([np.load(shard) for shard in found.shards])
    np.testing.assert_array_equal(rows, kept.half().numpy())
    assert len(found.shards) == 3
    assert (found.tokens, found.rows + found.massive) == (50, 50)
    found.shards[1].unlink()
    before = found.shards[0].stat().st_mtime_ns
    again = activation_store.harvest(loaded, contexts, LAYER, tmp_path)
    assert again.shards[0].stat().st_mtime_ns == before
    np.testing.assert_array_equal(np.concatenate([np.load(shard) for shard in again.shards]), rows)


def test_massive_vectors_are_left_out_and_counted(contexts: torch.Tensor, tmp_path: Path) -> None:
    loaded = made("gpt2")
    weight = loaded.model.get_input_embeddings().weight
    loud = int(contexts[0, 3])
    weight.data[loud] *= 1_000
    found = activation_store.harvest(loaded, contexts, 0, tmp_path)
    assert found.massive == int((contexts[:, 1:] == loud).sum()) > 0
    assert found.dropped == found.massive / 50
