"""What a look costs in a log of years: counted in lines and in SQLite's own steps, not in seconds.

Four times the answers may cost a look-up no more than before, and whatever prints everything
four times as much. A quadratic command costs sixteen times as much.
"""

from __future__ import annotations

import sqlite3
import sys
from datetime import date, timedelta
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from click.testing import CliRunner

from tracker.cli import main
from tracker.goals_file.parse import parse
from tracker.seasons.sample import sample
from tracker.store.checkins import CheckinStore
from tracker.store.database import Database

TODAY = date(2026, 11, 23)
NOW = "2026-11-23T20:00:00+00:00"
SHORT, LONG = 210, 840  # days
QUARTER = 60  # days of a season; today is in the middle of one
STEPS = 50  # of SQLite's virtual machine, counted as one line
SAME, IN_LINE = 1.2, 4.5
SCHEDULES = ("daily", "3/7", "2 per week", "'mon,wed,fri'")
LOOKS = (
    "week", "week last", "status", "checkin --json", "log", "log --json", "log write", "season show",
    "evidence list", "export ics",
)  # fmt: skip
PRINTED_WHOLE = (
    "show write", "scores --habit write", "scores --json", "log --days 4000",
    "log --days 4000 --json", "export csv", "export csv --private --table scores", "export json",
    "pages", "doctor",
)  # fmt: skip


def goals(days: int, season: int) -> str:
    """Seasons of so many days until after today, with a habit of every kind."""
    lines = ["timezone: Europe/London", "seasons:"]
    starts = TODAY - timedelta(days)
    while starts <= TODAY:
        ends = starts + timedelta(season - 1)
        lines += [
            f"  - {{id: s{starts:%Y%m%d}, title: Season, starts: {starts}, ends: {ends}, goals: [{{id: papers, title: Papers, target: 3}}], habits: ["
        ]
        lines += [
            f"      {{id: {name}, title: {name}, schedule: {schedule}}},"
            for name, schedule in zip(("write", "read", "swim", "run"), SCHEDULES, strict=True)
        ]
        lines += ["    ]}"]
        starts = ends + timedelta(1)
    return "\n".join(lines) + "\n"


def made(folder: Path, days: int, season: int) -> Path:
    """A log with answers for so many days until yesterday, in seasons of one length."""
    text = goals(days, season)
    (folder / ".tracker").mkdir(parents=True)
    (folder / "goals.yml").write_text(text)
    with Database(str(folder / ".tracker" / "tracker.db"), writing=True) as database:
        answers = sample(parse(text), TODAY - timedelta(1))
        CheckinStore(database).add([answer._replace(source="asked") for answer in answers])
    for command in ("season start", "checkin write=y", "status"):  # which keeps its shortcuts
        invoke(folder, command)
    return folder


def invoke(folder: Path, command: str) -> None:
    environment = {"TRACKER_NOW": NOW, "TRACKER_PROJECT": str(folder), "COLUMNS": "80"}
    done = CliRunner().invoke(main, command.split(), env=environment, catch_exceptions=False)
    assert done.exit_code == 0, done.output


def cost(folder: Path, command: str, monkeypatch: pytest.MonkeyPatch) -> int:
    """The tracker's lines that a command runs through, with the steps of its queries."""
    count = 0
    connect = sqlite3.connect

    def stepped() -> int:
        nonlocal count
        count += 1
        return 0

    def counted(*arguments: Any, **options: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*arguments, **options)
        connection.set_progress_handler(stepped, STEPS)
        return connection

    def line(_: FrameType, event: str, __: Any) -> Any:
        nonlocal count
        count += event == "line"
        return line

    def call(frame: FrameType, _: str, __: Any) -> Any:
        return line if "tracker" in frame.f_code.co_filename else None

    with monkeypatch.context() as patched:
        patched.setattr(sqlite3, "connect", counted)
        before = sys.gettrace()
        sys.settrace(call)
        try:
            invoke(folder, command)
        finally:
            sys.settrace(before)
    return count


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A log of many seasons, and one of four times as many days and seasons."""
    root = tmp_path_factory.mktemp("seasons")
    return made(root / "short", SHORT, QUARTER), made(root / "long", LONG, QUARTER)


@pytest.fixture(scope="module")
def one_season(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The same with one season each: what a look reads of goals.yml does not grow."""
    root = tmp_path_factory.mktemp("season")
    return made(root / "short", SHORT, 2 * LONG), made(root / "long", LONG, 2 * LONG)


def growth(logs: tuple[Path, Path], command: str, monkeypatch: pytest.MonkeyPatch) -> float:
    """What a command costs in the longer log, over what it costs in the shorter one."""
    for folder in logs:
        invoke(folder, command)  # its modules and caches are there
    short, long = (cost(folder, command, monkeypatch) for folder in logs)
    return long / short


@pytest.mark.parametrize("command", LOOKS)
def test_a_look_costs_the_same_however_long_the_log_is(
    one_season: tuple[Path, Path], command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert growth(one_season, command, monkeypatch) <= SAME


@pytest.mark.parametrize("command", PRINTED_WHOLE)
def test_what_is_printed_whole_grows_in_line(
    logs: tuple[Path, Path], command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert growth(logs, command, monkeypatch) <= IN_LINE


def test_taking_back_a_day_costs_the_same_however_long_the_log_is(
    one_season: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in one_season:
        invoke(folder, "checkin read=y run=y")
    short, long = (cost(folder, "undo", monkeypatch) for folder in one_season)
    assert long / short <= SAME
