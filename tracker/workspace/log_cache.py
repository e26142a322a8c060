"""The log's front matter, read once and kept beside the database.

The cache holds each front matter's whole text: it counts only while the two are the same,
letter for letter, so there is no time stamp to be fooled by. Reading 300 entries' YAML costs
25 ms; this costs three.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from tracker.goals.evidence import Entry

FORMAT = 1  # one more whenever log_entries makes something else of the same text
Known = Mapping[str, tuple[str, Entry]]  # an entry's path: its front matter, and what it says


def dump(known: Known) -> str:
    """The cache's content for the entries of a log."""
    rows = [[head, *entry] for head, entry in known.values()]
    return json.dumps([FORMAT, rows], default=date.isoformat)


def load(content: str) -> dict[str, tuple[str, Entry]]:
    """The cached entries; none where the cache is of another format or cannot be read."""
    try:
        version, rows = json.loads(content)
        found = [_entry(*row) for row in rows] if version == FORMAT else []
    except (ValueError, TypeError, RecursionError):
        return {}
    return {entry.path: (head, entry) for head, entry in found}


def _entry(
    head: str, path: str, title: str, day: str | None, kind: str, goals: list[Any], draft: bool
) -> tuple[str, Entry]:
    when = None if day is None else date.fromisoformat(day)
    return head, Entry(path, title, when, kind, tuple(goals), draft)
