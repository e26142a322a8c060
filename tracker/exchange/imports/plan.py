"""What an import would do, decided before anything is written.

An answer is named by its habit, its source and what names it there (`StoredAnswer.external_id`).
One that is here already is left alone; one whose file has changed supersedes what the file
said before; a day that someone answered otherwise keeps that answer unless told not to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import NamedTuple

from tracker.exchange.records import DayOf, ForeignRecord, Incoming, Reading, Trouble
from tracker.goals.model import Project
from tracker.habits.checkins import CheckIn, Mark, StoredAnswer, answer_of, combine
from tracker.habits.model import Aggregate, Habit, Span
from tracker.text.counts import number_of


class KeptAnswer(NamedTuple):
    """An answer of the file that does not go in, because the day has another one here."""

    incoming: Incoming
    here: Mark


class Moment(NamedTuple):
    """Now: the instant of the import, where it is, and the day and the place of any other."""

    logged_at: str
    today: date
    zone: str
    day_of: DayOf
    zone_at: Callable[[datetime], str]


class Plan(NamedTuple):
    """What becomes of every answer of a file whose habit is known."""

    add: tuple[Incoming, ...] = ()
    change: tuple[Incoming, ...] = ()
    kept: tuple[KeptAnswer, ...] = ()
    already_here: Mapping[str, int] = {}  # by habit
    unreadable: tuple[Trouble, ...] = ()
    remarks: tuple[str, ...] = ()


def plan(
    reading: Reading,
    known: Mapping[str, str],
    project: Project,
    stored: Iterable[StoredAnswer],
    moment: Moment,
    *,
    replace: bool = False,
) -> Plan:
    """Decide about every record whose habit is known.

    Args:
        known: the habit id of each name in the file.
        stored: everything in the database of those habits.
        replace: let the file win where a day was answered otherwise.
    """
    unreadable = [_in_future(record, moment.today) for record in reading.records]
    incoming = _named(_entries(reading, known, project, moment))
    stored_by_day: dict[tuple[str, date], list[StoredAnswer]] = {}
    for row in stored:
        stored_by_day.setdefault((row.entry.habit, row.entry.day), []).append(row)
    aggregates = project.aggregates()
    verdicts = _Verdicts(replace)
    for (habit, day), group in groupby(
        incoming, key=lambda item: (item.entry.habit, item.entry.day)
    ):
        verdicts.judge(
            list(group), stored_by_day.get((habit, day), []), aggregates.get(habit, "last")
        )
    return Plan(
        add=tuple(verdicts.add),
        change=tuple(verdicts.change),
        kept=tuple(verdicts.kept),
        already_here=verdicts.here,
        unreadable=tuple(trouble for trouble in unreadable if trouble),
        remarks=tuple(remarks(incoming, project)),
    )


class _Verdicts:
    """Gathers what becomes of each answer, a day of a habit at a time."""

    def __init__(self, replace: bool) -> None:
        self.replace = replace
        self.add: list[Incoming] = []
        self.change: list[Incoming] = []
        self.kept: list[KeptAnswer] = []
        self.here: dict[str, int] = {}

    def judge(
        self, group: list[Incoming], stored: list[StoredAnswer], aggregate: Aggregate
    ) -> None:
        """Decide about the answers that a file has for one day of a habit."""
        named = {(row.entry.source, row.external_id): row for row in stored}
        keys = {(item.entry.source, item.external_id) for item in group}
        current = [row for row in stored if row.current]
        others = [row for row in current if (row.entry.source, row.external_id) not in keys]
        fresh = [item for item in group if (item.entry.source, item.external_id) not in named]
        for item in group:
            if item not in fresh:
                self._compare(item, named[item.entry.source, item.external_id], current)
        if not others:
            self.add.extend(fresh)
        elif fresh and _agree(fresh, others, aggregate):
            self._count(fresh)
        elif self.replace and fresh:
            self.add.append(fresh[0]._replace(supersedes=tuple(row.id for row in others)))
            self.add.extend(fresh[1:])
        else:
            self.kept.extend(KeptAnswer(item, _mark(others, aggregate)) for item in fresh)

    def _compare(self, item: Incoming, row: StoredAnswer, current: list[StoredAnswer]) -> None:
        """The file's own answer is here; whether the file has changed since."""
        if _says_the_same(item.entry, row):
            self._count([item])
        elif row.current:
            self.change.append(_over(item, row))
        elif self.replace and current:
            self.change.append(_over(item, current[-1]))
        else:
            standing = current[-1] if current else row
            if _says_the_same(item.entry, standing):
                self._count([item])
            else:
                self.kept.append(
                    KeptAnswer(item, Mark(standing.entry.answer, standing.entry.value))
                )

    def _count(self, items: list[Incoming]) -> None:
        for item in items:
            self.here[item.entry.habit] = self.here.get(item.entry.habit, 0) + 1


def _entries(
    reading: Reading, known: Mapping[str, str], project: Project, moment: Moment
) -> list[tuple[CheckIn, ForeignRecord]]:
    """The records of known habits as check-ins, by habit and day, in the file's order."""
    spans = {habit: project.spans(habit) for habit in set(known.values())}
    entries = []
    for record in reading.records:
        if record.habit in known and record.day <= moment.today:
            habit = known[record.habit]
            begun = [span for span in spans[habit] if span.first <= record.day]
            definition = (begun[-1] if begun else spans[habit][0]).habit
            entries.append((_check_in(record, definition, moment), record))
    return sorted(entries, key=lambda pair: (pair[0].habit, pair[0].day))


