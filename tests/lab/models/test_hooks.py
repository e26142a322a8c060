"""Edits of the residual stream do what they say, where they say, and nothing else."""

from __future__ import annotations

import pytest
import torch

from lab.errors import AnalysisError
from lab.models import hooks
from lab.models.loader import LoadedModel
from tests.lab.made_model import BLOCKS, D_MODEL, VOCABULARY, made


@pytest.fixture(scope="module", params=["llama", "gpt2"])
def loaded(request: pytest.FixtureRequest) -> LoadedModel:
    return made(request.param)


@pytest.fixture
def tokens() -> torch.Tensor:
    return torch.randint(1, VOCABULARY, (3, 7), generator=torch.Generator().manual_seed(1))


def adding(vector: torch.Tensor, positions: torch.Tensor | int) -> hooks.Edit:
    """Add a vector at one position of each row."""

    def edit(stream: torch.Tensor) -> torch.Tensor:
        moved = stream.clone()
        moved[torch.arange(len(stream)), positions] += vector
        return moved

    return edit


def test_an_edit_that_changes_nothing_changes_not_one_bit(
    loaded: LoadedModel, tokens: torch.Tensor
) -> None:
    plain = loaded.model(tokens).logits
    stream = hooks.streams(loaded, tokens, [2])[0]
    edits: list[hooks.Edit] = [
        adding(torch.zeros(D_MODEL), -1), lambda _: stream, lambda found: found
    ]  # fmt: skip
    for edit in edits:
        with hooks.editing(loaded, {2: edit}):
            assert torch.equal(loaded.model(tokens).logits, plain)


def test_the_streams_are_the_models_own(loaded: LoadedModel, tokens: torch.Tensor) -> None:
    hidden = loaded.model(tokens, output_hidden_states=True).hidden_states
    found = hooks.streams(loaded, tokens, [0, 2, BLOCKS])
    assert torch.equal(found[0], hidden[0])
    assert torch.equal(found[1], hidden[2])
    assert torch.equal(loaded.final_norm(found[2]), hidden[-1])


def test_nothing_is_left_behind_even_by_an_error(loaded: LoadedModel, tokens: torch.Tensor) -> None:
    plain = loaded.model(tokens).logits
    shift = {1: adding(torch.ones(D_MODEL), 0)}
    with pytest.raises(IndexError), hooks.editing(loaded, shift):
        loaded.model(tokens + VOCABULARY)
    stream = hooks.streams(loaded, tokens, [2])[0]
    hooks.run_from(loaded, 2, stream)
    assert len(loaded.blocks) == BLOCKS
    assert torch.equal(loaded.model(tokens).logits, plain)


@pytest.mark.parametrize("layer", range(BLOCKS + 1))
def test_an_edit_reaches_its_layer_and_position_and_nothing_before(
    loaded: LoadedModel, tokens: torch.Tensor, layer: int
) -> None:
    every = list(range(BLOCKS + 1))
    plain = hooks.streams(loaded, tokens, every)
    vector = torch.linspace(-1, 1, D_MODEL)
    with hooks.editing(loaded, {layer: adding(vector, torch.tensor([3, -2, 5]))}):
        # It reads with hooks of its own, registered after the edit's.
        found = hooks.streams(loaded, tokens, every)
    assert torch.equal(found[:layer], plain[:layer])
    expected = plain[layer].clone()
    for row, position in enumerate((3, 5, 5)):
        expected[row, position] += vector
    assert torch.equal(found[layer], expected)
    assert torch.equal(found[layer:, 0, :3], plain[layer:, 0, :3])  # attention looks backwards
    if layer < BLOCKS:
        assert not torch.allclose(found[-1, 0, 6], plain[-1, 0, 6])


@pytest.mark.parametrize("layer", [0, 2, BLOCKS])
def test_running_on_from_a_layer_is_a_whole_pass(
    loaded: LoadedModel, tokens: torch.Tensor, layer: int
) -> None:
    stream = hooks.streams(loaded, tokens, [layer])[0]
    plain = loaded.model(tokens).logits
    hidden = hooks.run_from(loaded, layer, stream)
    assert torch.equal(loaded.model.get_output_embeddings()(hidden), plain)
    few = torch.tensor([4, 9])
    torch.testing.assert_close(hooks.unembed(loaded, hidden, few), plain[..., few])
    edit = adding(torch.ones(D_MODEL), 4)
    with hooks.editing(loaded, {layer: edit}):
        edited = loaded.model(tokens).logits
    found = hooks.unembed(loaded, hooks.run_from(loaded, layer, edit(stream)))
    assert torch.equal(found, edited)


@pytest.mark.parametrize("layer", [0, 3])
def test_a_prefix_read_once_changes_nothing(
    loaded: LoadedModel, tokens: torch.Tensor, layer: int
) -> None:
    shared = torch.cat([tokens[:1, :4].expand(3, -1), tokens[:, 4:]], dim=1)
    prefix = hooks.read_prefix(loaded, shared[0, :4].tolist())
    whole = hooks.streams(loaded, shared, [layer])[0]
    stream = hooks.streams(loaded, shared[:, 4:], [layer], prefix=prefix)[0]
    torch.testing.assert_close(stream, whole[:, 4:], atol=1e-5, rtol=1e-4)
    plain = loaded.model(shared).logits[:, 4:]
    for _ in range(2):  # the second run finds the prefix as the first one did
        hidden = hooks.run_from(loaded, layer, stream, prefix=prefix)
        found = hooks.unembed(loaded, hidden)
        torch.testing.assert_close(found, plain, atol=1e-4, rtol=1e-4)


def test_layers_and_prefixes_that_do_not_fit_are_named(loaded: LoadedModel) -> None:
    with pytest.raises(AnalysisError, match=r"layers \[5\]: .* has 4 blocks"):
        hooks.run_from(loaded, 5, torch.zeros(1, 1, D_MODEL))
    with (
        pytest.raises(AnalysisError, match=r"layers \[-1\]"),
        hooks.editing(loaded, {-1: lambda found: found}),
    ):
        pass
    with pytest.raises(AnalysisError, match="no tokens"):
        hooks.read_prefix(loaded, [])
