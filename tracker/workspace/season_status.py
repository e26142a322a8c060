"""Where a season stands today: what is in force, what counts, and what waits for a word."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tracker.goals.forecasts import missing
from tracker.goals.links import standing, with_links
from tracker.seasons.change_text import line
from tracker.seasons.effective import project_in_force
from tracker.workspace.season_records import (
    links_of,
    published,
    reading,
    record_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from tracker.cli.context import App
    from tracker.goals.evidence import Entry
    from tracker.goals.links import Link
    from tracker.goals.model import Project, Season
    from tracker.pages.season_blocks import Account
    from tracker.seasons.record import SeasonRecord
    from tracker.store.seasons import SeasonStore


class Standing(NamedTuple):
    """A season as it counts today.

    Attributes:
        project: every season in force, with the habits' definitions of each day.
        season: the one asked for, of that project.
        entries: the log's entries, and the links that count for the season.
        written: the season as goals.yml has it.
        record: None where the season is not frozen.
    """

    project: Project
    season: Season
    entries: list[Entry]
    links: list[Link]
    written: Season
    record: SeasonRecord | None


def standing_of(app: App, season: Season, entries: Sequence[Entry]) -> Standing:
    """How a season stands, from the database or else from its public record."""
    records = _records(app, season.id)
    project = project_in_force(app.project, records, app.today)
    same = (one for one in project.seasons if one.id == season.id)
    current = next(same, None) or project.season_near(app.today) or season
    links = links_of(app, current.id)
    found = with_links(entries, links, current)
    return Standing(project, current, found, links, season, records.get(current.id))


def _records(app: App, current: str) -> dict[str, SeasonRecord]:
    """The records that bear on today: the season's own, those that amended a habit, the lost."""
    with reading(app) as store:
        names = dict.fromkeys([current, *store.amended(), *lost_seasons(app, store)])
        found = {name: store.record(name) for name in names}
    found[current] = found[current] or published(app, current)
    return {name: record for name, record in found.items() if record is not None}


def lost_seasons(app: App, store: SeasonStore) -> list[str]:
    """The seasons that were promised and that goals.yml no longer holds."""
    written = {season.id for season in app.project.seasons}
    return [name for name in store.frozen() if name not in written]


def public_accounts(app: App, today: date, entries: Sequence[Entry] = ()) -> dict[str, Account]:
    """What anyone may read of each season: its record, its evidence, what goals.yml says else."""
    from tracker.pages.season_blocks import Account
    from tracker.seasons.record import private_habits, public

    with reading(app) as store:
        lost = [record for name in lost_seasons(app, store) if (record := store.record(name))]
    seasons = {season.id: season for season in app.project.seasons}
    found = {}
    for season in (*seasons.values(), *(record.declared() for record in lost)):
        record = record_of(app, season.id)
        links = [link for link in links_of(app, season.id) if link.day <= today]
        if record is None and not links:
            continue
        shown = tuple(with_links(entries, links, season))
        if record is None:
            found[season.id] = Account(None, tuple(links), shown)
            continue
        private = private_habits(record, app.project)
        record = record.as_of(today)
        unexplained = tuple(
            change
            for change in record.unexplained(season, today)
            if change.kind != "habit" or (change.id not in private and not change.private)
        )
        account = Account(public(record, private), tuple(links), shown, unexplained)
        found[season.id] = account._replace(lost=season.id not in seasons)
    return found


def notices(app: App, now: Standing) -> list[str]:
    """What a person should know or say about the season: most urgent first."""
    record = now.record
    if now.season.id != now.written.id:
        return [f"goals.yml no longer holds {now.season.id}, which was promised. Put it back."]
    if record is None:
        begun = now.season.starts <= app.today <= now.season.ends and now.season.goals
        return [f"{now.season.id} is not frozen yet: tracker season start"] if begun else []
    if record.verdict is not None:
        return []
    if app.today > record.ends:
        return [f"{record.id} ended on {record.ends}. Give its verdict: tracker season close"]
    return [
        *_amendment_notices(app, now, record),
        *_evidence_notices(app, now),
        *_forecast(app, now),
    ]


def _amendment_notices(app: App, now: Standing, record: SeasonRecord) -> list[str]:
    from tracker.seasons.amendments import waiting

    found = []
    unexplained = record.unexplained(now.written, app.today)
    if unexplained:
        places = "1 place" if len(unexplained) == 1 else f"{len(unexplained)} places"
        found.append(
            f"goals.yml differs from what was promised in {places}; it does not count until you "
            'say why: tracker season amend --reason "…"'
        )
    private = record.not_known(now.written, app.today)
    if private:
        found.append(
            f"This season was frozen on another machine, whose database alone knows what it "
            f"promised of private habits ({', '.join(private)}): here they count as written."
        )
    found += [f"Waits: {line(change)}" for change in waiting(record.amendments, app.today)]
    return found


def _evidence_notices(app: App, now: Standing) -> list[str]:
    found = []
    for goal in now.season.goals:
        shown = standing(goal, now.season, now.entries, now.links, app.today)
        if shown.claims and not shown.evidence:
            found.append(f"{goal.id}: claimed without evidence, so it does not count.")
        for link, reason in shown.waiting:
            advice = "" if link.counts else " Look again: tracker evidence check"
            found.append(f"{goal.id}: {link.address} does not count ({reason}).{advice}")
    return found


def _forecast(app: App, now: Standing) -> list[str]:
    """A reminder of the forecasts of this week, for goals that are still open."""
    assert now.record is not None
    still = [
        goal.id
        for goal in now.season.goals
        if len(standing(goal, now.season, now.entries, [], app.today).evidence) < goal.target
    ]
    left = missing(still, now.record.forecasts, app.today)
    example = " ".join(f"{goal}=…%" for goal in left)
    return [f"No forecast this week: tracker forecast {example}"] if left else []
