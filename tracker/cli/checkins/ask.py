"""The questions of `tracker checkin`: one key each in a terminal that can, a line each elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Literal, TextIO

import click

from tracker.calendar.days import beside_today
from tracker.cli.checkins.prompt import KEYS, press
from tracker.cli.checkins.round import Question, Round
from tracker.cli.context import echo, width
from tracker.cli.keyboard import Keyboard, can_read_keys, erase_line
from tracker.cli.terminal import columns_of, fitted, wrapped
from tracker.errors import TrackerError
from tracker.habits.checkins import Mark, Reply, day_words, parse_reply, takes
from tracker.habits.model import Habit
from tracker.text.counts import number_of
from tracker.text.escape import as_utf8, terminal
from tracker.workspace.session import Session

if TYPE_CHECKING:
    from tracker.workspace.effects import Effects

LEAST_TITLE = 20  # columns a title needs to be known by; with less it gets a line of its own
PATIENCE = 0.3  # seconds a pipe has to bring its first answer
STOP = {"q", "quit", "exit"}
BACK = {"b", "back"}
INTERRUPTED = 130  # the shell's code for Ctrl-C
IN_LINES = (
    "y yes, n no, s skip, or an amount; # adds a note; Enter leaves it open; b goes back; q stops."
)
IN_KEYS = "y yes  n no  s skip  5.2 amount  # note  Enter later  b back  ? keys  q stop"
Turn = Literal["on", "back"]


class StoppedError(Exception):
    """The person has had enough."""

    def __init__(self, how: str) -> None:
        """Stopped by "q", "input" (its end) or "interrupt" (Ctrl-C)."""
        super().__init__(how)
        self.how = how


def ask(
    session: Session,
    names: Sequence[str],
    days: Sequence[date],
    note: str | None,
    public: bool,
    effects: Effects | None,
) -> None:
    """Ask every open question."""
    questions = Round(session, names, days)
    total = sum(1 for _ in questions.open_questions())
    if not total:
        echo(nothing_open(session, questions))
        return
    if not answers_can_come(sys.stdin):
        raise click.UsageError(
            f"{number_of(total, 'question is', 'questions are')} open, and nobody is here to answer. "
            "Answer in the line: tracker checkin HABIT=y"
        )
    ask_all(questions, note, public, effects)


def ask_all(questions: Round, note: str | None, public: bool, effects: Effects | None) -> None:
    """Go through the questions until they end or the person stops."""
    how = "end"
    try:
        if can_read_keys():
            with Keyboard() as keyboard:
                echo(IN_KEYS)
                ByKeys(questions, note, public, effects, keyboard).go()
        else:
            if sys.stdin.isatty():
                import readline  # noqa: F401 - editing and recall in the questions

                echo(IN_LINES)
            ByLines(questions, note, public, effects).go()
    except StoppedError as stopped:
        how = stopped.how
    except KeyboardInterrupt:  # between two questions
        how = "interrupt"
        click.echo()
    left = sum(1 for _ in questions.open_questions())
    if how == "input" and not questions.stored and not sys.stdin.isatty():
        raise click.UsageError("No answer came in. Answer in the line: tracker checkin HABIT=y")
    echo(summary(questions.stored, left, effects))
    if how == "interrupt":
        raise click.exceptions.Exit(INTERRUPTED)


class Conversation:
    """The questions one after the other, and back; how an answer comes is left to the two below."""

    indent = "    "  # of what is said to an answer

    def __init__(
        self, questions: Round, note: str | None, public: bool, effects: Effects | None
    ) -> None:
        """Ask a round.

        Args:
            note: that goes with every answer without one of its own.
            effects: what answers are measured against; None to say nothing of what they did.
        """
        self.questions, self.session = questions, questions.session
        self.note, self.public, self.effects = note, public, effects
        self.waiting: str | None = None  # a note that waits for its answer
        self.told_goals: set[str] = set()
        self._told_habits: set[str] = set()
        self._heading: tuple[date | None, str] = None, ""

    def go(self) -> None:
        """Ask until no question is left; StoppedError where the person stops before."""
        visited: list[int] = []
        place = self.questions.next_open(-1)
        while place is not None:
            question = self.questions.questions[place]
            self._head(question)
            try:
                turn = self.turn(question)
            except (StoppedError, KeyboardInterrupt):
                self.leave(question)
                raise
            if turn == "on":
                visited.append(place)
                place = self.questions.next_open(place)
            elif visited:
                place = visited.pop()
            else:
                echo(f"{self.indent}This is the first question.")

    def turn(self, question: Question) -> Turn:
        """Ask one question; "on" once it has its answer or is left open."""
        raise NotImplementedError

    def _head(self, question: Question) -> None:
        """The day and the group where they are new, and what is coming of a habit, once."""
        day, habit = question
        shown, group = self._heading
        if day != shown:
            heading = beside_today(day, self.session.today)
            echo(("\n" if shown else "") + heading[0].upper() + heading[1:])
            group = ""
        if habit.group and habit.group != group:
            echo(f"  {click.style(fitted(habit.group, width() - 2), bold=True)}")
        self._heading = day, habit.group
        if habit.id not in self._told_habits:
            self._told_habits.add(habit.id)
            for change in self.session.coming(habit.id):
                echo(f"  Coming: {terminal(change)}")

    def store(self, question: Question, text: str) -> bool:
        """Store what was answered; whether that was an answer, and made sense."""
        try:
            reply = parse_reply(as_utf8(text), question.habit)
        except (TrackerError, ValueError) as error:
            echo(f"{self.indent}{terminal(str(error))}")
            return False
        if reply.answer is None:
            self.waiting = reply.note or self.waiting
            echo(f"{self.indent}Noted, to go with the answer.")
            return False
        self.questions.keep(question, reply, self.waiting or self.note, self.public)
        self.waiting = None
        self.say_stored(question, reply)
        return True

    def say_stored(self, question: Question, reply: Reply) -> None:
        """Say what was stored, and what it did."""
        raise NotImplementedError

    def leave(self, question: Question) -> str:
        """Leave a question as it is; what was noted for it is kept. How that is said."""
        mark = self.questions.mark(question)
        words = "left open" if mark is None else f"{words_of(question.habit, mark)}, as it was"
        if self.waiting is None:
            return words
        note, self.waiting = self.waiting, None
        self.questions.keep_note(question, note, self.public)
        return f"{words}, with its note"

    def effect_words(self, question: Question) -> str:
        """What the answer did; nothing where that is not asked for."""
        if self.effects is None:
            return ""
        from tracker.cli.checkins.effect_words import effect_words

        effect = self.effects.take_in(question.habit.id, question.day)
        if effect is None:
            return ""
        words = effect_words(effect, self.session.today, self.told_goals)
        self.told_goals.update(item.goal.id for item in effect.goals)
        return words


class ByLines(Conversation):
    """A line an answer: for pipes, and for terminals that only print."""

    def turn(self, question: Question) -> Turn:
        """Ask until the answer makes sense; Enter leaves the question open."""
        while True:
            text = _line(_question(question, self.questions)).strip()
            word = text.casefold()
            if word in STOP:
                raise StoppedError("q")
            if word == "?":
                echo(KEYS)
            elif word in BACK or not text:
                self.leave(question)
                return "back" if text else "on"
            elif self.store(question, text):
                return "on"

    def say_stored(self, question: Question, reply: Reply) -> None:
        """What the day comes to where several answers make it; then what the answer did."""
        mark = self.questions.mark(question)
        if mark is not None and question.habit.schedule.per_day and mark.value is not None:
            echo(f"{self.indent}{terminal(day_words(question.habit, mark))}")
        effect = self.effect_words(question)
        if effect:
            echo(f"{self.indent}{effect}")


class ByKeys(Conversation):
    """A key an answer; amounts and notes are typed and end with Enter."""

    def __init__(
        self, questions: Round, note: str | None, public: bool, effects: Effects | None,
        keyboard: Keyboard,
    ) -> None:  # fmt: skip
        """Ask a round with a keyboard that tells each key."""
        super().__init__(questions, note, public, effects)
        self.keyboard = keyboard
        self.titled = False  # whether the question's title stands on a line of its own

    def turn(self, question: Question) -> Turn:
        """Ask until a key answers."""
        *above, prompt = _question(question, self.questions).split("\n")
        self.titled = bool(above)
        for line in above:
            click.echo(line)
        typed = ""
        while True:
            self._show(prompt, typed)
            move = press(typed, self.keyboard.key(), question.habit)
            typed = move.typed
            if move.act == "answer":
                self._show("", "")
                if self.store(question, move.answer):
                    return "on"
            elif move.act in {"leave", "back", "stop"}:
                self._close(question, click.style(self.leave(question), dim=True), "")
                if move.act == "stop":
                    raise StoppedError("q")
                return "on" if move.act == "leave" else "back"
            elif move.act == "help":
                self._say(KEYS)
            elif move.act == "refuse":
                self._say(f"{self.indent}{takes(question.habit)} ? shows all keys.")

    def _show(self, prompt: str, typed: str) -> None:
        """The question's line anew, with the end of what is typed if not all of it fits."""
        room = width() - columns_of(prompt) - 1
        shown = terminal(typed)
        while shown and columns_of(shown) > max(room, 1):
            shown = shown[1:]
        erase_line()
        click.echo(f"{prompt}{shown}", nl=False)

    def _say(self, text: str) -> None:
        """Something between the question and its answer."""
        self._show("", "")
        echo(text)

    def _close(self, question: Question, words: str, effect: str) -> None:
        """The question's line with its answer, and what that did beside or below it."""
        title = question.habit.title
        beside = width() - columns_of(words) - 4
        line = f"{self.indent}{words}"
        if not self.titled and beside >= min(LEAST_TITLE, columns_of(title)):
            line = f"  {fitted(title, beside)}: {words}"
        elif not self.titled:
            erase_line()
            click.echo(f"  {fitted(title, width() - 2)}")
        if effect and columns_of(f"{line}  {effect}") <= width():
            line, effect = f"{line}  {effect}", ""
        lines = [line, f"{self.indent}{effect}"] if effect else [line]
        fitting = "\n".join(piece for each in lines for piece in wrapped(each, width()))
        erase_line()
        click.echo(fitting)

    def say_stored(self, question: Question, reply: Reply) -> None:
        """The answer in place of the question, and what it did."""
        mark = self.questions.mark(question)
        assert mark is not None
        words = terminal(words_of(question.habit, mark))
        noted = " (noted)" if reply.note else ""
        self._close(question, click.style(words, bold=True) + noted, self.effect_words(question))


