"""`tracker goal`: say that a goal is done, which is not the same as showing it."""

from __future__ import annotations

import click

from tracker.calendar.days import parse_day
from tracker.cli.context import common_options, echo, echo_json, session_of
from tracker.cli.goals.add import season_and_goal, store_link
from tracker.errors import TrackerError
from tracker.goals.links import CLAIM, Link
from tracker.workspace.season_records import link_data, links_of


@click.group("goal", short_help="Claim a goal; evidence is what closes it.")
@common_options
def command() -> None:
    """Tick a goal off. The tick is shown as "claimed" and never counts: evidence does."""


@command.command("done", short_help="Claim a goal.")
@click.argument("goal")
@click.option("--day", metavar="DAY", help="The day it was done; today if left out.")
@click.option("--json", "as_json", is_flag=True, help="Print what was stored as JSON.")
@common_options
@click.pass_context
def done(ctx: click.Context, goal: str, day: str | None, as_json: bool) -> None:
    """Claim that a goal is done.

    The claim is shown beside the goal and counts for nothing until evidence stands
    there: a published entry that names the goal, or tracker evidence add.
    """
    session = session_of(ctx, writes=True)
    when = parse_day(day, session.today) if day else session.today
    season, chosen = season_and_goal(session, goal, when)
    for link in links_of(session, season.id):
        if link.goal == chosen.id and link.scheme == CLAIM and link.state != "withdrawn":
            raise TrackerError(
                f"{chosen.id} is claimed already, on {link.day}. "
                f"Show it: tracker evidence add {chosen.id} URL|DOI|PATH"
            )
    claim = Link(0, season.id, chosen.id, "claim", "", when, "", session.logged_at, "unchecked")
    number = store_link(session, season, claim)
    if as_json:
        echo_json({"number": number, **link_data(claim), "counts": False})
        return
    echo(f"{chosen.id}: claimed for {when}. It counts for nothing yet.")
    echo(
        f"Show it: tracker evidence add {chosen.id} URL|DOI|PATH, or publish an entry that names it."
    )
