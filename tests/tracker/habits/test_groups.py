"""Groups: a heading in the check-in, in status, in the week and on the season's page."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from tracker.errors import TrackerError
from tracker.goals_file.parse import parse
from tracker.habits.groups import by_group
from tracker.habits.model import Habit
from tracker.seasons.fields import of_habit

Run = Callable[..., Result]
GOALS = """\
timezone: UTC
seasons:
  - id: autumn
    starts: 2026-11-01
    ends: 2026-12-31
    goals:
      - {id: papers, title: Papers}
    habits:
      - {id: run, title: Run, group: Health}
      - {id: write, title: Write, group: 1.50}
      - {id: read, title: Read}
      - {id: pills, title: Pills, group: Health}
"""


@pytest.fixture
def grouped(log: Path) -> Path:
    (log / "goals.yml").write_text(GOALS, encoding="utf-8")
    return log


def test_those_without_a_group_come_first_then_each_group_where_it_first_appears() -> None:
    items = [("run", "b"), ("write", "a"), ("read", ""), ("pills", "b")]
    assert by_group(items, lambda item: item[1]) == [
        ("", [items[2]]), ("b", [items[0], items[3]]), ("a", [items[1]]),
    ]  # fmt: skip
    assert by_group([], str) == []


def test_it_is_text_and_its_key_is_known() -> None:
    assert [habit.group for habit in parse(GOALS).seasons[0].habits] == [
        "Health",
        "1.50",
        "",
        "Health",
    ]
    with pytest.raises(TrackerError, match=r'"gruop" is not a key here. Did you mean "group"\?'):
        parse(GOALS.replace("group: Health", "gruop: Health", 1))


def test_the_check_in_asks_under_headings(run: Run, grouped: Path) -> None:
    said = [line.strip() for line in run("checkin", typed="y\ny\ny\ny\nq\n").stdout.splitlines()]
    heads = [
        line for line in said if line in {"Health", "1.50"} or line.startswith(("R", "W", "P"))
    ]
    assert [line.split(" [")[0] for line in heads][:6] == [
        "Read",
        "Health",
        "Run",
        "Pills",
        "1.50",
        "Write",
    ]
    still_open = json.loads(run("checkin", "--json").stdout)["open"]
    assert [(item["habit"], item["group"]) for item in still_open][:4] == [
        ("read", None), ("run", "Health"), ("pills", "Health"), ("write", "1.50"),
    ]  # fmt: skip


def test_status_and_week_show_headings(run: Run, grouped: Path) -> None:
    lines = run("status").stdout.splitlines()
    first = lines.index("Health")
    assert "read: Read" in lines[first - 1]
    assert ["run: Run" in lines[first + 1], "pills: Pills" in lines[first + 2]] == [True, True]
    assert lines[first + 3] == "1.50"
    data = json.loads(run("status", "--json").stdout)["habits"]
    assert {item["habit"]: item["group"] for item in data} == {
        "read": None, "run": "Health", "pills": "Health", "write": "1.50",
    }  # fmt: skip
    week = run("week").stdout.splitlines()
    assert [line.split()[0] for line in week[3:9]] == [
        "read",
        "Health",
        "run",
        "pills",
        "1.50",
        "write",
    ]
    assert json.loads(run("week", "--json").stdout)["groups"] == {
        "Health": ["run", "pills"],
        "1.50": ["write"],
    }
    assert json.loads(run("show", "run", "--json").stdout)["group"] == "Health"


def test_the_season_s_page_has_a_table_for_each(run: Run, grouped: Path) -> None:
    run("checkin", "run=y")
    run("pages")
    text = (grouped / "progress" / "index.qmd").read_text(encoding="utf-8")
    assert text.index(">Read</a>") < text.index("### Health") < text.index(">Run</a>")
    assert text.index(">Pills</a>") < text.index("### 1.50") < text.index(">Write</a>")


def test_a_heading_is_wording() -> None:
    assert of_habit("group", Habit("h", "H"), Habit("h", "H", group="Health")) == "neutral"