def _check_in(record: ForeignRecord, habit: Habit, moment: Moment) -> CheckIn:
    answer = record.answer
    if answer is None:
        answer = "no" if record.value is None else answer_of(habit, record.value)
    given = record.given
    lag, zone = given.lag_days, given.zone or moment.zone
    if given.logged_at:
        instant = datetime.fromisoformat(given.logged_at)
        zone = given.zone or moment.zone_at(instant)
        if lag is None:
            lag = max(0, (moment.day_of(instant, given.zone) - record.day).days)
    return CheckIn(
        habit=habit.id,
        day=record.day,
        answer=answer,
        value=record.value,
        note=record.note,
        note_public=record.note_public,
        logged_at=given.logged_at or moment.logged_at,
        zone=zone,
        lag_days=(moment.today - record.day).days if lag is None else lag,
        source=record.source,
    )


def _named(entries: Sequence[tuple[CheckIn, ForeignRecord]]) -> list[Incoming]:
    """Each answer with its name in its source: its own, else its day, counted where it repeats."""
    seen: dict[tuple[str, str, str], int] = {}
    named = []
    for entry, record in entries:
        name = record.external_id or entry.day.isoformat()
        key = (entry.habit, entry.source, name)
        seen[key] = seen.get(key, 0) + 1
        named.append(Incoming(entry, record, name if seen[key] == 1 else f"{name}#{seen[key]}"))
    return named


def _in_future(record: ForeignRecord, today: date) -> Trouble | None:
    if record.day <= today:
        return None
    return Trouble(record.row, f"{record.day} is still to come; today is {today}", record.place)


def _says_the_same(entry: CheckIn, row: StoredAnswer) -> bool:
    """Whether a row holds all that the file says; what the file leaves out is no contradiction."""
    return (
        entry.answer == row.entry.answer
        and entry.value in {None, row.entry.value}
        and entry.note in {None, row.entry.note}
    )


def _over(item: Incoming, row: StoredAnswer) -> Incoming:
    """The file's new word over its old one; a note that it no longer has is not lost."""
    entry = item.entry
    if entry.note is None:
        entry = entry._replace(note=row.entry.note, note_public=row.entry.note_public)
    return item._replace(entry=entry, supersedes=(row.id,))


def _agree(fresh: list[Incoming], others: list[StoredAnswer], aggregate: Aggregate) -> bool:
    """Whether the day comes to the same here and in the file, and no note would be lost."""
    theirs = combine([Mark(item.entry.answer, item.entry.value) for item in fresh], aggregate)
    notes = {row.entry.note for row in others}
    notes_kept = all(item.entry.note is None or item.entry.note in notes for item in fresh)
    return notes_kept and theirs == _mark(others, aggregate)


def _mark(rows: list[StoredAnswer], aggregate: Aggregate) -> Mark:
    return combine([Mark(row.entry.answer, row.entry.value) for row in rows], aggregate)


def remarks(incoming: Sequence[Incoming], project: Project) -> Iterator[str]:
    """Each remark once for each habit; one for all days that no season holds."""
    outside: dict[str, int] = {}
    for habit in dict.fromkeys(item.entry.habit for item in incoming):
        spans = project.spans(habit)
        habit_answers = [item for item in incoming if item.entry.habit == habit]
        outside[habit] = sum(
            not any(span.holds(item.entry.day) for span in spans) for item in habit_answers
        )
        yield from _units(habit, habit_answers, spans)
        yield from _repeats(habit, habit_answers, spans)
    yield from _outside(outside)


def _outside(habits: dict[str, int]) -> Iterator[str]:
    counts = {habit: number for habit, number in habits.items() if number}
    if not counts:
        return
    total = sum(counts.values())
    answers = number_of(total, "answer lies", "answers lie")
    whose = ", ".join(f"{habit} {number}" for habit, number in counts.items())
    yield (
        f"{answers} outside the seasons of goals.yml ({whose}): kept, and not scored until a "
        "season holds those days"
    )


def _units(habit: str, own: list[Incoming], spans: list[Span]) -> Iterator[str]:
    quantity = spans[-1].habit.measure
    ours = quantity.unit if quantity else ""
    counted = (
        f'counts "{ours}"' if ours else "counts nothing" if quantity is None else "has no unit"
    )
    theirs = dict.fromkeys(item.record.unit for item in own if item.entry.value is not None)
    for unit in theirs:
        if unit and unit.casefold() != ours.casefold():
            yield (
                f'{habit}: the file counts "{unit}" and goals.yml {counted}; '
                "amounts are taken as they are"
            )


def _repeats(habit: str, own: list[Incoming], spans: list[Span]) -> Iterator[str]:
    quantity = spans[-1].habit.measure
    seen: set[date] = set()
    repeated = False
    for item in own:
        repeated = repeated or item.entry.day in seen
        seen.add(item.entry.day)
    if repeated and (quantity is None or quantity.aggregate == "last"):
        yield (
            f"{habit}: days with several answers, of which the last counts; to put amounts "
            "together write aggregate: sum, max or count below its quantity:"
        )
