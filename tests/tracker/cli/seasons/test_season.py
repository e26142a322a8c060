"""A season is frozen, amended, shown, and goes on from its public record."""

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
)
from tests.tracker.conftest import Run


def test_a_season_is_frozen_once(run: Run, log: Path) -> None:
    done = run("season", "start", now=START)
    assert done.exit_code == 0
    seal = record(log)["seal"]
    assert done.output == (
        "Frozen: Autumn, 2 goals and 2 habits.\n"
        f"Seal {seal}\n"
        f"Commit {RECORD}: it is the public record of what you promised.\n"
        'Once goals.yml changes, say why: tracker season amend --reason "…"\n'
    )
    again = run("season", "start", now=SOON)
    assert again.exit_code == 1
    assert again.output == (
        f"Error: autumn was frozen on 2026-10-01, and is frozen once ({RECORD}). "
        'Change it with: tracker season amend --reason "…"\n'
    )


def test_the_public_record_tells_no_secrets(run: Run, log: Path) -> None:
    run("season", "start", now=START)
    edit(log, "PLANTED-SECRET", "PLANTED-SECRET-TOO")
    assert run("season", "amend", "--reason", "PLANTED-REASON", now=SOON).exit_code == 0
    text = (log / RECORD).read_text(encoding="utf-8")
    assert "PLANTED" not in text
    assert "diary" not in text
    shown = json.loads(run("season", "show", "--json", now=SOON).output)
    assert shown["amendments"][0]["reason"] == "PLANTED-REASON"


def test_a_season_frozen_late_says_so(run: Run) -> None:
    assert "Frozen: Autumn, 2 goals and 2 habits, 19 days after it began.\n" in run(
        "season", "start", now=SOON
    ).output  # fmt: skip


@pytest.mark.parametrize(
    ("change", "now", "message"),
    [
        (("", ""), AFTER, "Error: goals.yml has no season that runs or is to come. Draft one: tracker season new\n"),
        (("    goals:", "    goals: []\n  - id: other\n    starts: 2027-01-01\n    ends: 2027-02-01\n    goals:"), START,
         "Error: autumn has no goals to promise. Add them under goals: first.\n"),
    ],
)  # fmt: skip
def test_what_cannot_be_frozen(
    run: Run, log: Path, change: tuple[str, str], now: str, message: str
) -> None:
    edit(log, *change)
    done = run("season", "start", now=now)
    assert (done.exit_code, done.output) == (1, message)


def test_a_season_that_is_over_is_no_promise(run: Run) -> None:
    done = run("season", "start", "autumn", now=AFTER)
    assert done.output == (
        "Error: autumn ended on 2026-12-31: what is promised afterwards is no promise. "
        "Draft the next one: tracker season new\n"
    )


def test_harder_at_once_easier_after_seven_days(run: Run, log: Path) -> None:
    run("season", "start", now=START)
    edit(log, "target: 3", "target: 2")
    edit(log, "title: Release the tool", "title: Release the tools, target: 2")
    done = run("season", "amend", "--reason", "It needs\ntwice the time.", now=SOON)
    assert done.output == (
        "Amendment 1 of autumn: It needs twice the time.\n"
        "  goal papers: target 3 → 2 (easier, from 2026-10-27)\n"
        '  goal tool: title "Release the tool" → "Release the tools" (wording)\n'
        "  goal tool: target 1 → 2 (harder, from 2026-10-20)\n"
        f"Commit {RECORD}: the change and its reason are public.\n"
    )
    in_force = json.loads(run("season", "show", "--json", now=SOON).output)["in_force"]
    assert [goal["target"] for goal in in_force["goals"]] == [3, 2]
    in_force = json.loads(run("season", "show", "--json", now=LATER).output)["in_force"]
    assert [goal["target"] for goal in in_force["goals"]] == [2, 2]


def test_without_a_reason_the_changes_are_only_shown(run: Run, log: Path) -> None:
    run("season", "start", now=START)
    nothing = run("season", "amend", now=SOON)
    assert (nothing.exit_code, nothing.output) == (
        0, "goals.yml says what was promised: there is nothing to amend.\n",
    )  # fmt: skip
    edit(log, "target: 3", "target: 2")
    done = run("season", "amend", now=SOON)
    assert done.exit_code == 2
    assert done.output.startswith("goal papers: target 3 → 2 (easier, from 2026-10-27)\nUsage:")
    assert done.output.endswith(
        'Error: Say why, and it is on record: tracker season amend --reason "…"\n'
    )
    for dry in (["--dry-run"], ["--dry-run", "--reason", "Why."]):
        shown = run("season", "amend", *dry, now=SOON)
        assert (shown.exit_code, shown.output) == (
            0,
            "Nothing is kept. As goals.yml stands, these would be amended:\n"
            "  goal papers: target 3 → 2 (easier, from 2026-10-27)\n",
        )
    as_data = run("season", "amend", "--json", now=SOON)
    assert as_data.exit_code == 0
    assert len(json.loads(as_data.output)["changes"]) == 1
    empty = run("season", "amend", "--reason", " \n", now=SOON)
    assert empty.exit_code == 2
    assert empty.output.endswith("Error: The reason is empty. Say in a sentence what changed.\n")
    assert record(log)["amendments"] == []


