"""`tracker status`: today at a glance, on a wide terminal and on a phone's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import click

from tracker.calendar.days import beside_today
from tracker.cli.context import (
    PHONE,
    common_options,
    echo,
    echo_json,
    echo_lines,
    session_of,
    warn,
    width,
)
from tracker.cli.terminal import columns_of, fitted, glyph, padded, with_legend, wrapped
from tracker.goals.grades import REACHED
from tracker.habits.checkins import day_words
from tracker.habits.model import Break
from tracker.seasons.effect import at_risk
from tracker.seasons.report import GoalReport, HabitReport, SeasonReport
from tracker.text.counts import number_of
from tracker.text.escape import terminal
from tracker.workspace.season_status import Current, current_season

STRIP = 14  # days: two weeks fit beside a title on a phone
LEAST_TITLE = 16  # columns a title needs to be known by; with less it gets a line of its own


@click.command("status", short_help="Show today: what is due, what breaks, each goal's pace.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@common_options
@click.pass_context
@with_legend
def command(ctx: click.Context, as_json: bool) -> None:
    """Show the current season: each habit's last two weeks and strength, each goal's pace.

    \b
      {legend}
    """
    session = session_of(ctx)
    now = current_season(session)
    if as_json:
        echo_json(status_data(now, session.today))
    else:
        echo_status(now)


def echo_status(now: Current | None, *, asks: bool = False) -> None:
    """Show how things stand.

    Args:
        asks: whether the open habits are asked for right below.
    """
    if now is None:
        echo("goals.yml has no season yet. Add one under seasons:.")
        return
    warn(now.problems)
    echo_lines(lines(now.report, asks=asks))
    echo_lines(notice_lines(now.notices))


def status_data(now: Current | None, today: date) -> dict[str, Any]:
    """How things stand, for a script; what is wrong in the log goes to standard error."""
    if now is None:
        return {"today": today.isoformat(), "season": None, "goals": [], "habits": []}
    warn(now.problems)
    return {**as_data(now.report), "notices": now.notices}


def as_data(report: SeasonReport) -> dict[str, Any]:
    """The report for a script."""
    season = report.season
    return {
        "today": report.today.isoformat(),
        "season": {
            "id": season.id,
            "title": season.title,
            "starts": season.starts.isoformat(),
            "ends": season.ends.isoformat(),
        },
        "score": report.score_on(report.today),
        "goals": [goal_data(item) for item in report.goals],
        "habits": [_habit_data(item, report.today) for item in report.habits],
    }


def goal_data(item: GoalReport) -> dict[str, Any]:
    """A goal for a script."""
    return {
        "goal": item.goal.id,
        "title": item.goal.title,
        "count": item.amount,
        "target": item.goal.target,
        "unit": item.goal.unit,
        "expected": round(item.expected, 4),
        "delta": round(item.amount - item.expected, 4),
        "safe_days": item.safe,
        "colour": item.colour,
        "evidence": [entry.path for entry in item.evidence],
    }


def break_data(rest: Break) -> dict[str, Any]:
    """A break for a script."""
    return {
        "first": rest.first.isoformat(),
        "last": rest.last.isoformat(),
        "why": rest.why,
        "planned": rest.planned,
    }


def _habit_data(item: HabitReport, today: date) -> dict[str, Any]:
    return {
        "habit": item.habit.id,
        "title": item.habit.title,
        "group": item.habit.group or None,
        "schedule": str(item.habit.schedule),
        "state": dict(item.days).get(today),
        "due": item.due,
        "of_day": _of_day(item),
        "strength": None if item.strength is None else round(item.strength, 4),
        "streak": item.streak.length,
        "streak_unit": item.streak.unit,
        "breaks_in": item.streak.breaks_in,
        "breaks": [break_data(rest) for rest in item.habit.breaks if rest.last >= today],
    }


def _of_day(item: HabitReport) -> dict[str, float | None] | None:
    """What today's answers come to, where several are put together."""
    measure = item.habit.measure
    if measure is None or not item.habit.adds_up:
        return None
    value = item.answer.value if item.answer is not None else None
    return {"value": value or 0.0, "target": measure.target}


def lines(report: SeasonReport, *, asks: bool = False) -> list[str]:
    """The report, line by line.

    Args:
        asks: whether the open habits are asked for right below.
    """
    text = _heading(report)
    for rest in breaks_near(report):
        text += _sentence(f"{rest}.")
    for item in report.habits:
        for rest in habit_breaks_near(item, report):
            text += _sentence(f"{item.habit.id}: {rest}.")
    if report.habits:
        text += ["", *_habit_lines(report.habits, report.today)]
        text += ["", *wrapped(_today_line(report, asks), width())]
    if report.goals:
        text += ["", *_goal_lines(report.goals)]
    if not report.habits and not report.goals:
        text += ["", "It has no goals and no habits yet."]
    return text


