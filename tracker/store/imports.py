"""Imports in SQLite: the answers that stand with their origins, and a file's taken in at once."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from sys import intern
from typing import NamedTuple, TypeVar

from tracker.habits.checkins import Answer, CheckIn, StoredAnswer
from tracker.store.checkins import INSERT
from tracker.store.database import Database

Decision = TypeVar("Decision")
SCHEMA = 3  # the step of migrations.py that makes the tables of imports
ANSWERS = """
SELECT entry.*, {origin}, NOT EXISTS (
    SELECT 1 FROM checkins AS later WHERE later.supersedes = entry.id) AS current
FROM checkins AS entry {join}
WHERE entry.answer IS NOT NULL OR entry.note IS NOT NULL ORDER BY entry.id"""
REVERSALS = "SELECT id, reverses FROM actions WHERE reverses IS NOT NULL ORDER BY id DESC"
ORIGIN = "origins.external_id, origins.origin, origins.created_at, origins.updated_at"
NO_ORIGIN = "NULL AS external_id, NULL AS origin, NULL AS created_at, NULL AS updated_at"


ANSWERS_KEPT: dict[str | None, Answer | None] = {
    "yes": "yes", "no": "no", "skip": "skip", None: None,
}  # fmt: skip


class File(NamedTuple):
    """The file of an import, for the record."""

    format: str
    name: str


class Origin(NamedTuple):
    """What names an answer in its file, and what the file knows of it."""

    external_id: str
    origin: str | None
    created_at: str | None
    updated_at: str | None


class Arrival(NamedTuple):
    """An answer to write, over the rows that it supersedes."""

    entry: CheckIn
    origin: Origin
    supersedes: tuple[int, ...] = ()


class ImportStore:
    """The check-ins of an open database, for answers that come and go in files."""

    def __init__(self, database: Database) -> None:
        """Reads and adds through a database that whoever opened it closes."""
        self.database = database

    def standing(self) -> list[StoredAnswer]:
        """Every answer that was not undone, in the order they were given."""
        with_origin = self.database.version >= SCHEMA
        query = ANSWERS.format(
            origin=ORIGIN if with_origin else NO_ORIGIN,
            join="LEFT JOIN origins ON origins.checkin = entry.id" if with_origin else "",
        )
        undone = _undone(self.database.rows(REVERSALS))
        return _stored(row for row in self.database.each(query) if row["action"] not in undone)

    def take_in(
        self,
        decide: Callable[[list[StoredAnswer]], tuple[Decision, Sequence[Arrival]]],
        file: File,
        made_at: str,
        additive: Collection[str],
    ) -> Decision:
        """Decide about a file with the database held, and write all of it or nothing.

        Args:
            decide: what becomes of the file's answers, given those that stand, and which of
                them to write.
            made_at: the instant of the import.
            additive: habits whose amounts of one day are put together.
        """
        with self.database.transaction() as connection:
            decision, arrivals = decide(self.standing())
            if arrivals:
                action = _action(connection, file, made_at)
                latest: dict[tuple[str, date], int] = {}
                for arrival in arrivals:
                    _insert(connection, action, arrival, additive, latest)
            return decision


def _undone(reversals: Iterable[sqlite3.Row]) -> set[int]:
    """The actions that count no more; an undo that was itself reversed takes nothing back.

    Args:
        reversals: the latest first.
    """
    undone: set[int] = set()
    for row in reversals:
        if row["id"] not in undone:
            undone.add(row["reverses"])
    return undone


def _stored(rows: Iterable[sqlite3.Row]) -> list[StoredAnswer]:
    """The rows with their names: one that came from no file is named by its day and instant."""
    seen: dict[tuple[str, str, str], int] = {}
    days: dict[str, date] = {}
    stored = []
    for row in rows:
        day = days.get(row["day"]) or days.setdefault(row["day"], date.fromisoformat(row["day"]))
        name = row["external_id"]
        if name is None:
            name = f"{row['day']}@{row['logged_at']}"
            key = (row["habit"], row["source"], name)
            seen[key] = seen.get(key, 0) + 1
            name = name if seen[key] == 1 else f"{name}#{seen[key]}"
        entry = CheckIn(
            intern(row["habit"]), day, ANSWERS_KEPT[row["answer"]], row["value"],
            row["note"], bool(row["note_public"]), intern(row["logged_at"]), intern(row["zone"]),
            row["lag_days"], intern(row["source"]),
        )  # fmt: skip
        origin = (row["origin"], row["created_at"], row["updated_at"])
        stored.append(StoredAnswer(row["id"], entry, name, bool(row["current"]), *origin))
    return stored


def _action(connection: sqlite3.Connection, file: File, made_at: str) -> int:
    cursor = connection.execute(
        "INSERT INTO actions (kind, made_at) VALUES ('import', ?)", [made_at]
    )
    action = int(cursor.lastrowid or 0)
    connection.execute("INSERT INTO imports VALUES (?, ?, ?)", [action, *file])
    return action


def _insert(
    connection: sqlite3.Connection,
    action: int,
    arrival: Arrival,
    additive: Collection[str],
    latest: dict[tuple[str, date], int],
) -> None:
    """One answer, over those it supersedes: the first by itself, the others by an empty row.

    Args:
        latest: the last row of each day that was written before, so that none is looked up.
    """
    entry = arrival.entry
    first, *others = arrival.supersedes or [_newest(connection, entry, additive, latest)]
    number = _add(connection, action, entry, first)
    latest[entry.habit, entry.day] = number
    connection.execute("INSERT INTO origins VALUES (?, ?, ?, ?, ?)", [number, *arrival.origin])
    for other in others:
        empty = (None, None, None, 0)
        latest[entry.habit, entry.day] = _add(connection, action, entry, other, empty)


def _add(
    connection: sqlite3.Connection,
    action: int,
    entry: CheckIn,
    supersedes: int | None,
    said: Iterable[object] | None = None,
) -> int:
    answer = (entry.answer, entry.value, entry.note, entry.note_public) if said is None else said
    when = (entry.logged_at, entry.zone, entry.lag_days, entry.source)
    values = (action, entry.habit, entry.day.isoformat(), *answer, *when, supersedes)
    return int(connection.execute(INSERT, values).lastrowid or 0)


def _newest(
    connection: sqlite3.Connection,
    entry: CheckIn,
    additive: Collection[str],
    latest: Mapping[tuple[str, date], int],
) -> int | None:
    """The day's last row, unless the amount is to be put together with it."""
    if entry.habit in additive and entry.value is not None:
        return None
    if (entry.habit, entry.day) in latest:
        return latest[entry.habit, entry.day]
    query = "SELECT max(id) FROM checkins WHERE habit = ? AND day = ?"
    newest = connection.execute(query, (entry.habit, entry.day.isoformat())).fetchone()[0]
    return None if newest is None else int(newest)
