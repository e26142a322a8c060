"""What `tracker status` says of a season."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

from tests.tracker.autumn import (
    AFTER,
    LATER,
    SOON,
    START,
    edit,
    write_entry,
)
from tests.tracker.conftest import Run


def notices(run: Run, now: str) -> list[str]:
    found = json.loads(run("status", "--json", now=now).output)["notices"]
    assert isinstance(found, list)
    return found


def test_status_says_what_waits_for_a_word(run: Run, log: Path) -> None:
    assert notices(run, SOON) == ["autumn is not frozen yet: tracker season start"]
    run("season", "start", now=START)
    run("forecast", "papers=60%", "tool=0.9", now=SOON)
    assert notices(run, SOON) == []
    edit(log, "target: 3", "target: 2")
    assert notices(run, SOON) == [
        "goals.yml differs from what was promised in 1 place; it does not count until you say why: "
        'tracker season amend --reason "…"'
    ]
    run("season", "amend", "--reason", "Too much.", now=SOON)
    assert notices(run, SOON) == ["Waits: goal papers: target 3 → 2 (easier, from 2026-10-27)"]
    run("goal", "done", "tool", now=LATER)
    run("evidence", "add", "tool", "https://example.org/x", "--offline", now=LATER)
    assert notices(run, LATER) == [
        "tool: claimed without evidence, so it does not count.",
        "tool: https://example.org/x does not count (unchecked, the network was not asked). "
        "Look again: tracker evidence check",
        "No forecast this week: tracker forecast papers=…% tool=…%",
    ]
    assert notices(run, AFTER) == [
        "autumn ended on 2026-12-31. Give its verdict: tracker season close"
    ]
    run("season", "close", "--miss", "papers=x", "--miss", "tool=y", now=AFTER)
    assert notices(run, AFTER) == []


def test_status_counts_what_is_in_force(run: Run, log: Path) -> None:
    run("season", "start", now=START)
    edit(log, "target: 3", "target: 2")
    run("season", "amend", "--reason", "Too much.", now=SOON)
    for now, target in ((SOON, 3.0), (LATER, 2.0)):
        goals = json.loads(run("status", "--json", now=now).output)["goals"]
        assert goals[0]["target"] == target
    run("evidence", "add", "papers", "https://example.org/x", "--seen", now=LATER)
    run("goal", "done", "tool", now=LATER)
    goals = json.loads(run("status", "--json", now=LATER).output)["goals"]
    assert [goal["count"] for goal in goals] == [1.0, 0.0]


def test_habit_against_output_needs_eight_weeks(run: Run, log: Path) -> None:
    assert run("season", "output", now=SOON).output == (
        "No check-in yet, so there is nothing to compare.\n"
    )
    for week in range(10):
        for day in range(1 + week % 5):
            run(
                "checkin",
                "write=y",
                "--day",
                f"{date(2026, 10, 5) + timedelta(7 * week + day)}",
                now=AFTER,
            )
        if week % 5 > 2:
            write_entry(log, f"e{week}", f"{date(2026, 10, 9) + timedelta(7 * week)}")
    early = run("season", "output", now=SOON).output
    assert early == (
        "write: Write\n"
        "  the same week: no number: 2 whole weeks so far; below 8 a correlation says nothing\n"
        "  the following week: no number: 1 whole week so far; below 8 a correlation says nothing\n"
        "Observational: nobody drew lots for the weeks. Below 8 there is no number.\n"
    )
    found = json.loads(run("season", "output", "--json", now=AFTER).output)[0]
    same = found["by_lag_weeks"]["0"]
    assert same["n"] == 12
    assert same["low"] < same["rho"] < same["high"]
    assert same["rho"] > 0.6
    assert found["observational"] is True
