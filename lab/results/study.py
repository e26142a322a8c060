"""A study: its folder, what it declares and what it recorded, each read once and passed on."""

from __future__ import annotations

import importlib
import json
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

from lab.declared import claims, hypotheses
from lab.declared.claims import Claims
from lab.declared.hypotheses import Declarations, Hypotheses
from lab.errors import AnalysisError
from lab.fingerprint.definitions import Code, code_of_study
from lab.fingerprint.fingerprint import digest
from lab.models import weights
from lab.project import PACKAGE, find_root

SCHEMA = 2  # of recorded results


@dataclass(frozen=True, eq=False)
class Project:
    """A research log: its folder, and what no single study owns."""

    root: Path

    @classmethod
    def here(cls) -> Project:
        """The log one stands in. Raises AnalysisError where there is none."""
        return cls(find_root())

    @cached_property
    def ahead(self) -> Declarations:
        """What is declared for studies that have no code yet."""
        return hypotheses.read(self.ahead_path, f"{PACKAGE}/hypotheses.yml")

    @property
    def ahead_path(self) -> Path:
        """Where that is written."""
        return self.root / PACKAGE / "hypotheses.yml"

    def study(self, name: str) -> Study:
        """A study by name, nothing of it read yet, whether or not it is there."""
        return Study(name, self)

    def recorded_studies(self) -> list[Study]:
        """The studies that record results, by name."""
        runs = (self.root / PACKAGE).glob("*/run.py")
        return [self.study(name) for name in sorted(path.parent.name for path in runs)]

    def studies(self) -> list[Study]:
        """Every study with results, claims or hypotheses, those without code among them."""
        names = {
            path.parent.name
            for file in ("run.py", "claims.yml", "hypotheses.yml")
            for path in (self.root / PACKAGE).glob(f"*/{file}")
        }
        return [self.study(name) for name in sorted(names | self.ahead.studies)]


@dataclass(frozen=True, eq=False)
class Study:
    """One study of a log.

    Each file is read when it is first asked for, and once: what is written later is seen by the
    next `Study` of that name.
    """

    name: str
    project: Project
    _results: dict[str, dict[str, Any] | None] = field(default_factory=dict, repr=False)

    @property
    def root(self) -> Path:
        """The log's folder."""
        return self.project.root

    @property
    def folder(self) -> Path:
        """Where the study's code and declarations lie."""
        return self.root / PACKAGE / self.name

    @property
    def results_folder(self) -> Path:
        """Where its results lie."""
        return self.folder / "results"

    @property
    def has_code(self) -> bool:
        """Whether it can record results."""
        return (self.folder / "run.py").exists()

    def shown(self, file: str) -> str:
        """How errors name a file of the study."""
        return f"{PACKAGE}/{self.name}/{file}"

    @cached_property
    def claims(self) -> Claims:
        """Published numbers and ours. Raises AnalysisError for a mistake in its file."""
        return claims.read(self.folder / "claims.yml", self.shown("claims.yml"))

    @cached_property
    def declarations(self) -> Declarations:
        """Factors, nulls and predictions. Raises AnalysisError for a mistake in either file."""
        own = hypotheses.read(self.hypotheses_path, self.shown("hypotheses.yml"), self.name)
        return hypotheses.joined(self.name, own, self.project.ahead)

    @property
    def hypotheses(self) -> Hypotheses:
        """The same without their digests."""
        return self.declarations.hypotheses

    @property
    def hypotheses_path(self) -> Path:
        """Where the study's own are written."""
        return self.folder / "hypotheses.yml"

    @cached_property
    def recorded_params(self) -> dict[str, Any]:
        """Its parameters by result name. Raises AnalysisError for a study that is not here."""
        if self._params is None:
            names = ", ".join(each.name for each in self.project.recorded_studies())
            known = f"Use one of: {names}." if names else f"{PACKAGE}/ holds none yet."
            raise AnalysisError(f'study "{self.name}": there is none. {known}')
        found: dict[str, Any] = self._params.RECORDED
        return found

    @cached_property
    def profile_params(self) -> dict[str, Any]:
        """The parameters in its `profiles.py`, by result name; none where it has none.

        Their results are kept only where their model can be had.
        """
        module = self._module("profiles")
        found: dict[str, Any] = module.PROFILES if module else {}
        return found

    @property
    def known_params(self) -> dict[str, Any]:
        """Both. Raises AnalysisError for a study that is not here."""
        return {**self.recorded_params, **self.profile_params}

    @property
    def due(self) -> list[str]:
        """The results that must be there and hold, and those of profiles that are there."""
        must = self.recorded_params
        return [
            name for name in self.known_params if name in must or self.result_path(name).exists()
        ]

    @cached_property
    def data_digests(self) -> dict[str, str | None]:
        """The sha256 of each file that `params.DATA` names in its folder; None if absent."""
        files = {name: self.folder / name for name in getattr(self._params, "DATA", ())}
        return {
            name: weights.file_sha256(path) if path.is_file() else None
            for name, path in files.items()
        }

    @cached_property
    def code(self) -> Code:
        """The code that its `run` reaches. Raises AnalysisError where it has none."""
        return code_of_study(self.name, self.root)

    def result_path(self, name: str) -> Path:
        """Where a result is kept."""
        return self.results_folder / f"{name}.json"

    @property
    def result_names(self) -> list[str]:
        """The names of its results, as they lie in its folder among other files."""
        found = sorted(self.results_folder.glob("*.json"))
        return [path.stem for path in found if _is_result(path)]

    def result(self, name: str) -> dict[str, Any] | None:
        """A result's whole file, whether or not it still holds; None where there is none.

        Raises AnalysisError for one that is cut off, edited or of another schema.
        """
        if name not in self._results:
            self._results[name] = self._read(name)
        return self._results[name]

    def reread(self, name: str) -> dict[str, Any] | None:
        """A result's file as it is now, where another process may have put a new one in place."""
        self._results.pop(name, None)
        return self.result(name)

    def _read(self, name: str) -> dict[str, Any] | None:
        path, file = self.result_path(name), self.shown(f"results/{name}.json")
        again = f"Run: lab reproduce {self.name}"
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except ValueError as error:
            raise AnalysisError(f"{file}: cut off or not JSON ({error}). {again}") from error
        schema = found.get("schema") if isinstance(found, dict) else None
        if schema != SCHEMA:
            raise AnalysisError(f"{file}: schema {schema}, this code reads {SCHEMA}. {again}")
        if found.pop("digest", None) != digest(found):
            raise AnalysisError(
                f"{file}: its content does not match its own digest: edited or damaged after it "
                f"was recorded. Restore it (git checkout) or recompute it. {again}"
            )
        result: dict[str, Any] = found
        return result

    @cached_property
    def _params(self) -> ModuleType | None:
        """The study's params; they import no model. None for a study that is not here."""
        return self._module("params")

    def _module(self, stem: str) -> ModuleType | None:
        """One of the study's modules; None where it has no such file."""
        if not (self.folder / f"{stem}.py").exists():
            return None
        return importlib.import_module(f"{PACKAGE}.{self.name}.{stem}")


def as_study(study: Study | str) -> Study:
    """A study, or the one of that name in the log one stands in, as pages have it."""
    return study if isinstance(study, Study) else Project.here().study(study)


def _is_result(path: Path) -> bool:
    """Whether a file begins as recorded results do, even one that was cut off."""
    with path.open(encoding="utf-8", errors="replace") as stream:
        return '"study": ' in stream.read(100)
