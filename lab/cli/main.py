"""`lab`: what is recorded, and whether it can be computed again."""

from __future__ import annotations

from typing import Any

import click

from lab.cli.ledger import ledger
from lab.cli.reproduce import reproduce
from lab.cli.status import status
from lab.errors import AnalysisError


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


@click.group(cls=CleanGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def main(debug: bool) -> None:
    """Recorded results of the log one stands in: check them, compute them again, judge by them."""


for command in (reproduce, status, ledger):
    main.add_command(command)
