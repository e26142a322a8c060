"""The daily minute: `tracker` alone, a key a question, and back."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from tests.tracker.terminals import Terminal
from tracker.cli import main
from tracker.cli.checkins.prompt import Press, press
from tracker.cli.keyboard import keys_in
from tracker.cli.terminal import columns_of
from tracker.habits.model import Habit, Quantity

Run = Callable[..., Result]
WRITE = Habit("write", "Write")
KM = Habit("run", "Run", quantity=Quantity(5.0, "km"))
in_terminals = pytest.mark.skipif(os.name == "nt", reason="no pseudo-terminal there")


def stored(log: Path) -> list[tuple[object, ...]]:
    query = "SELECT habit, day, answer, value, note FROM checkins ORDER BY id"
    with closing(sqlite3.connect(log / ".tracker" / "tracker.db")) as connection:
        return connection.execute(query).fetchall()


@pytest.mark.parametrize(
    ("typed", "key", "pressed"),
    [
        ("", "y", Press("answer", answer="y")),
        ("", "N", Press("answer", answer="n")),
        ("", "enter", Press("leave")),
        ("", "left", Press("back")),
        ("", "up", Press("back")),
        ("", "b", Press("back")),
        ("", "q", Press("stop")),
        ("", "end", Press("stop")),
        ("", "?", Press("help")),
        ("", "x", Press("refuse")),
        ("", "#", Press("type", "#")),
        ("#", "y", Press("type", "#y")),
        ("#y", "backspace", Press("type", "#")),
        ("#y", "escape", Press("type")),
        ("# well", "enter", Press("answer", answer="# well")),
        ("# well", "up", Press("type", "# well")),
        ("# quit", "q", Press("type", "# quitq")),
    ],
)
def test_a_key_at_a_question(typed: str, key: str, pressed: Press) -> None:
    assert press(typed, key, WRITE) == pressed
    assert press(typed, key, KM) == pressed


def test_a_digit_begins_an_amount_where_amounts_are_counted() -> None:
    assert press("", "5", KM) == Press("type", "5")
    assert press("5.", "2", KM) == Press("type", "5.2")
    assert press("5.2", "enter", KM) == Press("answer", answer="5.2")
    assert press("", "5", WRITE) == Press("refuse")


@given(st.text(max_size=5), st.text(min_size=1, max_size=1))
def test_no_key_is_without_an_outcome_and_none_loses_what_is_typed(typed: str, key: str) -> None:
    pressed = press(typed, key, KM)
    if typed and pressed.act == "type":
        assert pressed.typed.startswith(typed)


def test_what_a_terminal_sends_is_told_apart() -> None:
    sent = "y\x1b[A\x1bOD5.é\r\x7f\x1b[3~\x1b[200~#\x1b"
    assert keys_in(sent) == ["y", "up", "left", "5", ".", "é", "enter", "backspace", "#", "escape"]


def test_in_a_pipe_it_is_todays_view_and_no_question(run: Run, log: Path) -> None:
    result = run(typed="y\n")
    assert result.exit_code == 0
    assert result.output == run("status").output
    assert not (log / ".tracker" / "tracker.db").exists()


def test_as_data_it_is_status_and_what_is_open(run: Run) -> None:
    run("checkin", "write=y")
    data = json.loads(run("--json").output)
    assert data == json.loads(run("checkin", "--json").output)
    opened = data.pop("open")
    assert data == json.loads(run("status", "--json").output)
    assert opened[0] == {"habit": "read", "day": "2026-11-23", "group": None}
    assert run("--json", "status").exit_code == 2
    assert "tracker status --json" in run("--json", "status").output


def test_nothing_to_show_is_said(run: Run, log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (log / "goals.yml").write_text("timezone: UTC\nseasons: []\n", encoding="utf-8")
    assert run().output == "goals.yml has no season yet. Add one under seasons:.\n"
    assert json.loads(run("--json").output)["open"] == []
    monkeypatch.chdir("/")
    result = CliRunner().invoke(main, [])
    assert result.exit_code == 1
    assert "To begin one: tracker init. All commands: tracker --help" in result.output


def test_help_is_help(run: Run) -> None:
    result = run("--help")
    assert result.exit_code == 0
    assert "Usage: main [OPTIONS] [COMMAND] [ARGS]..." in result.output
    assert "checkin" in result.output


@in_terminals
@pytest.mark.parametrize("columns", [40, 80])
@pytest.mark.parametrize("setting", [{}, {"NO_COLOR": "1"}])
def test_a_minute(log: Path, columns: int, setting: dict[str, str]) -> None:
    with Terminal(log, columns=columns, **setting) as terminal:
        shown = terminal.wait("Write [y/n/s] ")
        assert "Open: write, read, run, feeds, diary." in " ".join(shown.split())
        assert "Answer with" not in shown
        terminal.press("y", "Read [y/n/s] ")
        terminal.press("x", "? shows")
        terminal.press("?", "Read [y/n/s] ")
        terminal.press("s", "Run [y/n/s/5 km] ")
        terminal.press("5.2 # hills", "# hills")
        terminal.press("\r", "Feeds [y/n/s/at most 20 minutes] ")
        terminal.press("\r", "Diary [y/n/s] ")
        terminal.press("q", "left open.")
        assert terminal.end() == 0
        screen = terminal.screen()
    assert [row[:1] + row[2:] for row in stored(log)] == [
        ("write", "yes", None, None),
        ("read", "skip", None, None),
        ("run", "yes", 5.2, "hills"),
    ]
    plain = " ".join(" ".join(screen).split())
    assert "Write: yes 0% → 5%, 1 day held, next by tomorrow; Publish papers: 0 of 4" in plain
    assert "Run: 5.2 of 5 km (noted)" in plain
    assert "Feeds: left open" in plain
    assert "Kept 3 answers; " in plain
    assert [line for line in screen if columns_of(line) > columns] == []
    assert bool(setting) == ("\x1b[1m" not in terminal.seen)


@in_terminals
def test_back_corrects_by_a_new_row(log: Path) -> None:
    goals = log / "goals.yml"
    text = goals.read_text(encoding="utf-8")
    goals.write_text(
        text.replace("quantity: 5 km", "quantity: {target: 5, unit: km, aggregate: sum}"),
        encoding="utf-8",
    )  # fmt: skip
    Terminal(log, "checkin", "run=1").end()
    with Terminal(log, "checkin", "write", "run", "feeds", "--day", "today") as terminal:
        terminal.wait("Write [y/n/s] ")
        terminal.press("\x1b[D", "This is the first question.")
        terminal.press("y", "Feeds")
        terminal.press("\x1b[A", "Write (yes) [y/n/s] ")
        terminal.press("# slept badly\r", "Noted, to go with the answer.")
        terminal.press("n", "Feeds")
        terminal.press("b", "Write (no) [y/n/s] ")
        terminal.press("\r", "no, as it was")
        terminal.press("7\r", "nothing is left open.")
        assert terminal.end() == 0
    assert [(row[0], *row[2:]) for row in stored(log)] == [
        ("run", "no", 1.0, None),
        ("write", "yes", None, None),
        ("write", "no", None, "slept badly"),
        ("feeds", "yes", 7.0, None),
    ]


@in_terminals
def test_of_amounts_that_add_up_only_the_one_just_given_is_corrected(log: Path) -> None:
    goals = log / "goals.yml"
    text = goals.read_text(encoding="utf-8")
    goals.write_text(text.replace("title: Read\n        schedule: 3/7",
                                  "title: Read\n        schedule: 3 per day"), encoding="utf-8")  # fmt: skip
    Terminal(log, "checkin", "read=1").end()
    with Terminal(log, "checkin", "read", "feeds", "--day", "today") as terminal:
        terminal.wait("Read (1 of 3 times) [y/n/s/3 times] ")
        terminal.press("2\r", "Feeds")
        terminal.press("b", "Read (3 of 3 times)")
        terminal.press("y", "2 of 3 times")
        terminal.press("q", "left open.")
        assert terminal.end() == 0
    query = "SELECT sum(value) FROM current_checkins WHERE habit = 'read'"
    with closing(sqlite3.connect(log / ".tracker" / "tracker.db")) as connection:
        assert connection.execute(query).fetchone() == (2.0,)
        assert connection.execute("SELECT count(*) FROM checkins").fetchone() == (3,)


@in_terminals
@pytest.mark.parametrize(
    ("keys", "until", "code"),
    [("\x03", "left open.", 130), ("\x04", "left open.", 0), ("q", "left open.", 0),
     ("b", "Write (yes)", None), ("\r", "left open, with its note", None)],
    ids=["Ctrl-C", "Ctrl-D", "q", "back", "Enter"],
)  # fmt: skip
def test_a_note_is_kept_however_its_question_is_left(
    log: Path, keys: str, until: str, code: int | None
) -> None:
    with Terminal(log) as terminal:
        terminal.wait("Write [y/n/s] ")
        terminal.press("y", "Read [y/n/s] ")
        terminal.press("# slept badly\r", "Noted, to go with the answer.")
        terminal.press(keys, until)
        if code is not None:
            assert terminal.end() == code
            assert "Kept 1 answer; " in terminal.seen
    assert stored(log)[-1] == ("read", "2026-11-23", None, None, "slept badly")


def test_a_note_in_a_pipe_is_kept_too(run: Run, log: Path) -> None:
    run("checkin", "write", "--day", "today", typed="# slept badly\n\n")
    assert stored(log) == [("write", "2026-11-23", None, None, "slept badly")]
    run("checkin", "write", "--day", "today", typed="n\n")
    assert stored(log)[-1] == ("write", "2026-11-23", "no", None, "slept badly")


def test_a_note_that_comes_later_stands_beside_the_first(run: Run, log: Path) -> None:
    typed = "y # well\nb\n# and more\n\nq\n"
    result = run("checkin", "write", "run", "--day", "today", typed=typed)
    assert result.exit_code == 0, result.output
    assert stored(log) == [
        ("write", "2026-11-23", "yes", None, "well"),
        ("write", "2026-11-23", "yes", None, "well; and more"),
    ]


@in_terminals
def test_what_is_typed_ahead_is_not_lost(log: Path) -> None:
    with Terminal(log) as terminal:
        terminal.press("ys5.5\rq", "left open.")
        assert terminal.end() == 0
    assert [row[0] for row in stored(log)] == ["write", "read", "run"]


@in_terminals
def test_where_keys_cannot_be_told_lines_are_read(log: Path) -> None:
    with Terminal(log, term="dumb") as terminal:
        terminal.wait("Write [y/n/s] ")
        terminal.press("y\n", "Read [y/n/s] ")
        terminal.press("b\n", "Write (yes) [y/n/s] ")
        terminal.press("n\n", "Read [y/n/s] ")
        terminal.press("q\n", "left open.")
        assert terminal.end() == 0
    assert [row[2] for row in stored(log)] == ["yes", "no"]
    assert "\x1b" not in terminal.seen


@in_terminals
def test_an_answer_in_the_line_says_its_effect_in_a_terminal(log: Path) -> None:
    with Terminal(log, "checkin", "write=y") as terminal:
        assert terminal.end() == 0
        assert "write: 0% → 5%, 1 day held" in " ".join(terminal.screen())
    with Terminal(log, "checkin", "write=y", "--no-effect") as terminal:
        assert terminal.end() == 0
        assert terminal.screen() == ["Stored for today, Mon 23 Nov: write yes.", ""]
