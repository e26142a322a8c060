"""How good is an autoencoder? Variance explained, what fires, and what splicing it in costs.

Position 0 and massive tokens are neither counted nor replaced, as in training: their vectors are a
hundred times as long as any other and would be all that a share of variance sees.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from scipy.sparse import csr_matrix, vstack
from torch import Tensor

from lab.models import hooks
from lab.models.activations import MASSIVE, residual_stream
from lab.models.loader import LoadedModel
from lab.sae.autoencoder import LoadedSae
from lab.stats.estimates import Estimate, Floats, bootstrap

Way = Literal["clean", "spliced", "zero", "mean"]
WAYS: tuple[Way, ...] = ("clean", "spliced", "zero", "mean")
BATCH = 16  # contexts in one forward pass: logits of 49,152 words take most of the memory
ROWS = 4_096  # encoded at once: codes of thousands of latents, most of them 0, are many numbers


@dataclass(frozen=True)
class Fit:
    """On one kind of text; intervals resample contexts."""

    contexts: int
    tokens: int
    left_out: int  # massive tokens
    explained: Estimate  # share of variance, 1 where the reconstruction is exact
    active: Estimate  # latents above zero a token
    silent: float  # share of latents that fired on none of these tokens
    loss: dict[str, Estimate]  # nats a token: clean, spliced, zero, mean
    recovered_from_zero: Estimate  # 1: as without; 0: as with nothing there
    recovered_from_mean: Estimate


def ordinary(
    stream: Float[Tensor, "context pos d_model"], tokens: Int[Tensor, "context pos"], prefix: int
) -> Bool[Tensor, "context pos"]:
    """Which positions are read: not the prefix, and not massive."""
    norm = stream.float().norm(dim=-1)
    inside = tokens != prefix
    found: Tensor = inside & (norm <= MASSIVE * norm[inside].median())
    return found


@dataclass(frozen=True)
class Rows:
    """Every ordinary vector of some contexts, where it stands, and how many were massive."""

    vectors: Float[Tensor, "row d_model"]
    places: Int[Tensor, "row place=2"]  # context, position
    tokens: Int[Tensor, " row"]
    left_out: int


def activations(
    loaded: LoadedModel,
    contexts: Int[Tensor, "context pos"],
    layer: int,
    *,
    batch: int = 32,
    advance: Callable[[int], None] = lambda _: None,
) -> Rows:
    """The layer at every position but prefixes and massive tokens."""
    rows, places = [], []
    for start in range(0, len(contexts), batch):
        part = contexts[start : start + batch]
        stream = residual_stream(loaded, part, [layer])[0].float().cpu()
        keep = ordinary(stream, part, loaded.prefix_id)
        rows.append(stream[keep])
        places.append(keep.nonzero() + torch.tensor([start, 0]))
        advance(len(part))
    where = torch.cat(places)
    return Rows(
        vectors=torch.cat(rows),
        places=where,
        tokens=contexts[where[:, 0], where[:, 1]],
        left_out=int((contexts != loaded.prefix_id).sum()) - len(where),
    )


def rows_within(read: Rows, start: int, end: int) -> Bool[Tensor, " row"]:
    """Which rows stand in the contexts from `start` up to `end`."""
    found: Tensor = (read.places[:, 0] >= start) & (read.places[:, 0] < end)
    return found


def within(read: Rows, contexts: Int[Tensor, "context pos"], chosen: slice, prefix: int) -> Rows:
    """The rows of a run of these contexts, as if only they had been read."""
    start, end, _ = chosen.indices(len(contexts))
    inside = rows_within(read, start, end)
    return Rows(
        vectors=read.vectors[inside],
        places=read.places[inside] - torch.tensor([start, 0]),
        tokens=read.tokens[inside],
        left_out=int((contexts[start:end] != prefix).sum()) - int(inside.sum()),
    )


def chosen(read: Rows, contexts: Int[Tensor, " chosen"]) -> Rows:
    """The rows of some of the contexts, in order; how many were massive there is not known."""
    inside = torch.isin(read.places[:, 0], contexts)
    return Rows(read.vectors[inside], read.places[inside], read.tokens[inside], left_out=0)


@dataclass(frozen=True)
class Encoded:
    """What an autoencoder's latents do at rows, and what it misses of each."""

    codes: Any  # (row, latent), a scipy sparse array by row: 32 of thousands of latents fire
    missed: Float[Tensor, " row"]  # squared error

    def chosen(self, rows: Bool[Tensor, " row"]) -> Encoded:
        """The same of some of the rows."""
        return Encoded(self.codes[rows.numpy()], self.missed[rows])


