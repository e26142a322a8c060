"""The rows of a season's tables: written and read one at a time."""

from __future__ import annotations

import json
import sqlite3
from datetime import date
from typing import Any

from tracker.errors import TrackerError
from tracker.goals.forecasts import Forecast
from tracker.goals.links import Link, State
from tracker.seasons.amendments import Amendment, Change
from tracker.seasons.promise import Promise, plain
from tracker.seasons.verdict import Verdict


def insert_promise(connection: sqlite3.Connection, promise: Promise) -> None:
    """Keep a promise."""
    season = promise.season
    values = {
        "season": season.id, "title": season.title, "starts": str(season.starts),
        "ends": str(season.ends), "seal": promise.seal, "body": _json(plain(season)),
        "day": str(promise.day), "frozen_at": promise.frozen_at, "zone": promise.zone,
    }  # fmt: skip
    _insert(connection, "promises", values)


def insert_amendment(
    connection: sqlite3.Connection, season: str, amendment: Amendment, zone: str
) -> None:
    """Keep an amendment and each of its changes."""
    values = {
        "season": season, "number": amendment.number, "reason": amendment.reason,
        "day": str(amendment.day), "made_at": amendment.made_at, "zone": zone,
    }  # fmt: skip
    number = _insert(connection, "amendments", values)
    for change in amendment.changes:
        row = {
            "amendment": number, "kind": change.kind, "item": change.id, "field": change.field,
            "before": _json(change.before), "after": _json(change.after),
            "direction": change.direction, "effective": str(change.effective),
            "private": int(change.private),
        }  # fmt: skip
        _insert(connection, "amendment_changes", row)


def insert_forecast(connection: sqlite3.Connection, forecast: Forecast, zone: str) -> None:
    """Keep a forecast."""
    values = {
        "season": forecast.season, "goal": forecast.goal, "probability": forecast.probability,
        "day": str(forecast.day), "week": str(forecast.week), "made_at": forecast.made_at,
        "zone": zone,
    }  # fmt: skip
    _insert(connection, "forecasts", values)


def insert_link(connection: sqlite3.Connection, link: Link, zone: str) -> int:
    """Keep a link and its first check; returns its number."""
    values = {
        "season": link.season, "goal": link.goal, "scheme": link.scheme, "target": link.target,
        "day": str(link.day), "note": link.note, "added_at": link.added_at, "zone": zone,
    }  # fmt: skip
    number = _insert(connection, "evidence_links", values)
    if link.checked is not None:
        insert_check(connection, number, link.state, link.detail, link.checked, link.added_at)
    return number


def insert_check(
    connection: sqlite3.Connection,
    number: int,
    state: State,
    detail: str,
    day: date,
    checked_at: str,
) -> None:
    """Keep what a check said of a link."""
    values = {
        "link": number, "state": state, "detail": detail, "day": str(day),
        "checked_at": checked_at,
    }  # fmt: skip
    _insert(connection, "evidence_checks", values)


def insert_verdict(connection: sqlite3.Connection, verdict: Verdict, zone: str) -> None:
    """Keep a verdict; TrackerError where one stands."""
    original, amended = verdict.grades
    values = {
        "season": verdict.season, "original": original, "amended": amended,
        "early": verdict.early, "until": str(verdict.until), "body": _json(plain(verdict)),
        "day": str(verdict.day), "given_at": verdict.given_at, "zone": zone,
    }  # fmt: skip
    try:
        _insert(connection, "verdicts", values)
    except sqlite3.IntegrityError as error:
        raise TrackerError(f"{verdict.season} is closed already: a verdict stands.") from error


def _insert(connection: sqlite3.Connection, table: str, values: dict[str, Any]) -> int:
    columns, marks = ", ".join(values), ", ".join("?" * len(values))
    query = f"INSERT INTO {table} ({columns}) VALUES ({marks})"
    return int(connection.execute(query, list(values.values())).lastrowid or 0)


def change_of(row: sqlite3.Row) -> Change:
    """The change a row holds."""
    return Change(
        kind=row["kind"],
        id=row["item"],
        field=row["field"],
        before=json.loads(row["before"]),
        after=json.loads(row["after"]),
        direction=row["direction"],
        effective=date.fromisoformat(row["effective"]),
        private=bool(row["private"]),
    )


def link_of(row: sqlite3.Row) -> Link:
    """The link a row of `evidence_now` holds."""
    return Link(
        number=row["id"],
        season=row["season"],
        goal=row["goal"],
        scheme=row["scheme"],
        target=row["target"],
        day=date.fromisoformat(row["day"]),
        note=row["note"],
        added_at=row["added_at"],
        state=row["state"],
        checked=date.fromisoformat(row["checked"]) if row["checked"] else None,
        detail=row["detail"],
    )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
