"""The rows of check-ins: how one is added, superseded and taken back."""

from __future__ import annotations

import sqlite3
from datetime import date
from typing import NamedTuple

from tracker.habits.checkins import CheckIn, Mark

INSERT = """
INSERT INTO checkins (action, habit, day, answer, value, note, note_public, logged_at, zone,
  lag_days, source, supersedes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""


class Undone(NamedTuple):
    """One day of a habit as an undo or a redo leaves it; None is unanswered."""

    habit: str
    day: date
    was: Mark | None
    now: Mark | None


def new_action(
    connection: sqlite3.Connection, kind: str, made_at: str, reverses: int | None = None
) -> int:
    """Begin a group of rows that an undo takes back at once."""
    cursor = connection.execute(
        "INSERT INTO actions (kind, made_at, reverses) VALUES (?, ?, ?)", (kind, made_at, reverses)
    )
    return int(cursor.lastrowid or 0)


def insert(
    connection: sqlite3.Connection, action: int, entry: CheckIn, supersedes: int | None
) -> None:
    """Add one row."""
    connection.execute(INSERT, (action, *entry._replace(day=entry.day.isoformat()), supersedes))  # type: ignore[arg-type]


def newest(connection: sqlite3.Connection, habit: str, day: date) -> int | None:
    """The day's last row, whether it holds an answer or an undo left it empty."""
    query = "SELECT max(id) FROM checkins WHERE habit = ? AND day = ?"
    found = connection.execute(query, (habit, day.isoformat())).fetchone()[0]
    return None if found is None else int(found)


def last_action(connection: sqlite3.Connection) -> int | None:
    """What was stored at once last, of all that no undo has taken back."""
    query = """
    SELECT max(id) FROM actions AS made WHERE kind <> 'undo'
      AND NOT EXISTS (SELECT 1 FROM actions AS undo WHERE undo.reverses = made.id)"""
    found = connection.execute(query).fetchone()[0]
    return None if found is None else int(found)


def take_back(
    connection: sqlite3.Connection,
    action: int,
    row: sqlite3.Row,
    logged_at: str,
    zone: str,
    today: date,
    source: str = "undo",
) -> Undone:
    """Add a row that gives a day back what it held before another row; the rest stays."""
    before = connection.execute(
        "SELECT * FROM checkins WHERE id = ?", [row["supersedes"]]
    ).fetchone()
    day = date.fromisoformat(row["day"])
    restored = (None, None, None, 0)
    if before is not None:
        restored = (before["answer"], before["value"], before["note"], before["note_public"])
    values = (row["habit"], row["day"], *restored, logged_at, zone, (today - day).days, source)
    connection.execute(INSERT, (action, *values, _head(connection, row["id"])))
    now = Mark(restored[0], restored[1]) if restored[0] else None
    was = Mark(row["answer"], row["value"]) if row["answer"] else None
    return Undone(row["habit"], day, was, now)


def _head(connection: sqlite3.Connection, row: int) -> int:
    """The last row of the chain that begins at a row."""
    query = "SELECT id FROM checkins WHERE supersedes = ?"
    while (later := connection.execute(query, [row]).fetchone()) is not None:
        row = int(later[0])
    return row
