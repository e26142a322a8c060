"""Any table of answers: columns found by their names, a row an answer.

Column names are matched loosely: synonyms, case, blanks and small slips are forgiven. What
is not understood is named.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from typing import NamedTuple

from tracker.calendar.zones import is_zone
from tracker.errors import TrackerError
from tracker.exchange.readers import cells, csv_text
from tracker.exchange.readers.cells import Order
from tracker.exchange.records import (
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
    """Where each field stands, and the columns that are not understood."""

    places: Mapping[str, int]
    unknown: tuple[str, ...]
    width: int


def read(data: bytes, name: str, stem: str, day_of: DayOf) -> Reading:
    """Every answer of a table.

    Args:
        name: the file's name, for errors.
        stem: whose answers they are where no column says so: the name without its ending.
        day_of: the civil day of an instant.
    """
    rows = list(csv_text.rows(csv_text.decoded(data, name), name))
    if not rows:
        raise TrackerError(f"{name}: the file is empty. Nothing was read.")
    collector = Collector(SOURCE)
    read_rows(collector, columns(rows[0].cells, name), rows[1:], stem, day_of)
    return collector.reading()


def columns(heading: Sequence[str], name: str) -> Columns:
    """The columns by their names; TrackerError where the needed ones are missing."""
    places: dict[str, int] = {}
    unknown: list[str] = []
    exact = [_field(cell, close=False) for cell in heading]
    for index, cell in enumerate(heading):
        field = exact[index] or _field(cell, close=True)
        taken = field in places or (not exact[index] and field in exact)
        if field and not taken:
            places[field] = index
        elif cell.strip() and field != IGNORED:
            unknown.append(cell.strip())
    if "day" not in places and "logged_at" in places:
        places["day"] = places["logged_at"]  # an instant says the day too
    if "day" not in places or not {"answer", "value"} & places.keys():
        missing = "the day" if "day" not in places else "the answer or the amount"
        raise TrackerError(
            f"{name}: no column holds {missing}; there is: {', '.join(map(cells.quoted, heading))}. "
            "Call the columns day, habit, answer, value and note."
        )
    return Columns(places, tuple(unknown), len(heading))


def read_rows(
    collector: Collector, found: Columns, rows: Sequence[csv_text.Row], stem: str, day_of: DayOf
) -> None:
    """Take every row in."""
    collector.unknown_columns.extend(found.unknown)
    day = found.places["day"]
    order = cells.slash_order(row.cells[day] for row in rows if day < len(row.cells))
    for row in rows:
        collector.row(lambda row=row: _record(found, row, stem, day_of, order), row.number)  # type: ignore[misc]
    collector.remarks.extend(_unknown_zones(found, rows))
    _describe(collector)


def _unknown_zones(found: Columns, rows: Sequence[csv_text.Row]) -> Iterator[str]:
    place = found.places.get("zone")
    if place is not None:
        zones = {row.cells[place].strip() for row in rows if place < len(row.cells)}
        for zone in sorted(zones - {""}):
            if not is_zone(zone):
                yield f"{cells.quoted(zone)} is no time zone; such times count where you were then"


def _record(
    found: Columns, row: csv_text.Row, stem: str, day_of: DayOf, order: Order | None
) -> ForeignRecord:
    if any(cell.strip() for cell in row.cells[found.width :]):
        raise RowError(f"it has {len(row.cells)} cells, and the heading names {found.width}")
    fields = {
        field: csv_text.unguarded(row.cells[index]) if index < len(row.cells) else ""
        for field, index in found.places.items()
    }
    habit = fields.get("habit", stem).strip()
    if not habit:
        raise RowError("the habit has no name")
    day = _day(fields, found, day_of, order)
    answer, value = _answered(fields)
    note = cells.note(fields.get("note"))
    if answer is None and value is None:
        if note:
            raise RowError("it holds a note and neither an answer nor an amount")
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


def _answered(fields: Mapping[str, str]) -> tuple[Answer | None, float | None]:
    """The answer and the amount, whichever of the two columns they stand in."""
    answer_cell, amount_cell = fields.get("answer", ""), fields.get("value", "")
    if (
        cells.is_number(answer_cell)
        and answer_cell.strip() not in {"0", "1"}
        and not amount_cell.strip()
    ):
        answer_cell, amount_cell = "", answer_cell
    if (
        amount_cell.strip().casefold() in cells.ANSWERS
        and not cells.is_number(amount_cell)
        and not answer_cell.strip()
    ):
        answer_cell, amount_cell = amount_cell, ""
    answer, value = cells.answer(answer_cell), cells.amount(amount_cell)
    if answer == "skip" and value:
        raise RowError("a skipped day holds no amount")
    return answer, None if answer == "skip" else value


def _given(fields: Mapping[str, str]) -> Given:
    return Given(
        logged_at=cells.instant(fields.get("logged_at", "")),
        zone=_zone(fields),
        origin=fields.get("origin", "").strip() or None,
        created_at=cells.instant(fields.get("created_at", "")),
        updated_at=cells.instant(fields.get("updated_at", "")),
    )


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
