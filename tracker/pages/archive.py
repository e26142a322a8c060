"""The archive: every frozen season, how well its forecasts held, and habit against output."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from tracker.calendar.days import in_words
from tracker.goals.association import (
    LAGS,
    LEAST_WEEKS,
    Association,
    Refusal,
)
from tracker.goals.calibration import Said, calibration
from tracker.goals.evidence import Entry
from tracker.goals.forecasts import COIN, brier, counted
from tracker.goals.grading import number
from tracker.goals.habit_output import (
    HabitOutput,
    between,
    habit_output,
    signed,
)
from tracker.goals.model import Project
from tracker.habits.strength import Marks
from tracker.pages.markup import (
    STYLE,
    page,
    raw,
    sample_callout,
    table,
)
from tracker.seasons.record import SeasonRecord
from tracker.text.escape import html

TITLE = "Seasons"


def archive_page(
    project: Project,
    records: Sequence[SeasonRecord],
    marks: Mapping[str, Marks],
    entries: Sequence[Entry],
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


def said(records: Sequence[SeasonRecord]) -> list[Said]:
    """Every forecast that counted, of every season that is closed."""
    return [
        Said(record.id, forecast.goal, forecast.probability, outcomes[forecast.goal])
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
    score = brier([(one.probability, one.came) for one in said([record])])
    original, amended = record.verdict.grades
    return [name, days, number(original), number(amended), f"{score.brier:.2f}" if score else ""]


def _calibration(every: Sequence[Said]) -> list[str]:
    if not every:
        return ["No season with forecasts is closed yet, so there is nothing to compare."]
    rows = [
        [
            f"{one.low:.0%} to {one.high:.0%}",
            f"{one.mean:.0%}",
            f"{one.came} of {one.goals}",
            f"{one.interval[0]:.0%} to {one.interval[1]:.0%}",
            str(one.forecasts),
        ]
        for one in calibration(every)
    ]
    score = brier([(one.probability, one.came) for one in every])
    assert score is not None
    return [
        f"Over all closed seasons the Brier score is {score.brier:.2f} (n = {score.n} forecasts); "
        f"always saying 50% scores {COIN}. The weeks of one goal share one outcome, so the "
        "interval counts goals, not forecasts.",
        raw(table(["Said", "Mean", "Goals reached", "95% interval", "Forecasts"], rows)),
    ]


def _association(
    project: Project, marks: Mapping[str, Marks], entries: Sequence[Entry], today: date
) -> list[str]:
    found = habit_output(project, marks, entries, today, public_only=True)
    if not found:
        return ["No check-in yet, so there is nothing to compare."]
    head = ["Habit", "Output in", "Rank correlation", "95% interval", "Chance alone", "Weeks"]
    return [
        "Do weeks with more of a habit come with more published on the goals it serves? This is "
        "*observational*: nobody drew lots for the weeks, and several habits are looked at, so "
        "one of them will look good by chance. Spearman's rank correlation of whole weeks; "
        f"below {LEAST_WEEKS} of them no number is given.",
        raw(table(head, [row for one in found for row in _rows(one)])),
    ]


def _rows(one: HabitOutput) -> list[list[str]]:
    """A habit's rows: one a lag, or one where no lag has a number."""
    title = html(one.title)
    refused = [found for found in one.found.values() if isinstance(found, Refusal)]
    if len(refused) == len(one.found):
        return [
            [title, "either week", f"none: {html(refused[0].reason)}", "", "", str(refused[0].n)]
        ]
    return [[title, LAGS[lag], *_numbers(found), str(found.n)] for lag, found in one.found.items()]


def _numbers(found: Association | Refusal) -> list[str]:
    if isinstance(found, Refusal):
        return [f"none: {html(found.reason)}", "", ""]
    return [signed(found.rho), between(found.low, found.high), f"±{found.chance:.2f}"]
