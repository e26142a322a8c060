"""Connecting to a database: what state it is in, what is wrong with it, where its backups are."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import date
from typing import NamedTuple

from tracker.errors import TrackerError

VERSION_WANTED = 7  # as many as there are steps in migrations.py; a test holds them together
# The tables of what a person has said; none of their rows is ever taken away.
ADDED_TO = (
    "checkins", "promises", "amendments", "forecasts", "evidence_links", "evidence_checks",
    "verdicts", "zones",
)  # fmt: skip
PATIENCE = 5.0  # seconds to wait for another program; a person would think it hung after that


def connect(path: str, *, writing: bool) -> sqlite3.Connection:
    """A connection with foreign keys on; WAL where it is written to.

    Raises TrackerError for a database that cannot be opened, is corrupt, or was made by a
    newer version.
    """
    with explained(path):
        if writing:
            private_file(path)
            connection = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)
        else:
            connection = _reading(path)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA foreign_keys = ON")
        if writing:
            _prefer_wal(connection)
        version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > VERSION_WANTED:
        connection.close()
        raise TrackerError(
            f"{path}: made by a newer tracker (schema {version}; this one knows {VERSION_WANTED}). "
            "Update this one; nothing was changed."
        )
    return connection


def private_file(path: str) -> None:
    """Begin a file that nobody else may read; SQLite would make one that anybody may.

    What SQLite keeps beside a database has the database's rights.
    """
    with suppress(OSError):  # whoever opens it next says what is wrong
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))


def _prefer_wal(connection: sqlite3.Connection) -> None:
    """Readers and a writer at once; where others are at it just now, the next one sees to it."""
    if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        with suppress(sqlite3.OperationalError):
            connection.execute("PRAGMA journal_mode = WAL")


def backup_of(path: str, name: object) -> str:
    """Where a database's backup of a name (mostly a day) stands."""
    return os.path.join(os.path.dirname(path), "backups", f"{name}.db")


def daily_backups(path: str) -> list[tuple[date, str]]:
    """A database's daily backups, the oldest first."""
    backups = []
    with suppress(OSError):  # no folder, no backup
        for name in os.listdir(os.path.dirname(backup_of(path, ""))):
            stem, ending = os.path.splitext(name)
            if ending == ".db" and len(stem) == len("2026-11-20"):
                with suppress(ValueError):
                    backups.append((date.fromisoformat(stem), backup_of(path, stem)))
    return sorted(backups)


class Backup(NamedTuple):
    """A copy that can be restored.

    Attributes:
        answers: how many it holds, those since replaced included.
        rows: of everything that is only ever added to: answers, promises, evidence, …
    """

    path: str
    answers: int
    rows: int

    @property
    def words(self) -> str:
        """What it holds: "812 answers"; where there is none yet, "3 rows"."""
        number, thing = (self.answers, "answer") if self.answers else (self.rows, "row")
        return f"{number} {thing}{'' if number == 1 else 's'}"


def newest_sound(path: str) -> Backup | None:
    """A database's latest daily backup that can be restored and holds anything."""
    return next((copy for copy in sound_backups(path) if copy.rows), None)


def sound_backups(path: str) -> Iterator[Backup]:
    """A database's daily backups that can be restored, the newest first."""
    for _, backup in reversed(daily_backups(path)):
        with suppress(TrackerError, sqlite3.Error), closing(_reading(backup)) as connection:
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            problem = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
            answers, rows = _held(connection)
            if problem == "ok" and version <= VERSION_WANTED:
                yield Backup(backup, answers, rows)


def rows_held(path: str) -> int:
    """How many rows that are never taken away a database holds; none where it cannot be read."""
    with suppress(TrackerError, sqlite3.Error), closing(_reading(path)) as connection:
        return _held(connection)[1]
    return 0


def _held(connection: sqlite3.Connection) -> tuple[int, int]:
    """The answers of a database, and the rows of all its tables that are only added to."""
    query = "SELECT name FROM sqlite_master WHERE type = 'table'"
    tables = {name for (name,) in connection.execute(query)} & set(ADDED_TO)
    if ADDED_TO[0] not in tables:
        raise sqlite3.DatabaseError("it has no table of answers")
    counts = {
        name: int(connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0])
        for name in tables
    }
    return counts[ADDED_TO[0]], sum(counts.values())


def _reading(path: str) -> sqlite3.Connection:
    """A connection that cannot write; it opens a database on a read-only disk too."""
    address = f"{_as_uri(path)}?mode=ro"
    connection = sqlite3.connect(address, uri=True, timeout=PATIENCE, isolation_level=None)
    try:
        connection.execute("PRAGMA user_version").fetchone()
    except sqlite3.OperationalError as error:
        if "unable to open" not in str(error) and "readonly" not in str(error):
            raise
        connection.close()
        if os.path.exists(f"{path}-wal") and os.path.getsize(f"{path}-wal"):
            # To read the file alone would leave out answers without a word.
            raise TrackerError(
                f"{path}-wal: holds answers that are not in the database yet, and the folder "
                "cannot be written to. Give yourself the right to write there, and try again."
            ) from error
        frozen = f"{address}&immutable=1"
        connection = sqlite3.connect(frozen, uri=True, timeout=PATIENCE, isolation_level=None)
    return connection


def _as_uri(path: str) -> str:
    """A path as SQLite takes it in an address; pathlib would say it too, at a greater price."""
    slashed = os.path.abspath(path).replace(os.sep, "/")
    for mark in "%?#":  # the first one first: it begins what stands for the others
        slashed = slashed.replace(mark, f"%{ord(mark):02x}")
    return f"file://{'' if slashed.startswith('/') else '/'}{slashed}"


@contextmanager
def explained(path: str) -> Iterator[None]:
    """Turn SQLite's errors into where, what and what next."""
    try:
        yield
    except sqlite3.Error as error:
        raise TrackerError(f"{path}: {_advice(error, path)}") from error


def _advice(error: sqlite3.Error, path: str) -> str:
    text = str(error)
    if "locked" in text or "busy" in text:
        return (
            f"another program holds the database (waited {PATIENCE:.0f} s). Close it "
            "(Datasette, a database browser, another tracker) and try again. Nothing was stored."
        )
    if "readonly" in text:
        return (
            f"the database cannot be written to ({text}). Check the rights of the file and its "
            "folder. Nothing was stored."
        )
    if "unable to open" in text:
        return f"cannot be opened ({text}). Check the rights of the file and its folder."
    if "full" in text or "disk I/O" in text:
        return f"the disk refused ({text}). Free some space and try again. Nothing was stored."
    if "not a database" in text or "malformed" in text or "encrypted" in text:
        return f"the database is damaged ({text}). {_last_backup(path)}"
    return f"SQLite says: {text}. See what is wrong with: tracker doctor"


def _last_backup(path: str) -> str:
    newest = newest_sound(path)
    if newest is None:
        return "There is no sound backup. Move the file away to start afresh, and keep it."
    return (
        f"Put the newest sound backup in its place: {restoring(newest)} "
        "(what is there now is kept beside it)."
    )


def restoring(backup: Backup) -> str:
    """The command that puts a backup back."""
    from shlex import quote  # once something is wrong

    return f"tracker restore {quote(backup.path)}"
