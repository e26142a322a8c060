"""`tracker undo` and `tracker redo`: take back the last answers, and put them back."""

from __future__ import annotations

from collections import Counter
from typing import Literal

import click

from tracker.calendar.days import beside_today
from tracker.cli.context import common_options, echo, echo_json, session_of
from tracker.cli.terminal import amount
from tracker.habits.checkins import Mark
from tracker.habits.model import Habit
from tracker.store.journal import Journal, Undone
from tracker.text.escape import terminal
from tracker.workspace.session import Session

MOST_SHOWN = 5  # a day's answers; an import of years is summed up


@click.command("undo", short_help="Take back the last answers given together.")
@click.option("--json", "as_json", is_flag=True, help="Print what was taken back as JSON.")
@common_options
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """Take back the last answers that were given together.

    Nothing is erased: a row that supersedes the old one is added. Run it again to take
    back the answers before those.
    """
    session = session_of(ctx, writes=True)
    undone = []
    if session.project and session.folder.database_exists():
        session.begin_writing()
        undone = Journal(session.database).undo(session.logged_at, session.zone, session.today)
    tell(session, undone, as_json, "undo")


@click.command("redo", short_help="Put back what the last undo took.")
@click.option("--json", "as_json", is_flag=True, help="Print what was put back as JSON.")
@common_options
@click.pass_context
def redo(ctx: click.Context, as_json: bool) -> None:
    """Put back what the last undo took; run it again for the undo before that.

    Once something else has been answered, what was taken back stays so.
    """
    session = session_of(ctx, writes=True)
    redone = []
    if session.project and session.folder.database_exists():
        session.begin_writing()
        journal = Journal(session.database)
        redone = journal.redo(session.logged_at, session.zone, session.today)
    tell(session, redone, as_json, "redo")


def tell(
    session: Session, changed: list[Undone], as_json: bool, did: Literal["undo", "redo"]
) -> None:
    """Say what an undo or a redo changed."""
    if as_json:
        echo_json({f"{did}ne": [_data(item) for item in changed]})
        return
    if not changed:
        echo(f"There is nothing to {did}.")
    for item in changed[:MOST_SHOWN]:
        habits = session.habits_on(item.day)
        habit = habits.get(item.habit)
        day = beside_today(item.day, session.today)
        was, now = (_words(mark, habit) if mark else "" for mark in (item.was, item.now))
        said = _taken_back if did == "undo" else _put_back
        echo(said(item.habit, day, was, now))
    if len(changed) > MOST_SHOWN:
        echo(_rest(changed))


def _taken_back(habit: str, day: str, was: str, now: str) -> str:
    """What an undo changed; "" is no answer."""
    if was:
        since = f"is {now} again" if now else "has no answer now"
        return f"Took back {habit} {was} ({day}): it {since}."
    return (
        f"Brought back {habit} {now} ({day})."
        if now
        else f"{habit} has no answer ({day}), as before."
    )


def _put_back(habit: str, day: str, was: str, now: str) -> str:
    """What a redo changed; "" is no answer."""
    if was:
        return f"Put back {habit} {now or 'without an answer'} ({day}): it was {was}."
    return (
        f"Put back {habit} {now} ({day})." if now else f"{habit} has no answer ({day}), as before."
    )


def _rest(changed: list[Undone]) -> str:
    """The answers that are not named one by one: how many, of which habits, of which days."""
    counts = Counter(item.habit for item in changed)
    habits = ", ".join(f"{name} {count}" for name, count in counts.most_common())
    days = [item.day for item in changed]
    return (
        f"And {len(changed) - MOST_SHOWN} more: {len(changed)} in all, {min(days)} to {max(days)} "
        f"({terminal(habits)}). --json lists them all."
    )


def _data(item: Undone) -> dict[str, object]:
    return {
        "habit": item.habit,
        "day": item.day.isoformat(),
        "was": item.was._asdict() if item.was else None,
        "now": item.now._asdict() if item.now else None,
    }


def _words(mark: Mark, habit: Habit | None) -> str:
    return mark.answer if mark.value is None else amount(mark.value, habit)
