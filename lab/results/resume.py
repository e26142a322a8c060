"""Which results a `reproduce` has been through, so that one that was cut short can go on."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import msgspec

from lab.fingerprint import libraries
from lab.fingerprint.fingerprint import fingerprint
from lab.models import weights
from lab.results.files import one_at_a_time, write_json
from lab.results.study import Study

FILE = Path(".cache") / "reproduce.json"


def done(root: Path) -> dict[str, str]:
    """What was reproduced since the last whole run: study/name and what it stood on then."""
    try:
        return msgspec.json.decode((root / FILE).read_bytes(), type=dict[str, str])
    except (OSError, msgspec.DecodeError):
        return {}  # gone or cut off: everything is done again, which is never wrong


def mark(study: Study, name: str) -> None:
    """Note that a result came out again, or was recorded anew."""
    path = study.root / FILE
    with one_at_a_time(path):
        write_json(path, {**done(study.root), f"{study.name}/{name}": basis(study, name)})


def clear(root: Path) -> None:
    """Begin anew."""
    (root / FILE).unlink(missing_ok=True)


def is_done(study: Study, name: str) -> bool:
    """Whether a result was reproduced already, on what it stands on now."""
    return done(study.root).get(f"{study.name}/{name}") == basis(study, name)


def basis(study: Study, name: str) -> str:
    """One digest of what a run of this result would stand on now."""
    params = study.known_params[name]
    model = getattr(params, "model", "")
    return fingerprint(
        dataclasses.asdict(params),
        (weights.expected_sha256(model) if model in weights.known() else None) or "",
        study.code.definitions,
        libraries.locked(study.root),
        {file: sha or "" for file, sha in study.data_digests.items()},
    )
