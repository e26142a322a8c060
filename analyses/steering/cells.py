"""Cells of the sweep: one file each as soon as it is computed, so that what was done stays done.

They lie in an ignored folder, under a digest of all they depend on: parameters, weights, code,
data and libraries. When a result was put together from them they go.
"""

from __future__ import annotations

import dataclasses
import io
import shutil
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from analyses.steering.data import FOLDER, NAMES
from analyses.steering.params import Params
from lab.errors import AnalysisError
from lab.fingerprint.definitions import code_of
from lab.fingerprint.fingerprint import fingerprint
from lab.models.weights import file_sha256
from lab.project import ROOT
from lab.results.files import write_bytes

Kind = Literal["sweep", "variants", "settings"]
Arrays = dict[str, NDArray[Any]]
LIBRARIES = ("torch", "transformers", "scikit-learn", "numpy")


@dataclass(frozen=True)
class Cell:
    """A part of the study that is computed, recorded and, where it must be, repeated alone."""

    kind: Kind
    concept: str
    layer: int

    def __str__(self) -> str:
        """Its name in files and messages."""
        return f"{self.concept}-{self.kind}-{self.layer}"


def cells(params: Params, concepts: tuple[str, ...] = NAMES) -> list[Cell]:
    """Every cell, those of a concept one after the other: its prompts are read once."""
    return [
        cell
        for concept in concepts
        for cell in (
            *(Cell("sweep", concept, layer) for layer in params.layers),
            Cell("variants", concept, params.focus),
            Cell("settings", concept, params.focus),
        )
    ]


def folder(params: Params, weights_sha256: str, device: str, root: Path = ROOT) -> Path:
    """Where the cells of these parameters, weights, code, data and libraries lie."""
    code = code_of("analyses.steering.asking", ("concept_reader", "compute"), root)
    digest = fingerprint(
        dataclasses.asdict(params),
        weights_sha256,
        code.definitions,
        {name: metadata.version(name) for name in LIBRARIES},
        {path.name: file_sha256(path) for path in sorted(FOLDER.glob("*.yml"))},
    )
    return root / ".cache" / "steering" / f"{digest[:16]}-{device.replace(':', '-')}"


def write(where: Path, cell: Cell, arrays: Arrays) -> None:
    """Record a cell, whole or not at all.

    Raises AnalysisError for one that holds a number that is none where one must be.
    """
    for name, array in arrays.items():
        if array.dtype.hasobject:
            raise AnalysisError(f"cell {cell}: {name} holds objects. Give it a number type.")
    stream = io.BytesIO()
    np.savez_compressed(stream, allow_pickle=False, **arrays)
    write_bytes(where / f"{cell}.npz", stream.getvalue())


def read(where: Path, cell: Cell) -> Arrays | None:
    """A recorded cell; None where there is none, or one that is cut off, which is as good."""
    try:
        with np.load(where / f"{cell}.npz", allow_pickle=False) as found:
            return {name: found[name] for name in found.files}
    except (OSError, ValueError, EOFError, KeyError, _bad_zip()):
        return None


def clear(where: Path) -> None:
    """Remove every cell of one digest: the result they made is kept elsewhere."""
    shutil.rmtree(where, ignore_errors=True)


def _bad_zip() -> type[Exception]:
    import zipfile

    return zipfile.BadZipFile
