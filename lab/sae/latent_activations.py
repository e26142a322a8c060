"""What an autoencoder's latents do at words: residual vectors and codes, context by context."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from numpy.typing import NDArray
from torch import Tensor

from lab.errors import AnalysisError
from lab.models.activations import (
    MASSIVE,
    padded,
    residual_stream,
    single_token,
    token_ids,
)
from lab.models.loader import LoadedModel
from lab.text.sentences import OWN, PROSE, SHARED
from lab.text.vocabulary import CATEGORIES

BATCH = 32  # contexts in one forward pass


@runtime_checkable
class Autoencoder(Protocol):
    """The part of `autoencoder.LoadedSae` that studies of latents need."""

    @property
    def layer(self) -> int:
        """What enters this block is what it reads."""

    def encode(self, rows: Any) -> Any:
        """Codes (row, latent) of rows (row, d_model)."""

    def decode(self, codes: Any) -> Any:
        """Rows again, the decoder's bias included."""


@dataclass(frozen=True)
class AtWords:
    """One category's words in its contexts, those with a massive vector left out.

    `dropped` counts the contexts that left with a massive vector.
    """

    vectors: Float[np.ndarray, "context word d_model"]
    codes: Float[np.ndarray, "context word latent"]
    dropped: int


def read_words(
    loaded: LoadedModel, sae: Autoencoder, words: Sequence[str], contexts: Sequence[str]
) -> AtWords:
    """Every word after every context, read at the word.

    Raises AnalysisError for a word that is not one token with its leading space.
    """
    ids = torch.tensor([single_token(loaded, word) for word in words])
    rows = [token_ids(loaded, context) for context in contexts]
    vectors, norms = [], []
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        stream, inside = words_after(loaded, batch, ids, sae.layer)
        vectors.append(stream[:, -len(words) :])
        norms.append(stream.norm(dim=-1)[inside])
    found = torch.cat(vectors)
    kept = ~(found.norm(dim=-1) > MASSIVE * torch.cat(norms).median()).any(dim=1)
    if not kept.any():
        raise AnalysisError(
            f'words "{words[0]}" …: in each of {len(contexts)} contexts some word\'s vector is '
            "massive. Use other contexts."
        )
    codes = sae.encode(found[kept].flatten(0, 1)).reshape(int(kept.sum()), len(words), -1)
    return AtWords(_array(found[kept].double()), _array(codes.float()), int((~kept).sum()))


def words_after(
    loaded: LoadedModel,
    contexts: Sequence[Sequence[int]],
    words: Int[Tensor, "*context word"],
    layer: int,
) -> tuple[Float[Tensor, "context pos d_model"], Bool[Tensor, "context pos"]]:
    """The stream of contexts, each followed by all the words side by side, and what is no padding.

    Every word stands where the context ends and sees the context and itself: its vector is that
    of the context with this word alone, and a context is read once instead of once a word.
    The words are the last positions: the same for all contexts, or some of each one's own.
    Prefixes count as padding.
    """
    width = max(len(row) for row in contexts)
    words = words.expand(len(contexts), -1)
    size = width + words.shape[1]
    tokens = torch.zeros(len(contexts), size, dtype=torch.long)
    place = torch.arange(size).repeat(len(contexts), 1)
    sees = torch.ones(size, size).tril().bool().repeat(len(contexts), 1, 1)
    sees[:, width:] = torch.eye(size).bool()[width:]
    inside = torch.zeros(tokens.shape, dtype=torch.bool)
    for index, row in enumerate(contexts):
        tokens[index, : len(row)], tokens[index, width:] = torch.tensor(row), words[index]
        place[index, width:] = len(row)
        sees[index, width:, : len(row)] = True
        inside[index, 1 : len(row)] = inside[index, width:] = True
    blank = torch.finfo(torch.float32).min
    stream = residual_stream(
        loaded,
        tokens,
        [layer],
        attention_mask=torch.where(sees, 0.0, blank)[:, None].to(loaded.device, loaded.model.dtype),
        position_ids=place.to(loaded.device),
    )
    return stream[0].float().cpu(), inside


def read_text(
    loaded: LoadedModel, sae: Autoencoder, rows: Sequence[Sequence[int]]
) -> tuple[Float[np.ndarray, "token latent"], list[str]]:
    """Codes at every token but prefixes and massive ones, and the tokens' spelling.

    Each row begins with the prefix.
    """
    codes, spelt = [], []
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        tokens = padded(batch)
        stream = residual_stream(loaded, tokens, [sae.layer])[0].float().cpu()
        inside = torch.zeros(tokens.shape, dtype=torch.bool)
        for index, row in enumerate(batch):
            inside[index, 1 : len(row)] = True
        norm = stream.norm(dim=-1)
        inside &= norm <= MASSIVE * norm[inside].median()
        codes.append(_array(sae.encode(stream[inside]).float()))
        spelt += [loaded.tokenizer.decode([token]) for token in tokens[inside].tolist()]
    return np.concatenate(codes), spelt


def read_categories(loaded: LoadedModel, sae: Autoencoder) -> dict[str, AtWords]:
    """Every category's words in the beginnings that latents are looked up with."""
    return {
        name: read_words(loaded, sae, category.words, (*SHARED, *OWN[name]))
        for name, category in CATEGORIES.items()
    }


def read_others(
    loaded: LoadedModel, sae: Autoencoder, text: Path, each: int
) -> tuple[Float[np.ndarray, "token latent"], list[str]]:
    """Codes at tokens that are no category's words, and those tokens' spelling.

    Read are the prose, the beginnings themselves and natural text: the first `each` contexts of
    every kind in the file `text`, token numbers (context, pos) by kind. A category's words that turn
    up in them are left out: they are neither counted for a latent nor against it.
    Raises AnalysisError where the file is not there.
    """
    every = (*SHARED, *(one for own in OWN.values() for one in own), *PROSE)
    rows = [token_ids(loaded, one) for one in every] + natural(text, each, loaded.prefix_id)
    codes, spelt = read_text(loaded, sae, rows)
    words = {word for category in CATEGORIES.values() for word in category.words}
    keep = [index for index, token in enumerate(spelt) if token.strip() not in words]
    return codes[keep], [spelt[index] for index in keep]


def natural(text: Path, each: int, prefix: int) -> list[list[int]]:
    """The first contexts of every kind of text in a file, each beginning with the prefix."""
    if not text.exists():
        raise AnalysisError(
            f"{text.name}: the text that latents are looked up in is not here. "
            f"Restore it: git checkout -- {text.parent.name}/{text.name}"
        )
    with np.load(text, allow_pickle=False) as kinds:
        rows = [row.tolist() for kind in kinds.files for row in kinds[kind][:each]]
    return [row if row[0] == prefix else [prefix, *row] for row in rows]


def reconstruction(sae: Autoencoder, found: AtWords) -> Float[np.ndarray, "context word d_model"]:
    """What all latents together write, the decoder's bias included."""
    flat = torch.from_numpy(found.codes.reshape(-1, found.codes.shape[-1])).float()
    rows: NDArray[np.float64] = _array(sae.decode(flat).double()).reshape(found.vectors.shape)
    return rows


def _array(values: Any) -> NDArray[Any]:
    kept: NDArray[Any] = values.detach().cpu().numpy()
    return kept
