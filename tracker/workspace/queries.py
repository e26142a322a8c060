"""What the commands that look back ask of a log: what counts today, its answers, a habit by its name."""

from __future__ import annotations

from datetime import date

from tracker.errors import TrackerError
from tracker.goals.model import Project
from tracker.habits.checkins import Mark
from tracker.text.escape import terminal
from tracker.text.names import resolve_titled
from tracker.workspace.season_status import season_status
from tracker.workspace.session import Session


def project_today(session: Session) -> Project:
    """The log's seasons as they count today, declared changes included."""
    season = session.project.season_near(session.today)
    return session.project if season is None else season_status(session, season, []).project


def all_marks(session: Session) -> dict[str, dict[date, Mark]]:
    """Every answer that stands, by habit and day."""
    return session.checkins.marks(session.project.aggregates())


def habit_named(session: Session, name: str) -> str:
    """The id of a habit of any season; TrackerError with a guess where there is none."""
    titles = {h.id: h.title for season in session.project.seasons for h in season.habits}
    if not titles:
        raise TrackerError("goals.yml has no habit yet. Add one under habits: of a season.")
    return resolve_titled(terminal(name), titles, "habit")
