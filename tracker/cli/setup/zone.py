"""`tracker zone`: say where you are, so that today is the day it is there."""

from __future__ import annotations

import click

from tracker.calendar.days import beside_today, civil_day
from tracker.calendar.zones import HOME, change_in_words, checked
from tracker.cli.context import App, app_of, common_options, echo_json, zone


@click.command("zone", short_help="Say which time zone you are in, when you travel.")
@click.argument("place", metavar="[ZONE]", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@common_options
@click.pass_context
def command(ctx: click.Context, place: str | None, as_json: bool) -> None:
    """Say which time zone you are in; without ZONE, show it.

    Today is then the day it is there, and what you answer is kept with that zone. Answers
    given before keep their days: they are never counted again. `home` goes back to the
    time zone of goals.yml. Every change is kept with its instant.

    \b
      tracker zone Asia/Tokyo
      tracker zone home
      TRACKER_ZONE=Asia/Tokyo tracker checkin      for this once, with nothing kept
    """
    app = app_of(ctx)
    before = app.today
    if place is not None:
        _move(app, place)
    here = zone(app.zone)
    today = civil_day(app.now, here, app.project.day_ends)
    if as_json:
        home = app.project.timezone
        echo_json({"zone": app.zone, "home": home, "today": today.isoformat()})
        return
    if place is None:
        source = "" if app.zone != app.project.timezone else ", the time zone of goals.yml"
        click.echo(f"You are in {app.zone}{source}. It is {beside_today(today, today)}.")
        return
    click.echo(f"You are in {app.zone} from now on. {change_in_words(before, today)}")


def _move(app: App, place: str) -> None:
    """Keep a change of zone, where it is one."""
    home = app.project.timezone
    name = home if place.strip().casefold() == HOME else checked(place)
    with app.writing() as store:
        if name != (store.zone() or home):
            store.move(None if name == home else name, app.logged_at)
    app.zone = name
