"""Check-ins: the four answers, what a person types for them, and a day's entries as one."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Literal, NamedTuple

from tracker.calendar.days import each_day
from tracker.errors import TrackerError
from tracker.habits.model import (
    LAST,
    Aggregate,
    Aggregates,
    Habit,
    Span,
    amount_words,
    number_words,
    total,
)

Answer = Literal["yes", "no", "skip"]  # the fourth, unanswered, is the absence of a row
WORDS: dict[str, Answer] = {
    "y": "yes", "yes": "yes", "done": "yes", "n": "no", "no": "no", "s": "skip", "skip": "skip",
}  # fmt: skip
AnswerRow = tuple[str, Answer, float | None]  # a day, its answer and how much
PLAIN_NUMBER = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,2})?")  # the amounts of nearly every day
MOST = 1e12  # beyond it a number is a slip of the keyboard


class Mark(NamedTuple):
    """What one day of a habit holds: the answer and, in a column of its own, how much."""

    answer: Answer
    value: float | None = None


Marks = Mapping[date, Mark]
NEUTRAL = Mark("skip")  # what a day of a break is to every score


class Reply(NamedTuple):
    """What a person typed for one habit; answer None is a note with no answer yet."""

    answer: Answer | None
    value: float | None = None
    note: str | None = None


class CheckIn(NamedTuple):
    """One answer on its way to the database.

    Attributes:
        day: the civil day it answers for.
        answer: None for a note on a day that nobody answered.
        logged_at: the instant it was given, UTC, ISO 8601.
        zone: the time zone in which the day was counted.
        lag_days: how many civil days after its day it was given.
        source: how it came: inline, asked, demo, import.
    """

    habit: str
    day: date
    answer: Answer | None
    value: float | None
    note: str | None
    note_public: bool
    logged_at: str
    zone: str
    lag_days: int
    source: str

    def as_json(self) -> dict[str, object]:
        """The answer for a script."""
        return {
            "habit": self.habit,
            "day": self.day.isoformat(),
            "answer": self.answer,
            "value": self.value,
            "note": self.note,
        }


class StoredAnswer(NamedTuple):
    """A check-in that is in the database and was not undone.

    Attributes:
        external_id: what names it in its source; made up from its day where it came from
            no file.
        current: whether nothing has superseded it.
    """

    id: int
    entry: CheckIn
    external_id: str
    current: bool
    origin: str | None = None
    created_at: str | None = None
    updated_at: str | None = None


class Provenance(NamedTuple):
    """How many answers came how; each answer is one of the three."""

    same_day: int = 0
    backfilled: int = 0
    edited: int = 0


def parse_reply(text: str, habit: Habit) -> Reply:
    """`y`, `n`, `s`, `5.2`, `5.2 km`, `y @ 25 # note`, `# note`.

    Raises TrackerError that says what the habit takes.
    """
    body, _, note = text.partition("#")
    words, _, amount = body.partition("@")
    words, amount = words.strip(), amount.strip()
    note_text = note.strip() or None
    if not words and not amount:
        return Reply(None, None, note_text)
    answer = WORDS.get(words.casefold())
    if answer is None and not amount:
        amount, words = words, ""
    if words and answer is None:
        raise TrackerError(f'{habit.id}: "{words}" is no answer. {takes(habit)}')
    value = _amount(amount, habit) if amount else None
    if answer == "skip" and value is not None:
        raise TrackerError(f"{habit.id}: a skipped day holds no amount. Give one or the other.")
    if answer is None:
        answer = "no" if value is None else answer_of(habit, value)
    return Reply(answer, value, note_text)


def answer_of(habit: Habit, value: float) -> Answer:
    """What an amount is an answer of, where a person gave nothing beside it.

    Any part of what is put together from several times or days is a yes.
    """
    part = value > 0 and not habit.limit and (habit.sums_window or habit.schedule.per_day)
    return "yes" if part or reached(habit, value) else "no"


def reached(habit: Habit, value: float) -> bool:
    """Whether an amount is enough (or, for a limit, not too much)."""
    quantity = habit.measure
    if quantity is None or quantity.target is None:
        return value > 0
    return value <= quantity.target if quantity.at_most else value >= quantity.target


def is_done(habit: Habit, mark: Mark | None) -> bool:
    """Whether a day's mark counts as done; an amount, where there is one, decides."""
    if mark is None or mark.answer == "skip":
        return False
    if mark.value is not None and habit.measure is not None:
        return reached(habit, mark.value)
    return mark.answer == "yes"


def is_open(habit: Habit, mark: Mark | None) -> bool:
    """Whether the rest of its day can still add to a mark: there is none, or not all the times."""
    if mark is None:
        return True
    return bool(habit.schedule.per_day) and mark.answer == "yes" and not is_done(habit, mark)


def is_skipped(mark: Mark | None) -> bool:
    """Whether a day was left out on purpose."""
    return mark is not None and mark.answer == "skip"


