"""What is right and wrong with a log on disk, check by check."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Literal, NamedTuple

from tracker.errors import TrackerError
from tracker.goals.model import SEASON_RECORDS, Project
from tracker.seasons.record import again, differs, file_name
from tracker.store import backups
from tracker.store.backups import ENDINGS, answers_in
from tracker.store.connection import (
    VERSION_WANTED,
    connect,
    newest_sound,
    restoring,
    rows_held,
    sound_backups,
)
from tracker.store.losses import lost, misplaced
from tracker.text.counts import number_of
from tracker.workspace.entries import read_log
from tracker.workspace.progress import published
from tracker.workspace.session import Folder, Session

Verdict = Literal["well", "note", "wrong"]
OTHERS = 0o077  # the rights of everybody but the owner
MOST_NAMED = 3  # of the problems in a damaged file; one is enough to act on
LEAST_SPACE = 16 * 2**20  # bytes free; a day's backup of ten years takes as much
AT_ONCE = 60  # seconds: twelve times what a check-in waits for another one
LARGE_WAL = 16 * 2**20  # bytes; SQLite folds its log back in at four megabytes


class Finding(NamedTuple):
    """One check and what it found; `note` is worth knowing, `wrong` wants doing."""

    check: str
    verdict: Verdict
    words: str


def examine(session: Session) -> list[Finding]:
    """Every check of a log."""
    folder, now = session.folder, session.now
    project: Project | None = None
    findings = []
    try:
        project = session.written
        habits = len(project.habit_ids())
        words = f"{number_of(len(project.seasons), 'season')}, {number_of(habits, 'habit')}"
        findings.append(Finding("goals.yml", "well", words))
    except TrackerError as error:
        findings += [Finding("goals.yml", "wrong", problem) for problem in error.problems]
    findings += _log(folder)
    findings += _place(folder)
    findings += _records(folder, project)
    if problem := misplaced(folder.database):
        return [*findings, Finding("database", "wrong", problem)]
    if not folder.database_exists() or not Path(folder.database).stat().st_size:
        problem = lost(folder.database)
        words = problem or "no check-in is stored yet"
        return [*findings, Finding("database", "wrong" if problem else "note", words)]
    try:
        with closing(connect(folder.database, writing=False)) as connection:
            findings += _database(connection, folder, _in_force(session), now)
            findings += _promises(session)
    except (TrackerError, sqlite3.Error) as error:
        words = str(error)
        if isinstance(error, sqlite3.Error):
            words = f"{folder.database}: {words}. {_next_step(folder)}"
        findings.append(Finding("database", "wrong", words))
    return [*findings, *_backups(folder)]


def _in_force(session: Session) -> Project | None:
    """What counts, where that can be said."""
    try:
        return session.project
    except TrackerError:
        return None


def _records(folder: Folder, project: Project | None) -> Iterator[Finding]:
    """The public records: whether each can be read, and is as it was written."""
    files = sorted(Path(folder.root, SEASON_RECORDS).glob("*.json"))
    read: list[Callable[[], object]] = [
        lambda: published(folder),
        *(partial(folder.public_season, path.stem) for path in files),
    ]
    problems = []
    for reading in read:
        try:
            reading()
        except TrackerError as error:
            problems.append(str(error))
    for problem in problems:
        yield Finding("records", "wrong", problem)
    if not problems and files:
        words = f"{number_of(len(files), 'public record')}, as written"
        yield Finding("records", "well", words)


def _promises(session: Session) -> Iterator[Finding]:
    """The public records beside what the database holds of the same seasons."""
    for season in session.seasons.frozen():
        record = session.seasons.record(season)
        try:
            shown = session.folder.public_season(season)
        except TrackerError:  # named already
            continue
        if record is not None and shown is not None and differs(record, shown):
            name = file_name(season)
            words = f"{name}: promises what is not what the database holds. {again(name)}"
            yield Finding("records", "wrong", words)


def _log(folder: Folder) -> Iterator[Finding]:
    entries, problems = read_log(folder.path)
    for problem in problems:
        yield Finding("log", "wrong", problem)
    if not problems:
        words = number_of(len(entries), "entry", "entries")
        yield Finding("log", "well", f"{words}, all readable" if entries else "no entry yet")


def _place(folder: Folder) -> Iterator[Finding]:
    """Whether the disk would take another answer."""
    files = [f"{folder.database}{ending}" for ending in ENDINGS]
    parts = [folder.state, *files] if Path(folder.state).exists() else [folder.root]
    own = [part for part in parts[:2] if part != folder.root and Path(part).exists()]
    loose = [part for part in own if Path(part).stat().st_mode & OTHERS]
    if loose and os.name != "nt":
        words = f"{', '.join(loose)} can be read by others; the next answer sees to it"
        yield Finding("rights", "note", words)
    refused = [part for part in parts if Path(part).exists() and not os.access(part, os.W_OK)]
    if refused:
        words = f"{', '.join(refused)} cannot be written to, so no answer can be stored. "
        yield Finding("rights", "wrong", f"{words}Next: chmod u+w, or ask whoever owns it")
    else:
        yield Finding("rights", "well", "the tracker may write where it has to")
    free = shutil.disk_usage(folder.root).free
    if free < LEAST_SPACE:
        words = f"{free / 2**20:.1f} MB are left on the disk. Next: free some space"
        yield Finding("space", "wrong" if free < 2**20 else "note", words)


def _database(
    connection: sqlite3.Connection, folder: Folder, project: Project | None, now: datetime
) -> Iterator[Finding]:
    problems = _problems(connection)
    if problems:
        yield Finding("integrity", "wrong", f"{'; '.join(problems)}. {_next_step(folder)}")
        return
    broken = len(connection.execute("PRAGMA foreign_key_check").fetchall())
    words = (
        number_of(broken, "row points nowhere", "rows point nowhere")
        if broken
        else "every page and reference is sound"
    )
    yield Finding("integrity", "wrong" if broken else "well", words)
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version < VERSION_WANTED:
        words = f"schema {version}; the next answer brings it to {VERSION_WANTED}, after a backup"
        yield Finding("schema", "note", words)
    else:
        yield Finding("schema", "well", f"schema {version}, the newest")
    yield _journal(connection, folder)
    if version:
        yield _orphans(connection, project)
        yield _clock(connection, now)


def _problems(connection: sqlite3.Connection) -> list[str]:
    """What is broken in the database file, a few at most."""
    problems: list[str] = []
    try:
        for (words,) in connection.execute("PRAGMA integrity_check(5)"):
            problems += [line for line in words.splitlines() if line and not line.startswith("***")]
    except sqlite3.Error as error:  # the check itself stumbles over what it looks for
        problems.append(str(error))
    return [] if problems == ["ok"] else problems[:MOST_NAMED]


def _next_step(folder: Folder) -> str:
    sound = newest_sound(folder.database)
    if sound is None:
        return "Next: there is no sound backup; keep the file, and ask someone who knows SQLite"
    return f"Next: {restoring(sound)}"


def _journal(connection: sqlite3.Connection, folder: Folder) -> Finding:
    mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
    wal = Path(f"{folder.database}-wal")
    size = wal.stat().st_size if wal.exists() else 0
    if mode != "wal":
        return Finding("journal", "note", f"mode {mode}; the next answer turns on WAL")
    words = f"WAL, {size / 1024:.0f} kB waiting"
    return Finding("journal", "note" if size > LARGE_WAL else "well", words)


def _orphans(connection: sqlite3.Connection, project: Project | None) -> Finding:
    if project is None:
        return Finding("habits", "note", "not checked, since goals.yml cannot be read")
    known = set(project.habit_ids())
    query = "SELECT habit, count(*) FROM current_checkins GROUP BY habit ORDER BY habit"
    lost = [f"{name} ({count})" for name, count in connection.execute(query) if name not in known]
    if lost:
        words = f"goals.yml has no {', '.join(lost)}. Was an id changed? Put it back"
        return Finding("habits", "wrong", words)
    return Finding("habits", "well", "every answer belongs to a habit of goals.yml")


def _clock(connection: sqlite3.Connection, now: datetime) -> Finding:
    """Answers from the future, for days to come, or logged before those they follow.

    Of two that are given at once the one that was begun first can be stored last, so much less
    than a minute is no sign of anything.
    """
    query = """
    SELECT sum(at > strftime('%s', ?) + ?), sum(lag_days < 0), sum(at < before - ?) FROM (
      SELECT at, lag_days, lag(at) OVER (ORDER BY id) AS before FROM (
        SELECT checkins.id, strftime('%s', logged_at) + 0 AS at, lag_days
        FROM checkins JOIN actions ON actions.id = checkins.action
        WHERE actions.kind <> 'import' AND source <> 'demo'))"""
    values = [now.isoformat(timespec="milliseconds"), AT_ONCE, AT_ONCE]
    row = connection.execute(query, values).fetchone()
    future, ahead, back = (int(count or 0) for count in row)
    said = [
        f"{count} {words}"
        for count, words in (
            (future, "logged after this instant"),
            (ahead, "answered before their day"),
            (back, "logged earlier than the one before"),
        )
        if count
    ]
    if said:
        return Finding("clock", "note", f"{', '.join(said)}: a clock was set, or is wrong")
    return Finding("clock", "well", "answers are in the order of their instants")


def _backups(folder: Folder) -> Iterator[Finding]:
    newest = backups.newest(folder.database)
    if newest is None:
        yield Finding("backups", "note", "none yet; the next day's first answer makes one")
        return
    count = len(list(Path(newest).parent.glob("*.db")))
    try:
        rows = answers_in(newest, folder.database)
    except TrackerError as error:
        yield Finding("backups", "wrong", str(error))
        return
    words = f"{count}; the newest, {newest.name}, holds {number_of(rows, 'row')}"
    yield Finding("backups", "well", words)
    held = rows_held(folder.database)
    fullest = max(sound_backups(folder.database), key=lambda copy: copy.rows, default=None)
    if fullest is not None and fullest.rows > held:
        name = Path(fullest.path).name
        words = f"{name} holds {number_of(fullest.rows, 'row')}, the database {held}"
        yield Finding("backups", "note", f"{words}. To have them back: {restoring(fullest)}")
