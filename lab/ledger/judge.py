"""Verdicts computed: what follows from results for claims, predictions and factors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from lab.declared import (
    claims,
    hypotheses,
    nulls,
    yaml_documents,
)
from lab.declared.claims import Claim, Claims
from lab.declared.hypotheses import Hypotheses, Prediction
from lab.declared.value_at import Reading, read_at
from lab.errors import AnalysisError
from lab.fingerprint.fingerprint import ROOT
from lab.ledger import preregistration
from lab.ledger.preregistration import Registration
from lab.ledger.verdicts import (
    ClaimFound,
    FactorFound,
    Graded,
    Verdicts,
    differences,
    kept,
    word,
)
from lab.models import weights
from lab.results import record
from lab.stats import stepdown

Results = dict[str, dict[str, Any] | None]  # by name; None where it is not recorded
Measures = Mapping[str, str]  # the declared null of each measure


def follow(study: str, known: Registration, root: Path = ROOT) -> Verdicts:
    """What follows now. Raises AnalysisError where a rule names a number that is not there."""
    said = hypotheses.load(study, root)
    written = claims.load(study, root)
    names = _names(written, said, known)
    _refuse_unknown(study, names)
    results = {name: record.stored(study, name, root) for name in names}
    measures = {each.name: each.against for each in said.measures}
    return Verdicts(
        claims={each.id: _claim(study, each, results, measures) for each in written.claims},
        predictions=_predictions(study, said, known, results, root),
        factors=_factors(study, known, results, root),
    )


def check(study: str, root: Path = ROOT) -> list[str]:
    """Kept verdicts that do not follow from what is recorded, each in a sentence.

    A study without code keeps none: its predictions are open.
    """
    if study not in record.studies(root):
        return []
    before, after = kept(study, root), follow(study, preregistration.load(study, root), root)
    return [
        f"{study}: {what}: recorded as {word(then)}, but {word(now)} follows. Run: lab ledger"
        for what, then, now in differences(before, after)
    ]


def _names(written: Claims, said: Hypotheses, known: Registration) -> list[str]:
    """Every result that a claim, a prediction or a tried factor points to."""
    named = [ours.result for claim in written.claims for ours in claim.ours]
    named += [each.grading.result for each in said.predictions]
    return list(dict.fromkeys([*named, *(each.result for each in known.tried)]))


def _refuse_unknown(study: str, names: list[str]) -> None:
    """A misspelt result would never be recorded, and its claim never run: say so at once.

    A result is known that the study records, or that is named after a model it could run.
    """
    try:
        listed = list(record.recorded_params(study))
    except AnalysisError:
        return  # a study to come: nothing to hold its names against
    known = [*listed, *(model for model in weights.SOURCES if model not in listed)]
    for name in names:
        if name not in known:
            raise AnalysisError(
                f'{study}: claims or hypotheses: no result "{name}" is recorded. '
                + yaml_documents.nearest(name, known)
            )


def _claim(study: str, claim: Claim, results: Results, measures: Measures) -> ClaimFound:
    there = [ours for ours in claim.ours if results[ours.result] is not None]
    models = {ours.result: _model(results[ours.result] or {}) for ours in there}
    chosen = next((ours for ours in there if models[ours.result] == claim.model), None)
    chosen = chosen or next(iter(there), None)
    if chosen is None:
        return ClaimFound("not run")
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


def _predictions(
    study: str, said: Hypotheses, known: Registration, results: Results, root: Path
) -> dict[str, Graded]:
    digests = preregistration.declared(study, root) if said.predictions else {}
    measures = {each.name: each.against for each in said.measures}
    return {
        each.id: _graded(study, each, known, digests[f"prediction:{each.id}"], results, measures)
        for each in said.predictions
    }


def _graded(
    study: str,
    prediction: Prediction,
    known: Registration,
    digest: str,
    results: Results,
    measures: Measures,
) -> Graded:
    key, rule = f"prediction:{prediction.id}", prediction.grading
    still_open = Graded(
        outcome="open",
        label=known.label(key, digest, rule.result),
        probability=prediction.probability,
        digest=digest,
        stamp=known.first_said(key, digest),
    )
    found = results[rule.result]
    if found is None:
        return still_open
    where = f"{study}: prediction {prediction.id}"
    true = hypotheses.came_true(prediction, found["values"], where)
    return msgspec.structs.replace(
        still_open,
        outcome="came true" if true else "did not come true",
        brier=round(hypotheses.brier(prediction.probability, true), 6),
        ours=_read(found, rule.value, where, measures),
        model=_model(found),
        fingerprint=found["fingerprint"],
    )


def _factors(
    study: str, known: Registration, results: Results, root: Path
) -> dict[str, FactorFound]:
    """Every factor ever tried, as in the result it was first tried in; all of them are corrected for."""
    if not known.tried:
        return {}
    digests = preregistration.declared(study, root)
    shares = {
        (name, factor): share
        for name, found in results.items()
        for factor, share in factor_shares((found or {}).get("values"))
    }
    first = {each.name: shares.get((each.result, each.name)) for each in known.tried}
    p_values = {name: share.chance.p for name, share in first.items() if share and share.chance}
    corrected = stepdown.holm(p_values, first)
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
