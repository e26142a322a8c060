"""The check-ins with their past: every answer a day ever had, put right, taken back, put back."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from tracker.habits.checkins import CheckIn, Mark
from tracker.store.checkins import INSERT, insert, new_action, newest

if TYPE_CHECKING:
    from tracker.store.database import Database

# The newest undo that no redo took back, unless something else was stored since.
LAST_UNDO = """
SELECT max(id) FROM actions AS made WHERE kind = 'undo'
  AND NOT EXISTS (SELECT 1 FROM actions AS redo WHERE redo.reverses = made.id)
  AND id > (SELECT coalesce(max(id), 0) FROM actions WHERE kind NOT IN ('undo', 'redo'))"""

ROWS = """
SELECT habit, day, answer, value, note, logged_at, zone, lag_days, source, action,
  superseded_by IS NULL FROM checkin_history"""
# The rows for the days from one on, habit by habit, as the index has them: the others are not read.
SINCE = """
WITH RECURSIVE names (habit) AS (
  SELECT min(habit) FROM checkins
  UNION ALL
  SELECT (SELECT min(habit) FROM checkins WHERE habit > names.habit) FROM names
  WHERE names.habit IS NOT NULL)
SELECT checkins.id FROM names
CROSS JOIN checkins ON checkins.habit = names.habit AND checkins.day >= ?"""


class JournalRow(NamedTuple):
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


class Undone(NamedTuple):
    """One day of a habit as an undo or a redo leaves it; None is unanswered."""

    habit: str
    day: date
    was: Mark | None
    now: Mark | None


class Reversal(NamedTuple):
    """An undo or a redo that is being made.

    Attributes:
        action: the number of its own action.
        source: what its rows are called by: undo or redo.
    """

    action: int
    logged_at: str
    zone: str
    today: date
    source: str


class Journal:
    """The check-ins of an open database, for those who look back."""

    def __init__(self, database: Database) -> None:
        """Reads and adds through a database that whoever opened it closes."""
        self.database = database

    def entries(self, since: date, habit: str | None = None) -> list[JournalRow]:
        """Every row for the days from one on, in the order in which they were written."""
        if habit is None:
            rows = self.database.rows(f"{ROWS} WHERE id IN ({SINCE})", [since.isoformat()])
        else:
            query = f"{ROWS} WHERE habit = ? AND day >= ?"
            rows = self.database.rows(query, [habit, since.isoformat()])
        return [
            JournalRow._make([row[0], date.fromisoformat(row[1]), *tuple(row)[2:10], bool(row[10])])
            for row in rows
        ]

    def undo(self, logged_at: str, zone: str, today: date) -> list[Undone]:
        """Take back the last answers given together, by adding rows that supersede them.

        Returns what changed; nothing where there is nothing left to undo.
        """
        with self.database.transaction() as connection:
            action = _last_action(connection)
            if action is None:
                return []
            reversal = new_action(connection, "undo", logged_at, reverses=action)
            query = "SELECT * FROM checkins WHERE action = ? ORDER BY id DESC"
            rows = connection.execute(query, [action]).fetchall()
            made = Reversal(reversal, logged_at, zone, today, "undo")
            return _take_back(connection, made, rows)

    def redo(self, logged_at: str, zone: str, today: date) -> list[Undone]:
        """Put back what the last undo took, by adding rows; nothing where there is none."""
        with self.database.transaction() as connection:
            undo = connection.execute(LAST_UNDO).fetchone()[0]
            if undo is None:
                return []
            action = new_action(connection, "redo", logged_at, reverses=undo)
            query = "SELECT * FROM checkins WHERE action = ? ORDER BY id DESC"
            rows = connection.execute(query, [undo]).fetchall()
            made = Reversal(action, logged_at, zone, today, "redo")
            return _take_back(connection, made, rows)

    def edit(self, entries: Sequence[CheckIn], emptied: Sequence[CheckIn] = ()) -> None:
        """Let each answer replace all that its day held.

        Args:
            emptied: days to leave without an answer; their own answer is not looked at.
        """
        first = [*entries, *emptied][0]
        with self.database.transaction() as connection:
            action = new_action(connection, "edit", first.logged_at)
            for entry, answer in [*((e, e.answer) for e in entries), *((e, None) for e in emptied)]:
                standing = _standing(connection, entry)
                for row in standing[:-1]:  # amounts that were put together
                    _insert_answer(connection, action, entry, None, row)
                last = standing[-1] if standing else None
                if answer is not None or last is not None:
                    _insert_answer(connection, action, entry, answer, last)

    def correct(self, entry: CheckIn, row: int) -> int:
        """Let an answer replace the one that a row holds; the number of its own row.

        Of a day whose amounts are put together, the others stand. A note that comes with none
        is taken over.
        """
        with self.database.transaction() as connection:
            head = _head(connection, row, {})
            query = "SELECT note, note_public FROM checkins WHERE id = ?"
            old = connection.execute(query, [head]).fetchone()
            if entry.note is None and old["note"] is not None:
                entry = entry._replace(note=old["note"], note_public=bool(old["note_public"]))
            action = new_action(connection, "checkin", entry.logged_at)
            return insert(connection, action, entry, head)

    def annotate(self, entry: CheckIn) -> int:
        """Add a note to what a day holds last, or to a day that holds nothing; its row's number.

        Args:
            entry: the note, beside an answer that is not looked at.
        """
        with self.database.transaction() as connection:
            row = newest(connection, entry.habit, entry.day)
            query = "SELECT answer, value, note FROM checkins WHERE id = ?"
            old = connection.execute(query, [row]).fetchone()
            if old is not None:
                note = f"{old['note']}; {entry.note}" if old["note"] else entry.note
                entry = entry._replace(answer=old["answer"], value=old["value"], note=note)
            action = new_action(connection, "checkin", entry.logged_at)
            return insert(connection, action, entry, row)


def _last_action(connection: sqlite3.Connection) -> int | None:
    """What was stored at once last, of all that no undo has taken back."""
    query = """
    SELECT max(id) FROM actions AS made WHERE kind <> 'undo'
      AND NOT EXISTS (SELECT 1 FROM actions AS undo WHERE undo.reverses = made.id)"""
    number = connection.execute(query).fetchone()[0]
    return None if number is None else int(number)


def _take_back(
    connection: sqlite3.Connection, made: Reversal, rows: Sequence[sqlite3.Row]
) -> list[Undone]:
    """Add a row for each that gives its day back what it held before; the rest stays.

    Args:
        rows: of one action, the newest first.
    """
    heads: dict[int, int] = {}
    return [_restore(connection, made, row, heads) for row in rows]


def _restore(
    connection: sqlite3.Connection, made: Reversal, row: sqlite3.Row, heads: dict[int, int]
) -> Undone:
    before = connection.execute(
        "SELECT * FROM checkins WHERE id = ?", [row["supersedes"]]
    ).fetchone()
    day = date.fromisoformat(row["day"])
    restored = (None, None, None, 0)
    if before is not None:
        restored = (before["answer"], before["value"], before["note"], before["note_public"])
    when = (made.logged_at, made.zone, (made.today - day).days, made.source)
    head = _head(connection, row["id"], heads)
    cursor = connection.execute(
        INSERT, (made.action, row["habit"], row["day"], *restored, *when, head)
    )
    heads[head] = int(cursor.lastrowid or 0)
    now = Mark(restored[0], restored[1]) if restored[0] else None
    was = Mark(row["answer"], row["value"]) if row["answer"] else None
    return Undone(row["habit"], day, was, now)


def _head(connection: sqlite3.Connection, row: int, heads: dict[int, int]) -> int:
    """The last row of the chain that begins at a row.

    Args:
        heads: rows further on in the chains that were walked before, and kept for the next:
            a day of thousands of rows is one long chain.
    """
    query = "SELECT id FROM checkins WHERE supersedes = ?"
    passed = []
    while True:
        later = heads.get(row)
        if later is None:
            found = connection.execute(query, [row]).fetchone()
            if found is None:
                break
            later = int(found[0])
        passed.append(row)
        row = later
    heads.update(dict.fromkeys(passed, row))
    return row


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
        entry = entry._replace(answer=None, value=None)
    insert(connection, action, entry, supersedes)
