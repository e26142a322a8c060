"""The study: a model, its autoencoder and parameters in, a result out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from analyses.dashboards import measure
from analyses.dashboards.examples import from_sentences, from_text
from analyses.dashboards.params import Params
from analyses.dashboards.result import Latent, Near, Result, Token
from analyses.dashboards.text import Text, others, read_text
from lab.geometry import category_latents
from lab.geometry.clusters import spectral_clusters
from lab.models.loader import LoadedModel
from lab.sae import loader
from lab.sae.latent_activations import AtWords, read_categories

Report = Callable[[str, int, int], None]  # what, done, of how many
Floats = NDArray[np.float64]
Indices = NDArray[np.int64]


@dataclass(frozen=True)
class Read:
    """Everything that was read, before any latent is described."""

    text: Text
    words: dict[str, AtWords]
    firings: category_latents.Firings
    directions: Floats  # (latent, d_model)
    labels: Indices  # the cluster of each latent
    spelt: list[str]  # every token of the vocabulary
    listed: Indices  # those worth listing


def run(params: Params, loaded: LoadedModel, report: Report = lambda *_: None) -> Result:
    """Read the text, choose latents, and describe each."""
    sae = loader.load(params.sae, loaded)
    report("reading", 0, 4)
    text = read_text(loaded, sae, params)
    words = read_categories(loaded, sae)
    firings = category_latents.count(
        {name: found.codes for name, found in words.items()}, others(text, loaded)
    )
    report("clusters", 1, 4)
    directions = sae.W_dec.cpu().double().numpy()
    count = max(2, round(len(directions) / params.latents_per_cluster))
    labels = spectral_clusters(torch.from_numpy(directions), count, seed=params.seed)
    report("choosing", 2, 4)
    picked = choose(firings, text, params)
    report("describing", 3, 4)
    read = Read(text, words, firings, directions, labels, *_vocabulary(loaded))
    logits = _logits(directions[[latent for latent, _ in picked]], loaded)
    shown = [
        replace(
            describe(latent, kind, read, logits[:, column], params),
            contexts=[
                *from_text(latent, text, loaded, params),
                *from_sentences(latent, kind, words, sae, loaded, params),
            ],
            cluster_shown=[o for o, _ in picked if o != latent and labels[o] == labels[latent]],
        )
        for column, (latent, kind) in enumerate(picked)
    ]
    report("all", 4, 4)
    return Result(
        sae=sae.name, sae_sha256=sae.sha256, layer=sae.layer, hook=sae.hook, latents=sae.latents,
        tokens=len(text.row), clusters=count, shown=shown,
    )  # fmt: skip


def choose(firings: category_latents.Firings, text: Text, params: Params) -> list[tuple[int, str]]:
    """The latents that get a page."""
    sets = category_latents.looked_up(firings, params.least_precision, params.least_recall)
    precise = dict(zip(firings.names, category_latents.precision(firings), strict=True))
    own = {"days": params.days, "months": params.months}
    return measure.chosen(
        sets=sets,
        precise=precise,
        firing=np.flatnonzero(np.diff(text.codes.indptr)),
        wanted={name: own.get(name, params.others) for name in sets},
        by_lot=params.by_lot,
        rng=np.random.default_rng(params.seed),
    )


def describe(latent: int, kind: str, read: Read, logits: Floats, params: Params) -> Latent:
    """A latent in numbers; its contexts and its cluster's pages are put in by the caller."""
    column = read.text.codes[:, [latent]].toarray()[:, 0]
    edges, counts = measure.histogram(column[column > 0], params.bars)
    top, bottom = measure.ends(logits, read.listed, params.logits)
    names = read.firings.names
    precise = (
        category_latents.precision(read.firings)[names.index(kind), latent]
        if kind in names
        else 0.0
    )
    nearest = measure.nearest(read.directions, latent, params.nearest)
    return Latent(
        latent=latent,
        kind=kind,
        precision=float(precise),
        fired=int((column > 0).sum()),
        rate=float((column > 0).mean()),
        largest=float(column.max()),
        edges=edges,
        counts=counts,
        contexts=[],
        top=[Token(read.spelt[token], float(logits[token])) for token in top],
        bottom=[Token(read.spelt[token], float(logits[token])) for token in bottom],
        nearest=[Near(*pair) for pair in nearest],
        cluster=int(read.labels[latent]),
        cluster_size=int((read.labels == read.labels[latent]).sum()),
        cluster_shown=[],
    )


def _logits(directions: Floats, loaded: LoadedModel) -> Floats:
    """What one unit of each adds to every logit (token, latent) by the direct path, means removed.

    Through the final norm's weight, its scale left out: that is the same for every token.
    """
    norm: Any = loaded.final_norm
    gain = norm.weight.cpu().numpy()
    head = loaded.model.get_output_embeddings().weight.cpu().numpy()
    found: Floats = (head @ (gain * directions).T.astype(head.dtype)).astype(np.float64)
    found -= found.mean(axis=0)
    return found


def _vocabulary(loaded: LoadedModel) -> tuple[list[str], Indices]:
    """Every token's text, and the numbers of those worth listing."""
    size = loaded.model.get_output_embeddings().weight.shape[0]
    texts = [loaded.tokenizer.decode([token]) for token in range(size)]
    return texts, measure.readable(texts)
