"""`tracker log`: the answers, with what they were before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import click

from tracker.calendar.days import beside_today
from tracker.cli.context import App, app_of, common_options, echo_json
from tracker.cli.terminal import amount
from tracker.habits.model import Habit
from tracker.store.journal import Entry, Journal
from tracker.text.escape import terminal
from tracker.workspace.queries import known_habit

DAYS = 14  # two weeks: what a person still remembers
Answered = dict[tuple[date, str], list[Entry]]


@click.command("log", short_help="Show the answers, newest day first, with their edits.")
@click.argument("habit", required=False)
@click.option(
    "--days", type=click.IntRange(1, 99_999), default=DAYS, show_default=True,
    help="How many days back, today included.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print them with their history as JSON.")
@common_options
@click.pass_context
def command(ctx: click.Context, habit: str | None, days: int, as_json: bool) -> None:
    """Show what was answered, newest day first; below each what it was before.

    Nothing is ever erased: an edit and an undo are rows of their own.

    \b
      tracker log write --days 30
    """
    app = app_of(ctx)
    wanted = known_habit(app, habit) if habit else None
    since = app.today - timedelta(min(days, app.today.toordinal()) - 1)
    answered: Answered = {}
    with Journal(app.folder.database) as journal:
        for entry in journal.entries(since, wanted):
            answered.setdefault((entry.day, entry.habit), []).append(entry)
    if as_json:
        echo_json([_data(answered[key]) for key in sorted(answered, reverse=True)])
        return
    if not answered:
        click.echo(f"No answer since {since}. Give one with: tracker checkin")
    for line in lines(app, answered):
        click.echo(line)


def lines(app: App, answered: Answered) -> list[str]:
    """The answers for a terminal, by day, habits in the order of goals.yml."""
    order = {name: place for place, name in enumerate(app.project.habit_ids())}
    found: list[str] = []
    for day in sorted({day for day, _ in answered}, reverse=True):
        found += [*([""] if found else []), _heading(day, app.today)]
        habits = {habit.id: habit for habit in app.project.habits_on(day)}
        here = [name for when, name in answered if when == day]
        for name in sorted(here, key=lambda name: (order.get(name, len(order)), name)):
            found += _habit_lines(answered[day, name], habits.get(name))
    return found


def _heading(day: date, today: date) -> str:
    words = beside_today(day, today)
    return words[0].upper() + words[1:]


def _habit_lines(entries: Sequence[Entry], habit: Habit | None) -> list[str]:
    standing = [entry for entry in entries if entry.stands and entry.answer]
    shown = ", ".join(_words(entry, habit) for entry in standing) or "no answer"
    found = [f"  {terminal(entries[0].habit)}: {shown}"]
    for entry in reversed(entries):
        if not entry.stands:
            found.append(f"      was {_words(entry, habit)} ({_how(entry)})")
    return found


def _words(entry: Entry, habit: Habit | None) -> str:
    if entry.answer is None:
        return "without an answer"
    size = f" {amount(entry.value, habit)}" if entry.value is not None else ""
    note = f" # {terminal(entry.note)}" if entry.note else ""
    return f"{entry.answer}{size}{note}"


def _how(entry: Entry) -> str:
    late = f", {entry.lag_days} days late" if entry.lag_days > 1 else ""
    return f"{entry.action}, {entry.logged_at[:16].replace('T', ' ')} UTC{late}"


def _data(entries: Sequence[Entry]) -> dict[str, object]:
    standing = [entry for entry in entries if entry.stands and entry.answer]
    return {
        "habit": entries[0].habit,
        "day": entries[0].day.isoformat(),
        "stands": [_row(entry) for entry in standing],
        "history": [_row(entry) for entry in entries],
    }


def _row(entry: Entry) -> dict[str, object]:
    return {**entry._asdict(), "day": entry.day.isoformat()}
