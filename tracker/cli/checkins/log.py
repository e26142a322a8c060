"""`tracker log`: the answers, with what they were before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import click

from tracker.calendar.days import beside_today
from tracker.cli.context import common_options, echo, echo_json_rows, echo_lines, session_of
from tracker.cli.terminal import amount
from tracker.habits.model import Habit
from tracker.store.journal import Journal, JournalRow
from tracker.text.escape import terminal
from tracker.workspace.season_records import habit_named
from tracker.workspace.session import Session

DAYS = 14  # two weeks: what a person still remembers
Answered = dict[tuple[date, str], list[JournalRow]]


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
    session = session_of(ctx)
    wanted = habit_named(session, habit) if habit else None
    since = session.today - timedelta(min(days, session.today.toordinal()) - 1)
    answered: Answered = {}
    for row in Journal(session.database).entries(since, wanted):
        answered.setdefault((row.day, row.habit), []).append(row)
    if as_json:
        echo_json_rows(_data(answered[key]) for key in sorted(answered, reverse=True))
        return
    if not answered:
        echo(f"No answer since {since}. Give one with: tracker checkin")
    echo_lines(lines(session, answered))


def lines(session: Session, answered: Answered) -> Iterator[str]:
    """The answers for a terminal, by day, habits in the order of goals.yml."""
    order = {name: position for position, name in enumerate(session.project.habit_ids())}
    names: dict[date, list[str]] = {}
    for day, name in answered:
        names.setdefault(day, []).append(name)
    for number, day in enumerate(sorted(names, reverse=True)):
        if number:
            yield ""
        yield _heading(day, session.today)
        habits = session.habits_on(day)
        for name in sorted(names[day], key=lambda name: (order.get(name, len(order)), name)):
            yield from _habit_lines(answered[day, name], habits.get(name))


def _heading(day: date, today: date) -> str:
    words = beside_today(day, today)
    return words[0].upper() + words[1:]


def _habit_lines(entries: Sequence[JournalRow], habit: Habit | None) -> list[str]:
    standing = [entry for entry in entries if entry.stands and entry.answer]
    notes = [entry for entry in entries if entry.stands and entry.note and not entry.answer]
    shown = ", ".join(_words(entry, habit) for entry in standing) or "no answer"
    shown += "".join(f" # {terminal(entry.note or '')}" for entry in notes)
    text = [f"  {terminal(entries[0].habit)}: {shown}"]
    for entry in reversed(entries):
        if not entry.stands:
            text.append(f"      was {_words(entry, habit)} ({_how(entry)})")
    return text


def _words(entry: JournalRow, habit: Habit | None) -> str:
    note = f" # {terminal(entry.note)}" if entry.note else ""
    if entry.answer is None:
        return f"without an answer{note}"
    size = f" {amount(entry.value, habit)}" if entry.value is not None else ""
    return f"{entry.answer}{size}{note}"


def _how(entry: JournalRow) -> str:
    late = f", {entry.lag_days} days late" if entry.lag_days > 1 else ""
    return f"{entry.action}, {entry.logged_at[:16].replace('T', ' ')} UTC{late}"


def _data(entries: Sequence[JournalRow]) -> dict[str, object]:
    standing = [entry for entry in entries if entry.stands and entry.answer]
    return {
        "habit": entries[0].habit,
        "day": entries[0].day.isoformat(),
        "stands": [_row(entry) for entry in standing],
        "history": [_row(entry) for entry in entries],
    }


def _row(entry: JournalRow) -> dict[str, object]:
    return {**entry._asdict(), "day": entry.day.isoformat()}
