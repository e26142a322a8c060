"""Activations that an autoencoder is trained on: read once, kept on disk, drawn in random order.

They are kept as float16 shards. A reading that was cut short goes on after its last whole shard.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from lab.models.activations import MASSIVE, residual_stream
from lab.models.loader import LoadedModel

Report = Callable[[str, int, int], None]  # what, done, of how many
SHARD = 256  # contexts in one file of activations: about 40 MB at 128 tokens
BATCH = 32  # contexts in one forward pass


@dataclass(frozen=True)
class Harvest:
    """Activations on disk, and what was left out of them."""

    shards: tuple[Path, ...]
    rows: int
    tokens: int  # all positions seen but each context's first
    massive: int  # of them left out because massive
    threshold: float  # the norm above which a vector counts as massive
    mean: Float[Tensor, " d_model"]
    mean_norm: float

    @property
    def dropped(self) -> float:
        """The share that was left out."""
        return self.massive / self.tokens


def harvest(
    loaded: LoadedModel,
    contexts: Int[Tensor, "context pos"],
    layer: int,
    folder: Path,
    report: Report = lambda *_: None,
) -> Harvest:
    """The layer's activations of every context, position 0 and massive tokens left out."""
    folder.mkdir(parents=True, exist_ok=True)
    threshold = massive_above(loaded, contexts[: 2 * BATCH], layer)
    shards, tokens = [], 0
    for start in range(0, len(contexts), SHARD):
        report("activations", start, len(contexts))
        path = folder / f"{start // SHARD:05d}.npy"
        part = contexts[start : start + SHARD]
        if not path.exists():
            _write(path, _ordinary(loaded, part, layer, threshold))
        shards.append(path)
        tokens += part[:, 1:].numel()
    report("activations", len(contexts), len(contexts))
    arrays = [np.load(path, mmap_mode="r") for path in shards]
    rows = sum(len(array) for array in arrays)
    some = torch.cat([torch.from_numpy(array[::8].astype(np.float32)) for array in arrays])
    return Harvest(
        shards=tuple(shards),
        rows=rows,
        tokens=tokens,
        massive=tokens - rows,
        threshold=threshold,
        mean=some.mean(dim=0),
        mean_norm=float(some.norm(dim=1).mean()),
    )


def massive_above(loaded: LoadedModel, contexts: Int[Tensor, "context pos"], layer: int) -> float:
    """The norm above which a vector is massive: a multiple of the median of these contexts."""
    stream = residual_stream(loaded, contexts[:, :], [layer])[0, :, 1:]
    return float(MASSIVE * stream.float().norm(dim=-1).median())


def _ordinary(
    loaded: LoadedModel, contexts: Int[Tensor, "context pos"], layer: int, threshold: float
) -> Float[Tensor, "row d_model"]:
    parts = []
    for batch in torch.split(contexts, BATCH):
        stream = residual_stream(loaded, batch, [layer])[0, :, 1:].float()
        flat = stream.flatten(0, 1)
        parts.append(flat[flat.norm(dim=-1) <= threshold].half().cpu())
    return torch.cat(parts)


def _write(path: Path, rows: Float[Tensor, "row d_model"]) -> None:
    """Whole or not at all: a shard that was cut off would be taken for a finished one."""
    draft = path.with_suffix(".part")
    with draft.open("wb") as stream:
        np.save(stream, rows.numpy())
    draft.rename(path)


def batches(
    harvested: Harvest, size: int, seed: int, start: int = 0
) -> Iterator[Float[Tensor, "row d_model"]]:
    """Rows in random order, every one once before any comes again; `start` skips rows."""
    arrays = [np.load(path, mmap_mode="r") for path in harvested.shards]
    ends = np.cumsum([len(array) for array in arrays])
    per_epoch = harvested.rows // size
    step = start // size
    while True:
        epoch, first = divmod(step, per_epoch)
        order = np.random.default_rng([seed, epoch]).permutation(harvested.rows)
        for at in range(first, per_epoch):
            chosen = np.sort(order[at * size : (at + 1) * size])
            which = np.searchsorted(ends, chosen, side="right")
            out = np.empty((size, arrays[0].shape[1]), dtype=np.float32)
            for shard in np.unique(which):
                here = which == shard
                before = ends[shard - 1] if shard else 0
                out[here] = arrays[shard][chosen[here] - before]
            yield torch.from_numpy(out)
        step = (epoch + 1) * per_epoch
