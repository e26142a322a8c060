"""`tracker evidence check` and `withdraw`: what becomes of a link later."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tracker.cli.context import App, app_of, common_options, echo_json
from tracker.errors import TrackerError
from tracker.goals.links import Link, state_words
from tracker.goals.references import Reference
from tracker.text.escape import terminal
from tracker.workspace.season_records import (
    link_data,
    open_record,
    publish,
    writing,
)

if TYPE_CHECKING:
    from tracker.store.seasons import SeasonStore
    from tracker.workspace.link_check import Check


@click.command("check", short_help="Look again whether links are there.")
@click.argument("number", required=False, type=int)
@click.option("--seen", is_flag=True, help="You have opened NUMBER yourself; shown as such.")
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
@common_options
@click.pass_context
def check_(ctx: click.Context, number: int | None, seen: bool, as_json: bool) -> None:
    """Check the link of a NUMBER, else every link that was not seen yet."""
    from tracker.workspace.link_check import Check, check

    app = app_of(ctx)
    if seen and number is None:
        raise click.UsageError("--seen goes with the number of one link: tracker evidence list")
    with writing(app) as store:
        chosen = [_numbered(store, number)] if number else _open_links(store)
        results = []
        for link in chosen:
            assert link.scheme != "claim"
            reference = Reference(link.scheme, link.target)
            done = Check("seen", "") if seen else check(reference, app.folder.path)
            if done != (link.state, link.detail):
                _keep_check(app, store, link, done)
            results.append(link._replace(state=done.state, detail=done.detail))
    if as_json:
        echo_json([{"number": link.number, **link_data(link)} for link in results])
        return
    for link in results:
        click.echo(terminal(f"{link.goal}: {link.address}: {state_words(link.state, link.detail)}"))
    if not results:
        click.echo("Every link has been seen: there is nothing to check.")


@click.command("withdraw", short_help="Take back a link or a claim.")
@click.argument("number", type=int)
@common_options
@click.pass_context
def withdraw(ctx: click.Context, number: int) -> None:
    """Take back the link or the claim of a NUMBER; it stays in the history."""
    from tracker.workspace.link_check import Check

    app = app_of(ctx)
    with writing(app) as store:
        link = _numbered(store, number, claims=True)
        _keep_check(app, store, link, Check("withdrawn", ""))
    what = "the claim" if link.scheme == "claim" else terminal(link.address)
    click.echo(f"Took back {what} for {link.goal}: it no longer counts.")


def _numbered(store: SeasonStore, number: int | None, *, claims: bool = False) -> Link:
    for link in store.links():
        if link.number == number and link.state != "withdrawn":
            if link.scheme == "claim" and not claims:
                raise TrackerError(f"Number {number} is a claim: there is nothing to check.")
            return link
    raise TrackerError(f"There is no link of the number {number}. See: tracker evidence list")


def _open_links(store: SeasonStore) -> list[Link]:
    return [k for k in store.links() if k.scheme != "claim" and k.state in {"unchecked", "gone"}]


def _keep_check(app: App, store: SeasonStore, link: Link, done: Check) -> None:
    record = store.record(link.season)
    if record is not None:
        open_record(app, store, record.promise.season)
    store.check(link.number, done.state, done.detail, app.today, app.logged_at)
    if record is not None:
        publish(app, store, link.season)
