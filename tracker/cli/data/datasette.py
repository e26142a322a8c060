"""`tracker datasette`: the database in a browser, where Datasette is installed."""

from __future__ import annotations

import importlib.util
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import click

from tracker.cli.context import App, app_of, common_options
from tracker.errors import TrackerError
from tracker.files import write_whole
from tracker.store.keeping import columns_in
from tracker.text.escape import json_text


@click.command("datasette", short_help="Open the check-ins in Datasette, where it is installed.")
@click.option("--dry-run", is_flag=True, help="Print the command, and open nothing.")
@common_options
@click.pass_context
def command(ctx: click.Context, dry_run: bool) -> None:
    """Open the check-ins in Datasette: tables, and views of how things stand.

    What each table and column means, and what each habit is counted in, is written to
    .tracker/datasette.json for Datasette to show. It serves this machine only, private
    habits included; Ctrl-C ends it. Datasette is no dependency: pip install datasette
    """
    app = app_of(ctx)
    if not app.folder.database_exists():
        raise TrackerError("No check-in is stored yet. Give the first with: tracker checkin")
    program = _program()
    words = [*program, app.folder.database, "--metadata", str(_described(app))]
    if dry_run:
        click.echo(shlex.join(words))
        return
    with subprocess.Popen(words) as served:
        try:
            code = served.wait()
        except KeyboardInterrupt:  # Datasette got it too, and is on its way out
            served.wait()
            code = 0
    raise click.exceptions.Exit(code)


def _program() -> list[str]:
    """How Datasette is called here; TrackerError where it is not installed."""
    if importlib.util.find_spec("datasette") is not None:
        return [sys.executable, "-m", "datasette"]
    found = shutil.which("datasette")
    if found is None:
        raise TrackerError(
            "Datasette is not installed. Install it (pip install datasette, or pipx install "
            "datasette), and then: tracker datasette"
        )
    return [found]


def _described(app: App) -> Path:
    """Write what Datasette shows beside the tables; returns where."""
    from tracker.store.descriptions import metadata

    database = Path(app.folder.database)
    path = database.with_name("datasette.json")
    found = metadata(app.project, database.stem, columns_in(app.folder.database))
    content = json_text(found, indent=2)
    write_whole(path, f"{content}\n".encode(), private=True)
    return path
