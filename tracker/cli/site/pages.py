"""`tracker pages`: write the progress pages."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING

import click

from tracker.calendar.days import parse_day
from tracker.cli.context import App, app_of, common_options
from tracker.errors import TrackerError
from tracker.pages import public_record as published
from tracker.pages.build import build
from tracker.pages.public_record import Record, public_record
from tracker.pages.write import Changes, write
from tracker.seasons.effective import project_in_force
from tracker.text.escape import terminal
from tracker.workspace.entries import read_log, unknown_goals
from tracker.workspace.season_status import public_accounts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tracker.habits.strength import Marks
    from tracker.store.checkins import Store


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
    app = app_of(ctx)
    today = parse_day(as_of, app.today) if as_of else app.today
    with _no_collection():
        record = current_record(app, today, replace=replace)
        changes = write_pages(app, record, today)
    click.echo(describe(changes))


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


def current_record(app: App, today: date, *, replace: bool = False) -> Record | None:
    """The check-ins to show: the person's own, else the published ones, else none."""
    path = app.folder.path / published.NAME
    earlier = published.load(path.read_text(encoding="utf-8")) if path.exists() else None
    with app.reading() as store:
        if not store.is_untouched():
            marks = store.marks(app.project.aggregates())
            if earlier and not replace:
                _refuse_loss(earlier, marks, store)
            return record_of(app, store, marks, today, sample=False)
    return published.restricted(earlier, app.project) if earlier else None


def record_of(
    app: App, store: Store, marks: Mapping[str, Marks], as_of: date, *, sample: bool
) -> Record:
    """The public part of a database and of its answers."""
    return public_record(
        app.project,
        marks,
        store.public_notes(),
        store.provenance(),
        as_of,
        sample=sample,
    )


def write_pages(app: App, record: Record | None, today: date) -> Changes:
    """Make the pages and write those that changed; warn of entries that name no goal."""
    entries, problems = read_log(app.folder.path)
    if problems:
        raise TrackerError("\n".join([*problems, "No page was written."]))
    goals = {goal.id for season in app.project.seasons for goal in season.goals}
    for warning in unknown_goals(entries, goals):
        click.echo(f"Warning: {terminal(warning)}", err=True)
    accounts = public_accounts(app, today, entries)
    records = {name: one.record for name, one in accounts.items() if one.record is not None}
    project = project_in_force(app.project, records, today)
    files = build(project, record, entries, today, accounts)
    return write(app.folder.path / "progress", files)


def describe(changes: Changes) -> str:
    """What writing the pages came to."""
    parts = [f"{len(changes.written)} written", f"{changes.unchanged} unchanged"]
    if changes.removed:
        parts.append(f"{len(changes.removed)} removed")
    return f"progress/: {', '.join(parts)}."


def _refuse_loss(earlier: Record, marks: Mapping[str, Marks], store: Store) -> None:
    """Keep a public record that another machine's check-ins made."""
    if earlier.sample:
        return
    lost = [
        (name, day)
        for name, habit in earlier.habits.items()
        for day in habit.marks.keys() - marks.get(name, {}).keys()
    ]
    if lost:
        seen = store.ever_seen()
        lost = [one for one in lost if one not in seen]
    if lost:
        habit, day = min(lost, key=lambda item: item[1])
        raise TrackerError(
            f"{published.NAME}: holds {len(lost)} answers that this database has never seen "
            f"(the first: {habit} on {day}), so it was made on another machine. Bring that "
            "machine's .tracker/tracker.db here, or let them go with: tracker pages --replace"
        )
