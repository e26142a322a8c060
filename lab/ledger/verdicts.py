"""The verdicts of a study as they are kept, and what tells two sets of them apart.

`results/verdicts.json` is written by `history`, never by hand. A verdict that is kept and no
longer follows is an error that `judge.check` names, never a quiet correction.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from lab.declared.value_at import Reading
from lab.declared.verdict_words import Label, Outcome, Verdict
from lab.errors import AnalysisError
from lab.ledger.preregistration import Stamp
from lab.results.files import read_json
from lab.results.study import Study, as_study

SCHEMA = 1


class ClaimFound(msgspec.Struct, frozen=True, omit_defaults=True):
    """The verdict on a claim, and the recorded number it follows from."""

    verdict: Verdict
    result: str = ""
    model: str = ""
    ours: Reading | None = None
    decided: bool | None = None
    fingerprint: str = ""


class Graded(msgspec.Struct, frozen=True, omit_defaults=True):
    """How a prediction stands; `digest` is of its wording, which grading seals."""

    outcome: Outcome
    label: Label
    probability: float
    digest: str
    brier: float | None = None
    stamp: Stamp | None = None
    ours: Reading | None = None
    model: str = ""
    fingerprint: str = ""


class FactorFound(msgspec.Struct, frozen=True, omit_defaults=True):
    """A factor that was tried: its share, and p as corrected for all that were ever tried."""

    label: Label
    result: str
    share: Reading | None = None
    p_corrected: float | None = None


class Verdicts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole verdicts.json."""

    schema: int = SCHEMA
    claims: dict[str, ClaimFound] = {}
    predictions: dict[str, Graded] = {}
    factors: dict[str, FactorFound] = {}


def path_of(study: Study) -> Path:
    """Where a study's verdicts are kept."""
    return study.results_folder / "verdicts.json"


def load(study: Study | str) -> Verdicts:
    """The verdicts as they were recorded; none where nothing was."""
    study = as_study(study)
    path = path_of(study)
    if not path.exists():
        return Verdicts()
    return read_json(path, Verdicts, SCHEMA, study.shown("results/verdicts.json"))


def differences(before: Verdicts, after: Verdicts) -> Iterator[tuple[str, Any, Any]]:
    """What the two say differently: its name, then and now, None where it is not there."""
    for kind in ("claims", "predictions", "factors"):
        then, now = getattr(before, kind), getattr(after, kind)
        for name in dict.fromkeys([*then, *now]):
            if then.get(name) != now.get(name):
                yield f"{kind[:-1]} {name}", then.get(name), now.get(name)


def refuse_changed_wording(study: str, before: Verdicts, after: Verdicts) -> None:
    """Raises AnalysisError where a graded prediction no longer reads as it did."""
    for name, then in before.predictions.items():
        now = after.predictions.get(name)
        if then.outcome != Outcome.OPEN and (now is None or now.digest != then.digest):
            raise AnalysisError(
                f"{study}: prediction {name}: changed or removed after it was graded. "
                "Put it back as it was, and give what you think now an id of its own."
            )


def word(found: Any) -> str:
    """A verdict in a few words; `nothing` for none."""
    if found is None:
        return "nothing"
    if isinstance(found, ClaimFound):
        shown = f" ({found.ours.mean:.4g})" if found.ours else ""
        return f'"{found.verdict}"{shown}'
    if isinstance(found, Graded):
        return f'"{found.outcome}, {found.label}"'
    return f'"{found.label}"'
