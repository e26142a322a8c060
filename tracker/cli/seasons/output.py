"""`tracker season output`: do weeks with more of a habit come with more published?"""

from __future__ import annotations

import click

from tracker.cli.context import common_options, echo, echo_json, session_of
from tracker.cli.terminal import fitted
from tracker.errors import TrackerError
from tracker.goals.association import (
    LAGS,
    LEAST_WEEKS,
    Association,
    Refusal,
    between,
    habit_output,
    signed,
)
from tracker.goals.links import with_links
from tracker.workspace.entries import read_log
from tracker.workspace.season_records import links_of


@click.command("output", short_help="Set each habit beside what was published.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@common_options
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """Set each habit's weekly rate beside what was published on the goals it serves.

    It is observational: a good week is good for both. The number is Spearman's rank
    correlation of whole weeks, with a 95% interval and what shuffled weeks give; below
    eight weeks there is none.
    """
    session = session_of(ctx)
    if not session.project.seasons:
        raise TrackerError("goals.yml has no season yet. Add one under seasons:.")
    entries, _ = read_log(session.folder.path)
    marks = session.marks
    for each_season in session.project.seasons:
        entries = with_links(entries, links_of(session, each_season.id), each_season)
    results = habit_output(session.project, marks, entries, session.today, public_only=False)
    if as_json:
        echo_json([
            {
                "habit": habit.habit,
                "observational": True,
                "by_lag_weeks": {str(lag): result._asdict() for lag, result in habit.found.items()},
            }
            for habit in results
        ])  # fmt: skip
        return
    for habit in results:
        echo(click.style(fitted(f"{habit.habit}: {habit.title}", 70), bold=True))
        for lag, result in habit.found.items():
            echo(f"  {LAGS[lag]}: {_words(result)}")
    if not results:
        echo("No check-in yet, so there is nothing to compare.")
        return
    echo(f"Observational: nobody drew lots for the weeks. Below {LEAST_WEEKS} there is no number.")


def _words(result: Association | Refusal) -> str:
    if isinstance(result, Refusal):
        return f"no number: {result.reason}"
    interval = between(result.low, result.high)
    number = f"{signed(result.rho)} ({interval}, n = {result.n} weeks"
    return f"{number}; chance alone goes to ±{result.chance:.2f})"
