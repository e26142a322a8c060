"""`tracker review`: draft the report of a week or a season as a log entry."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

import click

from tracker.calendar.weeks import Week, parse_week, week_of
from tracker.cli.context import App, app_of, common_options, echo_json
from tracker.cli.site.pages import current_record
from tracker.errors import TrackerError
from tracker.files import write_whole
from tracker.goals.links import with_links
from tracker.pages.review import (
    NEXT_WEEK,
    Earlier,
    Facts,
    misses,
    weekly,
    words_after,
)
from tracker.pages.reviews_page import KIND
from tracker.pages.season_review import NEXT_SEASON, left_open, seasonal
from tracker.seasons.effective import project_in_force
from tracker.seasons.report import season_report
from tracker.text.escape import terminal
from tracker.workspace.entries import entry_of, read_log
from tracker.workspace.season_records import season_named
from tracker.workspace.season_status import public_accounts

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from tracker.goals.evidence import Entry
    from tracker.goals.model import Season
    from tracker.seasons.record import SeasonRecord

DATED = len("2026-11-23-")  # what a folder's name has before the report's own


class Draft(NamedTuple):
    """A report before it is written: what its folder is called after, and its text."""

    name: str
    text: str
    misses: list[str]


@click.command("review", short_help="Draft the report of a week or a season.")
@click.option(
    "--week", is_flag=False, flag_value="", metavar="[WEEK]",
    help="The week: this, last or 2026-W47; the last whole one if left out.",
)  # fmt: skip
@click.option(
    "--season", is_flag=False, flag_value="", metavar="[SEASON]",
    help="The season by its id; the last one that is over if left out, else the current one.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print where it stands as JSON.")
@common_options
@click.pass_context
def command(ctx: click.Context, week: str | None, season: str | None, as_json: bool) -> None:
    """Draft a report as a log entry: last wording quoted, every commitment answered.

    The numbers are filled in, with denominators and links; where you have to say
    something, the draft says "Your words". It is kept as a draft, and what is there
    already is never overwritten. Private habits and notes stay out of it.

    \b
      tracker review                      the last whole week
      tracker review --week 2026-W47
      tracker review --season
    """
    app = app_of(ctx)
    if week is not None and season is not None:
        raise click.UsageError("A report is of a week or of a season: give one of the two.")
    entries, problems = read_log(app.folder.path)
    for problem in problems:
        click.echo(f"Warning: {terminal(problem)}", err=True)
    if season is not None:
        draft = _of_season(app, season or None, entries)
    else:
        draft = _of_week(app, _week(app, week or ""), entries)
    path = _write(app, draft)
    if as_json:
        echo_json({"file": path, "to_fill_in": left_open(draft.text), "misses": draft.misses})
        return
    places = left_open(draft.text)
    click.echo(f"Began {terminal(path)}")
    click.echo(
        f'{places} places wait for "Your words". It is a draft: set draft: false when it may be read.'
    )


def _week(app: App, word: str) -> Week:
    """The week meant; by itself the last one that is over, or ends today."""
    if word:
        return parse_week(word, app.today)
    return week_of(app.today - timedelta(days=6))


def _of_week(app: App, week: Week, entries: list[Entry]) -> Draft:
    last = min(week.last, app.today)
    season = app.project.season_on(last) or app.project.season_on(week.first)
    if season is None:
        raise TrackerError(f"No season holds {week} ({week.first} to {week.last}). See goals.yml.")
    name = f"{KIND}-{str(week).casefold()}"
    facts, _ = _facts(app, season, entries, week.first, last)
    weeks = {path.parent.name[DATED:]: path for path in _reports(app, f"{KIND}-????-w??")}
    before = [weeks[other] for other in sorted(weeks) if other < name]
    facts = facts._replace(earlier=_earlier(app, before, NEXT_WEEK))
    return Draft(name, weekly(facts, week, app.today), misses(facts))


def _of_season(app: App, name: str | None, entries: list[Entry]) -> Draft:
    season = season_named(app, name) if name else _season_over(app)
    if season.starts > app.today:
        raise TrackerError(
            f"{season.id} starts on {season.starts}: there is nothing to report yet."
        )
    facts, record = _facts(app, season, entries, season.starts, app.today)
    past = [one for one in app.project.seasons if one.ends < season.starts]
    before = [path for one in past for path in _reports(app, f"{KIND}-{one.id.casefold()}")]
    facts = facts._replace(earlier=_earlier(app, before, NEXT_SEASON))
    name = f"{KIND}-{season.id.casefold()}"
    return Draft(name, seasonal(facts, record, app.today), misses(facts))


def _season_over(app: App) -> Season:
    """The season that ended last, within its own length; else that of today."""
    over = [season for season in app.project.seasons if season.ends < app.today]
    if over and not _reports(app, f"{KIND}-{over[-1].id.casefold()}"):
        return over[-1]
    return season_named(app, None)


def _facts(
    app: App, season: Season, entries: list[Entry], first: date, last: date
) -> tuple[Facts, SeasonRecord | None]:
    """What is known of a season between two days, and its record as it stands today."""
    now = public_accounts(app, app.today)
    records = {name: one.record for name, one in now.items() if one.record is not None}
    project = project_in_force(app.project, records, last)
    current = next(one for one in project.seasons if one.id == season.id)
    first, last = max(first, current.starts), min(last, current.ends)
    record = records.get(season.id)
    links = now[season.id].links if season.id in now else ()
    shown = current_record(app, app.today)
    marks = shown.marks() if shown is not None and not shown.sample else {}
    report = season_report(
        project, current, marks, with_links(entries, links, current), last,
        habits_until=app.today, public_only=True,
    )  # fmt: skip
    return Facts(report, first, last, links, record.forecasts if record else ()), record


def _reports(app: App, pattern: str) -> list[Path]:
    """The reports whose folder is named so, after its date."""
    return sorted((app.folder.path / "log").glob(f"????-??-??-{pattern}/index.qmd"))


def _earlier(app: App, found: list[Path], heading: str) -> Earlier | None:
    """The last of the reports, and what it announced."""
    if not found:
        return None
    name = found[-1].relative_to(app.folder.path).as_posix()
    text = found[-1].read_text(encoding="utf-8-sig")
    return Earlier(entry_of(text, name).title, name, words_after(text, heading))


def _write(app: App, draft: Draft) -> str:
    """Put the draft into a folder of its own; returns its path from the log's root."""
    there = _reports(app, draft.name)
    if there:
        name = there[0].relative_to(app.folder.path).as_posix()
        raise TrackerError(f"{name} is there already, and is not overwritten. Edit it.")
    path = app.folder.path / "log" / f"{app.today}-{draft.name}" / "index.qmd"
    write_whole(path, draft.text.encode())
    return path.relative_to(app.folder.path).as_posix()
