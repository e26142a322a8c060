"""The page of weekly and seasonal reports, with a feed of its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tracker.goals.evidence import Entry
from tracker.pages.markup import MARK
from tracker.text.escape import yaml

KIND = "review"  # of the log entries that `tracker review` drafts


def reviews(entries: Sequence[Entry], today: date) -> list[Entry]:
    """The published reports, newest first."""
    found = [
        entry
        for entry in entries
        if entry.kind == KIND and not entry.draft and entry.day is not None and entry.day <= today
    ]
    return sorted(found, key=lambda entry: (entry.day or date.min, entry.path), reverse=True)


def reviews_page(found: Sequence[Entry]) -> str:
    """A listing of the reports, which Quarto and the press both turn into a page and a feed."""
    contents = "\n".join(f"    - {yaml('/' + entry.path)}" for entry in found)
    return (
        "---\n"
        "title: Reports\n"
        "description: Each commitment answered with its number, week by week and season by season.\n"
        "listing:\n"
        "  id: reports\n"
        f"  contents:\n{contents}\n"
        "  type: default\n"
        '  sort: "date desc"\n'
        "  sort-ui: false\n"
        "  filter-ui: false\n"
        "  fields: [date, title, description]\n"
        "  date-format: D MMMM YYYY\n"
        "  feed: true\n"
        "toc: false\n"
        "---\n\n"
        f"{MARK}\n\n::: {{#reports}}\n:::\n"
    )
