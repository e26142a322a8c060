"""Sparse autoencoders by name: those that studies ship, and those from the model hub.

Shipped weights are float16 on disk and float32 here, like the models.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from lab.errors import AnalysisError
from lab.models.loader import LoadedModel, untrained_name
from lab.models.weights import file_sha256
from lab.project import PACKAGE, ROOT
from lab.sae import hub
from lab.sae.autoencoder import CONFIG_FILE, WEIGHTS_FILE, LoadedSae, from_disk
from lab.sae.compatibility import require_compatible
from lab.sae.neuronpedia import RELEASE

RECIPE_FILE = "recipe.json"

# Those that come through the model hub or its cache, and what reads them. Another format has a
# module of its own and a line here.
FROM_HUB: dict[str, Callable[..., LoadedSae]] = {RELEASE: hub.read}


def load(name: str, loaded: LoadedModel, *, device: str = "cpu") -> LoadedSae:
    """A shipped autoencoder by name, one from the hub, or one from a SAELens folder by path.

    It is seen to read the model as it should. Raises AnalysisError for a name that is not known, a
    folder that is not whole, weights that are not the ones shipped, and where it does not fit
    the model or misreads it.
    """
    sae = FROM_HUB[name](name, device=device) if name in FROM_HUB else _from_folder(name, device)
    require_compatible(sae, loaded)
    return sae


def shipped() -> dict[str, Path]:
    """The folders of the autoencoders that studies ship, by name: `sae/<name>` in a study's."""
    files = sorted((ROOT / PACKAGE).glob(f"*/sae/*/{RECIPE_FILE}"))
    return {file.parent.name: file.parent for file in files}


def _from_folder(name: str, device: str) -> LoadedSae:
    known = shipped()
    folder = known.get(name, Path(name))
    for file in (WEIGHTS_FILE, CONFIG_FILE):
        if not (folder / file).is_file():
            raise AnalysisError(
                f'SAE "{name}": no {file} in {folder}. Use one of: '
                f"{', '.join([*known, *FROM_HUB])}; or the path of a folder that SAELens saved."
            )
    digest = file_sha256(folder / WEIGHTS_FILE)
    if name in known:
        # The same name with other bytes is another autoencoder.
        expected = json.loads((folder / RECIPE_FILE).read_text(encoding="utf-8"))["sha256"]
        if digest != expected:
            raise AnalysisError(
                f'SAE "{name}": {WEIGHTS_FILE} has sha256 {digest[:12]}…, expected '
                f"{expected[:12]}…: damaged, or trained anew. Restore it from the repository, "
                "or load it by its folder's path."
            )
    return _of_its_model(from_disk(name, folder, digest, device), folder)


def _of_its_model(sae: LoadedSae, folder: Path) -> LoadedSae:
    """The autoencoder, its model called untrained where its recipe says so.

    An untrained model's stream is little but its tokens, and prose has some that training had not.
    """
    recipe = folder / RECIPE_FILE
    if recipe.is_file() and json.loads(recipe.read_text(encoding="utf-8")).get("untrained_model"):
        return replace(sae, model=untrained_name(sae.model), explains=0.2)
    return sae
