"""Checkpoints in SQLite: kept beside the answers they were made from, so that both are of one age.

A restored backup brings the checkpoints it was made with. The table of answers is only ever
added to, so the rows that came after a checkpoint are all there is to look at to know whether
it still holds.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from datetime import date
from typing import NamedTuple

from tracker.errors import TrackerError
from tracker.habits.checkins import Mark, days_of
from tracker.habits.model import Aggregate
from tracker.store.checkins import Store
from tracker.store.connection import VERSION_WANTED, connect

SCHEMA = 4  # the step of migrations.py that makes the table
INSERT = "INSERT INTO checkpoints (habit, day, upto, terms, body) VALUES (?, ?, ?, ?, ?)"


class Kept(NamedTuple):
    """A stored checkpoint of a habit: of a day, by some terms, not read yet."""

    habit: str
    day: date
    terms: str
    body: str


class CheckpointStore(Store):
    """A log's database, for how its habits stood some weeks ago."""

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Everything read inside is of one moment, whoever writes meanwhile."""
        if self._connection is None:
            yield
            return
        self._rows("BEGIN")
        try:
            yield
        finally:
            with suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")

    def newest(self) -> int:
        """The number of the last answer; 0 where there is none."""
        rows = self._read("SELECT max(id) FROM checkins")
        return int(rows[0][0] or 0) if rows else 0

    def sound(self) -> dict[str, Kept]:
        """The stored checkpoints before whose days nothing has changed since."""
        if self._connection is None or self._version() < SCHEMA:
            return {}
        rows = self._rows("SELECT habit, day, terms, body, upto FROM checkpoints")
        if not rows:
            return {}
        upto = min(row["upto"] for row in rows)
        changed = dict(self._changed_after(upto)) if upto <= self.newest() else None
        if changed is None:  # rows are gone that were never to go: believe nothing
            return {}
        found = {}
        for habit, day, terms, body, _ in rows:
            if habit not in changed or changed[habit] > day:
                found[habit] = Kept(habit, date.fromisoformat(day), terms, body)
        return found

    def _changed_after(self, upto: int) -> Iterator[tuple[str, str]]:
        """The earliest day of each habit for which a row came after a number."""
        query = "SELECT habit, min(day) FROM checkins NOT INDEXED WHERE id > ? GROUP BY habit"
        return ((habit, day) for habit, day in self._rows(query, [upto]))

    def days_since(
        self, since: Mapping[str, date], aggregates: Mapping[str, Aggregate]
    ) -> dict[str, dict[date, Mark]]:
        """How the days of some habits stand, each habit's from a day on."""
        query = (
            "SELECT day, answer, value FROM current_checkins "
            "WHERE habit = ? AND day >= ? ORDER BY id"
        )
        found = {}
        for habit, day in since.items():
            rows = self._read(query, [habit, day.isoformat()])
            found[habit] = days_of(map(tuple, rows), aggregates.get(habit, "last"))
        return found


def keep(path: str, upto: int, checkpoints: list[Kept]) -> bool:
    """Store checkpoints in place of those that are there; says whether that was possible.

    A database that is read-only, held by another program or of an older schema is left as it
    is, in silence: they spare time, and nothing is lost without them.

    Args:
        path: the database.
        upto: the last answer that was known when they were made.
        checkpoints: of every habit that has one.
    """
    rows = [(one.habit, one.day.isoformat(), upto, one.terms, one.body) for one in checkpoints]
    with suppress(TrackerError, sqlite3.Error), closing(connect(path, writing=True)) as connection:
        connection.execute("PRAGMA busy_timeout = 0")
        if connection.execute("PRAGMA user_version").fetchone()[0] == VERSION_WANTED:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("DELETE FROM checkpoints")
            connection.executemany(INSERT, rows)
            connection.execute("COMMIT")
            return True
    return False
