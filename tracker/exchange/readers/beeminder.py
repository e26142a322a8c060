"""Beeminder: a goal's data as JSON (the API's form, or an export of it) or as CSV.

The civil day is the `daystamp`, which already knows the goal's deadline. `id`, then
`requestid`, names a datapoint for ever. Source: Beeminder's API reference.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from tracker.errors import TrackerError
from tracker.exchange import bounded
from tracker.exchange.readers import beeminder_goal, cells, csv_table
from tracker.exchange.readers.beeminder_goal import GoalForm
from tracker.exchange.records import (
    Collector,
    DayOf,
    ForeignRecord,
    Given,
    LeftOutError,
    Reading,
    RowError,
)

SOURCE = "beeminder"
CSV_COLUMNS = ("date", "value", "comment", "origin")  # of an export without a heading
DUMMY = "put there by Beeminder, not by anyone"
STARTING_ZERO = "the zero a goal starts with"
BLANKS = b" \t\r\n"
KNOWN = frozenset({
    "id", "timestamp", "daystamp", "value", "comment", "updated_at", "created_at", "requestid",
    "origin", "creator", "is_dummy", "is_initial", "canonical", "fulltext", "urtext",
})  # fmt: skip
Fields = Mapping[str, Any]
Form = TypeVar("Form", bound=msgspec.Struct)


class PointForm(msgspec.Struct):
    """What a datapoint is known by."""

    value: Any


def read(path: Path, day_of: DayOf) -> Reading:
    """Every datapoint of an export; TrackerError for a file that is none.

    Args:
        day_of: the civil day of an instant, for old datapoints without a daystamp.
    """
    text = bounded.text_file(path)
    first = text.first_line().lstrip()
    if not first:
        raise TrackerError(f"{path}: the file is empty. Nothing was read.")
    if first[0] in "{[":
        return _read_json(bounded.content(path), str(path), path.stem, day_of)
    collector = Collector(SOURCE, str(path))
    heading = csv_table.first_row(text)
    named = csv_table.is_heading(heading[:1], day_of)
    columns = csv_table.columns(heading if named else CSV_COLUMNS, str(path))
    csv_table.read_rows(collector, columns, text, path.stem, day_of, skipped=int(named))
    return collector.reading()


def _read_json(data: bytes, name: str, stem: str, day_of: DayOf) -> Reading:
    collector = Collector(SOURCE, name)
    row = 0
    for goal, points in _goals(data, name):
        slug = str(goal.slug or stem)
        habit, remark = beeminder_goal.habit(slug, goal)
        collector.habits.append(habit)
        collector.remark(*remark)
        unit = str(goal.gunits or "").strip()
        for point in points:
            row += 1
            collector.row(partial(_record, collector, slug, unit, point, day_of), row, slug)
    return collector.reading()


def _goals(data: bytes, name: str) -> Iterator[tuple[GoalForm, list[msgspec.Raw]]]:
    """Each goal with its datapoints: a list of datapoints, a goal, a list of goals, or a user."""
    goals: list[GoalForm | None] = []
    with suppress(msgspec.ValidationError):
        if data.lstrip(BLANKS)[:1] == b"[":
            items = bounded.from_json(data, list[msgspec.Raw], name)
            if all(_form(item, PointForm) for item in items):
                yield GoalForm(), items
                return
            goals = [_form(item, GoalForm) for item in items]
        else:
            goals = [bounded.from_json(data, GoalForm, name)]
            if goals[0] and goals[0].goals is not None:
                goals = [_form(item, GoalForm) for item in goals[0].goals]
    for goal in goals or [None]:
        if goal is None or goal.datapoints is None:
            raise TrackerError(
                f"{name}: JSON without Beeminder's datapoints. Export a goal with them "
                "(goals/GOAL.json?datapoints=true, or goals/GOAL/datapoints.json)."
            )
        yield goal, goal.datapoints


def _form(item: msgspec.Raw, form: type[Form]) -> Form | None:
    """An item as what it should be; None where it is something else."""
    try:
        return msgspec.json.decode(item, type=form)
    except (msgspec.DecodeError, RecursionError):
        return None


def _record(
    collector: Collector, slug: str, unit: str, item: msgspec.Raw, day_of: DayOf
) -> ForeignRecord:
    point = cells.json_item(item)
    collector.unknown(*sorted(point.keys() - KNOWN))
    if point.get("is_dummy"):
        raise LeftOutError(DUMMY)
    value = _value(point)
    if point.get("is_initial") and value == 0:
        raise LeftOutError(STARTING_ZERO)
    identity = point.get("id") or point.get("requestid")
    return ForeignRecord(
        habit=slug,
        day=cells.day(_daystamp(point), day_of),
        answer=None,
        value=value,
        unit=unit,
        note=cells.note(str(point.get("comment") or "")),
        given=_given(point),
        external_id=str(identity) if identity else None,
    )


def _value(point: Fields) -> float:
    value = point.get("value")
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise RowError(f"{cells.quoted(str(value))} is no amount")
    try:
        return cells.checked_amount(float(value))
    except OverflowError:
        raise RowError(f"{cells.quoted(str(value))} cannot be an amount") from None


def _daystamp(point: Fields) -> str:
    if point.get("daystamp"):
        return str(point["daystamp"])
    try:
        return datetime.fromtimestamp(point["timestamp"], UTC).isoformat()
    except (KeyError, TypeError, ValueError, OverflowError, OSError):
        raise RowError("it has neither a daystamp nor a timestamp") from None


def _given(point: Fields) -> Given:
    times = {
        key: cells.instant(str(point.get(key) or ""))
        for key in ("created_at", "updated_at", "timestamp")
    }
    return Given(
        logged_at=times["created_at"] or times["timestamp"] or times["updated_at"],
        origin=str(point["origin"]) if point.get("origin") else None,
        created_at=times["created_at"],
        updated_at=times["updated_at"],
    )
