"""`python -m analyses.steering`: the cells of the sweep, here or on a cluster."""

from __future__ import annotations

import os

import click

from analyses.steering.params import RECORDED
from analyses.steering.run import sweep_all
from analyses.steering.sweep import ADDRESS
from lab.errors import AnalysisError


@click.command()
@click.option(
    "--scheduler",
    default=lambda: os.environ.get(ADDRESS, ""),
    help=f"Address of a dask scheduler, tcp://host:port; else ${ADDRESS}, else this process.",
)
@click.option("--result", default="", help="Which recorded parameters; the first by default.")
def main(scheduler: str, result: str) -> None:
    """Compute the cells of the steering study and record each as it is finished."""
    name = result or next(iter(RECORDED))
    if name not in RECORDED:
        raise click.ClickException(f'no result "{name}". Use one of: {", ".join(RECORDED)}.')

    def report(what: str, done: int, total: int) -> None:
        click.echo(f"{done}/{total} {what}")

    try:
        sweep_all(RECORDED[name], scheduler=scheduler, report=report)
    except AnalysisError as error:
        raise click.ClickException(str(error)) from error
    click.echo("all recorded; put them together: lab reproduce steering --write")


if __name__ == "__main__":
    main(prog_name="python -m analyses.steering")
