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

from tracker.exchange.records import (
    DayOf,
    ForeignHabit,
    ForeignRecord,
    Incoming,
    Reading,
    Trouble,
)
from tracker.goals.model import Project
from tracker.habits.checkins import CheckIn, Mark, StoredAnswer, answer_of, combine
from tracker.habits.model import AGGREGATES, Aggregate, Habit, Span
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
    incoming = _named(_noted(_entries(reading, known, project, moment)))
    stored_by_day: dict[tuple[str, date], list[StoredAnswer]] = {}
    for row in stored:
        stored_by_day.setdefault((row.entry.habit, row.entry.day), []).append(row)
    aggregates = project.aggregates()
    verdicts = _Verdicts(replace)
    for (habit, day), group in groupby(
        incoming, key=lambda item: (item.entry.habit, item.entry.day)
    ):
        items, here = list(group), stored_by_day.get((habit, day), [])
        if items[0].entry.answer is None:
            verdicts.judge_notes(items, here)
        else:
            verdicts.judge(items, here, aggregates.get(habit, "last"))
    return Plan(
        add=tuple(verdicts.add),
        change=tuple(verdicts.change),
        kept=tuple(verdicts.kept),
        already_here=verdicts.here,
        unreadable=tuple(trouble for trouble in unreadable if trouble),
        remarks=tuple(remarks(incoming, project, reading.habits)),
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
        current = [row for row in stored if row.current and row.entry.answer is not None]
        notes = [row for row in stored if row.current and row.entry.answer is None]
        others = [row for row in current if (row.entry.source, row.external_id) not in keys]
        fresh = []
        for item in group:
            row = named.get((item.entry.source, item.external_id))
            if row is None or row in notes:
                fresh.append(item)
            else:
                self._compare(item, row, current)
        if not fresh:
            return
        if not others:
            self.add.extend([_with_notes(fresh[0], notes), *fresh[1:]])
        elif _agree(fresh, others, aggregate):
            self._count(fresh)
        elif self.replace:
            replaced = tuple(row.id for row in others)
            self.add.append(_with_notes(fresh[0]._replace(supersedes=replaced), notes))
            self.add.extend(fresh[1:])
        else:
            mark = _mark(others, aggregate)
            self.kept.extend(KeptAnswer(item, mark) for item in fresh)

    def judge_notes(self, group: list[Incoming], stored: list[StoredAnswer]) -> None:
        """Decide about notes of a day that the file has no answer for.

        A day that is answered here keeps its answer and gets the note beside it.
        """
        current = [row for row in stored if row.current]
        for item in group:
            entry = item.entry
            name = (entry.source, item.external_id)
            own = [row for row in stored if (row.entry.source, row.external_id) == name]
            if any(_has_note(row.entry.note, entry.note) for row in [*current, *own]):
                self._count([item])
            elif not current:
                self.add.append(item)
            elif current[-1].entry.note and current[-1].entry.note_public != entry.note_public:
                here = current[-1].entry
                self.kept.append(KeptAnswer(item, Mark(here.answer or "no", here.value)))
            else:
                row = current[-1]
                note = "\n".join(filter(None, (row.entry.note, entry.note)))
                both = row.entry._replace(note=note, note_public=entry.note_public)
                self.change.append(item._replace(entry=both, supersedes=(row.id,)))
                current[-1] = row._replace(entry=both)

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
                here = Mark(standing.entry.answer or "no", standing.entry.value)
                self.kept.append(KeptAnswer(item, here))

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


def _noted(
    entries: list[tuple[CheckIn, ForeignRecord]],
) -> Iterator[tuple[CheckIn, ForeignRecord]]:
    """The same with a note that stands alone put beside the day's answer, where it has one."""
    for _, group in groupby(entries, key=lambda pair: (pair[0].habit, pair[0].day)):
        pairs = list(group)
        notes = [entry for entry, _ in pairs if entry.answer is None]
        answered = [pair for pair in pairs if pair[0].answer is not None]
        if not notes or not answered:
            yield from pairs
            continue
        yield from answered[:-1]
        entry, record = answered[-1]
        words = [entry.note, *(note.note for note in notes)]
        public = all(one.note_public for one in (entry, *notes) if one.note)
        yield entry._replace(note="\n".join(filter(None, words)), note_public=public), record


def _check_in(record: ForeignRecord, habit: Habit, moment: Moment) -> CheckIn:
    answer = record.answer
    if answer is None and record.value is not None:
        answer = answer_of(habit, record.value)
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


def _named(entries: Iterable[tuple[CheckIn, ForeignRecord]]) -> list[Incoming]:
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
        and _has_note(row.entry.note, entry.note)
    )


