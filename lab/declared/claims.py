"""Published numbers, each with the one of ours that answers it, and what follows from both.

A study's `claims.yml` says what was claimed, where it stands and how near is near enough. The
verdict is computed, never written: `verdict` takes the claim and what was recorded.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

import msgspec

from lab.declared import yaml_documents
from lab.declared.value_at import Reading
from lab.declared.verdict_words import Verdict
from lab.errors import AnalysisError

Relation = Literal["about", "at least", "at most"]

ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
PERCENT = re.compile(r"(\d+(?:\.\d+)?) ?%")


class Paper(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a claim is taken from; its key is the one in references.bib."""

    title: str
    url: str
    code: str = ""


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the number stands, and how we came to know it."""

    paper: str
    where: str
    read: Literal["paper", "code", "figure", "second-hand"] = "paper"


class Ours(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which recorded number answers the claim: a result's name and a path into its values."""

    result: str
    value: str


class Claim(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"relation": "is"}):
    """A number somebody published, in `unit`; `tolerance` in the same unit, or "5%" of it.

    `relation` says whether the paper gives a value or a bound. Raises ValueError (which msgspec
    reports with the claim's place) for a tolerance or an id that cannot be read.
    """

    id: str
    states: str
    source: Source
    model: str
    claimed: float
    tolerance: float | str
    why: str  # the reason for this tolerance
    unit: str = ""
    relation: Relation = "about"
    ours: tuple[Ours, ...] = ()  # the first recorded one on the paper's model, else the first
    entry: str = ""
    figure: str = ""

    def __post_init__(self) -> None:
        """Refuse what could only fail later."""
        if not ID.fullmatch(self.id):
            raise ValueError(f'id "{self.id}": use small letters, digits and single hyphens')
        if isinstance(self.tolerance, str) and not PERCENT.fullmatch(self.tolerance):
            raise ValueError(f'tolerance "{self.tolerance}": write a number, or for example "5%"')
        if self.allowance < 0:
            raise ValueError(f"tolerance {self.tolerance}: it cannot be negative")

    @property
    def allowance(self) -> float:
        """The tolerance in the claim's unit."""
        if isinstance(self.tolerance, str):
            return float(self.tolerance.rstrip("% ")) / 100 * abs(self.claimed)
        return self.tolerance

    @property
    def band(self) -> tuple[float, float]:
        """The values that would count as reproduced, both ends included."""
        low, high = self.claimed - self.allowance, self.claimed + self.allowance
        return (
            low if self.relation != "at most" else -float("inf"),
            high if self.relation != "at least" else float("inf"),
        )


class Claims(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole claims.yml; `entry` is the log entry (its folder) of claims that name none."""

    papers: dict[str, Paper] = {}
    claims: tuple[Claim, ...] = ()
    entry: str = ""


def read(path: Path, shown: str) -> Claims:
    """A study's claims; none where it has no file. Raises AnalysisError for a mistake in it."""
    if not path.exists():
        return Claims()
    found = yaml_documents.read(path, shown).convert(Claims)
    seen: set[str] = set()
    for claim in found.claims:
        if claim.id in seen:
            raise AnalysisError(f'{shown}: two claims have the id "{claim.id}". Rename one.')
        seen.add(claim.id)
        if claim.source.paper not in found.papers:
            hint = yaml_documents.nearest(claim.source.paper, list(found.papers))
            raise AnalysisError(
                f'{shown}: claim {claim.id}: no paper "{claim.source.paper}" under papers. {hint}'
            )
    return msgspec.structs.replace(
        found,
        claims=tuple(
            msgspec.structs.replace(claim, entry=claim.entry or found.entry)
            for claim in found.claims
        ),
    )


def verdict(claim: Claim, model: str | None, ours: Reading | None) -> Verdict:
    """What follows: `model` and `ours` are of the recorded result, None where there is none.

    The estimate decides, ends of the tolerance included, whatever its interval: `decided` says
    how safely. On another model than the paper's no number can fail to reproduce it.
    """
    if ours is None or model is None:
        return Verdict.NOT_RUN
    if model != claim.model:
        return Verdict.DIFFERENT_MODEL
    low, high = claim.band
    slack = 1e-9 * max(1.0, abs(claim.claimed))
    inside = low - slack <= ours.mean <= high + slack
    return Verdict.REPRODUCED if inside else Verdict.NOT_REPRODUCED


def decided(claim: Claim, ours: Reading) -> bool | None:
    """Whether the whole interval gives the verdict that its middle gives; None without one."""
    if ours.low is None or ours.high is None:
        return None
    low, high = claim.band
    if low <= ours.mean <= high:
        return low <= ours.low and ours.high <= high
    return ours.high < low or ours.low > high
