"""Many multiples of a vector at one layer, read at one position: steering at its least price.

A prompt is read once, and what several prompts begin with is read once for all. What stands before
the steered positions is the same for every multiplier, so its keys and values are kept; what enters
the steered layer is the same too, so the blocks before it never run again. All multiples of a prompt
run in one row, kept apart by the attention mask: each sees the prompt and itself. Only the last
position reaches the final norm.

Layers are counted as in `activations`: layer L is what enters block L.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from lab.errors import AnalysisError
from lab.models import hooks
from lab.models.activations import catching, padded
from lab.models.loader import LoadedModel

# Tokens that prompts must begin with together to be read as one: below, a second pass costs more
# than it saves.
COMMON = 4

__all__ = ["Batch", "LoadedModel", "Prompt", "check_layers", "continued", "read", "steered"]


@dataclass(frozen=True)
class Prompt:
    """Tokens, and the position at which the answering turn starts."""

    tokens: tuple[int, ...]
    start: int


@dataclass(frozen=True)
class Batch:
    """Prompts that were read together, padded on the right.

    `places` says where each prompt stood in the list that was read; `last` is what leaves the
    final norm at each prompt's last position.
    """

    places: list[int]
    lengths: Int[Tensor, "prompt"]
    keys: list[Float[Tensor, "prompt head pos d_head"]]  # by block
    values: list[Float[Tensor, "prompt head pos d_head"]]
    streams: dict[int, Float[Tensor, "prompt pos d_model"]]  # by layer
    last: Float[Tensor, "prompt d_model"]


def read(
    loaded: LoadedModel, prompts: Sequence[Prompt], layers: Sequence[int], *, size: int = 16
) -> list[Batch]:
    """Read every prompt once, those of like length together, and keep what steering starts from.

    Raises AnalysisError for a layer that the model has no block for.
    """
    check_layers(loaded, layers)
    order = sorted(range(len(prompts)), key=lambda place: len(prompts[place].tokens))
    groups = [order[start : start + size] for start in range(0, len(order), size)]
    return [_read(loaded, [prompts[p] for p in group], group, layers) for group in groups]


def check_layers(loaded: LoadedModel, layers: Sequence[int]) -> None:
    """Raises AnalysisError for a layer that the model has no block for."""
    wrong = [layer for layer in layers if not 0 <= layer < loaded.n_layers]
    if wrong:
        raise AnalysisError(
            f"layer {wrong[0]}: out of range: {loaded.name} has {loaded.n_layers} blocks. "
            f"Steer what enters one of 0 to {loaded.n_layers - 1}."
        )


def steered(
    loaded: LoadedModel,
    batch: Batch,
    layer: int,
    moves: Float[Tensor, "multiplier d_model"],
    starts: Int[Tensor, "prompt"],
) -> Float[Tensor, "prompt multiplier d_model"]:
    """What leaves the final norm at each prompt's last position, once for each move.

    A move is added to what enters the layer, at every position from the prompt's `starts` on.
    """
    span = batch.lengths - starts
    width, count = int(span.max()), len(moves)
    places = starts[:, None] + torch.arange(width)
    inside = torch.minimum(places, batch.lengths[:, None] - 1)  # what follows is never read
    rows = torch.arange(len(batch.places))
    stream = batch.streams[layer][rows[:, None], inside]
    entering = (stream[:, None] + moves[None, :, None]).flatten(1, 2)
    columns = batch.keys[0].shape[2]
    seen = torch.arange(columns) < starts[:, None]
    mask = _mask(seen, count, width).to(stream.device)
    out = _run(loaded, layer, entering, batch, places.repeat(1, count), mask)
    return out.unflatten(1, (count, width))[rows, :, span - 1]  # type: ignore[no-any-return, no-untyped-call]


def continued(
    loaded: LoadedModel,
    batch: Batch,
    tokens: Int[Tensor, "prompt answer"],
    layers: Sequence[int],
) -> Float[Tensor, "layer prompt answer d_model"]:
    """The residual stream at each of several next tokens, each as if it alone came next."""
    check_layers(loaded, layers)
    answers = tokens.shape[1]
    entering = loaded.model.get_input_embeddings()(tokens.to(loaded.device))
    seen = torch.arange(batch.keys[0].shape[2]) < batch.lengths[:, None]
    places = batch.lengths[:, None].expand(-1, answers)
    mask = _mask(seen, answers, 1).to(entering.device)
    with catching(loaded, layers) as caught:
        _run(loaded, 0, entering, batch, places, mask, embedded=True)
    return torch.stack([caught[layer] for layer in layers])


def _mask(
    seen: Bool[Tensor, "prompt column"], count: int, width: int
) -> Float[Tensor, "prompt one=1 query key"]:
    """Additive: every multiple sees what was read of its prompt, and itself up to each position."""
    own = torch.block_diag(*[torch.ones(width, width).tril()] * count).bool()  # type: ignore[no-untyped-call]
    every = torch.cat(
        [seen[:, None].expand(-1, count * width, -1), own.expand(len(seen), -1, -1)], dim=2
    )
    nothing = torch.finfo(torch.float32).min
    return torch.where(every, 0.0, nothing)[:, None]


def _read(
    loaded: LoadedModel, prompts: list[Prompt], places: list[int], layers: Sequence[int]
) -> Batch:
    lengths = torch.tensor([len(prompt.tokens) for prompt in prompts])
    tokens = padded([prompt.tokens for prompt in prompts])
    start = _common([prompt.tokens for prompt in prompts])
    before: dict[int, Tensor] = {}
    prefix = None
    if start >= COMMON:
        with catching(loaded, layers) as before:
            prefix = hooks.read_prefix(loaded, prompts[0].tokens[:start])
    else:
        start = 0
    with torch.inference_mode(), catching(loaded, layers) as caught:
        found = loaded.model.base_model(
            input_ids=tokens[:, start:].to(loaded.device),
            past_key_values=hooks.cache(prefix, len(prompts), 0, loaded.n_layers),
            use_cache=True,
        )
    for layer, stream in before.items():
        every = stream.expand(len(prompts), -1, -1)
        caught[layer] = torch.cat([every, caught[layer]], dim=1)
    rows = torch.arange(len(prompts))
    return Batch(
        places=places,
        lengths=lengths,
        keys=[block.keys for block in found.past_key_values.layers],
        values=[block.values for block in found.past_key_values.layers],
        streams=caught,
        last=found.last_hidden_state[rows, lengths - start - 1],
    )


def _common(rows: Sequence[tuple[int, ...]]) -> int:
    """How many tokens all rows begin with; each keeps at least one of its own."""
    most = min(len(row) for row in rows) - 1
    return next((at for at in range(most) if len({row[at] for row in rows}) > 1), most)


def _run(
    loaded: LoadedModel,
    layer: int,
    entering: Float[Tensor, "prompt pos d_model"],
    batch: Batch,
    places: Int[Tensor, "prompt pos"],
    mask: Tensor,
    *,
    embedded: bool = False,
) -> Float[Tensor, "prompt pos d_model"]:
    """The blocks from `layer` on and the final norm, behind the batch's keys and values.

    `embedded`: what enters is still to get the model's position embedding, where it has one.
    """
    from transformers import DynamicCache

    cache = DynamicCache()
    # Block 0 is asked how long the cache is, even where it does not run.
    for block in sorted({0, *range(layer, loaded.n_layers)}):
        cache.update(batch.keys[block], batch.values[block], block)
    body = loaded.model.base_model
    put: dict[int, hooks.Edit] = {} if embedded else {layer: lambda _: entering}
    start = hooks.editing(loaded, put)
    with torch.inference_mode(), start, hooks.without_blocks_before(loaded, layer):
        out: Tensor = body(
            inputs_embeds=entering,
            attention_mask=mask.to(entering.dtype),
            position_ids=places.to(loaded.device),
            past_key_values=cache,
            use_cache=True,
        ).last_hidden_state
    return out
