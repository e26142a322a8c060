"""A database that is not where it should be, or no longer holds what it held, is no new log."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from tracker.errors import TrackerError
from tracker.store.connection import connect, newest_sound, restoring


def refuse_loss(database: str) -> None:
    """Raise TrackerError where a missing or empty database is not that of a new log."""
    words = misplaced(database) or lost(database)
    if words:
        raise TrackerError(f"{words} Nothing was stored.")


def lost(database: str) -> str:
    """What to do about a missing or empty database whose backups hold answers; "" in a new log."""
    newest = newest_sound(database)
    if newest is None or _begun(database):  # by another command, since this one looked
        return ""
    how = "is empty" if Path(database).exists() else "is gone"
    backup = Path(newest.path)
    return (
        f"{database}: the database lost what it held: it {how}, and {backup.name} holds "
        f"{newest.words}. Put that copy back: {restoring(newest)} (to begin afresh, move "
        f"{backup.parent} elsewhere)."
    )


def _begun(database: str) -> bool:
    """Whether the database has a schema now."""
    if not Path(database).is_file():
        return False
    with closing(connect(database, writing=False)) as connection:
        return bool(connection.execute("PRAGMA user_version").fetchone()[0])


def misplaced(database: str) -> str:
    """What stands where a database or its folder should be, and what to do; "" where nothing does."""
    path = Path(database)
    for place in (path.parent, path):
        if place.is_symlink() and not place.exists():
            return (
                f"{place}: a link that leads nowhere (to {place.readlink()}). Connect the disk it "
                "leads to, or remove the link, and try again."
            )
    if path.parent.exists() and not path.parent.is_dir():
        return (
            f"{path.parent}: is a file, where the tracker keeps a folder. Move it elsewhere, and "
            "try again."
        )
    if path.is_dir():
        return (
            f"{path}: is a folder, where the database should be. Move it elsewhere, and try again."
        )
    return ""
