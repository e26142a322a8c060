"""Where a season stands today: what is in force, what counts, and what waits for a word."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from tracker.errors import TrackerError
from tracker.goals.evidence import LogEntry
from tracker.goals.forecasts import missing
from tracker.goals.links import Link, goal_evidence, with_links
from tracker.goals.model import Season
from tracker.habits.strength import RULES
from tracker.pages.season_blocks import Account
from tracker.seasons.history import Histories
from tracker.seasons.record import SeasonRecord, private_habits, public
from tracker.seasons.report import SeasonReport, season_report
from tracker.seasons.verdict import Verdict, graded_twice, tally
from tracker.store.checkpoints import CheckpointStore, keep, recent
from tracker.text.counts import number_of
from tracker.workspace.entries import read_log, unknown_goals
from tracker.workspace.season_records import goal_ids, links_of, record_of
from tracker.workspace.session import Session


class SeasonStatus(NamedTuple):
    """A season as it counts today.

    Attributes:
        season: as it is in force.
        entries: the log's entries, and the links that count for the season.
        written: the season as goals.yml has it; None where it was promised and is lost.
        record: None where the season is not frozen.
    """

    season: Season
    entries: list[LogEntry]
    links: list[Link]
    written: Season | None
    record: SeasonRecord | None


def season_status(session: Session, season: Season, entries: Sequence[LogEntry]) -> SeasonStatus:
    """How a season that is in force stands, from the database or else from its public record."""
    written = (other for other in session.written.seasons if other.id == season.id)
    links = links_of(session, season.id)
    evidence = with_links(entries, links, season)
    record = record_of(session, season.id)
    return SeasonStatus(season, evidence, links, next(written, None), record)


def public_accounts(
    session: Session, today: date, entries: Sequence[LogEntry] = ()
) -> dict[str, Account]:
    """What anyone may read of each season: its record, its evidence, what goals.yml says else."""
    written = {season.id: season for season in session.written.seasons}
    records = session.season_records()
    accounts = {}
    for name in dict.fromkeys([*written, *records]):
        links = [link for link in links_of(session, name) if link.day <= today]
        if name not in records:
            if links:
                shown = with_links(entries, links, written[name])
                accounts[name] = Account(None, tuple(links), tuple(shown))
            continue
        private = private_habits(records[name], session.written)
        record = records[name].as_of(today)
        changes = record.unexplained(written[name], today) if name in written else ()
        unexplained = tuple(
            change
            for change in changes
            if change.kind != "habit" or (change.id not in private and not change.private)
        )
        shown = with_links(entries, links, record.in_force(today))
        account = Account(public(record, private), tuple(links), tuple(shown), unexplained)
        accounts[name] = account._replace(lost=name not in written)
    return accounts


def notices(session: Session, now: SeasonStatus) -> list[str]:
    """What a person should know or say about the season: most urgent first."""
    record = now.record
    if now.written is None:
        return [f"goals.yml no longer holds {now.season.id}, which was promised. Put it back."]
    if record is None:
        begun = now.season.starts <= session.today <= now.season.ends and now.season.goals
        return [f"{now.season.id} is not frozen yet: tracker season start"] if begun else []
    if record.verdict is not None:
        return []
    if session.today > record.ends:
        return [f"{record.id} ended on {record.ends}. Give its verdict: tracker season close"]
    return [
        *_amendment_notices(session, now.written, record),
        *_evidence_notices(session, now),
        *_forecast(session, now),
    ]


def _amendment_notices(session: Session, written: Season, record: SeasonRecord) -> list[str]:
    notices = []
    unexplained = record.unexplained(written, session.today)
    if unexplained:
        places = number_of(len(unexplained), "place")
        notices.append(
            f"goals.yml differs from what was promised in {places}; it does not count until you "
            'say why: tracker season amend --reason "…"'
        )
    private = record.not_known(written, session.today)
    if private:
        notices.append(
            f"This season was frozen on another machine, whose database alone knows what it "
            f"promised of private habits ({', '.join(private)}): here they count as written."
        )
    notices += [f"Waits: {change}" for change in record.coming(session.today)]
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


class Current(NamedTuple):
    """A season as it counts at this moment.

    Attributes:
        report: of the habits only the last weeks are in it, taken up from checkpoints.
        histories: the habits it was made from.
        notices: what there is to say about it.
        problems: what was wrong in the log.
    """

    report: SeasonReport
    histories: Histories
    notices: list[str]
    problems: list[str]


def current_season(session: Session) -> Current | None:
    """The season of today as it counts, or the one nearest; None where goals.yml has none yet."""
    season = session.project.season_near(session.today)
    if season is None:
        return None
    entries, problems = read_log(session.folder.path, session.folder.log_cache)
    now = season_status(session, season, entries)
    weeks = recent(CheckpointStore(session.database), session.project, season, session.today)
    report = season_report(
        session.project, season, weeks.histories.marks, now.entries, session.today,
        histories=weeks.histories,
    )  # fmt: skip
    if weeks.renewed and session.folder.database_exists():
        keep(session.folder.database, weeks.upto, weeks.renewed)
    unknown = unknown_goals(entries, goal_ids(session))
    said = notices(session, now)
    return Current(report, weeks.histories, said, [*problems, *unknown])


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
        report = season_report(
            session.project, season, session.marks, [], session.today, public_only=True
        )
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