def encoded(sae: LoadedSae, rows: Float[Tensor, "row d_model"]) -> Encoded:
    """Every row's codes and squared error. A row is written by the few latents that fire."""
    decoder, bias = sae.W_dec.cpu().float().numpy(), sae.b_dec.cpu().float().numpy()
    codes, missed = [], []
    for block in torch.split(rows, ROWS):
        codes.append(csr_matrix(sae.encode(block).cpu().float().numpy()))
        again = torch.from_numpy(codes[-1] @ decoder + bias)
        missed.append((block.cpu() - again).square().sum(dim=1))
    return Encoded(vstack(codes, format="csr"), torch.cat(missed))


def explained(rows: Float[Tensor, "row d_model"], found: Encoded) -> float:
    """Share of the rows' variance that their codes keep."""
    spread = (rows - rows.mean(dim=0)).double().square().sum()
    return 1 - float(found.missed.double().sum() / spread)


def fit(
    sae: LoadedSae,
    loaded: LoadedModel,
    contexts: Int[Tensor, "context pos"],
    read: Rows,
    found: Encoded,
    *,
    losses_on: int,
    resamples: int = 1_000,
    seed: int = 0,
) -> Fit:
    """All of it on these contexts; the losses on evenly spaced ones.

    `read` are their `activations`, `found` those encoded.
    """
    rows = read.vectors
    firing = torch.from_numpy(np.diff(found.codes.indptr))
    spread = (rows - rows.mean(dim=0)).square().sum(dim=1)
    table = _by_context(read.places[:, 0], len(contexts), found.missed, spread, firing)
    table = table[table[:, -1] > 0]  # a context of massive tokens only has nothing to say
    explained, active = bootstrap(
        lambda draws: _ratios(table[draws].sum(axis=1)), len(table), resamples=resamples, seed=seed
    )
    some = contexts[torch.linspace(0, len(contexts) - 1, min(losses_on, len(contexts))).long()]
    mean = rows.mean(dim=0)
    loss = spliced_losses(sae, loaded, some, mean)
    estimates = bootstrap(
        lambda draws: _losses(loss[:, draws].mean(axis=2)),
        len(some),
        resamples=resamples,
        seed=seed,
    )
    return Fit(
        contexts=len(contexts),
        tokens=len(rows),
        left_out=read.left_out,
        explained=explained,
        active=active,
        silent=1 - len(np.unique(found.codes.indices)) / sae.latents,
        loss=dict(zip(WAYS, estimates[:4], strict=True)),
        recovered_from_zero=estimates[4],
        recovered_from_mean=estimates[5],
    )


def _by_context(context: Int[Tensor, " row"], count: int, *values: Tensor) -> Floats:
    """Sums of each value, and the number of rows, for every context."""
    columns = [*values, torch.ones(len(context))]
    sums = [
        torch.zeros(count, dtype=torch.float64).index_add_(0, context, column.double())
        for column in columns
    ]
    table: Floats = torch.stack(sums, dim=1).numpy()
    return table


def _ratios(sums: Floats) -> Floats:
    missed, spread, firing, count = sums.T
    return np.stack([1 - missed / spread, firing / count])


def _losses(mean: Floats) -> Floats:
    clean, spliced, zero, average = mean
    recovered = [(start - spliced) / (start - clean) for start in (zero, average)]
    return np.concatenate([mean, np.stack(recovered)])


def spliced_losses(
    sae: LoadedSae,
    loaded: LoadedModel,
    contexts: Int[Tensor, "context pos"],
    mean: Float[Tensor, " d_model"],
) -> Float[np.ndarray, "way context"]:
    """Mean cross-entropy in nats of each context's next tokens, the layer replaced each way.

    The blocks before the layer run once, those behind it once for each way: what enters it is
    what the ways differ in.
    """
    found = []
    for part in torch.split(contexts, BATCH):
        stream = residual_stream(loaded, part, [sae.layer])[0]
        keep = ordinary(stream, part.to(stream.device), loaded.prefix_id)
        rows = stream[keep]
        instead = {
            "clean": rows,
            "spliced": sae.decode(sae.encode(rows)),
            "zero": torch.zeros_like(rows),
            "mean": mean.to(rows).expand_as(rows),
        }
        found.append([_next_loss(loaded, sae.layer, stream, keep, instead[w], part) for w in WAYS])
    losses: Floats = np.concatenate(found, axis=1)
    return losses


def _next_loss(
    loaded: LoadedModel,
    layer: int,
    stream: Float[Tensor, "context pos d_model"],
    keep: Bool[Tensor, "context pos"],
    rows: Float[Tensor, "row d_model"],
    tokens: Int[Tensor, "context pos"],
) -> Floats:
    """Each context's loss, in nats, when some rows of the stream that enters the layer are others."""
    changed = stream.clone()
    changed[keep] = rows.to(changed)
    logits = hooks.unembed(loaded, hooks.run_from(loaded, layer, changed)[:, :-1])
    loss = torch.nn.functional.cross_entropy(  # words last, as they lie in memory
        logits.float().flatten(0, 1), tokens[:, 1:].flatten().to(logits.device), reduction="none"
    )
    each: Floats = loss.reshape(len(tokens), -1).mean(dim=1).cpu().double().numpy()
    return each
