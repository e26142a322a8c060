"""Keeping the database: copies made on request and put back, and what a database holds."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from tracker.errors import TrackerError
from tracker.store import backups
from tracker.store.connection import (
    VERSION_WANTED,
    backup_of,
    connect,
    explained,
)

ENDINGS = ("", "-wal", "-shm")  # the database, and what SQLite keeps beside it


def save(database: str, target: Path) -> None:
    """Copy a database whole; TrackerError where the target is there already."""
    if target.exists():
        raise TrackerError(f"{target} is there already. Choose another name.")
    with closing(connect(database, writing=False)) as connection, explained(database):
        backups.copy(connection, str(target))


def _keep_whole(database: str, target: Path) -> None:
    """As `save`, a database of whatever schema."""
    with explained(database), closing(sqlite3.connect(database, isolation_level=None)) as present:
        backups.copy(present, str(target))


def answers_in(path: Path) -> int:
    """How many answers a backup holds; TrackerError where it is none that can be used."""
    if not path.is_file():
        raise TrackerError(f"{path}: there is no such file. Look in .tracker/backups/.")
    try:
        with closing(connect(str(path), writing=False)) as connection:
            problem = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
            if problem == "ok":
                return int(connection.execute("SELECT count(*) FROM checkins").fetchone()[0])
    except sqlite3.Error as error:
        problem = str(error)
    raise TrackerError(f"{path}: not a sound backup ({problem}). Nothing was changed.")


def restore(database: str, source: Path, stamp: str) -> Path | None:
    """Put a backup in the database's place; returns where the present one is kept."""
    answers_in(source)
    kept = _set_aside(database, stamp)
    Path(database).parent.mkdir(parents=True, exist_ok=True)
    partial = Path(f"{database}.restoring")
    with closing(connect(str(source), writing=False)) as connection, explained(str(source)):
        partial.unlink(missing_ok=True)
        with closing(sqlite3.connect(partial)) as other:
            connection.backup(other)
    for ending in ENDINGS[1:]:  # they belong to the database that goes
        Path(database + ending).unlink(missing_ok=True)
    partial.replace(database)
    return kept


def _set_aside(database: str, stamp: str) -> Path | None:
    """Keep the present database; one that cannot be read is kept as the bytes it is."""
    if not Path(database).exists():
        return None
    kept = Path(backup_of(database, f"before-restore-{stamp}"))
    try:
        _keep_whole(database, kept)
    except TrackerError:
        kept = kept.with_suffix(".damaged")
        kept.parent.mkdir(parents=True, exist_ok=True)
        for ending in ENDINGS:
            part = Path(database + ending)
            if part.exists():
                Path(f"{kept}{ending}").write_bytes(part.read_bytes())
    return kept


def schema_of(connection: sqlite3.Connection) -> tuple[int, int]:
    """The schema found, and the one this tracker knows."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0]), VERSION_WANTED


def columns_in(database: str) -> dict[str, list[str]]:
    """The columns of every table and view."""
    names = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY name"
    with closing(connect(database, writing=False)) as connection, explained(database):
        return {
            name: [
                row[0]
                for row in connection.execute("SELECT name FROM pragma_table_info(?)", [name])
            ]
            for (name,) in connection.execute(names).fetchall()
        }
