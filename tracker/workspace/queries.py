"""What the commands that look back share: the log in force, its answers, a habit by its name."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from tracker.errors import TrackerError
from tracker.text.escape import terminal
from tracker.text.names import resolve_titled

if TYPE_CHECKING:
    from tracker.cli.context import App
    from tracker.goals.model import Project
    from tracker.habits.checkins import Mark


def in_force(app: App) -> Project:
    """The log's seasons as they count today, declared changes included."""
    season = app.project.season_near(app.today)
    if season is None:
        return app.project
    from tracker.workspace.season_status import standing_of

    return standing_of(app, season, []).project


def answers(app: App) -> dict[str, dict[date, Mark]]:
    """Every answer that stands, by habit and day."""
    with app.reading() as store:
        return store.marks(app.project.aggregates())


def known_habit(app: App, name: str) -> str:
    """The id of a habit of any season; TrackerError with a guess where there is none."""
    ids = app.project.habit_ids()
    if not ids:
        raise TrackerError("goals.yml has no habit yet. Add one under habits: of a season.")
    titles = {habit.id: habit.title for one in app.project.seasons for habit in one.habits}
    return resolve_titled(terminal(name), titles, "habit")
