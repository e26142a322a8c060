"""`tracker publish`: from check-ins to a site, by Quarto or by the press."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import click

from tracker.cli.context import common_options, echo, session_of
from tracker.cli.site.pages import tell
from tracker.errors import TrackerError
from tracker.workspace.progress import current_record, write_progress
from tracker.workspace.templates import ensure_site

FROZEN = "_freeze/**/execute-results/html.json"


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
    session = session_of(ctx)
    watch = Watch()
    pages = write_progress(session, current_record(session, session.today), session.today)
    echo(f"{tell(pages)}  {watch.lap()}")
    root = session.folder.path
    written = ensure_site(root)
    if written:
        echo(f"Set up a small site: {', '.join(written)}. Change them as you like.")
    engine = choose(root, Options(profiles, output_dir, strict))
    echo(f"Publishing with {engine.name}.")
    before = frozen(root)
    code = run(engine, root)
    told = "" if engine.tells else f": {executed_and_reused(before, frozen(root))}"
    echo(f"{engine.name[0].upper()}{engine.name[1:]}{told}  {watch.lap()}")
    if code:
        raise click.exceptions.Exit(code)


class Options(NamedTuple):
    """What is passed on to the engine."""

    profiles: Sequence[str] = ()
    output_dir: str | None = None
    strict: bool = False

    def words(self) -> list[str]:
        """The options both engines know."""
        words = [word for profile in self.profiles for word in ("--profile", profile)]
        return [*words, *(["--output-dir", self.output_dir] if self.output_dir else [])]


class Engine(NamedTuple):
    """A program that publishes a Quarto project."""

    name: str
    command: Sequence[str]
    tells: bool  # whether it says itself what it executed and what it reused


def choose(root: Path, options: Options) -> Engine:
    """Quarto where it is on the path, else the embedded press.

    Raises TrackerError that says what to install where there is neither.
    """
    quarto = shutil.which("quarto")
    if quarto:
        # Quarto takes one list of profiles.
        profiles = ["--profile", ",".join(options.profiles)] if options.profiles else []
        rest = options._replace(profiles=()).words()
        return Engine("Quarto", [quarto, "render", str(root), *profiles, *rest], tells=False)
    if importlib.util.find_spec("press") is not None:
        strict = ["--strict"] if options.strict else []
        command = [sys.executable, "-m", "press", "render", str(root), *options.words(), *strict]
        return Engine("the embedded press", command, tells=True)
    raise TrackerError(
        "Nothing here can publish: Quarto is not on the path, and the press is not installed. "
        "Install Quarto (https://quarto.org), or the press from the checkout of In Season: "
        "pip install 'path/to/the/checkout[press]'. "
        "The progress pages are written all the same."
    )


def run(engine: Engine, root: Path) -> int:
    """Publish; returns the engine's exit code."""
    environment = {**os.environ}
    environment.setdefault("QUARTO_PYTHON", sys.executable)
    sys.stdout.flush()
    return subprocess.run(engine.command, cwd=root, env=environment, check=False).returncode


def frozen(root: Path) -> dict[str, int]:
    """When each executed page was last frozen, by the page's path."""
    return {
        path.parent.parent.relative_to(root / "_freeze").as_posix(): path.stat().st_mtime_ns
        for path in root.glob(FROZEN)
    }


def executed_and_reused(before: dict[str, int], after: dict[str, int]) -> str:
    """What an engine that does not tell executed, and what it took as it was."""
    executed = sorted(page for page, when in after.items() if before.get(page) != when)
    reused = len(after) - len(executed)
    names = f" ({', '.join(executed)})" if executed else ""
    return f"executed {len(executed)}{names}, reused {reused}"


class Watch:
    """Tells how long each step took."""

    def __init__(self) -> None:
        """Start now."""
        self.started = time.perf_counter()

    def lap(self) -> str:
        """The seconds since the last lap, and begin the next."""
        now = time.perf_counter()
        seconds, self.started = now - self.started, now
        return f"{seconds:.1f} s"
