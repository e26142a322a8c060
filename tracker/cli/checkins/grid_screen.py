"""The grid on a screen: drawn anew after each key, each answer stored at once."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from tracker.calendar.days import beside_today
from tracker.cli.checkins.ask import INTERRUPTED, StoppedError, summary, words_of
from tracker.cli.checkins.effect_words import effect_words
from tracker.cli.checkins.grid import Cell, Grid, Row, begun, days_that_fit, drawn, press_cell
from tracker.cli.checkins.round import Question, Round
from tracker.cli.context import echo, width
from tracker.cli.keyboard import Keyboard, can_read_keys
from tracker.cli.terminal import columns_of, glyph, wrapped
from tracker.errors import TrackerError
from tracker.habits.checkins import Mark, parse_reply, takes
from tracker.habits.groups import by_group
from tracker.habits.states import DayState
from tracker.text.escape import as_utf8, terminal

if TYPE_CHECKING:
    from tracker.workspace.effects import Effects

LEAST_DAYS = 2  # fewer are no grid
BELOW = 8  # lines for the days, what is said and the keys
LEAST_LINES = BELOW + 2  # of a screen
HINT = "arrows move  y n s 5.2 answer  # note  Enter next  ? keys  q end"
GRID_KEYS = """\
arrows  to another day or habit
y n s  yes, no, skipped: neither for nor against
5.2  an amount, then Enter; it is the day's whole
#  a note, then Enter
Enter  to the next open cell
q  end; what was answered is kept"""
BY_ANSWER: dict[str, DayState] = {"yes": "done", "no": "missed", "skip": "skipped"}


def can_show_grid() -> bool:
    """Whether a grid can be shown and answered here."""
    return can_read_keys() and days_that_fit(width()) >= LEAST_DAYS and _lines() >= LEAST_LINES


def ask_in_grid(questions: Round, note: str | None, public: bool, effects: Effects | None) -> None:
    """Show the grid until the person ends it."""
    screen = GridScreen(questions, note, public, effects)
    if screen.grid is None:
        echo(f"No habit is in force on {questions.days[0]}. Add one under habits: in goals.yml.")
        return
    interrupted = False
    try:
        with Keyboard() as keyboard:
            screen.go(screen.grid, keyboard)
    except StoppedError:
        pass
    except KeyboardInterrupt:
        interrupted = True
    left = sum(1 for _ in questions.open_questions())
    echo(summary(questions.stored, left, effects))
    if interrupted:
        raise click.exceptions.Exit(INTERRUPTED)


class GridScreen:
    """A grid of a round's questions.

    Attributes:
        said: below the grid, of the last key.
    """

    def __init__(
        self, questions: Round, note: str | None, public: bool, effects: Effects | None
    ) -> None:
        """Of as many of the round's days as fit, the newest."""
        self.questions, self.note, self.public = questions, note, public
        self.effects = effects
        in_force = {question.day for question in questions.questions}
        self.days = tuple(sorted(in_force)[-days_that_fit(width()) :])
        self.grid = begun(self.days, rows_of(questions, self.days, effects))
        self.said = ""
        self._height = 0

    def go(self, grid: Grid, keyboard: Keyboard) -> None:
        """Draw and answer; StoppedError at the end."""
        while True:
            self._draw(grid)
            grid, act, answer = press_cell(grid, keyboard.key())
            self.said = ""
            if act == "stop":
                raise StoppedError("q")
            if act == "help":
                self.said = GRID_KEYS
            elif act == "refuse" and grid.cell.habit:
                self.said = f"{takes(grid.cell.habit)} ? shows all keys."
            elif act == "answer":
                grid = self._answer(grid, answer)

    def _answer(self, grid: Grid, text: str) -> Grid:
        """Store an answer or a note; the grid as it stands with it, at the next open cell."""
        assert grid.cell.habit is not None
        question = Question(grid.day, grid.cell.habit)
        try:
            reply = parse_reply(as_utf8(text), question.habit)
        except (TrackerError, ValueError) as error:
            self.said = terminal(str(error))
            return grid
        if reply.answer is None:
            if reply.note:
                self.questions.keep_note(question, reply.note, self.public)
                self.said = f"{self._place(grid)}: the note is kept."
            return grid
        self.questions.set_day(question, reply, self.note, self.public)
        self.said = self._stored(question)
        grid = grid._replace(rows=rows_of(self.questions, self.days, self.effects))
        return grid if grid.cell.open else grid.at_next_open()

    def _stored(self, question: Question) -> str:
        """What was stored, and what it did."""
        day, habit = question
        mark = self.questions.mark(question)
        assert mark is not None
        when = beside_today(day, self.questions.session.today)
        words = f"{terminal(habit.title)}, {when}: {terminal(words_of(habit, mark))}"
        effect = self.effects.take_in(habit.id, day) if self.effects else None
        if effect is None:
            return words
        return f"{words}  {effect_words(effect, self.questions.session.today)}"

    def _place(self, grid: Grid) -> str:
        """Where the person is, in words."""
        habit = grid.cell.habit
        assert habit is not None
        when = beside_today(grid.day, self.questions.session.today)
        return f"{terminal(habit.title)}, {when}"

    def _draw(self, grid: Grid) -> None:
        """The grid in place of the one before, and below it what there is to say."""
        columns = width()
        habit = grid.cell.habit
        assert habit is not None
        mark = self.questions.mark(Question(grid.day, habit))
        holds = terminal(words_of(habit, mark)) if mark else "no answer"
        typed = terminal(grid.typed)
        while typed and columns_of(typed) > columns - 4:
            typed = typed[1:]
        below = [
            *wrapped(f"{self._place(grid)}: {holds}", columns),
            *([f"> {typed}"] if typed else []),
            *(piece for line in self.said.split("\n") if line for piece in wrapped(line, columns)),
            *wrapped(HINT, columns),
        ]
        height = max(_lines() - len(below) - 5, 1)
        lines = [*drawn(grid, columns, height), "", *below]
        if self._height:
            sys.stdout.write(f"\x1b[{self._height}F\x1b[J")
        click.echo("\n".join(lines))
        self._height = len(lines)


