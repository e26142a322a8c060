"""`tracker import`: answers kept elsewhere, taken in once."""

from __future__ import annotations

from pathlib import Path

import click

from tracker.cli.context import common_options, echo, echo_json, session_of
from tracker.exchange import formats
from tracker.exchange.imports import empty_days, habit_names, report
from tracker.workspace.imports import day_of, decided

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
@click.option(
    "--empty-as-zero", is_flag=True,
    help="Take days without an entry of an at-most habit in as 0, as Loop scores them.",
)  # fmt: skip
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
    empty_as_zero: bool,
    replace: bool,
    as_json: bool,
) -> None:
    """Take in the answers of a file."""
    session = session_of(ctx)
    reading = formats.IMPORTERS[kind].read(file, day_of(session))
    as_told = empty_days.with_zeros if empty_as_zero else empty_days.with_remarks
    reading = as_told(reading, session.today)
    known = habit_names.matched(
        reading, session.project, habit_names.parse_map(pairs, session.project)
    )
    unknown = habit_names.unknown(reading, session.project, known)
    if not dry_run and not only_known:
        report.refuse_unknown(str(file), unknown)
    made = decided(session, file, kind, reading, known, replace=replace, dry=dry_run)
    told = report.Report(kind, str(file), reading, made, unknown, dry_run)
    if as_json:
        echo_json(report.data(told))
    else:
        echo(report.words(told))
    if reading.unreadable and not reading.records:
        raise click.exceptions.Exit(1)
