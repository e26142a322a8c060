"""`tracker forecast`: say each week how likely a goal is to be reached."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from tracker.calendar.weeks import week_of
from tracker.cli.context import App, app_of, common_options, echo_json
from tracker.errors import TrackerError
from tracker.goals.calibration import Said, calibration
from tracker.goals.forecasts import (
    COIN,
    Forecast,
    counted,
    missing,
    parse_probability,
    scores,
)
from tracker.text.escape import terminal
from tracker.workspace.season_records import (
    frozen_record,
    goal_named,
    open_record,
    publish,
    record_of,
    season_named,
    writing,
)

if TYPE_CHECKING:
    from tracker.goals.model import Season
    from tracker.seasons.record import SeasonRecord


@click.command("forecast", short_help="Say how likely a goal is to be reached.")
@click.argument("said", nargs=-1, metavar="[GOAL PROBABILITY]")
@click.option("--season", metavar="SEASON", help="List the forecasts of a season by its id.")
@click.option("--calibration", "calibrated", is_flag=True, help="How past forecasts turned out.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@common_options
@click.pass_context
def command(
    ctx: click.Context, said: tuple[str, ...], season: str | None, calibrated: bool, as_json: bool
) -> None:
    """Say how likely a goal is to be reached by the season's end: 70% or 0.7.

    One forecast a goal and week counts, the latest; all are kept. At the end they are
    scored (Brier: 0 is perfect, always saying 50% scores 0.25), by the goal as it was
    first promised.

    \b
      tracker forecast papers 70%
      tracker forecast papers=70% notes=0.9
      tracker forecast                        what was said, week by week
      tracker forecast --calibration          over all closed seasons
    """
    app = app_of(ctx)
    if calibrated:
        _show_calibration(app, as_json)
        return
    chosen = season_named(app, season)
    if said:
        if season:
            raise click.UsageError("--season only lists: a forecast is about the season of today.")
        _keep(app, chosen, said, as_json)
        return
    record = frozen_record(app, chosen)
    if as_json:
        echo_json(as_data(app, record))
        return
    for line in lines(app, record):
        click.echo(line)


def _keep(app: App, season: Season, said: tuple[str, ...], as_json: bool) -> None:
    with writing(app) as store:
        record = open_record(app, store, season)
        if app.today > record.ends:
            raise TrackerError(
                f"{season.id} ended on {record.ends}: what comes now is no forecast. "
                "Grade it: tracker season close"
            )
        made = [
            Forecast(season.id, goal_named(record.in_force(app.today), goal).id, probability,
                     app.today, app.logged_at)
            for goal, probability in _pairs(said)
        ]  # fmt: skip
        for forecast in made:
            store.forecast(forecast, app.zone)
        publish(app, store, season.id)
    before = {f.goal: f for f in counted(record.forecasts)}
    if as_json:
        echo_json([_data(forecast) for forecast in made])
        return
    for forecast in made:
        click.echo(f"{forecast.goal}: {forecast.probability:.0%}{_beside(forecast, before)}")


def _pairs(said: tuple[str, ...]) -> list[tuple[str, float]]:
    """`GOAL PROBABILITY`, or `GOAL=PROBABILITY` as often as one likes."""
    if len(said) == 2 and "=" not in said[0]:
        return [(said[0], parse_probability(terminal(said[1])))]
    found: dict[str, float] = {}
    for text in said:
        goal, equals, probability = text.partition("=")
        if not equals:
            raise click.UsageError(f"How likely is {goal}? Write it like: {goal}=70%")
        if goal in found:
            raise click.UsageError(f"{goal} has two forecasts in one line. Keep one.")
        found[goal] = parse_probability(terminal(probability))
    return list(found.items())


def _beside(forecast: Forecast, before: dict[str, Forecast]) -> str:
    """What was said before, in words."""
    earlier = before.get(forecast.goal)
    if earlier is None:
        return f" ({forecast.week}, the first)"
    when = "earlier this week" if earlier.week == forecast.week else f"in {earlier.week}"
    return f" ({forecast.week}; {earlier.probability:.0%} {when})"


def lines(app: App, record: SeasonRecord) -> list[str]:
    """A season's forecasts, a goal a line, a week a number."""
    made = counted(record.forecasts)
    goals = [goal.id for goal in record.in_force(min(app.today, record.ends)).goals]
    if not made:
        return [f"No forecast of {record.id} yet: tracker forecast {(goals or ['GOAL'])[0]} 70%"]
    room = max(len(goal) for goal in [*goals, *(f.goal for f in made)])
    found = []
    for goal in dict.fromkeys([*goals, *(f.goal for f in made)]):
        weeks = [f"W{f.week.number:02d} {f.probability:.0%}" for f in made if f.goal == goal]
        found.append(f"{goal:<{room}}  {', '.join(weeks) or 'none yet'}{_scored(record, goal)}")
    if record.verdict is None and app.today <= record.ends:
        left = missing(goals, record.forecasts, app.today)
        if left:
            found.append(f"None this week ({week_of(app.today)}) for: {', '.join(left)}.")
    if season_score := season_scores(record)[1]:
        found.append(
            f"Brier score {season_score.brier:.3f} over {season_score.n} forecasts; "
            f"always saying 50% scores {COIN}."
        )
    return found


