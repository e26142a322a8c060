"""`tracker season close`: the verdict on a season, given once."""

from __future__ import annotations

from collections.abc import Iterable

import click

from tracker.cli.context import TEXT, common_options, echo, echo_json, echo_lines, session_of
from tracker.cli.seasons.season import side_words, verdict_lines
from tracker.cli.terminal import fitted, nobody_is_here
from tracker.errors import TrackerError
from tracker.goals.model import Season
from tracker.seasons.record import SeasonRecord
from tracker.seasons.verdict import (
    Miss,
    Verdict,
    grade_words,
    missed_goals,
    sides,
    verdict_words,
)
from tracker.text.codec import plain
from tracker.text.counts import number_of
from tracker.text.escape import one_line, terminal
from tracker.text.names import resolve
from tracker.workspace.season_records import open_record, record_of, season_named, write_record_file
from tracker.workspace.season_status import verdict_today
from tracker.workspace.session import Session


@click.command("close", short_help="Grade a season that is over, for good.")
@click.argument("season", required=False)
@click.option(
    "--miss", "misses", multiple=True, metavar="GOAL=TEXT",
    help="A sentence on a goal that was missed; repeat it.",
)  # fmt: skip
@click.option("--early", is_flag=True, help="Close it before its end; needs --reason.")
@click.option("--reason", metavar="TEXT", help="Why it is closed before its end.")
@click.option("--dry-run", is_flag=True, help="Show the grades as of today, and keep nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the verdict as JSON.")
@common_options
@click.pass_context
def command(
    ctx: click.Context,
    season: str | None,
    misses: tuple[str, ...],
    early: bool,
    reason: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Grade every goal from 0 to 1, as promised and as amended, once the season is over.

    A goal's grade is what its evidence adds up to over its target, at most 1; the
    season's is their mean by weight. Each goal that was missed asks for a sentence. The
    verdict is permanent: evidence that appears later does not change it.

    \b
      tracker season close --dry-run
      tracker season close 2026-q4 --miss papers="The second replication failed."
    """
    session = session_of(ctx, writes=True)
    chosen = season_named(session, season) if season else _season_to_close(session)
    session.begin_writing()
    record = open_record(session, chosen)
    why = "" if dry_run and not early else _early(session, record, early, reason)
    _warn(session, record, chosen)
    verdict = verdict_today(session, record, why)
    if not dry_run:
        sentences = _sentences(verdict, misses)
        verdict = verdict._replace(misses=tuple(sentences))
        session.seasons.judge(verdict, session.zone)
        path = write_record_file(session, chosen.id)
    if as_json:
        original, amended = verdict.grades
        echo_json({
            "kept": not dry_run, "grade": {"original": original, "amended": amended},
            "missed": missed_goals(verdict.original, verdict.amended), **plain(verdict),
        })  # fmt: skip
        return
    if dry_run:
        _show(verdict)
        return
    echo_lines(verdict_lines(verdict))
    echo(f"The verdict stands. Commit {path}. Next: tracker season new")


def _season_to_close(session: Session) -> Season:
    """The last season that is over and has no verdict; else that of today."""
    for season in reversed(session.project.seasons):
        record = record_of(session, season.id) if season.starts <= session.today else None
        if record is not None and record.verdict is None and record.ends < session.today:
            return season_named(session, season.id)
    return season_named(session, None)


def _early(session: Session, record: SeasonRecord, early: bool, reason: str | None) -> str:
    """Why the season is closed before its end; "" where it is over."""
    left = (record.ends - session.today).days + 1
    if left <= 0:
        if early:
            raise click.UsageError("The season is over: close it without --early.")
        return ""
    if not early:
        raise TrackerError(
            f"{record.id} runs until {record.ends}, {number_of(left, 'day')} with today. Close it after that, or "
            'say why not: tracker season close --early --reason "…"'
        )
    if not reason or not one_line(reason):
        raise click.UsageError('Closing early needs a reason: --early --reason "…"')
    return one_line(reason)


def _sentences(verdict: Verdict, given: Iterable[str]) -> list[Miss]:
    """A sentence on every miss: those given in the line, the others asked for."""
    short = missed_goals(verdict.original, verdict.amended)
    sentences = _given(given, list(sides(verdict)), short)
    open_goals = [goal for goal in short if goal not in sentences]
    if open_goals and nobody_is_here():
        example = " ".join(f'--miss {goal}="…"' for goal in open_goals)
        raise click.UsageError(
            f"{len(open_goals)} missed without a sentence, and nobody is here to ask. "
            f"Add: {example}"
        )
    if open_goals:
        echo("What was missed asks for a sentence. It is public, and it stays.")
    both = sides(verdict)
    for goal in open_goals:
        echo(f"  {terminal(goal)}: {verdict_words(*both[goal], side_words)}")
        sentences[goal] = _asked()
    return [Miss(goal, sentences[goal]) for goal in short]


def _asked() -> str:
    """A sentence that is not empty; Ctrl-C leaves the season open."""
    sentence = ""
    while not sentence:
        sentence = one_line(click.prompt("    Why", type=TEXT, default="", show_default=False))
    return sentence


def _given(given: Iterable[str], goals: list[str], short: list[str]) -> dict[str, str]:
    sentences: dict[str, str] = {}
    for text in given:
        name, equals, words = text.partition("=")
        goal = resolve(terminal(name.strip()), goals, "goal")
        if not equals or not one_line(words):
            raise click.UsageError(f'No sentence on {goal}. Write it like --miss {goal}="…"')
        if goal not in short:
            raise click.UsageError(f"{goal} was reached: there is no miss to explain.")
        if goal in sentences:
            raise click.UsageError(f"{goal} has two sentences. Keep one.")
        sentences[goal] = one_line(words)
    return sentences


def _warn(session: Session, record: SeasonRecord, season: Season) -> None:
    """Say what the verdict leaves out."""
    unexplained = record.unexplained(season, session.today)
    if unexplained:
        places = number_of(len(unexplained), "place")
        text = f"goals.yml differs in {places} that no amendment explains: it counts for nothing."
        echo(f"Warning: {text}", err=True)
    unseen = [k for k in record.links if k.scheme != "claim" and k.state == "unchecked"]
    for link in unseen:
        text = f"{link.goal}: {fitted(link.address, 60)} was never checked, and counts for nothing."
        echo(f"Warning: {text}", err=True)


def _show(verdict: Verdict) -> None:
    echo(f"Nothing is kept. As it stands, the season comes to {grade_words(verdict)}.")
    for goal, both in sides(verdict).items():
        echo(f"  {terminal(goal)}: {verdict_words(*both, side_words)}")
    short = missed_goals(verdict.original, verdict.amended)
    if short:
        echo(f"Closing it asks for a sentence on: {', '.join(map(terminal, short))}.")
