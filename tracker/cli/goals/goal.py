"""`tracker goal`: say that a goal is done, which is not the same as showing it."""

from __future__ import annotations

import click

from tracker.calendar.days import parse_day
from tracker.cli.context import app_of, common_options, echo_json
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
    app = app_of(ctx)
    when = parse_day(day, app.today) if day else app.today
    season, chosen = season_and_goal(app, goal, when)
    for link in links_of(app, season.id):
        if link.goal == chosen.id and link.scheme == CLAIM and link.state != "withdrawn":
            raise TrackerError(
                f"{chosen.id} is claimed already, on {link.day}. "
                f"Show it: tracker evidence add {chosen.id} URL|DOI|PATH"
            )
    claim = Link(0, season.id, chosen.id, "claim", "", when, "", app.logged_at, "unchecked")
    number = store_link(app, season, claim)
    if as_json:
        echo_json({"number": number, **link_data(claim), "counts": False})
        return
    click.echo(f"{chosen.id}: claimed for {when}. It counts for nothing yet.")
    click.echo(
        f"Show it: tracker evidence add {chosen.id} URL|DOI|PATH, or publish an entry that names it."
    )