def notice_lines(notices: Sequence[str]) -> Iterator[str]:
    """What there is to say beside the report, an empty line before it."""
    for number, notice in enumerate(notices):
        if not number:
            yield ""
        yield from _sentence(notice)


def _sentence(text: str) -> list[str]:
    """Text made safe; broken between words on a phone, where it stands on many lines."""
    safe = terminal(text)
    return wrapped(safe, width()) if width() < PHONE else [safe]


def breaks_near(report: SeasonReport) -> list[Break]:
    """The season's breaks that have not ended."""
    return [rest for rest in report.season.breaks if rest.last >= report.today]


def habit_breaks_near(item: HabitReport, report: SeasonReport) -> list[Break]:
    """A habit's own breaks that have not ended."""
    return [
        rest
        for rest in item.habit.breaks
        if rest not in report.season.breaks and rest.last >= report.today
    ]


def _heading(report: SeasonReport) -> list[str]:
    season, today = report.season, report.today
    day, days = (today - season.starts).days + 1, (season.ends - season.starts).days + 1
    if today > season.ends:
        when = f"ended on {season.ends}"
    elif today < season.starts:
        when = f"starts on {season.starts}"
    else:
        when = f"day {day} of {days}, {beside_today(today, today)}"
    title = click.style(terminal(season.title), bold=True)
    if columns_of(f"{terminal(season.title)}: {when}") <= width():
        return [f"{title}: {when}"]
    return [title, when[0].upper() + when[1:]]


def _habit_lines(items: Sequence[HabitReport], today: date) -> Iterator[str]:
    """A line each, or two where the facts leave too little room for the title."""
    facts = [_habit_facts(item, today) for item in items]
    longest = max(columns_of(_name(item)) for item in items)
    room = width() - STRIP - 4 - max(columns_of(click.unstyle(fact)) for fact in facts)
    beside = room >= min(LEAST_TITLE, longest)
    group = ""
    for item, fact in zip(items, facts, strict=True):
        if item.habit.group != group:
            group = item.habit.group
            yield click.style(fitted(group, width()), bold=True)
        strip = _strip(item, today)
        if beside:
            yield f"{strip}  {padded(_name(item), min(room, longest))}  {fact}".rstrip()
        else:
            yield fitted(_name(item), width())
            yield f"  {strip}  {fact}".rstrip()


def _name(item: HabitReport) -> str:
    return f"{item.habit.id}: {item.habit.title}"


def _strip(item: HabitReport, today: date) -> str:
    states = dict(item.days)
    last = [date.fromordinal(today.toordinal() - back) for back in range(STRIP - 1, -1, -1)]
    return "".join(glyph(states[day]) if day in states else " " for day in last)


def _habit_facts(item: HabitReport, today: date) -> str:
    facts = ["    " if item.strength is None else f"{item.strength:4.0%}"]
    if item.habit.schedule.per_day and item.answer is not None:
        facts.append(day_words(item.habit, item.answer))
    risks = at_risk([item], today)
    if risks:
        when = "today" if risks[0].by == today else "tomorrow"
        facts.append(click.style(f"breaks {when}", fg="yellow"))
    elif item.due:
        facts.append("due")
    if item.streak.length > 1:
        facts.append(f"{item.streak.length} {item.streak.unit} held")
    return ", ".join(facts) if facts[0].strip() else "  ".join(facts)


def _today_line(report: SeasonReport, asked: bool) -> str:
    due = [item.habit.id for item in report.habits if item.due]
    how = "" if asked else " Answer with: tracker checkin"
    asks = f"Open: {', '.join(due)}.{how}" if due else "Nothing is open."
    if not report.season.holds(report.today):
        return "Nothing is asked today: no day of the season."
    score = report.score_on(report.today)
    if score is None:
        return f"Nothing is due today. {asks}" if due else "Nothing is due today."
    return f"Today's score: {score:.0f} of 100. {asks}"


def _goal_lines(items: Sequence[GoalReport]) -> Iterator[str]:
    facts = [f"{terminal(item.progress)}, {pace_words(item)}" for item in items]
    longest = max(columns_of(item.goal.title) for item in items)
    room = width() - 2 - max(columns_of(click.unstyle(fact)) for fact in facts)
    beside = room >= min(LEAST_TITLE, longest)
    for item, fact in zip(items, facts, strict=True):
        if beside:
            yield f"{padded(item.goal.title, min(room, longest))}  {fact}"
        else:
            yield fitted(item.goal.title, width())
            yield f"  {fact}"


def pace_words(item: GoalReport) -> str:
    """Whether a goal is in time, and with how many days to spare."""
    if item.reached:
        return click.style(REACHED, fg="green")
    if item.safe == 0:
        return click.style(f"behind, the pace is {item.expected:.1f}", fg="red")
    days = number_of(item.safe or 0, "safe day")
    colours = {"orange": "yellow", "blue": "blue", "green": "green"}
    return click.style(days, fg=colours.get(item.colour))
