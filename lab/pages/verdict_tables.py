"""What a study's verdicts say, as Markdown tables for its page; they work for any study."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from lab.declared import claims as published
from lab.declared import hypotheses
from lab.declared.claims import Claim
from lab.declared.value_at import Reading
from lab.fingerprint.fingerprint import ROOT
from lab.ledger import verdicts
from lab.pages.number_format import (
    Real,
    interval,
    number,
    percent,
    plain,
)


def claims(study: str, root: Path = ROOT) -> str:
    """The published numbers, ours and the verdict on each."""
    kept = verdicts.kept(study, root).claims
    rows = ["| The paper | Reported | Here | Verdict |", "|:------------|--:|--:|:---|"]
    for each in published.load(study, root).claims:
        found = kept.get(each.id)
        ours = _ours(found.ours) if found and found.ours else ""
        rows.append(
            f"| {_cell(each.states)} | {_claimed(each)} | {ours} "
            f"| {found.verdict if found else 'not run'} |"
        )
    return "\n".join(rows)


def predictions(study: str, say: Callable[[Real], str] = plain, root: Path = ROOT) -> str:
    """What was said beforehand, how likely it seemed, what was found and how it came out."""
    kept = verdicts.kept(study, root).predictions
    rows = ["| Said beforehand | Probability | Found | |", "|:-------------|--:|--:|:---|"]
    for each in hypotheses.load(study, root).predictions:
        graded = kept.get(each.id)
        found = say(graded.ours.mean) if graded and graded.ours else ""
        rows.append(
            f"| {_cell(each.states)} | {percent(each.probability)} | {found} "
            f"| {graded.outcome if graded else 'open'} |"
        )
    return "\n".join(rows)


def brier(study: str, root: Path = ROOT) -> str:
    """The mean Brier score of a study's graded predictions."""
    graded = verdicts.kept(study, root).predictions.values()
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
