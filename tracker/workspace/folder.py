"""Where a log's files stand, and its goals.yml, read once and kept checked.

The cache beside the database holds the whole text of goals.yml: it counts only while the two
are the same, letter for letter, so there is no time stamp to be fooled by. Reading YAML and
checking it costs about 25 ms; this costs one. Paths are plain strings here and in the other
modules of the daily path: importing pathlib would cost a check-in a tenth of its time.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from tracker.errors import TrackerError
from tracker.goals.model import Project
from tracker.text.codec import packed, rebuilt

if TYPE_CHECKING:
    from pathlib import Path

GOALS = "goals.yml"
FORMAT = 3  # of the cache: one more whenever a check or a field of Project changes


class Folder:
    """The folder of one log; everything the tracker reads or writes stands below it."""

    def __init__(self, root: str) -> None:
        """Its path, absolute."""
        self.root = root

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
        known = cached_goals(cached(cache), text)
        if known:
            return known
        from tracker.goals_file.parse import parse

        project = parse(text, GOALS)
        keep(cache, dumped_goals(text, project))
        return project


def folder_above(start: str) -> Folder:
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


def folder_at(root: str) -> Folder:
    """The folder a person named; TrackerError where it holds no goals.yml."""
    folder = os.path.abspath(os.path.expanduser(root))
    if not os.path.isfile(os.path.join(folder, GOALS)):
        raise TrackerError(f"{folder} holds no {GOALS}. Name the folder that does.")
    return Folder(folder)


def _text_of(path: str) -> str:
    try:
        with open(path, "rb") as file:
            return file.read().removeprefix(b"\xef\xbb\xbf").decode()
    except UnicodeDecodeError as error:
        raise TrackerError(_not_utf8(error)) from error
    except OSError as error:
        raise TrackerError(f"{path}: cannot be read ({error.strerror}).") from error


def _not_utf8(error: UnicodeDecodeError) -> str:
    data, position = error.object, error.start
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return f"{GOALS}:1: the file is UTF-16. Save it as UTF-8."
    line = data.count(b"\n", 0, position) + 1
    key = data[data.rfind(b"\n", 0, position) + 1 : position].decode("utf-8", "replace").strip()
    where = f' after "{key}"' if key else ""
    return f"{GOALS}:{line}: the byte {data[position]:#04x}{where} is not UTF-8. Save the file as UTF-8."


def cached(cache: str) -> str:
    """What a cache holds; nothing where it is missing or cannot be read."""
    try:
        with open(cache, encoding="utf-8") as file:
            return file.read()
    except (OSError, ValueError):
        return ""


def keep(cache: str, content: str) -> None:
    """Write a cache whole or not at all; a log that cannot be written to does without."""
    from contextlib import suppress
    from pathlib import Path

    from tracker.files import write_whole

    with suppress(TrackerError):
        write_whole(Path(cache), content.encode())


def dumped_goals(text: str, project: Project) -> str:
    """The cache's content for a goals.yml and the project it describes."""
    return packed(FORMAT, text, project)


def cached_goals(content: str, text: str) -> Project | None:
    """The cached project, or None where the cache is of another text or cannot be read."""
    try:
        version, cached_text, project = json.loads(content)
        known: Project | None = None
        if version == FORMAT and cached_text == text:
            known = rebuilt(Project, project)
        return known
    except (ValueError, TypeError, KeyError):
        return None
