"""The contexts that a latent is shown on. A part of `run`: it reads sentences with the model."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from analyses.dashboards import measure
from analyses.dashboards.params import Params
from analyses.dashboards.result import Shown
from analyses.dashboards.text import Text
from lab.models.activations import residual_stream, token_ids
from lab.models.loader import LoadedModel
from lab.sae.autoencoder import LoadedSae
from lab.sae.latent_activations import AtWords
from lab.text.sentences import OWN, SHARED
from lab.text.vocabulary import CATEGORIES

Floats = NDArray[np.float64]


def from_text(latent: int, text: Text, loaded: LoadedModel, params: Params) -> list[Shown]:
    """The strongest firings in natural text, one a context, with the tokens around them."""
    column = text.codes[:, [latent]].toarray()[:, 0]
    found = []
    for token in measure.strongest(column, text.row, params.from_text):
        row = text.rows[text.row[token]]
        here = np.flatnonzero(text.row == text.row[token])
        fired = np.zeros(len(row))
        fired[text.place[here]] = column[here]
        found.append(
            _shown(text.source[text.row[token]], row, fired, int(text.place[token]), loaded, params)
        )
    return found


def from_sentences(
    latent: int, kind: str, words: dict[str, AtWords], sae: LoadedSae, loaded: LoadedModel,
    params: Params,
) -> list[Shown]:  # fmt: skip
    """Our own sentences that end in the category's words, read again at every token."""
    if kind not in words:
        return []
    rows = [
        token_ids(loaded, f"{beginning} {word}")
        for beginning in (*SHARED, *OWN[kind])
        for word in CATEGORIES[kind].words
    ]
    size = len(CATEGORIES[kind].words)
    at_word = words[kind].codes[:, :, latent]
    if at_word.shape[0] * size != len(rows):  # a context was left out with a massive vector
        return []
    place = np.arange(len(rows))
    best = measure.strongest(at_word.reshape(-1), place // size, params.from_sentences)
    found = []
    for index in best:
        stream = residual_stream(loaded, torch.tensor([rows[index]]), [sae.layer])[0, 0].float()
        fired = sae.encode(stream.cpu())[:, latent].cpu().double().numpy()
        fired[0] = 0.0  # the prefix is massive: the autoencoder was not trained on it
        found.append(_shown("sentence", rows[index], fired, len(rows[index]) - 1, loaded, params))
    return found


def _shown(
    source: str, row: list[int], fired: Floats, centre: int, loaded: LoadedModel, params: Params
) -> Shown:
    start, end = measure.window(len(row), centre, params.before, params.after, 1)
    return Shown(
        source=source,
        tokens=[measure.spelling(loaded.tokenizer.decode([token])) for token in row[start:end]],
        activations=[round(float(each), 3) for each in fired[start:end]],
        strongest=centre - start,
    )
