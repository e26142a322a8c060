"""The command line: parse, call, echo. Each command's module is loaded when it is called."""

from __future__ import annotations

import io
import os
import sys
from errno import EDQUOT, ENOSPC
from typing import Any, NoReturn

import click

from tracker import __version__
from tracker.cli.context import PHONE, Invocation, LazyGroup, common_options, in_columns, width
from tracker.errors import TrackerError

# Each command and the module that holds it, in the order a day needs them.
COMMANDS = {
    "checkin": "checkins.checkin", "status": "look.status", "week": "look.week", "show": "look.show",
    "log": "checkins.log", "scores": "look.scores", "edit": "checkins.edit", "undo": "checkins.undo",
    "redo": "checkins.undo:redo", "new": "goals.new", "season": "seasons.season",
    "forecast": "seasons.forecast", "evidence": "goals.evidence", "goal": "goals.goal",
    "review": "goals.review", "pages": "site.pages", "demo": "site.demo", "publish": "site.publish",
    "import": "data.imports", "export": "data.export", "zone": "setup.zone", "init": "setup.init",
    "doctor": "setup.doctor", "backup": "data.backup", "restore": "data.backup:restore",
    "remind": "setup.remind", "completion": "setup.completion", "datasette": "data.datasette",
}  # fmt: skip


class Commands(LazyGroup):
    """All of them; every expected error ends cleanly."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; an expected error becomes one message and exit code 1."""
        if os.environ.get("NO_COLOR") or os.environ.get("TERM") in {"dumb", "unknown"}:
            ctx.color = False
        try:
            return super().invoke(ctx)
        except (TrackerError, OSError) as error:
            if isinstance(error, BrokenPipeError) or ctx.ensure_object(Invocation).debug:
                raise
            raise _fitted(click.ClickException(_message(error))) from error
        except click.UsageError as error:
            raise _fitted(error) from error


def _fitted(error: click.ClickException) -> click.ClickException:
    """An error whose words are broken where there are few columns."""
    if width() >= PHONE:
        return error
    words = in_columns(f"Error: {error.format_message()}").removeprefix("Error: ")
    if isinstance(error, click.UsageError):
        return click.UsageError(words, error.ctx)
    return click.ClickException(words)


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
    modules=COMMANDS,
    invoke_without_command=True,
    no_args_is_help=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 all is well, 1 something is wrong, 2 the command was mistyped.",
)
@click.version_option(__version__, prog_name="tracker", message="%(prog)s %(version)s")
@click.option("--json", "as_json", is_flag=True, help="Without a command: print today as JSON.")
@common_options
@click.pass_context
def main(ctx: click.Context, as_json: bool) -> None:
    """Goals closed by evidence, habits kept a day at a time.

    Without a command it shows today and, in a terminal, asks for what is open. The log is
    the folder that holds goals.yml, looked for from here upwards.
    """
    if ctx.invoked_subcommand is None:
        from tracker.cli.checkins.today import show_and_ask

        show_and_ask(ctx, as_json)
    elif as_json:
        raise click.UsageError(
            f"--json stands after the command: tracker {ctx.invoked_subcommand} --json", ctx
        )


def _read_utf8() -> None:
    """Take what is typed or piped in for UTF-8 in every locale; `as_utf8` judges the bytes."""
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(encoding="utf-8", errors="surrogateescape")


def run() -> NoReturn:
    """The program: `main`, then out, without taking the interpreter apart.

    By then the database is closed and the screen is written; what Python would still do is
    forget its modules one by one, a seventh of the time that a check-in takes.
    """
    code: object = 0
    _read_utf8()
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
