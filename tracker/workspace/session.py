"""A session: one log, opened once, for as long as a command runs."""

from __future__ import annotations

import os
import sys
from functools import cached_property
from typing import TYPE_CHECKING

from tracker.calendar.days import civil_day
from tracker.errors import TrackerError
from tracker.habits.checkins import CheckIn
from tracker.store.checkins import CheckinStore
from tracker.text.escape import terminal

if TYPE_CHECKING:
    from datetime import date, datetime, tzinfo

    from tracker.goals.model import Project
    from tracker.habits.checkins import Mark, Reply
    from tracker.habits.model import Habit
    from tracker.store.database import Database
    from tracker.store.seasons import SeasonStore
    from tracker.workspace.folder import Folder

TZPATH = (
    "/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/usr/share/lib/zoneinfo", "/etc/zoneinfo",
)  # fmt: skip


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
    def project(self) -> Project:
        """The checked goals.yml."""
        return self.folder.read_goals()

    @cached_property
    def database(self) -> Database:
        """The person's own record; nothing is made by opening it."""
        from tracker.store.database import Database

        path = self.folder.database
        return Database(path, writing=self._writes and os.path.exists(path))

    @cached_property
    def zone(self) -> str:
        """The time zone the writer is in: what was said last, else that of goals.yml."""
        return self.checkins.zone() or self.project.timezone

    @cached_property
    def today(self) -> date:
        """The civil day of this instant, where the log's writer is."""
        return civil_day(self.now, zone_named(self.zone), self.project.day_ends)

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
        return self.checkins.marks(self.project.aggregates())

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
        return CheckIn(
            habit=habit.id,
            day=day,
            answer=reply.answer,
            value=reply.value,
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
