"""Natural text, and what fires at its tokens. A part of `run`: it reads with the model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.sparse import csc_matrix, csr_matrix, vstack

from analyses.dashboards.params import TEXT, Params
from lab.errors import AnalysisError
from lab.models.activations import MASSIVE, padded, residual_stream
from lab.models.loader import LoadedModel
from lab.project import PACKAGE, ROOT
from lab.sae.autoencoder import LoadedSae
from lab.text.vocabulary import CATEGORIES

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
BATCH = 16  # contexts in one forward pass


@dataclass(frozen=True)
class Text:
    """Natural text and every latent's activation at its tokens, prefixes and massive ones apart."""

    rows: list[list[int]]
    source: list[str]  # of each row
    codes: csc_matrix  # (token, latent)
    row: Indices  # of each token
    place: Indices  # of each token in its row


def read_text(loaded: LoadedModel, sae: LoadedSae, params: Params) -> Text:
    """The first contexts of every kind of kept text, and what fires on them."""
    rows, source = contexts(loaded, params)
    codes: list[csr_matrix] = []
    row: list[int] = []
    place: list[int] = []
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        tokens = padded(batch)
        stream = residual_stream(loaded, tokens, [sae.layer])[0].float().cpu()
        norm = stream.norm(dim=-1)
        inside = torch.zeros(tokens.shape, dtype=torch.bool)
        for index, each in enumerate(batch):
            inside[index, 1 : len(each)] = torch.tensor(each[1:]) != loaded.prefix_id
        inside &= norm <= MASSIVE * norm[inside].median()
        at = inside.nonzero()
        row += (at[:, 0] + start).tolist()
        place += at[:, 1].tolist()
        codes.append(csr_matrix(sae.encode(stream[inside]).float().cpu().numpy()))
    return Text(rows, source, csc_matrix(vstack(codes)), np.array(row), np.array(place))


def contexts(loaded: LoadedModel, params: Params) -> tuple[list[list[int]], list[str]]:
    """Token numbers of the text that is read, each row beginning with the prefix, and its kinds.

    Raises AnalysisError where the text is not there.
    """
    path = ROOT / PACKAGE / "dashboards" / TEXT
    if not path.exists():
        raise AnalysisError(
            "contexts.npz: the text that latents are shown on is not here. "
            "Restore it: git checkout -- analyses/latents/data"
        )
    rows: list[list[int]] = []
    source: list[str] = []
    with np.load(path, allow_pickle=False) as kinds:
        for kind in kinds.files:
            every = [each.tolist() for each in kinds[kind][: params.each]]
            prefix = loaded.prefix_id
            rows += [each if each[0] == prefix else [prefix, *each] for each in every]
            source += [kind] * len(every)
    return rows, source


def others(text: Text, loaded: LoadedModel) -> Floats:
    """Codes at the tokens of natural text that are no category's words."""
    words = {word for category in CATEGORIES.values() for word in category.words}
    spelt = {token: loaded.tokenizer.decode([token]).strip() for row in text.rows for token in row}
    keep = [
        spelt[text.rows[row][place]] not in words
        for row, place in zip(text.row, text.place, strict=True)
    ]
    found: Floats = text.codes[np.array(keep)].toarray()
    return found
