"""`tracker status`: today at a glance."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from tracker.cli.context import App, app_of, common_options, echo_json
from tracker.cli.look.status_lines import lines, notice_lines
from tracker.goals.model import Season
from tracker.habits.model import Break
from tracker.seasons.report import (
    GoalReport,
    HabitReport,
    SeasonReport,
    season_report,
)
from tracker.store.checkpoints import CheckpointStore, keep
from tracker.store.recent import recent
from tracker.text.escape import terminal
from tracker.workspace.entries import read_log, unknown_goals
from tracker.workspace.season_status import notices, standing_of


@click.command("status", short_help="Show today: what is due, what breaks, each goal's pace.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@common_options
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """Show the current season: each habit's last two weeks and strength, each goal's pace.

    \b
      ● done   ◐ in part   ○ window met   – skipped
      × missed   · no answer   ? open today
    """
    app = app_of(ctx)
    season = app.project.season_near(app.today)
    if season is None:
        if as_json:
            echo_json({"today": app.today.isoformat(), "season": None, "goals": [], "habits": []})
        else:
            click.echo("goals.yml has no season yet. Add one under seasons:.")
        return
    report, said, problems = current_report(app, season)
    for problem in problems:
        click.echo(f"Warning: {terminal(problem)}", err=True)
    if as_json:
        echo_json({**as_data(report), "notices": said})
        return
    for line in lines(report):
        click.echo(line)
    for line in notice_lines(said):
        click.echo(line)


def current_report(app: App, season: Season) -> tuple[SeasonReport, list[str], list[str]]:
    """The season as it counts, what there is to say about it, and what was wrong in the log.

    Of the habits only the last weeks are in it, taken up from checkpoints.
    """
    entries, problems = read_log(app.folder.path, app.folder.log_cache)
    goals = {goal.id for one in app.project.seasons for goal in one.goals}
    now = standing_of(app, season, entries)
    with CheckpointStore(app.folder.database) as store:
        found = recent(store, now.project, now.season, app.today)
    report = season_report(
        now.project,
        now.season,
        found.histories.marks,
        now.entries,
        app.today,
        histories=found.histories,
    )
    if found.renewed:
        keep(app.folder.database, found.upto, found.renewed)
    return report, notices(app, now), [*problems, *unknown_goals(entries, goals)]


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
        "goals": [_goal_data(item) for item in report.goals],
        "habits": [_habit_data(item, report.today) for item in report.habits],
    }


def _goal_data(item: GoalReport) -> dict[str, Any]:
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
        "schedule": str(item.habit.schedule),
        "state": dict(item.days).get(today),
        "due": item.due,
        "strength": None if item.strength is None else round(item.strength, 4),
        "streak": item.streak.length,
        "streak_unit": item.streak.unit,
        "breaks_in": item.streak.breaks_in,
        "breaks": [break_data(rest) for rest in item.habit.breaks if rest.last >= today],
    }
