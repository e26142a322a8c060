"""`tracker evidence add`: a DOI, a web address or a file of the log as evidence for a goal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tracker.calendar.days import parse_day
from tracker.cli.context import common_options, echo, echo_json, session_of
from tracker.errors import TrackerError
from tracker.goals.links import WORDS, Link, already_counts, goal_evidence, with_links
from tracker.goals.model import Goal, Season
from tracker.goals.references import Reference, parse_reference
from tracker.text.escape import one_line, terminal
from tracker.workspace.entries import read_log
from tracker.workspace.season_records import (
    goal_named,
    link_data,
    links_of,
    open_record,
    record_of,
    write_record_file,
)
from tracker.workspace.session import Session

if TYPE_CHECKING:
    from datetime import date


@click.command("add", short_help="Add a DOI, a web address or a file of the log.")
@click.argument("goal")
@click.argument("reference")
@click.option("--day", metavar="DAY", help="The day it is evidence for; today if left out.")
@click.option("--note", default="", metavar="TEXT", help="Its title on the pages. It is public.")
@click.option("--offline", is_flag=True, help="Do not ask the network; it counts once checked.")
@click.option("--seen", is_flag=True, help="You have opened it yourself: no check, shown as such.")
@click.option("--json", "as_json", is_flag=True, help="Print what was stored as JSON.")
@common_options
@click.pass_context
def command(
    ctx: click.Context,
    goal: str,
    reference: str,
    day: str | None,
    note: str,
    offline: bool,
    seen: bool,
    as_json: bool,
) -> None:
    """Add evidence for a goal: REFERENCE is a DOI, a web address, or a path in the log.

    It is dated today or --day, which has to lie in the season. A DOI is looked up in the
    registry, an address is asked for, a file has to be there. What could not be checked
    is kept as "unchecked" and counts once it is: tracker evidence check
    """
    from tracker.workspace.link_check import Check, check

    session = session_of(ctx, writes=True)
    when = parse_day(day, session.today) if day else session.today
    season, chosen = season_and_goal(session, goal, when)
    parsed = parse_reference(terminal(reference))
    refuse_twice(session, parsed, chosen, season)
    done = Check("seen", "") if seen else check(parsed, session.folder.path, offline=offline)
    if done.state == "gone":
        raise TrackerError(
            f"{parsed.address}: not found ({done.detail}). Nothing was stored. Look it up and try "
            "again; if it is there for you, say so with --seen."
        )
    link = Link(
        0, season.id, chosen.id, parsed.scheme, parsed.target, when, one_line(note), session.logged_at,
        done.state, session.today, done.detail, done.found,
    )  # fmt: skip
    number = store_link(session, season, link)
    waiting = reason_against(session, link, chosen, season)
    if as_json:
        echo_json({"number": number, **link_data(link), "counts": not waiting, "reason": waiting})
        return
    echo(f"Added to {chosen.id} for {when}: {terminal(parsed.address)}")
    echo(_outcome(link, number, waiting))


def season_and_goal(session: Session, goal: str, day: date) -> tuple[Season, Goal]:
    """The season of a day and its goal, as they count today."""
    season = session.project.season_on(day)
    if season is None:
        raise TrackerError(f"No season holds {day}, so no goal of it can be served. See goals.yml.")
    return season, goal_named(session, season, goal)


def refuse_twice(session: Session, reference: Reference, goal: Goal, season: Season) -> None:
    """Keep one thing from counting twice for a goal."""
    for link in links_of(session, season.id):
        if link.goal == goal.id and link.state != "withdrawn" and link.address == reference.address:
            raise TrackerError(
                f"{reference.address} is on the list for {goal.id} already "
                f"(number {link.number}, {WORDS[link.state]}). See: tracker evidence list"
            )
    hidden = reference.scheme == "file" and any(
        part.startswith(".") for part in reference.target.split("/")
    )
    if hidden:
        raise TrackerError(f"{reference.target} is hidden, and nobody could open it. Publish it.")
    entries, _ = read_log(session.folder.path)
    if already_counts(reference, goal, season, entries, session.today):
        raise TrackerError(
            f"{reference.target} counts for {goal.id} already: its front matter names the goal."
        )


def store_link(session: Session, season: Season, link: Link) -> int:
    """Keep a piece of evidence; the public record of a frozen season is written anew."""
    session.begin_writing()
    frozen = record_of(session, season.id) is not None
    if frozen:
        open_record(session, season)
    number = session.seasons.add_link(link, session.zone)
    if frozen:
        write_record_file(session, season.id)
    return number


def reason_against(session: Session, link: Link, goal: Goal, season: Season) -> str:
    """Why a link does not count; "" where it does."""
    entries, _ = read_log(session.folder.path)
    evidence = with_links(entries, [link], season)
    waiting = goal_evidence(goal, season, evidence, [link], session.today).waiting
    return waiting[0].reason if waiting else ""


def _outcome(link: Link, number: int, waiting: str) -> str:
    if link.state == "unchecked":
        return (
            f"Unchecked: {link.detail}. It counts once it is seen: tracker evidence check, or "
            f"tracker evidence check {number} --seen"
        )
    if waiting:
        return f"It does not count yet: {waiting}."
    return f"It counts: {terminal(link.last_check)}."
