"""Copies of the database: one a day, kept for a week, then one a week for two months."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from datetime import date
from pathlib import Path

from tracker.store.connection import backup_of, daily_backups, explained
from tracker.workspace.folder import ensure_folder

DAILY = 7  # a slip is noticed within the week
ABANDONED = 3600  # seconds; no copy takes as long
WEEKLY = 8  # a quiet loss within two months


def newest(database: str) -> Path | None:
    """The latest daily backup."""
    found = daily_backups(database)
    return Path(found[-1][1]) if found else None


def copy(connection: sqlite3.Connection, target: str) -> None:
    """A whole copy by SQLite's own backup, in place only once it is complete and sound.

    A damaged database is never kept as a backup: within a week it would have driven out the
    sound ones. The copy is one file, without the two that WAL keeps beside it.

    Raises sqlite3.DatabaseError for a database that is damaged, and TrackerError where the
    copy cannot be written.
    """
    place = Path(target)
    ensure_folder(str(place.parent))
    partial = place.with_name(f"{place.stem}.{os.getpid()}.partial")  # nobody else's
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
            found = other.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            raise sqlite3.DatabaseError(f"database disk image is malformed: {found}")
        partial.replace(place)
    finally:
        with suppress(OSError):
            partial.unlink()


def daily(connection: sqlite3.Connection, database: str, today: date) -> None:
    """Back up a database, and let the copies go that are no longer kept."""
    copy(connection, backup_of(database, today))
    for old in outdated([day for day, _ in daily_backups(database)]):
        Path(backup_of(database, old)).unlink(missing_ok=True)
    made = Path(backup_of(database, today))
    for left in made.parent.glob("*.partial*"):  # by a process that was killed
        if left.stat().st_mtime < made.stat().st_mtime - ABANDONED:
            left.unlink(missing_ok=True)


def outdated(days: list[date]) -> list[date]:
    """The days whose backups can go: neither among the newest nor the last of a recent week."""
    ordered = sorted(days, reverse=True)
    weeks: dict[tuple[int, int], date] = {}
    for day in ordered:
        weeks.setdefault(day.isocalendar()[:2], day)
    kept = {*ordered[:DAILY], *sorted(weeks.values(), reverse=True)[:WEEKLY]}
    return [day for day in ordered if day not in kept]
