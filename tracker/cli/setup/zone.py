"""`tracker zone`: say where you are, so that today is the day it is there."""

from __future__ import annotations

import click

from tracker.calendar.days import beside_today, civil_day
from tracker.calendar.zones import HOME, change_in_words, resolve_zone
from tracker.cli.context import common_options, echo, echo_json, session_of
from tracker.workspace.session import Session, zone_named


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
    session = session_of(ctx, writes=place is not None)
    before = session.today
    if place is not None:
        _move(session, place)
    here = zone_named(session.zone)
    today = civil_day(session.now, here, session.project.day_ends)
    if as_json:
        home = session.project.timezone
        echo_json({"zone": session.zone, "home": home, "today": today.isoformat()})
        return
    if place is None:
        source = "" if session.zone != session.project.timezone else ", the time zone of goals.yml"
        echo(f"You are in {session.zone}{source}. It is {beside_today(today, today)}.")
        return
    echo(f"You are in {session.zone} from now on. {change_in_words(before, today)}")


def _move(session: Session, name_said: str) -> None:
    """Keep a change of zone, where it is one."""
    home = session.project.timezone
    name = home if name_said.strip().casefold() == HOME else resolve_zone(name_said)
    session.begin_writing()
    if name != (session.checkins.zone() or home):
        session.checkins.move(None if name == home else name, session.logged_at)
    session.zone = name
