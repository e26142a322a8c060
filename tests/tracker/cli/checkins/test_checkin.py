from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import Result

from tests.tracker.terminals import Terminal

Run = Callable[..., Result]


def stored(log: Path) -> list[tuple[object, ...]]:
    query = "SELECT habit, day, answer, value, note FROM current_checkins ORDER BY id"
    with closing(sqlite3.connect(log / ".tracker" / "tracker.db")) as connection:
        return connection.execute(query).fetchall()


def test_answers_in_the_line(run: Run, log: Path) -> None:
    result = run("checkin", "write=y", "run=5.2", "read=skip")
    assert result.output == "Stored for today, Mon 23 Nov: write yes, run 5.2 km, read skip.\n"
    assert result.exit_code == 0
    assert stored(log) == [
        ("write", "2026-11-23", "yes", None, None),
        ("run", "2026-11-23", "yes", 5.2, None),
        ("read", "2026-11-23", "skip", None, None),
    ]


def test_another_day_with_a_note(run: Run, log: Path) -> None:
    result = run("checkin", "write=n", "--day", "yesterday", "--note", "travelled")
    assert result.output == "Stored for yesterday, Sun 22 Nov: write no.\n"
    assert stored(log) == [("write", "2026-11-22", "no", None, "travelled")]


def test_after_midnight_it_is_still_the_day_before(run: Run, log: Path) -> None:
    run("checkin", "write=y", now="2026-11-24T02:59:00+00:00")
    run("checkin", "write=n", now="2026-11-24T03:00:00+00:00")
    assert [row[1:3] for row in stored(log)] == [("2026-11-23", "yes"), ("2026-11-24", "no")]


def test_what_is_kept_beside_an_answer(run: Run, log: Path) -> None:
    run("checkin", "write=y # well", "--public", "--day", "-2")
    query = "SELECT logged_at, zone, lag_days, source, note, note_public FROM checkins"
    with closing(sqlite3.connect(log / ".tracker" / "tracker.db")) as connection:
        row = connection.execute(query).fetchone()
    assert row == ("2026-11-23T12:00:00.000+00:00", "Europe/London", 2, "inline", "well", 1)


def test_prefixes_and_case(run: Run, log: Path) -> None:
    assert run("checkin", "wr=y", "FEEDS=12 minutes").exit_code == 0
    assert [row[0] for row in stored(log)] == ["write", "feeds"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["wirte=y"], 'There is no habit "wirte". Did you mean "write"?'),
        (["r=y"], '"r" fits several habits: read, run. Write more of it.'),
        (["write=maybe"], 'write: "maybe" is no answer. Use y, n or s (skip).'),
        (["write=5"], 'write: "5" is an amount, and this habit counts none. Use y, n or s (skip).'),
        (["write="], 'write: no answer after "=". Write it like write=y.'),
        (["write=y", "write=n"], "write: answered twice in one line. Keep one answer."),
        (["write=y", "--day", "2026-09-30"], 'There is no habit "write": '),
        (["write=y", "--day", "tomorrow"], '"tomorrow" names no day.'),
        (["write=y", "--day", "2027-01-01"], "2027-01-01 is still to come; today is 2026-11-23."),
        (["write=y", "read"], '"read" holds no answer. Write it like read=y.'),
    ],
)
def test_what_makes_no_sense_is_said_and_nothing_is_stored(
    run: Run, log: Path, arguments: list[str], message: str
) -> None:
    result = run("checkin", *arguments)
    assert result.exit_code == 1
    assert result.output.startswith("Error: ")
    assert message in result.output or "write is not in force on 2026-09-30" in result.output
    assert not (log / ".tracker" / "tracker.db").exists()


def test_one_bad_answer_keeps_the_good_ones_out_and_all_bad_ones_are_named(
    run: Run, log: Path
) -> None:
    result = run("checkin", "write=y", "wirte=y", "run=far")
    assert result.exit_code == 1
    assert result.output == (
        'Error: There is no habit "wirte". Did you mean "write"?\n'
        'run: "far" is no answer. Use y, n, s (skip) or a number (km).\n'
        "Nothing was stored.\n"
    )
    assert not (log / ".tracker" / "tracker.db").exists()


def test_json(run: Run) -> None:
    assert json.loads(run("checkin", "run=5.2", "--json", "--no-effect").output) == {
        "day": "2026-11-23",
        "stored": [
            {"habit": "run", "day": "2026-11-23", "answer": "yes", "value": 5.2, "note": None}
        ],
    }
    listed = json.loads(run("checkin", "--json").output)["open"]
    assert listed[0] == {"habit": "write", "day": "2026-11-23", "group": None}
    assert {"habit": "run", "day": "2026-11-23"} not in listed


def test_a_note_for_readers_needs_a_note(run: Run) -> None:
    result = run("checkin", "write=y", "--public")
    assert (result.exit_code, "--public needs a note" in result.output) == (2, True)


def test_questions_are_asked_and_each_answer_is_stored(run: Run, log: Path) -> None:
    result = run("checkin", typed="y\ns\nperhaps\n5.5 # hills\n\nq\n")
    assert result.exit_code == 0, result.output
    assert [row[:4] for row in stored(log)] == [
        ("write", "2026-11-23", "yes", None),
        ("read", "2026-11-23", "skip", None),
        ("run", "2026-11-23", "yes", 5.5),
    ]
    assert stored(log)[-1][4] == "hills"
    assert result.output.startswith("Today, Mon 23 Nov\n")
    assert (
        '    run: "perhaps" is no answer. Use y, n, s (skip) or a number (km).\n' in result.output
    )
    assert "Kept 3 answers; " in result.output


