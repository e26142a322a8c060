"""`tracker new`: begin a log entry."""

from __future__ import annotations

import unicodedata
from datetime import date

import click

from tracker.calendar.days import parse_day
from tracker.cli.context import common_options, echo, session_of
from tracker.errors import TrackerError
from tracker.files import write_whole
from tracker.goals.evidence import ANY_KIND, KINDS
from tracker.text.escape import one_line, terminal, yaml
from tracker.text.names import resolve
from tracker.workspace.session import Session

LONGEST_SLUG = 60  # a folder's name that still fits in a line


@click.command("new", short_help="Begin a log entry.")
@click.argument("title")
@click.option(
    "--kind", type=click.Choice([*KINDS, ANY_KIND]), default="note", show_default=True,
    help="What the entry is; a goal's evidence can ask for a kind.",
)  # fmt: skip
@click.option("--goal", "goals", multiple=True, metavar="GOAL", help="A goal it serves; repeat it.")
@click.option("--day", metavar="DAY", help="The entry's date; today if left out.")
@common_options
@click.pass_context
def command(
    ctx: click.Context, title: str, kind: str, goals: tuple[str, ...], day: str | None
) -> None:
    """Begin a log entry: log/DATE-TITLE/index.qmd, a draft until you say otherwise.

    \b
      tracker new "Do months lie on a circle?" --kind reproduction --goal reproductions
    """
    session = session_of(ctx)
    clean = one_line(title)
    if not clean:
        raise click.UsageError("The title is empty. Say in a few words what the entry answers.")
    when = parse_day(day, session.today) if day else session.today
    named = [goal_of(session, goal, when) for goal in goals]
    path = session.folder.path / "log" / f"{when}-{slug(clean)}" / "index.qmd"
    if path.exists():
        raise TrackerError(f"{path} is there already. Choose another title, or edit that entry.")
    write_whole(path, front_matter(clean, when, kind, named).encode())
    echo(f"Began {terminal(str(path.relative_to(session.folder.path)))}")
    echo("It is a draft: set draft: false when it may count and be read.")


def goal_of(session: Session, name: str, day: date) -> str:
    """The id of a goal of the day's season."""
    season = session.project.season_on(day)
    if season is None:
        raise TrackerError(f"No season holds {day}, so there is no goal to serve. See goals.yml.")
    return resolve(terminal(name), [goal.id for goal in season.goals], "goal")


def slug(title: str) -> str:
    """A title as a folder's name: small letters, digits and hyphens."""
    folded = unicodedata.normalize("NFKD", title).casefold()
    plain_title = "".join(mark for mark in folded if not unicodedata.combining(mark))
    words = "".join(mark if mark.isalnum() else " " for mark in plain_title).split()
    return "-".join(words)[:LONGEST_SLUG].strip("-") or "entry"


def front_matter(title: str, day: date, kind: str, goals: list[str]) -> str:
    """The head of an entry, and room for words."""
    lines = [
        "---",
        f"title: {yaml(title)}",
        'description: ""',
        f"date: {day}",
        f"categories: [{kind}]",
        f"kind: {kind}",
        f"goals: [{', '.join(goals)}]",
        "draft: true",
        "---",
        "",
        "",
    ]
    return "\n".join(lines)
