"""A recorded result computed again, and what moved."""

from __future__ import annotations

import importlib
import inspect
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any, Generic, TypeVar

from lab.declared import nulls
from lab.errors import AnalysisError
from lab.project import PACKAGE
from lab.results import arrays, provenance, record
from lab.results.compare import Difference, compare, compare_arrays
from lab.results.record import Recorded
from lab.results.study import Study

R = TypeVar("R")
Report = Callable[[str, int, int], None]  # what, done, of how many
NO_MODEL = "none"  # the model of a study that reads none


@dataclass(frozen=True)
class Computed(Generic[R]):
    """A result just computed, and where it comes from."""

    result: R
    provenance: dict[str, Any]


@dataclass(frozen=True)
class Reproduction:
    """A result computed again: its state before, every value then and now, and what was written."""

    study: str
    name: str
    state: str
    differences: list[Difference]
    path: Path | None  # None where the recorded result was left as it is
    note: str = ""  # what was wrong with the old file

    @property
    def outside(self) -> int:
        """How many values moved beyond tolerance."""
        return sum(not each.within for each in self.differences)

    @property
    def holds(self) -> bool:
        """Whether the numbers came out again, or had a reason not to."""
        return self.path is not None or not self.outside


def wanted_results(study: Study, name: str | None) -> list[str]:
    """The results to compute: all that are due everywhere, or the one named, a profile's included.

    Raises AnalysisError for a name that the study does not know.
    """
    if name is None:
        return list(study.recorded_params)
    if name not in study.known_params:
        raise AnalysisError(
            f'{study.name}: records no "{name}". Use one of: {", ".join(study.known_params)}.'
        )
    return [name]


def reproduce_result(
    study: Study, name: str, report: Report, *, write: bool = False
) -> Reproduction:
    """Compute a result and compare it with what is recorded.

    One that is stale, missing or damaged is recorded anew; a fresh one only with `write`.
    Raises AnalysisError where it cannot be computed.
    """
    old, state, note = _recorded(study, name)
    params = study.known_params[name]
    nulls.require_declared(study.name, study.hypotheses.measures)
    run = importlib.import_module(f"{PACKAGE}.{study.name}.run").run
    new = compute(run, params, study.root, report)
    values, taken = arrays.parted(new.result)
    differences = []
    if old is not None:
        differences = compare(old.values, record.rounded(values))
        differences += compare_arrays(old.arrays, taken)
    path = None
    if state != "fresh" or write:
        path = record.save(study, name, params, new.result, new.provenance)
    return Reproduction(study.name, name, state, differences, path, note)


def _recorded(study: Study, name: str) -> tuple[Recorded | None, str, str]:
    """The old result and its state; a damaged file counts as none, with a note of what is wrong."""
    try:
        state = record.status(study, name).state
        return (record.load(study, name) if state != "missing" else None), state, ""
    except AnalysisError as error:
        return None, "damaged", str(error)


def compute(
    run: Callable[..., R],
    params: Any,
    root: Path,
    report: Report | None = None,
    *,
    load: Callable[[str], Any] | None = None,
) -> Computed[R]:
    """Load the model, run the study, and note where the numbers come from.

    `run` takes the parameters, then `loaded` where it reads a model and `report` where it tells
    how far it is. The model is loaded by the study's own `load` where it has one; `load` stands in
    for both.
    """
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
