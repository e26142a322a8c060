"""Any table of answers: a row an answer, or a row a day with a column for each habit.

Column names are matched loosely: synonyms, case, blanks and small slips are forgiven. What
is not understood is named.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from functools import lru_cache, partial
from itertools import islice
from typing import NamedTuple

from tracker.calendar.zones import is_zone
from tracker.errors import TrackerError
from tracker.exchange.bounded import TextFile
from tracker.exchange.readers import cells, csv_text
from tracker.exchange.readers.cells import Order
from tracker.exchange.records import (
    MOST_HABITS,
    NOTHING_KNOWN,
    Collector,
    DayOf,
    ForeignHabit,
    ForeignRecord,
    Given,
    LeftOutError,
    Reading,
    RowError,
)
from tracker.habits.checkins import Answer
from tracker.habits.model import Quantity
from tracker.habits.schedule import DAILY

SOURCE = "csv"
IGNORED = "ignored"  # understood, and of no use here
UNANSWERED = "neither an answer nor an amount"
MOST_COLUMNS = MOST_HABITS + 24  # of habits, and of what tells of their day
TIMES = frozenset({"logged_at", "zone", "origin", "created_at", "updated_at"})  # and their ways
SHORT = 16  # characters that a day has at most, blanks around it included
MOST_NAMED = 20  # words that are no time zone
SYNONYMS: dict[str, tuple[str, ...]] = {
    "day": ("day", "date", "daystamp", "civil day", "on", "when"),
    "habit": ("habit", "name", "habit id", "habit name", "goal", "task", "activity", "slug"),
    "answer": ("answer", "state", "status", "done", "result", "completed", "check", "checked"),
    "value": ("value", "amount", "quantity", "count", "number", "total"),
    "unit": ("unit", "units"),
    "note": ("note", "notes", "comment", "comments", "remark", "text", "description"),
    "note_public": ("note public", "public note", "public"),
    "logged_at": ("logged at", "timestamp", "logged", "entered at"),
    "zone": ("zone", "timezone", "time zone", "tz"),
    "origin": ("source", "origin", "via"),
    "created_at": ("created at", "created"),
    "updated_at": ("updated at", "updated", "modified"),
    "external_id": ("id", "uid", "uuid", "external id", "requestid", "request id"),
    IGNORED: ("lag days", "private", "weekday", "habit title", "title"),
}
CLOSE_ENOUGH = 0.84  # "habitt" and "quantitiy" pass, "update" is no "date"


class Columns(NamedTuple):
    """Where each field stands.

    Attributes:
        places: the columns of the fields.
        unknown: the headings that are not understood.
        width: how many columns the heading has.
        habits: in a table with a column for each habit, their names and columns.
    """

    places: Mapping[str, int]
    unknown: tuple[str, ...]
    width: int
    habits: Mapping[str, int] = {}


class Survey(NamedTuple):
    """What only the whole table tells, before its rows are read.

    Attributes:
        order: what 5/1/2026 means.
        counted: the habits whose answers are amounts: of these 0 and 1 are amounts too.
        no_zones: words in the column of time zones that are none.
    """

    order: Order | None
    counted: frozenset[str]
    no_zones: tuple[str, ...]


def read(text: TextFile, stem: str, day_of: DayOf) -> Reading:
    """Every answer of a table: a row an answer, or a row a day with a column for each habit.

    Args:
        stem: whose answers they are where no column says so: the name without its ending.
        day_of: the civil day of an instant.
    """
    heading = first_row(text)
    collector = Collector(SOURCE, text.name)
    read_rows(collector, columns(heading, text.name), text, stem, day_of)
    return collector.reading()


def first_row(text: TextFile) -> list[str]:
    """The cells of the heading; TrackerError where there is nothing."""
    first = next(csv_text.rows(text), None)
    if first is None:
        raise TrackerError(f"{text.name}: the file is empty. Nothing was read.")
    return first.cells


def columns(heading: Sequence[str], name: str) -> Columns:
    """The columns by their names; TrackerError where the needed ones are missing."""
    if len(heading) > MOST_COLUMNS:
        raise TrackerError(
            f"{name}: {len(heading):,} columns. Use at most {MOST_COLUMNS:,}, or a row an answer."
        )
    places: dict[str, int] = {}
    unknown: dict[str, int] = {}
    exact = [_field(cell, close=False) for cell in heading]
    for index, cell in enumerate(heading):
        field = exact[index] or _field(cell, close=True)
        taken = field in places or (not exact[index] and field in exact)
        if field and not taken:
            places[field] = index
        elif cell.strip() and field != IGNORED:
            unknown[cell.strip()] = index
    if "day" not in places and "logged_at" in places:
        places["day"] = places["logged_at"]  # an instant says the day too
    others = [
        cell for cell, field in zip(heading, exact, strict=True) if cell.strip() and not field
    ]
    says_whose = "habit" in exact or {"answer", "value"} & places.keys()
    if "day" in places and others != [heading[places["day"]]] and others and not says_whose:
        return _one_a_habit(heading, places, name)
    if "day" not in places or not {"answer", "value"} & places.keys():
        missing = "the day" if "day" not in places else "the answer or the amount"
        raise TrackerError(
            f"{name}: no column holds {missing}; there is: {', '.join(map(cells.quoted, heading))}. "
            "Call the columns day, habit, answer, value and note."
        )
    return Columns(places, tuple(unknown), len(heading))


def _one_a_habit(heading: Sequence[str], places: Mapping[str, int], name: str) -> Columns:
    """The columns of a table in which all but the day, and what tells of it, are habits.

    A word that is nearly one of ours is a habit's name here; a note would be nobody's.
    """
    habits: dict[str, int] = {}
    unknown = []
    for index, cell in enumerate(heading):
        field = _field(cell, close=False)
        if not cell.strip() or index == places["day"] or field == IGNORED:
            continue
        if field:
            unknown.append(f"{cell.strip()} (it says not of which habit)")
        elif cell.strip() in habits:
            raise TrackerError(
                f"{name}: two columns are called {cells.quoted(cell)}. Give each habit its own name."
            )
        else:
            habits[csv_text.unguarded(cell.strip())] = index
    return Columns({"day": places["day"]}, tuple(unknown), len(heading), habits)


def read_rows(
    collector: Collector, found: Columns, text: TextFile, stem: str, day_of: DayOf, skipped: int = 1
) -> None:
    """Take every row in.

    Args:
        skipped: how many rows of heading there are.
    """
    collector.unknown(*found.unknown)
    survey = _survey(found, collector.counted(islice(csv_text.rows(text), skipped, None)), stem)
    collector.remark(*(
        f"{cells.quoted(zone)} is no time zone; such times count where you were then"
        for zone in survey.no_zones
    ))  # fmt: skip
    for row in islice(csv_text.rows(text), skipped, None):
        if found.habits:
            _take_day(collector, found, row, survey, day_of)
        else:
            read_one = partial(_record, found, row, stem, day_of, survey)
            collector.row(read_one, row.number)
    _describe(collector)


def _survey(found: Columns, rows: Iterable[csv_text.Row], stem: str) -> Survey:
    days: set[str] = set()
    counted: set[str] = set()
    no_zones: dict[str, None] = {}
    place = found.places
    for row in rows:
        day = cell_at(row, place.get("day"))
        if "/" in day and len(day) < SHORT:
            days.add(day)
        for habit, index in found.habits.items():
            if _is_amount(cell_at(row, index)):
                counted.add(habit)
        alone = not found.habits and not cell_at(row, place.get("value"))
        if alone and _is_amount(cell_at(row, place.get("answer"))):
            habit = csv_text.unguarded(cell_at(row, place.get("habit")))
            counted.add(habit if "habit" in place else stem)
        zone = cell_at(row, place.get("zone"))
        if zone and len(no_zones) < MOST_NAMED and not is_zone(zone):
            no_zones[zone] = None
    return Survey(cells.slash_order(days), frozenset(counted), tuple(sorted(no_zones)))


def cell_at(row: csv_text.Row, index: int | None) -> str:
    """A cell of a row, "" where the row ends before it."""
    return row.cells[index].strip() if index is not None and index < len(row.cells) else ""


@lru_cache(maxsize=4096)
def _is_amount(cell: str) -> bool:
    """Whether a cell counts something: 0 and 1 alone may be a no and a yes."""
    return cells.is_number(cell) and float(cell.replace(",", ".")) not in {0, 1} and cell[0] != "-"


def _take_day(
    collector: Collector, found: Columns, row: csv_text.Row, survey: Survey, day_of: DayOf
) -> None:
    """Every answer of one row of a table with a column for each habit."""
    try:
        _check_width(found, row)
        day = cells.day(cell_at(row, found.places["day"]), day_of, survey.order)
    except RowError as error:
        collector.trouble(row.number, str(error))
        return
    for habit, index in found.habits.items():
        cell = csv_text.unguarded(cell_at(row, index))
        if cell:
            collector.row(partial(_of_day, habit, day, cell, survey), row.number, habit)


def _of_day(habit: str, day: date, cell: str, survey: Survey) -> ForeignRecord:
    answer, value = _answered({"answer": cell}, counted=habit in survey.counted)
    return ForeignRecord(habit, day, answer, value)


def _check_width(found: Columns, row: csv_text.Row) -> None:
    if any(cell.strip() for cell in row.cells[found.width :]):
        raise RowError(f"it has {len(row.cells)} cells, and the heading names {found.width}")


def _record(
    found: Columns, row: csv_text.Row, stem: str, day_of: DayOf, survey: Survey
) -> ForeignRecord:
    _check_width(found, row)
    fields = {
        field: csv_text.unguarded(row.cells[index]) if index < len(row.cells) else ""
        for field, index in found.places.items()
    }
    habit = fields.get("habit", stem).strip()
    if not habit:
        raise RowError("the habit has no name")
    day = _day(fields, found, day_of, survey.order)
    answer, value = _answered(fields, counted=habit in survey.counted)
    note = cells.note(fields.get("note"))
    if answer is None and value is None and not note:
        raise LeftOutError(UNANSWERED)
    return ForeignRecord(
        habit=habit,
        day=day,
        answer=answer,
        value=value,
        unit=fields.get("unit", "").strip(),
        note=note,
        note_public=bool(note) and cells.answer(fields.get("note_public", "")) == "yes",
        given=_given(fields),
        external_id=fields.get("external_id", "").strip() or None,
    )


def _day(fields: Mapping[str, str], found: Columns, day_of: DayOf, order: Order | None) -> date:
    """The day of a row; where only a time says it, the day that it was then and there."""
    zone = _zone(fields)
    by_clock = None
    if found.places["day"] == found.places.get("logged_at"):
        by_clock = cells.day_of_clock(fields["day"], day_of)
    return by_clock or cells.day(
        fields["day"], lambda instant, _=None: day_of(instant, zone), order
    )


def _zone(fields: Mapping[str, str]) -> str | None:
    """The row's time zone, where it is one."""
    zone = fields.get("zone", "").strip()
    return zone if zone and is_zone(zone) else None


