"""The pages over all seasons: the archive with its calibration, and the reports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from tracker.calendar.days import in_words
from tracker.goals.association import (
    LAGS,
    LEAST_WEEKS,
    Association,
    HabitOutput,
    Refusal,
    between,
    habit_output,
    signed,
)
from tracker.goals.evidence import LogEntry
from tracker.goals.forecasts import COIN, ClosedForecast, brier, calibration, counted
from tracker.goals.grades import number
from tracker.goals.model import Project
from tracker.habits.checkins import Marks
from tracker.pages.markup import MARK, STYLE, page, raw, sample_callout, table
from tracker.seasons.record import SeasonRecord
from tracker.text.counts import number_of
from tracker.text.escape import html, yaml

TITLE = "Seasons"
KIND = "review"  # of the log entries that `tracker review` drafts


def archive_page(
    project: Project,
    records: Sequence[SeasonRecord],
    marks: Mapping[str, Marks],
    entries: Sequence[LogEntry],
    today: date,
    current: str | None,
    sample: bool = False,
) -> str:
    """The page of all frozen seasons.

    Args:
        records: public records, oldest first.
        current: the season whose page is the folder's front page.
        sample: whether the check-ins beside the output were made up.
    """
    rows = [_season_row(record, current) for record in reversed(records)]
    head = ["Season", "Days", "As promised", "As amended", "Brier"]
    blocks = [
        sample_callout(sample),
        raw(STYLE),
        "Each season is graded twice, from 0 to 1: by what was promised on its first day, and by "
        "what it had become through amendments. A verdict is given once.",
        raw(table(head, rows)),
        "## Calibration {#calibration}",
        *_calibration(said(records)),
        "## Habit against output {#habit-output}",
        *_association(project, marks, entries, today),
    ]
    return page(TITLE, "Every season's verdict, and how well its forecasts held.", blocks)


def said(records: Iterable[SeasonRecord]) -> list[ClosedForecast]:
    """Every forecast that counted, of every season that is closed."""
    return [
        ClosedForecast(record.id, forecast.goal, forecast.probability, outcomes[forecast.goal])
        for record in records
        if record.verdict is not None
        for outcomes in [record.verdict.reached()]
        for forecast in counted(record.forecasts)
        if forecast.goal in outcomes
    ]


def _season_row(record: SeasonRecord, current: str | None) -> list[str]:
    season = record.promise.season
    target = "index.html" if record.id == current else f"{record.id}.html"
    name = f'<a href="{target}">{html(season.title)}</a>'
    days = f"{in_words(season.starts)} to {in_words(record.ends)}"
    if record.verdict is None:
        return [name, days, "open", "open", ""]
    score = brier([(forecast.probability, forecast.came) for forecast in said([record])])
    original, amended = record.verdict.grades
    return [name, days, number(original), number(amended), f"{score.brier:.2f}" if score else ""]


def _calibration(every: Sequence[ClosedForecast]) -> list[str]:
    if not every:
        return ["No season with forecasts is closed yet, so there is nothing to compare."]
    rows = [
        [
            f"{group.low:.0%} to {group.high:.0%}",
            f"{group.mean:.0%}",
            f"{group.came} of {group.goals}",
            f"{group.interval[0]:.0%} to {group.interval[1]:.0%}",
            str(group.forecasts),
        ]
        for group in calibration(every)
    ]
    score = brier([(group.probability, group.came) for group in every])
    assert score is not None
    return [
        f"Over all closed seasons the Brier score is {score.brier:.2f} (n = {number_of(score.n, 'forecast')}); "
        f"always saying 50% scores {COIN}. The weeks of one goal share one outcome, so the "
        "interval counts goals, not forecasts.",
        raw(table(["Said", "Mean", "Goals reached", "95% interval", "Forecasts"], rows)),
    ]


def _association(
    project: Project, marks: Mapping[str, Marks], entries: Sequence[LogEntry], today: date
) -> list[str]:
    results = habit_output(project, marks, entries, today, public_only=True)
    if not results:
        return ["No check-in yet, so there is nothing to compare."]
    head = ["Habit", "Output in", "Rank correlation", "95% interval", "Chance alone", "Weeks"]
    return [
        "Do weeks with more of a habit come with more published on the goals it serves? This is "
        "*observational*: nobody drew lots for the weeks, and several habits are looked at, so "
        "one of them will look good by chance. Spearman's rank correlation of whole weeks; "
        f"below {LEAST_WEEKS} of them no number is given.",
        raw(table(head, [row for habit in results for row in _rows(habit)])),
    ]


def _rows(habit: HabitOutput) -> list[list[str]]:
    """A habit's rows: one a lag, or one where no lag has a number."""
    title = html(habit.title)
    refused = [result for result in habit.found.values() if isinstance(result, Refusal)]
    if len(refused) == len(habit.found):
        return [
            [title, "either week", f"none: {html(refused[0].reason)}", "", "", str(refused[0].n)]
        ]
    return [
        [title, LAGS[lag], *_numbers(result), str(result.n)] for lag, result in habit.found.items()
    ]


def _numbers(result: Association | Refusal) -> list[str]:
    if isinstance(result, Refusal):
        return [f"none: {html(result.reason)}", "", ""]
    return [signed(result.rho), between(result.low, result.high), f"±{result.chance:.2f}"]


def reviews(entries: Sequence[LogEntry], today: date) -> list[LogEntry]:
    """The published reports, newest first."""
    reports = [
        entry
        for entry in entries
        if entry.kind == KIND and not entry.draft and entry.day is not None and entry.day <= today
    ]
    return sorted(reports, key=lambda entry: (entry.day or date.min, entry.path), reverse=True)


def reviews_page(reports: Sequence[LogEntry]) -> str:
    """A listing of the reports, which Quarto and the press both turn into a page and a feed."""
    contents = "\n".join(f"    - {yaml('/' + entry.path)}" for entry in reports)
    return (
        "---\n"
        "title: Reports\n"
        "description: Each commitment answered with its number, week by week and season by season.\n"
        "listing:\n"
        "  id: reports\n"
        f"  contents:\n{contents}\n"
        "  type: default\n"
        '  sort: "date desc"\n'
        "  sort-ui: false\n"
        "  filter-ui: false\n"
        "  fields: [date, title, description]\n"
        "  date-format: D MMMM YYYY\n"
        "  feed: true\n"
        "toc: false\n"
        "---\n\n"
        f"{MARK}\n\n::: {{#reports}}\n:::\n"
    )