def day_words(habit: Habit, mark: Mark) -> str:
    """What a day's answers come to beside what it asks for: "1 of 2 times", "3 of 5 km"."""
    measure = habit.measure
    if measure is None or mark.value is None:
        return mark.answer
    if measure.target is None:
        return amount_words(mark.value, measure.unit)
    of = amount_words(measure.target, measure.unit)
    return f"{number_words(mark.value)} of {'at most ' if measure.at_most else ''}{of}"


def takes(habit: Habit) -> str:
    """The answers a habit takes, for a question or an error."""
    if habit.schedule.per_day:
        return "Use y (once more), n, s (skip) or how many times."
    if habit.quantity is None:
        return "Use y, n or s (skip)."
    unit = f" ({habit.quantity.unit})" if habit.quantity.unit else ""
    return f"Use y, n, s (skip) or a number{unit}."


def combine(marks: Sequence[Mark], aggregate: Aggregate) -> Mark:
    """One day's entries, in the order they were given, as one mark.

    What puts amounts together is taken over the entries with an amount; where the last
    entry has none, it stands alone.
    """
    last = marks[-1]
    values = [mark.value for mark in marks if mark.value is not None]
    if last.value is None or aggregate == "last":
        return last
    return Mark(last.answer, TOGETHER[aggregate](values))


def _mean(values: Sequence[float]) -> float:
    return total(values) / len(values)


def _median(values: Sequence[float]) -> float:
    ordered, middle = sorted(values), len(values) // 2
    return ordered[middle] if len(values) % 2 else _mean(ordered[middle - 1 : middle + 1])


# How the amounts of one day, in the order they were given, make one.
TOGETHER: dict[Aggregate, Callable[[Sequence[float]], float]] = {
    "last": lambda values: values[-1], "first": lambda values: values[0], "sum": total,
    "min": min, "max": max, "mean": _mean, "median": _median,
    "count": lambda values: float(len(values)),
}  # fmt: skip


def days_of(entries: Iterable[AnswerRow], aggregates: Aggregates = LAST) -> dict[date, Mark]:
    """A habit's entries, in the order they were given, as one mark a day.

    Each day's are put together as the definition in force on it says.
    """
    by_day: dict[str, Mark] = {}
    several: dict[str, list[Mark]] = {}
    for day, answer, value in entries:
        mark = Mark(answer, value)
        if day in by_day:
            several.setdefault(day, [by_day[day]]).append(mark)
        by_day[day] = mark
    if any(aggregate == "count" for _, aggregate in aggregates):
        for day, mark in by_day.items():  # it makes something else of a single entry too
            if aggregate_on(aggregates, day) == "count":
                several.setdefault(day, [mark])
    for day, marks in several.items():
        by_day[day] = combine(marks, aggregate_on(aggregates, day))
    as_day = date.fromisoformat
    return {as_day(day): mark for day, mark in by_day.items()}


def aggregate_on(aggregates: Aggregates, day: str) -> Aggregate:
    """How the entries of a day make one; before the first definition, as that one says."""
    standing = aggregates[0][1]
    for first, aggregate in aggregates[1:]:
        if first > day:
            break
        standing = aggregate
    return standing


def rested(spans: Sequence[Span], marks: Marks) -> Marks:
    """The answers with every day of a break neutral, whatever was answered on it."""
    days = [
        day
        for span in spans
        for rest in span.habit.breaks
        for day in each_day(max(rest.first, span.first), min(rest.last, span.last))
    ]
    return {**marks, **dict.fromkeys(days, NEUTRAL)} if days else marks


def came(days: Collection[date], others: Mapping[date, Provenance]) -> Provenance:
    """How the answers of some days came, all told.

    Args:
        days: that hold an answer.
        others: how it came where that was not on the same day.
    """
    not_same_day = [others[day] for day in others if day in days]
    backfilled, edited = (
        sum(provenance.backfilled for provenance in not_same_day),
        sum(provenance.edited for provenance in not_same_day),
    )
    return Provenance(len(days) - len(not_same_day), backfilled, edited)


def _amount(text: str, habit: Habit) -> float:
    quantity = habit.measure
    number = text
    if quantity and quantity.unit and number.casefold().endswith(quantity.unit.casefold()):
        number = number[: -len(quantity.unit)].strip()
    if PLAIN_NUMBER.fullmatch(number):
        value = float(number)
    else:  # only now is it worth finding out what was meant
        from tracker.habits.amounts import advice, read_number
        from tracker.text.plurals import singular

        if quantity and quantity.unit:
            number = number.removesuffix(singular(quantity.unit)).strip()  # "1 cup" of cups

        try:
            value = read_number(number)
        except ValueError:
            hint = (advice(number) if quantity else "") or takes(habit)
            raise TrackerError(f'{habit.id}: "{text}" is no answer. {hint}') from None
    if quantity is None:
        raise TrackerError(
            f'{habit.id}: "{text}" is an amount, and this habit counts none. {takes(habit)}'
        )
    if not 0 <= value <= MOST:
        raise TrackerError(f'{habit.id}: "{text}" cannot be an amount. Use a number from 0 up.')
    return value