def test_a_person_is_asked_for_the_reason(
    run: Run, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.cli.seasons.amend.nobody_is_here", lambda: False)
    run("season", "start", now=START)
    edit(log, "target: 3", "target: 2")
    left = run("season", "amend", now=SOON, typed="\n")
    assert (left.exit_code, left.output) == (
        0,
        "goal papers: target 3 → 2 (easier, from 2026-10-27)\n"
        "Why? It is public, and it stays; Enter keeps nothing: \n"
        "Nothing was kept.\n",
    )
    assert record(log)["amendments"] == []
    done = run("season", "amend", now=SOON, typed="Too much.\n")
    assert done.exit_code == 0
    assert "Amendment 1 of autumn: Too much.\n" in done.output
    shown = json.loads(run("season", "show", "--json", now=SOON).output)
    assert [one["reason"] for one in shown["amendments"]] == ["Too much."]


def test_comments_and_order_are_no_change(run: Run, log: Path) -> None:
    run("season", "start", now=START)
    text = (log / "goals.yml").read_text(encoding="utf-8")
    goals = [line for line in text.splitlines() if "papers" in line or "tool" in line]
    edit(log, "\n".join(goals), "\n".join(["      # Two.", *reversed(goals)]))
    assert run("season", "amend", now=SOON).output.startswith("goals.yml says what was promised")


@pytest.mark.parametrize(
    ("change", "now", "message"),
    [
        (("2026-12-31", "2026-11-30"), AFTER, "Error: autumn ended on 2026-12-31: nothing of it can be amended. Grade it: tracker season close\n"),
        (("2026-12-31", "2026-10-19"), SOON, "Error: autumn cannot be made to end on 2026-10-19, before today. "
         'To end it now: tracker season close --early --reason "…"\n'),
    ],
)  # fmt: skip
def test_what_cannot_be_amended(
    run: Run, log: Path, change: tuple[str, str], now: str, message: str
) -> None:
    run("season", "start", now=START)
    edit(log, *change)
    done = run("season", "amend", "autumn", "--reason", "why", now=now)
    assert (done.exit_code, done.output) == (1, message)


def test_an_unfrozen_season_cannot_be_amended_forecast_or_closed(run: Run) -> None:
    for command in (
        ["season", "amend", "--reason", "x"],
        ["forecast", "papers", "70%"],
        ["season", "close"],
    ):
        done = run(*command, now=SOON)
        assert done.exit_code == 1
        assert done.output == (
            "Error: autumn is not frozen yet. Freeze what you promise first: tracker season start\n"
        )  # fmt: skip


def test_another_machine_goes_on_from_the_public_record(run: Run, log: Path) -> None:
    run("season", "start", now=START)
    run("forecast", "papers", "60%", now=START)
    for path in (log / ".tracker").rglob("*.db*"):
        path.unlink()
    assert "papers  W40 60%" in run("forecast", now=SOON).output
    assert run("forecast", "papers", "70%", now=SOON).exit_code == 0
    made = record(log)["forecasts"]
    assert isinstance(made, list)
    assert [item["probability"] for item in made] == [0.6, 0.7]


def test_what_another_machine_wrote_is_not_overwritten(run: Run, log: Path) -> None:
    run("season", "start", now=START)
    here = (log / ".tracker/tracker.db").read_bytes()
    run("forecast", "papers", "60%", now=START)
    text = (log / RECORD).read_text(encoding="utf-8")
    for path in (log / ".tracker").rglob("*.db*"):
        path.unlink()
    (log / ".tracker/tracker.db").write_bytes(here)
    done = run("forecast", "papers", "70%", now=SOON)
    assert done.exit_code == 1
    assert "holds 1 thing that this database has never seen (the first: a forecast of 2026-10-01)" in done.output  # fmt: skip
    assert (log / RECORD).read_text(encoding="utf-8") == text


def test_the_next_season_marks_what_was_reached(run: Run, log: Path) -> None:
    closed(run, log)
    done = run("season", "new", now=AFTER)
    assert done.output.startswith(
        "- id: 2027-q1\n  title: January to March 2027\n  starts: 2027-01-01\n"
    )
    assert "    # not reached in autumn: 1 of 3 (0.33)\n    - id: papers\n" in done.output
    before = (log / "goals.yml").read_text(encoding="utf-8")
    written = run("season", "new", "--write", now=AFTER)
    assert written.exit_code == 0
    assert written.output.startswith("--- goals.yml\n+++ goals.yml, as written now\n")
    drafted = (log / "goals.yml").read_text(encoding="utf-8")
    assert drafted.startswith(before)
    twice = run("season", "new", "--write", now=AFTER)
    assert twice.exit_code == 1
    assert twice.output.startswith(
        "Error: goals.yml already has the next season, 2027-q1, from 2027-01-01 on"
    )
    assert (log / "goals.yml").read_text(encoding="utf-8") == drafted
    after = run("season", "new", "--starts", "2027-04-01", "--write", now=AFTER)
    assert after.exit_code == 0
    assert "\n+  - id: 2027-q2\n" in after.output
    (log / "goals.yml").write_text(drafted, encoding="utf-8")
    assert run("season", "start", now=AFTER).exit_code == 0
    again = run("season", "new", "--write", "--id", "2027-q1", now=AFTER)
    assert again.exit_code == 1
    assert again.output.startswith("Error: The draft would not read, so nothing is written.")


def test_a_mistyped_step_is_named_with_its_group(run: Run) -> None:
    done = run("season", "strat")
    assert done.exit_code == 2
    assert done.output.endswith('Error: No such command "season strat". Did you mean "start"?\n')
