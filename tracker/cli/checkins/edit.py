"""`tracker edit`: put an answer right, whatever the day held."""

from __future__ import annotations

import click

from tracker.calendar.days import beside_today, parse_day
from tracker.cli.checkins.checkin import read_answers, report
from tracker.cli.context import common_options, echo, echo_json, session_of
from tracker.habits.checkins import CheckIn, Reply
from tracker.store.journal import Journal


@click.command("edit", short_help="Replace what a day holds, or leave it unanswered again.")
@click.argument("answers", nargs=-1, required=True, metavar="HABIT=ANSWER...")
@click.option("--day", metavar="DAY", help="today, yesterday, monday, -2 or 2026-11-20.")
@click.option("--note", metavar="TEXT", help="A note to keep with every answer given here.")
@click.option("--json", "as_json", is_flag=True, help="Print what was stored as JSON.")
@common_options
@click.pass_context
def command(
    ctx: click.Context, answers: tuple[str, ...], day: str | None, note: str | None, as_json: bool
) -> None:
    """Replace all that a day holds for a habit; what it held stays in `tracker log`.

    Where amounts of one day are summed, `checkin` adds one and `edit` sets the day's whole.
    Nothing after the = leaves the day unanswered.

    \b
      tracker edit run=5 --day yesterday
      tracker edit read= --day monday
    """
    session = session_of(ctx, writes=True)
    when = parse_day(day, session.today) if day else session.today
    empty = [answer[:-1].strip() for answer in answers if answer.endswith("=")]
    given = [answer for answer in answers if not answer.endswith("=")]
    entries = read_answers(session, given, when, note, False, "edit")
    emptied: list[CheckIn] = []
    for name in empty:
        habit = session.habit_on(name, when)
        emptied.append(session.check_in(habit, when, Reply("no"), note, False, "edit"))
    session.begin_writing()
    Journal(session.database).edit(entries, emptied)
    if as_json:
        echo_json({
            "day": when.isoformat(),
            "stored": [entry.as_json() for entry in entries],
            "emptied": [entry.habit for entry in emptied],
        })  # fmt: skip
        return
    if entries:
        report(session, entries, as_json=False)
    for entry in emptied:
        echo(f"Left {entry.habit} unanswered ({beside_today(when, session.today)}).")
