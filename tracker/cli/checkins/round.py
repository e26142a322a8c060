"""A round of questions: what is due and open on some days, each answer stored at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from tracker.cli.context import clock
from tracker.habits.checkins import CheckIn, Mark, Reply, is_open
from tracker.habits.groups import by_group
from tracker.habits.model import Habit
from tracker.habits.streaks import is_due
from tracker.workspace.session import Session

LOOK_BACK = 10  # days; harsh's number: what is older is backfilled on purpose, with --day


class Question(NamedTuple):
    """Was this habit done on this day?"""

    day: date
    habit: Habit


class Round:
    """One round of questions.

    Attributes:
        questions: all that could be asked, in their order; `next_open` says which are.
        stored: how many days were answered.
    """

    def __init__(self, session: Session, names: Sequence[str], days: Sequence[date]) -> None:
        """Ask for the habits named, else for all that are due, on some days, newest first."""
        self.session, self.days = session, days
        self.names = [session.habit_on(name, days[0]).id for name in names]
        self.questions = [
            Question(day, habit)
            for day in days
            for _, habits in by_group(session.project.habits_on(day), lambda habit: habit.group)
            for habit in habits
            if not self.names or habit.id in self.names
        ]
        self.marks = session.answers_around(days)
        self._rows: dict[tuple[str, date], int] = {}  # what the answers of this round became
        self._answered: set[tuple[str, date]] = set()

    @property
    def stored(self) -> int:
        """How many questions have got an answer in this round."""
        return len(self._answered)

    def mark(self, question: Question) -> Mark | None:
        """What the question's day holds."""
        return self.marks[question.habit.id].get(question.day)

    def open_questions(self) -> Iterator[Question]:
        """What is due and unanswered."""
        return filter(self.is_open, self.questions)

    def is_open(self, question: Question) -> bool:
        """Whether a question is to be asked, as it stands now."""
        day, habit = question
        mark = self.mark(question)
        if not (is_open(habit, mark) if day == self.session.today else mark is None):
            return False
        return bool(self.names) or is_due(habit, self.marks[habit.id], day)

    def next_open(self, after: int) -> int | None:
        """The place of the first open question after a place; None where none is left."""
        places = range(after + 1, len(self.questions))
        return next((place for place in places if self.is_open(self.questions[place])), None)

    def keep(self, question: Question, reply: Reply, note: str | None, public: bool) -> None:
        """Store one answer now: whatever happens next, it stands.

        One that was given in this round is put right by a row that supersedes its own.
        """
        day, habit = question
        entry = self.session.check_in(habit, day, reply, note, public, "asked")
        self._store(entry, adds_up=habit.adds_up)
        self._taken_in(question)

    def _taken_in(self, question: Question) -> None:
        day, habit = question
        self._answered.add((habit.id, day))
        self.marks[habit.id][day] = self.session.answers_since(habit.id, day)[day]

    def set_day(self, question: Question, reply: Reply, note: str | None, public: bool) -> None:
        """Store what a day holds in all, whatever it held; or once more, of several times."""
        day, habit = question
        mark = self.mark(question)
        once_more = habit.schedule.per_day and reply == ("yes", None, reply.note)
        if mark is None or (once_more and is_open(habit, mark)):
            self._rows.pop((habit.id, day), None)  # nothing to put right
            self.keep(question, reply, note, public)
            return
        from tracker.store.journal import Journal

        entry = self.session.check_in(habit, day, reply, note, public, "edit")
        self.session.begin_writing()
        Journal(self.session.database).edit([entry._replace(logged_at=_instant())])
        self._taken_in(question)

    def keep_note(self, question: Question, note: str, public: bool) -> None:
        """Store a note without an answer: with the day's last one, else on a day that has none."""
        day, habit = question
        entry = self.session.check_in(habit, day, Reply("no"), note, public, "asked")
        entry = entry._replace(answer=None, value=None, logged_at=_instant())
        self.session.begin_writing()
        from tracker.store.journal import Journal

        self._rows[habit.id, day] = Journal(self.session.database).annotate(entry)

    def _store(self, entry: CheckIn, *, adds_up: bool) -> None:
        entry = entry._replace(logged_at=_instant())
        self.session.begin_writing()
        place = entry.habit, entry.day
        if place in self._rows:
            from tracker.store.journal import Journal

            self._rows[place] = Journal(self.session.database).correct(entry, self._rows[place])
            return
        additive = [entry.habit] if adds_up else []
        self._rows[place] = self.session.checkins.add([entry], additive)[-1]


def _instant() -> str:
    """This instant as it is stored: a round can last for an hour."""
    return clock().isoformat(timespec="milliseconds")


def days_back(today: date, number: int = LOOK_BACK + 1) -> list[date]:
    """So many days, today first."""
    return [today - timedelta(back) for back in range(number)]
