"""`tracker edit`: put an answer right, whatever the day held."""

from __future__ import annotations

import click

from tracker.calendar.days import beside_today, parse_day
from tracker.cli.checkins.answering import as_data, check_in, find_habit
from tracker.cli.checkins.checkin import read_answers, report
from tracker.cli.context import app_of, common_options, echo_json
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
    app = app_of(ctx)
    when = parse_day(day, app.today) if day else app.today
    empty = [answer[:-1].strip() for answer in answers if answer.endswith("=")]
    given = [answer for answer in answers if not answer.endswith("=")]
    ids = [habit.id for habit in app.project.habits_on(when)]
    habits = {habit.id: habit for habit in app.project.habits_on(when)}
    entries = read_answers(app, given, when, note, False)
    entries = [entry._replace(source="edit") for entry in entries]
    emptied: list[CheckIn] = []
    for name in empty:
        habit = habits[find_habit(app, ids, name, when)]
        emptied.append(check_in(app, habit, when, Reply("no"), note, False, "edit"))
    app.writing().close()  # makes the folder, and the day's backup
    with Journal(app.folder.database, writing=True) as journal:
        journal.edit(entries, emptied)
    if as_json:
        echo_json({
            "day": when.isoformat(),
            "stored": [as_data(entry) for entry in entries],
            "emptied": [entry.habit for entry in emptied],
        })  # fmt: skip
        return
    if entries:
        report(app, entries, as_json=False)
    for entry in emptied:
        click.echo(f"Left {entry.habit} unanswered ({beside_today(when, app.today)}).")
