"""`tracker show`: one habit, all of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import click

from tracker.calendar.days import WEEKDAY_NAMES, in_words, week_start
from tracker.cli.context import common_options, echo, echo_json, echo_lines, session_of, width
from tracker.cli.look.status import break_data
from tracker.cli.terminal import glyph, sparkline, with_legend
from tracker.errors import TrackerError
from tracker.exchange.exports.tables import DailyScore, daily_scores
from tracker.habits.checkins import Provenance, came, rested
from tracker.habits.model import Span
from tracker.habits.streaks import Streak, streak
from tracker.text.counts import number_of
from tracker.text.escape import terminal
from tracker.workspace.season_records import habit_named

WEEKS = 26  # half a year fits beside the weekdays on 40 columns
SPARK = 60  # days of the strength curve


@click.command("show", short_help="Show one habit: its days, strength, streaks and answers.")
@click.argument("habit")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@common_options
@click.pass_context
@with_legend
def command(ctx: click.Context, habit: str, as_json: bool) -> None:
    """Show a habit's last half year, its strength, its streaks and how its answers came.

    \b
      {legend}
    """
    session = session_of(ctx)
    name = habit_named(session, habit)
    project = session.project
    spans = [span for span in project.spans(name) if span.first <= session.today]
    if not spans:
        first = project.spans(name)[0].first
        raise TrackerError(f"{name} starts on {first}; there is nothing to show before that.")
    marks = session.answers_since(name, date.min)
    days = list(daily_scores(project, {name: marks}, session.today, private=True, habit=name))
    held = streak(spans, rested(spans, marks), session.today)
    given = came(marks.keys(), session.checkins.provenance(name).get(name, {}))
    if as_json:
        data = as_data(spans[-1], days, held, given)
        echo_json({**data, "coming": session.coming(name)})
        return
    echo_lines(lines(spans[-1], days, held, given, session.today, project.week_starts))
    for change in session.coming(name):
        echo(f"Coming    {terminal(change)}")


def best(days: Sequence[DailyScore]) -> int:
    """The longest streak there ever was."""
    return max((day.streak for day in days), default=0)


def lines(
    span: Span,
    days: Sequence[DailyScore],
    held: Streak,
    given: Provenance,
    today: date,
    week_starts: int,
) -> list[str]:
    """The habit for a terminal."""
    from tracker.pages.habit import provenance_line

    habit = span.habit
    amount = f", {habit.quantity}" if habit.quantity else ""
    text = [click.style(terminal(f"{habit.id}: {habit.title}"), bold=True)]
    text.append(terminal(f"{habit.schedule}{amount}; since {in_words(days[0].day)}"))
    if habit.if_then:
        text.append(terminal(habit.if_then))
    text += [terminal(f"{rest}.") for rest in habit.breaks if rest.last >= today]
    text += ["", *graph(days, today, week_starts), ""]
    curve = [day.strength for day in days if day.strength is not None]
    if curve:
        room = min(SPARK, max(width() - 22, 10))
        text.append(f"Strength  {sparkline(curve[-room:])}  {curve[-1]:.0%}")
        unit = held.unit.removesuffix("s") if held.length == 1 else held.unit
        text.append(f"Streak    {held.length} {unit}; the longest was {best(days)}")
        text.append(f"Breaks    {_breaks(held.breaks_in)}")
    text.append(f"Answers   {provenance_line(given)}")
    return text


def graph(days: Sequence[DailyScore], today: date, week_starts: int) -> list[str]:
    """The consistency graph: a line a weekday, a column a week, the newest last."""
    states = {day.day: day.state for day in days}
    weeks = min(WEEKS, max(width() - 6, 4))
    newest = week_start(today, week_starts)
    first = max(newest - timedelta(7 * (weeks - 1)), week_start(days[0].day, week_starts))
    columns = (newest - first).days // 7 + 1
    text = []
    for back in range(7):
        name = WEEKDAY_NAMES[(week_starts + back) % 7][:3]
        row = [states.get(first + timedelta(7 * week + back)) for week in range(columns)]
        signs = "".join(glyph(state) if state else " " for state in row)
        text.append(f"  {name} {signs}".rstrip())
    return text


def _breaks(days: int | None) -> str:
    if days is None:
        return "nothing to break yet"
    if days < 0:
        return f"broken {number_of(-days, 'day')} ago"
    return {0: "today, unless done", 1: "tomorrow, unless done"}.get(days, f"in {days} days")


def as_data(
    span: Span, days: Sequence[DailyScore], held: Streak, given: Provenance
) -> dict[str, Any]:
    """The habit for a script."""
    habit = span.habit
    return {
        "habit": habit.id,
        "title": habit.title,
        "group": habit.group or None,
        "schedule": str(habit.schedule),
        "quantity": str(habit.quantity) if habit.quantity else None,
        "strength": days[-1].strength,
        "streak": held.length,
        "streak_unit": held.unit,
        "longest_streak": best(days),
        "breaks_in": held.breaks_in,
        "breaks": [break_data(rest) for rest in habit.breaks],
        "provenance": given._asdict(),
        "days": [
            {
                "day": day.day.isoformat(), "strength": day.strength, "streak": day.streak,
                "state": day.state,
            }
            for day in days
        ],
    }  # fmt: skip
