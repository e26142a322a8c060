"""`tracker publish`: from check-ins to a site."""

from __future__ import annotations

import click

from tracker.cli.context import app_of, common_options
from tracker.cli.site.engines import (
    Options,
    Watch,
    choose,
    executed_and_reused,
    frozen,
    run,
)
from tracker.cli.site.pages import current_record, describe, write_pages
from tracker.workspace.scaffold import ensure_site


@click.command("publish", short_help="Write the pages and publish the whole site.")
@click.option(
    "--profile", "profiles", multiple=True, metavar="NAME", help="A Quarto profile; repeat it."
)
@click.option("--output-dir", metavar="OUT", help="Where the site goes; _site if left out.")
@click.option(
    "--strict", is_flag=True, help="Stop at what the press cannot do (Quarto does it all)."
)
@common_options
@click.pass_context
def command(
    ctx: click.Context, profiles: tuple[str, ...], output_dir: str | None, strict: bool
) -> None:
    """Write the progress pages, then publish the site with Quarto, else with the press.

    In a folder without a site a small one is set up first.
    """
    app = app_of(ctx)
    watch = Watch()
    changes = write_pages(app, current_record(app, app.today), app.today)
    click.echo(f"{describe(changes)}  {watch.lap()}")
    root = app.folder.path
    written = ensure_site(root)
    if written:
        click.echo(f"Set up a small site: {', '.join(written)}. Change them as you like.")
    engine = choose(root, Options(profiles, output_dir, strict))
    click.echo(f"Publishing with {engine.name}.")
    before = frozen(root)
    code = run(engine, root)
    told = "" if engine.tells else f": {executed_and_reused(before, frozen(root))}"
    click.echo(f"{engine.name[0].upper()}{engine.name[1:]}{told}  {watch.lap()}")
    if code:
        raise click.exceptions.Exit(code)
