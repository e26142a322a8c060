"""The grid of several days: habits by days, and what each key makes of it. No terminal in here."""

from __future__ import annotations

from datetime import date
from typing import Literal, NamedTuple

import click

from tracker.calendar.days import WEEKDAY_NAMES
from tracker.cli.checkins.prompt import press
from tracker.cli.keyboard import DOWN, LEFT, RIGHT, UP
from tracker.cli.terminal import columns_of, fitted, padded
from tracker.habits.model import Habit

STEPS = {UP: (-1, 0), DOWN: (1, 0), LEFT: (0, -1), RIGHT: (0, 1)}
LEAST_TITLE = 8  # columns a title needs beside the days
NARROW, WIDE = 3, 4  # columns a day takes
GridAct = Literal["move", "answer", "stop", "help", "refuse"]


class Cell(NamedTuple):
    """A habit on a day.

    Attributes:
        habit: as it is in force on the day; None where it is not, or asks nothing.
        sign: what the day was.
        open: whether it waits for an answer.
    """

    habit: Habit | None
    sign: str = " "
    open: bool = False


class Row(NamedTuple):
    """A habit on all the days."""

    title: str
    group: str
    cells: tuple[Cell, ...]


class Grid(NamedTuple):
    """Habits by days, and where the person is.

    Attributes:
        days: oldest first.
        row, column: of a cell that can be answered.
        typed: an amount or a note on its way.
    """

    days: tuple[date, ...]
    rows: tuple[Row, ...]
    row: int = 0
    column: int = 0
    typed: str = ""

    @property
    def cell(self) -> Cell:
        """Where the person is."""
        return self.rows[self.row].cells[self.column]

    @property
    def day(self) -> date:
        """The day the person is at."""
        return self.days[self.column]

    def moved(self, key: str) -> Grid:
        """The next cell that can be answered in an arrow's direction; the same where none is."""
        down, right = STEPS[key]
        row, column = self.row + down, self.column + right
        while 0 <= row < len(self.rows) and 0 <= column < len(self.days):
            if self.rows[row].cells[column].habit is not None:
                return self._replace(row=row, column=column)
            row, column = row + down, column + right
        return self

    def at_next_open(self) -> Grid:
        """The next cell that waits for an answer, row by row and round to the start."""
        width = len(self.days)
        here, count = self.row * width + self.column, width * len(self.rows)
        for step in range(1, count + 1):
            row, column = divmod((here + step) % count, width)
            if self.rows[row].cells[column].open:
                return self._replace(row=row, column=column)
        return self


class GridPress(NamedTuple):
    """What a key makes of a grid."""

    grid: Grid
    act: GridAct = "move"
    answer: str = ""


def begun(days: tuple[date, ...], rows: tuple[Row, ...]) -> Grid | None:
    """A grid at its first open cell, else at the last that can be answered; None without any."""
    places = [
        (row, column)
        for row, line in enumerate(rows)
        for column, cell in enumerate(line.cells)
        if cell.habit is not None
    ]
    if not places:
        return None
    waiting = [(row, column) for row, column in places if rows[row].cells[column].open]
    row, column = waiting[0] if waiting else places[-1]
    return Grid(days, rows, row, column)


def press_cell(grid: Grid, key: str) -> GridPress:
    """What a key does: arrows move, the keys of a question answer the cell."""
    if not grid.typed and key in STEPS:
        return GridPress(grid.moved(key))
    habit = grid.cell.habit
    assert habit is not None, "the person is at a cell that can be answered"
    pressed = press(grid.typed, key, habit)
    grid = grid._replace(typed=pressed.typed)
    if pressed.act == "leave":
        return GridPress(grid.at_next_open())
    if pressed.act == "back":
        return GridPress(grid.moved(LEFT))
    if pressed.act == "type":
        return GridPress(grid)
    return GridPress(grid, pressed.act, pressed.answer)


def days_that_fit(columns: int) -> int:
    """How many days a grid can have in a terminal."""
    return max((columns - LEAST_TITLE - 2) // NARROW, 0)


def drawn(grid: Grid, columns: int, height: int) -> list[str]:
    """The grid line by line, the person's cell in brackets.

    Args:
        height: how many lines there are for it; of more rows those around the person are shown.
    """
    longest = max(columns_of(row.title) for row in grid.rows)
    wide = columns - 2 - WIDE * len(grid.days) >= min(longest, 2 * LEAST_TITLE)
    room = WIDE if wide else NARROW
    title = min(longest, columns - 2 - room * len(grid.days))
    head = " " * (title + 2)
    room_of_name = room - 1  # "Mon", "Mo"
    names = (WEEKDAY_NAMES[day.weekday()][:room_of_name] for day in grid.days)
    lines = [
        (head + "".join(name.ljust(room) for name in names)).rstrip(),
        (head + "".join(f"{day.day:2} ".ljust(room) for day in grid.days)).rstrip(),
    ]
    body, group, here = [], "", 0
    for number, row in enumerate(grid.rows):
        if row.group != group and row.group:
            body.append(click.style(fitted(row.group, columns), bold=True))
        group = row.group
        if number == grid.row:
            here = len(body)
        cells = ""
        for column, cell in enumerate(row.cells):
            here_too = (number, column) == (grid.row, grid.column)
            cells += (f"[{cell.sign}]" if here_too else f" {cell.sign} ").rjust(room)
        body.append(f"{padded(row.title, title)}  {cells[room - NARROW :]}".rstrip())
    first = max(0, min(here - height // 2, len(body) - height))
    return [*lines, *body[first : first + height]]
