"""`tracker scores`: every habit's strength and streak, day by day."""

from __future__ import annotations

from datetime import date

import click

from tracker.calendar.days import parse_day
from tracker.cli.context import (
    PHONE,
    common_options,
    echo,
    echo_json_rows,
    echo_lines,
    session_of,
    width,
)
from tracker.cli.terminal import columns_of, glyph, padded
from tracker.exchange.exports.tables import DailyScore, daily_scores
from tracker.habits.states import WORDS
from tracker.workspace.season_records import habit_named

BESIDE = 29  # columns that the day, the numbers and a sign take on a phone
LEAST = 11  # columns of a name that is still known


@click.command("scores", short_help="Print each habit's strength, streak and state, day by day.")
@click.option("--habit", metavar="ID", help="This habit only.")
@click.option("--since", metavar="DAY", help="From this day on; from the start if left out.")
@click.option("--json", "as_json", is_flag=True, help="Print them as a JSON list.")
@common_options
@click.pass_context
def command(ctx: click.Context, habit: str | None, since: str | None, as_json: bool) -> None:
    """Print how each habit stood on each day of its seasons until today.

    Strength is between 0 and 1. The streak counts days, or weeks for a habit of so many
    times a week. Private habits are here too: this is your own terminal.

    \b
      tracker scores --habit write --since -30
      tracker scores --json | jq '.[] | select(.state == "missed")'
    """
    session = session_of(ctx)
    first = parse_day(since, session.today) if since else None
    wanted = habit_named(session, habit) if habit else None
    marks = {wanted: session.answers_since(wanted, date.min)} if wanted else session.marks
    scores = daily_scores(session.project, marks, session.today, private=True, habit=wanted)
    shown = [score for score in scores if first is None or score.day >= first]
    if as_json:
        echo_json_rows(
            {
                "habit": day.habit, "day": day.day.isoformat(), "strength": day.strength,
                "streak": day.streak, "state": day.state,
            }
            for day in shown
        )  # fmt: skip
        return
    if not shown:
        echo("No habit has begun in that time.")
    longest = max((columns_of(day.habit) for day in shown), default=0)
    room = min(longest, max(width() - BESIDE, LEAST))
    echo_lines(_line(day, room) for day in shown)


def _line(day: DailyScore, room: int) -> str:
    strength = "      " if day.strength is None else f"{day.strength:6.1%}"
    state = glyph(day.state) if width() < PHONE else WORDS[day.state]
    return f"{day.day}  {padded(day.habit, room)}  {strength}  {day.streak:>4}  {state}".rstrip()