def season_scores(record: SeasonRecord) -> Any:
    """Each goal's Brier score and the season's, once it is closed."""
    outcomes = record.verdict.reached() if record.verdict else {}
    return scores(record.forecasts, outcomes)


def _scored(record: SeasonRecord, goal: str) -> str:
    if record.verdict is None or goal not in record.verdict.reached():
        return ""
    came = "reached" if record.verdict.reached()[goal] else "missed"
    score = season_scores(record)[0].get(goal)
    return f": {came}, Brier {score.brier:.3f}" if score else f": {came}"


def as_data(app: App, record: SeasonRecord) -> dict[str, Any]:
    """A season's forecasts for a script."""
    by_goal, season = season_scores(record)
    goals = [goal.id for goal in record.in_force(min(app.today, record.ends)).goals]
    open_still = record.verdict is None and app.today <= record.ends
    return {
        "season": record.id,
        "counted": [_data(forecast) for forecast in counted(record.forecasts)],
        "made": len(record.forecasts),
        "missing": missing(goals, record.forecasts, app.today) if open_still else [],
        "brier": None if season is None else season._asdict(),
        "brier_by_goal": {goal: score._asdict() for goal, score in by_goal.items()},
    }


def _data(forecast: Forecast) -> dict[str, Any]:
    return {
        "goal": forecast.goal, "probability": forecast.probability,
        "day": forecast.day.isoformat(), "week": str(forecast.week),
    }  # fmt: skip


def all_said(app: App) -> list[Said]:
    """Every forecast that counted, of every season that is closed."""
    found = []
    for season in app.project.seasons:
        record = record_of(app, season.id)
        if record is None or record.verdict is None:
            continue
        outcomes = record.verdict.reached()
        found += [
            Said(record.id, f.goal, f.probability, outcomes[f.goal])
            for f in counted(record.forecasts)
            if f.goal in outcomes
        ]
    return found


def _show_calibration(app: App, as_json: bool) -> None:
    bins = calibration(all_said(app))
    if as_json:
        echo_json([found._asdict() for found in bins])
        return
    if not bins:
        click.echo("No season with forecasts is closed yet: there is nothing to compare.")
        return
    click.echo("Said         mean  reached    95% interval   forecasts")
    for found in bins:
        low, high = found.interval
        said = f"{found.low:.0%} to {found.high:.0%}"
        click.echo(
            f"{said:<11}  {found.mean:4.0%}  {found.came:>2} of {found.goals:<2}   "
            f"{low:4.0%} to {high:4.0%}   {found.forecasts:>5}"
        )
    click.echo("Goals are what is counted: the weeks of one goal share one outcome.")
