"""The study: a model, its autoencoder and parameters in, a result out. Only this runs a model."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

import numpy as np
import torch
from jaxtyping import Float, Int
from numpy.typing import NDArray
from torch import Tensor

from analyses.latents import measure
from analyses.latents.conditions import search_all
from analyses.latents.data import CATEGORIES, LOOKED_UP_AS, beginnings
from analyses.latents.params import CONTEXTS, NATURAL, SMALL_SAE, Params
from analyses.latents.result import (
    CLUSTER,
    DECODED,
    LOOKUP,
    RAW,
    SPECTRAL,
    CategoryResult,
    Fit,
    Result,
    Search,
)
from analyses.latents.words import LookedUp, at_words, look_up_each
from lab.errors import AnalysisError
from lab.geometry import category_latents
from lab.geometry.set_geometry import isometric
from lab.models.loader import LoadedModel
from lab.processes import compute_all
from lab.project import PACKAGE, ROOT
from lab.sae import autoencoder, loader
from lab.sae import report as sae_report
from lab.sae.latent_activations import AtWords

Report = Callable[[str, int, int], None]  # what, done, of how many
Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Contexts = Int[Tensor, "context pos"]

# The kinds of text a fit is reported on, and the parts of the kept contexts that each is.
KINDS: dict[str, tuple[str, ...]] = {
    "natural text": NATURAL,
    "the model's own text": ("own",),
    "calendar sentences": ("calendar",),
}


def run(params: Params, loaded: LoadedModel, report: Report = lambda *_: None) -> Result:
    """Judge the autoencoder, rank its clusters, and look at what they write at a calendar's words.

    Raises AnalysisError where the autoencoder does not fit the model.
    """
    sae = loader.load(params.sae, loaded)
    kept = contexts(params.contexts)
    everything = torch.cat(list(kept.values()))
    report("reading", 0, 5)
    read = sae_report.activations(loaded, everything, sae.layer)
    report("fit", 1, 5)
    encoded = sae_report.encoded(sae, read.vectors)
    fits = {
        kind: fit(sae, loaded, read, encoded, everything, _place(kept, parts), params)
        for kind, parts in KINDS.items()
    }
    report("look-up", 2, 5)
    small = loader.load(SMALL_SAE, loaded)
    found, among_few = look_up_each(loaded, params, sae, small)
    report("search", 3, 5)
    both = (found, among_few)
    searches = search_all(sae, small, loaded, read, encoded, everything, both, params)
    report("circles", 4, 5)
    described = compute_all(
        [partial(describe, name, sae, loaded, found, searches[0], params) for name in CATEGORIES],
        device=loaded.device,
    )
    report("all", 5, 5)
    recipe = loader.shipped()[params.sae] / loader.RECIPE_FILE
    return Result(
        sae=sae.name,
        sae_sha256=sae.sha256,
        layer=sae.layer,
        latents=sae.latents,
        training=json.loads(recipe.read_text(encoding="utf-8")),
        fits=fits,
        searches=searches,
        categories=dict(zip(CATEGORIES, described, strict=True)),
    )


def contexts(most: int) -> dict[str, Contexts]:
    """The kept text by part, the first so many contexts of each.

    Raises AnalysisError where it is not here.
    """
    path = ROOT / PACKAGE / "latents" / CONTEXTS
    if not path.is_file():
        raise AnalysisError(
            f"latents: {CONTEXTS} is not here. Restore it from the repository, or build it again: "
            "python -m analyses.latents.keep"
        )
    with np.load(path) as held:
        return {name: torch.from_numpy(held[name][:most].astype(np.int64)) for name in held.files}


def _place(kept: Mapping[str, Contexts], parts: tuple[str, ...]) -> slice:
    """Where neighbouring parts lie among all contexts."""
    names = list(kept)
    before = sum(len(kept[name]) for name in names[: names.index(parts[0])])
    return slice(before, before + sum(len(kept[name]) for name in parts))


def fit(
    sae: autoencoder.LoadedSae,
    loaded: LoadedModel,
    read: sae_report.Rows,
    encoded: sae_report.Encoded,
    everything: Contexts,
    chosen: slice,
    params: Params,
) -> Fit:
    """How good the autoencoder is on some of the contexts."""
    found = sae_report.fit(
        sae,
        loaded,
        everything[chosen],
        sae_report.within(read, everything, chosen, loaded.prefix_id),
        encoded.chosen(sae_report.rows_within(read, chosen.start, chosen.stop)),
        losses_on=params.losses_on,
        resamples=params.resamples,
        seed=params.seed,
    )
    return Fit(**vars(found))


def describe(
    name: str,
    sae: autoencoder.LoadedSae,
    loaded: LoadedModel,
    found: LookedUp,
    searched: Search,
    params: Params,
) -> CategoryResult:
    """One category: the residual stream, all latents, those looked up, and their best cluster."""
    category, home = CATEGORIES[name], LOOKED_UP_AS.get(name, name)
    words = at_words(sae, loaded, category, beginnings(name))
    latents, decoder = found.latents[home], sae.W_dec.cpu().double().numpy()
    best = searched.rankings[SPECTRAL].marked.get(home)
    sets: dict[str, Indices | None] = {RAW: None, DECODED: np.arange(len(decoder)), LOOKUP: latents}
    if best is not None and len(best.latents) > 1:
        sets[CLUSTER] = np.array(best.latents)
    points = {
        route: words.vectors if chosen is None else writes(words, chosen, decoder)
        for route, chosen in sets.items()
        if chosen is None or len(chosen) > 1
    }
    routes = {
        route: measure.route(each, sets[route] if route in (LOOKUP, CLUSTER) else None, params)
        for route, each in points.items()
    }
    if LOOKUP in routes:
        chance = drawn(words, latents, decoder, params)
        random = measure.random_sets(chance, routes[LOOKUP], params)
        routes[LOOKUP] = replace(routes[LOOKUP], random_sets=random)
    return CategoryResult(
        name=name,
        title=category.title,
        shape=category.shape,
        words=category.words,
        labels=category.labels,
        contexts=len(words.codes),
        dropped=words.dropped,
        looked_up=latents.tolist(),
        precision=found.precision[home].tolist(),
        recall=found.recall[home].tolist(),
        decoder_cosine=measure.mean_cosine(decoder[latents]),
        routes=routes,
    )


def drawn(
    words: AtWords, latents: Indices, decoder: Floats, params: Params
) -> list[Float[np.ndarray, "context class axis"]]:
    """What random latents that fire as often at these words write there."""
    rates = (words.codes > 0).mean(axis=(0, 1))
    rng = np.random.default_rng(params.seed)
    sets = [
        category_latents.equal_rate(rates, latents, rates > 0, rng)
        for _ in range(params.random_sets)
    ]
    return [writes(words, each, decoder) for each in sets]


def writes(
    words: AtWords, latents: Indices, decoder: Floats
) -> Float[np.ndarray, "context class axis"]:
    """What some latents write at the words, in as many dimensions as it has: distances are kept."""
    directions = decoder[latents]
    if len(latents) < decoder.shape[1]:
        directions = isometric(directions)
    return words.codes[..., latents] @ directions
