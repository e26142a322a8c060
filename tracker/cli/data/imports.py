"""`tracker import`: answers kept elsewhere, taken in once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import click

from tracker.calendar.days import civil_day
from tracker.calendar.zones import is_zone, where
from tracker.cli.context import App, app_of, common_options, zone
from tracker.exchange import formats
from tracker.exchange.imports import naming, report
from tracker.exchange.imports.plan import Moment, Plan, plan
from tracker.exchange.imports.store import File, ImportStore
from tracker.exchange.records import DayOf, Reading, Stored
from tracker.text.escape import json_text
from tracker.workspace.folder import ensure_folder


@click.command("import", short_help="Take in answers from Loop, Beeminder, harsh, CSV or JSON.")
@click.argument("kind", metavar="FORMAT", type=click.Choice(formats.IMPORTS))
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would be added, and write nothing.")
@click.option(
    "--map", "pairs", metavar="NAME=HABIT", multiple=True,
    help="Whose answers a name in the file means; may be given several times.",
)  # fmt: skip
@click.option("--only-known", is_flag=True, help="Leave out habits that goals.yml does not have.")
@click.option("--replace", is_flag=True, help="Let the file win where a day is answered otherwise.")
@click.option("--json", "as_json", is_flag=True, help="Print all of it as JSON.")
@common_options
@click.pass_context
def command(
    ctx: click.Context,
    kind: str,
    file: Path,
    dry_run: bool,
    pairs: tuple[str, ...],
    only_known: bool,
    replace: bool,
    as_json: bool,
) -> None:
    """Take in the answers of a file; the same file twice adds nothing.

    \b
      loop       Loop Habit Tracker: its full backup (.db) or its CSV export (.zip)
      beeminder  a goal's data, as JSON or CSV
      harsh      its log, or the folder that holds log and habits
      csv        any table with columns like day, habit, answer, value and note
      json       what `tracker export json` wrote

    Everything readable goes in at once, or nothing does; `tracker undo` takes it back at
    once too. A day that you answered here keeps its answer. Rows that cannot be read are
    named by their numbers. Where a file holds times and no days, the day is the one it was
    then, where you were (tracker zone) or in the zone the row names, day_ends included.

    \b
      tracker import loop backup.db --dry-run
      tracker import loop backup.db --map "Wake up=wake"
    """
    app = app_of(ctx)
    reading = formats.read(kind, file, day_of(app))
    known = naming.matched(reading, app.project, naming.parse_map(pairs, app.project))
    unknown = naming.unknown(reading, app.project, known)
    if not dry_run and not only_known:
        report.refuse_unknown(str(file), unknown)
    made = decided(app, file, kind, reading, known, replace=replace, dry=dry_run)
    found = report.Report(kind, str(file), reading, made, unknown, dry_run)
    click.echo(json_text(report.data(found), indent=2) if as_json else report.words(found))
    if reading.unreadable and not reading.records:
        raise click.exceptions.Exit(1)


def decided(
    app: App,
    file: Path,
    kind: str,
    reading: Reading,
    known: dict[str, str],
    *,
    replace: bool,
    dry: bool,
) -> Plan:
    """What becomes of the file's answers; done, unless the run is dry."""
    moment = Moment(app.logged_at, app.today, app.zone, day_of(app), zone_at(app))

    def decide(stored: list[Stored]) -> Plan:
        return plan(reading, known, app.project, stored, moment, replace=replace)

    if dry:
        with ImportStore(app.folder.database) as store:
            return decide(store.standing())
    additive = {habit for habit, kind in app.project.aggregates().items() if kind != "last"}
    ensure_folder(app.folder.state)
    with ImportStore(app.folder.database, writing=True) as store:
        store.back_up(app.today)
        return store.take_in(decide, File(kind, file.name), app.logged_at, additive)


def zone_at(app: App) -> Callable[[datetime], str]:
    """Where the log's writer was at an instant, by what `tracker zone` was told."""
    with app.reading() as store:
        moves = store.moves()
    return lambda instant: where(instant, moves, app.project.timezone)


def day_of(app: App) -> DayOf:
    """The civil day of an instant, in a zone that is known, else where the log's writer was."""
    place, day_ends = zone_at(app), app.project.day_ends

    def counted(instant: datetime, said: str | None = None) -> date:
        name = said if said and is_zone(said) else place(instant)
        return civil_day(instant, zone(name), day_ends)

    return counted
