"""A session: one log, opened once, for as long as a command runs; and where its files stand.

goals.yml is kept checked beside the database. The cache holds the file's whole text: it counts
only while the two are the same, letter for letter, so there is no time stamp to be fooled by.
Reading YAML and checking it costs about 25 ms; this costs one. Paths are plain strings here and
in the other modules of the daily path: importing pathlib would cost a check-in a tenth of its time.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from tracker.calendar.days import civil_day
from tracker.errors import TrackerError
from tracker.goals.model import SEASON_RECORDS, InForce, Project
from tracker.habits.checkins import CheckIn
from tracker.store.checkins import CheckinStore
from tracker.text.codec import packed, rebuilt
from tracker.text.escape import terminal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, tzinfo
    from pathlib import Path

    from tracker.habits.checkins import Mark, Reply
    from tracker.habits.model import Aggregates, Habit
    from tracker.seasons.record import SeasonRecord
    from tracker.store.database import Database
    from tracker.store.seasons import SeasonStore

TZPATH = (
    "/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/usr/share/lib/zoneinfo", "/etc/zoneinfo",
)  # fmt: skip
GOALS = "goals.yml"
FORMAT = 7  # of the caches: one more whenever a check, a field of Project or what counts changes
PROMISES = """
SELECT season, frozen_at,
  (SELECT count(*) || ' ' || max(made_at) FROM amendments WHERE amendments.season = promises.season),
  (SELECT given_at FROM verdicts WHERE verdicts.season = promises.season)
