"""`gpt2-small-res-jb`: the sparse autoencoder of GPT-2 small that the circles were found with.

It comes from the model hub, or from the hub's cache on this machine, in the layout that SAELens
reads. It was trained on a residual stream that was centred over d_model at every position
(`center_writing_weights`), while `lab.models.loader` reads GPT-2 as it is. The two differ by the mean
over d_model alone, which every layer norm subtracts: so centring is folded into the encoder here,
and a plain stream is read rightly. What is decoded lies in the centred stream.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from lab.errors import AnalysisError
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
FIRES, EXPLAINS = (27.0, 108.0), 0.8


def read(name: str = RELEASE, *, device: str = "cpu") -> LoadedSae:
    """The autoencoder, from the hub's cache, else from the hub.

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
    return replace(found, model=MODEL, centred=True, fires=FIRES, explains=EXPLAINS)


def fold_centring(sae: LoadedSae) -> None:
    """Let the encoder read a plain stream as it would read the centred one, exactly.

    With C = I − 1/d: (C x − b_dec) W_enc = (x − b_dec) (C W_enc) + (C b_dec − b_dec) W_enc. The
    last term is a constant; it goes into b_enc. On a centred stream nothing changes.
    """
    weights, bias, offset = sae.sae.W_enc.data, sae.sae.b_enc.data, sae.sae.b_dec.data
    if sae.sae.cfg.apply_b_dec_to_input:
        bias.sub_(offset.mean() * weights.sum(dim=0))
    weights.sub_(weights.mean(dim=0))


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
