"""`tracker init`: begin a log in an empty folder."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from shlex import quote
from urllib.parse import urlsplit
from urllib.request import url2pathname

import click

from tracker.calendar.days import civil_day
from tracker.cli.context import clock, common_options, echo
from tracker.errors import TrackerError
from tracker.files import write_whole
from tracker.text.escape import terminal
from tracker.workspace.session import zone_named
from tracker.workspace.templates import DAY_ENDS, files, machine


@click.command("init", short_help="Begin a new log in an empty folder.")
@click.argument("folder", default=".", type=click.Path(path_type=Path))
@click.option("--title", default="My log", show_default=True, help="The site's title.")
@click.option("--timezone", metavar="ZONE", help="Like Europe/London; this machine's if left out.")
@common_options
@click.pass_context
def command(ctx: click.Context, folder: Path, title: str, timezone: str | None) -> None:
    """Begin a log: goals.yml to fill in, a first entry, and a site that `make site` builds.

    Nothing is ever overwritten: where one of the files is there already, nothing is written.

    \b
      tracker init my-log --title "What I learn" && cd my-log && make site
    """
    now = clock()
    zone_name = timezone or _zone_here()
    _check(files(title, zone_name, now.date())["goals.yml"])
    made = files(title, zone_name, civil_day(now, zone_named(zone_name), DAY_ENDS))
    there = [name for name in made if (folder / name).exists()]
    if there:
        raise TrackerError(
            f"{terminal(str(folder))} holds {', '.join(there)} already. Nothing was written: "
            "choose an empty folder."
        )
    # This very Python, and where its tracker came from: the machine's own, and never tracked.
    made[".tracker/local.mk"] = machine(sys.executable, _source())
    _write(folder, made)
    echo(f"Began a log in {terminal(str(folder))}: {', '.join(list(made)[:-1])}.")
    go = "" if folder.resolve() == Path.cwd() else f"cd {quote(terminal(str(folder)))}, "
    echo(f"Next: {go}say what you commit to in goals.yml, then tracker checkin, make site.")


def _check(goals: str) -> None:
    """Refuse a zone or title that would not read back."""
    from tracker.goals_file.parse import parse

    parse(goals)


def _write(folder: Path, made: dict[str, str]) -> None:
    """Every file, or none of them."""
    written: list[Path] = []
    try:
        for name, text in made.items():
            write_whole(folder / name, text.encode())
            written.append(folder / name)
    except TrackerError:
        for path in written:
            path.unlink()
        raise


def _source() -> str:
    """Where this tracker can be installed from: its checkout, else the name of its package."""
    checkout = Path(__file__).resolve().parents[3]
    if (checkout / "pyproject.toml").is_file():
        return str(checkout)
    import json
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        told = json.loads(distribution("in-season").read_text("direct_url.json") or "{}")
    except (PackageNotFoundError, ValueError):
        told = {}
    address = str(told.get("url", ""))
    return url2pathname(urlsplit(address).path) if address.startswith("file:") else "in-season"


def _zone_here() -> str:
    """The machine's time zone by name; UTC where it tells none."""
    named = os.environ.get("TZ", "").lstrip(":")
    localtime = os.path.realpath("/etc/localtime")
    _, in_database, name = localtime.partition("zoneinfo/")
    for zone in (named, name if in_database else ""):
        if "/" in zone and not zone.startswith("/"):
            return zone
    return "UTC"
