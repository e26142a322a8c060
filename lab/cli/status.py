"""`lab status`."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

import click

from lab.cli.log import log_here
from lab.results import record


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON list for a program to read.")
def status(as_json: bool) -> None:
    """Say of every recorded result whether it is fresh; exit 1 where one is not."""
    states = [
        record.status(study, name) for study in log_here().recorded_studies() for name in study.due
    ]
    if as_json:
        click.echo(json.dumps([asdict(each) for each in states], ensure_ascii=False, indent=1))
    else:
        for each in states:
            note = f"  ({each.note})" if each.note else ""
            click.echo(f"{each.study}/{each.name}: {each.state}{note}")
            for change in each.changes:
                click.echo(f"  {change}")
    sys.exit(any(each.state != "fresh" for each in states))
