"""`tracker season start`: freeze a season as it is promised."""

from __future__ import annotations

import click

from tracker.cli.context import common_options, echo, echo_json, session_of
from tracker.errors import TrackerError
from tracker.goals.model import Season
from tracker.text.counts import number_of
from tracker.text.escape import terminal
from tracker.workspace.season_records import record_of, season_named, write_record_file
from tracker.workspace.session import Session


@click.command("start", short_help="Freeze a season as it is promised.")
@click.argument("season", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print what was frozen as JSON.")
@common_options
@click.pass_context
def command(ctx: click.Context, season: str | None, as_json: bool) -> None:
    """Freeze a season: a full copy of its goals and habits, with a seal over them.

    From then on goals.yml is held against the copy, and every change needs a reason. The
    public part goes to progress/seasons/, to be committed: anyone can see what was
    promised, and when. Private habits stay in the database.

    \b
      tracker season start             the season of today, or the one that comes
      tracker season start 2027-q1
    """
    session = session_of(ctx, writes=True)
    chosen = season_named(session, season) if season else _season_to_start(session)
    _refuse(session, chosen)
    from tracker.seasons.promise import promise

    made = promise(chosen, session.logged_at, session.today, session.zone)
    session.begin_writing()
    session.seasons.freeze(made)
    path = write_record_file(session, chosen.id)
    if as_json:
        echo_json({
            "season": chosen.id, "frozen": made.day.isoformat(), "days_late": made.days_late,
            "seal": made.seal, "file": path,
        })  # fmt: skip
        return
    late = f", {number_of(made.days_late, 'day')} after it began" if made.days_late else ""
    echo(f"Frozen: {terminal(chosen.title)}, {_counts(chosen)}{late}.")
    echo(f"Seal {made.seal}")
    echo(f"Commit {path}: it is the public record of what you promised.")
    echo('Once goals.yml changes, say why: tracker season amend --reason "…"')


def _season_to_start(session: Session) -> Season:
    """The season of today; between two seasons the one that comes."""
    running = session.written.season_on(session.today)
    coming = [season for season in session.written.seasons if season.starts > session.today]
    if running is None and not coming:
        raise TrackerError(
            "goals.yml has no season that runs or is to come. Draft one: tracker season new"
        )
    return running or coming[0]


def _refuse(session: Session, season: Season) -> None:
    from tracker.seasons.record import file_name

    record = record_of(session, season.id)
    if record is not None:
        raise TrackerError(
            f"{season.id} was frozen on {record.promise.day}, and is frozen once "
            f'({file_name(season.id)}). Change it with: tracker season amend --reason "…"'
        )
    if season.ends < session.today:
        raise TrackerError(
            f"{season.id} ended on {season.ends}: what is promised afterwards is no promise. "
            "Draft the next one: tracker season new"
        )
    if not season.goals:
        raise TrackerError(f"{season.id} has no goals to promise. Add them under goals: first.")


def _counts(season: Season) -> str:
    goals, habits = len(season.goals), len(season.habits)
    words = number_of(goals, "goal")
    return f"{words} and {number_of(habits, 'habit')}" if habits else words
