"""Arrays of a result, kept beside its JSON: one npz whose name and digest the JSON holds.

The npz is written first, under a name made from its content; then the JSON that points to it.
So a reader finds the old pair or the new one, never half of each.
"""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from lab.errors import AnalysisError
from lab.results.files import write_bytes

Array = NDArray[Any]
MARK = "array"  # {"array": "0"} stands where the array was


def parted(result: Any) -> tuple[Any, dict[str, Array]]:
    """A result as plain values, and the arrays taken out of it by the names left in their place."""
    found: dict[str, Array] = {}

    def taken(value: Any) -> Any:
        if isinstance(value, np.ndarray):
            found[str(len(found))] = value
            return {MARK: str(len(found) - 1)}
        if isinstance(value, np.generic):
            return value.item()
        raise NotImplementedError(f"a result may hold no {type(value).__name__}")

    return msgspec.to_builtins(result, enc_hook=taken), found


def write(folder: Path, name: str, arrays: dict[str, Array]) -> dict[str, Any] | None:
    """Keep a result's arrays; what its JSON must say of them. None where there are none.

    Raises AnalysisError for an array of objects, which could not be read back safely.
    """
    if not arrays:
        return None
    if any(array.dtype.hasobject for array in arrays.values()):
        raise AnalysisError(f"{name}: an array of objects cannot be kept. Give it a number type.")
    stream = io.BytesIO()
    np.savez_compressed(stream, allow_pickle=False, **arrays)
    data = stream.getvalue()
    sha256 = hashlib.sha256(data).hexdigest()
    file = f"{name}-{sha256[:12]}.npz"
    write_bytes(folder / file, data)
    return {"file": file, "sha256": sha256}


def read(folder: Path, kept: dict[str, Any] | None, shown: str) -> dict[str, Array]:
    """A result's arrays. Raises AnalysisError where the file is gone or holds other bytes."""
    if kept is None:
        return {}
    try:
        data = (folder / kept["file"]).read_bytes()
    except FileNotFoundError as error:
        raise AnalysisError(
            f"{shown}: its arrays, {kept['file']}, are not here. Restore them: "
            f"git checkout -- {shown.rpartition('/')[0]}"
        ) from error
    if hashlib.sha256(data).hexdigest() != kept["sha256"]:
        raise AnalysisError(
            f"{shown}: its arrays, {kept['file']}, are not those that were recorded: cut off or "
            f"edited. Restore them: git checkout -- {shown.rpartition('/')[0]}"
        )
    with np.load(io.BytesIO(data), allow_pickle=False) as found:
        return {name: found[name] for name in found.files}


def joined(values: Any, kind: Any, arrays: dict[str, Array]) -> Any:
    """Plain values and arrays as the result they were parted from."""

    def put_back(wanted: Any, value: Any) -> Any:
        origin = getattr(wanted, "__origin__", wanted)
        if origin is np.ndarray and isinstance(value, dict) and MARK in value:
            return arrays[value[MARK]]
        raise NotImplementedError(f"{wanted} is not kept in results")

    return msgspec.convert(values, kind, dec_hook=put_back)


def clear(folder: Path, name: str, keep: dict[str, Any] | None) -> None:
    """Remove arrays of earlier recordings of a result; those of others stay."""
    for path in folder.glob(f"{name}-*.npz"):
        stem = path.stem.removeprefix(f"{name}-")
        if len(stem) == 12 and path.name != (keep or {}).get("file"):
            path.unlink(missing_ok=True)
