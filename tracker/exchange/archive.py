"""The log's own JSON: every check-in that stands, with all that is known about it.

What is written here is read back to the same state. Superseded and undone rows stay in
the database; a backup holds those.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import partial
from typing import Any

import msgspec

from tracker.errors import TrackerError
from tracker.exchange.bounded import from_json
from tracker.exchange.exports.public_part import PRIVATE_NOTICE, Export
from tracker.exchange.exports.tables import Definition
from tracker.exchange.readers import cells
from tracker.exchange.records import (
    Collector,
    ForeignHabit,
    ForeignRecord,
    Given,
    Reading,
    RowError,
)
from tracker.goals.model import Project
from tracker.habits.checkins import Answer, StoredAnswer
from tracker.habits.model import AGGREGATES, Quantity
from tracker.habits.schedule import TRACK_ONLY, parse_schedule
from tracker.text.escape import json_text

FORMAT = "in-season"
VERSION = 1  # of the file's form
ANSWERS: dict[object, Answer] = {"yes": "yes", "no": "no", "skip": "skip"}
OPTIONAL = ("value", "note", "origin", "created_at", "updated_at")  # left out where unknown
KNOWN = {
    "habit", "day", "answer", "value", "note", "note_public", "logged_at", "zone", "lag_days",
    "source", "id", "origin", "created_at", "updated_at",
}  # fmt: skip


def write(export: Export, habits: Iterable[Definition], project: Project) -> bytes:
    """The file: a check-in a line, so that a change reads as one."""
    head: dict[str, object] = {"format": FORMAT, "version": VERSION, "private": export.private}
    if export.private:
        head["notice"] = PRIVATE_NOTICE
    head["timezone"] = project.timezone
    parts = [f'  "{key}": {json_text(value)}' for key, value in head.items()]
    parts.append(_lines("habits", [habit.data() for habit in habits]))
    parts.append(_lines("checkins", [_data(row) for row in export.rows]))
    return ("{\n" + ",\n".join(parts) + "\n}\n").encode()


def read(data: bytes, name: str) -> Reading:
    """Every check-in of a file; TrackerError for JSON that is none of ours."""
    content = _content(data, name)
    collector = Collector("json", name)
    for row, item in enumerate(content.habits or [], 1):
        try:
            described = cells.json_item(item)
        except RowError as error:
            collector.trouble(row, str(error), "habits")
        else:
            collector.habits.extend([habit(described)] if described.get("habit") else [])
    for row, fields in enumerate(content.checkins, 1):
        collector.row(partial(_read, collector, fields), row, "checkins")
    return collector.reading()


def _lines(key: str, items: list[dict[str, object]]) -> str:
    if not items:
        return f'  "{key}": []'
    body = ",\n".join(f"    {json_text(item)}" for item in items)
    return f'  "{key}": [\n{body}\n  ]'


def _data(row: StoredAnswer) -> dict[str, object]:
    entry = row.entry
    data: dict[str, object] = {
        **entry._asdict(),
        "day": entry.day.isoformat(),
        "id": row.external_id,
        "origin": row.origin,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
    }
    return {key: value for key, value in data.items() if value is not None or key not in OPTIONAL}


class _Content(msgspec.Struct):
    """The file, its rows not taken apart yet."""

    format: Any = None
    version: Any = None
    habits: list[msgspec.Raw] | None = None
    checkins: list[msgspec.Raw] = []


def _content(data: bytes, name: str) -> _Content:
    try:
        content = from_json(data, _Content, name)
    except msgspec.ValidationError:  # JSON, of another form
        content = _Content()
    if content.format != FORMAT:
        raise TrackerError(
            f"{name}: JSON, and none that `tracker export json` wrote. For Beeminder's: "
            f"tracker import beeminder {name}"
        )
    if content.version != VERSION:
        raise TrackerError(
            f"{name}: written in form {cells.quoted(str(content.version))}, and this tracker knows form "
            f"{VERSION}. Update: pip install -U in-season"
        )
    return content


def _read(collector: Collector, item: msgspec.Raw) -> ForeignRecord:
    fields = cells.json_item(item)
    collector.unknown(*sorted(fields.keys() - KNOWN))
    return check_in(fields)


def check_in(fields: Mapping[str, Any]) -> ForeignRecord:
    """A check-in read back; RowError where it is none."""
    answer, note = fields.get("answer"), _text(fields, "note")
    if answer not in ANSWERS and not (answer is None and note):
        raise RowError(f"{cells.quoted(str(answer))} is no answer")
    name = _text(fields, "habit")
    if not name:
        raise RowError("the habit has no name")
    return ForeignRecord(
        habit=name,
        day=_day(fields.get("day")),
        answer=ANSWERS.get(answer),
        value=_value(fields.get("value")),
        note=note,
        note_public=fields.get("note_public") is True,
        given=_given(fields),
        external_id=_text(fields, "id"),
        source=_text(fields, "source") or "json",
    )


def _given(fields: Mapping[str, Any]) -> Given:
    lag = fields.get("lag_days")
    logged_at = _text(fields, "logged_at")
    if logged_at and cells.instant(logged_at) is None:
        raise RowError(f"logged_at: {cells.quoted(logged_at)} is no instant with its zone")
    return Given(
        logged_at=logged_at,
        zone=_text(fields, "zone"),
        lag_days=lag if isinstance(lag, int) else None,
        origin=_text(fields, "origin"),
        created_at=_text(fields, "created_at"),
        updated_at=_text(fields, "updated_at"),
    )


def _text(fields: Mapping[str, Any], key: str) -> str | None:
    value = fields.get(key)
    if value is not None and not isinstance(value, str):
        raise RowError(f"{key}: {cells.quoted(str(value))} is no text")
    return None if value is None else cells.whole(value)


def _day(value: object) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise RowError(f"{cells.quoted(str(value))} is no day. Write it like 2026-01-05") from None


def _value(value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or abs(value) > 1e300:
        raise RowError(f"{cells.quoted(str(value))} is no amount")
    return cells.checked_amount(float(value))


def habit(fields: Mapping[str, Any]) -> ForeignHabit:
    """A definition read back, for the lines to paste into goals.yml."""
    target, aggregate = fields.get("target"), fields.get("aggregate")
    quantity = None
    for known in AGGREGATES:
        if known == aggregate:
            aim = float(target) if isinstance(target, (int, float)) else None
            at_most = fields.get("at_most") == "yes"
            quantity = Quantity(aim, str(fields.get("unit") or ""), known, at_most)
    written, note = str(fields.get("schedule") or "daily"), ""
    try:
        schedule = parse_schedule(written)
    except ValueError as error:
        schedule, note = TRACK_ONLY, str(error)
    return ForeignHabit(
        name=str(fields["habit"]),
        schedule=schedule,
        quantity=quantity,
        note=note,
        title=str(fields.get("title") or ""),
    )
