"""The ledger: every claim, prediction and factor of every study, as rows a page can show.

Rows hold words and numbers, no markup. What they say is computed from claims, hypotheses and
recorded results; nothing here decides anything.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from lab.declared.claims import Claim, Claims
from lab.declared.hypotheses import Prediction
from lab.declared.value_at import Reading
from lab.declared.verdict_words import Outcome, Verdict
from lab.errors import AnalysisError
from lab.ledger.judge import Judged
from lab.ledger.verdicts import ClaimFound, FactorFound, Graded
from lab.results import record
from lab.results.study import Study

State = Literal["fresh", "stale", ""]


class Row(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line: what was said, by whom, what came of it, and where to look."""

    kind: Literal["claim", "prediction", "factor"]
    study: str
    id: str
    states: str
    verdict: str
    model: str = ""  # the one the claim is about
    claimed: float | None = None
    low: float | None = None  # what would count as reproduced; None where unbounded
    high: float | None = None
    relation: str = ""
    unit: str = ""
    tolerance: str = ""
    why: str = ""
    ours: Reading | None = None
    ours_model: str = ""
    result: str = ""
    decided: bool | None = None
    state: State = ""
    source: str = ""
    where: str = ""
    read: str = ""
    url: str = ""
    entry: str = ""
    figure: str = ""
    probability: float | None = None
    brier: float | None = None
    label: str = ""
    said: str = ""  # the day of the commit that first held it
    commit: str = ""
    p_corrected: float | None = None

    @property
    def key(self) -> str:
        """The row's anchor on the page; unique over all studies."""
        return f"{self.kind}-{self.study}-{self.id}".replace(" ", "-")


def rows(judged: list[Judged]) -> list[Row]:
    """Every row, study by study: claims, then predictions, then factors."""
    return [row for each in judged for row in _rows_of(each)]


def _rows_of(judged: Judged) -> list[Row]:
    study, found = judged.study, judged.verdicts
    written, said = study.claims, study.hypotheses
    named = {each.result for each in found.claims.values()}
    named |= {each.grading.result for each in said.predictions}
    states = {name: _state(study, name) for name in named if name}
    what = {each.name: each.what for each in said.factors}
    return [
        *(_claim(study.name, c, written, found.claims[c.id], states) for c in written.claims),
        *(_prediction(study.name, p, found.predictions[p.id], states) for p in said.predictions),
        *(_factor(study.name, name, f, what) for name, f in found.factors.items()),
    ]


def _claim(
    study: str, claim: Claim, written: Claims, found: ClaimFound, states: dict[str, State]
) -> Row:
    low, high = (None if abs(end) == float("inf") else end for end in claim.band)
    paper = written.papers[claim.source.paper]
    return Row(
        kind="claim",
        study=study,
        id=claim.id,
        states=claim.states,
        verdict=found.verdict,
        model=claim.model,
        claimed=claim.claimed,
        low=low,
        high=high,
        relation=claim.relation,
        unit=claim.unit,
        tolerance=claim.tolerance if isinstance(claim.tolerance, str) else f"{claim.tolerance:g}",
        why=claim.why,
        ours=found.ours,
        ours_model=found.model,
        result=found.result,
        decided=found.decided,
        state=states.get(found.result, ""),
        source=paper.title,
        where=claim.source.where,
        read=claim.source.read,
        url=paper.code if claim.source.read == "code" and paper.code else paper.url,
        entry=claim.entry,
        figure=claim.figure,
    )


def _prediction(study: str, prediction: Prediction, found: Graded, states: dict[str, State]) -> Row:
    rule = prediction.grading
    end = "" if rule.end == "mean" else f" ({rule.end} end of its interval)"
    return Row(
        kind="prediction",
        study=study,
        id=prediction.id,
        states=prediction.states,
        verdict=found.outcome,
        model=prediction.model,
        relation=f"{rule.value}{end} is {rule.relation} {rule.than}",
        why=prediction.why,
        ours=found.ours,
        ours_model=found.model,
        result=rule.result,
        state=states.get(rule.result, "") if found.ours else "",
        url=prediction.url,
        entry=prediction.entry,
        probability=found.probability,
        brier=found.brier,
        label=found.label,
        said=found.stamp.date[:10] if found.stamp else "",
        commit=found.stamp.commit if found.stamp else "",
    )


def _factor(study: str, name: str, found: FactorFound, what: dict[str, str]) -> Row:
    return Row(
        kind="factor",
        study=study,
        id=name,
        states=what.get(name, "not declared beforehand"),
        verdict=found.label,
        label=found.label,
        ours=found.share,
        result=found.result,
        p_corrected=found.p_corrected,
    )


def _state(study: Study, name: str) -> State:
    """Whether a result still follows from its code; empty where that cannot be asked here."""
    try:
        state = record.status(study, name).state
    except AnalysisError:
        return ""
    return "" if state == "missing" else state


def counts(every: list[Row]) -> dict[str, int]:
    """How many claims and predictions have each verdict, in the order readers expect."""
    verdicts = [row.verdict for row in every if row.kind != "factor"]
    return {str(word): verdicts.count(word) for word in (*Verdict, *Outcome) if word in verdicts}


def as_json(every: list[Row]) -> list[dict[str, Any]]:
    """The rows for machines."""
    found: list[dict[str, Any]] = msgspec.to_builtins(every)
    return found
