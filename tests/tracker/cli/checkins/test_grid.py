"""Several days at once: the grid's model without a terminal, then the grid in one."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import click
import pytest
from click.testing import Result
from hypothesis import given
from hypothesis import strategies as st

from tests.tracker.terminals import Terminal
from tracker.cli.checkins.grid import Cell, Grid, Row, begun, days_that_fit, drawn, press_cell
from tracker.cli.keyboard import DOWN, ENTER, LEFT, RIGHT, UP
from tracker.cli.terminal import columns_of
from tracker.habits.model import Habit, Quantity

Run = Callable[..., Result]
WRITE = Habit("write", "Write")
RUN = Habit("run", "Run 三体", quantity=Quantity(5.0, "km"))
DAYS = tuple(date(2026, 11, 21) + timedelta(n) for n in range(3))
NONE = Cell(None)
in_terminals = pytest.mark.skipif(os.name == "nt", reason="no pseudo-terminal there")
# write: done, open, open; run: nothing, open, nothing; write again: three that are done
ROWS = (
    Row("Write", "", (Cell(WRITE, "●"), Cell(WRITE, "·", True), Cell(WRITE, "?", True))),
    Row("Run 三体", "Health", (NONE, Cell(RUN, "·", True), NONE)),
    Row("Late", "Health", (Cell(WRITE, "×"), Cell(WRITE, "–"), Cell(WRITE, "●"))),
)


def grid() -> Grid:
    first = begun(DAYS, ROWS)
    assert first is not None
    return first


def after(*keys: str) -> tuple[int, int]:
    now = grid()
    for key in keys:
        now = press_cell(now, key).grid
    return now.row, now.column


def test_it_begins_at_the_first_open_cell() -> None:
    assert after() == (0, 1)
    done = tuple(
        row._replace(cells=tuple(c._replace(open=False) for c in row.cells)) for row in ROWS
    )
    last = begun(DAYS, done)
    assert last is not None
    assert (last.row, last.column) == (2, 2)
    assert begun(DAYS, (Row("Write", "", (NONE, NONE, NONE)),)) is None


@pytest.mark.parametrize(
    ("keys", "place"),
    [
        ([RIGHT], (0, 2)),
        ([RIGHT, RIGHT], (0, 2)),
        ([LEFT, LEFT], (0, 0)),
        ([DOWN], (1, 1)),
        ([DOWN, RIGHT], (1, 1)),  # nothing there can be answered
        ([RIGHT, DOWN], (2, 2)),  # over what cannot be answered
        ([UP], (0, 1)),
        ([ENTER], (0, 2)),
        ([ENTER, ENTER], (1, 1)),
        ([ENTER, ENTER, ENTER], (0, 1)),  # round
        (["b"], (0, 0)),
    ],
)
def test_keys_move_among_the_cells_that_can_be_answered(
    keys: list[str], place: tuple[int, int]
) -> None:
    assert after(*keys) == place


def test_one_key_answers_and_an_amount_or_a_note_is_typed() -> None:
    assert press_cell(grid(), "y")[1:] == ("answer", "y")
    assert press_cell(grid(), "7").act == "refuse"
    now = press_cell(grid(), DOWN).grid
    for key in "5.5":
        now = press_cell(now, key).grid
    assert press_cell(now, RIGHT).grid == now, "what is typed stays where it is typed"
    pressed = press_cell(now, ENTER)
    assert (pressed.act, pressed.answer, pressed.grid.typed) == ("answer", "5.5", "")
    assert press_cell(grid(), "q").act == "stop"


keys = st.sampled_from(
    [UP, DOWN, LEFT, RIGHT, ENTER, "y", "5", "#", "x", "b", "escape", "backspace"]
)


@given(st.lists(keys, max_size=30))
def test_whatever_is_pressed_the_person_is_at_a_cell_that_can_be_answered(
    pressed: list[str],
) -> None:
    now = grid()
    for key in pressed:
        now = press_cell(now, key).grid
        assert now.cell.habit is not None
        assert now.rows == ROWS


@given(st.integers(14, 120), st.integers(1, 10))
def test_what_is_drawn_fits(columns: int, height: int) -> None:
    now = grid()
    if days_that_fit(columns) < len(DAYS):
        return
    for _ in range(6):
        lines = drawn(now, columns, height)
        assert len(lines) <= height + 2
        assert max(map(columns_of, lines)) <= columns
        assert sum(click.unstyle(line).count("[") for line in lines) == 1
        now = press_cell(now, DOWN).grid


def test_how_it_looks() -> None:
    assert drawn(grid(), 40, 10) == [
        "          Sat Sun Mon",
        "          21  22  23",
        "Write      ●  [·]  ?",
        "\x1b[1mHealth\x1b[0m",
        "Run 三体       ·",
        "Late       ×   –   ●",
    ]
    assert drawn(grid(), 19, 10)[:3] == [
        "          Sa Su Mo",
        "          21 22 23",
        "Write      ● [·] ?",
    ]


def stored(log: Path) -> list[tuple[object, ...]]:
    query = "SELECT habit, day, answer, value, note FROM current_checkins ORDER BY day, habit"
    with closing(sqlite3.connect(log / ".tracker" / "tracker.db")) as connection:
        return connection.execute(query).fetchall()


@in_terminals
@pytest.mark.parametrize("columns", [40, 80])
def test_a_week_in_a_grid(log: Path, columns: int) -> None:
    with Terminal(log, "checkin", "--grid", columns=columns) as terminal:
        shown = terminal.wait("q end")
        assert "Write, Tue 17 Nov: no answer" in shown
        terminal.press("n", "Write, Wed 18 Nov: no answer")
        terminal.press("\x1b[D", "Write, Tue 17 Nov: no")
        terminal.press("y", "yes  0% → 4%")
        terminal.press("\x1b[B\x1b[B", "Run, Wed 18 Nov: no answer")
        terminal.press("6", "> 6")
        terminal.press("\r", "6 of 5 km")
        terminal.press("#hills\r", "the note is kept.")
        terminal.press("q", "left open.")
        assert terminal.end() == 0
        screen = terminal.screen()
    assert stored(log)[0][:4] == ("write", "2026-11-17", "yes", None)
    assert ("run", "2026-11-18", "yes", 6.0, None) in stored(log)
    with closing(sqlite3.connect(log / ".tracker" / "tracker.db")) as connection:
        rows = connection.execute("SELECT answer, note FROM checkins ORDER BY id").fetchall()
    assert rows == [("no", None), ("yes", None), ("yes", None), (None, "hills")]
    assert "Kept 2 answers; " in " ".join(screen)
    assert [line for line in screen if columns_of(line) > columns] == []


@in_terminals
def test_of_several_times_one_more_is_added_and_an_amount_is_the_whole(log: Path) -> None:
    goals = log / "goals.yml"
    text = goals.read_text(encoding="utf-8")
    goals.write_text(text.replace("schedule: 3/7", "schedule: 3 per day"), encoding="utf-8")
    with Terminal(log, "checkin", "read", "--grid", "--days", "1", NO_COLOR="1") as terminal:
        terminal.wait("q end")
        terminal.press("y", "1 of 3 times")
        terminal.press("y", "2 of 3 times")
        terminal.press("1\r", "1 of 3 times")
        terminal.press("\x03", "left open.")
        assert terminal.end() == 130
    assert stored(log) == [("read", "2026-11-23", "yes", 1.0, None)]


@in_terminals
@pytest.mark.parametrize(
    ("kind", "enter"), [({"term": "dumb"}, "\n"), ({"columns": 13}, "")], ids=["dumb", "narrow"]
)
def test_where_no_grid_can_be_shown_the_same_days_are_asked(
    log: Path, kind: dict[str, object], enter: str
) -> None:
    with Terminal(log, "checkin", "write", "--grid", "--days", "2", **kind) as terminal:  # type: ignore[arg-type]
        terminal.wait("s] ")
        terminal.press(f"y{enter}n{enter}", "nothing")
        terminal.end()
    assert [row[1:3] for row in stored(log)] == [("2026-11-22", "no"), ("2026-11-23", "yes")]


def test_the_grid_as_data(run: Run) -> None:
    run("checkin", "write=n", "run=2")
    run("checkin", "write=y", "--day", "yesterday")
    data = json.loads(run("checkin", "--grid", "--days", "2", "--json").output)
    assert data["days"] == ["2026-11-22", "2026-11-23"]
    rows = {row["habit"]: row for row in data["habits"]}
    assert [day["state"] for day in rows["write"]["days"]] == ["done", "missed"]
    assert rows["run"]["days"][1] == {
        "day": "2026-11-23", "state": "partial", "answer": "no", "value": 2.0, "open": False,
    }  # fmt: skip
    assert rows["read"]["days"][1]["open"] is True


def test_a_grid_asks_by_itself(run: Run) -> None:
    result = run("checkin", "write=y", "--grid")
    assert (result.exit_code, "--grid and --days ask." in result.output) == (2, True)
