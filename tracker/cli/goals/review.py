"""`tracker review`: draft the report of a week or a season as a log entry."""

from __future__ import annotations

import click

from tracker.cli.context import common_options, echo, echo_json, session_of, warn
from tracker.pages.season_review import left_open
from tracker.text.counts import number_of
from tracker.text.escape import terminal
from tracker.workspace.entries import read_log
from tracker.workspace.review import draft_of_season, draft_of_week, week_meant, write_draft


@click.command("review", short_help="Draft the report of a week or a season.")
@click.option(
    "--week", is_flag=False, flag_value="", metavar="[WEEK]",
    help="The week: this, last or 2026-W47; the last whole one if left out.",
)  # fmt: skip
@click.option(
    "--season", is_flag=False, flag_value="", metavar="[SEASON]",
    help="The season by its id; the last one that is over if left out, else the current one.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print where it stands as JSON.")
@common_options
@click.pass_context
def command(ctx: click.Context, week: str | None, season: str | None, as_json: bool) -> None:
    """Draft a report as a log entry: last wording quoted, every commitment answered.

    The numbers are filled in, with denominators and links; where you have to say
    something, the draft says "Your words". It is kept as a draft, and what is there
    already is never overwritten. Private habits and notes stay out of it.

    \b
      tracker review                      the last whole week
      tracker review --week 2026-W47
      tracker review --season
    """
    session = session_of(ctx)
    if week is not None and season is not None:
        raise click.UsageError("A report is of a week or of a season: give one of the two.")
    entries, problems = read_log(session.folder.path)
    warn(problems)
    if season is not None:
        draft = draft_of_season(session, season or None, entries)
    else:
        draft = draft_of_week(session, week_meant(session, week or ""), entries)
    path = write_draft(session, draft)
    if as_json:
        echo_json({"file": path, "to_fill_in": left_open(draft.text), "misses": draft.misses})
        return
    places = left_open(draft.text)
    echo(f"Began {terminal(path)}")
    waiting = number_of(places, "place waits", "places wait")
    echo(f'{waiting} for "Your words". It is a draft: set draft: false when it may be read.')
