"""The log as CSV: a table of habits, one of check-ins, one of scores.

Text that a spreadsheet would take for a formula gets an apostrophe before it, and text
that begins with an apostrophe one more: `delimited.unguarded` gives every text back.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from tracker.exchange.exports.definitions import HEADING, Definition
from tracker.exchange.exports.public_part import PRIVATE_NOTICE, Export, is_shown
from tracker.exchange.readers import delimited
from tracker.goals.model import Project

CHECKINS = (
    "habit", "day", "answer", "value", "unit", "note", "note_public", "logged_at", "zone",
    "lag_days", "source",
)  # fmt: skip
SCORES = ("habit", "day", "strength", "streak", "state")
SECRET = "private"  # the column that a private export has more
STAMP = (1980, 1, 1, 0, 0, 0)  # the earliest a zip can hold: the same log makes the same bytes


class Score(NamedTuple):
    """How one habit stood on one day."""

    habit: str
    day: date
    strength: float | None
    streak: int
    state: str


def habits(definitions: Iterable[Definition]) -> str:
    """Every definition of every habit."""
    return delimited.write(HEADING, [definition.row() for definition in definitions])


def checkins(export: Export, units: Mapping[str, str]) -> str:
    """Every check-in; a private export marks those that a public one would not hold."""
    heading = [*CHECKINS, *([SECRET] if export.private else [])]
    rows: list[Sequence[str | float | None]] = []
    for row in export.rows:
        entry = row.entry
        cells: list[str | float | None] = [
            entry.habit,
            entry.day.isoformat(),
            entry.answer,
            entry.value,
            units.get(entry.habit) if entry.value is not None else None,
            entry.note,
            ("yes" if entry.note_public else "no") if entry.note is not None else None,
            entry.logged_at,
            entry.zone,
            entry.lag_days,
            entry.source,
        ]
        if export.private:
            cells.append("yes" if row.id in export.secret else "no")
        rows.append(cells)
    return delimited.write(heading, rows)


def scores(found: Iterable[Score], shown: Project | None = None) -> str:
    """Strength, streak and state of every habit on every day.

    Args:
        shown: in a private export, the project that says which rows a public one would hold.
    """
    heading = [*SCORES, *([SECRET] if shown else [])]
    rows: list[list[str | float | None]] = []
    for score in found:
        strength = _rounded(score.strength)
        cells = [score.habit, score.day.isoformat(), strength, score.streak, score.state]
        if shown:
            cells.append("no" if is_shown(shown, score.habit, score.day) else "yes")
        rows.append(cells)
    return delimited.write(heading, rows)


def archive(tables: Mapping[str, str], *, private: bool) -> bytes:
    """The tables in one zip; a private one says so in a file of its own."""
    content = dict(tables)
    if private:
        content["PRIVATE.txt"] = PRIVATE_NOTICE + "\n"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in content.items():
            info = zipfile.ZipInfo(name, STAMP)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            file.writestr(info, text.encode())
    return out.getvalue()


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
