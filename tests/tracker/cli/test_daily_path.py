"""What a command loads and opens: a check-in is daily, so it pays for nothing it does not use."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

from tests.tracker.processes import environment, tracker

ROOT = Path(__file__).resolve().parents[3]
MOST_MODULES = 14  # of a warm check-in; each costs about half a millisecond
PROBE = """
import json, sqlite3, sys
opened, connect = [], sqlite3.connect
def counted(*arguments, **options):
    opened.append(str(arguments[0]))
    return connect(*arguments, **options)
sqlite3.connect = counted
from tracker.cli import main
try:
    main(sys.argv[1:], prog_name="tracker")
finally:
    names = [name for name in sys.modules if name.split(".")[0] == "tracker"]
    print(json.dumps({"modules": names, "opened": opened}), file=sys.stderr)
"""
# What a warm check-in of an id needs, and why a reader of this list would expect it.
CHECKIN = {
    "tracker.errors",
    "tracker.calendar.days",  # today
    "tracker.text.escape",  # what is echoed
    "tracker.text.codec",  # the cache, read
    "tracker.habits.model",
    "tracker.habits.schedule",
    "tracker.habits.checkins",  # what was typed, read
    "tracker.goals.model",
    "tracker.workspace.session",  # goals.yml too, from its cache
    "tracker.store.connection",
    "tracker.store.database",
    "tracker.store.checkins",
    "tracker.cli.context",
    "tracker.cli.checkins.checkin",
}


def probed(log: Path, *arguments: str) -> tuple[set[str], list[str]]:
    """The tracker's modules that hold code and were loaded, and each opening of a database."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE, *arguments], env=environment(log), cwd=ROOT,
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    seen = json.loads(done.stderr.splitlines()[-1])
    return {name for name in seen["modules"] if holds_code(name)}, seen["opened"]


def holds_code(name: str) -> bool:
    """Whether a module is more than the docstring of a folder or the list of commands."""
    path = ROOT.joinpath(*name.split("."))
    if not path.is_dir():
        return True
    body = ast.parse((path / "__init__.py").read_text(encoding="utf-8")).body
    return name not in {"tracker", "tracker.cli"} and len(body) > 1


def test_a_warm_check_in_loads_what_it_needs_and_opens_the_database_once(log: Path) -> None:
    assert tracker(log, "checkin", "write=y").returncode == 0
    modules, opened = probed(log, "checkin", "write=y")
    assert modules == CHECKIN
    assert len(modules) <= MOST_MODULES
    assert len(opened) == 1


def test_a_check_in_of_a_frozen_and_amended_season_loads_no_more(log: Path) -> None:
    goals = log / "goals.yml"
    assert tracker(log, "season", "start").returncode == 0
    goals.write_text(goals.read_text(encoding="utf-8").replace("schedule: 3/7", "schedule: 2/7"))
    assert tracker(log, "season", "amend", "--reason", "x").returncode == 0
    assert tracker(log, "checkin", "write=y").returncode == 0
    modules, opened = probed(log, "checkin", "read=y")
    assert modules == CHECKIN
    assert len(opened) == 1


def test_the_pages_open_the_database_once(log: Path) -> None:
    assert tracker(log, "checkin", "write=y").returncode == 0
    assert tracker(log, "season", "start").returncode == 0
    _, opened = probed(log, "pages")
    assert len(opened) == 1


def test_looking_and_undoing_open_the_database_once(log: Path) -> None:
    for arguments in (("checkin", "write=y"), ("season", "start"), ("status",)):
        assert tracker(log, *arguments).returncode == 0
    for arguments in (("week",), ("show", "write"), ("log",), ("undo",), ("season", "show")):
        assert len(probed(log, *arguments)[1]) == 1, arguments
