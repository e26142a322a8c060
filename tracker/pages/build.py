"""Every progress page of a log, as text: which there are, and what they are made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType

from tracker.goals.evidence import LogEntry
from tracker.goals.links import with_links
from tracker.goals.model import Project, Season
from tracker.pages import public_record
from tracker.pages.archive import archive_page, reviews, reviews_page
from tracker.pages.habit import habit_page
from tracker.pages.markup import page
from tracker.pages.public_record import PublicRecord
from tracker.pages.season import now, season_page
from tracker.pages.season_blocks import NO_ACCOUNT, Account
from tracker.seasons.history import Histories
from tracker.seasons.report import SeasonReport, season_report

NOTHING: Mapping[str, Account] = MappingProxyType({})


def build(
    project: Project,
    record: PublicRecord | None,
    entries: Sequence[LogEntry],
    today: date,
    accounts: Mapping[str, Account] = NOTHING,
) -> Mapping[str, str]:
    """The content of every file below progress/, by its path there.

    Args:
        project: with every frozen season as it is in force.
        record: the public check-ins; None where there is none yet.
        today: the day for which the goals are counted.
        accounts: what is on public record of each season, by its id.
    """
    season = project.season_near(today)
    if season is None:
        text = "`goals.yml` declares no season yet."
        return {"index.qmd": page("Progress", "No season yet.", [text]), "_now.md": now(None, None)}
    earlier = [other for other in project.seasons if other.ends < season.starts]
    marks = record.marks() if record else {}
    histories = Histories(project, marks, record.as_of if record else today, public_only=True)
    report = _report(project, season, histories, entries, today, accounts)
    account = accounts.get(season.id, NO_ACCOUNT)
    beside = _beside(project, record, entries, today, accounts)
    files = {
        "index.qmd": season_page(report, record, earlier, account, _links(beside)),
        "_now.md": now(report, record, account),
        **beside,
    }
    for past in earlier:
        past_report = _report(project, past, histories, entries, today, accounts)
        past_account = accounts.get(past.id, NO_ACCOUNT)
        files[f"{past.id}.qmd"] = season_page(past_report, record, [], past_account, _links(beside))
    if record is not None:
        files["published.json"] = public_record.dump(record, project)
    shown = record or PublicRecord(today, False, {})
    for habit_id in project.habit_ids():
        spans = [span for span in histories.spans[habit_id] if span.first <= today]
        if spans:
            files[f"habits/{habit_id}.qmd"] = habit_page(
                spans, shown, histories.of(habit_id), project.week_starts
            )
    return files


def _beside(
    project: Project,
    record: PublicRecord | None,
    entries: Sequence[LogEntry],
    today: date,
    accounts: Mapping[str, Account],
) -> dict[str, str]:
    """The pages over all seasons, once there is something to put on them."""
    files = {}
    records = [accounts[s.id].record for s in project.seasons if s.id in accounts]
    frozen = [made for made in records if made is not None]
    if frozen:
        current = project.season_near(today)
        marks = record.marks() if record else {}
        name = current.id if current else None
        sample = record is not None and record.sample
        files["archive.qmd"] = archive_page(project, frozen, marks, entries, today, name, sample)
    reports = reviews(entries, today)
    if reports:
        files["reviews.qmd"] = reviews_page(reports)
    return files


def _links(beside: Mapping[str, str]) -> list[str]:
    words = {
        "archive.qmd": "[Every season, calibration, and habit against output](archive.qmd)",
        "reviews.qmd": "[Reports](reviews.qmd)",
    }
    return [words[name] for name in words if name in beside]


def _report(
    project: Project,
    season: Season,
    histories: Histories,
    entries: Sequence[LogEntry],
    today: date,
    accounts: Mapping[str, Account],
) -> SeasonReport:
    links = accounts.get(season.id, NO_ACCOUNT).links
    return season_report(
        project,
        season,
        histories.marks,
        with_links(entries, links, season),
        today,
        histories=histories,
    )
