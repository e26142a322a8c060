"""Do an autoencoder and a model belong together? Width, layer and name, then what it reads.

An autoencoder multiplies matrices without complaint, whatever stream it is given. Four short
paragraphs of plain prose tell another model's, or one that is not centred as it should be: of its own
it explains most of the variance. They do not tell a neighbouring layer's, which is much like its own:
for the layer its hook is taken at its word.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from lab.errors import AnalysisError
from lab.models.activations import MASSIVE, residual_stream, token_ids
from lab.models.loader import LoadedModel
from lab.sae.autoencoder import LoadedSae

# Written for this check: plain prose on several subjects, about 200 tokens.
PROSE = (
    "The council met on Tuesday evening to discuss the new bridge. Several residents complained "
    "about the noise, but the engineers said that the work would be finished before the winter.",
    "To make the sauce, melt the butter in a small pan, stir in the flour and add the milk a little "
    "at a time. Season it with salt, pepper and a pinch of nutmeg, and serve it while it is hot.",
    "Prices rose by three percent in the last quarter, according to figures published in March. "
    "Analysts had expected a smaller increase, and shares fell sharply after the announcement.",
    "When she opened the door, the dog ran past her into the garden and began to dig under the old "
    "apple tree. By the time she had found her shoes, it had buried her brother's hat.",
)


@dataclass(frozen=True)
class Reading:
    """How an autoencoder reads some vectors of a model."""

    latents: float  # that fire for a token, on average
    explained: float  # share of the variance
    tokens: int


def require_compatible(sae: LoadedSae, loaded: LoadedModel) -> None:
    """Raise AnalysisError, in numbers, where the autoencoder does not read the model as it should."""
    require_fit(sae, loaded)
    require_reading(reading(sae, prose_stream(loaded, sae.layer)), sae)


def require_fit(sae: LoadedSae, loaded: LoadedModel) -> None:
    """Raise AnalysisError, naming both sides, where width, layer or model are not the same."""
    if sae.d_model != loaded.d_model:
        problem = (
            f"it reads vectors of {sae.d_model} numbers, and the model's have {loaded.d_model}"
        )
    elif sae.layer > loaded.n_layers:
        problem = (
            f"its hook {sae.hook} is layer {sae.layer}, and the model has {loaded.n_layers} blocks"
        )
    elif sae.model != loaded.name:
        problem = f"it was trained on {sae.model}"
    else:
        return
    raise AnalysisError(
        f'SAE "{sae.name}" does not fit the model "{loaded.name}": {problem}. Load the model it '
        f'was trained on ("{sae.model}"), or an SAE of this one.'
    )


def reading(sae: LoadedSae, rows: Float[Tensor, "row d_model"]) -> Reading:
    """How the autoencoder reads vectors of the plain residual stream."""
    wanted = rows - rows.mean(dim=-1, keepdim=True) if sae.centred else rows
    codes = sae.encode(rows)
    lost = (wanted - sae.decode(codes)).square().sum()
    spread = (wanted - wanted.mean(dim=0)).square().sum()
    return Reading(
        latents=float((codes > 0).sum(dim=-1).double().mean()),
        explained=1 - float(lost / spread),
        tokens=len(rows),
    )


def require_reading(found: Reading, sae: LoadedSae) -> None:
    """Raise AnalysisError where the numbers are not those of this autoencoder on its model."""
    wrong = []
    fewest, most = sae.fires
    if not fewest <= found.latents <= most:
        wrong.append(
            f"{found.latents:.1f} latents fire for a token, expected {fewest:.0f} to {most:.0f}"
        )
    if not found.explained >= sae.explains:
        wrong.append(
            f"it explains {found.explained:.0%} of the variance, expected {sae.explains:.0%} or more"
        )
    if wrong:
        raise AnalysisError(
            f'SAE "{sae.name}": on {found.tokens} tokens of plain prose {"; ".join(wrong)}. Its '
            f"weights are not what its name says, or the stream is not that of {sae.model} at "
            f"{sae.hook}. Nothing computed from it would mean what it says."
        )


def prose_stream(loaded: LoadedModel, layer: int) -> Float[Tensor, "row d_model"]:
    """What enters the layer at every token of the prose, prefixes and massive tokens left out."""
    rows = torch.cat(
        [
            residual_stream(loaded, torch.tensor([token_ids(loaded, text)]), [layer])[0, 0, 1:]
            for text in PROSE
        ]
    ).float()
    norm = rows.norm(dim=-1)
    return rows[norm <= MASSIVE * norm.median()].cpu()
