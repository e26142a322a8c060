"""`tracker week`: a week, day by day."""

from __future__ import annotations

from datetime import date

import click

from tracker.calendar.days import WEEKDAY_NAMES, each_day
from tracker.calendar.weeks import Week, parse_week
from tracker.cli.context import common_options, echo, echo_json, echo_lines, session_of, width
from tracker.cli.terminal import fitted, glyph
from tracker.habits.groups import by_group
from tracker.habits.states import DayState, daily_score, state_for_score
from tracker.seasons.day_states import states_between
from tracker.text.escape import terminal

States = dict[str, dict[date, DayState]]
Points = dict[date, float | None]  # a day's score; None where nothing was asked
Groups = list[tuple[str, list[str]]]


@click.command("week", short_help="Show this week, day by day.")
@click.argument("week", default="this")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@common_options
@click.pass_context
def command(ctx: click.Context, week: str, as_json: bool) -> None:
    """Show a week, from Monday or where week_starts lets it begin: each habit's days, and each day's score.

    \b
      tracker week            this one
      tracker week last
      tracker week 2026-W46
    """
    session = session_of(ctx)
    chosen = parse_week(week, session.today, session.project.week_starts)
    project = session.project
    scored = {h.id for season in project.seasons for h in season.habits if h.scored}
    last = min(session.today, chosen.last)
    states = states_between(project, chosen.first, last, session.answers_since)
    if last < session.today:  # a week looked back on is over: its last day is not open any more
        for of in states.values():
            of.update((day, "unanswered") for day, state in of.items() if state == "open")
    points = {
        day: daily_score(
            state_for_score(habits[name], day, of[day])
            for habits in [session.habits_on(day)]
            for name, of in states.items()
            if day in of and name in scored and name in habits
        )
        for day in each_day(chosen.first, last)
    }
    group_of = {habit.id: habit.group for season in project.seasons for habit in season.habits}
    groups = by_group(states, lambda name: group_of[name])
    if as_json:
        echo_json(as_data(chosen, states, points, groups))
        return
    echo_lines(lines(chosen, states, points, groups))
    for change in session.in_force.coming:
        echo(f"Coming: {terminal(change.words)}")


def lines(week: Week, states: States, points: Points, groups: Groups) -> list[str]:
    """The week for a terminal."""
    days = list(each_day(week.first, week.last))
    room = min(max([5, *map(len, states)]), max(width() - 30, 8))
    head = "".join(f"{WEEKDAY_NAMES[day.weekday()][:2]:>4}" for day in days)
    text = [f"{week}, {week.first} to {week.last}", "", f"{'':<{room}}{head}"]
    if not states:
        return [text[0], "", "No habit was in force."]
    for group, names in groups:
        text += [click.style(fitted(group, width()), bold=True)] if group else []
        for name in names:
            of = states[name]
            signs = "".join(f"{glyph(of[day]) if day in of else ' ':>4}" for day in days)
            text.append(f"{fitted(name, room):<{room}}{signs}".rstrip())
    scores = (points.get(day) for day in days)
    score = "".join("    " if score is None else f"{score:4.0f}" for score in scores)
    return [*text, f"{'score':<{room}}{score}".rstrip()]


def as_data(week: Week, states: States, points: Points, groups: Groups) -> dict[str, object]:
    """The week for a script."""
    return {
        "week": str(week),
        "first": week.first.isoformat(),
        "last": week.last.isoformat(),
        "groups": {group: names for group, names in groups if group},
        "days": [
            {
                "day": day.isoformat(),
                "score": points[day],
                "states": {name: of[day] for name, of in states.items() if day in of},
            }
            for day in points
        ],
    }
