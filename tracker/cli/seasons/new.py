"""`tracker season new`: draft the next season from the last."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from tracker.calendar.days import ONE_DAY
from tracker.cli.context import common_options, echo, session_of
from tracker.errors import TrackerError
from tracker.files import write_whole
from tracker.goals.grades import REACHED, number
from tracker.goals.model import Season
from tracker.habits.model import number_words
from tracker.seasons.next_season import Frame, added, draft, named, next_days
from tracker.seasons.verdict import sides
from tracker.text.escape import terminal, terminal_lines
from tracker.workspace.season_records import record_of
from tracker.workspace.session import Session

DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command("new", short_help="Draft the next season from the last.")
@click.option("--starts", type=DAY, metavar="DAY", help="Its first day; the one after the last.")
@click.option("--ends", type=DAY, metavar="DAY", help="Its last day; as long as the last season.")
@click.option("--id", "identity", metavar="ID", help="Its id, for ever; 2027-q1 for a quarter.")
@click.option("--title", metavar="TEXT", help="Its title; its months if left out.")
@click.option("--write", is_flag=True, help="Put it into goals.yml, showing what changes.")
@common_options
@click.pass_context
def command(
    ctx: click.Context,
    starts: date | None,
    ends: date | None,
    identity: str | None,
    title: str | None,
    write: bool,
) -> None:
    """Draft the next season: the same ids, what was not reached marked, the dates left out.

    It is printed, to be thought over; with --write it is put below the last season of
    goals.yml, where every word and comment stays. It is a draft until you freeze it.

    \b
      tracker season new
      tracker season new --starts 2027-02-01 --ends 2027-04-30 --id spring --write
    """
    session = session_of(ctx)
    last = session.written.seasons[-1] if session.written.seasons else None
    if write and last and not starts:
        _refuse_second_draft(session, last)
    frame = _frame(session, last, starts, ends, identity, title)
    text = Path(session.folder.goals).read_bytes().decode("utf-8-sig")
    marks = _marks(session, last) if last else {}
    block = draft(text, last.id if last else None, frame, marks)
    if not write:
        click.echo(terminal_lines(block))
        return
    whole = added(text, block)
    _check(whole)
    _show(text, whole)
    _replace(session, whole)
    echo(f"Put {terminal(frame.id)} into goals.yml. Edit it; then: tracker season start")


def _refuse_second_draft(session: Session, last: Season) -> None:
    """TrackerError where the last season is itself a draft: the same command given twice.

    A season that was frozen, that has an answer on its days or that is over was in use.
    """
    answered = any(
        last.starts <= day <= last.ends for marks in session.marks.values() for day in marks
    )
    if not answered and last.ends >= session.today and record_of(session, last.id) is None:
        raise TrackerError(
            f"goals.yml already has the next season, {last.id}, from {last.starts} on, and nothing "
            "was promised of it yet. Edit it; then: tracker season start. For one after it, say "
            f"when: tracker season new --starts {last.ends + ONE_DAY} --write. Nothing was written."
        )


def _frame(
    session: Session,
    last: Season | None,
    starts: date | None,
    ends: date | None,
    identity: str | None,
    title: str | None,
) -> Frame:
    """What the season is called, and its days; click hands days over as instants."""
    first = date(starts.year, starts.month, starts.day) if starts else None
    final = date(ends.year, ends.month, ends.day) if ends else None
    if last is None and (first is None or final is None):
        raise TrackerError("There is no season to go by. Give its days: --starts DAY --ends DAY")
    if last is not None:
        first, usual = next_days(last, first)
        final = final or usual
    assert first is not None
    assert final is not None
    if final < first:
        raise click.UsageError(f"The season would end on {final}, before it starts on {first}.")
    name, words = named(first, final, [season.id for season in session.written.seasons])
    return Frame(identity or name, title or words, first, final)


def _marks(session: Session, last: Season) -> dict[str, str]:
    """What became of each goal: by the verdict, where there is one."""
    record = record_of(session, last.id)
    if record is None or record.verdict is None:
        return {goal.id: f"{last.id} is not closed yet" for goal in last.goals}
    marks = {}
    for goal, (original, amended) in sides(record.verdict).items():
        item = original or amended
        assert item is not None
        count = f"{number_words(item.done)} of {number_words(item.target)}"
        if item.reached:
            marks[goal] = f"{REACHED} in {last.id}: {count}. Keep it, raise it, or let it go."
        else:
            marks[goal] = f"not {REACHED} in {last.id}: {count} ({number(item.grade)})"
    return marks


def _check(text: str) -> None:
    """Refuse to write what could not be read again."""
    from tracker.goals_file.parse import parse

    try:
        parse(text)
    except TrackerError as error:
        raise TrackerError(f"The draft would not read, so nothing is written. {error}") from error


def _show(before: str, after: str) -> None:
    from difflib import unified_diff

    lines = unified_diff(
        before.splitlines(),
        after.splitlines(),
        "goals.yml",
        "goals.yml, as written now",
        lineterm="",
    )
    for line in lines:
        colour = {"+": "green", "-": "red"}.get(line[:1])
        click.echo(click.style(terminal(line), fg=colour))


def _replace(session: Session, text: str) -> None:
    """Put the whole file in place at once."""
    write_whole(Path(session.folder.goals).resolve(), text.encode())
