"""What was said beforehand: factors, nulls and predictions, declared in `hypotheses.yml`.

A study declares them in its own folder; `analyses/hypotheses.yml` holds those of studies that
have no code yet, each naming its study, and they stay there. When they were said is not for the
file to say: `preregistration` asks the history.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal

import msgspec

from lab.declared import yaml_documents
from lab.declared.claims import ID
from lab.declared.value_at import Reading, read_at
from lab.errors import AnalysisError
from lab.fingerprint.fingerprint import digest

NullKind = Literal[
    "shuffled labels",
    "flipped signs",
    "random latents",
    "untrained model",
    "variance-matched subspace",
    "random vectors",
    "nothing",
]
Comparison = Literal["below", "at most", "above", "at least"]


class Factor(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something that may explain an outcome."""

    name: str
    what: str
    declared: date
    study: str = ""


class Measure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A measured quantity and the null it is set against; with nothing, the reason why."""

    name: str
    against: NullKind
    why: str = ""

    def __post_init__(self) -> None:
        """No null without a word."""
        if self.against == "nothing" and not self.why:
            raise ValueError(f'measure "{self.name}": against: nothing needs its reason under why')


class Grading(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"relation": "is"}):
    """The rule that grades a prediction: a recorded number compared with another or with a value.

    `value` and `than` are paths into the values of `result`; `end` takes the interval's far end
    in place of its middle, so that noise cannot decide.
    """

    result: str
    value: str
    relation: Comparison
    than: float | str
    end: Literal["mean", "low", "high"] = "mean"


class Prediction(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A statement with the probability that it will come true."""

    id: str
    states: str
    probability: float
    declared: date
    grading: Grading
    study: str = ""
    model: str = ""
    why: str = ""
    entry: str = ""
    url: str = ""

    def __post_init__(self) -> None:
        """Refuse certainty: nothing could be learnt from it."""
        if not ID.fullmatch(self.id):
            raise ValueError(f'id "{self.id}": use small letters, digits and single hyphens')
        if not 0 < self.probability < 1:
            raise ValueError(f"probability {self.probability}: it must lie between 0 and 1")


class Hypotheses(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole hypotheses.yml."""

    factors: tuple[Factor, ...] = ()
    measures: tuple[Measure, ...] = ()
    predictions: tuple[Prediction, ...] = ()


@dataclass(frozen=True)
class Declarations:
    """What is declared, and a digest of what each declaration says, by `factor:…`, `prediction:…`."""

    hypotheses: Hypotheses = field(default_factory=Hypotheses)
    digests: dict[str, str] = field(default_factory=dict)

    @property
    def studies(self) -> set[str]:
        """The studies that are named in it, as they are in a file of studies to come."""
        factors = {each.study for each in self.hypotheses.factors}
        return factors | {each.study for each in self.hypotheses.predictions}


def read(path: Path, shown: str, study: str = "") -> Declarations:
    """A file of hypotheses, a study's own or (without a study) that of studies to come.

    Raises AnalysisError for a mistake in it.
    """
    if not path.exists():
        return Declarations()
    document = yaml_documents.read(path, shown)
    found = document.convert(Hypotheses)
    named = [(each.name, each.study) for each in found.factors]
    named += [(each.id, each.study) for each in found.predictions]
    for name, home in named:
        if not study and not home:
            raise AnalysisError(f"{shown}: {name}: name its study, for it has no folder yet.")
        if study and home not in {"", study}:
            raise AnalysisError(f'{shown}: {name}: study: it stands in "{study}". Leave it out.')
    return Declarations(found, digests_of(document.data))


def joined(study: str, own: Declarations, ahead: Declarations) -> Declarations:
    """All that was declared for a study: in its folder, and among the studies to come.

    Raises AnalysisError for what is declared twice.
    """
    coming = ahead.hypotheses
    every = Hypotheses(
        factors=(
            *own.hypotheses.factors,
            *(each for each in coming.factors if each.study == study),
        ),
        measures=own.hypotheses.measures,
        predictions=(
            *own.hypotheses.predictions,
            *(each for each in coming.predictions if each.study == study),
        ),
    )
    _refuse_twice([f'factor "{each.name}"' for each in every.factors], study)
    _refuse_twice([f'measure "{each.name}"' for each in every.measures], study)
    _refuse_twice([f'prediction "{each.id}"' for each in every.predictions], study)
    names = {f"factor:{each.name}" for each in every.factors}
    names |= {f"prediction:{each.id}" for each in every.predictions}
    digests = {key: text for key, text in ahead.digests.items() if key in names}
    return Declarations(every, digests | own.digests)


def came_true(prediction: Prediction, values: dict[str, Any], where: str) -> bool:
    """Whether a recorded result bears the prediction out. Raises AnalysisError for a bad path."""
    rule = prediction.grading
    found = _end(read_at(values, rule.value, where), rule, where)
    than = rule.than if isinstance(rule.than, float) else read_at(values, rule.than, where).mean
    return {
        "below": found < than,
        "at most": found <= than,
        "above": found > than,
        "at least": found >= than,
    }[rule.relation]


def brier(probability: float, outcome: bool) -> float:
    """The squared distance of a probability from what happened: 0 best, 1 worst, .25 for a shrug.

    Source: Brier 1950, for one of the two outcomes.
    """
    return (probability - outcome) ** 2


def digests_of(data: Any) -> dict[str, str]:
    """The digest of each declaration in a file's raw data, by key; what bears on its meaning.

    Works on any earlier version of the file, whatever its other keys.
    """
    found: dict[str, str] = {}
    sections = data if isinstance(data, dict) else {}
    for entry in sections.get("factors") or []:
        told = {key: entry.get(key) for key in ("name", "what", "study")}
        found[f"factor:{entry.get('name')}"] = digest(told)[:16]
    for entry in sections.get("predictions") or []:
        told = {key: entry.get(key) for key in ("id", "study", "states", "probability", "grading")}
        found[f"prediction:{entry.get('id')}"] = digest(told)[:16]
    return found


def _end(found: Reading, rule: Grading, where: str) -> float:
    value = {"mean": found.mean, "low": found.low, "high": found.high}[rule.end]
    if value is None:
        raise AnalysisError(f'{where}: "{rule.value}" has no interval, so no {rule.end} end.')
    return value


def _refuse_twice(names: list[str], study: str) -> None:
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise AnalysisError(f"hypotheses of {study}: {twice} is declared twice. Rename one.")
