"""`gpt2-small-res-jb`: the sparse autoencoder of GPT-2 small that the circles were found with.

It comes from the model hub, or from the hub's cache on this machine, in the layout that SAELens
reads. It was trained on a residual stream that was centred over d_model at every position
(`center_writing_weights`), while `models.load` reads GPT-2 as it is. The two differ by the mean
over d_model alone, which every layer norm subtracts: so centring is folded into the encoder here,
and a plain stream is read rightly. What is decoded lies in the centred stream.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import torch
from jaxtyping import Float
from torch import Tensor

from lab.errors import AnalysisError
from lab.models import hooks
from lab.models.activations import token_ids
from lab.models.loader import LoadedModel
from lab.models.weights import file_sha256
from lab.sae import autoencoder
from lab.sae.autoencoder import LoadedSae
from lab.sae.neuronpedia import LATENTS, RELEASE

REPOSITORY = "jbloom/GPT2-Small-SAEs-Reformatted"
HOOK = "blocks.7.hook_resid_pre"  # the layer of the paper's clusters; the release has all twelve
MODEL, D_MODEL = "gpt2-small", 768
FILES = (autoencoder.CONFIG_FILE, autoencoder.WEIGHTS_FILE)

# What SAELens lists for this hook: 54 latents a token, 90% of the variance. Its text is not ours,
# so half to twice as many latents and a tenth less variance still pass; an autoencoder on the
# wrong layer, or a stream that was not centred, lies far outside.
FEWEST, MOST, LEAST_EXPLAINED = 27.0, 108.0, 0.8
LARGEST_MEAN = 1e-3  # of a centred vector, as a share of its norm: rounding only

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
class Working:
    """How the autoencoder reads a model: what must hold if the two belong together."""

    latents: float  # that fire for a token, on average
    explained: float  # share of the centred stream's variance
    mean: float  # of a centred vector over d_model, as a share of its norm, the largest
    tokens: int


def load(name: str = RELEASE, *, device: str = "cpu") -> LoadedSae:
    """The autoencoder, from the hub's cache, else from the hub; no model is read.

    Raises AnalysisError where it cannot be had, and where the files hold another one.
    """
    if name != RELEASE:
        raise AnalysisError(f'SAE "{name}": from the hub comes {RELEASE} only.')
    folder = _folder(name)
    found = autoencoder.from_disk(
        name, folder, file_sha256(folder / autoencoder.WEIGHTS_FILE), device
    )
    if (found.d_model, found.latents, found.hook) != (D_MODEL, LATENTS, HOOK):
        raise AnalysisError(
            f'SAE "{name}": the cache holds {found.latents:,} latents of {found.d_model} numbers at '
            f"{found.hook}; the release has {LATENTS:,} of {D_MODEL} at {HOOK}. Take the folder of "
            f"{REPOSITORY} out of the hub's cache and load it again."
        )
    fold_centring(found)
    return replace(found, model=MODEL)


def load_for(loaded: LoadedModel) -> LoadedSae:
    """The autoencoder, seen to read this model as it should.

    Raises AnalysisError, in numbers, where it does not.
    """
    sae = load(device=loaded.device)
    autoencoder.require_fit(sae, loaded)
    require_working(working(sae, _stream(loaded, sae.layer)), sae.name)
    return sae


def fold_centring(sae: LoadedSae) -> None:
    """Let the encoder read a plain stream as it would read the centred one, exactly.

    With C = I − 1/d: (C x − b_dec) W_enc = (x − b_dec) (C W_enc) + (C b_dec − b_dec) W_enc. The
    last term is a constant; it goes into b_enc. On a centred stream nothing changes.
    """
    weights, bias, offset = sae.sae.W_enc.data, sae.sae.b_enc.data, sae.sae.b_dec.data
    if sae.sae.cfg.apply_b_dec_to_input:
        bias.sub_(offset.mean() * weights.sum(dim=0))
    weights.sub_(weights.mean(dim=0))


def centred(rows: Float[Tensor, "row d_model"]) -> Float[Tensor, "row d_model"]:
    """Each vector without its mean over d_model: what the autoencoder was trained to rebuild."""
    return rows - rows.mean(dim=-1, keepdim=True)


def working(sae: LoadedSae, rows: Float[Tensor, "row d_model"]) -> Working:
    """How the autoencoder reads vectors of the plain residual stream, the prefix left out."""
    wanted = centred(rows)
    codes = sae.encode(rows)
    lost = (wanted - sae.decode(codes)).square().sum()
    spread = (wanted - wanted.mean(dim=0)).square().sum()
    means = wanted.mean(dim=-1).abs() / wanted.norm(dim=-1)
    return Working(
        latents=float((codes > 0).sum(dim=-1).double().mean()),
        explained=1 - float(lost / spread),
        mean=float(means.max()),
        tokens=len(rows),
    )


def require_working(found: Working, name: str) -> None:
    """Raise AnalysisError where the numbers are not those of this autoencoder on its model."""
    wrong = []
    if not FEWEST <= found.latents <= MOST:
        wrong.append(f"{found.latents:.1f} latents fire for a token, expected about 54")
    if not found.explained >= LEAST_EXPLAINED:
        wrong.append(f"it explains {found.explained:.0%} of the variance, expected about 90%")
    if not found.mean <= LARGEST_MEAN:
        wrong.append(f"a centred vector's mean is {found.mean:.1%} of its norm, expected 0")
    if wrong:
        raise AnalysisError(
            f'SAE "{name}": on {found.tokens} tokens of plain prose {"; ".join(wrong)}. The weights '
            f"are not those of {REPOSITORY}/{HOOK}, or the stream is not that of {MODEL} at this "
            "hook. Nothing computed from it would mean what it says."
        )


def _stream(loaded: LoadedModel, layer: int) -> Float[Tensor, "row d_model"]:
    """The plain residual stream at every token of the prose but the prefixes."""
    rows = []
    for text in PROSE:
        tokens = torch.tensor([token_ids(loaded, text)])
        rows.append(hooks.streams(loaded, tokens, [layer])[0, 0, 1:].float())
    return torch.cat(rows)


def _folder(name: str) -> Path:
    """The folder of the hook's files in the hub's cache; fetched where they are not there yet."""
    from huggingface_hub import hf_hub_download

    files = [f"{HOOK}/{file}" for file in FILES]
    try:
        try:
            paths = [hf_hub_download(REPOSITORY, file, local_files_only=True) for file in files]
        except OSError:
            paths = [hf_hub_download(REPOSITORY, file, etag_timeout=10) for file in files]
    except Exception as error:  # what fails here depends on the network's library
        raise AnalysisError(
            f'SAE "{name}": {REPOSITORY} is neither in the hub\'s cache nor reachable. Where there '
            f"is a network, run: hf download {REPOSITORY} --include '{HOOK}/*' — then copy the "
            "cache here and name it in HF_HOME."
        ) from error
    return Path(paths[0]).parent