def words_of(habit: Habit, mark: Mark) -> str:
    """What a day holds, in a word or its amount."""
    if mark.value is not None:
        return day_words(habit, mark)
    return "skipped" if mark.answer == "skip" else mark.answer


def _question(question: Question, questions: Round) -> str:
    """The question: its habit, what its day holds already, and the answers it takes."""
    habit, mark = question.habit, questions.mark(question)
    amount = f"/{habit.measure}" if habit.measure else ""
    held = f"({words_of(habit, mark)}) " if mark is not None else ""
    answers = fitted(f"{held}[y/n/s{amount}]", width() - 3)
    beside = width() - columns_of(answers) - 4
    if beside >= min(LEAST_TITLE, columns_of(habit.title)):
        return f"  {fitted(habit.title, beside)} {answers} "
    return f"  {fitted(habit.title, width() - 2)}\n  {answers} "


def _line(question: str) -> str:
    try:
        if not sys.stdout.encoding.casefold().startswith("utf"):
            click.echo(question, nl=False)  # in UTF-8, which `input` could not say
            question = ""
        text = input(question)
        if not sys.stdin.isatty():
            click.echo()  # nobody's Enter has ended the line
        return text
    except EOFError:
        click.echo()
        raise StoppedError("input") from None
    except KeyboardInterrupt:
        click.echo()
        raise StoppedError("interrupt") from None


