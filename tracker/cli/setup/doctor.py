"""`tracker doctor`: what is right and wrong with this log."""

from __future__ import annotations

import click

from tracker.cli.context import common_options, echo, echo_json, session_of
from tracker.text.escape import terminal
from tracker.workspace.health import examine

SIGNS = {"well": ("ok   ", "green"), "note": ("note ", "yellow"), "wrong": ("WRONG", "red")}


@click.command("doctor", short_help="Say what is right and wrong with this log.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@common_options
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """Check goals.yml, the log, the database and its backups; nothing is changed.

    Exit code 1 where something is wrong, 0 otherwise.
    """
    session = session_of(ctx)
    findings = examine(session)
    wrong = sum(finding.verdict == "wrong" for finding in findings)
    if as_json:
        echo_json({"well": not wrong, "findings": [one._asdict() for one in findings]})
    else:
        for one in findings:
            sign, colour = SIGNS[one.verdict]
            echo(f"{click.style(sign, fg=colour)} {one.check}: {terminal(one.words)}")
    if wrong:
        raise click.exceptions.Exit(1)
