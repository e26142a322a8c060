"""The last weeks of a season's habits, taken up from checkpoints instead of from years ago.

Checkpoints are kept beside the answers they were made from, so that both are of one age.
A restored backup brings the checkpoints it was made with. The table of answers is only ever
added to, so the rows that came after a checkpoint are all there is to look at to know whether
it still holds.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from tracker.errors import TrackerError
from tracker.goals.model import Project, Season
from tracker.habits import checkpoints
from tracker.habits.checkpoints import GROWN_OLD, Checkpoint
from tracker.habits.model import Span
from tracker.seasons.history import Histories
from tracker.store.checkins import CheckinStore
from tracker.store.connection import VERSION_WANTED, connect

if TYPE_CHECKING:
    from tracker.store.database import Database

SCHEMA = 4  # the step of migrations.py that makes the table
INSERT = "INSERT INTO checkpoints (habit, day, upto, terms, body) VALUES (?, ?, ?, ?, ?)"


class StoredCheckpoint(NamedTuple):
    """A stored checkpoint of a habit: of a day, by some terms, not read yet."""

    habit: str
    day: date
    terms: str
    body: str


class CheckpointStore:
    """How the habits of an open database stood some weeks ago."""

    def __init__(self, database: Database) -> None:
        """Reads through a database that whoever opened it closes."""
        self.database = database

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Everything read inside is of one moment, whoever writes meanwhile."""
        self.database.rows("BEGIN")
        try:
            yield
        finally:
            with suppress(TrackerError):
                self.database.rows("ROLLBACK")

    def newest(self) -> int:
        """The number of the last answer; 0 where there is none."""
        rows = self.database.rows("SELECT max(id) FROM checkins")
        return int(rows[0][0] or 0) if rows else 0

    def sound(self) -> dict[str, StoredCheckpoint]:
        """The stored checkpoints before whose days nothing has changed since."""
        query = "SELECT habit, day, terms, body, upto FROM checkpoints"
        rows = self.database.rows(query, schema=SCHEMA)
        if not rows:
            return {}
        upto = min(row["upto"] for row in rows)
        changed = dict(self._changed_after(upto)) if upto <= self.newest() else None
        if changed is None:  # rows are gone that were never to go: believe nothing
            return {}
        checkpoints = {}
        for habit, day, terms, body, _ in rows:
            if habit not in changed or changed[habit] > day:
                checkpoints[habit] = StoredCheckpoint(habit, date.fromisoformat(day), terms, body)
        return checkpoints

    def _changed_after(self, upto: int) -> Iterator[tuple[str, str]]:
        """The earliest day of each habit for which a row came after a number."""
        query = "SELECT habit, min(day) FROM checkins NOT INDEXED WHERE id > ? GROUP BY habit"
        return ((habit, day) for habit, day in self.database.rows(query, [upto]))


def keep(path: str, upto: int, checkpoints: list[StoredCheckpoint]) -> bool:
    """Store checkpoints in place of those that are there; says whether that was possible.

    A database that is read-only, held by another program or of an older schema is left as it
    is, in silence: they spare time, and nothing is lost without them.

    Args:
        path: the database.
        upto: the last answer that was known when they were made.
        checkpoints: of every habit that has one.
    """
    rows = [
        (checkpoint.habit, checkpoint.day.isoformat(), upto, checkpoint.terms, checkpoint.body)
        for checkpoint in checkpoints
    ]
    with suppress(TrackerError, sqlite3.Error), closing(connect(path, writing=True)) as connection:
        connection.execute("PRAGMA busy_timeout = 0")
        if connection.execute("PRAGMA user_version").fetchone()[0] == VERSION_WANTED:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("DELETE FROM checkpoints")
            connection.executemany(INSERT, rows)
            connection.execute("COMMIT")
            return True
    return False


class Recent(NamedTuple):
    """The histories of a season's habits, and what to keep for the next time.

    Attributes:
        histories: complete for the last `checkpoints.REACH_BACK` days at least.
        upto: the last answer that is in them.
        renewed: every habit's checkpoint, where any was made anew; none where all still serve.
    """

    histories: Histories
    upto: int
    renewed: list[StoredCheckpoint]


def recent(store: CheckpointStore, project: Project, season: Season, today: date) -> Recent:
    """A season's habits in the weeks before a day, with their strength and their streaks."""
    spans = _begun(project, season, today)
    with store.at_once():
        upto, sound = store.newest(), store.sound()
        old = _usable(sound, spans, today)
        since = {
            name: old[name].day - checkpoints.reach(spans[name], old[name].day)
            if name in old
            else date.min
            for name in spans
        }
        marks = CheckinStore(store.database).marks_since(since, project.aggregates_by_day())
    bases, made = dict(old), False
    for name, own in spans.items():
        day = checkpoints.wanted_day(own, today)
        base = old.get(name)
        if day is not None and (base is None or (day - base.day).days >= GROWN_OLD):
            bases[name] = checkpoints.make(own, marks[name], day, today, base)
            made = True
    histories = Histories(project, marks, today)
    histories.bases = bases
    behind = any(name in bases and sound[name].day > bases[name].day for name in sound)
    renewed = _renewed(bases, spans) if made and not behind else []
    return Recent(histories, upto, renewed)


def _begun(project: Project, season: Season, today: date) -> dict[str, list[Span]]:
    """Every definition that has begun, of the habits of a season."""
    everything = project.spans_of_all()
    names = dict.fromkeys(habit.id for habit in season.habits)
    return {name: [s for s in everything.get(name, []) if s.first <= today] for name in names}


def _usable(
    sound: Mapping[str, StoredCheckpoint],
    spans: Mapping[str, Sequence[Span]],
    today: date,
) -> dict[str, Checkpoint]:
    """The checkpoints made by the terms that still hold, early enough for the day."""
    usable = {}
    for name, own in spans.items():
        stored, wanted = sound.get(name), checkpoints.wanted_day(own, today)
        if stored is None or wanted is None or stored.day > wanted:
            continue
        if stored.terms == checkpoints.terms(own, stored.day):
            checkpoint = checkpoints.load(stored.day, stored.body)
            if checkpoints.serves(checkpoint, own):
                usable[name] = checkpoint
    return usable


def _renewed(
    bases: Mapping[str, Checkpoint],
    spans: Mapping[str, Sequence[Span]],
) -> list[StoredCheckpoint]:
    return [
        StoredCheckpoint(
            name,
            checkpoint.day,
            checkpoints.terms(spans[name], checkpoint.day),
            checkpoints.dump(checkpoint),
        )
        for name, checkpoint in bases.items()
    ]
