"""`tracker evidence`: what every goal has to show, and what becomes of a link later."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tracker.cli.context import LazyGroup, common_options, echo, echo_json, session_of, warn
from tracker.errors import TrackerError
from tracker.goals.links import Link, goal_evidence, with_links
from tracker.goals.references import Reference
from tracker.text.escape import terminal
from tracker.workspace.entries import read_log
from tracker.workspace.season_records import (
    goal_named,
    link_data,
    links_of,
    open_record,
    season_named,
    season_today,
    write_record_file,
)
from tracker.workspace.session import Session

if TYPE_CHECKING:
    pass


COMMANDS = {
    "add": "goals.add", "list": "goals.evidence:list_", "check": "goals.evidence:check_link",
    "withdraw": "goals.evidence:withdraw",
}  # fmt: skip


@click.group(
    "evidence",
    cls=LazyGroup,
    modules=COMMANDS,
    short_help="Add evidence for a goal: a DOI, an address, a file.",
)
@common_options
def command() -> None:
    """Close a goal by evidence that anyone can open.

    Entries of the log count by their own front matter. What stands elsewhere is added
    here, and counts once it has been seen to exist.

    \b
      tracker evidence add papers 10.48550/arXiv.2405.14860 --note "The preprint"
      tracker evidence add tool https://example.org/releases/1.0 --day yesterday
      tracker evidence list
    """


@click.command("list", short_help="Show what every goal has to show.")
@click.argument("goal", required=False)
@click.option("--season", metavar="SEASON", help="A season's id; the season of today if left out.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@common_options
@click.pass_context
def list_(ctx: click.Context, goal: str | None, season: str | None, as_json: bool) -> None:
    """Show each goal's evidence: what counts, what is unchecked, what is only claimed."""
    session = session_of(ctx)
    chosen = season_today(session, season_named(session, season))
    goals = [goal_named(session, chosen, goal)] if goal else list(chosen.goals)
    links = links_of(session, chosen.id)
    entries, problems = read_log(session.folder.path)
    warn(problems)
    evidence = with_links(entries, links, chosen)
    shown = {own.id: goal_evidence(own, chosen, evidence, links, session.today) for own in goals}
    if as_json:
        echo_json([
            {
                "goal": name,
                "counts": [{"address": e.path, "title": e.title, "day": str(e.day)} for e in own.evidence],
                "not_counted": [{**link_data(w.link), "reason": w.reason} for w in own.waiting],
                "claimed": [link_data(link) for link in own.claims],
            }
            for name, own in shown.items()
        ])  # fmt: skip
        return
    given = {link.address: link for link in links if link.state != "withdrawn"}
    for name, own in shown.items():
        count = len(own.evidence)
        words = {0: "nothing counts yet", 1: "1 counts"}.get(count, f"{count} count")
        echo(click.style(terminal(f"{name}: {words}"), bold=True))
        for entry in own.evidence:
            added = given.get(entry.path)
            number = f" ({added.number})" if added else ""
            echo(terminal(f"  {entry.day}  {entry.title}: {entry.path}{number}"))
            if added:
                echo(terminal(f"      {added.last_check}"))
        for link, reason in own.waiting:
            echo(terminal(f"  {link.day}  {link.address} ({link.number}): {reason}; not counted"))
        for link in own.claims:
            echo(f"  {link.day}  claimed ({link.number}), without evidence; not counted")


@click.command("check", short_help="Look again whether links are there.")
@click.argument("number", required=False, type=int)
@click.option("--seen", is_flag=True, help="You have opened NUMBER yourself; shown as such.")
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
@common_options
@click.pass_context
def check_link(ctx: click.Context, number: int | None, seen: bool, as_json: bool) -> None:
    """Check the link of a NUMBER, else every link that was not seen yet."""
    from tracker.workspace.link_check import Check, check

    session = session_of(ctx, writes=True)
    if seen and number is None:
        raise click.UsageError("--seen goes with the number of one link: tracker evidence list")
    session.begin_writing()
    results = []
    for link in [_numbered(session, number)] if number else _open_links(session):
        assert link.scheme != "claim"
        reference = Reference(link.scheme, link.target)
        done = Check("seen", "") if seen else check(reference, session.folder.path)
        checked = link._replace(
            state=done.state, detail=done.detail, checked=session.today, found=done.found
        )
        if checked != link:
            _keep_check(session, checked)
        results.append(checked)
    if as_json:
        echo_json([{"number": link.number, **link_data(link)} for link in results])
        return
    for link in results:
        echo(terminal(f"{link.goal}: {link.address}: {link.last_check}"))
    if not results:
        echo("Every link has been seen: there is nothing to check.")


@click.command("withdraw", short_help="Take back a link or a claim.")
@click.argument("number", type=int)
@common_options
@click.pass_context
def withdraw(ctx: click.Context, number: int) -> None:
    """Take back the link or the claim of a NUMBER; it stays in the history."""

    session = session_of(ctx, writes=True)
    session.begin_writing()
    link = _numbered(session, number, claims=True)
    _keep_check(session, link._replace(state="withdrawn", detail="", checked=session.today))
    what = "the claim" if link.scheme == "claim" else terminal(link.address)
    echo(f"Took back {what} for {link.goal}: it no longer counts.")


def _numbered(session: Session, number: int | None, *, claims: bool = False) -> Link:
    for link in session.seasons.links():
        if link.number == number and link.state != "withdrawn":
            if link.scheme == "claim" and not claims:
                raise TrackerError(f"Number {number} is a claim: there is nothing to check.")
            return link
    raise TrackerError(f"There is no link of the number {number}. See: tracker evidence list")


def _open_links(session: Session) -> list[Link]:
    links = session.seasons.links()
    return [k for k in links if k.scheme != "claim" and k.state in {"unchecked", "gone"}]


def _keep_check(session: Session, link: Link) -> None:
    record = session.seasons.record(link.season)
    if record is not None:
        open_record(session, record.promise.season)
    session.seasons.check(link, session.logged_at)
    if record is not None:
        write_record_file(session, link.season)
