"""`tracker export`: the log for other programs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.cli.context import common_options, echo, session_of
from tracker.errors import TrackerError
from tracker.exchange import formats
from tracker.exchange.exports import public_part
from tracker.exchange.exports.tables import definitions
from tracker.files import write_whole
from tracker.store.imports import ImportStore
from tracker.workspace.session import Session

if TYPE_CHECKING:
    from tracker.exchange.exports.public_part import Export

TABLES = ("checkins", "habits", "scores")
AHEAD = 14  # days: a calendar is looked at for the week, and the week after


@click.command("export", short_help="Write check-ins as CSV or JSON, or what is due as a calendar.")
@click.argument("kind", metavar="FORMAT", type=click.Choice(formats.EXPORTS))
@click.option(
    "--output", metavar="FILE", type=click.Path(path_type=Path), help="Instead of printing it."
)
@click.option(
    "--table",
    type=click.Choice(TABLES),
    default=TABLES[0],
    show_default=True,
    help="Which table of the CSV.",
)
@click.option(
    "--days",
    type=click.IntRange(1, 366),
    default=AHEAD,
    show_default=True,
    help="How far the calendar looks ahead.",
)
@click.option(
    "--private", is_flag=True, help="With private habits and notes; the file then says so."
)
@common_options
@click.pass_context
def command(
    ctx: click.Context, kind: str, output: Path | None, table: str, days: int, private: bool
) -> None:
    """Write the log for other programs.

    \b
      csv    one table; with --output NAME.zip all three in one file
      json   every check-in that stands, for another log or a script to read
      ics    what is due in the next days, as a calendar to subscribe to

    Private habits and notes stay here unless --private is given, and so do check-ins on
    days outside their habit's seasons.

    \b
      tracker export json --private --output log.json
      tracker export csv --table scores --output scores.csv
      tracker export ics --output due.ics
    """
    session = session_of(ctx)
    data = calendar(session, days, private=private) if kind == "ics" else None
    if data is None:
        stored = ImportStore(session.database).standing()
        export = public_part.export(stored, session.project, private=private)
        zipped = output is not None and output.suffix.casefold() == ".zip"
        data = (
            as_json(session, export)
            if kind == "json"
            else as_csv(session, export, table, zipped=zipped)
        )
        with_checkins = kind == "json" or table == TABLES[0] or zipped
        if with_checkins and (words := left_behind(export)):
            echo(words, err=True)
    if output is None or str(output) == "-":
        click.echo(data, nl=False)
        return
    if not output.parent.is_dir():  # a slip in a path must not make folders
        raise TrackerError(f"{output.parent}: there is no such folder. Nothing was written.")
    write_whole(output, data, private=private)
    echo(f"Wrote {output}.", err=True)


def as_json(session: Session, export: Export) -> bytes:
    """The log's own JSON."""
    from tracker.exchange import archive

    habits = definitions(session.project, private=export.private)
    return archive.write(export, habits, session.project)


def as_csv(session: Session, export: Export, table: str, *, zipped: bool) -> bytes:
    """One table, or all of them in a zip."""
    from tracker.exchange.exports import tables

    units = {
        habit.id: habit.measure.unit
        for season in session.project.seasons
        for habit in season.habits
        if habit.measure
    }
    make: dict[str, Callable[[], str]] = {
        "checkins": lambda: tables.checkins(export, units),
        "habits": lambda: tables.habits(definitions(session.project, private=export.private)),
        "scores": lambda: score_table(session, private=export.private),
    }
    if not zipped:
        return make[table]().encode()
    return tables.archive({f"{name}.csv": make[name]() for name in make}, private=export.private)


def score_table(session: Session, *, private: bool) -> str:
    """The scores by the definitions that count, of the habits that goals.yml shows."""
    from tracker.exchange.exports.tables import daily_scores
    from tracker.exchange.exports.tables import scores as table

    days = daily_scores(session.project, session.marks, session.today, private=private)
    return table(days, session.project if private else None)


def calendar(session: Session, days: int, *, private: bool) -> bytes:
    """What is due, as iCalendar."""
    from tracker.exchange.exports.ics import calendar as feed
    from tracker.exchange.exports.ics import due

    shown = None if private else session.project
    ahead = [session.today + timedelta(number) for number in range(days)]
    marks = session.answers_around(ahead)
    items = due(session.project, marks, session.today, days, shown)
    season = session.project.season_near(session.today)
    return feed(items, session.now, season.title if season else "In Season", private=private)


def left_behind(export: Export) -> str:
    """What an export does not hold, for the one who asked for it."""
    parts = []
    if export.habits_left_out:
        single = export.habits_left_out == 1
        what = "check-in that is" if single else "check-ins that are"
        season = "its" if single else "their"
        parts.append(f"{export.habits_left_out} {what} private or outside {season} season")
    if export.notes_left_out:
        notes = "note" if export.notes_left_out == 1 else "notes"
        parts.append(f"{export.notes_left_out} private {notes}")
    return f"Left out: {' and '.join(parts)}. --private takes them along." if parts else ""
