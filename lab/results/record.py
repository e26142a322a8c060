"""Recorded results: numbers that know where they come from and whether they still hold.

A study keeps `results/<name>.json`; `params.RECORDED` says with which parameters. Reading one
imports no torch. A file is written whole or not at all, and knows its own digest, so one that
was cut off or edited by hand is refused rather than believed.
"""

from __future__ import annotations

import dataclasses
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from lab.declared import nulls
from lab.errors import AnalysisError
from lab.fingerprint import libraries
from lab.fingerprint.fingerprint import digest, fingerprint
from lab.results import arrays
from lab.results import provenance as origins
from lab.results.files import one_at_a_time, write_text
from lab.results.staleness import Status, compared
from lab.results.study import SCHEMA, Study, as_study

DIGITS = 6  # significant digits kept: more than any interval here can tell apart
NUMBERS = re.compile(r"\[([-+\d.eE,\s]+)\]")  # an array of numbers; no string matches
T = TypeVar("T")


@dataclass(frozen=True)
class Recorded:
    """A result as it was recorded."""

    study: str
    name: str
    params: dict[str, Any]
    values: dict[str, Any]
    provenance: dict[str, Any]
    fingerprint: str
    status: Status
    arrays: dict[str, arrays.Array] = dataclasses.field(default_factory=dict)

    def read(self, kind: type[T]) -> T:
        """The values as the study's own Result type, arrays in their places.

        Raises AnalysisError where they do not fit it.
        """
        try:
            found: T = arrays.joined(self.values, kind, self.arrays)
            return found
        except msgspec.ValidationError as error:
            raise AnalysisError(
                f"{self.study}/{self.name}: does not fit {kind.__name__}: {error}. "
                f"Run: lab reproduce {self.study}"
            ) from error

    @property
    def origin(self) -> str:
        """Markdown to stand under a figure: how it was computed, in one closed line."""
        stale = self.status.state != "fresh"
        return origins.origin(self.provenance, self.fingerprint, stale)

    @property
    def notice(self) -> str:
        """Markdown for the page's head: empty where fresh, else what changed."""
        if self.status.state == "fresh":
            return ""
        changed = "\n".join(f"- {change}" for change in self.status.changes)
        return (
            '\n::: {.callout-warning title="These numbers are stale"}\n'
            f"Recorded before this changed:\n\n{changed}\n\n"
            f"`lab reproduce {self.study}` recomputes them.\n:::\n"
        )


def load(study: Study | str, name: str | None = None) -> Recorded:
    """A recorded result with its status; without a name, the study's first.

    Raises AnalysisError where it is missing, cut off, edited or of another schema.
    """
    study = as_study(study)
    name = name or next(iter(study.recorded_params))
    found, held = _whole(study, name)
    parts = {key: found[key] for key in ("params", "values", "provenance", "fingerprint")}
    state = compared(study, name, found)
    return Recorded(study=study.name, name=name, **parts, status=state, arrays=held)


def status(study: Study, name: str) -> Status:
    """Fresh, stale with what changed, or missing. Raises AnalysisError for a damaged file."""
    found = study.result(name)
    if found is None:
        return Status(study.name, name, "missing", ("it was never recorded here",))
    return compared(study, name, found)


def save(study: Study, name: str, params: Any, values: Any, provenance: dict[str, Any]) -> Path:
    """Record a result beside its study, atomically.

    `provenance` holds at least `weights_sha256`. Numbers are kept to six significant digits.
    Raises AnalysisError, writing nothing, for an effect whose null is not named.
    """
    plain, taken = arrays.parted(values)
    kept, data = rounded(plain), study.data_digests
    nulls.require(study.name, kept, study.hypotheses.measures)
    if absent := [file for file, sha256 in data.items() if sha256 is None]:
        raise AnalysisError(
            f"{study.name}: data: {', '.join(absent)} is not here. Nothing was written."
        )
    settings = dataclasses.asdict(params)
    content = {
        "schema": SCHEMA,
        "study": study.name,
        "name": name,
        "params": settings,
        "values": kept,
        "provenance": provenance,
        "fingerprint": fingerprint(
            settings,
            provenance["weights_sha256"],
            study.code.definitions,
            libraries.released(provenance.get("versions", {})),
            {file: sha256 for file, sha256 in data.items() if sha256},
        ),
        "code": {"definitions": study.code.definitions, "texts": study.code.texts},
        **({"data": data} if data else {}),
    }
    path = study.result_path(name)
    with one_at_a_time(path):
        if beside := arrays.write(path.parent, name, taken):
            content["arrays"] = beside
        write_text(path, _laid_out({**content, "digest": digest(content)}) + "\n")
        arrays.clear(path.parent, name, keep=beside)
    return path


def rounded(value: Any) -> Any:
    """Every float to six significant digits, through lists and dictionaries."""
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}")
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(item) for item in value]
    return value


def _laid_out(content: dict[str, Any]) -> str:
    """JSON with a line for each key but none for each number: short, and `git diff` reads well."""
    text = json.dumps(content, ensure_ascii=False, indent=1)
    return NUMBERS.sub(lambda found: "[" + " ".join(found[1].split()) + "]", text)


def _whole(study: Study, name: str) -> tuple[dict[str, Any], dict[str, arrays.Array]]:
    """A result and its arrays; read once more where another process put a new pair in place."""
    found, file = study.result(name), study.shown(f"results/{name}.json")
    if found is None:
        raise AnalysisError(f"{file}: not recorded yet. Run: lab reproduce {study.name}")
    try:
        return found, arrays.read(study.results_folder, found.get("arrays"), file)
    except AnalysisError:
        found = study.reread(name) or found
        return found, arrays.read(study.results_folder, found.get("arrays"), file)
