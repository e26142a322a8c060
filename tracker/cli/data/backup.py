"""`tracker backup` and `tracker restore`: a copy of the check-ins, and a copy put back."""

from __future__ import annotations

from pathlib import Path

import click

from tracker.cli.context import common_options, echo, in_columns, session_of
from tracker.errors import TrackerError
from tracker.store import backups
from tracker.store.connection import backup_of
from tracker.text.counts import number_of


@click.command("backup", short_help="Copy the check-ins to a file.")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@common_options
@click.pass_context
def command(ctx: click.Context, file: Path | None) -> None:
    """Copy the whole database to FILE, or into .tracker/backups/.

    Once a day this happens by itself, before the first answer: seven daily and eight weekly
    copies are kept, and each that holds more answers than a later one. They are yours alone
    to read. Bring one back with `tracker restore`.
    """
    session = session_of(ctx)
    if session.checkins.is_untouched() and not session.folder.database_exists():
        raise TrackerError("There is nothing to back up: no check-in is stored yet.")
    stamp = session.now.strftime("%Y-%m-%dT%H%M%SZ")
    target = file or Path(backup_of(session.folder.database, stamp))
    backups.save(session.folder.database, target)
    rows = backups.answers_in(target, session.folder.database)
    echo(f"Copied {number_of(rows, 'row')} to {target}.")


@click.command("restore", short_help="Put a backup in the place of the check-ins.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask first.")
@common_options
@click.pass_context
def restore(ctx: click.Context, file: Path, yes: bool) -> None:
    """Put a backup in the place of the check-ins; what is there now is kept beside it first.

    \b
      tracker restore .tracker/backups/2026-11-20.db
    """
    session = session_of(ctx)
    rows = backups.answers_in(file, session.folder.database)
    if not yes:
        question = (
            f"Put the {number_of(rows, 'row')} of {file} in the place of the check-ins? [y/N]:"
        )
        click.confirm(in_columns(question), abort=True, show_default=False, prompt_suffix=" ")
    stamp = session.now.strftime("%Y-%m-%dT%H%M%SZ")
    aside = backups.restore(session.folder.database, file, stamp)
    echo(f"Restored {number_of(rows, 'row')} from {file}.")
    if aside is not None:
        echo(f"What was there before is kept: {aside}")
