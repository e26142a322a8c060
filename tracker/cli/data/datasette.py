"""`tracker datasette`: the database in a browser, where Datasette is installed."""

from __future__ import annotations

import importlib.util
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import click

from tracker.cli.context import common_options, session_of
from tracker.errors import TrackerError
from tracker.files import write_whole
from tracker.text.escape import json_text
from tracker.workspace.session import Session


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
    session = session_of(ctx)
    if session.checkins.is_untouched() and not session.folder.database_exists():
        raise TrackerError("No check-in is stored yet. Give the first with: tracker checkin")
    program = _program()
    words = [*program, session.folder.database, "--metadata", str(_described(session))]
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
    program = shutil.which("datasette")
    if program is None:
        raise TrackerError(
            "Datasette is not installed. Install it (pip install datasette, or pipx install "
            "datasette), and then: tracker datasette"
        )
    return [program]


def _described(session: Session) -> Path:
    """Write what Datasette shows beside the tables; returns where."""
    from tracker.store.descriptions import columns_in, metadata

    database = Path(session.folder.database)
    path = database.with_name("datasette.json")
    description = metadata(session.project, database.stem, columns_in(session.database))
    content = json_text(description, indent=2)
    write_whole(path, f"{content}\n".encode(), private=True)
    return path
