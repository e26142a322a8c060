"""Check-ins in SQLite: added to, never changed."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Self

from tracker.errors import TrackerError
from tracker.habits.checkins import (
    CheckIn,
    Entry,
    Mark,
    Provenance,
    days_of,
)
from tracker.habits.model import Aggregate
from tracker.store.checkin_rows import (
    Undone,
    insert,
    last_action,
    new_action,
    newest,
    take_back,
)
from tracker.store.connection import (
    VERSION_WANTED,
    backup_of,
    connect,
    explained,
)

ZONES_SCHEMA = 5  # the step of migrations.py that makes the table of zones
BACKFILLED, EDITED = Provenance(backfilled=1), Provenance(edited=1)


class Store:
    """One open database. Writing makes it where there is none; reading never does."""

    def __init__(self, path: str, *, writing: bool = False) -> None:
        """Open the database at a path; to write, bring its schema up to date."""
        self.path = path
        self._connection: sqlite3.Connection | None = None
        if writing or os.path.exists(path):
            self._connection = connect(path, writing=writing)
            if writing and self._version() < VERSION_WANTED:
                from tracker.store.migrations import migrated

                with explained(path):
                    migrated(self._connection, path)

    def close(self) -> None:
        """Close the database; done twice, nothing happens."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def back_up(self, today: date) -> None:
        """Copy the database aside, once a day, before anything of that day is added."""
        if self._connection is not None and not os.path.exists(backup_of(self.path, today)):
            from tracker.store import backups

            with explained(self.path):
                backups.daily(self._connection, self.path, today)

    def __enter__(self) -> Self:
        """Use it in a with statement."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def _version(self) -> int:
        return int(self._rows("PRAGMA user_version")[0][0])

    def _rows(self, query: str, values: Sequence[object] = ()) -> list[sqlite3.Row]:
        if self._connection is None:
            return []
        with explained(self.path):
            return self._connection.execute(query, tuple(values)).fetchall()

    def _read(self, query: str, values: Sequence[object] = ()) -> list[sqlite3.Row]:
        """Rows of the newest schema; none from a database that was never written to."""
        if self._connection is None or self._version() == 0:
            return []
        return self._rows(query, values)

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """Everything inside lands at once, or not at all."""
        connection = self._connection
        if connection is None:
            raise TrackerError(f"{self.path}: opened for reading only.")
        with explained(self.path):
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def add(self, entries: Sequence[CheckIn], additive: Iterable[str] = ()) -> None:
        """Store answers that were given together.

        Args:
            entries: the answers, in the order they were given.
            additive: habits whose amounts of one day are put together; for all others a
                new answer supersedes the day's old one.
        """
        added = frozenset(additive)
        with self._transaction() as connection:
            action = new_action(connection, "checkin", entries[0].logged_at)
            for entry in entries:
                keep = entry.habit in added and entry.value is not None
                old = None if keep else newest(connection, entry.habit, entry.day)
                insert(connection, action, entry, old)

    def marks(self, aggregates: Mapping[str, Aggregate]) -> dict[str, dict[date, Mark]]:
        """How every habit's days stand.

        Args:
            aggregates: how a habit's entries of one day make one; the last one stands
                where a habit is not named.
        """
        query = "SELECT habit, day, answer, value FROM current_checkins ORDER BY id"
        rows: dict[str, list[Entry]] = {}
        for habit, day, answer, value in self._read(query):
            rows.setdefault(habit, []).append((day, answer, value))
        return {name: days_of(of, aggregates.get(name, "last")) for name, of in rows.items()}

    def answered(self, day: date) -> set[str]:
        """The habits that hold an answer for a day."""
        query = "SELECT DISTINCT habit FROM current_checkins WHERE day = ?"
        return {habit for (habit,) in self._read(query, [day.isoformat()])}

    def is_empty(self) -> bool:
        """Whether no day of any habit holds an answer."""
        return not self._read("SELECT 1 FROM current_checkins LIMIT 1")

    def is_untouched(self) -> bool:
        """Whether nothing was ever answered; a day that was undone was answered."""
        return not self._read("SELECT 1 FROM checkins LIMIT 1")

    def ever_seen(self) -> set[tuple[str, date]]:
        """Every day of a habit that was ever answered, those undone included."""
        rows = self._read("SELECT DISTINCT habit, day FROM checkins")
        return {(habit, date.fromisoformat(day)) for habit, day in rows}

    def public_notes(self) -> dict[str, dict[date, str]]:
        """The notes meant for readers, by habit and day; the day's last one."""
        found: dict[str, dict[date, str]] = {}
        query = (
            "SELECT habit, day, note FROM current_checkins "
            "WHERE note_public = 1 AND note IS NOT NULL ORDER BY id"
        )
        for habit, day, note in self._read(query):
            found.setdefault(habit, {})[date.fromisoformat(day)] = note
        return found

    def provenance(self) -> dict[str, dict[date, Provenance]]:
        """How the answers of each habit's days came, where that was not on the same day."""
        found: dict[str, dict[date, Provenance]] = {}
        query = "SELECT habit, day, edited FROM checkin_provenance WHERE backfilled OR edited"
        for habit, day, edited in self._read(query):
            days, when = found.setdefault(habit, {}), date.fromisoformat(day)
            if edited or when not in days:
                days[when] = EDITED if edited else BACKFILLED
        return found

    def zone(self) -> str | None:
        """The zone that the writer said last; None at home."""
        if self._connection is None or self._version() < ZONES_SCHEMA:
            return None
        rows = self._rows("SELECT zone FROM zones ORDER BY id DESC LIMIT 1")
        return rows[0][0] if rows else None

    def moves(self) -> list[tuple[str, str | None]]:
        """Since when the writer was in which zone, in the order it was said; None is home."""
        if self._connection is None or self._version() < ZONES_SCHEMA:
            return []
        return [
            (row["since"], row["zone"]) for row in self._rows("SELECT * FROM zones ORDER BY id")
        ]

    def move(self, zone: str | None, since: str) -> None:
        """Keep where the writer is from an instant on; None is home."""
        with self._transaction() as connection:
            connection.execute("INSERT INTO zones (zone, since) VALUES (?, ?)", (zone, since))

    def undo(self, logged_at: str, zone: str, today: date) -> list[Undone]:
        """Take back the last answers given together, by adding rows that supersede them.

        Returns what changed; nothing where there is nothing left to undo.
        """
        with self._transaction() as connection:
            action = last_action(connection)
            if action is None:
                return []
            reversal = new_action(connection, "undo", logged_at, reverses=action)
            query = "SELECT * FROM checkins WHERE action = ? ORDER BY id DESC"
            rows = connection.execute(query, [action]).fetchall()
            return [take_back(connection, reversal, row, logged_at, zone, today) for row in rows]