def rows_of(questions: Round, days: Sequence[date], effects: Effects | None) -> tuple[Row, ...]:
    """The habits that are in force on any of the days, as their days stand."""
    asked = {(question.habit.id, question.day): question for question in questions.questions}
    newest = {question.habit.id: question.habit for question in reversed(questions.questions)}
    order = dict.fromkeys(question.habit.id for question in questions.questions)
    rows = []
    for _, names in by_group(order, lambda name: newest[name].group):
        for name in names:
            states = states_of(name, effects)
            cells = tuple(_cell(questions, asked.get((name, day)), states) for day in days)
            if any(cell.habit for cell in cells):
                rows.append(Row(newest[name].title, newest[name].group, cells))
    return tuple(rows)


def states_of(habit_id: str, effects: Effects | None) -> dict[date, DayState]:
    """What the days of a habit were, as far back as they were read."""
    history = effects.histories.get(habit_id) if effects else None
    return dict(pair for span in history.states for pair in span) if history else {}


def state_of(mark: Mark | None, day: date, states: dict[date, DayState]) -> DayState:
    """What a day was; by its answer alone where its habit's past was not read so far."""
    if day in states and (mark is None or states[day] != "rest"):
        return states[day]
    return BY_ANSWER[mark.answer] if mark else "unanswered"


def _cell(questions: Round, question: Question | None, states: dict[date, DayState]) -> Cell:
    """A cell; one that asks nothing and holds nothing cannot be answered."""
    if question is None:
        return Cell(None)
    day, habit = question
    mark = questions.mark(question)
    if mark is None and (not habit.schedule.asks_on(day) or habit.rests_on(day)):
        return Cell(None)
    state = state_of(mark, day, states)
    if state == "rest":  # only tracked, and not answered
        state = "unanswered"
    return Cell(habit, glyph(state), questions.is_open(question))


def grid_data(questions: Round, effects: Effects | None) -> dict[str, Any]:
    """The grid for a script."""
    days = sorted(questions.days)
    rows: dict[str, dict[str, Any]] = {}
    for question in sorted(questions.questions, key=lambda question: question.day):
        day, habit = question
        mark = questions.mark(question)
        row = rows.setdefault(habit.id, {})
        row |= {"habit": habit.id, "title": habit.title, "group": habit.group or None}
        row.setdefault("days", []).append({
            "day": day.isoformat(),
            "state": state_of(mark, day, states_of(habit.id, effects)),
            "answer": mark.answer if mark else None,
            "value": mark.value if mark else None,
            "open": questions.is_open(question),
        })  # fmt: skip
    return {"days": [day.isoformat() for day in days], "habits": list(rows.values())}


def _lines() -> int:
    """How many lines the terminal has; 24 where nobody knows."""
    try:
        return os.get_terminal_size(sys.stdout.fileno()).lines or 24
    except (AttributeError, ValueError, OSError):
        return 24
