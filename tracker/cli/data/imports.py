"""`tracker import`: answers kept elsewhere, taken in once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import click

from tracker.calendar.days import civil_day
from tracker.calendar.zones import is_zone, where
from tracker.cli.context import common_options, session_of
from tracker.exchange import formats
from tracker.exchange.imports import habit_names, report
from tracker.exchange.imports.plan import Moment, Plan, plan
from tracker.exchange.imports.store import File, ImportStore
from tracker.exchange.records import DayOf, Reading, Stored
from tracker.text.escape import json_text
from tracker.workspace.session import Session, zone_named

*FIRST, LAST = (importer.title for importer in formats.IMPORTERS.values())
TAKES = "\n".join(f"  {name:<9}  {one.takes}" for name, one in formats.IMPORTERS.items())
HELP = f"""Take in the answers of a file; the same file twice adds nothing.

\b
{TAKES}

Everything readable goes in at once, or nothing does; `tracker undo` takes it back at
once too. A day that you answered here keeps its answer. Rows that cannot be read are
named by their numbers. Where a file holds times and no days, the day is the one it was
then, where you were (tracker zone) or in the zone the row names, day_ends included.

\b
  tracker import loop backup.db --dry-run
  tracker import loop backup.db --map "Wake up=wake"
"""


@click.command(
    "import", help=HELP, short_help=f"Take in answers from {', '.join(FIRST)} or {LAST}."
)
@click.argument("kind", metavar="FORMAT", type=click.Choice(list(formats.IMPORTERS)))
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
    """Take in the answers of a file."""
    session = session_of(ctx)
    reading = formats.IMPORTERS[kind].read(file, day_of(session))
    known = habit_names.matched(
        reading, session.project, habit_names.parse_map(pairs, session.project)
    )
    unknown = habit_names.unknown(reading, session.project, known)
    if not dry_run and not only_known:
        report.refuse_unknown(str(file), unknown)
    made = decided(session, file, kind, reading, known, replace=replace, dry=dry_run)
    told = report.Report(kind, str(file), reading, made, unknown, dry_run)
    click.echo(json_text(report.data(told), indent=2) if as_json else report.words(told))
    if reading.unreadable and not reading.records:
        raise click.exceptions.Exit(1)


def decided(
    session: Session,
    file: Path,
    kind: str,
    reading: Reading,
    known: dict[str, str],
    *,
    replace: bool,
    dry: bool,
) -> Plan:
    """What becomes of the file's answers; done, unless the run is dry."""
    moment = Moment(
        session.logged_at, session.today, session.zone, day_of(session), zone_at(session)
    )

    def decide(stored: list[Stored]) -> Plan:
        return plan(reading, known, session.project, stored, moment, replace=replace)

    if dry:
        return decide(ImportStore(session.database).standing())
    additive = {habit for habit, kind in session.project.aggregates().items() if kind != "last"}
    session.begin_writing()
    store = ImportStore(session.database)
    return store.take_in(decide, File(kind, file.name), session.logged_at, additive)


def zone_at(session: Session) -> Callable[[datetime], str]:
    """Where the log's writer was at an instant, by what `tracker zone` was told."""
    moves = session.checkins.moves()
    return lambda instant: where(instant, moves, session.project.timezone)


def day_of(session: Session) -> DayOf:
    """The civil day of an instant, in a zone that is known, else where the log's writer was."""
    place, day_ends = zone_at(session), session.project.day_ends

    def counted(instant: datetime, said: str | None = None) -> date:
        name = said if said and is_zone(said) else place(instant)
        return civil_day(instant, zone_named(name), day_ends)

    return counted
