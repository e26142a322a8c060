"""What may leave: public habits on days when they were public, and notes meant for readers."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date
from operator import attrgetter
from typing import NamedTuple

from tracker.goals.model import Project
from tracker.habits.checkins import StoredAnswer

_first = attrgetter("first")
PRIVATE_NOTICE = "Holds private habits and notes. Keep it to yourself."


class Export(NamedTuple):
    """The check-ins of an export.

    Attributes:
        private: whether everything was asked for; the file then says so.
        secret: the numbers of the check-ins that a public export would not hold.
        habits_left_out: how many check-ins stayed behind with their habit or its season.
        notes_left_out: how many notes stayed behind.
    """

    rows: tuple[StoredAnswer, ...]
    private: bool
    secret: frozenset[int] = frozenset()
    habits_left_out: int = 0
    notes_left_out: int = 0


class PublicDays:
    """The days on which each habit may be shown: public then, and public still."""

    def __init__(self, project: Project) -> None:
        """As a project has it now."""
        self.spans = {
            habit: sorted((span for span in spans if span.first <= span.last), key=_first)
            for habit, spans in project.public_spans_of_all().items()
        }

    def hold(self, habit: str, day: date) -> bool:
        """Whether the habit may be shown on the day."""
        spans = self.spans.get(habit, [])
        begun = bisect_right(spans, day, key=_first)
        return begun > 0 and spans[begun - 1].holds(day)


def export(rows: Iterable[StoredAnswer], project: Project, *, private: bool) -> Export:
    """The current check-ins that may leave, by habit and day."""
    current = sorted(
        (row for row in rows if row.current),
        key=lambda row: (row.entry.habit, row.entry.day, row.id),
    )
    public = PublicDays(project)
    shown = [row for row in current if public.hold(row.entry.habit, row.entry.day)]
    bare = [row for row in shown if row.entry.note is not None and not row.entry.note_public]
    if private:
        public_ids = {row.id for row in shown} - {row.id for row in bare}
        return Export(tuple(current), True, frozenset(row.id for row in current) - public_ids)
    return Export(
        rows=tuple(_without_private_note(row) for row in shown if _says_anything(row)),
        private=False,
        habits_left_out=len(current) - len(shown),
        notes_left_out=len(bare),
    )


def _says_anything(row: StoredAnswer) -> bool:
    """Whether something is left of a check-in without its private note."""
    return row.entry.answer is not None or row.entry.note_public


def _without_private_note(row: StoredAnswer) -> StoredAnswer:
    return row if row.entry.note_public else row._replace(entry=row.entry._replace(note=None))
