"""Check-ins in SQLite: added to, never changed."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from tracker.habits.checkins import AnswerRow, CheckIn, Mark, Provenance, days_of
from tracker.habits.model import LAST

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping, Sequence

    from tracker.habits.model import Aggregates
    from tracker.store.database import Database

ZONES_SCHEMA = 5  # the step of migrations.py that makes the table of zones
BACKFILLED, EDITED = Provenance(backfilled=1), Provenance(edited=1)
INSERT = """
INSERT INTO checkins (action, habit, day, answer, value, note, note_public, logged_at, zone,
  lag_days, source, supersedes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""


class CheckinStore:
    """The check-ins of an open database."""

    def __init__(self, database: Database) -> None:
        """Reads and adds through a database that whoever opened it closes."""
        self.database = database

    def add(self, entries: Sequence[CheckIn], additive: Iterable[str] = ()) -> list[int]:
        """Store answers that were given together; the numbers of their rows.

        Args:
            entries: the answers, in the order they were given.
            additive: habits whose amounts of one day are put together; for all others a
                new answer supersedes the day's old one.
        """
        added = frozenset(additive)
        with self.database.transaction() as connection:
            action = new_action(connection, "checkin", entries[0].logged_at)
            rows = []
            for entry in entries:
                keep = entry.habit in added and entry.value is not None
                old = None if keep else newest(connection, entry.habit, entry.day)
                rows.append(insert(connection, action, _with_note(connection, entry, old), old))
            return rows

    def marks(self, aggregates: Mapping[str, Aggregates]) -> dict[str, dict[date, Mark]]:
        """How every habit's days stand.

        Args:
            aggregates: how a habit's entries of one day make one, from which day on; the last
                one stands where a habit is not named.
        """
        query = "SELECT habit, day, answer, value FROM current_checkins ORDER BY id"
        rows: dict[str, list[AnswerRow]] = {}
        for habit, day, answer, value in self.database.rows(query):
            rows.setdefault(habit, []).append((day, answer, value))
        return {name: days_of(of, aggregates.get(name, LAST)) for name, of in rows.items()}

    def marks_since(
        self, since: Mapping[str, date], aggregates: Mapping[str, Aggregates]
    ) -> dict[str, dict[date, Mark]]:
        """How the days of some habits stand, each habit's from a day on."""
        query = (
            "SELECT day, answer, value FROM current_checkins "
            "WHERE habit = ? AND day >= ? ORDER BY id"
        )
        days = {}
        for habit, day in since.items():
            rows = self.database.rows(query, [habit, day.isoformat()])
            days[habit] = days_of(map(tuple, rows), aggregates.get(habit, LAST))
        return days

    def is_untouched(self) -> bool:
        """Whether nothing was ever answered; a day that was undone was answered."""
        return not self.database.rows("SELECT 1 FROM checkins LIMIT 1")

    def ever_seen(self) -> set[tuple[str, date]]:
        """Every day of a habit that was ever answered, those undone included."""
        rows = self.database.rows(
            "SELECT DISTINCT habit, day FROM checkins WHERE answer IS NOT NULL"
        )
        return {(habit, date.fromisoformat(day)) for habit, day in rows}

    def public_notes(self) -> dict[str, dict[date, str]]:
        """The notes meant for readers, by habit and day; the day's last one."""
        notes: dict[str, dict[date, str]] = {}
        query = (
            "SELECT habit, day, note FROM current_checkins "
            "WHERE note_public = 1 AND note IS NOT NULL ORDER BY id"
        )
        for habit, day, note in self.database.rows(query):
            notes.setdefault(habit, {})[date.fromisoformat(day)] = note
        return notes

    def provenance(self, of: str | None = None) -> dict[str, dict[date, Provenance]]:
        """How the answers of each habit's days came, where that was not on the same day.

        Args:
            of: the one habit that is wanted; all of them if left out.
        """
        origins: dict[str, dict[date, Provenance]] = {}
        query = "SELECT habit, day, edited FROM checkin_provenance WHERE (backfilled OR edited)"
        query, values = (query, []) if of is None else (f"{query} AND habit = ?", [of])
        for habit, day, edited in self.database.rows(query, values):
            days, when = origins.setdefault(habit, {}), date.fromisoformat(day)
            if edited or when not in days:
                days[when] = EDITED if edited else BACKFILLED
        return origins

    def zone(self) -> str | None:
        """The zone that the writer said last; None at home."""
        query = "SELECT zone FROM zones ORDER BY id DESC LIMIT 1"
        rows = self.database.rows(query, schema=ZONES_SCHEMA)
        return rows[0][0] if rows else None

    def moves(self) -> list[tuple[str, str | None]]:
        """Since when the writer was in which zone, in the order it was said; None is home."""
        rows = self.database.rows("SELECT * FROM zones ORDER BY id", schema=ZONES_SCHEMA)
        return [(row["since"], row["zone"]) for row in rows]

    def move(self, zone: str | None, since: str) -> None:
        """Keep where the writer is from an instant on; None is home."""
        with self.database.transaction() as connection:
            connection.execute("INSERT INTO zones (zone, since) VALUES (?, ?)", (zone, since))


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
) -> int:
    """Add one row; its number."""
    values = entry._replace(day=entry.day.isoformat())  # type: ignore[arg-type]
    cursor = connection.execute(INSERT, (action, *values, supersedes))
    return int(cursor.lastrowid or 0)


def _with_note(connection: sqlite3.Connection, entry: CheckIn, old: int | None) -> CheckIn:
    """An answer for a day that held a note alone takes the note over, unless it has its own."""
    if old is None or entry.note is not None:
        return entry
    query = "SELECT note, note_public FROM checkins WHERE id = ? AND answer IS NULL"
    alone = connection.execute(query, (old,)).fetchone()
    if alone is None or alone["note"] is None:
        return entry
    return entry._replace(note=alone["note"], note_public=bool(alone["note_public"]))


def newest(connection: sqlite3.Connection, habit: str, day: date) -> int | None:
    """The day's last row, whether it holds an answer or an undo left it empty."""
    query = "SELECT max(id) FROM checkins WHERE habit = ? AND day = ?"
    number = connection.execute(query, (habit, day.isoformat())).fetchone()[0]
    return None if number is None else int(number)
