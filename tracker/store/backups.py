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
from tracker.store.connection import (
    backup_of,
    connect,
    daily_backups,
    explained,
    newest_sound,
    private_file,
    restoring,
    rows_held,
)

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
        private_file(str(partial))
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
    held = rows_held(str(made))
    for old in outdated([day for day, _ in daily_backups(database.path)]):
        copied = backup_of(database.path, old)
        if rows_held(copied) <= held:  # else it holds what was lost since
            Path(copied).unlink(missing_ok=True)
    for left in made.parent.glob("*.partial*"):  # by a process that was killed
        if left.stat().st_mtime < made.stat().st_mtime - ABANDONED:
            left.unlink(missing_ok=True)


def unused(database: str, name: str) -> Path:
    """A path for another backup: no copy is ever written over one that is there."""
    path, number = Path(backup_of(database, name)), 1
    while path.exists() or path.with_suffix(".damaged").exists():
        number += 1
        path = Path(backup_of(database, f"{name}-{number}"))
    return path


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


def answers_in(path: Path, database: str) -> int:
    """How many answers a backup of a database holds.

    Raises TrackerError that says what the file is where it is no backup that can be used.
    """
    if words := _not_a_database(path):
        raise TrackerError(f"{path}: is no backup: {words}. {_next_step(database)}")
    try:
        with closing(connect(str(path), writing=False)) as connection:
            problem = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
            if problem == "ok":
                query = "SELECT count(*), sum(source = 'demo') FROM checkins"
                answers, made_up = connection.execute(query).fetchone()
                if made_up:
                    problem = "it holds sample answers, which `tracker demo` made up"
                else:
                    return int(answers)
    except sqlite3.Error as error:
        other = "no such table" in str(error)
        problem = "it is a database of another program" if other else str(error)
    raise TrackerError(f"{path}: not a sound backup: {problem}. {_next_step(database)}")


def _not_a_database(path: Path) -> str:
    """What a file is that is no SQLite database; "" where it is one."""
    if path.is_dir():
        return "it is a folder"
    if not path.is_file():
        return "there is no such file"
    with path.open("rb") as file:
        head = file.read(1000)
    if head.startswith(b"SQLite format 3\0"):
        return ""
    if not head:
        return "it is empty"
    if path.name == "goals.yml":
        return "it is your goals.yml, which says what you commit to and holds no answer"
    if head.startswith(b"PK"):
        return "it is a zip archive; tracker import may know how to read it"
    try:
        text = head[:-4].decode() if len(head) == 1000 else head.decode()  # no letter cut in two
    except UnicodeDecodeError:
        return "it is no database"
    if text.lstrip()[:1] in {"{", "["}:
        return "it is JSON; tracker import may know how to read it"
    return "it is a text file"


def _next_step(database: str) -> str:
    newest = newest_sound(database)
    there = f"The newest good one: {restoring(newest)}" if newest else "There is none yet."
    folder = Path(backup_of(database, "")).parent
    return f"Nothing was changed. Backups are the .db files in {folder}. {there}"


def restore(database: str, source: Path, stamp: str) -> Path | None:
    """Put a backup in the database's place; returns where the present one is kept."""
    answers_in(source, database)
    if Path(database).exists() and source.samefile(database):
        raise TrackerError(f"{source}: is the database itself, and in its place already.")
    aside = _set_aside(database, stamp)
    ensure_folder(Path(database).parent)
    partial = Path(f"{database}.restoring")
    with closing(connect(str(source), writing=False)) as connection, explained(str(source)):
        partial.unlink(missing_ok=True)
        private_file(str(partial))
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
    aside = unused(database, f"before-restore-{stamp}")
    try:
        _keep_whole(database, aside)
    except TrackerError:
        aside = aside.with_suffix(".damaged")
        ensure_folder(aside.parent)
        for ending in ENDINGS:
            part = Path(database + ending)
            if part.exists():
                private_file(f"{aside}{ending}")
                Path(f"{aside}{ending}").write_bytes(part.read_bytes())
    return aside
