"""Steering read at little price is steering read in full: against a plain hook and TransformerLens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from analyses.steering import multipliers
from lab.errors import AnalysisError
from lab.models import hooks
from lab.models.loader import LoadedModel
from tests.lab.made_model import BLOCKS, D_MODEL, VOCABULARY, made

MODELS = {kind: made(kind) for kind in ("llama", "gpt2")}


@contextmanager
def adding(loaded: LoadedModel, layer: int, vector: Tensor, start: int) -> Iterator[None]:
    """The plain way: a hook that adds the vector from a position on."""

    def hook(_: torch.nn.Module, args: tuple[Tensor, ...], kwargs: dict[str, Tensor]) -> object:
        stream = args[0] if args else kwargs["hidden_states"]
        moved = torch.cat([stream[:, :start], stream[:, start:] + vector], dim=1)
        return ((moved, *args[1:]), kwargs) if args else (args, {**kwargs, "hidden_states": moved})

    handle = loaded.blocks[layer].register_forward_pre_hook(hook, with_kwargs=True)
    try:
        yield
    finally:
        handle.remove()


def plain(
    loaded: LoadedModel, tokens: tuple[int, ...], layer: int, vector: Tensor, start: int
) -> Tensor:
    with torch.inference_mode(), adding(loaded, layer, vector, start):
        return loaded.model.base_model(input_ids=torch.tensor([tokens])).last_hidden_state[0, -1]


PROMPTS = st.lists(
    st.lists(st.integers(1, VOCABULARY - 1), min_size=3, max_size=12).map(tuple),
    min_size=1,
    max_size=5,
)

# What all prompts begin with: nothing, too little to be read apart, or enough.
COMMON = st.sampled_from([(), (3, 1), tuple(range(1, multipliers.COMMON + 3))])


@pytest.mark.parametrize("kind", ["llama", "gpt2"])
@settings(max_examples=25)
@given(
    common=COMMON,
    rest=PROMPTS,
    layer=st.integers(0, BLOCKS - 1),
    size=st.integers(1, 4),
    data=st.data(),
)
def test_multiples_are_what_a_plain_hook_gives(
    kind: str,
    common: tuple[int, ...],
    rest: list[tuple[int, ...]],
    layer: int,
    size: int,
    data: st.DataObject,
) -> None:
    loaded, texts = MODELS[kind], [common + text for text in rest]
    starts = [data.draw(st.integers(1, len(text) - 1)) for text in texts]
    prompts = [multipliers.Prompt(text, start) for text, start in zip(texts, starts, strict=True)]
    moves = torch.randn(3, D_MODEL, generator=torch.Generator().manual_seed(1)) * 3
    seen = []
    for batch in multipliers.read(loaded, prompts, [layer], size=size):
        begin = torch.tensor([starts[place] for place in batch.places])
        found = multipliers.steered(loaded, batch, layer, moves, begin)
        for row, place in enumerate(batch.places):
            seen.append(place)
            still = plain(loaded, texts[place], layer, torch.zeros(D_MODEL), 1)
            assert torch.allclose(batch.last[row], still, atol=1e-3, rtol=1e-3)
            for at in batch.streams.values():
                assert at.shape[1] == int(batch.lengths.max())
            for which, move in enumerate(moves):
                wanted = plain(loaded, texts[place], layer, move, starts[place])
                assert torch.allclose(found[row, which], wanted, atol=1e-3, rtol=1e-3)
                assert not torch.allclose(found[row, which], still, atol=1e-2)
    assert sorted(seen) == list(range(len(texts)))


@pytest.mark.parametrize("kind", ["llama", "gpt2"])
def test_multiples_are_what_run_with_hooks_gives(kind: str) -> None:
    loaded, layer, text, start = MODELS[kind], 2, (3, 4, 5, 6, 7, 8), 3
    moves = torch.randn(3, D_MODEL, generator=torch.Generator().manual_seed(1)) * 3
    (batch,) = multipliers.read(loaded, [multipliers.Prompt(text, start)], [layer])
    hidden = multipliers.steered(loaded, batch, layer, moves, torch.tensor([start]))[0]
    found = hooks.unembed(loaded, hidden)
    for which, move in enumerate(moves):

        def add(rows: Tensor, hook: object, move: Tensor = move) -> Tensor:
            return torch.cat([rows[:, :start], rows[:, start:] + move], dim=1)

        logits = loaded.bridge.run_with_hooks(
            torch.tensor([text]), fwd_hooks=[(f"blocks.{layer}.hook_resid_pre", add)]
        )
        torch.testing.assert_close(found[which], logits[0, -1], atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("kind", ["llama", "gpt2"])
def test_next_tokens_are_read_as_if_each_came_alone(kind: str) -> None:
    loaded = MODELS[kind]
    texts = [(3, 4, 5, 6, 7), (8, 9), (1, 2, 3)]
    answers = torch.tensor([[10, 11], [12, 13], [14, 15]])
    (batch,) = multipliers.read(loaded, [multipliers.Prompt(text, 1) for text in texts], [1])
    found = multipliers.continued(loaded, batch, answers[batch.places], [0, 2])
    for row, place in enumerate(batch.places):
        for column in range(2):
            whole = torch.tensor([[*texts[place], int(answers[place, column])]])
            with torch.inference_mode():
                states = loaded.model.base_model(
                    input_ids=whole, output_hidden_states=True
                ).hidden_states
            for at, layer in enumerate((0, 2)):
                assert torch.allclose(found[at, row, column], states[layer][0, -1], atol=1e-3)


def test_nothing_is_left_in_the_model() -> None:
    loaded = MODELS["llama"]
    before = plain(loaded, (1, 2, 3), 0, torch.zeros(D_MODEL), 1)
    (batch,) = multipliers.read(loaded, [multipliers.Prompt((1, 2, 3), 1)], [2])
    multipliers.steered(loaded, batch, 2, torch.ones(2, D_MODEL), torch.tensor([1]))
    assert len(loaded.blocks) == BLOCKS
    assert not any(block._forward_pre_hooks for block in loaded.blocks)
    assert torch.equal(plain(loaded, (1, 2, 3), 0, torch.zeros(D_MODEL), 1), before)


@pytest.mark.parametrize("layer", [-1, BLOCKS, 99])
def test_a_layer_out_of_range_is_named(layer: int) -> None:
    with pytest.raises(AnalysisError, match=rf"layer {layer}: out of range: llama has 4 blocks"):
        multipliers.read(MODELS["llama"], [multipliers.Prompt((1, 2, 3), 1)], [layer])
