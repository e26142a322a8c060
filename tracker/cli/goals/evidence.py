"""`tracker evidence`: what every goal has to show."""

from __future__ import annotations

import click

from tracker.cli.context import app_of, common_options, echo_json
from tracker.cli.lazy import LazyGroup
from tracker.goals.links import standing, with_links
from tracker.text.escape import terminal
from tracker.workspace.entries import read_log
from tracker.workspace.season_records import (
    goal_named,
    in_force,
    link_data,
    links_of,
    season_named,
)

STEPS = {
    "add": "goals.add", "list": "goals.evidence", "check": "goals.evidence_check",
    "withdraw": "goals.evidence_check",
}  # fmt: skip


@click.group(
    "evidence",
    cls=LazyGroup,
    steps=STEPS,
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
    app = app_of(ctx)
    chosen = in_force(app, season_named(app, season))
    goals = [goal_named(chosen, goal)] if goal else list(chosen.goals)
    links = links_of(app, chosen.id)
    entries, problems = read_log(app.folder.path)
    for problem in problems:
        click.echo(f"Warning: {terminal(problem)}", err=True)
    found = with_links(entries, links, chosen)
    shown = {one.id: standing(one, chosen, found, links, app.today) for one in goals}
    if as_json:
        echo_json([
            {
                "goal": name,
                "counts": [{"address": e.path, "title": e.title, "day": str(e.day)} for e in one.evidence],
                "not_counted": [{**link_data(w.link), "reason": w.reason} for w in one.waiting],
                "claimed": [link_data(link) for link in one.claims],
            }
            for name, one in shown.items()
        ])  # fmt: skip
        return
    numbers = {link.address: link.number for link in links if link.state != "withdrawn"}
    for name, one in shown.items():
        count = len(one.evidence)
        words = {0: "nothing counts yet", 1: "1 counts"}.get(count, f"{count} count")
        click.echo(click.style(terminal(f"{name}: {words}"), bold=True))
        for entry in one.evidence:
            given = f" ({numbers[entry.path]})" if entry.path in numbers else ""
            click.echo(terminal(f"  {entry.day}  {entry.title}: {entry.path}{given}"))
        for link, reason in one.waiting:
            click.echo(
                terminal(f"  {link.day}  {link.address} ({link.number}): {reason}; not counted")
            )
        for link in one.claims:
            click.echo(f"  {link.day}  claimed ({link.number}), without evidence; not counted")
