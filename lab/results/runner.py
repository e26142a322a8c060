"""`@recorded`: a study's run that computes once and is looked up from then on.

    @recorded
    def run(params: Params, loaded: LoadedModel, report: Report) -> Result: ...

    run(Params())                    # the kept result where it is fresh, else computed and kept
    run(Params(), loaded, report)    # computed, nothing looked up and nothing kept

Importing this costs no model; one is loaded only when something must be computed.
"""

from __future__ import annotations

import functools
import inspect
import os
import sys
import time
import typing
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any, Generic, TypeVar

from lab.declared import nulls
from lab.errors import AnalysisError
from lab.fingerprint.fingerprint import ROOT
from lab.ledger import history
from lab.results import provenance, record
from lab.results.files import one_at_a_time

R = TypeVar("R")
Report = Callable[[str, int, int], None]  # what, done, of how many
NO_MODEL = "none"  # the model of a study that reads none


class StaleResult(UserWarning):
    """A kept result was used although what it stands on has changed."""


@dataclass(frozen=True)
class Computed(Generic[R]):
    """A result just computed, and where it comes from."""

    result: R
    provenance: dict[str, Any]


class Recall(Generic[R]):
    """A run that is looked up when called with parameters alone."""

    def __init__(
        self, run: Callable[..., R], load: Callable[[str], Any] | None = None, root: Path = ROOT
    ) -> None:
        """Wrap a study's run; `load` and `root` stand in for the model and the project in tests."""
        functools.update_wrapper(self, run)
        self.run, self.load, self.root = run, load, root
        self.study = run.__module__.split(".")[1]

    def __call__(self, params: Any, *given: Any, **named: Any) -> R:
        """The kept result where it is fresh; otherwise as `may_compute` allows.

        Raises AnalysisError for parameters that the study does not list, and for a missing
        result where nothing may be computed.
        """
        if given or named:
            return self.run(params, *given, **named)
        name = self._name(params)
        found = self._kept(name)
        if found is not None and found.status.state == "fresh":
            return self._read(found)
        if may_compute():
            with one_at_a_time(record.path_of(self.study, name, self.root)):
                if record.status(self.study, name, self.root).state != "fresh":
                    self._keep(name, params)  # else another process was quicker
        return self._read(record.load(self.study, name, self.root))

    def _name(self, params: Any) -> str:
        every = record.recorded_params(self.study)
        found = next((name for name, listed in every.items() if listed == params), None)
        if found is None:
            raise AnalysisError(
                f"{self.study}: no result is kept for these parameters. "
                "Name them in params.RECORDED, or pass the model to compute without keeping."
            )
        return found

    def _kept(self, name: str) -> record.Recorded | None:
        there = record.path_of(self.study, name, self.root).exists()
        return record.load(self.study, name, self.root) if there else None

    def _keep(self, name: str, params: Any) -> None:
        nulls.require_declared(self.study, self.root)
        found = compute(self.run, params, load=self.load, root=self.root)
        record.save(self.study, name, params, found.result, found.provenance, self.root)
        history.update(self.study, datetime.now(UTC), self.root)

    def _read(self, found: record.Recorded) -> R:
        if found.status.state != "fresh":
            changed = "; ".join(found.status.changes)
            warnings.warn(
                f"{found.study}/{found.name} is stale: {changed}", StaleResult, stacklevel=3
            )
        kind: type[R] = typing.get_type_hints(self.run)["return"]
        return found.read(kind)


def recorded(run: Callable[..., R]) -> Recall[R]:
    """Keep what a study's run computes; a decorator for functions Params → Result."""
    return Recall(run)


def may_compute() -> bool:
    """Not in CI and not where IN_SEASON_RECOMPUTE is "no": there, stale numbers are reported."""
    asked = os.environ.get("IN_SEASON_RECOMPUTE", "").lower()
    return asked != "no" if asked else not os.environ.get("CI")


def compute(
    run: Callable[..., R],
    params: Any,
    report: Report | None = None,
    *,
    load: Callable[[str], Any] | None = None,
    root: Path = ROOT,
) -> Computed[R]:
    """Load the model, run the study, and note where the numbers come from.

    `run` takes the parameters, then `loaded` where it reads a model and `report` where it tells
    how far it is. The model is loaded by the study's own `load` where it has one.
    """
    run = inspect.unwrap(run)
    takes = inspect.signature(run).parameters
    given: dict[str, Any] = {"report": report} if report is not None and "report" in takes else {}
    module: ModuleType = sys.modules[run.__module__]
    loaded = None
    if "loaded" in takes:
        loaded = given["loaded"] = (load or _loader(module))(params.model)
    started = time.perf_counter()
    result = run(params, **given)
    return Computed(
        result,
        provenance.collect(
            module=run.__module__,
            model=loaded.name if loaded else NO_MODEL,
            weights_sha256=loaded.weights_sha256 if loaded else "",
            device=loaded.device if loaded else "cpu",
            dtype=loaded.dtype if loaded else "",
            seed=params.seed,
            seconds=time.perf_counter() - started,
            now=datetime.now(UTC),
            root=root,
        ),
    )


def _loader(module: ModuleType) -> Callable[[str], Any]:
    """The study's own, or the one for language models; that one costs an import of torch."""
    own: Callable[[str], Any] | None = getattr(module, "load", None)
    if own is not None:
        return own
    from lab.models import loader

    return loader.load
