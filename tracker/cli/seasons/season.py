"""`tracker season`: freeze what is promised, amend it with a reason, judge it at its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from tracker.cli.context import LazyGroup, common_options, echo_json, echo_lines, session_of
from tracker.goals.grades import Grade, number
from tracker.seasons.verdict import Verdict, grade_words, sides, verdict_words
from tracker.text.counts import number_of
from tracker.text.escape import terminal
from tracker.workspace.season_records import record_of, season_named
from tracker.workspace.session import Session

if TYPE_CHECKING:
    from tracker.goals.model import Season
    from tracker.seasons.record import SeasonRecord

COMMANDS = {
    "show": "seasons.season:show", "start": "seasons.start", "amend": "seasons.amend",
    "close": "seasons.close", "new": "seasons.new", "output": "seasons.output",
}  # fmt: skip


@click.group(
    "season", cls=LazyGroup, modules=COMMANDS, short_help="Freeze, amend and judge a season."
)
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
    session = session_of(ctx)
    chosen = season_named(session, season)
    record = record_of(session, chosen.id)
    if as_json:
        echo_json(as_data(session, chosen, record))
        return
    echo_lines(lines(session, chosen, record))


def as_data(session: Session, season: Season, record: SeasonRecord | None) -> dict[str, Any]:
    """A season's record for a script; the person's own, so private habits are in it."""
    if record is None:
        return {"season": season.id, "frozen": None}
    from tracker.text.codec import plain

    promise = record.promise
    return {
        "season": season.id,
        "frozen": promise.day.isoformat(),
        "days_late": promise.days_late,
        "seal": promise.seal,
        "ends": record.ends.isoformat(),
        "promise": plain(promise.season),
        "in_force": plain(record.in_force(session.today)),
        "amendments": [
            {**plain(amendment), "in_words": [str(change) for change in amendment.changes]}
            for amendment in record.amendments
        ],
        "unexplained": [str(change) for change in record.unexplained(season, session.today)],
        "forecasts": plain(record.forecasts),
        "verdict": None if record.verdict is None else plain(record.verdict),
    }


def lines(session: Session, season: Season, record: SeasonRecord | None) -> list[str]:
    """A season's record for a terminal."""
    if record is None:
        title = terminal(season.title)
        return [f"{title} is not frozen: goals.yml may still change. tracker season start"]
    text = [*_promise_lines(record), *_amendment_lines(record)]
    if record.forecasts:
        from tracker.cli.seasons import forecast

        text += ["", "Forecasts:", *(f"  {line}" for line in forecast.lines(session, record))]
    if record.verdict is not None:
        return [*text, "", *verdict_lines(record.verdict)]
    unexplained = record.unexplained(season, session.today)
    if unexplained:
        text += ["", "goals.yml differs from what was promised. No reason is given yet for:"]
        text += [f"  {terminal(str(change))}" for change in unexplained]
        text.append('Say why: tracker season amend --reason "…"')
    return text


def _promise_lines(record: SeasonRecord) -> list[str]:
    promise = record.promise
    season = promise.season
    late = f", {number_of(promise.days_late, 'day')} after it began" if promise.days_late else ""
    text = [
        click.style(terminal(season.title), bold=True)
        + f": {season.starts} to {season.ends}, frozen on {promise.day}{late}",
        f"Seal {promise.seal}",
        "",
        "As promised:",
    ]
    for goal in season.goals:
        text.append(f"  {terminal(f'{goal.id}: {goal.title} ({goal.aim})')}")
    return text


def _amendment_lines(record: SeasonRecord) -> list[str]:

    text: list[str] = []
    for amendment in record.amendments:
        text += ["", f"Amendment {amendment.number}, {amendment.day}: {terminal(amendment.reason)}"]
        text += [f"  {terminal(str(change))}" for change in amendment.changes]
    return text


def verdict_lines(verdict: Verdict) -> list[str]:
    """The season's grades, each goal's two, and the sentence on each miss."""
    early = f", before its end: {terminal(verdict.early)}" if verdict.early else ""
    text = [click.style(f"Closed on {verdict.day}{early}", bold=True)]
    text.append(f"The season: {grade_words(verdict)}.")
    for goal, (original, amended) in sides(verdict).items():
        text.append(f"  {terminal(goal)}: {verdict_words(original, amended, side_words)}")
        for shown in (original or amended,):
            for stone in shown.milestones if shown else ():
                text.append(f"      {stone.words(str(stone.by))}")
        if sentence := verdict.sentence(goal):
            text.append(f"      {terminal(sentence)}")
    for item in verdict.habits:
        text.append(f"  {terminal(item.habit)}: {item.days}")
    return text


def side_words(item: Grade) -> str:
    """ "2 of 3 papers, 0.67"."""
    return f"{terminal(item.progress)}, {number(item.grade)}"
