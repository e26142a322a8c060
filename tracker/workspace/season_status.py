"""Where a season stands today: what is in force, what counts, and what waits for a word."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from tracker.errors import TrackerError
from tracker.goals.evidence import LogEntry
from tracker.goals.forecasts import missing
from tracker.goals.links import Link, goal_evidence, with_links
from tracker.goals.model import Project, Season
from tracker.habits.strength import RULES
from tracker.pages.season_blocks import Account
from tracker.seasons.amendments import waiting
from tracker.seasons.effective import project_in_force
from tracker.seasons.record import SeasonRecord, private_habits, public
from tracker.seasons.report import SeasonReport, season_report
from tracker.seasons.verdict import Verdict, graded_twice, tally
from tracker.store.checkpoints import CheckpointStore, keep, recent
from tracker.workspace.entries import read_log, unknown_goals
from tracker.workspace.season_records import links_of, record_in_file, record_of
from tracker.workspace.session import Session


class SeasonStatus(NamedTuple):
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
    entries: list[LogEntry]
    links: list[Link]
    written: Season
    record: SeasonRecord | None


def season_status(session: Session, season: Season, entries: Sequence[LogEntry]) -> SeasonStatus:
    """How a season stands, from the database or else from its public record."""
    records = _records(session, season.id)
    project = project_in_force(session.project, records, session.today)
    same = (other for other in project.seasons if other.id == season.id)
    current = next(same, None) or project.season_near(session.today) or season
    links = links_of(session, current.id)
    evidence = with_links(entries, links, current)
    return SeasonStatus(project, current, evidence, links, season, records.get(current.id))


def _records(session: Session, current: str) -> dict[str, SeasonRecord]:
    """The records that bear on today: the season's own, those that amended a habit, the lost."""
    store = session.seasons
    names = dict.fromkeys([current, *store.amended(), *lost_seasons(session)])
    records = {name: store.record(name) for name in names}
    records[current] = records[current] or record_in_file(session, current)
    return {name: record for name, record in records.items() if record is not None}


def lost_seasons(session: Session) -> list[str]:
    """The seasons that were promised and that goals.yml no longer holds."""
    written = {season.id for season in session.project.seasons}
    return [name for name in session.seasons.frozen() if name not in written]


def public_accounts(
    session: Session, today: date, entries: Sequence[LogEntry] = ()
) -> dict[str, Account]:
    """What anyone may read of each season: its record, its evidence, what goals.yml says else."""
    records = [session.seasons.record(name) for name in lost_seasons(session)]
    lost = [record for record in records if record is not None]
    seasons = {season.id: season for season in session.project.seasons}
    accounts = {}
    for season in (*seasons.values(), *(record.declared() for record in lost)):
        record = record_of(session, season.id)
        links = [link for link in links_of(session, season.id) if link.day <= today]
        if record is None and not links:
            continue
        shown = tuple(with_links(entries, links, season))
        if record is None:
            accounts[season.id] = Account(None, tuple(links), shown)
            continue
        private = private_habits(record, session.project)
        record = record.as_of(today)
        unexplained = tuple(
            change
            for change in record.unexplained(season, today)
            if change.kind != "habit" or (change.id not in private and not change.private)
        )
        account = Account(public(record, private), tuple(links), shown, unexplained)
        accounts[season.id] = account._replace(lost=season.id not in seasons)
    return accounts


def notices(session: Session, now: SeasonStatus) -> list[str]:
    """What a person should know or say about the season: most urgent first."""
    record = now.record
    if now.season.id != now.written.id:
        return [f"goals.yml no longer holds {now.season.id}, which was promised. Put it back."]
    if record is None:
        begun = now.season.starts <= session.today <= now.season.ends and now.season.goals
        return [f"{now.season.id} is not frozen yet: tracker season start"] if begun else []
    if record.verdict is not None:
        return []
    if session.today > record.ends:
        return [f"{record.id} ended on {record.ends}. Give its verdict: tracker season close"]
    return [
        *_amendment_notices(session, now, record),
        *_evidence_notices(session, now),
        *_forecast(session, now),
    ]


