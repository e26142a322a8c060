"""`tracker redo`: put back what the last undo took."""

from __future__ import annotations

import click

from tracker.cli.checkins.undo import tell
from tracker.cli.context import app_of, common_options
from tracker.store.journal import Journal


@click.command("redo", short_help="Put back what the last undo took.")
@click.option("--json", "as_json", is_flag=True, help="Print what was put back as JSON.")
@common_options
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """Put back what the last undo took; run it again for the undo before that.

    Once something else has been answered, what was taken back stays so.
    """
    app = app_of(ctx)
    redone = []
    if app.project and app.folder.database_exists():
        with Journal(app.folder.database, writing=True) as journal:
            redone = journal.redo(app.logged_at, app.zone, app.today)
    tell(app, redone, as_json, "redo")
