"""An answer on its way: which habit is meant, what is stored, and how it is told."""

from __future__ import annotations

from datetime import date

from tracker.cli.context import App
from tracker.errors import TrackerError
from tracker.habits.checkins import CheckIn, Reply
from tracker.habits.model import Habit
from tracker.text.escape import terminal
from tracker.text.names import resolve_titled


def find_habit(app: App, ids: list[str], name: str, day: date) -> str:
    """The id of a habit in force on a day; TrackerError that tells unknown from out of season."""
    everywhere = app.project.habit_ids()
    if name in everywhere and name not in ids:
        spans = app.project.spans(name)
        days = ", ".join(f"{span.first} to {span.last}" for span in spans)
        raise TrackerError(f"{name} is not in force on {day}; it runs {days}. Choose such a day.")
    if not ids:
        raise TrackerError(
            f'There is no habit "{terminal(name)}": goals.yml has none in force on {day}. '
            "Add it under habits: of that day's season."
        )
    titles = {habit.id: habit.title for habit in app.project.habits_on(day)}
    return resolve_titled(terminal(name), titles, "habit")


def check_in(
    app: App, habit: Habit, day: date, reply: Reply, note: str | None, public: bool, source: str
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
        logged_at=app.logged_at,
        zone=app.zone,
        lag_days=(app.today - day).days,
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


def in_words(app: App, entry: CheckIn) -> str:
    """An answer in a few words: "run 5.2 km", "write yes"."""
    if entry.value is None:
        return f"{entry.habit} {entry.answer}"
    habit = next(h for h in app.project.habits_on(entry.day) if h.id == entry.habit)
    unit = habit.quantity.unit if habit.quantity else ""
    return terminal(f"{entry.habit} {entry.value:g} {unit}".rstrip())
