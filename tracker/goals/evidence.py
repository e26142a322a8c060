"""Evidence: which entries of the log close which goals."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from tracker.goals.model import Goal, Season

KINDS = ("reproduction", "note", "reply", "release")
ANY_KIND = "entry"


class LogEntry(NamedTuple):
    """The front matter of one log entry; path is from the log's root, with / between."""

    path: str
    title: str
    day: date | None
    kind: str = ""
    goals: tuple[str, ...] = ()
    draft: bool = False


def wanted_kind(goal: Goal) -> str | None:
    """The kind of entry a goal asks for; None where any entry that names it will do."""
    word = goal.evidence.strip().casefold()
    return word if word in KINDS else None


def in_prose(goal: Goal) -> str:
    """What a goal says of its evidence when it says more than a kind."""
    word = goal.evidence.strip().casefold()
    return "" if word in KINDS or word == ANY_KIND else goal.evidence.strip()


def counts(entry: LogEntry, goal: Goal, season: Season, today: date) -> bool:
    """Whether an entry is evidence for a goal: published, named, of the kind, in the season."""
    kind = wanted_kind(goal)
    return (
        not entry.draft
        and goal.id in entry.goals
        and (kind is None or entry.kind.casefold() == kind)
        and entry.day is not None
        and season.holds(entry.day)
        and entry.day <= today
    )


def evidence_for(
    goal: Goal, season: Season, entries: Iterable[LogEntry], today: date
) -> list[LogEntry]:
    """The entries that count for a goal, oldest first."""
    counting = [entry for entry in entries if counts(entry, goal, season, today)]
    return sorted(counting, key=lambda entry: (entry.day or date.min, entry.path))
