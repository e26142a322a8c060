"""`tracker restore`: a backup in the place of the check-ins."""

from __future__ import annotations

from pathlib import Path

import click

from tracker.cli.context import app_of, common_options
from tracker.store.keeping import answers_in, restore


@click.command("restore", short_help="Put a backup in the place of the check-ins.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask first.")
@common_options
@click.pass_context
def command(ctx: click.Context, file: Path, yes: bool) -> None:
    """Put a backup in the place of the check-ins; what is there now is kept beside it first.

    \b
      tracker restore .tracker/backups/2026-11-20.db
    """
    app = app_of(ctx)
    rows = answers_in(file)
    if not yes:
        click.confirm(f"Put the {rows} rows of {file} in the place of the check-ins?", abort=True)
    stamp = app.now.strftime("%Y-%m-%dT%H%M%SZ")
    kept = restore(app.folder.database, file, stamp)
    click.echo(f"Restored {rows} row{'' if rows == 1 else 's'} from {file}.")
    if kept is not None:
        click.echo(f"What was there before is kept: {kept}")
