"""`tracker forecast`: say each week how likely a goal is to be reached."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from tracker.calendar.weeks import week_of
from tracker.cli.context import common_options, echo, echo_json, echo_lines, session_of
from tracker.errors import TrackerError
from tracker.goals.forecasts import (
    COIN,
    Forecast,
    brier_scores,
    calibration,
    counted,
    missing,
    parse_probability,
)
from tracker.goals.grades import MISSED, REACHED
from tracker.pages import archive
from tracker.text.counts import number_of
from tracker.text.escape import terminal
from tracker.workspace.season_records import (
    frozen_record,
    goal_named,
    open_record,
    record_of,
    season_named,
    season_today,
    write_record_file,
)
from tracker.workspace.session import Session

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
    session = session_of(ctx)
    if calibrated:
        _show_calibration(session, as_json)
        return
    chosen = season_named(session, season)
    if said:
        if season:
            raise click.UsageError("--season only lists: a forecast is about the season of today.")
        _keep(session, chosen, said, as_json)
        return
    record = frozen_record(session, chosen)
    if as_json:
        echo_json(as_data(session, record))
        return
    echo_lines(lines(session, record))


def _keep(session: Session, season: Season, said: tuple[str, ...], as_json: bool) -> None:
    session.begin_writing()
    record = open_record(session, season)
    if session.today > record.ends:
        raise TrackerError(
            f"{season.id} ended on {record.ends}: what comes now is no forecast. "
            "Grade it: tracker season close"
        )
    now = season_today(session, season)
    made = [
        Forecast(season.id, goal_named(session, now, goal).id, probability,
                 session.today, session.logged_at)
        for goal, probability in _pairs(said)
    ]  # fmt: skip
    for forecast in made:
        session.seasons.forecast(forecast, session.zone)
    write_record_file(session, season.id)
    before = {f.goal: f for f in counted(record.forecasts)}
    if as_json:
        echo_json([_data(forecast) for forecast in made])
        return
    for forecast in made:
        echo(f"{forecast.goal}: {forecast.probability:.0%}{_beside(forecast, before)}")


def _pairs(said: tuple[str, ...]) -> list[tuple[str, float]]:
    """`GOAL PROBABILITY`, or `GOAL=PROBABILITY` as often as one likes."""
    if len(said) == 2 and "=" not in said[0]:
        return [(said[0], parse_probability(terminal(said[1])))]
    forecasts: dict[str, float] = {}
    for text in said:
        goal, equals, probability = text.partition("=")
        if not equals:
            raise click.UsageError(f"How likely is {goal}? Write it like: {goal}=70%")
        if goal in forecasts:
            raise click.UsageError(f"{goal} has two forecasts in one line. Keep one.")
        forecasts[goal] = parse_probability(terminal(probability))
    return list(forecasts.items())


def _beside(forecast: Forecast, before: dict[str, Forecast]) -> str:
    """What was said before, in words."""
    earlier = before.get(forecast.goal)
    if earlier is None:
        return f" ({forecast.week}, the first)"
    when = "earlier this week" if earlier.week == forecast.week else f"in {earlier.week}"
    return f" ({forecast.week}; {earlier.probability:.0%} {when})"


def lines(session: Session, record: SeasonRecord) -> list[str]:
    """A season's forecasts, a goal a line, a week a number."""
    made = counted(record.forecasts)
    goals = [goal.id for goal in record.in_force(min(session.today, record.ends)).goals]
    if not made:
        return [f"No forecast of {record.id} yet: tracker forecast {(goals or ['GOAL'])[0]} 70%"]
    room = max(len(goal) for goal in [*goals, *(f.goal for f in made)])
    text = []
    for goal in dict.fromkeys([*goals, *(f.goal for f in made)]):
        weeks = [f"W{f.week.number:02d} {f.probability:.0%}" for f in made if f.goal == goal]
        text.append(f"{goal:<{room}}  {', '.join(weeks) or 'none yet'}{_scored(record, goal)}")
    if record.verdict is None and session.today <= record.ends:
        left = missing(goals, record.forecasts, session.today)
        if left:
            text.append(f"None this week ({week_of(session.today)}) for: {', '.join(left)}.")
    if season_score := season_scores(record)[1]:
        text.append(
            f"Brier score {season_score.brier:.3f} over {number_of(season_score.n, 'forecast')}; "
            f"always saying 50% scores {COIN}."
        )
    return text


def season_scores(record: SeasonRecord) -> Any:
    """Each goal's Brier score and the season's, once it is closed."""
    outcomes = record.verdict.reached() if record.verdict else {}
    return brier_scores(record.forecasts, outcomes)


def _scored(record: SeasonRecord, goal: str) -> str:
    if record.verdict is None or goal not in record.verdict.reached():
        return ""
    came = REACHED if record.verdict.reached()[goal] else MISSED
    score = season_scores(record)[0].get(goal)
    return f": {came}, Brier {score.brier:.3f}" if score else f": {came}"


def as_data(session: Session, record: SeasonRecord) -> dict[str, Any]:
    """A season's forecasts for a script."""
    by_goal, season = season_scores(record)
    goals = [goal.id for goal in record.in_force(min(session.today, record.ends)).goals]
    open_still = record.verdict is None and session.today <= record.ends
    return {
        "season": record.id,
        "counted": [_data(forecast) for forecast in counted(record.forecasts)],
        "made": len(record.forecasts),
        "missing": missing(goals, record.forecasts, session.today) if open_still else [],
        "brier": None if season is None else season._asdict(),
        "brier_by_goal": {goal: score._asdict() for goal, score in by_goal.items()},
    }


def _data(forecast: Forecast) -> dict[str, Any]:
    return {
        "goal": forecast.goal, "probability": forecast.probability,
        "day": forecast.day.isoformat(), "week": str(forecast.week),
    }  # fmt: skip


def _show_calibration(session: Session, as_json: bool) -> None:
    records = [record_of(session, season.id) for season in session.project.seasons]
    bins = calibration(archive.said(record for record in records if record is not None))
    if as_json:
        echo_json([group._asdict() for group in bins])
        return
    if not bins:
        echo("No season with forecasts is closed yet: there is nothing to compare.")
        return
    echo("Said         mean  reached    95% interval   forecasts")
    for group in bins:
        low, high = group.interval
        said = f"{group.low:.0%} to {group.high:.0%}"
        echo(
            f"{said:<11}  {group.mean:4.0%}  {group.came:>2} of {group.goals:<2}   "
            f"{low:4.0%} to {high:4.0%}   {group.forecasts:>5}"
        )
    echo("Goals are what is counted: the weeks of one goal share one outcome.")
