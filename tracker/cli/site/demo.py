"""`tracker demo`: pages from sample check-ins."""

from __future__ import annotations

import contextlib
from pathlib import Path

import click

from tracker.calendar.days import parse_day
from tracker.cli.context import common_options, echo, session_of
from tracker.cli.site.pages import tell
from tracker.errors import TrackerError
from tracker.files import ensure_folder
from tracker.seasons.sample import sample
from tracker.store.checkins import CheckinStore
from tracker.store.database import Database
from tracker.text.counts import number_of
from tracker.workspace.progress import published, record_of_checkins, write_progress
from tracker.workspace.session import Session


@click.command("demo", short_help="Show the pages with made-up check-ins, labelled as such.")
@click.option("--as-of", metavar="DAY", help="Make them up until this day; today if left out.")
@common_options
@click.pass_context
def command(ctx: click.Context, as_of: str | None) -> None:
    """Make up check-ins for the habits of goals.yml and write the pages from them.

    They go to a database of their own (.tracker/demo.db) and never among yours; every page
    made from them says "sample data". Your first own check-in replaces them.
    """
    session = session_of(ctx)
    today = parse_day(as_of, session.today) if as_of else session.today
    _refuse_if_real(session)
    entries = sample(session.project, today)
    if not entries:
        raise TrackerError(f"goals.yml has no habit in force until {today}: nothing to make up.")
    _remove_old(session.folder.sample_database)
    ensure_folder(session.folder.state)
    with Database(session.folder.sample_database, writing=True) as database:
        store = CheckinStore(database)
        store.add(entries)
        marks = store.marks(session.project.aggregates_by_day())
        record = record_of_checkins(session, store, marks, today, sample=True)
    echo(f"Made up {number_of(len(entries), 'check-in')} until {today}, kept in .tracker/demo.db.")
    echo(tell(write_progress(session, record, today)))


def _refuse_if_real(session: Session) -> None:
    """Sample pages must never stand in for real ones."""
    shown = published(session.folder)
    if (shown is not None and not shown.sample) or not session.checkins.is_untouched():
        raise TrackerError(
            "This log has check-ins of its own, and sample data would replace them on its "
            "pages. Try it in a copy of goals.yml in another folder."
        )


def _remove_old(database: str) -> None:
    for ending in ("", "-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            Path(database + ending).unlink()
