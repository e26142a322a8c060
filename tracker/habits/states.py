"""The states of a day: what a day of a habit was, its sign and its words, and a day's score.

Source of the score: harsh.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal

from tracker.habits.checkins import Marks, is_done
from tracker.habits.model import Habit

DayState = Literal[
    "done",  # done, or a limit kept
    "partial",  # some, but less than the target, and its window is short of it
    "satisfied",  # not done, and its window holds enough without it
    "skipped",
    "missed",  # answered no, or a limit broken
    "unanswered",  # over, and nobody said
    "open",  # today, not answered yet
    "rest",  # nothing was asked
]
GLYPHS: dict[DayState, str] = {
    "done": "●", "partial": "◐", "satisfied": "○", "skipped": "–", "missed": "×",
    "unanswered": "·", "open": "?", "rest": " ",
}  # fmt: skip
PLAIN_GLYPHS: dict[DayState, str] = {
    "done": "#", "partial": "+", "satisfied": "o", "skipped": "-", "missed": "x",
    "unanswered": ".", "open": "?", "rest": " ",
}  # fmt: skip
WORDS: dict[DayState, str] = {
    "done": "done", "partial": "in part", "satisfied": "window met",
    "skipped": "skipped", "missed": "missed", "unanswered": "no answer", "open": "open today",
    "rest": "nothing asked",
}  # fmt: skip


def state(habit: Habit, marks: Marks, day: date, today: date, covered: frozenset[date]) -> DayState:
    """What a day inside the habit's span was."""
    mark = marks.get(day)
    if mark is not None:
        if mark.answer == "skip":
            return "skipped"
        if day in covered if habit.limit and habit.sums_window else is_done(habit, mark):
            return "done"
    if habit.breaks and habit.rests_on(day):
        return "skipped"
    if not habit.schedule.asks_on(day):
        return "rest"  # only due days count, whatever was answered on the others
    if mark is not None and mark.value and not habit.limit:
        if day not in covered:
            return "partial"
        return "done" if habit.sums_window else "satisfied"
    if day in covered and not habit.limit:
        return "satisfied"
    if mark is not None:
        return "missed"
    if not habit.scored:
        return "rest"
    return "open" if day == today else "unanswered"


def state_for_score(habit: Habit, day: date, kind: DayState) -> DayState:
    """A day's state as its score takes it: a break asks nothing, so nothing is skipped on it."""
    return "rest" if kind == "skipped" and habit.rests_on(day) else kind


def daily_score(states: Iterable[DayState]) -> float | None:
    """100·done/(due − skipped) over the habits of one day; None where nothing was asked.

    100 where all that was asked is skipped: never a division by zero.
    """
    asked = [state for state in states if state != "rest"]
    counted = [state for state in asked if state != "skipped"]
    done = sum(state in {"done", "satisfied"} for state in counted)
    if not asked:
        return None
    return 100.0 * done / len(counted) if counted else 100.0
