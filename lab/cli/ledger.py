"""`lab ledger`."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

import click

from lab.cli.log import log_here
from lab.ledger import history, judge, site_files
from lab.results.study import Project, Study


@click.command()
@click.option(
    "--check", is_flag=True, help="Write nothing; exit 1 where a verdict is not kept right."
)
def ledger(check: bool) -> None:
    """Judge every claim and prediction anew, and write the ledger's pages and feed."""
    project = log_here()
    if check:
        problems = [line for study in project.studies() for line in judge.check(study)]
        for line in problems:
            click.echo(line)
        sys.exit(bool(problems))
    for name in write_ledger(project):
        click.echo(f"wrote {name}")


def write_ledger(project: Project, study: Study | None = None) -> list[str]:
    """Judge every study, or one anew, tell the verdicts that changed; the files that were written."""
    books = history.update(project, datetime.now(UTC), None if study is None else {study.name})
    for change in books.changes:
        was = f"{change.before} → " if change.before else ""
        click.echo(f"{change.study}: {change.kind} {change.id}: {was}{change.after}")
    return site_files.write(project, books)
