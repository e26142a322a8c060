"""A season is closed: misses explained, promises graded, forecasts scored."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.tracker.autumn import (
    AFTER,
    LATER,
    RECORD,
    SOON,
    START,
    closed,
    edit,
    record,
    write_entry,
)
from tests.tracker.conftest import Run


def test_a_season_is_closed_after_its_end_with_a_sentence_on_each_miss(run: Run, log: Path) -> None:
    run("season", "start", now=START)
    write_entry(log, "one", "2026-11-01")
    early = run("season", "close", now=LATER)
    assert early.output == (
        "Error: autumn runs until 2026-12-31, 42 days with today. Close it after that, or say why "
        'not: tracker season close --early --reason "…"\n'
    )
    shown = run("season", "close", "--dry-run", now=LATER)
    assert shown.exit_code == 0
    assert shown.output.startswith("Nothing is kept. As it stands, the season comes to 0.17 ")
    assert (
        json.loads(run("season", "close", "--dry-run", "--json", now=LATER).output)["kept"] is False
    )
    assert record(log)["verdict"] is None
    silent = run("season", "close", now=AFTER)
    assert silent.exit_code == 2
    assert silent.output.endswith(
        "Error: 2 missed without a sentence, and nobody is here to ask. "
        'Add: --miss papers="…" --miss tool="…"\n'
    )
    assert record(log)["verdict"] is None
    done = run(
        "season", "close", "--miss", "papers=Two failed.", "--miss", "tool=No time.", now=AFTER
    )
    assert done.exit_code == 0
    assert done.output == (
        "Closed on 2027-01-02\n"
        "The season: 0.17 as promised, 0.17 as amended.\n"
        "  papers: 1 of 3 papers, 0.33\n"
        "      Two failed.\n"
        "  tool: 0 of 1, 0.00\n"
        "      No time.\n"
        "  write: 0 of 66 days\n"
        f"The verdict stands. Commit {RECORD}. Next: tracker season new\n"
    )


def test_misses_are_asked_for(run: Run, log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("season", "start", now=START)
    monkeypatch.setattr("tracker.cli.seasons.close.nobody_is_here", lambda: False)
    done = run("season", "close", now=AFTER, typed="\nTwo failed.\nNo time.\n")
    assert done.exit_code == 0
    assert done.output.startswith(
        "What was missed asks for a sentence. It is public, and it stays.\n"
        "  papers: 0 of 3 papers, 0.00\n"
    )
    verdict = record(log)["verdict"]
    assert isinstance(verdict, dict)
    assert verdict["misses"] == [
        {"goal": "papers", "sentence": "Two failed."}, {"goal": "tool", "sentence": "No time."},
    ]  # fmt: skip


def test_a_verdict_is_permanent(run: Run, log: Path) -> None:
    closed(run, log)
    before = (log / RECORD).read_bytes()
    write_entry(log, "late", "2026-12-30")
    write_entry(log, "later", "2026-12-31")
    stands = "Error: autumn was closed on 2027-01-02, and its verdict stands."
    for command in (
        ["season", "close", "autumn"], ["season", "amend", "--reason", "x"],
        ["forecast", "papers", "100%"], ["goal", "done", "papers", "--day", "2026-12-31"],
        ["evidence", "add", "papers", "goals.yml", "--day", "2026-12-31"],
    ):  # fmt: skip
        done = run(*command, now=AFTER)
        assert (done.exit_code, done.output[: len(stands)]) == (1, stands)
    assert (log / RECORD).read_bytes() == before
    shown = json.loads(run("season", "show", "--json", now=AFTER).output)
    assert shown["verdict"]["original"][0]["done"] == 1


def test_grades_as_promised_and_as_amended(run: Run, log: Path) -> None:
    run("season", "start", now=START)
    edit(log, "target: 3", "target: 1")
    run("season", "amend", "--reason", "Too much.", now=SOON)
    write_entry(log, "one", "2026-11-01")
    done = run("season", "close", "--dry-run", now=AFTER)
    assert done.output == (
        "Nothing is kept. As it stands, the season comes to 0.17 as promised, 0.50 as amended.\n"
        "  papers: 1 of 3 papers, 0.33 as promised; 1 of 1 paper, 1.00 as amended\n"
        "  tool: 0 of 1, 0.00\n"
        "Closing it asks for a sentence on: papers, tool.\n"
    )
    assert record(log)["verdict"] is None


def test_closing_early_says_why(run: Run, log: Path) -> None:
    run("season", "start", now=START)
    misses = ["--miss", "papers=x", "--miss", "tool=y"]
    without = run("season", "close", "--early", *misses, now=LATER)
    assert without.output.endswith('Error: Closing early needs a reason: --early --reason "…"\n')
    done = run("season", "close", "--early", "--reason", "A new post.", *misses, now=LATER)
    assert done.output.startswith("Closed on 2026-11-20, before its end: A new post.\n")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("papers", 'Error: No sentence on papers. Write it like --miss papers="…"\n'),
        ("papers= ", 'Error: No sentence on papers. Write it like --miss papers="…"\n'),
        ("paper=x", 'Error: There is no goal "paperz". Did you mean "papers"?\n'),
    ],
)
def test_sentences_that_say_nothing(run: Run, given: str, message: str) -> None:
    run("season", "start", now=START)
    given = given.replace("paper=", "paperz=")
    done = run("season", "close", "--miss", given, now=AFTER)
    assert done.exit_code != 0
    assert done.output.endswith(message)


def test_forecasts_are_kept_counted_by_week_and_scored(run: Run, log: Path) -> None:
    run("season", "start", now=START)
    assert (
        run("forecast", "papers", "60%", now=START).output == "papers: 60% (2026-W40, the first)\n"
    )
    assert run("forecast", "papers", "80%", now=START).output == (
        "papers: 80% (2026-W40; 60% earlier this week)\n"
    )  # fmt: skip
    assert run("forecast", "papers=70%", "tool=.9", now=SOON).output == (
        "papers: 70% (2026-W43; 80% in 2026-W40)\ntool: 90% (2026-W43, the first)\n"
    )
    assert run("forecast", now=LATER).output == (
        "papers  W40 80%, W43 70%\ntool    W43 90%\nNone this week (2026-W47) for: papers, tool.\n"
    )
    assert run("forecast", "papers", "70%", now=AFTER).output == (
        "Error: autumn ended on 2026-12-31: what comes now is no forecast. "
        "Grade it: tracker season close\n"
    )
    run("season", "close", "--miss", "papers=x", "--miss", "tool=y", now=AFTER)
    assert run("forecast", now=AFTER).output == (
        "papers  W40 80%, W43 70%: missed, Brier 0.565\n"
        "tool    W43 90%: missed, Brier 0.810\n"
        "Brier score 0.647 over 3 forecasts; always saying 50% scores 0.25.\n"
    )
    data = json.loads(run("forecast", "--json", now=AFTER).output)
    assert (data["made"], len(data["counted"]), data["brier"]["n"]) == (4, 3, 3)
    bins = json.loads(run("forecast", "--calibration", "--json", now=AFTER).output)
    assert [(b["goals"], b["came"], b["forecasts"]) for b in bins] == [(1, 0, 1), (2, 0, 2)]


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (["papers"], "Error: How likely is papers? Write it like: papers=70%\n"),
        (["papers=1%", "papers=2%"], "Error: papers has two forecasts in one line. Keep one.\n"),
        (["papres", "70%"], 'Error: There is no goal "papres". Did you mean "papers"?\n'),
        (["papers", "70"], 'Error: "70" is no probability. Write 70% or a share like 0.7.\n'),
        (["papers=50%", "nobody=60%"], 'Error: There is no goal "nobody". There is: papers, tool.\n'),
    ],
)  # fmt: skip
def test_forecasts_that_are_none_store_nothing(
    run: Run, log: Path, said: list[str], message: str
) -> None:
    run("season", "start", now=START)
    done = run("forecast", *said, now=SOON)
    assert done.exit_code != 0
    assert done.output.endswith(message)
    assert record(log)["forecasts"] == []


def test_a_season_shows_its_forecasts(run: Run) -> None:
    run("season", "start", now=START)
    assert "Forecasts" not in run("season", "show", now=SOON).output
    run("forecast", "papers", "70%", now=SOON)
    shown = run("season", "show", now=SOON).output
    assert "\nForecasts:\n  papers  W43 70%\n" in shown
