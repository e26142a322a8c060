"""Copies of the database: one a day by itself, others on request, and any of them put back.

Daily copies are kept for a week, then one a week for two months.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from tracker.errors import TrackerError
from tracker.files import ensure_folder
from tracker.store.connection import backup_of, connect, daily_backups, explained

if TYPE_CHECKING:
    from tracker.store.database import Database

DAILY = 7  # a slip is noticed within the week
ABANDONED = 3600  # seconds; no copy takes as long
WEEKLY = 8  # a quiet loss within two months
ENDINGS = ("", "-wal", "-shm")  # the database, and what SQLite keeps beside it


def newest(database: str) -> Path | None:
    """The latest daily backup."""
    copies = daily_backups(database)
    return Path(copies[-1][1]) if copies else None


def copy(connection: sqlite3.Connection, target: str) -> None:
    """A whole copy by SQLite's own backup, in place only once it is complete and sound.

    A damaged database is never kept as a backup: within a week it would have driven out the
    sound ones. The copy is one file, without the two that WAL keeps beside it.

    Raises sqlite3.DatabaseError for a database that is damaged, and TrackerError where the
    copy cannot be written.
    """
    final = Path(target)
    ensure_folder(str(final.parent))
    partial = final.with_name(f"{final.stem}.{os.getpid()}.partial")  # nobody else's
    for half in (partial, Path(f"{partial}-journal")):  # of a process that had this number
        half.unlink(missing_ok=True)
    try:
        with explained(target), closing(sqlite3.connect(partial, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")  # asks for the right to write
            other.execute("ROLLBACK")
        with closing(sqlite3.connect(partial, isolation_level=None)) as other:
            connection.backup(other)
            other.execute("PRAGMA journal_mode = DELETE")
            # What a row may hold was checked when it came; that alone would take thrice as long.
            other.execute("PRAGMA ignore_check_constraints = ON")
            verdict = other.execute("PRAGMA quick_check(1)").fetchone()[0]
        if verdict != "ok":
            raise sqlite3.DatabaseError(f"database disk image is malformed: {verdict}")
        partial.replace(final)
    finally:
        with suppress(OSError):
            partial.unlink()


def daily(database: Database, today: date) -> None:
    """Copy a database aside, once a day, and let the copies go that are no longer kept."""
    made = Path(backup_of(database.path, today))
    if database.connection is None or made.exists():
        return
    with explained(database.path):
        copy(database.connection, str(made))
    for old in outdated([day for day, _ in daily_backups(database.path)]):
        Path(backup_of(database.path, old)).unlink(missing_ok=True)
    for left in made.parent.glob("*.partial*"):  # by a process that was killed
        if left.stat().st_mtime < made.stat().st_mtime - ABANDONED:
            left.unlink(missing_ok=True)


def outdated(days: list[date]) -> list[date]:
    """The days whose backups can go: neither among the newest nor the last of a recent week."""
    ordered = sorted(days, reverse=True)
    weeks: dict[tuple[int, int], date] = {}
    for day in ordered:
        weeks.setdefault(day.isocalendar()[:2], day)
    wanted = {*ordered[:DAILY], *sorted(weeks.values(), reverse=True)[:WEEKLY]}
    return [day for day in ordered if day not in wanted]


def save(database: str, target: Path) -> None:
    """Copy a database whole; TrackerError where the target is there already."""
    if target.exists():
        raise TrackerError(f"{target} is there already. Choose another name.")
    with closing(connect(database, writing=False)) as connection, explained(database):
        copy(connection, str(target))


def _keep_whole(database: str, target: Path) -> None:
    """As `save`, a database of whatever schema."""
    with explained(database), closing(sqlite3.connect(database, isolation_level=None)) as present:
        copy(present, str(target))


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
    aside = _set_aside(database, stamp)
    Path(database).parent.mkdir(parents=True, exist_ok=True)
    partial = Path(f"{database}.restoring")
    with closing(connect(str(source), writing=False)) as connection, explained(str(source)):
        partial.unlink(missing_ok=True)
        with closing(sqlite3.connect(partial)) as other:
            connection.backup(other)
    for ending in ENDINGS[1:]:  # they belong to the database that goes
        Path(database + ending).unlink(missing_ok=True)
    partial.replace(database)
    return aside


def _set_aside(database: str, stamp: str) -> Path | None:
    """Keep the present database; one that cannot be read is kept as the bytes it is."""
    if not Path(database).exists():
        return None
    aside = Path(backup_of(database, f"before-restore-{stamp}"))
    try:
        _keep_whole(database, aside)
    except TrackerError:
        aside = aside.with_suffix(".damaged")
        aside.parent.mkdir(parents=True, exist_ok=True)
        for ending in ENDINGS:
            part = Path(database + ending)
            if part.exists():
                Path(f"{aside}{ending}").write_bytes(part.read_bytes())
    return aside