def _has_note(here: str | None, note: str | None) -> bool:
    """Whether a note holds another, which may have been put below one that was there."""
    return note is None or f"\n{note}\n" in f"\n{here or ''}\n"


def _with_notes(item: Incoming, notes: list[StoredAnswer]) -> Incoming:
    """An answer for a day that held a note alone: it takes the note over."""
    if not notes:
        return item
    words = [row.entry.note for row in notes if not _has_note(item.entry.note, row.entry.note)]
    public = all(one.note_public for one in (item.entry, *(row.entry for row in notes)) if one.note)
    note = "\n".join(filter(None, (*words, item.entry.note))) or None
    entry = item.entry._replace(note=note, note_public=bool(note) and public)
    return item._replace(entry=entry, supersedes=(*item.supersedes, *(row.id for row in notes)))


def _over(item: Incoming, row: StoredAnswer) -> Incoming:
    """The file's new word over its old one; a note that it no longer has is not lost."""
    entry = item.entry
    if entry.note is None:
        entry = entry._replace(note=row.entry.note, note_public=row.entry.note_public)
    return item._replace(entry=entry, supersedes=(row.id,))


def _agree(fresh: list[Incoming], others: list[StoredAnswer], aggregate: Aggregate) -> bool:
    """Whether the day comes to the same here and in the file, and no note would be lost."""
    theirs = combine([_as_mark(item.entry) for item in fresh], aggregate)
    notes = "\n".join(row.entry.note for row in others if row.entry.note)
    notes_kept = all(_has_note(notes, item.entry.note) for item in fresh)
    return notes_kept and theirs == _mark(others, aggregate)


def _mark(rows: list[StoredAnswer], aggregate: Aggregate) -> Mark:
    return combine([_as_mark(row.entry) for row in rows], aggregate)


def _as_mark(entry: CheckIn) -> Mark:
    assert entry.answer is not None
    return Mark(entry.answer, entry.value)


def remarks(
    incoming: Sequence[Incoming], project: Project, described: Sequence[ForeignHabit] = ()
) -> Iterator[str]:
    """Each remark once for each habit; one for all days that no season holds.

    Args:
        described: the habits as their file has them.
    """
    outside: dict[str, int] = {}
    foreign = {habit.name: habit for habit in described}
    for habit, group in groupby(incoming, key=lambda item: item.entry.habit):
        spans = project.spans(habit)
        habit_answers = list(group)
        outside[habit] = sum(
            not any(span.holds(item.entry.day) for span in spans) for item in habit_answers
        )
        yield from _units(habit, habit_answers, spans)
        yield from _repeats(habit, habit_answers, spans, foreign)
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


def _repeats(
    habit: str, own: list[Incoming], spans: list[Span], foreign: Mapping[str, ForeignHabit]
) -> Iterator[str]:
    """What becomes of several answers of one day, where there are some."""
    names: set[str] = set()
    before: date | None = None
    for item in own:
        if item.entry.day == before:
            names.add(item.record.habit)
        before = item.entry.day
    if not names:
        return
    quantity = spans[-1].habit.measure
    ours = quantity.aggregate if quantity else "last"
    theirs = {
        quantity.aggregate
        for name in names
        if name in foreign and (quantity := foreign[name].quantity)
    }
    for aggregate in sorted(theirs - {ours, "last"}):
        yield (
            f"{habit}: the file puts the amounts of a day together by {aggregate}, "
            f"goals.yml by {ours}"
        )
    if ours == "last":
        choices = ", ".join(name for name in AGGREGATES if name != "last")
        yield (
            f"{habit}: days with several answers, of which the last counts; to put amounts "
            f"together write one of these as aggregate: below its quantity: {choices}"
        )