def _answered(fields: Mapping[str, str], *, counted: bool) -> tuple[Answer | None, float | None]:
    """The answer and the amount, whichever of the two columns they stand in.

    Args:
        counted: whether this habit's answers are amounts, so that 0 and 1 are too.
    """
    return _read_cells(fields.get("answer", "").strip(), fields.get("value", "").strip(), counted)


@lru_cache(maxsize=4096)  # a file says most of what it says again and again
def _read_cells(
    answer_cell: str, amount_cell: str, counted: bool
) -> tuple[Answer | None, float | None]:
    if cells.is_number(answer_cell) and not amount_cell:
        if counted or float(answer_cell.replace(",", ".")) not in {0, 1}:
            answer_cell, amount_cell = "", answer_cell
        else:
            answer_cell = "yes" if float(answer_cell.replace(",", ".")) else "no"
    word = amount_cell.casefold()
    if word in cells.ANSWERS and not cells.is_number(amount_cell) and not answer_cell:
        answer_cell, amount_cell = amount_cell, ""
    answer, value = cells.answer(answer_cell), cells.amount(amount_cell)
    if answer == "skip" and value:
        raise RowError("a skipped day holds no amount")
    return answer, None if answer == "skip" else value


def _given(fields: Mapping[str, str]) -> Given:
    if TIMES.isdisjoint(fields):
        return NOTHING_KNOWN
    given = Given(
        logged_at=cells.instant(fields.get("logged_at", "")),
        zone=_zone(fields),
        origin=fields.get("origin", "").strip() or None,
        created_at=cells.instant(fields.get("created_at", "")),
        updated_at=cells.instant(fields.get("updated_at", "")),
    )
    return NOTHING_KNOWN if given == NOTHING_KNOWN else given  # one for all of them


def _describe(collector: Collector) -> None:
    """The habits as far as a table tells: a unit where there is one."""
    units: dict[str, str | None] = {}
    for record in collector.records:
        if record.value is not None:
            units[record.habit] = units.get(record.habit) or record.unit
        else:
            units.setdefault(record.habit, None)
    collector.habits.extend(
        ForeignHabit(name, DAILY, None if unit is None else Quantity(None, unit or "times"))
        for name, unit in units.items()
    )


def _field(cell: str, *, close: bool) -> str | None:
    words = " ".join(re.split(r"[^\w]+|_", cell.strip().casefold())).strip()
    names = {synonym: field for field, synonyms in SYNONYMS.items() for synonym in synonyms}
    if not close or not words:
        return names.get(words)
    near = get_close_matches(words, names, n=1, cutoff=CLOSE_ENOUGH)
    return names[near[0]] if near else None


def is_heading(first: Iterable[str], day_of: DayOf) -> bool:
    """Whether a row names columns: its cells hold no day."""
    for cell in first:
        try:
            cells.day(cell, day_of, "day first")
        except RowError:
            continue
        return False
    return True
