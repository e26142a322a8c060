from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from tracker.cli import COMMANDS, main

Run = Callable[..., Result]
ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_and_option_has_help(command: str) -> None:
    result = CliRunner().invoke(main, [command, "--help"])
    assert result.exit_code == 0
    assert "--project DIR" in result.output
    loaded = main.get_command(None, command)  # type: ignore[arg-type]
    assert loaded is not None
    for option in loaded.params:
        if isinstance(option, click.Option):
            assert option.help, option.name


def test_importing_the_command_line_is_light() -> None:
    heavy = [
        "rich",
        "numpy",
        "pandas",
        "sqlite_utils",
        "msgspec",
        "yaml",
        "sqlite3",
        "pathlib",
        "zoneinfo",
    ]
    code = (
        f"import sys, tracker.cli.checkins.checkin; print([m for m in {heavy} if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "[]"


def test_an_unknown_command_is_guessed(run: Run) -> None:
    result = run("chekin")
    assert (
        result.exit_code,
        'No such command "chekin". Did you mean "checkin"?' in result.output,
    ) == (2, True)


def test_the_log_is_found_from_inside_it(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inside = log / "log" / "deep"
    inside.mkdir(parents=True)
    monkeypatch.chdir(inside)
    assert CliRunner().invoke(main, ["status"]).exit_code == 0
    monkeypatch.chdir("/")
    result = CliRunner().invoke(main, ["status"])
    assert result.exit_code == 1
    assert result.output.startswith("Error: No goals.yml in / or any folder above it.")
    for arguments in (["--project", str(log), "status"], ["status", "--project", str(log)]):
        assert CliRunner().invoke(main, arguments).exit_code == 0
    result = CliRunner().invoke(main, ["status", "--project", str(inside)])
    assert result.output == f"Error: {inside} holds no goals.yml. Name the folder that does.\n"


def test_every_command_works_where_there_is_only_goals_yml(run: Run) -> None:
    for arguments in (
        ["status"],
        ["undo"],
        ["pages"],
        ["checkin", "write=y"],
        ["new", "A"],
        ["pages"],
    ):
        result = run(*arguments)
        assert result.exit_code == 0, (arguments, result.output)


def test_a_broken_goals_file_stops_every_command_cleanly(run: Run, log: Path) -> None:
    (log / "goals.yml").write_text("timezone: [\n", encoding="utf-8")
    for arguments in (
        ["status"],
        ["undo"],
        ["pages"],
        ["checkin", "write=y"],
        ["new", "A"],
        ["demo"],
    ):
        result = run(*arguments)
        assert (result.exit_code, result.output[:14]) == (1, "Error: goals.y"), arguments
    assert sorted(path.name for path in log.iterdir()) == ["goals.yml"]


def test_debug_shows_the_traceback(run: Run) -> None:
    assert run("checkin", "nothing=y").exception.__class__ is SystemExit
    assert run("checkin", "nothing=y", "--debug").exception.__class__.__name__ == "TrackerError"


def test_status(run: Run) -> None:
    run("checkin", "write=y", "feeds=25")
    result = run("status")
    assert result.exit_code == 0
    lines = result.output.splitlines()
    assert lines[0] == "Autumn 2026: day 54 of 92, today, Mon 23 Nov"
    assert lines[2].startswith("·············●  write: Write")
    assert lines[5].startswith("·············×  feeds: Feeds")
    assert (
        lines[8] == "Today's score: 25 of 100. Open: read, run, diary. Answer with: tracker checkin"
    )
    assert "Publish papers" in lines[10]
    assert lines[10].endswith("0 of 4 papers, behind, the pace is 2.3")
    assert "\x1b" not in result.output


def test_status_as_json(run: Run) -> None:
    run("checkin", "write=y")
    data = json.loads(run("status", "--json").output)
    assert data["season"]["id"] == "autumn"
    assert data["habits"][0] == {
        "habit": "write", "title": "Write", "schedule": "every day", "state": "done", "due": False,
        "strength": 0.0519, "streak": 1, "streak_unit": "days", "breaks_in": 1, "breaks": [],
        "group": None, "of_day": None,
    }  # fmt: skip
    assert data["goals"][0]["safe_days"] == 0
    assert data["goals"][0]["colour"] == "red"


@pytest.mark.parametrize("seasons", ["[]", "\n  - {id: a, starts: 2026-11-01, ends: 2026-12-01}"])
def test_status_with_next_to_nothing(run: Run, log: Path, seasons: str) -> None:
    (log / "goals.yml").write_text(f"timezone: UTC\nseasons: {seasons}\n", encoding="utf-8")
    for arguments in (["status"], ["status", "--json"], ["checkin"], ["pages"], ["undo"]):
        assert run(*arguments, typed="").exit_code == 0, arguments


def test_new_begins_a_draft(run: Run, log: Path) -> None:
    title = 'Do "months" lie: on a circle? {{< x >}}'
    result = run("new", title, "--kind", "reproduction", "--goal", "pap")
    path = log / "log" / "2026-11-23-do-months-lie-on-a-circle-x" / "index.qmd"
    assert result.output.startswith("Began log/2026-11-23-do-months-lie-on-a-circle-x/index.qmd\n")
    assert path.read_text(encoding="utf-8") == (
        '---\ntitle: "Do \\"months\\" lie: on a circle? {{< x >}}"\ndescription: ""\n'
        "date: 2026-11-23\ncategories: [reproduction]\nkind: reproduction\ngoals: [papers]\n"
        "draft: true\n---\n\n"
    )
    again = run("new", title)
    assert (again.exit_code, "is there already" in again.output) == (1, True)
    assert (
        'There is no goal "pages". Did you mean "papers"?'
        in run("new", "B", "--goal", "pages").output
    )
    assert run("new", "  ").exit_code == 2
    assert run("new", "月 は 円", "--day", "yesterday").output.startswith(
        "Began log/2026-11-22-月-は-円/"
    )


def test_no_colour_where_none_is_wanted(log: Path) -> None:
    environment = {**os.environ, "NO_COLOR": "1", "TRACKER_PROJECT": str(log)}
    done = subprocess.run(
        [sys.executable, "-m", "tracker", "status"],
        capture_output=True,
        env=environment,
        check=True,
    )
    assert b"\x1b" not in done.stdout


def test_a_terminal_that_knows_only_ascii(log: Path) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "TRACKER_PROJECT": str(log)}
    for arguments in (["checkin", "write=y"], ["status"]):
        done = subprocess.run(
            [sys.executable, "-m", "tracker", *arguments],
            capture_output=True,
            env=environment,
            check=True,
        )
        assert done.stdout


def test_an_error_cannot_steer_the_terminal(run: Run, log: Path) -> None:
    """The text of a file that came from elsewhere is shown in errors, and never obeyed."""
    goals = log / "goals.yml"
    text = goals.read_text(encoding="utf-8")
    goals.write_text(text.replace("id: run", r'id: "\e]0;owned\a\e[2J"'), encoding="utf-8")
    result = run("status")
    assert result.exit_code == 1
    assert r'"\x1b]0;owned\x07\x1b[2J" cannot be an id' in result.output
    assert "\x1b" not in result.output
