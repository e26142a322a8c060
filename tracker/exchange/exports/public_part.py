"""What may leave: public habits on days when they were public, and notes meant for readers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from tracker.goals.model import Project
from tracker.habits.checkins import StoredAnswer

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


def is_shown(project: Project, habit: str, day: date) -> bool:
    """Whether a habit may be shown on a day: public then, and public still."""
    return any(span.holds(day) for span in project.public_spans(habit))


def export(rows: Iterable[StoredAnswer], project: Project, *, private: bool) -> Export:
    """The current check-ins that may leave, by habit and day."""
    current = sorted(
        (row for row in rows if row.current),
        key=lambda row: (row.entry.habit, row.entry.day, row.id),
    )
    spans = {habit: project.public_spans(habit) for habit in {row.entry.habit for row in current}}
    shown = [
        row for row in current if any(span.holds(row.entry.day) for span in spans[row.entry.habit])
    ]
    bare = [row for row in shown if row.entry.note is not None and not row.entry.note_public]
    if private:
        public_ids = {row.id for row in shown} - {row.id for row in bare}
        return Export(tuple(current), True, frozenset(row.id for row in current) - public_ids)
    return Export(
        rows=tuple(_without_private_note(row) for row in shown),
        private=False,
        habits_left_out=len(current) - len(shown),
        notes_left_out=len(bare),
    )


def _without_private_note(row: StoredAnswer) -> StoredAnswer:
    return row if row.entry.note_public else row._replace(entry=row.entry._replace(note=None))
