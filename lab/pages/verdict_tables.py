"""What a study's verdicts say, as Markdown tables for its page; they work for any study."""

from __future__ import annotations

from collections.abc import Callable

from lab.declared.claims import Claim
from lab.declared.value_at import Reading
from lab.declared.verdict_words import Outcome, Verdict
from lab.ledger import verdicts
from lab.pages.number_format import (
    Real,
    interval,
    number,
    percent,
    plain,
)
from lab.results.study import Study, as_study


def claims(study: Study | str) -> str:
    """The published numbers, ours and the verdict on each."""
    study = as_study(study)
    judged = verdicts.load(study).claims
    rows = ["| The paper | Reported | Here | Verdict |", "|:------------|--:|--:|:---|"]
    for each in study.claims.claims:
        found = judged.get(each.id)
        ours = _ours(found.ours) if found and found.ours else ""
        rows.append(
            f"| {_cell(each.states)} | {_claimed(each)} | {ours} "
            f"| {found.verdict if found else Verdict.NOT_RUN} |"
        )
    return "\n".join(rows)


def predictions(study: Study | str, say: Callable[[Real], str] = plain) -> str:
    """What was said beforehand, how likely it seemed, what was found and how it came out."""
    study = as_study(study)
    judged = verdicts.load(study).predictions
    rows = ["| Said beforehand | Probability | Found | |", "|:-------------|--:|--:|:---|"]
    for each in study.hypotheses.predictions:
        graded = judged.get(each.id)
        found = say(graded.ours.mean) if graded and graded.ours else ""
        rows.append(
            f"| {_cell(each.states)} | {percent(each.probability)} | {found} "
            f"| {graded.outcome if graded else Outcome.OPEN} |"
        )
    return "\n".join(rows)


def brier(study: Study | str) -> str:
    """The mean Brier score of a study's graded predictions."""
    graded = verdicts.load(study).predictions.values()
    scores = [each.brier for each in graded if each.brier is not None]
    return number(sum(scores) / len(scores)) if scores else "none yet"


def _claimed(claim: Claim) -> str:
    """The published number, with its bound where it is one: 0.891, at least 0.9."""
    bound = "" if claim.relation == "about" else f"{claim.relation} "
    # As many digits as the paper gives: what it writes is not for us to round.
    digits = len(f"{claim.claimed:.12f}".rstrip("0").partition(".")[2])
    return bound + number(claim.claimed, digits)


def _ours(found: Reading) -> str:
    """Our number with its interval where it has one; counts have none and are whole."""
    return plain(found.mean) if found.low is None else interval(found)


def _cell(text: str) -> str:
    """A statement that survives a table."""
    return " ".join(text.split()).replace("|", "\\|")
