"""`lab reproduce`."""

from __future__ import annotations

import sys

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from lab.cli.ledger import write_ledger
from lab.cli.log import log_here
from lab.processes import keep_freed_memory
from lab.results import resume
from lab.results.compare import Difference
from lab.results.reproduce import Reproduction, reproduce_result, wanted_results
from lab.results.study import Project, Study

ROWS = 12  # differing values listed by name; the rest are counted


@click.command()
@click.argument("study", required=False)
@click.option("--name", help="One result of the study, for example smollm2-135m.")
@click.option("--write", is_flag=True, help="Keep the new numbers even where the old are fresh.")
@click.option("--resume", "go_on", is_flag=True, help="Go on where the last one was cut short.")
def reproduce(study: str | None, name: str | None, write: bool, go_on: bool) -> None:
    """Compute recorded results again and compare old numbers with new.

    A stale or missing result is recorded anew. A fresh one is left as it is; exit 1 where its
    numbers do not come out again within tolerance. Without STUDY: every result of the log.
    """
    project, failed = log_here(), False
    keep_freed_memory()
    if not go_on:
        resume.clear(project.root)
    for each in [project.study(study)] if study else project.recorded_studies():
        for wanted in wanted_results(each, name):
            if go_on and resume.is_done(each, wanted):
                click.echo(f"{each.name}/{wanted}: done before")
            elif _holds(project, each, wanted, write):
                resume.mark(each, wanted)
            else:
                failed = True
    resume.clear(project.root)
    sys.exit(failed)


def _holds(project: Project, study: Study, name: str, write: bool) -> bool:
    """Compute a result and say what moved: whether it came out again, or had a reason not to."""
    console = Console()
    found = _computed(study, name, write, console)
    where = f"{found.study}/{found.name}"
    if found.note:
        click.echo(f"note: {found.note}", err=True)
    if found.differences:
        console.print(_table(where, found.differences))
    if found.path is None:
        within = len(found.differences) - found.outside
        click.echo(f"{where}: {within} of {len(found.differences)} within tolerance")
    else:
        click.echo(
            f"{where}: was {found.state}, recorded to {found.path.name}; "
            f"{found.outside} values moved"
        )
        if found.outside:
            click.echo("  Put the old and the new numbers in CHANGELOG.md.")
        write_ledger(project, study)
    return found.holds


def _computed(study: Study, name: str, write: bool, console: Console) -> Reproduction:
    """The result computed again, with a bar that says how far it is."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        model = getattr(study.known_params[name], "model", "")
        task = progress.add_task(f"{study.name}: loading {model}", total=None)

        def report(what: str, done: int, total: int) -> None:
            progress.update(task, description=f"{study.name}: {what}", completed=done, total=total)

        return reproduce_result(study, name, report, write=write)


def _table(title: str, differences: list[Difference]) -> Table:
    """What moved most, then a line that counts the rest."""
    table = Table("value", "old", "new", "within tolerance", title=title)
    ordered = sorted(differences, key=_distance, reverse=True)
    for each in ordered[:ROWS]:
        table.add_row(
            each.where, _number(each.old), _number(each.new), "yes" if each.within else "NO"
        )
    rest = ordered[ROWS:]
    inside = sum(each.within for each in rest)
    if rest:
        table.add_row(f"{len(rest)} more, all closer", "", "", f"{inside} of {len(rest)}")
    return table


def _distance(each: Difference) -> float:
    if each.old is None or each.new is None:
        return float("inf")
    return abs(each.new - each.old) / max(abs(each.old), abs(each.new), 1e-3)


def _number(value: float | None) -> str:
    return "—" if value is None else f"{value:.6g}"
