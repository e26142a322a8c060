"""The studies: where their results lie, with which parameters they are recorded, on which data."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType
from typing import Any

from lab.errors import AnalysisError
from lab.fingerprint.fingerprint import PACKAGE, ROOT
from lab.models import weights


def path_of(study: str, name: str, root: Path = ROOT) -> Path:
    """Where a result is kept."""
    return root / PACKAGE / study / "results" / f"{name}.json"


def shown(study: str, name: str) -> str:
    """How errors name a result's file."""
    return f"{PACKAGE}/{study}/results/{name}.json"


def studies(root: Path = ROOT) -> list[str]:
    """The studies that record results, by name."""
    return sorted(path.parent.name for path in (root / PACKAGE).glob("*/run.py"))


def recorded_params(study: str) -> dict[str, Any]:
    """The study's parameters by result name. Raises AnalysisError for an unknown study."""
    module = _params(study)
    if module is None:
        known = ", ".join(studies())
        raise AnalysisError(f'study "{study}": there is none. Use one of: {known}.')
    found: dict[str, Any] = module.RECORDED
    return found


def known_params(study: str) -> dict[str, Any]:
    """Those and the study's profiles: results that are kept only where their model can be had.

    Raises AnalysisError for an unknown study.
    """
    return {**recorded_params(study), **profile_params(study)}


def due(study: str, root: Path = ROOT) -> list[str]:
    """The results that must be there and hold, and those of profiles that are there."""
    must = recorded_params(study)
    return [
        name for name in known_params(study) if name in must or path_of(study, name, root).exists()
    ]


def profile_params(study: str) -> dict[str, Any]:
    """The parameters in the study's `profiles.py`, by result name; none where it has none."""
    name = f"{PACKAGE}.{study}.profiles"
    try:
        found: dict[str, Any] = importlib.import_module(name).PROFILES
    except ModuleNotFoundError as error:
        if error.name not in {f"{PACKAGE}.{study}", name}:
            raise
        return {}
    return found


def data_digests(study: str, root: Path = ROOT) -> dict[str, str | None]:
    """The sha256 of each file that `params.DATA` names in the study's folder; None if absent."""
    names = getattr(_params(study), "DATA", ())
    files = {name: root / PACKAGE / study / name for name in names}
    return {
        name: weights.file_sha256(path) if path.is_file() else None for name, path in files.items()
    }


def _params(study: str) -> ModuleType | None:
    """The study's params; they import no model. None for a study that is not here."""
    try:
        return importlib.import_module(f"{PACKAGE}.{study}.params")
    except ModuleNotFoundError as error:
        if error.name not in {f"{PACKAGE}.{study}", f"{PACKAGE}.{study}.params"}:
            raise
        return None
