"""What a season's page shows of one goal's evidence: what counts, and what does not yet."""

from __future__ import annotations

from collections.abc import Sequence

from tracker.calendar.days import in_words
from tracker.goals.evidence import Entry
from tracker.goals.links import Link, Standing, state_words
from tracker.pages.markup import link
from tracker.text.escape import markdown

# What could end a Markdown link, as a web address spells it.
SPELT = {
    "(": "%28", ")": "%29", "<": "%3C", ">": "%3E", "[": "%5B", "]": "%5D", "{": "%7B", "}": "%7D",
    '"': "%22", "'": "%27", "`": "%60", "\\": "%5C", "|": "%7C", "*": "%2A",
}  # fmt: skip


def evidence_line(entry: Entry, links: Sequence[Link], goal: str) -> str:
    """One piece of evidence, linked where a reader can open it."""
    given = next((k for k in links if k.address == entry.path and k.goal == goal), None)
    if "://" in entry.path:
        shown = link(entry.title, _safe(entry.path))
    elif entry.path.startswith("log/"):
        shown = link(entry.title, f"/{entry.path}")
    else:
        shown = (
            f"{markdown(entry.title)} (`{entry.path}`)"
            if given and given.note
            else f"`{entry.path}`"
        )
    how = f", {state_words(given.state, '')}" if given else ""
    return f"- {shown}, {in_words(entry.day)}{how}" if entry.day else f"- {shown}{how}"


def open_lines(shown: Standing) -> str:
    """The links of a goal that do not count, each with the reason, and its claims."""
    found = []
    for one, reason in shown.waiting:
        address = f"/{one.address}" if one.address.startswith("log/") else _safe(one.address)
        name = link(one.note or one.target, address)
        if one.scheme == "file" and not one.address.startswith("log/"):
            name = f"`{one.address}`"
        found.append(f"- {name}, {in_words(one.day)}: *{markdown(reason)}*, not counted")
    for one in shown.claims:
        found.append(f"- *Claimed* on {in_words(one.day)}, without evidence; not counted")
    return "\n".join(found)


def _safe(address: str) -> str:
    """A web address that nothing in can end the link around it."""
    return "".join(SPELT.get(mark, mark) for mark in address)
