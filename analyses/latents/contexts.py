"""Texts as contexts of one length, for harvesting activations: prefix first, nothing padded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

import numpy as np
import torch
from jaxtyping import Int
from torch import Tensor

from lab.models.loader import LoadedModel

SHEET = 512  # documents tokenised at a time; the fast tokenizer runs them in parallel


def pack(
    loaded: LoadedModel, documents: Iterable[str], *, length: int, most_tokens: int
) -> Int[Tensor, "context pos"]:
    """Contexts of `length` tokens, each opened by the prefix; the rest of the text is its own.

    Documents follow one another, parted by the prefix token, and are cut where a context is full.
    Of a source with more text than `most_tokens`, evenly spaced contexts are kept.
    """
    body = length - 1
    pieces = [
        np.array([*ids, loaded.prefix_id], dtype=np.int32) for ids in _tokenised(loaded, documents)
    ]
    stream = np.concatenate(pieces) if pieces else np.zeros(0, dtype=np.int32)
    count = len(stream) // body
    rows = torch.from_numpy(stream[: count * body].astype(np.int64)).reshape(count, body)
    keep = min(count, most_tokens // body)
    rows = rows[torch.linspace(0, count - 1, keep).round().long()] if keep else rows[:0]
    return torch.cat([torch.full((len(rows), 1), loaded.prefix_id), rows], dim=1)


def _tokenised(loaded: LoadedModel, documents: Iterable[str]) -> Iterator[list[int]]:
    rest = iter(documents)
    while sheet := list(islice(rest, SHEET)):
        yield from loaded.tokenizer(sheet, add_special_tokens=False)["input_ids"]
