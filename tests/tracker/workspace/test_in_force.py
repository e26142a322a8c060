"""Until a change of a frozen season counts, every command asks by what is still in force."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.tracker.autumn import (
    edit,
    sealed,  # noqa: F401 - no test asks the network
    write_entry,
)
from tests.tracker.conftest import Run

SEASON = """\
timezone: UTC
seasons:
  - id: autumn
    title: Autumn
    starts: 2026-11-01
    ends: 2026-12-31
    goals:
      - {id: papers, title: Publish papers, target: 3, unit: papers}
      - {id: tool, title: Release the tool}
    habits:
      - {id: run, title: Run}
      - {id: swim, title: Swim, quantity: 500 m}
      - {id: write, title: Write}
"""
RUN, SWIM = "      - {id: run, title: Run}\n", "quantity: 500 m"
START, CHANGED, WAITING, COUNTS = (f"2026-11-{day:02d}T12:00:00+00:00" for day in (1, 20, 23, 27))


@pytest.fixture
def log(log: Path) -> Path:
    (log / "goals.yml").write_text(SEASON, encoding="utf-8")
    return log


def amend(run: Run, now: str = CHANGED) -> None:
    done = run("season", "amend", "--reason", "x", now=now)
    assert done.exit_code == 0, done.output


@pytest.fixture
def frozen(run: Run, log: Path) -> Path:
    assert run("season", "start", now=START).exit_code == 0
    return log


def stored(run: Run, now: str, *answers: str) -> list[dict[str, object]]:
    done = run("checkin", *answers, "--json", now=now)
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)["stored"]
    assert isinstance(found, list)
    return found


def asked(run: Run, now: str, day: str) -> set[str]:
    found = json.loads(run("checkin", "--json", "--day", day, now=now).stdout)["open"]
    return {question["habit"] for question in found}


def scored(run: Run, now: str) -> set[str]:
    return {
        habit["habit"] for habit in json.loads(run("status", "--json", now=now).stdout)["habits"]
    }


def test_a_habit_whose_id_was_changed_is_asked_and_answered_until_that_counts(
    run: Run, frozen: Path
) -> None:
    edit(frozen, "id: run", "id: jog")
    amend(run)
    assert [entry["habit"] for entry in stored(run, WAITING, "run=y")] == ["run"]
    assert {"run", "jog"} <= asked(run, WAITING, "2026-11-22")
    assert {"run", "jog"} <= scored(run, WAITING)
    assert run("edit", "run=n", now=WAITING).exit_code == 0
    late = run("checkin", "run=y", now=COUNTS)
    assert (late.exit_code, "not in force on 2026-11-27" in late.output) == (1, True)
    assert "2026-11-01 to 2026-11-26" in late.output
    assert asked(run, COUNTS, "today") == {"jog", "swim", "write"}
    assert asked(run, COUNTS, "2026-11-26") == {"run", "jog", "swim", "write"}


@pytest.mark.parametrize("explained", [True, False])
def test_a_dropped_habit_is_lost_to_no_command_while_it_counts(
    run: Run, frozen: Path, explained: bool
) -> None:
    edit(frozen, RUN, "")
    if explained:
        amend(run)
    assert [entry["habit"] for entry in stored(run, WAITING, "run=y")] == ["run"]
    for arguments in (
        ("edit", "run=n"), ("show", "run"), ("log", "run"), ("scores", "--habit", "run"),
        ("checkin", "run", "--day", "yesterday", "--json"),
    ):  # fmt: skip
        done = run(*arguments, now=WAITING)
        assert done.exit_code == 0, (arguments, done.output)
    assert "run" in run("week", now=WAITING).output
    assert '"run","2026-11-23"' in run("export", "csv", now=WAITING).output
    assert '"run"' in run("export", "json", now=WAITING).output
    assert run("pages", now=WAITING).exit_code == 0
    published = json.loads((frozen / "progress/published.json").read_text(encoding="utf-8"))
    assert [day["answer"] for day in published["habits"]["run"]["days"]] == ["no"]
    assert run("doctor", now=WAITING).exit_code == 0


def test_a_shell_offers_what_is_in_force(
    run: Run, frozen: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from click.shell_completion import ShellComplete

    from tracker.cli import main

    edit(frozen, RUN, "")
    amend(run)
    monkeypatch.setenv("TRACKER_NOW", WAITING)
    monkeypatch.setenv("TRACKER_PROJECT", str(frozen))
    monkeypatch.setenv("_TRACKER_COMPLETE", "zsh_complete")
    shell = ShellComplete(main, {}, "tracker", "_TRACKER_COMPLETE")
    assert [item.value for item in shell.get_completions(["show"], "r")] == ["run"]
    offered = [item.value for item in shell.get_completions(["checkin"], "ru")]
    assert "run=y" in offered


def test_an_amount_is_taken_until_its_dropping_counts(run: Run, frozen: Path) -> None:
    edit(frozen, f", {SWIM}", "")
    amend(run)
    assert stored(run, WAITING, "swim=600")[0]["value"] == 600
    assert "amount" in run("checkin", "swim=600", now=COUNTS).output
    assert stored(run, COUNTS, "swim=y")[0]["value"] is None
    assert run("edit", "swim=400", "--day", "2026-11-26", now=COUNTS).exit_code == 0


def test_an_end_that_waits_takes_no_day_away_yet(run: Run, frozen: Path) -> None:
    edit(frozen, "title: Run}", "title: Run, ends: 2026-11-21}")
    amend(run)
    assert [entry["habit"] for entry in stored(run, WAITING, "run=y")] == ["run"]
    assert "not in force" in run("checkin", "run=y", now=COUNTS).output
    assert stored(run, COUNTS, "run=y", "--day", "2026-11-26")


def test_what_is_coming_is_said_where_the_habit_is_asked_and_shown(run: Run, frozen: Path) -> None:
    edit(frozen, RUN, "")
    edit(frozen, SWIM, "quantity: 300 m")
    amend(run)
    for arguments in (("checkin", "run=y"), ("show", "run"), ("edit", "run=n")):
        said = run(*arguments, now=WAITING).output
        assert "habit run: dropped (easier, from 2026-11-27)" in said, arguments
        assert "swim" not in said, arguments
    for arguments in (("status",), ("week",)):
        said = run(*arguments, now=WAITING).output
        assert "habit run: dropped (easier, from 2026-11-27)" in said, arguments
        assert "swim: quantity 500 m → 300 m (easier, from 2026-11-27)" in said, arguments
        assert "2026-11-27" not in run(*arguments, now=COUNTS).output, arguments
    coming = json.loads(run("show", "swim", "--json", now=WAITING).stdout)["coming"]
    assert coming == ["habit swim: quantity 500 m → 300 m (easier, from 2026-11-27)"]
    typed = run("checkin", "swim", "--day", "2026-11-22", now=WAITING, typed="600\n").output
    assert "from 2026-11-27" in typed


def test_a_goal_that_is_not_in_force_takes_no_evidence(run: Run, frozen: Path) -> None:
    edit(frozen, "    habits:", "      - {id: extra, title: Extra}\n    habits:")
    done = run("evidence", "add", "extra", "https://example.org/x", "--seen", now=CHANGED)
    assert (done.exit_code, "tracker season amend" in done.output) == (1, True)
    amend(run)
    done = run("evidence", "add", "extra", "https://example.org/x", "--seen", now=CHANGED)
    assert "It counts" in done.output


def test_a_goal_that_waits_to_be_dropped_shows_its_evidence_on_the_page(
    run: Run, frozen: Path
) -> None:
    edit(frozen, "      - {id: tool, title: Release the tool}\n", "")
    amend(run)
    done = run("evidence", "add", "tool", "https://example.org/x", "--seen", now=WAITING)
    assert "It counts" in done.output
    assert run("pages", now=WAITING).exit_code == 0
    page = (frozen / "progress/index.qmd").read_text(encoding="utf-8")
    assert "https://example.org/x" in page
    assert "not counted" not in page


LATE_END = {  # the day of the amendment, and whether evidence of 5 January counts
    "2026-12-20T12:00:00+00:00": True,
    "2026-12-28T12:00:00+00:00": False,
}


@pytest.mark.parametrize(("amended", "counts"), LATE_END.items())
def test_one_rule_says_whether_evidence_after_the_old_end_counts(
    run: Run, frozen: Path, amended: str, counts: bool
) -> None:
    edit(frozen, "ends: 2026-12-31", "ends: 2027-01-15")
    amend(run, amended)
    now = "2027-01-06T12:00:00+00:00"
    write_entry(frozen, "one", "2027-01-05")
    added = run(
        "evidence", "add", "tool", "https://example.org/x", "--seen", "--day", "2027-01-05", now=now
    )
    assert ("It counts" in added.output) == counts, added.output
    assert (added.exit_code == 0) == counts
    goals = json.loads(run("status", "--json", now=now).stdout)["goals"]
    listed = json.loads(run("evidence", "list", "--json", now=now).stdout)
    assert run("pages", now=now).exit_code == 0
    page = (frozen / "progress/index.qmd").read_text(encoding="utf-8")
    expected = 1 if counts else 0
    assert [goal["count"] for goal in goals] == [expected, expected]
    assert [len(goal["counts"]) for goal in listed] == [expected, expected]
    assert ("https://example.org/x" in page) == counts
    verdict = json.loads(run("season", "close", "--dry-run", "--json", now=now).stdout)
    assert [grade["done"] for grade in verdict["amended"]] == [expected, expected]


def test_a_start_moved_later_erases_no_miss(run: Run, frozen: Path) -> None:
    before = json.loads(run("status", "--json", now=CHANGED).stdout)
    edit(frozen, "starts: 2026-11-01", "starts: 2026-11-15")
    done = run("season", "amend", "--reason", "x", now=CHANGED)
    assert (done.exit_code, "Put back starts: 2026-11-01" in done.output) == (1, True)
    assert json.loads(run("status", "--json", now=CHANGED).stdout)["habits"] == before["habits"]
    shown = json.loads(run("show", "run", "--json", now=COUNTS).stdout)["days"]
    assert [day["day"] for day in shown][:1] == ["2026-11-01"]


def test_an_earlier_end_waits_where_a_habit_is_scored(run: Run, frozen: Path) -> None:
    edit(frozen, "ends: 2026-12-31", "ends: 2026-11-22")
    done = run("season", "amend", "--reason", "x", now=CHANGED)
    assert "the season: ends 2026-12-31 → 2026-11-22 (easier, from 2026-11-27)" in done.output
    assert "so the season ends on 2026-11-26" in done.output
    assert [entry["habit"] for entry in stored(run, WAITING, "run=y")] == ["run"]
    assert "not in force" in run("checkin", "run=y", now=COUNTS).output
    shown = json.loads(run("show", "run", "--json", now=COUNTS).stdout)["days"]
    assert [day["day"] for day in shown][-1:] == ["2026-11-26"]


@pytest.mark.parametrize(
    "line", ["timezone: Pacific/Pago_Pago", "timezone: UTC\nday_ends: '06:00'"]
)
def test_the_clock_of_a_log_takes_no_scored_day_away(run: Run, frozen: Path, line: str) -> None:
    stored(run, WAITING, "run=y", "--day", "2026-11-02")
    before = run("scores", "--json", now="2026-11-23T23:30:00+00:00").stdout
    edit(frozen, "timezone: UTC", line)
    after = run("scores", "--json", now="2026-11-23T23:30:00+00:00").stdout
    assert json.loads(after) == json.loads(before)


def test_a_frozen_season_taken_over_from_its_file_is_asked_too(run: Run, frozen: Path) -> None:
    edit(frozen, RUN, "")
    amend(run)
    for path in (frozen / ".tracker").rglob("*"):
        if path.is_file():
            path.unlink()
    assert [entry["habit"] for entry in stored(run, WAITING, "run=y")] == ["run"]


def test_the_answers_of_a_day_are_put_together_as_its_own_definition_says(
    run: Run, log: Path
) -> None:
    edit(log, SWIM, "quantity: {target: 500, unit: m, aggregate: sum}")
    run("season", "start", now=START)
    for amount in ("swim=300", "swim=250"):
        stored(run, CHANGED, amount)
    edit(log, "aggregate: sum", "aggregate: max")
    amend(run)
    for now in (CHANGED, WAITING, COUNTS, "2027-02-01T12:00:00+00:00"):
        days = json.loads(run("show", "swim", "--json", now=now).stdout)["days"]
        assert {day["day"]: day["state"] for day in days}["2026-11-20"] == "done", now
    for now, state in ((WAITING, "done"), (COUNTS, "partial")):
        for amount in ("swim=300", "swim=250"):
            stored(run, now, amount)
        days = json.loads(run("show", "swim", "--json", now="2026-12-20T12:00:00+00:00").stdout)[
            "days"
        ]
        assert {day["day"]: day["state"] for day in days}[now[:10]] == state, now
        report = json.loads(run("status", "--json", now=now).stdout)["habits"]
        assert {h["habit"]: h["state"] for h in report}["swim"] == state
