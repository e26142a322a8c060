"""The command line: parse, call, echo. Each command's module is loaded when it is called."""

from __future__ import annotations

import os
import sys
from errno import EDQUOT, ENOSPC
from importlib import import_module
from typing import Any, NoReturn

import click

from tracker import __version__
from tracker.cli.context import App, common_options
from tracker.cli.lazy import completed
from tracker.errors import TrackerError

# Each command and the module that holds it, in the order a day needs them.
COMMANDS = {
    "checkin": "checkins.checkin", "status": "look.status", "week": "look.week", "show": "look.show",
    "log": "checkins.log", "scores": "look.scores", "edit": "checkins.edit", "undo": "checkins.undo",
    "redo": "checkins.redo", "new": "goals.new", "season": "seasons.season",
    "forecast": "seasons.forecast", "evidence": "goals.evidence", "goal": "goals.goal",
    "review": "goals.review", "pages": "site.pages", "demo": "site.demo", "publish": "site.publish",
    "import": "data.imports", "export": "data.export", "zone": "setup.zone", "init": "setup.init",
    "doctor": "setup.doctor", "backup": "data.backup", "restore": "data.restore",
    "remind": "setup.remind", "completion": "setup.completion", "datasette": "data.datasette",
}  # fmt: skip


class Commands(click.Group):
    """Loads a command only when it is wanted, and ends every expected error cleanly."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order a day needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name, loaded now."""
        if cmd_name not in COMMANDS:
            return None
        found = import_module(f"tracker.cli.{COMMANDS[cmd_name]}").command
        assert isinstance(found, click.Command)
        return completed(found)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As Click does, with a guess where the command is unknown."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from tracker.text.names import did_you_mean

            ctx.fail(f'No such command "{args[0]}". {did_you_mean(args[0], COMMANDS)}')
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; an expected error becomes one message and exit code 1."""
        from tracker.cli.terminal import has_colours

        if not has_colours():
            ctx.color = False
        try:
            return super().invoke(ctx)
        except (TrackerError, OSError) as error:
            app = ctx.find_object(App)
            if isinstance(error, BrokenPipeError) or (app and app.debug):
                raise
            raise click.ClickException(_message(error)) from error


def _message(error: Exception) -> str:
    """What went wrong, its line ends kept; a file's own text cannot steer the terminal."""
    from tracker.text.escape import terminal

    text = str(error)
    if isinstance(error, OSError) and error.filename:
        text = (
            f"{error.filename}: {error.strerror}. Check that the file can be used, and try again."
        )
    elif isinstance(error, OSError) and error.errno in {ENOSPC, EDQUOT}:
        text = f"The disk is full ({error.strerror}). Free some space and try again."
    return "\n".join(terminal(line) for line in text.split("\n"))


@click.command(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 all is well, 1 something is wrong, 2 the command was mistyped.",
)
@click.version_option(__version__, prog_name="tracker", message="%(prog)s %(version)s")
@common_options
def main() -> None:
    """Goals closed by evidence, habits kept a day at a time.

    The log is the folder that holds goals.yml, looked for from here upwards.
    """


def run() -> NoReturn:
    """The program: `main`, then out, without taking the interpreter apart.

    By then the database is closed and the screen is written; what Python would still do is
    forget its modules one by one, a seventh of the time that a check-in takes.
    """
    code: object = 0
    try:
        main(prog_name="tracker")
    except SystemExit as ended:
        code = ended.code
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:  # whoever was reading has gone
        os._exit(1)
    os._exit(code if isinstance(code, int) else int(code is not None))
