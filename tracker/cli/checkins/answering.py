"""An answer on its way: which habit is meant, what is stored, and how it is told."""

from __future__ import annotations

from datetime import date

from tracker.errors import TrackerError
from tracker.habits.checkins import CheckIn, Reply
from tracker.habits.model import Habit
from tracker.text.escape import terminal
from tracker.workspace.session import Session


def find_habit(session: Session, ids: list[str], name: str, day: date) -> str:
    """The id of a habit in force on a day; TrackerError that tells unknown from out of season."""
    if name in ids:
        return name
    if name in session.project.habit_ids():
        spans = session.project.spans(name)
        days = ", ".join(f"{span.first} to {span.last}" for span in spans)
        raise TrackerError(f"{name} is not in force on {day}; it runs {days}. Choose such a day.")
    if not ids:
        raise TrackerError(
            f'There is no habit "{terminal(name)}": goals.yml has none in force on {day}. '
            "Add it under habits: of that day's season."
        )
    from tracker.text.names import resolve_titled  # where it is no id

    titles = {habit.id: habit.title for habit in session.project.habits_on(day)}
    return resolve_titled(terminal(name), titles, "habit")


def check_in(
    session: Session,
    habit: Habit,
    day: date,
    reply: Reply,
    note: str | None,
    public: bool,
    source: str,
) -> CheckIn:
    """A reply with all that is stored beside it."""
    kept = reply.note or note
    assert reply.answer is not None
    return CheckIn(
        habit=habit.id,
        day=day,
        answer=reply.answer,
        value=reply.value,
        note=kept,
        note_public=bool(public and kept),
        logged_at=session.logged_at,
        zone=session.zone,
        lag_days=(session.today - day).days,
        source=source,
    )


def as_data(entry: CheckIn) -> dict[str, object]:
    """An answer for a script."""
    return {
        "habit": entry.habit,
        "day": entry.day.isoformat(),
        "answer": entry.answer,
        "value": entry.value,
        "note": entry.note,
    }


def in_words(session: Session, entry: CheckIn) -> str:
    """An answer in a few words: "run 5.2 km", "write yes"."""
    if entry.value is None:
        return f"{entry.habit} {entry.answer}"
    habit = next(h for h in session.project.habits_on(entry.day) if h.id == entry.habit)
    unit = habit.quantity.unit if habit.quantity else ""
    return terminal(f"{entry.habit} {entry.value:g} {unit}".rstrip())
