"""Which results a `reproduce` has been through, so that one that was cut short can go on."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import msgspec

from lab.fingerprint import libraries
from lab.fingerprint.definitions import code_of_study
from lab.fingerprint.fingerprint import ROOT, fingerprint
from lab.models import weights
from lab.results import record
from lab.results.files import one_at_a_time, write_json

KEPT = Path(".cache") / "reproduce.json"


def done(root: Path = ROOT) -> dict[str, str]:
    """What was reproduced since the last whole run: study/name and what it stood on then."""
    try:
        return msgspec.json.decode((root / KEPT).read_bytes(), type=dict[str, str])
    except (OSError, msgspec.DecodeError):
        return {}  # gone or cut off: everything is done again, which is never wrong


def mark(study: str, name: str, root: Path = ROOT) -> None:
    """Note that a result came out again, or was recorded anew."""
    with one_at_a_time(root / KEPT):
        write_json(root / KEPT, {**done(root), f"{study}/{name}": basis(study, name, root)})


def clear(root: Path = ROOT) -> None:
    """Begin anew."""
    (root / KEPT).unlink(missing_ok=True)


def is_done(study: str, name: str, root: Path = ROOT) -> bool:
    """Whether a result was reproduced already, on what it stands on now."""
    return done(root).get(f"{study}/{name}") == basis(study, name, root)


def basis(study: str, name: str, root: Path = ROOT) -> str:
    """One digest of what a run of this result would stand on now."""
    params = record.known_params(study)[name]
    model = getattr(params, "model", "")
    return fingerprint(
        dataclasses.asdict(params),
        (weights.expected_sha256(model) if model in weights.SOURCES else None) or "",
        code_of_study(study, root).definitions,
        libraries.locked(root),
        {file: sha or "" for file, sha in record.data_digests(study, root).items()},
    )
