"""Beeminder: a goal's data as JSON (the API's form, or an export of it) or as CSV.

The civil day is the `daystamp`, which already knows the goal's deadline. `id`, then
`requestid`, names a datapoint for ever. Source: Beeminder's API reference.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from tracker.errors import TrackerError
from tracker.exchange.readers import cells, csv_table, csv_text
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
from tracker.habits.model import AGGREGATES, Aggregate, Quantity
from tracker.habits.schedule import LONGEST_WINDOW, TRACK_ONLY, rolling

SOURCE = "beeminder"
CSV_COLUMNS = ("date", "value", "comment", "origin")  # of an export without a heading
DAYS = {"y": 365, "m": 30, "w": 7, "d": 1}  # what a rate is per
DUMMY = "put there by Beeminder, not by anyone"
STARTING_ZERO = "the zero a goal starts with"
KNOWN = frozenset({
    "id", "timestamp", "daystamp", "value", "comment", "updated_at", "created_at", "requestid",
    "origin", "creator", "is_dummy", "is_initial", "canonical", "fulltext", "urtext",
})  # fmt: skip
Fields = Mapping[str, Any]


def read(data: bytes, name: str, stem: str, day_of: DayOf) -> Reading:
    """Every datapoint of an export; TrackerError for a file that is none.

    Args:
        name: the file's name, for errors.
        stem: the goal's name where the file does not hold it.
        day_of: the civil day of an instant, for old datapoints without a daystamp.
    """
    text = csv_text.decoded(data, name)
    if text.lstrip()[:1] in {"{", "["}:
        return _read_json(text, name, stem, day_of)
    collector = Collector(SOURCE)
    rows = list(csv_text.rows(text, name))
    if not rows:
        raise TrackerError(f"{name}: the file is empty. Nothing was read.")
    if csv_table.is_heading(rows[0].cells[:1], day_of):
        columns, rows = csv_table.columns(rows[0].cells, name), rows[1:]
    else:
        columns = csv_table.columns(CSV_COLUMNS, name)
    csv_table.read_rows(collector, columns, rows, stem, day_of)
    return collector.reading()


def _read_json(text: str, name: str, stem: str, day_of: DayOf) -> Reading:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise TrackerError(f"{name}: broken JSON ({error}). Export anew.") from error
    collector = Collector(SOURCE)
    row = 0
    for goal, points in _goals(data, name, stem):
        slug = str(goal.get("slug") or stem)
        collector.habits.append(_habit(slug, goal))
        unit = str(goal.get("gunits") or "").strip()
        for point in points:
            row += 1
            collector.row(_reader(collector, slug, unit, point, day_of), row, slug)
    return collector.reading()


def _goals(data: Any, name: str, stem: str) -> Iterator[tuple[Fields, list[Any]]]:
    """Each goal with its datapoints: a list of datapoints, a goal, a list of goals, or a user."""
    if isinstance(data, dict) and isinstance(data.get("goals"), list):
        data = data["goals"]
    if isinstance(data, dict):
        data = [data]
    goals = [goal for goal in data if isinstance(goal, dict) and "datapoints" in goal]
    if not goals and all(isinstance(point, dict) and "value" in point for point in data):
        yield {"slug": stem}, data
        return
    if len(goals) < len(data):
        raise TrackerError(
            f"{name}: JSON without Beeminder's datapoints. Export a goal with them "
            "(goals/GOAL.json?datapoints=true, or goals/GOAL/datapoints.json)."
        )
    for goal in goals:
        points = goal["datapoints"]
        yield goal, points if isinstance(points, list) else []


def _reader(collector: Collector, slug: str, unit: str, point: Any, day_of: DayOf) -> Any:
    def record() -> ForeignRecord:
        if not isinstance(point, dict):
            raise RowError("it is no datapoint")
        collector.unknown_columns.extend(sorted(point.keys() - KNOWN))
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

    return record


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


def _habit(slug: str, goal: Fields) -> ForeignHabit:
    """A goal as a habit: its rate is the target of as many days as the rate is per."""
    rate = goal.get("rate")
    filled_in = goal.get("mathishard")
    if rate is None and isinstance(filled_in, list) and len(filled_in) == 3:
        rate = filled_in[2]
    days = DAYS.get(str(goal.get("runits")), 0)
    unit = str(goal.get("gunits") or "").strip() or "times"
    aggregate: Aggregate = "sum"
    for known in AGGREGATES:
        if known == goal.get("aggday"):
            aggregate = known
    at_most = goal.get("yaw") == -1 and goal.get("dir") == 1
    if not isinstance(rate, (int, float)) or rate <= 0 or not 1 <= days <= LONGEST_WINDOW:
        return ForeignHabit(
            slug, TRACK_ONLY, Quantity(None, unit, aggregate), "it has no daily rate"
        )
    return ForeignHabit(slug, rolling(1, days, ""), Quantity(float(rate), unit, aggregate, at_most))
