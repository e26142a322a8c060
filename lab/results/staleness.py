"""Does a recorded result still follow from its parameters, weights, code, libraries and data?

All of it is read, nothing is run: a page can ask in milliseconds.
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from typing import Any, Literal

from lab.fingerprint import libraries
from lab.fingerprint.fingerprint import text_digest
from lab.fingerprint.project_modules import texts_of
from lab.models import weights
from lab.results.study import Study


@dataclass(frozen=True)
class Status:
    """Whether a recorded result still follows from its code, parameters and weights."""

    study: str
    name: str
    state: Literal["fresh", "stale", "missing"]
    changes: tuple[str, ...] = ()  # what differs from when it was recorded
    note: str = ""  # what could not be checked here


def compared(study: Study, name: str, found: dict[str, Any]) -> Status:
    """What differs between now and when it was recorded, each by its own name."""
    changes = [*_changed_params(study, name, found["params"])]
    model, then = found["provenance"]["model"], found["provenance"]["weights_sha256"]
    known = model in weights.known()
    now = weights.expected_sha256(model) if known else None
    if now is not None and now != then:
        changes.append(f"weights of {model}: {then[:12]}… became {now[:12]}…")
    changes += _changed_code(study, found["code"])
    changes += libraries.changes(found["provenance"].get("versions", {}), study.root)
    changes += _changed_data(found.get("data", {}), study.data_digests)
    here = model == "none" or (known and weights.present(model))
    note = "" if here else "weights not here, fingerprint of code and params only"
    return Status(study.name, name, "stale" if changes else "fresh", tuple(changes), note)


def _changed_params(study: Study, name: str, then: dict[str, Any]) -> list[str]:
    every = study.known_params
    if name not in every:
        return [f"params: {study.name} no longer records {name}"]
    # As the file holds them: JSON knows lists and no tuples.
    now = json.loads(json.dumps(dataclasses.asdict(every[name])))
    return [
        f"params: {key}: {then.get(key)!r} became {now.get(key)!r}"
        for key in sorted({*then, *now})
        if then.get(key) != now.get(key)
    ]


def _changed_data(then: dict[str, str], now: dict[str, str | None]) -> list[str]:
    return [
        f"data: {file} " + ("changed" if now.get(file) else "is not here")
        for file in sorted({*then, *now})
        if then.get(file) != now.get(file)
    ]


def _changed_code(study: Study, then: dict[str, dict[str, str]]) -> list[str]:
    """Texts first: where none changed, no tree need be built and no reference followed."""
    texts = texts_of(then["texts"], study.root)
    if texts and all(text_digest(text) == then["texts"][name] for name, text in texts.items()):
        return []
    known, now = then["definitions"], study.code.definitions
    changed = [
        f"code: {name} changed" for name in now if name in known and now[name] != known[name]
    ]
    new = [f"code: {name} is used now" for name in now if name not in known]
    gone = [f"code: {name} is no longer used" for name in known if name not in now]
    return changed + new + gone
