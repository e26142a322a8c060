"""`tracker pages`: write the progress pages."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

import click

from tracker.calendar.days import parse_day
from tracker.cli.context import common_options, echo, session_of, warn
from tracker.workspace.progress import Pages, current_record, write_progress


@click.command("pages", short_help="Write the progress pages of the site.")
@click.option(
    "--as-of", metavar="DAY", help="Write them as they stood on a day; today if left out."
)
@click.option("--replace", is_flag=True, help="Let this database replace the record of another.")
@common_options
@click.pass_context
def command(ctx: click.Context, as_of: str | None, replace: bool) -> None:
    """Write progress/: pages of the season and of each public habit, and the public record.

    They are made from your own check-ins. Where there are none, as in a fresh clone, from
    progress/published.json; where that is missing too, they say that nothing is there yet.
    Files that would not change are left alone.
    """
    session = session_of(ctx)
    today = parse_day(as_of, session.today) if as_of else session.today
    with _no_collection():
        record = current_record(session, today, replace=replace)
        pages = write_progress(session, record, today)
    echo(tell(pages))


@contextmanager
def _no_collection() -> Iterator[None]:
    """Nothing is thrown away here before the end, so looking for it is a tenth of the time lost."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def tell(pages: Pages) -> str:
    """What writing the pages came to, its warnings told already."""
    warn(pages.warnings)
    changes = pages.changes
    parts = [f"{len(changes.written)} written", f"{changes.unchanged} unchanged"]
    if changes.removed:
        parts.append(f"{len(changes.removed)} removed")
    return f"progress/: {', '.join(parts)}."
