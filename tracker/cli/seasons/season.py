"""`tracker season`: freeze what is promised, amend it with a reason, judge it at its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from tracker.cli.context import App, app_of, common_options, echo_json
from tracker.cli.lazy import LazyGroup
from tracker.text.escape import terminal
from tracker.workspace.season_records import record_of, season_named

if TYPE_CHECKING:
    from tracker.goals.model import Season
    from tracker.seasons.record import SeasonRecord

STEPS = {
    "show": "seasons.season", "start": "seasons.start", "amend": "seasons.amend",
    "close": "seasons.close", "new": "seasons.new", "output": "seasons.output",
}  # fmt: skip


@click.group("season", cls=LazyGroup, steps=STEPS, short_help="Freeze, amend and judge a season.")
@common_options
def command() -> None:
    """Hold a season to what was promised at its start.

    \b
      tracker season start                     freeze its goals and habits
      tracker season amend --reason "…"        say why goals.yml has changed since
      tracker season close                     grade it, once it is over, for good
      tracker season new                       draft the next one from it

    What makes a season harder counts at once; what makes it easier counts after seven
    days. It is graded both ways: as promised, and as amended.
    """


@click.command("show", short_help="Show what is on record of a season.")
@click.argument("season", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@common_options
@click.pass_context
def show(ctx: click.Context, season: str | None, as_json: bool) -> None:
    """Show what is on record of a season: its promise, amendments, forecasts and verdict.

    Without an id it is the season of today.
    """
    app = app_of(ctx)
    chosen = season_named(app, season)
    record = record_of(app, chosen.id)
    if as_json:
        echo_json(as_data(app, chosen, record))
        return
    for line in lines(app, chosen, record):
        click.echo(line)


def as_data(app: App, season: Season, record: SeasonRecord | None) -> dict[str, Any]:
    """A season's record for a script; the person's own, so private habits are in it."""
    if record is None:
        return {"season": season.id, "frozen": None}
    from tracker.seasons.change_text import line
    from tracker.seasons.promise import plain

    promise = record.promise
    return {
        "season": season.id,
        "frozen": promise.day.isoformat(),
        "days_late": promise.days_late,
        "seal": promise.seal,
        "ends": record.ends.isoformat(),
        "promise": plain(promise.season),
        "in_force": plain(record.in_force(app.today)),
        "amendments": [
            {**plain(amendment), "in_words": [line(change) for change in amendment.changes]}
            for amendment in record.amendments
        ],
        "unexplained": [line(change) for change in record.unexplained(season, app.today)],
        "forecasts": plain(record.forecasts),
        "verdict": None if record.verdict is None else plain(record.verdict),
    }


def lines(app: App, season: Season, record: SeasonRecord | None) -> list[str]:
    """A season's record for a terminal."""
    if record is None:
        title = terminal(season.title)
        return [f"{title} is not frozen: goals.yml may still change. tracker season start"]
    found = [*_promise_lines(record), *_amendment_lines(record)]
    if record.forecasts:
        from tracker.cli.seasons import forecast

        found += ["", "Forecasts:", *(f"  {line}" for line in forecast.lines(app, record))]
    if record.verdict is not None:
        from tracker.cli.seasons.verdict_lines import verdict_lines

        return [*found, "", *verdict_lines(record.verdict)]
    unexplained = record.unexplained(season, app.today)
    if unexplained:
        from tracker.seasons.change_text import line

        found += ["", "goals.yml differs from what was promised. No reason is given yet for:"]
        found += [f"  {terminal(line(change))}" for change in unexplained]
        found.append('Say why: tracker season amend --reason "…"')
    return found


def _promise_lines(record: SeasonRecord) -> list[str]:
    promise = record.promise
    season = promise.season
    late = f", {promise.days_late} days after it began" if promise.days_late else ""
    found = [
        click.style(terminal(season.title), bold=True)
        + f": {season.starts} to {season.ends}, frozen on {promise.day}{late}",
        f"Seal {promise.seal}",
        "",
        "As promised:",
    ]
    for goal in season.goals:
        aim = f"{goal.target:g} {goal.unit}".rstrip()
        found.append(f"  {terminal(f'{goal.id}: {goal.title} ({aim})')}")
    return found


def _amendment_lines(record: SeasonRecord) -> list[str]:
    from tracker.seasons.change_text import line

    found: list[str] = []
    for amendment in record.amendments:
        found += [
            "",
            f"Amendment {amendment.number}, {amendment.day}: {terminal(amendment.reason)}",
        ]
        found += [f"  {terminal(line(change))}" for change in amendment.changes]
    return found
