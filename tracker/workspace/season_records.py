"""Season records where commands meet them: the database, and the public file beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tracker.cli.context import App
from tracker.errors import TrackerError
from tracker.goals.model import Goal, Season
from tracker.text.escape import terminal
from tracker.text.names import resolve
from tracker.workspace.folder import ensure_folder

if TYPE_CHECKING:
    from pathlib import Path

    from tracker.goals.links import Link
    from tracker.seasons.record import SeasonRecord
    from tracker.store.seasons import SeasonStore


def reading(app: App) -> SeasonStore:
    """The database, to read what is on record of seasons."""
    from tracker.store.seasons import SeasonStore

    return SeasonStore(app.folder.database)


def writing(app: App) -> SeasonStore:
    """The database, to add to what is on record; backed up once a day before that."""
    from tracker.store.seasons import SeasonStore

    ensure_folder(app.folder.state)
    store = SeasonStore(app.folder.database, writing=True)
    store.back_up(app.today)
    return store


def season_named(app: App, name: str | None) -> Season:
    """The season of an id; without one, the season of today or the last that began.

    A frozen season that goals.yml has lost is the one that was last declared.
    """
    if name is not None:
        seasons = {season.id: season for season in app.project.seasons}
        with reading(app) as store:
            frozen = store.frozen()
        found = resolve(terminal(name), list(dict.fromkeys([*seasons, *frozen])), "season")
        if found in seasons:
            return seasons[found]
        record = record_of(app, found)
        assert record is not None
        return record.declared()
    season = app.project.season_near(app.today)
    if season is None:
        raise TrackerError("goals.yml has no season yet. Add one under seasons:.")
    return season


def goal_named(season: Season, name: str) -> Goal:
    """The goal of an id, in a season."""
    found = resolve(terminal(name), [goal.id for goal in season.goals], "goal")
    return next(goal for goal in season.goals if goal.id == found)


def record_file(app: App, season: str) -> Path:
    """Where a season's public record stands."""
    from tracker.seasons.record import file_name

    return app.folder.path / file_name(season)


def published(app: App, season: str) -> SeasonRecord | None:
    """The public record of a season, as its file has it."""
    from tracker.seasons.record import file_name, load

    path = record_file(app, season)
    if not path.exists():
        return None
    found = load(path.read_text(encoding="utf-8"), file_name(season))
    return found._replace(taken_over=True)


def record_of(app: App, season: str) -> SeasonRecord | None:
    """What is on record of a season: in the database, else in its public file."""
    with reading(app) as store:
        record = store.record(season)
    return record or published(app, season)


def frozen_record(app: App, season: Season) -> SeasonRecord:
    """The record of a season that was frozen; TrackerError where it never was."""
    record = record_of(app, season.id)
    if record is None:
        raise TrackerError(
            f"{season.id} is not frozen yet. Freeze what you promise first: tracker season start"
        )
    return record


def open_record(app: App, store: SeasonStore, season: Season) -> SeasonRecord:
    """The record of a season to add to; taken over from its public file where need be.

    Raises TrackerError for a season that is not frozen, for one that is closed, and where
    the public file knows of things that this database has never seen.
    """
    record = frozen_record(app, season)
    if record.verdict is not None:
        raise TrackerError(
            f"{season.id} was closed on {record.verdict.day}, and its verdict stands. "
            "What comes now belongs to the next season: tracker season new"
        )
    if store.record(season.id) is None:
        store.adopt(record, app.zone)
    refuse_loss(app, store, season.id)
    return record


def publish(app: App, store: SeasonStore, season: str) -> str:
    """Write a season's public record from the database; returns its path from the log's root."""
    from tracker.pages.write import write
    from tracker.seasons.record import (
        FOLDER,
        dump,
        file_name,
        private_habits,
        public,
    )

    record = store.record(season)
    assert record is not None
    shown = public(record, private_habits(record, app.project))
    write(app.folder.path / FOLDER, {f"{season}.json": dump(shown)})
    return file_name(season)


def refuse_loss(app: App, store: SeasonStore, season: str) -> None:
    """Keep what another machine put into a season's public record."""
    there, here = published(app, season), store.record(season)
    if there is None or here is None:
        return
    known = _stamps(here)
    lost = [stamp for stamp in _stamps(there) if stamp not in known]
    if lost:
        raise TrackerError(
            f"{record_file(app, season)}: holds {len(lost)} things that this database has never "
            f"seen (the first: {lost[0][0]} of {lost[0][1][:10]}), so another machine wrote them. "
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


def in_force(app: App, season: Season) -> Season:
    """A season as it counts today: as frozen and amended, else as goals.yml has it."""
    record = record_of(app, season.id)
    return record.in_force(app.today) if record else season


def links_of(app: App, season: str) -> list[Link]:
    """The evidence given by hand for a season; a file that has gone since is gone."""
    with reading(app) as store:
        links = store.links(season)
    if not links and (record := published(app, season)):
        links = list(record.links)
    return [_on_disk(app, link) for link in links]


def _on_disk(app: App, link: Link) -> Link:
    if link.scheme != "file" or not link.counts:
        return link
    there = (app.folder.path / link.target).is_file()
    return link if there else link._replace(state="gone", detail="no such file")


def link_data(link: Link) -> dict[str, Any]:
    """A link for a script."""
    return {
        "season": link.season, "goal": link.goal, "scheme": link.scheme, "address": link.address,
        "day": link.day.isoformat(), "note": link.note, "state": link.state, "detail": link.detail,
    }  # fmt: skip
