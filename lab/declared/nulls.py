"""No effect without its null: what is recorded says what chance would look like, or is refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, get_args

from lab.declared.hypotheses import Measure, NullKind
from lab.declared.value_at import ESTIMATE, NULL
from lab.errors import AnalysisError
from lab.project import PACKAGE

KINDS = tuple(kind for kind in get_args(NullKind) if kind != "nothing")


def require(study: str, values: Any, measures: Sequence[Measure]) -> None:
    """Let a result pass only if every estimate in it stands beside its null, or says why not.

    A null is named by its own `kind`, or in the study's hypotheses.yml by the measure: the
    nearest key above the estimate that is declared there. Raises AnalysisError, naming the first.
    """
    named = {each.name: each.against for each in measures}
    for keys, null in estimates(values):
        declared = next((named[key] for key in reversed(keys) if key in named), None)
        kind = null.get("kind") if null else None
        if declared == "nothing" or (null and (kind in KINDS or declared)):
            continue
        raise AnalysisError(_told(study, keys, null, kind, declared))


def require_declared(study: str, measures: Sequence[Measure]) -> None:
    """Ask before a long run, not after it, that the study has declared its measures.

    Raises AnalysisError where it has not.
    """
    if not measures:
        raise AnalysisError(
            f"{PACKAGE}/{study}/hypotheses.yml: no measure is declared there, so no effect could "
            "be recorded. List each under measures with the null it is set against."
        )


def kind_of(measures: Mapping[str, str], path: str) -> str:
    """The declared null of what stands at a path; empty where none is declared."""
    keys = [part.partition("[")[0] for part in path.split(".")]
    return next((measures[key] for key in reversed(keys) if key in measures), "")


def estimates(values: Any, keys: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every estimate in a result: the keys that lead to it, and the null beside it or None."""
    if isinstance(values, list | tuple):
        for item in values:
            yield from estimates(item, keys)
    elif isinstance(values, dict):
        if set(values) >= ESTIMATE:
            yield keys, None
            return
        null = values.get("null")
        null = null if isinstance(null, dict) and set(null) >= NULL else None
        for key, item in values.items():
            if key == "estimate" and isinstance(item, dict) and set(item) >= ESTIMATE:
                yield keys, null
            elif key != "null":
                yield from estimates(item, (*keys, key))


def _told(study: str, keys: tuple[str, ...], null: Any, kind: Any, declared: str | None) -> str:
    where = ".".join(keys)
    name = keys[-1] if keys else "the result"
    file = f"{PACKAGE}/{study}/hypotheses.yml"
    if null is None and declared:
        return (
            f"{study}: {where}: {file} declares its null ({declared}), but the result holds none. "
            f"Record the estimate beside its null, as Measured does."
        )
    if null is not None and kind:
        known = ", ".join(KINDS)
        return f'{study}: {where}: its null is of kind "{kind}". Use one of: {known}.'
    return (
        f"{study}: {where}: an effect is reported and its null is not named. "
        f"Declare the measure in {file}, for example {{name: {name}, against: shuffled labels}}; "
        "for a number that chance says nothing about: against: nothing, with the reason under why."
    )