def answers_can_come(stream: TextIO) -> bool:
    """Whether anyone is at the other end: a person, or a pipe that holds something."""
    if stream.isatty():
        return True
    try:
        from select import select

        return bool(select([stream.fileno()], [], [], PATIENCE)[0])
    except (OSError, ValueError):
        return True  # not a pipe of the system: a file in memory, or Windows


def open_data(questions: Round) -> list[dict[str, object]]:
    """The open questions, for a script."""
    return [
        {"habit": habit.id, "day": day.isoformat(), "group": habit.group or None}
        for day, habit in questions.open_questions()
    ]


def nothing_open(session: Session, questions: Round) -> str:
    """Why there is nothing to ask."""
    if not any(session.project.habits_on(day) for day in questions.days):
        return f"No habit is in force on {questions.days[0]}. Add one under habits: in goals.yml."
    return "Nothing is open: what was due has its answer."


def summary(stored: int, left: int, effects: Effects | None) -> str:
    """What a round came to."""
    said = f"Kept {number_of(stored, 'answer')}"
    said = f"{said}; {left} left open." if left else f"{said}; nothing is left open."
    if effects is None:
        return said
    from tracker.cli.checkins.effect_words import risk_words

    score = effects.report.score_on(effects.report.today)
    today = "" if score is None else f"Today's score: {score:.0f} of 100."
    return " ".join(filter(None, [said, today, risk_words(effects.report)]))
