"""`tracker demo`: pages from sample check-ins."""

from __future__ import annotations

import contextlib
from pathlib import Path

import click

from tracker.calendar.days import parse_day
from tracker.cli.context import App, app_of, common_options
from tracker.cli.site.pages import describe, record_of, write_pages
from tracker.errors import TrackerError
from tracker.pages import public_record
from tracker.seasons.sample import sample
from tracker.store.checkins import Store
from tracker.workspace.folder import ensure_folder


@click.command("demo", short_help="Show the pages with made-up check-ins, labelled as such.")
@click.option("--as-of", metavar="DAY", help="Make them up until this day; today if left out.")
@common_options
@click.pass_context
def command(ctx: click.Context, as_of: str | None) -> None:
    """Make up check-ins for the habits of goals.yml and write the pages from them.

    They go to a database of their own (.tracker/demo.db) and never among yours; every page
    made from them says "sample data". Your first own check-in replaces them.
    """
    app = app_of(ctx)
    today = parse_day(as_of, app.today) if as_of else app.today
    _refuse_if_real(app)
    entries = sample(app.project, today)
    if not entries:
        raise TrackerError(f"goals.yml has no habit in force until {today}: nothing to make up.")
    _remove_old(app.folder.sample_database)
    ensure_folder(app.folder.state)
    with Store(app.folder.sample_database, writing=True) as store:
        store.add(entries)
        marks = store.marks(app.project.aggregates())
        record = record_of(app, store, marks, today, sample=True)
    click.echo(f"Made up {len(entries)} check-ins until {today}, kept in .tracker/demo.db.")
    click.echo(describe(write_pages(app, record, today)))


def _refuse_if_real(app: App) -> None:
    """Sample pages must never stand in for real ones."""
    path = app.folder.path / public_record.NAME
    real = path.exists() and not public_record.load(path.read_text(encoding="utf-8")).sample
    with app.reading() as store:
        if real or not store.is_untouched():
            raise TrackerError(
                "This log has check-ins of its own, and sample data would replace them on its "
                "pages. Try it in a copy of goals.yml in another folder."
            )


def _remove_old(database: str) -> None:
    for ending in ("", "-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            Path(database + ending).unlink()
