"""Evidence given by hand: what `tracker evidence add` and `tracker goal done` stored.

A link counts once somebody has seen that it is there: the tracker over the network or on
the disk, or the person who says so. A claim is a tick without evidence; it is shown, and
never counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Literal, NamedTuple

from tracker.goals.evidence import LogEntry, counts, evidence_for, wanted_kind
from tracker.goals.model import Goal, Season
from tracker.goals.references import Reference, Scheme

LinkState = Literal["found", "seen", "unchecked", "gone", "withdrawn"]
CLAIM = "claim"
COUNTING = frozenset({"found", "seen"})
WORDS: dict[LinkState, str] = {
    "found": "checked", "seen": "seen by hand", "unchecked": "unchecked",
    "gone": "not found", "withdrawn": "taken back",
}  # fmt: skip


def state_words(state: LinkState, detail: str) -> str:
    """What a check said: "checked, doi.org knows it"."""
    return f"{WORDS[state]}, {detail}" if detail else WORDS[state]


class Found(NamedTuple):
    """What a check over the network found.

    Attributes:
        status: the server's answer, as HTTP numbers it.
        address: where it was in the end, where that is another address.
        title: of the page, where it has one.
    """

    status: int
    address: str = ""
    title: str = ""

    def __str__(self) -> str:
        """ "A title", at https://example.org/where-it-is-now"""
        title = f'"{self.title}"' if self.title else ""
        return ", ".join(part for part in (title, self.address and f"at {self.address}") if part)


class Link(NamedTuple):
    """One piece of evidence as it stands.

    Attributes:
        scheme: doi, url, file, or CLAIM for a tick (its target is empty).
        day: the civil day it is evidence for.
        state: what the last check said of it.
        checked: the civil day of that check.
        detail: the check's own words, where it has any.
        found: what it found, where it asked the network.
    """

    number: int
    season: str
    goal: str
    scheme: Scheme | Literal["claim"]
    target: str
    day: date
    note: str
    added_at: str
    state: LinkState
    checked: date | None = None
    detail: str = ""
    found: Found | None = None

    @property
    def address(self) -> str:
        """Where a reader finds it."""
        return "" if self.scheme == "claim" else Reference(self.scheme, self.target).address

    @property
    def counts(self) -> bool:
        """Whether somebody has seen that it is there."""
        return self.scheme != CLAIM and self.state in COUNTING

    @property
    def title(self) -> str:
        """What it is called: by whoever gave it, else by itself."""
        return self.note or (self.found.title if self.found else "") or self.target

    @property
    def last_check(self) -> str:
        """What the last check said, when, and what it found."""
        day = f" on {self.checked}" if self.checked else ""
        parts = (f"{WORDS[self.state]}{day}", self.detail, str(self.found or ""))
        return ", ".join(part for part in parts if part)


class Waiting(NamedTuple):
    """A link that does not count, and why."""

    link: Link
    reason: str


class GoalEvidence(NamedTuple):
    """What one goal has to show.

    Attributes:
        evidence: what counts, oldest first.
        waiting: links that do not count: not seen yet, not found, or of an entry that cannot.
        claims: ticks, which never count.
    """

    evidence: tuple[LogEntry, ...]
    waiting: tuple[Waiting, ...]
    claims: tuple[Link, ...]


def with_links(
    entries: Sequence[LogEntry], links: Iterable[Link], season: Season
) -> list[LogEntry]:
    """The log's entries and the links that count, as evidence for a season's goals.

    A link to an entry of the log lets the entry serve the goal, by the entry's own date and
    kind; any other link is of the kind its goal asks for, since a person said it is.
    """
    in_log = {entry.path for entry in entries}
    given: list[LogEntry] = []
    served: dict[str, list[str]] = {}
    goals = {goal.id: goal for goal in season.goals}
    for link in links:
        goal = goals.get(link.goal)
        if goal is None or link.season != season.id or not link.counts:
            continue
        if link.address in in_log:
            served.setdefault(link.address, []).append(goal.id)
        else:
            kind = wanted_kind(goal) or ""
            given.append(LogEntry(link.address, link.title, link.day, kind, (goal.id,)))
    return [*(_serving(entry, served.get(entry.path, [])) for entry in entries), *given]


def goal_evidence(
    goal: Goal, season: Season, entries: Sequence[LogEntry], links: Iterable[Link], today: date
) -> GoalEvidence:
    """What a goal has to show on a day; the entries are those of `with_links`."""
    goal_links = [
        link
        for link in links
        if link.goal == goal.id
        and link.season == season.id
        and link.state != "withdrawn"
        and link.day <= today
    ]
    evidence = evidence_for(goal, season, entries, today)
    counted = {entry.path for entry in evidence}
    in_log = {entry.path: entry for entry in entries}
    return GoalEvidence(
        evidence=tuple(evidence),
        waiting=tuple(
            Waiting(link, why_not(link, in_log.get(link.address), goal, season))
            for link in goal_links
            if link.scheme != CLAIM and not (link.counts and link.address in counted)
        ),
        claims=tuple(link for link in goal_links if link.scheme == CLAIM),
    )


def why_not(link: Link, entry: LogEntry | None, goal: Goal, season: Season) -> str:
    """Why a link does not count: by its last check, or by the entry of the log it leads to."""
    if not link.counts:
        return state_words(link.state, link.detail)
    kind = wanted_kind(goal)
    if entry is None:
        return "dated outside the season"
    if entry.draft:
        return "a draft"
    if kind is not None and entry.kind.casefold() != kind:
        return f"of the kind {entry.kind or 'none'}, where {kind} is asked for"
    if entry.day is None or not season.holds(entry.day):
        return "dated outside the season"
    return "dated after today"


def already_counts(
    reference: Reference, goal: Goal, season: Season, entries: Iterable[LogEntry], today: date
) -> bool:
    """Whether the log's own front matter makes a file evidence for the goal."""
    return any(
        entry.path == reference.address and counts(entry, goal, season, today) for entry in entries
    )


def _serving(entry: LogEntry, goals: list[str]) -> LogEntry:
    return entry._replace(goals=(*entry.goals, *(g for g in goals if g not in entry.goals)))
