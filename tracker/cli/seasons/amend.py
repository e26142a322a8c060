"""`tracker season amend`: give the reason for what goals.yml says differently."""

from __future__ import annotations

import click

from tracker.calendar.days import ONE_DAY
from tracker.cli.context import TEXT, common_options, echo, echo_json, in_columns, session_of
from tracker.cli.terminal import nobody_is_here
from tracker.errors import TrackerError
from tracker.goals.model import Season
from tracker.seasons.amendments import Amendment, Change
from tracker.seasons.record import SeasonRecord
from tracker.text.codec import plain
from tracker.text.escape import one_line, terminal
from tracker.workspace.season_records import open_record, season_named, write_record_file
from tracker.workspace.session import Session


@click.command("amend", short_help="Say why goals.yml differs from what was promised.")
@click.argument("season", required=False)
@click.option("--reason", metavar="TEXT", help="Why. It is shown with the change, for good.")
@click.option("--dry-run", is_flag=True, help="Show the changes, and keep nothing.")
@click.option(
    "--json", "as_json", is_flag=True,
    help="Print the amendment as JSON; without a reason, what it would change.",
)  # fmt: skip
@common_options
@click.pass_context
def command(
    ctx: click.Context, season: str | None, reason: str | None, dry_run: bool, as_json: bool
) -> None:
    """Amend a frozen season: every change in goals.yml goes on record with its reason.

    What makes it harder counts at once: a higher target, a goal more, a habit more often.
    What makes it easier, takes away days on which a habit is scored, or cannot be compared,
    counts after seven days; until then every command asks by what is still in force. Days
    that have begun stay. Wording counts at once. The grade of what was first promised stays
    as it is. Without --reason it is asked for, in a terminal.

    \b
      tracker season amend --dry-run           what is changed, and when it would count
      tracker season amend --reason "The lab moved; two weeks were lost."
    """
    session = session_of(ctx, writes=True)
    chosen = season_named(session, season)
    session.begin_writing()
    record = open_record(session, chosen)
    changes = record.unexplained(chosen, session.today)
    _refuse(session, record, chosen)
    _refuse_late_start(session, record, changes)
    why = "" if dry_run or not changes else _reason(changes, reason, as_json)
    if not why:
        _show(changes, record, as_json)
        return
    number = len(record.amendments) + 1
    made = Amendment(number, session.today, session.logged_at, why, changes)
    session.seasons.amend(chosen.id, made, session.zone)
    path = write_record_file(session, chosen.id)
    if as_json:
        words = [str(change) for change in changes]
        echo_json({"season": chosen.id, **plain(made), "in_words": words})
        return
    echo(f"Amendment {number} of {chosen.id}: {terminal(made.reason)}")
    for text in _change_lines(changes, record):
        echo(text)
    echo(f"Commit {path}: the change and its reason are public.")


def _refuse(session: Session, record: SeasonRecord, season: Season) -> None:
    if record.ends < session.today:
        raise TrackerError(
            f"{season.id} ended on {record.ends}: nothing of it can be amended. "
            "Grade it: tracker season close"
        )
    if season.ends < session.today:
        raise TrackerError(
            f"{season.id} cannot be made to end on {season.ends}, before today. "
            'To end it now: tracker season close --early --reason "…"'
        )
    if record.amendments and record.amendments[-1].day > session.today:
        raise TrackerError(
            f"The clock says {session.today}, before the last amendment "
            f"({record.amendments[-1].day}). Set the clock, and try again."
        )


def _refuse_late_start(session: Session, record: SeasonRecord, changes: tuple[Change, ...]) -> None:
    """Say so where a later start could never count, since days that have begun stay."""
    starts = record.in_force(session.today).starts
    for change in changes:
        later = change.kind == "season" and change.field == "starts" and change.after > str(starts)
        if later and change.effective > starts:
            raise TrackerError(
                f"{record.id} starts on {starts}, and a later start counts from {change.effective} "
                f"on: days that have begun by then stay. Put back starts: {starts}, and declare "
                "days off under breaks:."
            )


def _reason(changes: tuple[Change, ...], given: str | None, as_json: bool) -> str:
    """Why it is changed, asked for where that was not said; "" where nothing is to be kept."""
    if given is not None:
        if not one_line(given):
            raise click.UsageError("The reason is empty. Say in a sentence what changed.")
        return one_line(given)
    if as_json:
        return ""
    for change in changes:
        echo(terminal(str(change)))
    if nobody_is_here():
        raise click.UsageError('Say why, and it is on record: tracker season amend --reason "…"')
    words = in_columns("Why? It is public, and it stays; Enter keeps nothing:")
    why = click.prompt(words, type=TEXT, default="", show_default=False, prompt_suffix=" ")
    why = one_line(why)
    if not why:
        echo("Nothing was kept.")
        raise click.exceptions.Exit(0)
    return why


def _show(changes: tuple[Change, ...], record: SeasonRecord, as_json: bool) -> None:
    """What goals.yml has changed, with nothing kept."""
    if as_json:
        echo_json({"changes": plain(changes), "in_words": [str(change) for change in changes]})
        return
    if not changes:
        echo("goals.yml says what was promised: there is nothing to amend.")
        return
    echo("Nothing is kept. As goals.yml stands, these would be amended:")
    for text in _change_lines(changes, record):
        echo(text)


def _change_lines(changes: tuple[Change, ...], record: SeasonRecord) -> list[str]:
    lines = [f"  {terminal(str(change))}" for change in changes]
    for change in changes:
        ends_before = change.effective - ONE_DAY
        early = (
            change.kind == "season" and change.field == "ends" and change.after < str(ends_before)
        )
        if early:
            lines.append(f"Days that have begun by then stay, so the season ends on {ends_before}.")
    late = [change for change in changes if change.effective > record.ends]
    if late:
        lines.append(
            f"What counts only after {record.ends} comes too late for this season's grade."
        )
    if any(change.private for change in changes):
        lines.append("What concerns a private habit stays in the database.")
    return lines
