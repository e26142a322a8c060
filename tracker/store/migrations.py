"""The database's schema, in numbered steps that are recorded in the database itself.

A step that has been released is never edited: what changes later is a step of its own.
sqlite-utils applies them and keeps the record (`_sqlite_migrations`); `user_version`
repeats how many there are, so that the daily path needs one number and no library.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tracker.store import backups
from tracker.store.tables import (
    EVIDENCE_FOUND,
    append_only,
    create_import_tables,
    create_season_tables,
)

if TYPE_CHECKING:
    from sqlite_utils import Database

# The action groups what was answered at once, so that undo takes it back at once.
ACTIONS = """
CREATE TABLE actions (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  made_at TEXT NOT NULL,
  reverses INTEGER REFERENCES actions(id)
)"""

# answer is NULL where an undo left the day unanswered, and where a note stands alone.
CHECKINS = """
CREATE TABLE checkins (
  id INTEGER PRIMARY KEY,
  action INTEGER NOT NULL REFERENCES actions(id),
  habit TEXT NOT NULL,
  day TEXT NOT NULL CHECK (day IS date(day)),
  answer TEXT CHECK (answer IN ('yes', 'no', 'skip')),
  value REAL,
  note TEXT,
  note_public INTEGER NOT NULL DEFAULT 0 CHECK (note_public IN (0, 1)),
  logged_at TEXT NOT NULL,
  zone TEXT NOT NULL,
  lag_days INTEGER NOT NULL,
  source TEXT NOT NULL,
  supersedes INTEGER UNIQUE REFERENCES checkins(id)
)"""

CURRENT = """
SELECT * FROM checkins AS entry
WHERE entry.answer IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM checkins AS later WHERE later.supersedes = entry.id)"""

HISTORY = """
SELECT entry.id, entry.habit, entry.day, entry.answer, entry.value, entry.note,
  entry.logged_at, entry.zone, entry.lag_days, entry.source, actions.kind AS action,
  entry.supersedes, later.id AS superseded_by
FROM checkins AS entry
JOIN actions ON actions.id = entry.action
LEFT JOIN checkins AS later ON later.supersedes = entry.id
ORDER BY entry.id"""

PROVENANCE = """
SELECT entry.habit, entry.day, entry.lag_days, entry.lag_days > 0 AS backfilled,
  entry.supersedes IS NOT NULL AS edited, entry.source, entry.logged_at, entry.zone
FROM current_checkins AS entry"""

# Not a record, so it may be changed: whoever empties it waits a second longer, once.
# upto is the last row of checkins that was known when it was made.
CHECKPOINTS = """
CREATE TABLE checkpoints (
  habit TEXT PRIMARY KEY,
  day TEXT NOT NULL CHECK (day IS date(day)),
  upto INTEGER NOT NULL,
  terms TEXT NOT NULL CHECK (json_valid(terms)),
  body TEXT NOT NULL CHECK (json_valid(body))
) WITHOUT ROWID"""

# zone is NULL where the writer came home: to the time zone of goals.yml, whichever that is.
ZONES = """
CREATE TABLE zones (
  id INTEGER PRIMARY KEY,
  zone TEXT,
  since TEXT NOT NULL
)"""

# What they promise of private habits is known to the other machine alone.
ADOPTIONS = """
CREATE TABLE adoptions (
  season TEXT PRIMARY KEY REFERENCES promises(season)
) WITHOUT ROWID"""


def m001_checkins(db: Database) -> None:
    """Check-ins that are only ever added to, and views of how things stand."""
    db.execute(ACTIONS)
    db.execute(CHECKINS)
    db.table("checkins").create_index(["habit", "day"])
    db.table("checkins").create_index(["action"])
    advice = ": add a row that supersedes the old one"
    append_only(db, "actions", "checkins", advice=advice)
    db.create_view("current_checkins", CURRENT)
    db.create_view("checkin_history", HISTORY)
    db.create_view("checkin_provenance", PROVENANCE)


def m002_seasons(db: Database) -> None:
    """What is promised, changed, expected, shown and judged, season by season."""
    create_season_tables(db)


def m003_imports(db: Database) -> None:
    """Which files were taken in, and what names each answer in them."""
    create_import_tables(db)


def m004_checkpoints(db: Database) -> None:
    """Where each habit stood some weeks ago: a shortcut, made anew whenever it is missing."""
    db.execute(CHECKPOINTS)


def m005_zones(db: Database) -> None:
    """Where the log's writer was, from when on."""
    db.execute(ZONES)
    append_only(db, "zones", advice=": add a row with the zone that holds now")


def m006_adoptions(db: Database) -> None:
    """Which seasons another machine froze, and were taken over from their public record."""
    db.execute(ADOPTIONS)
    append_only(db, "adoptions")


def m007_found(db: Database) -> None:
    """What each check of a piece of evidence found: its status, its address in the end, its title."""
    for column in ("status INTEGER", "final_address TEXT", "title TEXT"):
        db.execute(f"ALTER TABLE evidence_checks ADD COLUMN {column}")
    db.create_view("evidence_now", EVIDENCE_FOUND, replace=True)


STEPS: tuple[Callable[[Database], None], ...] = (
    m001_checkins,
    m002_seasons,
    m003_imports,
    m004_checkpoints,
    m005_zones,
    m006_adoptions,
    m007_found,
)
VERSION = len(STEPS)


def migrated(connection: sqlite3.Connection, path: str) -> None:
    """Bring the schema up to date, with a backup first where there is something to lose."""
    with _without_pandas():
        import sqlite_utils  # noqa: F401 - it takes a while, and nobody should have to wait for it
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version:
        backups.copy(connection, str(backups.unused(path, f"before-schema-{version + 1}")))
    connection.execute("BEGIN IMMEDIATE")  # of two at once, the second finds the work done
    try:
        migrate(connection)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def migrate(connection: sqlite3.Connection) -> None:
    """Bring a database to the newest schema; each step lands whole or not at all."""
    with _without_pandas():
        from sqlite_utils import Database, Migrations

    database = Database(connection, execute_plugins=False)
    steps = Migrations("tracker")
    for step in STEPS:
        steps(name=step.__name__)(step)
    steps.apply(database)
    connection.execute(f"PRAGMA user_version = {VERSION}")


@contextmanager
def _without_pandas() -> Iterator[None]:
    """sqlite-utils imports pandas and numpy wherever they are, to store their types.

    No frame is ever stored here, and the two take half a second: for the length of the
    import they are not to be found.
    """
    hidden = [name for name in ("pandas", "numpy") if name not in sys.modules]
    for name in hidden:
        sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]
