"""The check-ins with their past: every answer a day ever had, put right, and put back."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from tracker.habits.checkins import CheckIn
from tracker.store.checkin_rows import (
    Undone,
    insert,
    new_action,
    take_back,
)
from tracker.store.checkins import Store

# The newest undo that no redo took back, unless something else was stored since.
LAST_UNDO = """
SELECT max(id) FROM actions AS made WHERE kind = 'undo'
  AND NOT EXISTS (SELECT 1 FROM actions AS redo WHERE redo.reverses = made.id)
  AND id > (SELECT coalesce(max(id), 0) FROM actions WHERE kind NOT IN ('undo', 'redo'))"""


class Entry(NamedTuple):
    """One row of the journal.

    Attributes:
        answer: None where it left the day unanswered.
        action: checkin, edit, import, undo or redo.
        stands: whether it still counts.
    """

    habit: str
    day: date
    answer: str | None
    value: float | None
    note: str | None
    logged_at: str
    zone: str
    lag_days: int
    source: str
    action: str
    stands: bool


class Journal(Store):
    """An open database, for those who look back."""

    def entries(self, since: date, habit: str | None = None) -> list[Entry]:
        """Every row for the days from one on, in the order in which they were written."""
        query = (
            "SELECT habit, day, answer, value, note, logged_at, zone, lag_days, source, action, "
            "superseded_by IS NULL FROM checkin_history WHERE day >= ?"
        )
        values = [since.isoformat()]
        if habit is not None:
            query, values = f"{query} AND habit = ?", [*values, habit]
        rows = self._read(query, values)
        return [
            Entry._make([row[0], date.fromisoformat(row[1]), *tuple(row)[2:10], bool(row[10])])
            for row in rows
        ]

    def redo(self, logged_at: str, zone: str, today: date) -> list[Undone]:
        """Put back what the last undo took, by adding rows; nothing where there is none."""
        with self._transaction() as connection:
            undo = connection.execute(LAST_UNDO).fetchone()[0]
            if undo is None:
                return []
            made = new_action(connection, "redo", logged_at, reverses=undo)
            query = "SELECT * FROM checkins WHERE action = ? ORDER BY id DESC"
            rows = connection.execute(query, [undo]).fetchall()
            return [
                take_back(connection, made, row, logged_at, zone, today, "redo") for row in rows
            ]

    def edit(self, entries: Sequence[CheckIn], emptied: Sequence[CheckIn] = ()) -> None:
        """Let each answer replace all that its day held.

        Args:
            emptied: days to leave without an answer; their own answer is not looked at.
        """
        first = [*entries, *emptied][0]
        with self._transaction() as connection:
            action = new_action(connection, "edit", first.logged_at)
            for entry, answer in [*((e, e.answer) for e in entries), *((e, None) for e in emptied)]:
                standing = _standing(connection, entry)
                for row in standing[:-1]:  # amounts that were put together
                    _insert_answer(connection, action, entry, None, row)
                last = standing[-1] if standing else None
                if answer is not None or last is not None:
                    _insert_answer(connection, action, entry, answer, last)


def _standing(connection: sqlite3.Connection, entry: CheckIn) -> list[int]:
    """The rows of an entry's day that nothing has superseded."""
    query = (
        "SELECT id FROM checkins AS one WHERE habit = ? AND day = ? AND NOT EXISTS "
        "(SELECT 1 FROM checkins AS later WHERE later.supersedes = one.id) ORDER BY id"
    )
    return [row[0] for row in connection.execute(query, [entry.habit, entry.day.isoformat()])]


def _insert_answer(
    connection: sqlite3.Connection,
    action: int,
    entry: CheckIn,
    answer: str | None,
    supersedes: int | None,
) -> None:
    if answer is None:
        entry = entry._replace(answer=None, value=None)  # type: ignore[arg-type]
    insert(connection, action, entry, supersedes)
