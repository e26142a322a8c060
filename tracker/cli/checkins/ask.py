"""The questions of `tracker checkin`: only what is due and open, each answer stored at once."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import TextIO

import click

from tracker.calendar.days import beside_today
from tracker.cli.context import clock, echo, echo_json, width
from tracker.cli.terminal import columns_of, fitted
from tracker.errors import TrackerError
from tracker.habits.checkins import Reply, day_words, is_open, parse_reply
from tracker.habits.groups import by_group
from tracker.habits.model import Habit
from tracker.habits.streaks import is_due
from tracker.text.counts import number_of
from tracker.text.escape import as_utf8, terminal
from tracker.workspace.session import Session

LOOK_BACK = 10  # days; harsh's number: what is older is backfilled on purpose, with --day
LEAST_TITLE = 20  # columns a title needs to be known by; with less it gets a line of its own
PATIENCE = 0.3  # seconds a pipe has to bring its first answer
STOP = {"q", "quit", "exit"}
INTERRUPTED = 130  # the shell's code for Ctrl-C


class StoppedError(Exception):
    """The person has had enough."""

    def __init__(self, how: str) -> None:
        """Stopped by "q", "input" (its end) or "interrupt" (Ctrl-C)."""
        super().__init__(how)
        self.how = how


class Round:
    """One round of questions."""

    def __init__(self, session: Session, names: Sequence[str], day: date | None) -> None:
        """Ask for the habits named, else for all; for the day given, else ten days back."""
        self.session = session
        self.days = [day] if day else [session.today - timedelta(n) for n in range(LOOK_BACK + 1)]
        self.names = [session.habit_on(name, self.days[0]).id for name in names]
        asked = [habit for day in self.days for habit in session.project.habits_on(day)]
        reach = 14 + max((habit.schedule.days for habit in asked), default=0)  # whole weeks too
        since = date.fromordinal(max(self.days[-1].toordinal() - reach, 1))
        habits = dict.fromkeys(habit.id for habit in asked)
        self.marks = {name: session.answers_since(name, since) for name in habits}
        self.stored = 0

    def open_questions(self) -> Iterator[tuple[date, Habit]]:
        """What is due and unanswered, as it stands when the question's turn comes."""
        for day in self.days:
            habits = by_group(self.session.project.habits_on(day), lambda habit: habit.group)
            for habit in (habit for _, of_group in habits for habit in of_group):
                marks = self.marks.get(habit.id, {})
                wanted = habit.id in self.names or (not self.names and is_due(habit, marks, day))
                mark = marks.get(day)
                if wanted and (is_open(habit, mark) if day == self.session.today else mark is None):
                    yield day, habit

    def keep(self, habit: Habit, day: date, reply: Reply, note: str | None, public: bool) -> None:
        """Store one answer now: whatever happens next, it stands."""
        given_at = clock().isoformat(timespec="milliseconds")  # a round can last for an hour
        entry = self.session.check_in(habit, day, reply, note, public, "asked")
        entry = entry._replace(logged_at=given_at)
        self.session.begin_writing()
        self.session.checkins.add([entry], [habit.id] if habit.adds_up else [])
        marks = self.session.answers_since(habit.id, day)
        self.marks.setdefault(habit.id, {})[day] = marks[day]
        self.stored += 1


def ask(
    session: Session,
    names: Sequence[str],
    day: date | None,
    note: str | None,
    public: bool,
    as_json: bool,
) -> None:
    """Ask every open question, or list them for a script."""
    questions = Round(session, names, day)
    if as_json:
        still_open = questions.open_questions()
        echo_json({
            "open": [
                {"habit": habit.id, "day": day.isoformat(), "group": habit.group or None}
                for day, habit in still_open
            ]
        })  # fmt: skip
        return
    total = sum(1 for _ in questions.open_questions())
    if not total:
        echo(nothing_open(session, questions))
        return
    if not answers_can_come(sys.stdin):
        raise click.UsageError(
            f"{number_of(total, 'question is', 'questions are')} open, and nobody is here to answer. "
            "Answer in the line: tracker checkin HABIT=y"
        )
    ask_all(questions, note, public)


def ask_all(questions: Round, note: str | None, public: bool) -> None:
    """Go through the questions until they end or the person stops."""
    if sys.stdin.isatty():
        import readline  # noqa: F401 - editing and recall in the questions

        echo("y yes, n no, s skip, or an amount; # adds a note; Enter leaves it open; q stops.")
    shown: date | None = None
    group = ""
    told: set[str] = set()
    how = "end"
    try:
        for day, habit in questions.open_questions():
            if day != shown:
                heading = beside_today(day, questions.session.today)
                echo(("\n" if shown else "") + heading[0].upper() + heading[1:])
                shown, group = day, ""
            if habit.group != group:
                group = habit.group
                echo(f"  {click.style(fitted(group, width() - 2), bold=True)}")
            if habit.id not in told:
                told.add(habit.id)
                for change in questions.session.coming(habit.id):
                    echo(f"  Coming: {terminal(change)}")
            _ask_one(questions, day, habit, note, public)
            mark = questions.marks[habit.id].get(day)
            if mark is not None and habit.schedule.per_day and mark.value is not None:
                echo(f"    {terminal(day_words(habit, mark))}")
    except StoppedError as stopped:
        how = stopped.how
    except KeyboardInterrupt:  # between two questions
        how = "interrupt"
    left = sum(1 for _ in questions.open_questions())
    if how == "input" and not questions.stored and not sys.stdin.isatty():
        raise click.UsageError("No answer came in. Answer in the line: tracker checkin HABIT=y")
    echo(summary(questions.stored, left))
    if how == "interrupt":
        raise click.exceptions.Exit(INTERRUPTED)


def _ask_one(questions: Round, day: date, habit: Habit, note: str | None, public: bool) -> None:
    """Ask until the answer makes sense; Enter leaves the question open."""
    while True:
        text = _line(_question(habit)).strip()
        if text.casefold() in STOP:
            raise StoppedError("q")
        if not text:
            return
        try:
            reply = parse_reply(as_utf8(text), habit)
        except (TrackerError, ValueError) as error:
            echo(f"    {terminal(str(error))}")
            continue
        if reply.answer is None:
            note = reply.note or note
            echo("    Noted, to go with the answer.")
            continue
        questions.keep(habit, day, reply, note, public)
        return


def _question(habit: Habit) -> str:
    amount = f"/{habit.measure}" if habit.measure else ""
    answers = fitted(f"[y/n/s{amount}]", width() - 3)
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


def nothing_open(session: Session, questions: Round) -> str:
    """Why there is nothing to ask."""
    if not any(session.project.habits_on(day) for day in questions.days):
        return f"No habit is in force on {questions.days[0]}. Add one under habits: in goals.yml."
    return "Nothing is open: what was due has its answer."


def summary(stored: int, left: int) -> str:
    """What a round came to."""
    said = f"Kept {number_of(stored, 'answer')}"
    return f"{said}; {left} left open." if left else f"{said}; nothing is left open."
