"""Loop Habit Tracker: what its numbers mean, in its backup and in its CSV export alike.

Source: uhabits, `Entry.kt`, `HabitRecord.kt`, `HabitsCSVExporter.kt` and the migrations.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tracker.exchange.readers import cells
from tracker.exchange.records import ForeignHabit, LeftOutError, RowError
from tracker.habits.checkins import Answer
from tracker.habits.model import Quantity
from tracker.habits.schedule import DAILY, TRACK_ONLY, Schedule, rolling
from tracker.text.escape import one_line

SOURCE = "loop"
SKIP, YES, IMPLIED, NO, UNKNOWN = 3, 2, 1, 0, -1
WORDS = {"SKIP": SKIP, "YES_MANUAL": YES, "YES_AUTO": IMPLIED, "NO": NO, "UNKNOWN": UNKNOWN}
UNANSWERED = "not answered in Loop"
BY_SCHEDULE = "implied by the schedule, not answered"
THOUSANDTHS = 1000  # a measurable habit's amounts are whole thousandths
SKIPPED_AMOUNT = (
    "Loop stores a skipped day of a measurable habit as 0.003; such days are read as skipped"
)


class LoopAnswer(NamedTuple):
    """What one entry says; neither an answer nor an amount where it holds a note alone."""

    answer: Answer | None = None
    value: float | None = None


def answered(value: int, note: str | None, *, measurable: bool) -> LoopAnswer:
    """What a stored number means: the same number is read by the kind of its habit.

    A measurable habit's 3 is what Loop's own skip button stores, and what Loop shows as a
    skip; its form took two decimals when that was chosen, so 0.003 is nobody's amount.

    Raises LeftOutError for what nobody answered, unless a note hangs on it.
    """
    if value == UNKNOWN:
        return _noted(UNANSWERED, note)
    if value == SKIP:
        return LoopAnswer("skip")
    if measurable:
        return LoopAnswer(None, cells.checked_amount(value / THOUSANDTHS))
    if value == IMPLIED:
        return _noted(BY_SCHEDULE, note)
    if value not in {YES, NO}:
        raise RowError(f"{value} is no answer of a yes-or-no habit")
    return LoopAnswer("yes" if value == YES else "no")


def _noted(why: str, note: str | None) -> LoopAnswer:
    if note:
        return LoopAnswer()
    raise LeftOutError(why)


def habit(
    name: str,
    times: int,
    days: int,
    *,
    quantity: Quantity | None = None,
    archived: bool = False,
    said: Sequence[object] = (),
) -> ForeignHabit:
    """A habit with its schedule.

    Args:
        said: what its writer said of it besides: question, description.
    """
    how_often, note = schedule(times, days)
    notes = [note, *(one_line(str(text or "")) for text in said)]
    if archived:
        notes.append("archived in Loop: give it an end")
    return ForeignHabit(
        name,
        how_often,
        quantity,
        "; ".join(filter(None, notes)),
        empty_is_zero=quantity is not None and quantity.at_most,  # as `ScoreList.kt` scores it
    )


def schedule(times: int, days: int) -> tuple[Schedule, str]:
    """The schedule of `times` in `days`, and what it could not say."""
    note = f"the file says {times} in {days} days"
    if times > days > 0:
        return DAILY, note
    try:
        return rolling(times, days, ""), ""
    except ValueError:
        return TRACK_ONLY, note


def quantity(target: float, unit: str, *, at_most: bool) -> Quantity:
    """A measurable habit's aim; without a usable target the unit alone."""
    unit = " ".join(unit.split())
    if target > 0 or (at_most and target == 0):
        return Quantity(target, unit, at_most=at_most)
    return Quantity(None, unit)