FROM promises ORDER BY season"""


class Session:
    """An open log: its folder, its goals, its database and its day, each read once.

    Attributes:
        folder: where the log stands.
        now: this instant, UTC.
    """

    def __init__(
        self, folder: Folder, now: datetime, zone: str | None = None, *, writes: bool = False
    ) -> None:
        """Nothing is read before it is wanted.

        Args:
            zone: the time zone the writer is in, where the database is not to be asked.
            writes: whether the database will be added to, so that it is opened for that at once.
        """
        self.folder, self.now, self._writes = folder, now, writes
        self._habits: dict[date, dict[str, Habit]] = {}
        if zone is not None:
            self.zone = zone

    @cached_property
    def written(self) -> Project:
        """The checked goals.yml, as it is written: what is wanted, whether or not it counts."""
        return self.folder.read_goals()

    @cached_property
    def in_force(self) -> InForce:
        """What counts today, frozen seasons as promised and amended.

        Worked out once for all the days on which it is the same, and kept until goals.yml or
        what is on record changes.
        """
        frozen = self._frozen()
        if not frozen:
            return InForce(date.min, date.max, self.written)
        cache, text = os.path.join(self.folder.state, "in-force.json"), _text_of(self.folder.goals)
        known = cached_in_force(cached(cache), text, frozen, self.written, self.today)
        if known is None:
            from tracker.seasons.effective import in_force

            known = in_force(self.written, self.season_records(), self.today)
            project = None if known.project == self.written else known.project
            keep(cache, packed(FORMAT, text, frozen, known._replace(project=project)))  # type: ignore[arg-type]
        return known

    def season_records(self) -> dict[str, SeasonRecord]:
        """Every frozen season: what the database knows, else what the public file says."""
        store, folder = self.seasons, self.folder
        names = dict.fromkeys([*store.frozen(), *(season.id for season in self.written.seasons)])
        records = {name: store.record(name) or folder.public_season(name) for name in names}
        return {name: record for name, record in records.items() if record is not None}

    def _frozen(self) -> list[list[str | None]]:
        """What is on record of the seasons, in so many words as tell any two records apart.

        In the database; where it knows nothing of a season of goals.yml, in its public file.
        """
        rows = self.database.rows(PROMISES, schema=2)
        frozen: list[list[str | None]] = [list(row) for row in rows]
        if os.path.isdir(os.path.join(self.folder.root, SEASON_RECORDS)):
            known = {row[0] for row in frozen}
            paths = (
                (season.id, self.folder.season_file(season.id))
                for season in self.written.seasons
                if season.id not in known
            )
            frozen += [
                [name, self.folder.season_text(name)]
                for name, path in paths
                if os.path.exists(path)
            ]
        return frozen

    @property
    def project(self) -> Project:
        """The seasons, goals and habits that count today; every command asks by these."""
        return self.in_force.project

    def coming(self, habit: str) -> list[str]:
        """What is declared of a habit and does not count yet, in words."""
        return [
            change.words
            for change in self.in_force.coming
            if (change.kind, change.id) == ("habit", habit)
        ]

    @cached_property
    def database(self) -> Database:
        """The person's own record; nothing is made by opening it."""
        from tracker.store.database import Database

        path = self.folder.database
        there = os.path.isfile(path) and os.path.getsize(path) > 0
        if there and self._writes:
            self.folder.keep_private()
        if not there:
            from tracker.store.losses import refuse_loss

            refuse_loss(path)
        return Database(path, writing=self._writes and there)

    @cached_property
    def zone(self) -> str:
        """The time zone the writer is in: what was said last, else that of goals.yml."""
        return self.checkins.zone() or self.written.timezone

    @cached_property
    def today(self) -> date:
        """The civil day of this instant, where the log's writer is."""
        return civil_day(self.now, zone_named(self.zone), self.written.day_ends)

    @property
    def logged_at(self) -> str:
        """This instant as it is stored."""
        return self.now.isoformat(timespec="milliseconds")

    @property
    def checkins(self) -> CheckinStore:
        """The answers."""
        return CheckinStore(self.database)

    @cached_property
    def marks(self) -> dict[str, dict[date, Mark]]:
        """Every answer that stands, by habit and day."""
        return self.checkins.marks(self._aggregates)

    def answers_since(self, habit: str, day: date) -> dict[date, Mark]:
        """The answers of a habit that stand, from a day on: the years before stay unread."""
        return self.checkins.marks_since({habit: day}, self._aggregates)[habit]

    def answers_around(self, days: Sequence[date]) -> dict[str, dict[date, Mark]]:
        """The answers that decide what is due on some days, of every habit in force on one.

        They reach back to where the widest window of the earliest day begins, whole weeks too.
        """
        asked = [habit for day in days for habit in self.project.habits_on(day)]
        reach = 14 + max((habit.schedule.days for habit in asked), default=0)
        earliest = min(days)
        since = earliest.fromordinal(max(earliest.toordinal() - reach, 1))
        names = dict.fromkeys(habit.id for habit in asked)
        return {name: self.answers_since(name, since) for name in names}

    @cached_property
    def _aggregates(self) -> dict[str, Aggregates]:
        return self.project.aggregates_by_day()

    @property
    def seasons(self) -> SeasonStore:
        """What is on record of the seasons."""
        from tracker.store.seasons import SeasonStore

        return SeasonStore(self.database)

    def habits_on(self, day: date) -> dict[str, Habit]:
        """The habits in force on a day, by their ids."""
        if day not in self._habits:
            self._habits[day] = {habit.id: habit for habit in self.project.habits_on(day)}
        return self._habits[day]

    def habit_on(self, name: str, day: date) -> Habit:
        """The habit in force on a day that a person means by its id or its title.

        Raises TrackerError that tells what is unknown from what is out of season.
        """
        habits = self.habits_on(day)
        if name in habits:
            return habits[name]
        if name in self.project.habit_ids():
            spans = self.project.spans(name)
            days = ", ".join(f"{span.first} to {span.last}" for span in spans)
            raise TrackerError(
                f"{name} is not in force on {day}; it runs {days}. Choose such a day."
            )
        if not habits:
            raise TrackerError(
                f'There is no habit "{terminal(name)}": goals.yml has none in force on {day}. '
                "Add it under habits: of that day's season."
            )
        from tracker.text.names import resolve_titled  # where it is no id

        titles = {habit.id: habit.title for habit in habits.values()}
        return habits[resolve_titled(terminal(name), titles, "habit")]

    def check_in(
        self, habit: Habit, day: date, reply: Reply, note: str | None, public: bool, source: str
    ) -> CheckIn:
        """A reply with all that is stored beside it."""
        note = reply.note or note
        assert reply.answer is not None
        value, times = reply.value, habit.schedule.per_day
        if times and reply.answer == "yes" and value is None:
            value = float(times) if source == "edit" else 1.0  # the whole day, or once more
        return CheckIn(
            habit=habit.id,
            day=day,
            answer=reply.answer,
            value=value,
            note=note,
            note_public=bool(public and note),
            logged_at=self.logged_at,
            zone=self.zone,
            lag_days=(self.today - day).days,
            source=source,
        )

    def begin_writing(self) -> None:
        """Make sure of a database to add to, and of its copy of today before anything is added."""
        from tracker.store.connection import backup_of
        from tracker.store.database import Database

        today, path = self.today, self.folder.database
        if not self.database.writing:
            from tracker.files import ensure_folder

            self.close()
            ensure_folder(self.folder.state)
            self.folder.keep_private()
            self.database = Database(path, writing=True)
        if not os.path.exists(backup_of(path, today)):
            from tracker.store import backups

            backups.daily(self.database, today)

    def close(self) -> None:
        """Close the database; whoever asks for it again opens it anew."""
        if "database" in self.__dict__:
            self.database.close()
            del self.database


