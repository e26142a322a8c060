"""`lab`: what is recorded, and whether it can be computed again."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from lab.declared import nulls
from lab.errors import AnalysisError
from lab.ledger import history, judge, site_files
from lab.results import arrays, record, resume
from lab.results.compare import Difference, compare, compare_arrays
from lab.results.runner import Computed, compute

SHOWN = 12  # differing values listed by name; the rest are counted


class CleanGroup(click.Group):
    """Turns an AnalysisError into one message and exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; `--debug` lets the traceback through."""
        try:
            return super().invoke(ctx)
        except AnalysisError as error:
            if ctx.params.get("debug"):
                raise
            raise click.ClickException(str(error)) from error


@click.group(cls=CleanGroup)
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def main(debug: bool) -> None:
    """Recorded results and what follows from them: check them, compute them again."""


@main.command()
def status() -> None:
    """Say of every recorded result whether it is fresh; exit 1 where one is not."""
    states = [
        record.status(study, name) for study in record.studies() for name in record.due(study)
    ]
    for found in states:
        note = f"  ({found.note})" if found.note else ""
        click.echo(f"{found.study}/{found.name}: {found.state}{note}")
        for change in found.changes:
            click.echo(f"  {change}")
    sys.exit(any(found.state != "fresh" for found in states))


@main.command()
@click.argument("study", required=False)
@click.option("--name", help="One result of the study, for example smollm2-135m.")
@click.option("--write", is_flag=True, help="Keep the new numbers even where the old are fresh.")
@click.option("--resume", "go_on", is_flag=True, help="Go on where the last one was cut short.")
def reproduce(study: str | None, name: str | None, write: bool, go_on: bool) -> None:
    """Compute recorded results again and compare old numbers with new.

    A stale or missing result is recorded anew. A fresh one is left as it is; exit 1 where its
    numbers do not come out again within tolerance.
    """
    failed = False
    if not go_on:
        resume.clear()
    for one in [study] if study else record.studies():
        every = record.known_params(one)  # a profile's result is computed where it is named
        if name and name not in every:
            raise AnalysisError(f'{one}: records no "{name}". Use one of: {", ".join(every)}.')
        for each in [name] if name else record.recorded_params(one):
            if go_on and resume.is_done(one, each):
                click.echo(f"{one}/{each}: done before")
            elif _reproduce(one, each, write):
                resume.mark(one, each)
            else:
                failed = True
    resume.clear()
    sys.exit(failed)


@main.command()
@click.option(
    "--check", is_flag=True, help="Write nothing; exit 1 where a verdict is not kept right."
)
def ledger(check: bool) -> None:
    """Judge every claim and prediction anew, and write the ledger's pages and feed."""
    if check:
        problems = [line for study in history.studies() for line in judge.check(study)]
        for line in problems:
            click.echo(line)
        sys.exit(bool(problems))
    for study in history.studies():
        _keep_books(study)
    for name in site_files.write():
        click.echo(f"wrote {name}")


def _keep_books(study: str) -> None:
    """Bring a study's verdicts up to date and tell those that changed."""
    for change in history.update(study, datetime.now(UTC)):
        was = f"{change.before} → " if change.before else ""
        click.echo(f"{change.study}: {change.kind} {change.id}: {was}{change.after}")


def _reproduce(study: str, name: str, write: bool) -> bool:
    """Whether the numbers came out again, or had a reason not to."""
    console = Console()
    old, state = _recorded(study, name)
    new = _computed(study, name, console)
    values, taken = arrays.parted(new.result)
    differences = []
    if old is not None:
        differences = compare(old.values, record.rounded(values))
        differences += compare_arrays(old.arrays, taken)
    if differences:
        console.print(_table(f"{study}/{name}", differences))
    outside = sum(not each.within for each in differences)
    if state != "fresh" or write:
        params = record.known_params(study)[name]
        path = record.save(study, name, params, new.result, new.provenance)
        click.echo(f"{study}/{name}: was {state}, recorded to {path.name}; {outside} values moved")
        if outside:
            click.echo("  Put the old and the new numbers in CHANGELOG.md.")
        _keep_books(study)
        site_files.write()
        return True
    click.echo(
        f"{study}/{name}: {len(differences) - outside} of {len(differences)} within tolerance"
    )
    return not outside


def _recorded(study: str, name: str) -> tuple[record.Recorded | None, str]:
    """The old result and its state; a damaged file counts as none."""
    try:
        state = record.status(study, name).state
        return (record.load(study, name) if state != "missing" else None), state
    except AnalysisError as error:
        click.echo(f"note: {error}", err=True)
        return None, "damaged"


def _computed(study: str, name: str, console: Console) -> Computed[Any]:
    """The study's result, computed now, and its provenance."""
    params = record.known_params(study)[name]
    nulls.require_declared(study)
    run = import_module(f"analyses.{study}.run").run
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task(f"{study}: loading {getattr(params, 'model', '')}", total=None)

        def report(what: str, done: int, total: int) -> None:
            progress.update(task, description=f"{study}: {what}", completed=done, total=total)

        return compute(run, params, report)


def _table(title: str, differences: list[Difference]) -> Table:
    """What moved most, then a line that counts the rest."""
    table = Table("value", "old", "new", "within tolerance", title=title)
    listed = sorted(differences, key=_distance, reverse=True)
    for each in listed[:SHOWN]:
        table.add_row(
            each.where, _shown(each.old), _shown(each.new), "yes" if each.within else "NO"
        )
    rest = listed[SHOWN:]
    inside = sum(each.within for each in rest)
    if rest:
        table.add_row(f"{len(rest)} more, all closer", "", "", f"{inside} of {len(rest)}")
    return table


def _distance(each: Difference) -> float:
    if each.old is None or each.new is None:
        return float("inf")
    return abs(each.new - each.old) / max(abs(each.old), abs(each.new), 1e-3)


def _shown(value: float | None) -> str:
    return "—" if value is None else f"{value:.6g}"


if __name__ == "__main__":
    main(prog_name="lab")
