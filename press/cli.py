"""The command `press`: the only place for the terminal, signals and exit codes."""

from __future__ import annotations

import contextlib
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click

from press.console import RenderConsole
from press.errors import Findings, PressError, in_words
from press.output_folder import some_of

if TYPE_CHECKING:
    from press.build import RenderSettings, RenderSummary


folder_argument = click.argument(
    "folder", type=click.Path(path_type=Path), default=".", metavar="[DIR]"
)
profile_option = click.option(
    "--profile",
    "profiles",
    multiple=True,
    metavar="NAME",
    help="Use _quarto-NAME.yml too; may be given more than once.",
)
debug_option = click.option("--debug", is_flag=True, help="Show the traceback of an error.")


@click.group()
@click.version_option(package_name="in-season", prog_name="press")
def main() -> None:
    """Publish a Quarto website where Quarto is absent."""


@main.command()
@folder_argument
@click.option(
    "--output-dir",
    type=click.Path(path_type=Path),
    help="Where the site goes (default: the project's output-dir, else _site).",
)
@click.option(
    "--overwrite",
    is_flag=True,
    help="Publish into a folder with files that the press did not write: it replaces those of the "
    "same name and keeps all others.",
)
@profile_option
@click.option(
    "--strict",
    is_flag=True,
    help="Broken links, references, citations, missing images, and what Quarto does and the press "
    "does not, end the render.",
)
@click.option(
    "--timeout",
    type=click.IntRange(1),
    default=1800,
    show_default=True,
    metavar="SECONDS",
    help="The longest that one cell may run.",
)
@debug_option
def render(
    folder: Path,
    output_dir: Path | None,
    overwrite: bool,
    profiles: tuple[str, ...],
    strict: bool,
    timeout: int,
    debug: bool,
) -> None:
    """Publish the project in DIR (default: the folder you are in)."""
    from press.build import RenderSettings

    console = RenderConsole()
    with clean_exit(console, debug):
        settings = RenderSettings(output_dir, overwrite, strict, timeout)
        publish(folder, profiles, settings, console)


@main.command()
@folder_argument
@click.option(
    "--port", default=4200, show_default=True, help="Where the site is served; 0 takes any."
)
@profile_option
@debug_option
def preview(folder: Path, port: int, profiles: tuple[str, ...], debug: bool) -> None:
    """Serve the project in DIR; each save publishes what changed and reloads the page."""
    from press.build import RenderSettings
    from press.input.project import load
    from press.preview import PreviewSession, serve

    console = RenderConsole()

    def render(keep: Callable[[str], bool]) -> RenderSummary | None:
        console.started = time.perf_counter()
        try:
            return publish(folder, profiles, RenderSettings(keep=keep), console)
        except Exception as error:  # a preview ends when it is told to, and at no other time
            console.quiet()
            report(error, debug)
            return None

    with clean_exit(console, debug):
        load(folder, profiles)
        session = PreviewSession(folder.resolve(), render)
        session.publish([])
        serve(session, port, console.say)


@contextlib.contextmanager
def clean_exit(console: RenderConsole, debug: bool) -> Iterator[None]:
    """Turn what goes wrong into a line and an exit code."""
    signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    except KeyboardInterrupt:
        console.quiet()
        click.echo("press: stopped; the old site stays as it was", err=True)
        sys.exit(130)
    except Exception as error:
        console.quiet()
        sys.exit(report(error, debug))


def report(error: Exception, debug: bool) -> int:
    """Say what went wrong; the exit code that belongs to it."""
    if debug:
        traceback.print_exception(error)
    if isinstance(error, PressError | OSError):
        words = in_words(error) if isinstance(error, OSError) else str(error)
        click.echo(f"press: {words}", err=True)
        return 1
    click.echo(
        f"press: this should not have happened: {type(error).__name__}: {error}. "
        "The old site stays; --debug shows where it came from.",
        err=True,
    )
    return 2


def publish(
    folder: Path, profiles: tuple[str, ...], settings: RenderSettings, console: RenderConsole
) -> RenderSummary:
    """Render and tell what was done."""
    from press.build import Build
    from press.input.project import load

    config = load(folder, profiles)
    findings = Findings()
    summary = Build(config, settings, findings, console).run()
    console.quiet()
    for page, count, seconds in summary.executed:
        console.say(
            f"  executed  {page}  ({count} cell{'s' if count != 1 else ''}, {seconds:.1f} s)"
        )
    for page in summary.reused:
        console.say(f"  reused    {page}  (frozen)")
    for page in summary.resumed:
        console.say(f"  reused    {page}  (executed in the last render, which failed later)")
    for finding in findings:
        console.say(f"  warning   {finding}", "yellow" if finding.breaks else "dim")
    if summary.others:
        console.say(f"  kept      {some_of(summary.others)}  (not written by the press)", "dim")
    reused = len(summary.reused) + len(summary.resumed)
    pages = len(summary.executed) + reused + summary.plain
    console.say(
        f"  {pages} pages: {len(summary.executed)} executed, {reused} reused, "
        f"{summary.plain} with nothing to execute; {summary.unchanged} bodies unchanged"
    )
    steps = ", ".join(f"{step} {seconds:.1f}" for step, seconds in summary.seconds.items())
    total = time.perf_counter() - console.started
    console.say(
        f"press: published with the embedded press to {short_path(summary.output)} in {total:.1f} s ({steps})",
        "bold green",
    )
    return summary


def short_path(path: Path) -> str:
    """A path as short as it can be said."""
    try:
        return path.relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(path)


def interrupt(number: int, frame: FrameType | None) -> None:
    """End on SIGTERM as on Ctrl-C, so that kernels are ended too."""
    raise KeyboardInterrupt
