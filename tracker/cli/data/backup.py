"""`tracker backup`: a copy of the check-ins, now."""

from __future__ import annotations

from pathlib import Path

import click

from tracker.cli.context import app_of, common_options
from tracker.errors import TrackerError
from tracker.store.connection import backup_of
from tracker.store.keeping import answers_in, save


@click.command("backup", short_help="Copy the check-ins to a file.")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@common_options
@click.pass_context
def command(ctx: click.Context, file: Path | None) -> None:
    """Copy the whole database to FILE, or into .tracker/backups/.

    Once a day this happens by itself, before the first answer: seven daily and eight weekly
    copies are kept. Bring one back with `tracker restore`.
    """
    app = app_of(ctx)
    if not app.folder.database_exists():
        raise TrackerError("There is nothing to back up: no check-in is stored yet.")
    stamp = app.now.strftime("%Y-%m-%dT%H%M%SZ")
    target = file or Path(backup_of(app.folder.database, stamp))
    save(app.folder.database, target)
    rows = answers_in(target)
    click.echo(f"Copied {rows} row{'' if rows == 1 else 's'} to {target}.")
