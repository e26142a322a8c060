"""`tracker remind`: recipes for a daily reminder."""

from __future__ import annotations

import re
import shutil
import sys

import click

from tracker.cli.context import app_of, common_options
from tracker.cli.setup.recipes import SYSTEMS, recipe


@click.command("remind", short_help="Print the recipe for a daily reminder.")
@click.argument("system", type=click.Choice(SYSTEMS), required=False)
@click.option("--at", default="20:30", show_default=True, metavar="HH:MM", help="When, each day.")
@common_options
@click.pass_context
def command(ctx: click.Context, system: str | None, at: str) -> None:
    """Print the lines that make this machine show what is due, every day at a time.

    Nothing is installed: read the recipe, and put it where its first line says.

    \b
      tracker remind cron --at 21:00
      tracker remind systemd
    """
    match = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", at)
    if match is None:
        raise click.UsageError(f'"{at}" is no time of day. Write it like 20:30.')
    app = app_of(ctx)
    found = shutil.which("tracker")
    # `python -m tracker` names a file that is no program of its own.
    program = [found] if found else [sys.executable, "-m", "tracker"]
    root = app.folder.root
    chosen = [system] if system else SYSTEMS
    made = [recipe(one, program, root, int(match[1]), int(match[2])) for one in chosen]
    click.echo("\n".join(made), nl=False)