def _amendment_notices(session: Session, now: SeasonStatus, record: SeasonRecord) -> list[str]:
    notices = []
    unexplained = record.unexplained(now.written, session.today)
    if unexplained:
        places = "1 place" if len(unexplained) == 1 else f"{len(unexplained)} places"
        notices.append(
            f"goals.yml differs from what was promised in {places}; it does not count until you "
            'say why: tracker season amend --reason "…"'
        )
    private = record.not_known(now.written, session.today)
    if private:
        notices.append(
            f"This season was frozen on another machine, whose database alone knows what it "
            f"promised of private habits ({', '.join(private)}): here they count as written."
        )
    notices += [f"Waits: {change}" for change in waiting(record.amendments, session.today)]
    return notices


def _evidence_notices(session: Session, now: SeasonStatus) -> list[str]:
    notices = []
    for goal in now.season.goals:
        shown = goal_evidence(goal, now.season, now.entries, now.links, session.today)
        if shown.claims and not shown.evidence:
            notices.append(f"{goal.id}: claimed without evidence, so it does not count.")
        for link, reason in shown.waiting:
            advice = "" if link.counts else " Look again: tracker evidence check"
            notices.append(f"{goal.id}: {link.address} does not count ({reason}).{advice}")
    return notices


def _forecast(session: Session, now: SeasonStatus) -> list[str]:
    """A reminder of the forecasts of this week, for goals that are still open."""
    assert now.record is not None
    still = [
        goal.id
        for goal in now.season.goals
        if len(goal_evidence(goal, now.season, now.entries, [], session.today).evidence)
        < goal.target
    ]
    left = missing(still, now.record.forecasts, session.today)
    example = " ".join(f"{goal}=…%" for goal in left)
    return [f"No forecast this week: tracker forecast {example}"] if left else []


def current_report(session: Session, season: Season) -> tuple[SeasonReport, list[str], list[str]]:
    """The season as it counts, what there is to say about it, and what was wrong in the log.

    Of the habits only the last weeks are in it, taken up from checkpoints.
    """
    entries, problems = read_log(session.folder.path, session.folder.log_cache)
    goals = {goal.id for other in session.project.seasons for goal in other.goals}
    now = season_status(session, season, entries)
    weeks = recent(CheckpointStore(session.database), now.project, now.season, session.today)
    report = season_report(
        now.project, now.season, weeks.histories.marks, now.entries, session.today,
        histories=weeks.histories,
    )  # fmt: skip
    if weeks.renewed:
        keep(session.folder.database, weeks.upto, weeks.renewed)
    return report, notices(session, now), [*problems, *unknown_goals(entries, goals)]


def verdict_today(session: Session, record: SeasonRecord, early: str) -> Verdict:
    """The verdict as the log stands now, without the sentences."""
    entries, problems = read_log(session.folder.path)
    if problems:
        text = "A verdict is for good: mend these first, since they may hold evidence."
        raise TrackerError("\n".join([*problems, text]))
    original, amended, until = graded_twice(
        record.promise.season, record.amendments, entries, record.links, session.today
    )
    habits = []
    season = next((other for other in session.project.seasons if other.id == record.id), None)
    if season is not None:
        marks = session.marks
        now = season_status(session, season, [])
        report = season_report(now.project, now.season, marks, [], session.today, public_only=True)
        habits = [tally(item) for item in report.habits if item.days]
    return Verdict(
        season=record.id,
        given_at=session.logged_at,
        day=session.today,
        until=until,
        original=original,
        amended=amended,
        habits=tuple(habits),
        early=early,
        rules=RULES,
    )


def project_today(session: Session) -> Project:
    """The log's seasons as they count today, declared changes included."""
    season = session.project.season_near(session.today)
    return session.project if season is None else season_status(session, season, []).project
