"""What a command is given: an open log, and the options that every command has."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from importlib import import_module
from itertools import islice
from typing import Any, TypeVar

import click

from tracker.errors import TrackerError
from tracker.text.escape import as_utf8
from tracker.workspace.session import Session, folder_above, folder_at

COLUMNS = 80  # where nobody knows how many there are
PHONE = 60  # columns; on fewer, sentences are broken between words
LINES_AT_ONCE = 1000  # of a long output; a short one goes out at once
AnyCallable = TypeVar("AnyCallable", bound=Callable[..., Any])


class Invocation:
    """One run of the command line: what was said before the log is opened."""

    def __init__(self) -> None:
        """Nothing is opened before it is wanted."""
        self.project_option: str | None = None
        self.debug = False
        self.session: Session | None = None


def session_of(ctx: click.Context, *, writes: bool = False) -> Session:
    """The log that a command works in: --project, TRACKER_PROJECT, else found from here upwards.

    Args:
        writes: whether the command adds to the database.
    """
    run = ctx.ensure_object(Invocation)
    if run.session is None:
        root = run.project_option or os.environ.get("TRACKER_PROJECT")
        folder = folder_at(root) if root else folder_above(os.getcwd())
        run.session = Session(folder, clock(), zone_said(), writes=writes)
        ctx.find_root().call_on_close(run.session.close)
    return run.session


def clock() -> datetime:
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


def zone_said() -> str | None:
    """The time zone that TRACKER_ZONE names; it goes before what was said last."""
    given = os.environ.get("TRACKER_ZONE")
    if not given:
        return None
    from tracker.calendar.zones import resolve_zone

    return resolve_zone(given, "TRACKER_ZONE")


class Text(click.types.StringParamType):
    """What a person wrote on the command line: text that can be stored, whatever the locale."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The text; a usage error names the byte that is none."""
        try:
            return as_utf8(str(super().convert(value, param, ctx)))
        except ValueError as error:
            self.fail(str(error), param, ctx)


TEXT = Text()


class LazyGroup(click.Group):
    """A group that knows the names of its commands, and loads each when it is wanted."""

    def __init__(self, *args: Any, modules: dict[str, str], **kwargs: Any) -> None:
        """The commands, in the order they are listed: each one's name and its place.

        A place is a module of tracker.cli, and after a colon the name it has there.
        """
        super().__init__(*args, **kwargs)
        self.modules = modules

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in their order."""
        return list(self.modules)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name, loaded now, with what a shell may offer while one completes."""
        if cmd_name not in self.modules:
            return None
        module, _, name = self.modules[cmd_name].partition(":")
        command = getattr(import_module(f"tracker.cli.{module}"), name or "command")
        assert isinstance(command, click.Command)
        _read_as_text(command)
        if "_TRACKER_COMPLETE" not in os.environ:
            return command
        from tracker.cli.shell_completion import attach

        return attach(command, session_of)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As Click does, with a guess where the command is unknown."""
        if args and args[0] not in self.modules and not args[0].startswith("-"):
            from tracker.text.names import did_you_mean

            words = args[0] if ctx.parent is None else f"{ctx.info_name} {args[0]}"
            ctx.fail(f'No such command "{words}". {did_you_mean(args[0], self.modules)}')
        return super().resolve_command(ctx, args)


def _read_as_text(command: click.Command) -> None:
    """Let every text of a command, and of those below it, be read by `Text`."""
    for parameter in command.params:
        if type(parameter.type) is click.types.StringParamType:
            parameter.type = TEXT
    if isinstance(command, click.Group):
        for below in command.commands.values():
            _read_as_text(below)


def common_options(command: AnyCallable) -> AnyCallable:
    """--project and --debug, which stand before a command or after it."""

    def keep_project(ctx: click.Context, _: click.Parameter, value: str | None) -> None:
        if value:
            ctx.ensure_object(Invocation).project_option = value

    def keep_debug(ctx: click.Context, _: click.Parameter, value: bool) -> None:
        ctx.ensure_object(Invocation).debug |= value

    command = click.option(
        "--debug", is_flag=True, expose_value=False, callback=keep_debug,
        help="Show the traceback of an error.",
    )(command)  # fmt: skip
    return click.option(
        "--project", metavar="DIR", type=click.Path(), expose_value=False, callback=keep_project,
        help="The folder that holds goals.yml.",
    )(command)  # fmt: skip


def echo_json(data: object) -> None:
    """Print data for a script: UTF-8, keys in the order they have."""
    from tracker.text.escape import json_text

    click.echo(json_text(data, indent=2))


def width() -> int:
    """How many columns there are; 80 where nobody knows."""
    columns = os.environ.get("COLUMNS", "")
    if columns.isdecimal() and int(columns):
        return int(columns)
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or COLUMNS
    except (AttributeError, ValueError, OSError):  # no terminal, or none any more
        return COLUMNS


def echo(text: str = "", *, err: bool = False) -> None:
    """Print text; on a phone's width its lines are broken between words."""
    click.echo(in_columns(text), err=err)


def in_columns(text: str) -> str:
    """Text as it is printed here: its lines broken where there are few columns."""
    columns = width()
    if columns >= PHONE:
        return text
    from tracker.cli.terminal import wrapped

    return "\n".join(piece for line in text.split("\n") for piece in wrapped(line, columns))


def echo_lines(lines: Iterable[str]) -> None:
    """Print lines as `echo` does, many at a time: Click flushes after every call."""
    rest = iter(lines)
    while chunk := list(islice(rest, LINES_AT_ONCE)):
        echo("\n".join(chunk))


def echo_json_rows(rows: Iterable[object]) -> None:
    """Print a list for a script, a row a line: a long one is never held in memory as text."""
    from tracker.text.escape import json_text

    def lines() -> Iterator[str]:
        last = None
        for row in rows:
            yield "[" if last is None else f"  {last},"
            last = json_text(row)
        yield from ("[]",) if last is None else (f"  {last}", "]")

    rest = lines()
    while chunk := list(islice(rest, LINES_AT_ONCE)):
        click.echo("\n".join(chunk))


def warn(problems: Iterable[str]) -> None:
    """Say what is wrong and stops nothing."""
    from tracker.text.escape import terminal

    for problem in problems:
        echo(f"Warning: {terminal(problem)}", err=True)
