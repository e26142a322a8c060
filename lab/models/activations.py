"""The residual stream at the token positions a study asks for.

Layers are counted by what enters them: layer 0 is the embedding, layer L what enters block L
(`blocks.L.hook_resid_pre`), layer n_layers what leaves the last block, before the final norm.

`catching` is the one catcher; it stands on the plain model's blocks. TransformerLens's
`run_with_cache(stop_at_layer=L)` catches the same to the last bit, through hook points at every
part of every block that make a pass of short prompts half as slow again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from lab.errors import AnalysisError
from lab.models.loader import LoadedModel

# A token is massive where its norm exceeds this many times the layer's median. Ordinary norms
# lie within a factor of about three of the median; massive ones are a hundred times it.
MASSIVE = 10.0


@dataclass(frozen=True)
class Residuals:
    """Residual vectors at the wanted positions, and which of them are massive.

    `tokens` counts every token seen but the prefixes; `massive_tokens` those of them that are
    massive at a layer, in the order of `layers`.
    """

    layers: tuple[int, ...]
    vectors: Float[Tensor, "layer context d_model"]
    massive: Bool[Tensor, "layer context"]
    tokens: int
    massive_tokens: tuple[int, ...]


def token_ids(loaded: LoadedModel, text: str) -> list[int]:
    """The text's tokens after the prefix `<|endoftext|>`."""
    ids: list[int] = loaded.tokenizer(text, add_special_tokens=False)["input_ids"]
    return [loaded.prefix_id, *ids]


def single_token(loaded: LoadedModel, word: str) -> int:
    """The token of a word with its leading space.

    Raises AnalysisError for a word that takes several tokens.
    """
    ids: list[int] = loaded.tokenizer(" " + word, add_special_tokens=False)["input_ids"]
    if len(ids) != 1:
        pieces = " + ".join(repr(loaded.tokenizer.decode([token])) for token in ids)
        raise AnalysisError(
            f'word "{word}": {loaded.name} reads it as {len(ids)} tokens ({pieces}). '
            "Use a word that is one token with a leading space."
        )
    return ids[0]


def places(loaded: LoadedModel, layers: Sequence[int]) -> list[torch.nn.Module]:
    """The modules that the layers enter, by layer: the blocks, then the final norm.

    Raises AnalysisError where one of the layers asked for is none of the model's.
    """
    wrong = [layer for layer in layers if not 0 <= layer <= loaded.n_layers]
    if wrong:
        raise AnalysisError(
            f"layers {wrong}: {loaded.name} has {loaded.n_layers} blocks. Use 0 (embedding) "
            f"to {loaded.n_layers} (after the last block)."
        )
    return [*loaded.blocks, loaded.final_norm]


class _Caught(Exception):  # noqa: N818  (it ends a forward pass; nothing went wrong)
    pass


@contextmanager
def catching(
    loaded: LoadedModel, layers: Sequence[int], *, stop: bool = False
) -> Iterator[dict[int, Float[Tensor, "batch pos d_model"]]]:
    """Inside the `with`, what enters each layer is kept; with `stop`, a pass ends at the deepest.

    With `stop` the pass is the last statement of the `with`: what follows it is not reached.
    """
    at = places(loaded, layers)
    caught: dict[int, Tensor] = {}
    last = max(layers, default=None)

    def catch(layer: int) -> Callable[..., None]:
        # A block is handed more than tensors: GPT-2's by place, with None for what it has not.
        def hook(_: torch.nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
            caught[layer] = (args[0] if args else kwargs["hidden_states"]).detach()
            if stop and layer == last:
                raise _Caught

        return hook

    handles = [
        at[layer].register_forward_pre_hook(catch(layer), with_kwargs=True) for layer in set(layers)
    ]
    try:
        yield caught
    except _Caught:
        pass
    finally:
        for handle in handles:
            handle.remove()


def residual_stream(
    loaded: LoadedModel,
    tokens: Int[Tensor, "batch pos"],
    layers: Sequence[int],
    **read_with: Any,
) -> Float[Tensor, "layer batch pos d_model"]:
    """The residual stream at every position; the pass stops at the deepest layer asked for.

    Shorter rows are padded on the right (`padded`): attention is causal, so what stands before the
    padding is what it would be without. `read_with` goes to the model: a mask or positions of one's
    own, a cache of what stands before.
    """
    with torch.inference_mode(), catching(loaded, layers, stop=True) as caught:
        loaded.model.base_model(
            input_ids=tokens.to(loaded.device), **{"use_cache": False, **read_with}
        )
    return torch.stack([caught[layer] for layer in layers])


def residuals_at(
    loaded: LoadedModel,
    contexts: Sequence[Sequence[int]],
    positions: Sequence[int],
    layers: Sequence[int],
    *,
    batch_size: int = 64,
    advance: Callable[[int], None] = lambda _: None,
) -> Residuals:
    """The residual stream of each context at its position (negative: from its end).

    Massive tokens are marked, not removed: the study decides what leaves with them.
    `advance` hears how many contexts were finished.
    """
    vectors, norms, lengths = [], [], []
    for start, batch in _batches(contexts, batch_size):
        tokens = padded(batch)
        stream = residual_stream(loaded, tokens, layers)
        lengths += [len(row) for row in batch]
        wanted_at = torch.tensor(
            [p % len(row) for p, row in zip(positions[start:], batch, strict=False)]
        )
        rows = torch.arange(len(batch))
        vectors.append(stream[:, rows, wanted_at].float().cpu())
        norm = stream.float().norm(dim=-1).cpu()
        norms += [norm[:, row, 1:length] for row, length in enumerate(lengths[start:])]
        advance(len(batch))
    every = torch.cat(norms, dim=1)  # layer, token
    threshold = MASSIVE * every.median(dim=1).values
    wanted = torch.cat(vectors, dim=1)
    return Residuals(
        layers=tuple(layers),
        vectors=wanted,
        massive=wanted.norm(dim=-1) > threshold[:, None],
        tokens=every.shape[1],
        massive_tokens=tuple((every > threshold[:, None]).sum(dim=1).tolist()),
    )


def _batches(
    contexts: Sequence[Sequence[int]], size: int
) -> Iterator[tuple[int, Sequence[Sequence[int]]]]:
    for start in range(0, len(contexts), size):
        yield start, contexts[start : start + size]


def padded(rows: Sequence[Sequence[int]]) -> Int[Tensor, "batch pos"]:
    """Rows of tokens as one tensor, the shorter ones filled up with token 0 on the right."""
    width = max(len(row) for row in rows)
    return torch.tensor([[*row, *[0] * (width - len(row))] for row in rows])
