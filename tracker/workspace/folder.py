"""Where a log's files stand, and its goals.yml read once.

Paths are plain strings here and in the other modules of the daily path: importing
pathlib would cost a check-in a tenth of its time.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from tracker.errors import TrackerError
from tracker.workspace import cache as goals_cache

if TYPE_CHECKING:
    from pathlib import Path

    from tracker.goals.model import Project

GOALS = "goals.yml"


class Folder(NamedTuple):
    """The folder of one log; everything the tracker reads or writes stands below it."""

    root: str

    @property
    def path(self) -> Path:
        """The folder for those who can afford pathlib."""
        from pathlib import Path

        return Path(self.root)

    @property
    def goals(self) -> str:
        """What is committed to, written by hand."""
        return os.path.join(self.root, GOALS)

    @property
    def state(self) -> str:
        """The tracker's own files, never published."""
        return os.path.join(self.root, ".tracker")

    @property
    def database(self) -> str:
        """The person's own check-ins."""
        return os.path.join(self.state, "tracker.db")

    def database_exists(self) -> bool:
        """Whether anything was ever stored."""
        return os.path.exists(self.database)

    @property
    def log_cache(self) -> str:
        """What the log's front matter said when it was last read."""
        return os.path.join(self.state, "log.json")

    @property
    def sample_database(self) -> str:
        """Sample check-ins, in a place of their own."""
        return os.path.join(self.state, "demo.db")

    def read_goals(self) -> Project:
        """The checked goals.yml, from the cache while the text is the same.

        Raises TrackerError for a file that cannot be read or makes no sense.
        """
        text = _text_of(self.goals)
        cache = os.path.join(self.state, "goals.json")
        known = goals_cache.load(cached(cache), text)
        if known:
            return known
        from tracker.goals_file.parse import parse

        project = parse(text, GOALS)
        keep(cache, goals_cache.dump(text, project))
        return project


def find(start: str) -> Folder:
    """The folder that holds goals.yml, from a folder upwards.

    Raises TrackerError that says where it looked.
    """
    folder = os.path.abspath(start)
    while not os.path.isfile(os.path.join(folder, GOALS)):
        above = os.path.dirname(folder)
        if above == folder:
            raise TrackerError(
                f"No {GOALS} in {start} or any folder above it. Go to your log's folder, or name "
                "it with --project DIR or TRACKER_PROJECT."
            )
        folder = above
    return Folder(folder)


def at(root: str) -> Folder:
    """The folder a person named; TrackerError where it holds no goals.yml."""
    folder = os.path.abspath(os.path.expanduser(root))
    if not os.path.isfile(os.path.join(folder, GOALS)):
        raise TrackerError(f"{folder} holds no {GOALS}. Name the folder that does.")
    return Folder(folder)


def ensure_folder(folder: str) -> None:
    """Make a folder; TrackerError where that is refused."""
    try:
        os.makedirs(folder, exist_ok=True)
    except OSError as error:
        raise TrackerError(
            f"{folder}: the folder cannot be made ({error.strerror}). "
            "Make the log's folder writable, or free some space, and try again."
        ) from error


def _text_of(path: str) -> str:
    try:
        with open(path, "rb") as file:
            return file.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TrackerError(_not_utf8(error)) from error
    except OSError as error:
        raise TrackerError(f"{path}: cannot be read ({error.strerror}).") from error


def _not_utf8(error: UnicodeDecodeError) -> str:
    data, place = error.object, error.start
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return f"{GOALS}:1: the file is UTF-16. Save it as UTF-8."
    line = data.count(b"\n", 0, place) + 1
    key = data[data.rfind(b"\n", 0, place) + 1 : place].decode("utf-8", "replace").strip()
    where = f' after "{key}"' if key else ""
    return (
        f"{GOALS}:{line}: the byte {data[place]:#04x}{where} is not UTF-8. Save the file as UTF-8."
    )


def cached(cache: str) -> str:
    """What a cache holds; nothing where it is missing or cannot be read."""
    try:
        with open(cache, encoding="utf-8") as file:
            return file.read()
    except (OSError, ValueError):
        return ""


def keep(cache: str, content: str) -> None:
    """Write the cache whole or not at all; a log that cannot be written to does without."""
    try:
        os.makedirs(os.path.dirname(cache), exist_ok=True)
        partial = f"{cache}.{os.getpid()}"  # two check-ins at once must not share it
        with open(partial, "w", encoding="utf-8") as file:
            file.write(content)
        os.replace(partial, cache)
    except OSError:
        return
