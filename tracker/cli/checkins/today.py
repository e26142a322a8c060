"""`tracker` alone: today, then its questions where a person can answer them."""

from __future__ import annotations

import sys

import click

from tracker.cli.checkins.ask import ask_all, open_data
from tracker.cli.checkins.round import Round, days_back
from tracker.cli.context import echo, echo_json, session_of
from tracker.cli.look.status import echo_status, status_data
from tracker.errors import TrackerError
from tracker.workspace.effects import Effects
from tracker.workspace.season_status import current_season
from tracker.workspace.session import Session


def show_and_ask(ctx: click.Context, as_json: bool) -> None:
    """Show today; in a terminal, ask for what is open."""
    asks = not as_json and sys.stdin.isatty() and sys.stdout.isatty()
    try:
        session = session_of(ctx, writes=asks)
    except TrackerError as error:
        hint = "To begin one: tracker init. All commands: tracker --help"
        raise TrackerError(f"{error} {hint}") from error
    if as_json:
        echo_json(today_data(session))
        return
    now = current_season(session)
    questions = Round(session, [], days_back(session.today))
    asks = asks and any(questions.open_questions())
    echo_status(now, asks=asks)
    if asks:
        assert now is not None, "a question is asked in a season"
        echo()
        ask_all(questions, None, False, Effects(session, now))


def today_data(session: Session) -> dict[str, object]:
    """Today and what is open, for a script."""
    questions = Round(session, [], days_back(session.today))
    status = status_data(current_season(session), session.today)
    return {**status, "open": open_data(questions)}
