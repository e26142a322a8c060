"""The study: a model, its autoencoder and parameters in, a result out. Only this touches a model."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from analyses.needed.category import describe
from analyses.needed.cluster import Cluster
from analyses.needed.params import TEXT, Params
from analyses.needed.result import Autoencoder, Result
from lab.errors import AnalysisError
from lab.geometry import category_latents
from lab.models.loader import LoadedModel
from lab.project import PACKAGE, ROOT
from lab.sae import autoencoder, loader
from lab.sae.latent_activations import (
    read_categories,
    read_others,
    read_words,
    reconstruction,
)
from lab.text.sentences import FURTHER, FURTHER_SHARED
from lab.text.vocabulary import CATEGORIES

Report = Callable[[str, int, int], None]  # what, done, of how many


def run(params: Params, loaded: LoadedModel, report: Report = lambda *_: None) -> Result:
    """Look the categories' latents up, then value their subsets and take the rest apart.

    Raises AnalysisError where the autoencoder does not fit the model, or a category has no latents.
    """
    sae = loader.load(params.sae, loaded)
    text = ROOT / PACKAGE / "needed" / TEXT
    report("look-up", 0, len(params.categories) + 1)
    read = read_categories(loaded, sae)
    other, _ = read_others(loaded, sae, text, params.each)
    firings = category_latents.count({name: found.codes for name, found in read.items()}, other)
    found = {}
    for done, name in enumerate(params.categories):
        report(CATEGORIES[name].title, done + 1, len(params.categories) + 1)
        found[name] = describe(gather(name, firings, loaded, sae, params), params)
    report("all categories", len(params.categories) + 1, len(params.categories) + 1)
    return Result(
        sae=Autoencoder(
            name=sae.name,
            sha256=sae.sha256,
            hook=sae.hook,
            layer=sae.layer,
            latents=sae.latents,
            alive=int((firings.everywhere > 0).sum()),
        ),
        tokens=firings.tokens,
        kept=params.kept,
        ridge=params.ridge,
        categories=found,
    )


def gather(
    name: str,
    firings: category_latents.Firings,
    loaded: LoadedModel,
    sae: autoencoder.LoadedSae,
    params: Params,
) -> Cluster:
    """The latents of a category, and its words in contexts that had no part in finding them."""
    category = CATEGORIES[name]
    members = category_latents.looked_up(firings, params.least_precision, params.least_recall)[name]
    if not len(members):
        raise AnalysisError(
            f'cluster "{name}": no latent of {sae.name} has a precision above '
            f"{params.least_precision} and a recall of {params.least_recall}. "
            "Lower one of them, or leave the category out."
        )
    words = read_words(loaded, sae, category.words, (*FURTHER_SHARED, *FURTHER[name]))
    row = firings.names.index(name)
    decoder = sae.W_dec.cpu().double().numpy()
    return Cluster(
        category=category,
        words=words,
        decoded=reconstruction(sae, words),
        members=members,
        precision=category_latents.precision(firings)[row, members],
        recall=category_latents.recall(firings)[row, members],
        directions=decoder[members],
        decoder=decoder,
        bias=sae.b_dec.cpu().double().numpy(),
        alive=np.asarray((words.codes > 0).any(axis=(0, 1))),
    )
