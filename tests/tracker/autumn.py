"""A season of two goals for the tests of its life: its file, its days, and what is done to it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.tracker.conftest import Run
from tracker.workspace import link_check

SEASON = """\
timezone: UTC
seasons:
  - id: autumn
    title: Autumn
    starts: 2026-10-01
    ends: 2026-12-31
    goals:
      - {id: papers, title: Publish papers, target: 3, unit: papers, evidence: reproduction}
      - {id: tool, title: Release the tool, evidence: a release}
    habits:
      - {id: write, title: Write, schedule: mon-fri}
      - {id: diary, title: PLANTED-SECRET, public: false}
"""
START, SOON, LATER, AFTER = (
    f"{day}T12:00:00+00:00" for day in ("2026-10-01", "2026-10-20", "2026-11-20", "2027-01-02")
)
RECORD = "progress/seasons/autumn.json"


@pytest.fixture(autouse=True)
def sealed(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test asks the network."""

    def nobody(*_: object, **__: object) -> None:
        raise OSError(101, "Network is unreachable")

    monkeypatch.setattr(link_check, "ask", nobody)


def edit(log: Path, old: str, new: str) -> None:
    text = (log / "goals.yml").read_text(encoding="utf-8")
    assert old in text
    (log / "goals.yml").write_text(text.replace(old, new), encoding="utf-8")


def write_entry(log: Path, name: str, day: str, goal: str = "papers") -> None:
    path = log / "log" / name / "index.qmd"
    path.parent.mkdir(parents=True)
    path.write_text(
        f"---\ntitle: {name}\ndate: {day}\nkind: reproduction\ngoals: [{goal}]\n---\n",
        encoding="utf-8",
    )


def record(log: Path) -> dict[str, object]:
    found = json.loads((log / RECORD).read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def closed(run: Run, log: Path) -> None:
    run("season", "start", now=START)
    run("forecast", "papers=60%", "tool=0.9", now=SOON)
    write_entry(log, "one", "2026-11-01")
    run("season", "close", "--miss", "papers=Two failed.", "--miss", "tool=No time.", now=AFTER)
