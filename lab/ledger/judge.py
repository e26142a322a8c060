"""Verdicts computed: what follows from results for claims, predictions and factors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from lab.declared import claims, hypotheses, nulls, yaml_documents
from lab.declared.claims import Claim, Claims
from lab.declared.hypotheses import Hypotheses, Prediction
from lab.declared.value_at import Reading, read_at
from lab.declared.verdict_words import Outcome, Verdict
from lab.errors import AnalysisError
from lab.ledger import preregistration, verdicts
from lab.ledger.preregistration import Registration
from lab.ledger.verdicts import ClaimFound, FactorFound, Graded, Verdicts
from lab.models import weights
from lab.results.study import Study
from lab.stats import multiplicity

Results = dict[str, dict[str, Any] | None]  # by name; None where it is not recorded
Measures = Mapping[str, str]  # the declared null of each measure


@dataclass(frozen=True, eq=False)
class Judged:
    """A study with the verdicts that follow from what it recorded."""

    study: Study
    verdicts: Verdicts


def judge(study: Study) -> Judged:
    """A study judged as its registration stands."""
    return Judged(study, follow(study, preregistration.load(study)))


def follow(study: Study, known: Registration) -> Verdicts:
    """What follows now. Raises AnalysisError where a rule names a number that is not there."""
    said, written = study.hypotheses, study.claims
    names = _names(written, said, known)
    _refuse_unknown(study, names)
    results = {name: study.result(name) for name in names}
    measures = {each.name: each.against for each in said.measures}
    return Verdicts(
        claims={each.id: _claim(study.name, each, results, measures) for each in written.claims},
        predictions={
            each.id: _graded(study, each, known, results, measures) for each in said.predictions
        },
        factors=_factors(study, known, results),
    )


def check(study: Study) -> list[str]:
    """Kept verdicts that do not follow from what is recorded, each in a sentence.

    A study without code keeps none: its predictions are open.
    """
    if not study.has_code:
        return []
    before, after = verdicts.load(study), judge(study).verdicts
    return [
        f"{study.name}: {what}: recorded as {verdicts.word(then)}, but {verdicts.word(now)} "
        "follows. Run: lab ledger"
        for what, then, now in verdicts.differences(before, after)
    ]


def _names(written: Claims, said: Hypotheses, known: Registration) -> list[str]:
    """Every result that a claim, a prediction or a tried factor points to."""
    named = [ours.result for claim in written.claims for ours in claim.ours]
    named += [each.grading.result for each in said.predictions]
    return list(dict.fromkeys([*named, *(each.result for each in known.tried)]))


def _refuse_unknown(study: Study, names: list[str]) -> None:
    """A misspelt result would never be recorded, and its claim never run: say so at once.

    A result is known that the study records, or that is named after a model it could run.
    """
    try:
        listed = list(study.recorded_params)
    except AnalysisError:
        return  # a study to come: nothing to hold its names against
    known = [*listed, *(model for model in weights.known() if model not in listed)]
    for name in names:
        if name not in known:
            raise AnalysisError(
                f'{study.name}: claims or hypotheses: no result "{name}" is recorded. '
                + yaml_documents.nearest(name, known)
            )


def _claim(study: str, claim: Claim, results: Results, measures: Measures) -> ClaimFound:
    there = [ours for ours in claim.ours if results[ours.result] is not None]
    models = {ours.result: _model(results[ours.result] or {}) for ours in there}
    chosen = next((ours for ours in there if models[ours.result] == claim.model), None)
    chosen = chosen or next(iter(there), None)
    if chosen is None:
        return ClaimFound(Verdict.NOT_RUN)
    found = results[chosen.result] or {}
    reading = _read(found, chosen.value, f"{study}: claim {claim.id}", measures)
    model = models[chosen.result]
    return ClaimFound(
        verdict=claims.verdict(claim, model, reading),
        result=chosen.result,
        model=model,
        ours=reading,
        decided=claims.decided(claim, reading) if model == claim.model else None,
        fingerprint=found["fingerprint"],
    )


def _graded(
    study: Study, prediction: Prediction, known: Registration, results: Results, measures: Measures
) -> Graded:
    key, rule = f"prediction:{prediction.id}", prediction.grading
    digest = study.declarations.digests[key]
    still_open = Graded(
        outcome=Outcome.OPEN,
        label=known.label(key, digest, rule.result),
        probability=prediction.probability,
        digest=digest,
        stamp=known.first_said(key, digest),
    )
    found = results[rule.result]
    if found is None:
        return still_open
    where = f"{study.name}: prediction {prediction.id}"
    true = hypotheses.came_true(prediction, found["values"], where)
    return msgspec.structs.replace(
        still_open,
        outcome=Outcome.CAME_TRUE if true else Outcome.DID_NOT,
        brier=round(hypotheses.brier(prediction.probability, true), 6),
        ours=_read(found, rule.value, where, measures),
        model=_model(found),
        fingerprint=found["fingerprint"],
    )


def _factors(study: Study, known: Registration, results: Results) -> dict[str, FactorFound]:
    """Every factor ever tried, as in the result it was first tried in; all of them are corrected for."""
    if not known.tried:
        return {}
    digests = study.declarations.digests
    shares = {
        (name, factor): share
        for name, found in results.items()
        for factor, share in factor_shares((found or {}).get("values"))
    }
    first = {each.name: shares.get((each.result, each.name)) for each in known.tried}
    p_values = {name: share.chance.p for name, share in first.items() if share and share.chance}
    corrected = multiplicity.by_name(multiplicity.holm, p_values, first)
    return {
        each.name: FactorFound(
            label=known.label(key, digests.get(key, ""), each.result),
            result=each.result,
            share=first[each.name],
            p_corrected=corrected.get(each.name),
        )
        for each in known.tried
        for key in [f"factor:{each.name}"]
    }


def factor_shares(values: Any) -> Iterator[tuple[str, Reading | None]]:
    """The factors a result used: those whose shares of variance it holds, or lists by name.

    Shares stand as `Explained` keeps them, anywhere; other factors under a key `factors`.
    """
    if isinstance(values, list):
        for item in values:
            yield from factor_shares(item)
    elif isinstance(values, dict):
        if isinstance(values.get("shares"), dict) and "total" in values:
            for name in values["shares"]:
                yield name, read_at(values["shares"], name, "shares")
            return
        for key, item in values.items():
            if key == "factors" and isinstance(item, list | dict):
                yield from ((str(name), None) for name in item)
            else:
                yield from factor_shares(item)


def _read(found: dict[str, Any], path: str, where: str, measures: Measures) -> Reading:
    """The number at a path; its null is named by itself or by the measure's declaration."""
    reading = read_at(found["values"], path, where)
    if reading.chance is None or reading.chance.kind:
        return reading
    kind = nulls.kind_of(measures, path)
    return msgspec.structs.replace(
        reading, chance=msgspec.structs.replace(reading.chance, kind=kind)
    )


def _model(found: dict[str, Any]) -> str:
    return str(found.get("provenance", {}).get("model", ""))
