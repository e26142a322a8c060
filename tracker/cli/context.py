"""What a command is given: the log's folder, the clock and the environment, read once."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import click

from tracker.calendar.days import civil_day
from tracker.errors import TrackerError
from tracker.workspace.folder import (
    Folder,
    at,
    ensure_folder,
    find,
)

if TYPE_CHECKING:
    from tracker.goals.model import Project
    from tracker.store.checkins import Store

AnyCallable = TypeVar("AnyCallable", bound=Callable[..., Any])


class App:
    """One run of the command line."""

    def __init__(self) -> None:
        """Nothing is read before it is wanted."""
        self.project_option: str | None = None
        self.debug = False

    @cached_property
    def folder(self) -> Folder:
        """The log: --project, then TRACKER_PROJECT, then goals.yml from here upwards."""
        named = self.project_option or os.environ.get("TRACKER_PROJECT")
        return at(named) if named else find(os.getcwd())

    @cached_property
    def project(self) -> Project:
        """The checked goals.yml."""
        return self.folder.read_goals()

    @cached_property
    def now(self) -> datetime:
        """This instant, UTC; TRACKER_NOW stands in for the clock in tests."""
        given = os.environ.get("TRACKER_NOW")
        if not given:
            return datetime.now(UTC)
        try:
            instant = datetime.fromisoformat(given)
        except ValueError:
            instant = datetime.min
        if instant.tzinfo is None:
            raise TrackerError(
                f'TRACKER_NOW: "{given}" is no instant. Write it like 2026-11-23T09:30:00+00:00.'
            )
        return instant.astimezone(UTC)

    @cached_property
    def zone(self) -> str:
        """The time zone the writer is in: TRACKER_ZONE, then what was said last, then home."""
        given = os.environ.get("TRACKER_ZONE")
        if given:
            from tracker.calendar.zones import checked

            return checked(given, "TRACKER_ZONE")
        if not self.folder.database_exists():
            return self.project.timezone
        with self.reading() as store:
            return store.zone() or self.project.timezone

    @cached_property
    def today(self) -> date:
        """The civil day of this instant, where the log's writer is."""
        return civil_day(self.now, zone(self.zone), self.project.day_ends)

    @property
    def logged_at(self) -> str:
        """This instant as it is stored."""
        return self.now.isoformat(timespec="milliseconds")

    def reading(self) -> Store:
        """The person's check-ins, to read."""
        from tracker.store.checkins import Store

        return Store(self.folder.database)

    def writing(self) -> Store:
        """The person's check-ins, to add to; backed up once a day before the first of them."""
        from tracker.store.checkins import Store

        path = self.folder.database
        ensure_folder(self.folder.state)
        store = Store(path, writing=True)
        store.back_up(self.today)
        return store


def zone(name: str) -> Any:
    """The time zone of a name.

    Where to look is given, since finding it out costs more than the zone itself.
    """
    if sys.platform != "win32":
        os.environ.setdefault("PYTHONTZPATH", os.pathsep.join(TZPATH))
    from zoneinfo import ZoneInfo

    return ZoneInfo(name)


TZPATH = (
    "/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/usr/share/lib/zoneinfo", "/etc/zoneinfo",
)  # fmt: skip


def app_of(ctx: click.Context) -> App:
    """The run a command belongs to."""
    return ctx.ensure_object(App)


def common_options(command: AnyCallable) -> AnyCallable:
    """--project and --debug, which stand before a command or after it."""

    def keep_project(ctx: click.Context, _: click.Parameter, value: str | None) -> None:
        if value:
            app_of(ctx).project_option = value

    def keep_debug(ctx: click.Context, _: click.Parameter, value: bool) -> None:
        app_of(ctx).debug |= value

    command = click.option(
        "--debug", is_flag=True, expose_value=False, callback=keep_debug,
        help="Show the traceback of an error.",
    )(command)  # fmt: skip
    return click.option(
        "--project", metavar="DIR", expose_value=False, callback=keep_project,
        help="The folder that holds goals.yml.",
    )(command)  # fmt: skip


def echo_json(data: object) -> None:
    """Print data for a script: UTF-8, keys in the order they have."""
    from tracker.text.escape import json_text

    click.echo(json_text(data, indent=2))
