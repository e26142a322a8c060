"""The page of one season, and its short form for the home page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from tracker.calendar.days import MONTHS, in_words
from tracker.goals.evidence import ANY_KIND, in_prose, wanted_kind
from tracker.goals.links import goal_evidence
from tracker.goals.model import Season
from tracker.goals.pace import value_at
from tracker.habits.groups import by_group
from tracker.habits.model import number_words
from tracker.pages.charts import pace_chart
from tracker.pages.markup import (
    MARK,
    STYLE,
    bar,
    data_behind,
    legend,
    link,
    pace_class,
    pace_words,
    page,
    percent,
    raw,
    sample_callout,
    strip,
    table,
)
from tracker.pages.public_record import PublicRecord
from tracker.pages.season_blocks import (
    NO_ACCOUNT,
    Account,
    amendment_blocks,
    differs,
    evidence_line,
    forecast_blocks,
    open_lines,
    promise_blocks,
    verdict_blocks,
)
from tracker.seasons.report import GoalReport, HabitReport, SeasonReport
from tracker.text.escape import html, markdown

NOBODY_YET = "No check-in yet: `tracker checkin` stores the first one, and it shows here."


def season_page(
    report: SeasonReport,
    record: PublicRecord | None,
    earlier: Sequence[Season],
    account: Account = NO_ACCOUNT,
    more: Sequence[str] = (),
) -> str:
    """The whole page of a season.

    Args:
        account: what is on record of its promise, amendments and verdict.
        more: links to pages beside this one.
    """
    day_words = _place(report)
    blocks = [
        sample_callout(record is not None and record.sample),
        raw(STYLE),
        f"{day_words} As of {in_words(report.today)}.",
        "\n".join(f"- {markdown(str(rest))}" for rest in report.season.breaks),
        *promise_blocks(account),
        *verdict_blocks(account),
        "## Goals",
        *_goals(report, account),
        "## Habits",
        *_habits(report, record),
        *amendment_blocks(account),
        *forecast_blocks(account),
    ]
    if earlier:
        links = [f"- {link(season.title, f'{season.id}.qmd')}" for season in reversed(earlier)]
        blocks += ["## Earlier seasons", "\n".join(links)]
    if more:
        blocks.append(" · ".join(more))
    title = f"Progress: {markdown(report.season.title)}"
    return page(title, "Each goal's evidence and pace, and how each habit holds.", blocks)


def now(
    report: SeasonReport | None, record: PublicRecord | None, account: Account = NO_ACCOUNT
) -> str:
    """The current season on one screen; links are from the site's root."""
    if report is None:
        return f"{MARK}\n\nNo season has begun. Seasons are declared in `goals.yml`.\n"
    goals = "\n".join(_now_goal(item) for item in report.goals)
    until = record.as_of if record else report.today
    rows = [_now_habit(item, until) for item in report.habits]
    habits = table(["Habit", "Strength", _days_to(until)], rows) if rows else ""
    blocks = [
        MARK,
        sample_callout(record is not None and record.sample),
        raw(STYLE, f'<div class="tk-now">\n{goals}\n{habits if record else ""}\n</div>'),
        "" if record or not rows else NOBODY_YET,
        f"{_place(report)}{differs(account)} "
        "[Evidence, pace and every habit](/progress/index.qmd).",
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _days_to(until: date) -> str:
    return f"Days to {until.day} {MONTHS[until.month - 1][:3]}"


def _place(report: SeasonReport) -> str:
    season, today = report.season, report.today
    title = markdown(season.title)
    if today > season.ends:
        return f"{title} ended on {in_words(season.ends)}."
    if today < season.starts:
        return f"{title} starts on {in_words(season.starts)}."
    day, days = (today - season.starts).days + 1, (season.ends - season.starts).days + 1
    return f"Day {day} of {days}."


def _now_goal(item: GoalReport) -> str:
    return (
        f'<div class="tk-goal"><div class="tk-goal-title">{html(item.goal.title)}</div>'
        f'<div class="tk-facts">{html(item.progress)} · '
        f'<span class="{pace_class(item)}">{pace_words(item)}</span></div>{bar(item)}</div>'
    )


def _now_habit(item: HabitReport, until: date) -> list[str]:
    number = f'<span class="tk-number">{percent(item.strength)}</span>'
    return [html(item.habit.title), number, strip(item, until)]


def _goals(report: SeasonReport, account: Account) -> list[str]:
    if not report.goals:
        return ["This season has no goals."]
    return [block for item in report.goals for block in _goal(item, report, account)]


def _goal(item: GoalReport, report: SeasonReport, account: Account) -> list[str]:
    goal = item.goal
    rows = _pace_rows(item, report)
    evidence = [evidence_line(entry, account.links, goal.id) for entry in item.evidence]
    shown = goal_evidence(goal, report.season, account.entries, account.links, report.today)
    return [
        f"### {markdown(goal.title)} {{#goal-{goal.id}}}",
        raw(
            f'<p class="tk-facts">{html(item.progress)} · '
            f'<span class="{pace_class(item)}">{pace_words(item)}</span></p>',
            bar(item),
        ),
        markdown(goal.why),
        _judged(item),
        "\n".join(evidence),
        open_lines(shown),
        raw(
            f'<div class="tk-scroll">{pace_chart(item, report.season, report.today)}</div>',
            data_behind(["Day", "Count", "Pace line", "Evidence"], rows),
        ),
    ]


def _judged(item: GoalReport) -> str:
    kind, prose = wanted_kind(item.goal), in_prose(item.goal)
    if prose:
        rule = f"Judged by: {markdown(prose)}"
    elif kind:
        rule = f"Judged by the log: published entries of the kind *{kind}* that name this goal."
    else:
        rule = (
            f"Judged by the log: published entries of any kind (*{ANY_KIND}*) that name this goal."
        )
    return rule if item.evidence else f"{rule} None is there yet."


def _pace_rows(item: GoalReport, report: SeasonReport) -> list[list[str]]:
    season = report.season
    rows = [[str(season.starts), "0", f"{item.line[0].value:.1f}", ""]]
    for number, entry in enumerate(item.evidence, 1):
        assert entry.day is not None
        line = value_at(item.line, entry.day.toordinal())
        rows.append([str(entry.day), str(number), f"{line:.1f}", html(entry.title)])
    until = min(report.today, season.ends)
    rows.append([f"{until} (now)", number_words(item.amount), f"{item.expected:.1f}", ""])
    rows.append([f"{season.ends} (end)", "", number_words(item.goal.target), ""])
    return rows


def _habits(report: SeasonReport, record: PublicRecord | None) -> list[str]:
    if not report.habits:
        return ["This season shows no habits."]
    if record is None:
        plans = _tables(report, ["Habit", "Schedule"], _plan)
        return [NOBODY_YET, *plans]
    until = min(record.as_of, report.season.ends)
    head = ["Habit", "Schedule", "Strength", _days_to(until), "Held for"]
    return [
        f"Strength leads, streaks follow: a missed day costs a little, not everything. "
        f"Check-ins until {in_words(record.as_of)}.",
        *_tables(report, head, lambda item: _habit_row(item, until), legend()),
    ]


def _tables(
    report: SeasonReport, head: list[str], row: Callable[[HabitReport], list[str]], below: str = ""
) -> list[str]:
    """A table of habits for each group, under its heading."""
    groups = by_group(report.habits, lambda item: item.habit.group)
    blocks = []
    for number, (group, items) in enumerate(groups, 1):
        body = table(head, [row(item) for item in items])
        blocks += [f"### {markdown(group)}"] if group else []
        blocks.append(raw(body, below) if below and number == len(groups) else raw(body))
    return blocks


def _plan(item: HabitReport) -> list[str]:
    return [_habit_link(item), html(str(item.habit.schedule))]


def _habit_row(item: HabitReport, until: date) -> list[str]:
    habit, streak = item.habit, item.streak
    amount = f", {habit.quantity}" if habit.quantity else ""
    unit = streak.unit if streak.length != 1 else streak.unit.removesuffix("s")
    held = f"{streak.length} {unit}" if streak.length else ""
    return [
        _habit_link(item),
        html(f"{habit.schedule}{amount}"),
        f'<span class="tk-number">{percent(item.strength)}</span>',
        strip(item, until),
        f'<span class="tk-number">{held}</span>',
    ]


def _habit_link(item: HabitReport) -> str:
    return f'<a href="habits/{item.habit.id}.html">{html(item.habit.title)}</a>'
