"""Editing the residual stream: what enters a block is changed, the rest of the model runs on.

Layers are counted as in `activations`: layer L is what enters block L, layer n_layers what leaves
the last block. What changes a stream is an `Edit`, a function from a stream to a stream.

There are two ways to run one. `editing` hooks the model for the length of a `with`, whatever is
called inside (a forward pass, `generate`). `run_from` starts at block L from a stream that was
kept, on top of a prefix that was read once: with many edits of one short span behind a long prompt
it costs a small part of a whole pass. Both give what TransformerLens's `run_with_hooks` gives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from jaxtyping import Float, Int
from torch import Tensor

from lab.errors import AnalysisError
from lab.models.activations import places, residual_stream
from lab.models.loader import LoadedModel

Edit = Callable[[Tensor], Tensor]  # (batch, pos, d_model) to the same shape


@dataclass(frozen=True)
class Prefix:
    """The keys and values of tokens that stand before everything that is run, by block."""

    tokens: tuple[int, ...]
    keys: tuple[Float[Tensor, "one=1 head pos d_head"], ...]
    values: tuple[Float[Tensor, "one=1 head pos d_head"], ...]


@contextmanager
def editing(loaded: LoadedModel, edits: Mapping[int, Edit]) -> Iterator[None]:
    """Inside the `with`, what enters the named layers is edited; afterwards nothing is left.

    Positions are those of each call: while text is generated with a cache, every step after the
    first sees one position only. Raises AnalysisError for a layer that the model does not have.
    """
    at = places(loaded, list(edits))
    handles = [
        at[layer].register_forward_pre_hook(_hook(edit), with_kwargs=True)
        for layer, edit in edits.items()
    ]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def read_prefix(loaded: LoadedModel, tokens: Sequence[int]) -> Prefix:
    """Run the tokens once and keep every block's keys and values.

    Raises AnalysisError for no tokens: a run without a prefix takes None.
    """
    if not tokens:
        raise AnalysisError("prefix: no tokens. Pass prefix=None to run without one.")
    with torch.inference_mode():
        ids = torch.tensor([list(tokens)], device=loaded.device)
        found = loaded.model.base_model(input_ids=ids, use_cache=True).past_key_values
    return Prefix(
        tokens=tuple(tokens),
        keys=tuple(layer.keys for layer in found.layers),
        values=tuple(layer.values for layer in found.layers),
    )


def streams(
    loaded: LoadedModel,
    tokens: Int[Tensor, "batch pos"],
    layers: Sequence[int],
    *,
    prefix: Prefix | None = None,
) -> Float[Tensor, "layer batch pos d_model"]:
    """The residual stream of `tokens`, which stand after the prefix, at the layers asked for."""
    if prefix is None:
        return residual_stream(loaded, tokens, layers)
    before = cache(prefix, len(tokens), 0, loaded.n_layers)
    return residual_stream(loaded, tokens, layers, past_key_values=before, use_cache=True)


def run_from(
    loaded: LoadedModel,
    layer: int,
    stream: Float[Tensor, "batch pos d_model"],
    *,
    prefix: Prefix | None = None,
) -> Float[Tensor, "batch pos d_model"]:
    """What leaves the final norm when `stream` enters the layer; blocks before it do not run.

    `stream` holds the positions after the prefix. Without a prefix the result is a whole pass's
    to the last bit; with one, up to rounding.
    """
    places(loaded, [layer])
    tokens = torch.zeros(stream.shape[:2], dtype=torch.long, device=stream.device)
    before = cache(prefix, len(stream), layer, loaded.n_layers)
    start = editing(loaded, {layer: lambda _: stream})
    with torch.inference_mode(), start, without_blocks_before(loaded, layer):
        return _body(loaded, tokens, before)


@contextmanager
def without_blocks_before(loaded: LoadedModel, layer: int) -> Iterator[None]:
    """Inside the `with`, the blocks before `layer` are not there. Hooks go first: they count all."""
    body = loaded.model.base_model
    name = "layers" if hasattr(body, "layers") else "h"
    blocks = getattr(body, name)
    setattr(body, name, torch.nn.ModuleList(list(blocks)[layer:]))
    try:
        yield
    finally:
        setattr(body, name, blocks)


def unembed(
    loaded: LoadedModel,
    hidden: Float[Tensor, "*batch d_model"],
    words: Int[Tensor, "word"] | None = None,
) -> Float[Tensor, "*batch word"]:
    """Logits of what leaves the final norm: of every token, or of the named ones at their price."""
    head = loaded.model.get_output_embeddings()
    with torch.inference_mode():
        if words is None:
            every: Tensor = head(hidden)
            return every
        bias = None if head.bias is None else head.bias[words]
        return torch.nn.functional.linear(hidden, head.weight[words], bias)


def _body(loaded: LoadedModel, tokens: Tensor, before: Any) -> Tensor:
    found = loaded.model.base_model(
        input_ids=tokens, past_key_values=before, use_cache=before is not None
    )
    hidden: Tensor = found.last_hidden_state
    return hidden


def cache(prefix: Prefix | None, batch: int, first: int, blocks: int) -> Any:
    """The prefix for every row, as the library wants it; a new one, since a run writes to it."""
    if prefix is None:
        return None
    from transformers import DynamicCache

    every = DynamicCache()
    # Block 0 is asked how long the prefix is, even where it does not run.
    for block in sorted({0, *range(first, blocks)}):
        keys, values = prefix.keys[block], prefix.values[block]
        every.update(keys.expand(batch, -1, -1, -1), values.expand(batch, -1, -1, -1), block)
    return every


def _hook(edit: Edit) -> Callable[..., tuple[tuple[Any, ...], dict[str, Any]]]:
    def hook(
        _: torch.nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        if args:
            return (edit(args[0]), *args[1:]), kwargs
        return args, {**kwargs, "hidden_states": edit(kwargs["hidden_states"])}

    return hook
