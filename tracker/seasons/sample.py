"""Sample check-ins: plausible, the same every time, and kept apart from a person's own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from tracker.calendar.days import each_day
from tracker.goals.model import Project
from tracker.habits.checkins import Answer, CheckIn, answer_of
from tracker.habits.model import Habit, Span

AWAY = range(31, 35)  # days of a season on which the sample person is travelling
NEVER_SAID = 0.04  # the share of days without an answer
LATE = 0.14  # of answers, a day or two late
CHANGED = 0.03  # of answers, thought better of


def sample(project: Project, until: date) -> list[CheckIn]:
    """Made-up answers for every habit, from its start until a day, in the order given."""
    entries = [
        entry
        for habit_id in project.habit_ids()
        for span in project.spans(habit_id)
        for entry in _habit(span, project, until)
    ]
    return sorted(entries, key=lambda entry: entry.logged_at)


def _habit(span: Span, project: Project, until: date) -> Iterator[CheckIn]:
    habit = span.habit
    chance = Random(f"{habit.id} {span.first}")
    days = (span.last - span.first).days + 1
    for number, day in enumerate(each_day(span.first, min(span.last, until))):
        # Drawn before anything is decided, so that a longer sample begins like a shorter one.
        luck, size, silence, late, changed = (chance.random() for _ in range(5))
        if not habit.schedule.asks_on(day) or silence < NEVER_SAID:
            continue
        lag = min(1 + int(size * 2), (until - day).days) if late < LATE else 0
        answer, value = _answer(habit, luck, size, 0.6 + 0.3 * number / days)
        if number in AWAY:
            answer, value = "skip", None
        if changed < CHANGED and answer == "yes":
            yield _entry(habit, project, day, "no", None, lag, "20:05:00")
        yield _entry(habit, project, day, answer, value, lag, "20:30:00")


def _answer(habit: Habit, luck: float, size: float, likely: float) -> tuple[Answer, float | None]:
    times, days = habit.schedule.frequency
    done = luck < likely * (1 if habit.limit else min(1.0, 1.7 * times / days))
    quantity = habit.measure
    if quantity is None:
        return ("yes" if done else "no"), None
    target = quantity.target or 1.0
    if habit.limit and habit.sums_window:
        target = target * times / days  # a day's share of what the window may come to
    if quantity.at_most:
        value = target * (size if done else 1 + size)
    else:
        value = target * (1 + size) if done else 0.0
    value = round(value) if target >= 10 else round(value * 2) / 2
    return answer_of(habit, value), float(value)


def _entry(
    habit: Habit,
    project: Project,
    day: date,
    answer: Answer,
    value: float | None,
    lag: int,
    clock: str,
) -> CheckIn:
    return CheckIn(
        habit=habit.id,
        day=day,
        answer=answer,
        value=value,
        note=None,
        note_public=False,
        logged_at=f"{day + timedelta(lag)}T{clock}+00:00",
        zone=project.timezone,
        lag_days=lag,
        source="demo",
    )
