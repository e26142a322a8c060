"""Sparse autoencoders by name: those that ship with the project, and those from the model hub.

Shipped weights are float16 on disk and float32 here, like the models.
"""

from __future__ import annotations

from pathlib import Path

from lab.errors import AnalysisError
from lab.fingerprint.fingerprint import PACKAGE, ROOT
from lab.models.weights import file_sha256
from lab.sae import hub
from lab.sae.autoencoder import (
    CONFIG_FILE,
    WEIGHTS_FILE,
    LoadedSae,
    from_disk,
)

# Folders below this one, each with the hash its weights must have: the same name with other
# bytes is another autoencoder.
SHIPPED_FOLDER = ROOT / PACKAGE / "latents" / "sae"
SHIPPED: dict[str, str] = {
    "smollm2-135m-l12": "c1332106a8f25791f0b895233f2885bafe74c506d1232a42103ad6a7967dbc8c",
    "smollm2-135m-l12-small": "4dcacc9ef41943b9d2b5151607579b0356746216bcabb851662e259694ee29c0",
    "smollm2-135m-l12-small-untrained": (
        "0b02b2d08e10edc6cd1cf40ce0c4f9581407fa11bfb306a13c4001f7ba7edbb3"
    ),
}

# Those that come through the model hub or its cache.
FROM_HUB = ("gpt2-small-res-jb",)


def load(name: str = "smollm2-135m-l12", *, device: str = "cpu") -> LoadedSae:
    """A shipped autoencoder by name, one from the hub, or one from a SAELens folder by path.

    Raises AnalysisError for a name that is not known, a folder that is not whole, or weights
    that are not the ones shipped.
    """
    if name in FROM_HUB:
        return hub.load(name, device=device)
    folder = SHIPPED_FOLDER / name if name in SHIPPED else Path(name)
    for file in (WEIGHTS_FILE, CONFIG_FILE):
        if not (folder / file).is_file():
            known = ", ".join([*SHIPPED, *FROM_HUB])
            raise AnalysisError(
                f'SAE "{name}": no {file} in {folder}. Use one of: {known}; or the path of a '
                "folder that SAELens saved."
            )
    digest = file_sha256(folder / WEIGHTS_FILE)
    if SHIPPED.get(name, digest) != digest:
        raise AnalysisError(
            f'SAE "{name}": {WEIGHTS_FILE} has sha256 {digest[:12]}…, expected '
            f"{SHIPPED[name][:12]}…: damaged, or trained anew. Restore it from the repository, "
            "or load it by its folder's path."
        )
    return from_disk(name, folder, digest, device)
