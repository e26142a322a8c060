"""What is read is what the model has, on both architectures: their blocks are called differently."""

from __future__ import annotations

import pytest
import torch

from lab.errors import AnalysisError
from lab.models.activations import residual_stream, residuals_at
from lab.models.loader import LoadedModel
from tests.lab.made_model import BLOCKS, VOCABULARY, made


@pytest.fixture(scope="module", params=["llama", "gpt2"])
def loaded(request: pytest.FixtureRequest) -> LoadedModel:
    return made(request.param)


def drawn(*lengths: int) -> list[list[int]]:
    draw = torch.Generator().manual_seed(2)
    return [torch.randint(1, VOCABULARY, (each,), generator=draw).tolist() for each in lengths]


def test_the_stream_is_the_models_own_time_after_time(loaded: LoadedModel) -> None:
    """Time after time: a type checker that looks at one argument in five must look at each."""
    tokens = torch.tensor(drawn(7, 7, 7))
    hidden = loaded.model(tokens, output_hidden_states=True).hidden_states
    for _ in range(20):
        found = residual_stream(loaded, tokens, [0, 2, BLOCKS])
        assert torch.equal(found[0], hidden[0])
        assert torch.equal(found[1], hidden[2])
        assert torch.equal(loaded.final_norm(found[2]), hidden[-1])


def test_padding_changes_nothing_of_what_stands_before_it(loaded: LoadedModel) -> None:
    contexts = drawn(3, 7, 5)
    together = residuals_at(loaded, contexts, [-1, -1, 2], [1, BLOCKS])
    alone = [
        residuals_at(loaded, [context], [at], [1, BLOCKS]).vectors[:, 0]
        for context, at in zip(contexts, [-1, -1, 2], strict=True)
    ]
    torch.testing.assert_close(together.vectors, torch.stack(alone, dim=1), atol=1e-5, rtol=1e-4)
    assert together.tokens == 3 + 7 + 5 - 3  # prefixes are not counted


def test_a_layer_that_is_none_is_named(loaded: LoadedModel) -> None:
    with pytest.raises(AnalysisError, match=r"layers \[5\]: .* has 4 blocks. Use 0"):
        residual_stream(loaded, torch.tensor(drawn(3)), [1, BLOCKS + 1])