def test_only_what_is_due_and_unanswered_is_asked_ten_days_back(run: Run) -> None:
    run("checkin", "write=y", "run=5", "diary=y", "feeds=3")
    for day in ("-1", "-2", "-3"):
        run("checkin", "read=y", "--day", day)
    asked = json.loads(run("checkin", "--json").output)["open"]
    assert not [item for item in asked if item["day"] == "2026-11-23"], "read is held by its window"
    assert {item["day"] for item in asked if item["habit"] == "run"} == {
        "2026-11-13", "2026-11-16", "2026-11-18", "2026-11-20",
    }  # fmt: skip
    assert min(item["day"] for item in asked) == "2026-11-13"


def test_one_habit_or_one_day_can_be_asked_for(run: Run, log: Path) -> None:
    run("checkin", "read", "--day", "yesterday", typed="y\n")
    assert stored(log) == [("read", "2026-11-22", "yes", None, None)]
    result = run("checkin", "read", "--day", "yesterday", typed="n\n")
    assert result.output == "Nothing is open: what was due has its answer.\n"


def test_a_note_alone_waits_for_its_answer(run: Run, log: Path) -> None:
    run("checkin", "write", "--day", "today", typed="# slept badly\nn\n")
    assert stored(log) == [("write", "2026-11-23", "no", None, "slept badly")]


def test_nobody_answers(run: Run, log: Path) -> None:
    result = run("checkin", typed="")
    assert result.exit_code == 2
    assert "No answer came in. Answer in the line: tracker checkin HABIT=y" in result.output
    assert not (log / ".tracker" / "tracker.db").exists()


def test_a_pipe_that_stays_silent_does_not_hang(log: Path) -> None:
    reading, writing = os.pipe()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "tracker", "--project", str(log), "checkin"],
            stdin=reading, capture_output=True, text=True, timeout=20, check=False,
            env={**os.environ, "TRACKER_NOW": "2026-11-23T12:00:00+00:00"},
        )  # fmt: skip
    finally:
        os.close(reading)
        os.close(writing)
    assert done.returncode == 2
    assert "nobody is here to answer" in done.stderr


@pytest.mark.parametrize(("key", "code"), [("\x03", 130), ("\x04", 0)], ids=["Ctrl-C", "Ctrl-D"])
def test_stopping_keeps_what_was_answered(log: Path, key: str, code: int) -> None:
    with Terminal(log, "checkin", term="dumb") as terminal:
        terminal.wait("[y/n/s] ")
        terminal.press("y\n", "Read [y/n/s] ")
        terminal.press(key, "left open.")
        assert terminal.end() == code
    assert [row[0] for row in stored(log)] == ["write"]
    assert "Kept 1 answer; " in terminal.seen


def test_undo(run: Run, log: Path) -> None:
    assert run("undo").output == "There is nothing to undo.\n"
    run("checkin", "write=n", "run=5")
    run("checkin", "write=y")
    assert run("undo").output == "Took back write yes (today, Mon 23 Nov): it is no again.\n"
    assert run("undo").output == (
        "Took back run 5 km (today, Mon 23 Nov): it has no answer now.\n"
        "Took back write no (today, Mon 23 Nov): it has no answer now.\n"
    )
    assert stored(log) == []
    run("checkin", "write=y")
    assert json.loads(run("undo", "--json").output)["undone"][0]["was"] == {
        "answer": "yes",
        "value": None,
    }


def test_escape_codes_are_shown_and_not_obeyed(run: Run, log: Path) -> None:
    result = run("checkin", "\x1b[31mwrite=y")
    assert "\x1b" not in result.output
    assert "\\x1b[31m" in result.output
    text = (log / "goals.yml").read_text(encoding="utf-8")
    (log / "goals.yml").write_text(
        text.replace("title: Write", 'title: "Wr\\e]0;x\\aite"'), encoding="utf-8"
    )
    assert "\x1b" not in run("status").output
    assert "\x1b" not in run("checkin", typed="\n").output


def test_a_changed_goals_file_is_read_anew(run: Run, log: Path) -> None:
    run("checkin", "write=y")
    text = (log / "goals.yml").read_text(encoding="utf-8")
    (log / "goals.yml").write_text(text.replace("id: write", "id: pen"), encoding="utf-8")
    assert run("checkin", "pen=y").exit_code == 0
    (log / ".tracker" / "goals.json").write_text("broken", encoding="utf-8")
    assert run("checkin", "pen=n").exit_code == 0


def test_a_title_is_a_name_too_and_a_part_of_it_is_guessed(run: Run, log: Path) -> None:
    goals = log / "goals.yml"
    text = goals.read_text(encoding="utf-8")
    goals.write_text(text.replace("title: Run", "title: Around the lake"), encoding="utf-8")
    assert run("checkin", "Around the Lake=5").output.endswith("run 5 km.\n")
    assert "Around the lake" in run("show", "around the lake").output
    for arguments in (("checkin", "lake=5"), ("show", "lake"), ("edit", "lake=")):
        result = run(*arguments)
        assert result.exit_code == 1
        assert 'There is no habit "lake". Did you mean "run" (Around the lake)?' in result.output
