"""The report of a week or a season: what is known of it, drafted and put into the log."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import NamedTuple

from tracker.calendar.weeks import Week, parse_week
from tracker.errors import TrackerError
from tracker.files import write_whole
from tracker.goals.evidence import LogEntry
from tracker.goals.links import with_links
from tracker.goals.model import Season
from tracker.pages.archive import KIND
from tracker.pages.review import NEXT_WEEK, Earlier, Facts, misses, weekly, words_after
from tracker.pages.season_review import NEXT_SEASON, seasonal
from tracker.seasons.effective import project_in_force
from tracker.seasons.record import SeasonRecord
from tracker.seasons.report import season_report
from tracker.workspace.entries import entry_of
from tracker.workspace.progress import current_record
from tracker.workspace.season_records import season_named
from tracker.workspace.season_status import public_accounts
from tracker.workspace.session import Session

DATED = len("2026-11-23-")  # what a folder's name has before the report's own


class Draft(NamedTuple):
    """A report before it is written: what its folder is called after, and its text."""

    name: str
    text: str
    misses: list[str]


def week_meant(session: Session, word: str) -> Week:
    """The week meant; by itself the last whole one: its last day is a day of it still."""
    return parse_week(word or "last", session.today, session.project.week_starts)


def draft_of_week(session: Session, week: Week, entries: list[LogEntry]) -> Draft:
    """The report of a week; TrackerError where no season holds it."""
    last = min(week.last, session.today)
    season = session.project.season_on(last) or session.project.season_on(week.first)
    if season is None:
        raise TrackerError(f"No season holds {week} ({week.first} to {week.last}). See goals.yml.")
    name = f"{KIND}-{str(week).casefold()}"
    facts, _ = _facts(session, season, entries, week.first, last)
    weeks = {path.parent.name[DATED:]: path for path in _reports(session, f"{KIND}-????-w??")}
    before = [weeks[other] for other in sorted(weeks) if other < name]
    facts = facts._replace(earlier=_earlier(session, before, NEXT_WEEK))
    return Draft(name, weekly(facts, week, session.today), misses(facts))


def draft_of_season(session: Session, name: str | None, entries: list[LogEntry]) -> Draft:
    """The report of a season by its id; by itself of the last one that is over."""
    season = season_named(session, name) if name else _season_over(session)
    if season.starts > session.today:
        raise TrackerError(
            f"{season.id} starts on {season.starts}: there is nothing to report yet."
        )
    facts, record = _facts(session, season, entries, season.starts, session.today)
    past = [other for other in session.project.seasons if other.ends < season.starts]
    before = [path for other in past for path in _reports(session, f"{KIND}-{other.id.casefold()}")]
    facts = facts._replace(earlier=_earlier(session, before, NEXT_SEASON))
    name = f"{KIND}-{season.id.casefold()}"
    return Draft(name, seasonal(facts, record, session.today), misses(facts))


def _season_over(session: Session) -> Season:
    """The season that ended last, within its own length; else that of today."""
    over = [season for season in session.project.seasons if season.ends < session.today]
    if over and not _reports(session, f"{KIND}-{over[-1].id.casefold()}"):
        return over[-1]
    return season_named(session, None)


def _facts(
    session: Session, season: Season, entries: list[LogEntry], first: date, last: date
) -> tuple[Facts, SeasonRecord | None]:
    """What is known of a season between two days, and its record as it stands today."""
    now = public_accounts(session, session.today)
    records = {name: account.record for name, account in now.items() if account.record is not None}
    project = project_in_force(session.written, records, last)
    current = next(other for other in project.seasons if other.id == season.id)
    first, last = max(first, current.starts), min(last, current.ends)
    record = records.get(season.id)
    links = now[season.id].links if season.id in now else ()
    shown = current_record(session, session.today)
    marks = shown.marks() if shown is not None and not shown.sample else {}
    report = season_report(
        project, current, marks, with_links(entries, links, current), last,
        habits_until=session.today, public_only=True,
    )  # fmt: skip
    return Facts(report, first, last, links, record.forecasts if record else ()), record


def _reports(session: Session, pattern: str) -> list[Path]:
    """The reports whose folder is named so, after its date."""
    return sorted((session.folder.path / "log").glob(f"????-??-??-{pattern}/index.qmd"))


def _earlier(session: Session, reports: list[Path], heading: str) -> Earlier | None:
    """The last of the reports, and what it announced."""
    if not reports:
        return None
    name = reports[-1].relative_to(session.folder.path).as_posix()
    text = reports[-1].read_text(encoding="utf-8-sig")
    return Earlier(entry_of(text, name).title, name, words_after(text, heading))


def write_draft(session: Session, draft: Draft) -> str:
    """Put the draft into a folder of its own; returns its path from the log's root."""
    there = _reports(session, draft.name)
    if there:
        name = there[0].relative_to(session.folder.path).as_posix()
        raise TrackerError(f"{name} is there already, and is not overwritten. Edit it.")
    path = session.folder.path / "log" / f"{session.today}-{draft.name}" / "index.qmd"
    write_whole(path, draft.text.encode())
    return path.relative_to(session.folder.path).as_posix()
