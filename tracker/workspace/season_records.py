"""The records of seasons: the database, and the public file beside it that anyone can read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tracker.errors import TrackerError
from tracker.goals.model import SEASON_RECORDS, Goal, Season
from tracker.seasons.record import (
    SeasonRecord,
    dump,
    file_name,
    private_habits,
    public,
)
from tracker.text.counts import number_of
from tracker.text.escape import terminal
from tracker.text.names import resolve, resolve_titled
from tracker.workspace.session import Session

if TYPE_CHECKING:
    from tracker.goals.links import Link


def season_named(session: Session, name: str | None) -> Season:
    """A season as goals.yml has it: that of an id, else of today or the last that began.

    A frozen season that goals.yml has lost is the one that was last declared.
    """
    written = {season.id: season for season in session.written.seasons}
    if name is not None:
        known = list(dict.fromkeys([*written, *session.seasons.frozen()]))
        identity = resolve(terminal(name), known, "season")
    else:
        season = session.project.season_near(session.today)
        if season is None:
            raise TrackerError("goals.yml has no season yet. Add one under seasons:.")
        identity = season.id
    if identity in written:
        return written[identity]
    record = record_of(session, identity)
    assert record is not None
    return record.declared()


def habit_named(session: Session, name: str) -> str:
    """The id of a habit of any season; TrackerError with a guess where there is none."""
    titles = {h.id: h.title for season in session.project.seasons for h in season.habits}
    if not titles:
        raise TrackerError("goals.yml has no habit yet. Add one under habits: of a season.")
    return resolve_titled(terminal(name), titles, "habit")


def goal_named(session: Session, season: Season, name: str) -> Goal:
    """The goal of an id, in a season that is in force.

    Raises TrackerError that tells what is unknown from what has no reason on record yet.
    """
    known = [goal.id for goal in season.goals]
    if name not in known:
        written = (other for other in session.written.seasons if other.id == season.id)
        if any(goal.id == name for other in written for goal in other.goals):
            raise TrackerError(
                f"{name} is in goals.yml, and was not promised: it counts once you say why. "
                'tracker season amend --reason "…"'
            )
    identity = resolve(terminal(name), known, "goal")
    return next(goal for goal in season.goals if goal.id == identity)


def goal_ids(session: Session) -> set[str]:
    """The goals that are known: those that count, and those that goals.yml only wants."""
    return {
        goal.id
        for project in (session.project, session.written)
        for season in project.seasons
        for goal in season.goals
    }


def record_of(session: Session, season: str) -> SeasonRecord | None:
    """What is on record of a season: in the database, else in its public file."""
    return session.seasons.record(season) or session.folder.public_season(season)


def frozen_record(session: Session, season: Season) -> SeasonRecord:
    """The record of a season that was frozen; TrackerError where it never was."""
    record = record_of(session, season.id)
    if record is None:
        raise TrackerError(
            f"{season.id} is not frozen yet. Freeze what you promise first: tracker season start"
        )
    return record


def open_record(session: Session, season: Season) -> SeasonRecord:
    """The record of a season to add to; taken over from its public file where need be.

    Raises TrackerError for a season that is not frozen, for one that is closed, and where
    the public file knows of things that this database has never seen.
    """
    record = frozen_record(session, season)
    if record.verdict is not None:
        raise TrackerError(
            f"{season.id} was closed on {record.verdict.day}, and its verdict stands. "
            "What comes now belongs to the next season: tracker season new"
        )
    if session.seasons.record(season.id) is None:
        session.seasons.adopt(record, session.zone)
    refuse_loss(session, season.id)
    return record


def write_record_file(session: Session, season: str) -> str:
    """Write a season's public record from the database; returns its path from the log's root."""
    from tracker.pages.write import write

    record = session.seasons.record(season)
    assert record is not None
    shown = public(record, private_habits(record, session.project))
    write(session.folder.path / SEASON_RECORDS, {f"{season}.json": dump(shown)})
    return file_name(season)


def refuse_loss(session: Session, season: str) -> None:
    """Keep what another machine put into a season's public record."""
    there, here = session.folder.public_season(season), session.seasons.record(season)
    if there is None or here is None:
        return
    known = _stamps(here)
    lost = [stamp for stamp in _stamps(there) if stamp not in known]
    if lost:
        raise TrackerError(
            f"{session.folder.season_file(season)}: holds {number_of(len(lost), 'thing')} that this "
            f"database has never seen (the first: {lost[0][0]} of {lost[0][1][:10]}), so another machine wrote them. "
            "Bring that machine's .tracker/tracker.db here, and nothing is lost."
        )


def _stamps(record: SeasonRecord) -> list[tuple[str, str]]:
    """What is on record, each with the instant it was put there."""
    verdict = [("the verdict", record.verdict.given_at)] if record.verdict else []
    return [
        ("the promise", record.promise.frozen_at),
        *(("an amendment", amendment.made_at) for amendment in record.amendments),
        *(("a forecast", forecast.made_at) for forecast in record.forecasts),
        *(("evidence", link.added_at) for link in record.links),
        *verdict,
    ]


def season_today(session: Session, season: Season) -> Season:
    """A season as it counts today: as frozen and amended, else as goals.yml has it."""
    same = (other for other in session.project.seasons if other.id == season.id)
    return next(same, season)


def links_of(session: Session, season: str) -> list[Link]:
    """The evidence given by hand for a season; a file that has gone since is gone."""
    links = session.seasons.links(season)
    if not links and (record := session.folder.public_season(season)):
        links = list(record.links)
    return [_on_disk(session, link) for link in links]


def _on_disk(session: Session, link: Link) -> Link:
    if link.scheme != "file" or not link.counts:
        return link
    there = (session.folder.path / link.target).is_file()
    return link if there else link._replace(state="gone", detail="no such file")


def link_data(link: Link) -> dict[str, Any]:
    """A link for a script."""
    return {
        "season": link.season, "goal": link.goal, "scheme": link.scheme, "address": link.address,
        "day": link.day.isoformat(), "note": link.note, "state": link.state, "detail": link.detail,
        "checked": link.checked.isoformat() if link.checked else None,
        "found": link.found._asdict() if link.found else None,
    }  # fmt: skip