def zone_named(name: str) -> tzinfo:
    """The time zone of a name.

    Where to look is given, since finding it out costs more than the zone itself.
    """
    if sys.platform != "win32":
        os.environ.setdefault("PYTHONTZPATH", os.pathsep.join(TZPATH))
    from zoneinfo import ZoneInfo

    return ZoneInfo(name)


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

    def keep_private(self) -> None:
        """Take from others what they may do with the tracker's own files, where they may."""
        paths = [path for path in (self.state, self.database) if os.path.exists(path)]
        if any(os.stat(path).st_mode & 0o077 for path in paths):
            from tracker.files import keep_private

            keep_private(self.state)

    @property
    def log_cache(self) -> str:
        """What the log's front matter said when it was last read."""
        return os.path.join(self.state, "log.json")

    @property
    def sample_database(self) -> str:
        """Sample check-ins, in a place of their own."""
        return os.path.join(self.state, "demo.db")

    def season_file(self, season: str) -> str:
        """Where the public record of a season stands."""
        return os.path.join(self.root, SEASON_RECORDS, f"{season}.json")

    def season_text(self, season: str) -> str:
        """The text of a season's public record; TrackerError for a file that holds none."""
        path = self.season_file(season)
        try:
            with open(path, encoding="utf-8") as file:
                return file.read()
        except (UnicodeDecodeError, IsADirectoryError) as error:
            from tracker.seasons.record import again, file_name

            name = file_name(season)
            raise TrackerError(f"{name}: no text in UTF-8. {again(name)}") from error

    def public_season(self, season: str) -> SeasonRecord | None:
        """The public record of a season, as its file has it; TrackerError where that is broken."""
        if not os.path.exists(self.season_file(season)):
            return None
        from tracker.seasons.record import file_name, load

        return load(self.season_text(season), file_name(season))._replace(taken_over=True)

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

    from tracker.files import ensure_folder, write_whole

    with suppress(TrackerError):
        ensure_folder(os.path.dirname(cache))
        write_whole(Path(cache), content.encode(), private=True)


def dumped_goals(text: str, project: Project) -> str:
    """The cache's content for a goals.yml and the project it describes."""
    return packed(FORMAT, text, project)


def cached_in_force(
    content: str, text: str, frozen: list[list[str | None]], written: Project, today: date
) -> InForce | None:
    """What counts today from the cache; None where it is of another text, record or time.

    A project that is what goals.yml says is not kept twice.
    """
    try:
        version, cached_text, cached_frozen, known = json.loads(content)
        if (version, cached_text, cached_frozen) != (FORMAT, text, frozen):
            return None
        found: InForce = rebuilt(InForce, known)
    except (ValueError, TypeError, KeyError):
        return None
    if not found.first <= today <= found.last:
        return None
    return found if found.project else found._replace(project=written)


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
