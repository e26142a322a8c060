"""Seasons in SQLite: frozen once, amended and forecast by adding rows, judged once."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from tracker.errors import TrackerError
from tracker.goals.forecasts import Forecast
from tracker.goals.links import Found, Link
from tracker.seasons.amendments import Amendment, Change
from tracker.seasons.promise import Promise, season_of
from tracker.seasons.record import SeasonRecord
from tracker.seasons.verdict import Verdict
from tracker.text.codec import plain, rebuilt

if TYPE_CHECKING:
    from tracker.store.database import Database

SCHEMA = 2  # the step of migrations.py that makes these tables
ADOPTIONS_SCHEMA = 6  # and the one that knows which were taken over


class SeasonStore:
    """What is on record of the seasons, in an open database."""

    def __init__(self, database: Database) -> None:
        """Reads and adds through a database that whoever opened it closes."""
        self.database = database

    def record(self, season: str) -> SeasonRecord | None:
        """All that is stored of a season; None where it was never frozen."""
        rows = self._season_rows("SELECT * FROM promises WHERE season = ?", [season])
        if not rows:
            return None
        row = rows[0]
        promise = Promise(
            season_of(json.loads(row["body"])),
            row["seal"],
            row["frozen_at"],
            date.fromisoformat(row["day"]),
            row["zone"],
        )
        verdicts = self._season_rows("SELECT body FROM verdicts WHERE season = ?", [season])
        return SeasonRecord(
            promise=promise,
            amendments=tuple(self._amendments(season)),
            forecasts=tuple(self.forecasts(season)),
            links=tuple(self.links(season)),
            verdict=rebuilt(Verdict, json.loads(verdicts[0]["body"])) if verdicts else None,
            taken_over=self._taken_over(season),
        )

    def frozen(self) -> list[str]:
        """The ids of the seasons that were frozen, the oldest first."""
        rows = self._season_rows("SELECT season FROM promises ORDER BY starts")
        return [row["season"] for row in rows]

    def amended(self) -> list[str]:
        """The ids of the seasons that were amended."""
        rows = self._season_rows("SELECT DISTINCT season FROM amendments")
        return [row["season"] for row in rows]

    def forecasts(self, season: str) -> list[Forecast]:
        """Every forecast of a season, in the order they were made."""
        query = "SELECT * FROM forecasts WHERE season = ? ORDER BY id"
        return [
            Forecast(
                season, r["goal"], r["probability"], date.fromisoformat(r["day"]), r["made_at"]
            )
            for r in self._season_rows(query, [season])
        ]

    def links(self, season: str | None = None) -> list[Link]:
        """The evidence given by hand, for one season or for all, with its last check."""
        query = "SELECT * FROM evidence_now WHERE ? IS NULL OR season = ? ORDER BY id"
        return [_link_of(row) for row in self._season_rows(query, [season, season])]

    def freeze(self, promise: Promise) -> None:
        """Keep a season as it is promised now, for good."""
        with self.database.transaction() as connection:
            _insert_promise(connection, promise)

    def amend(self, season: str, amendment: Amendment, zone: str) -> None:
        """Keep an amendment with all its changes."""
        with self.database.transaction() as connection:
            _insert_amendment(connection, season, amendment, zone)

    def forecast(self, forecast: Forecast, zone: str) -> None:
        """Keep a forecast beside those before it."""
        with self.database.transaction() as connection:
            _insert_forecast(connection, forecast, zone)

    def judge(self, verdict: Verdict, zone: str) -> None:
        """Keep a season's verdict, for good."""
        with self.database.transaction() as connection:
            _insert_verdict(connection, verdict, zone)

    def add_link(self, link: Link, zone: str) -> int:
        """Keep a piece of evidence and what its first check said; returns its number."""
        with self.database.transaction() as connection:
            return _insert_link(connection, link, zone)

    def check(self, link: Link, checked_at: str) -> None:
        """Keep what a later check said of a link, as the link has it now."""
        with self.database.transaction() as connection:
            _insert_check(connection, link.number, link, checked_at)

    def adopt(self, record: SeasonRecord, zone: str) -> None:
        """Take over a season that another machine froze, from its public record."""
        with self.database.transaction() as connection:
            _insert_promise(connection, record.promise)
            connection.execute("INSERT INTO adoptions VALUES (?)", [record.id])
            for amendment in record.amendments:
                _insert_amendment(connection, record.id, amendment, zone)
            for forecast in record.forecasts:
                _insert_forecast(connection, forecast, zone)
            for link in record.links:
                _insert_link(connection, link, zone)
            if record.verdict is not None:
                _insert_verdict(connection, record.verdict, zone)

    def _amendments(self, season: str) -> Iterable[Amendment]:
        query = "SELECT * FROM amendments WHERE season = ? ORDER BY number"
        for row in self._season_rows(query, [season]):
            changes = self._season_rows(
                "SELECT * FROM amendment_changes WHERE amendment = ? ORDER BY id", [row["id"]]
            )
            yield Amendment(
                row["number"],
                date.fromisoformat(row["day"]),
                row["made_at"],
                row["reason"],
                tuple(_change_of(change) for change in changes),
            )

    def _taken_over(self, season: str) -> bool:
        query = "SELECT 1 FROM adoptions WHERE season = ?"
        return bool(self.database.rows(query, [season], schema=ADOPTIONS_SCHEMA))

    def _season_rows(self, query: str, values: Iterable[Any] = ()) -> list[sqlite3.Row]:
        """Rows of the tables of seasons; none from a database older than they are."""
        return self.database.rows(query, list(values), schema=SCHEMA)


def _insert_promise(connection: sqlite3.Connection, promise: Promise) -> None:
    """Keep a promise."""
    season = promise.season
    values = {
        "season": season.id, "title": season.title, "starts": str(season.starts),
        "ends": str(season.ends), "seal": promise.seal, "body": _json(plain(season)),
        "day": str(promise.day), "frozen_at": promise.frozen_at, "zone": promise.zone,
    }  # fmt: skip
    _insert(connection, "promises", values)


def _insert_amendment(
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


def _insert_forecast(connection: sqlite3.Connection, forecast: Forecast, zone: str) -> None:
    """Keep a forecast."""
    values = {
        "season": forecast.season, "goal": forecast.goal, "probability": forecast.probability,
        "day": str(forecast.day), "week": str(forecast.week), "made_at": forecast.made_at,
        "zone": zone,
    }  # fmt: skip
    _insert(connection, "forecasts", values)


def _insert_link(connection: sqlite3.Connection, link: Link, zone: str) -> int:
    """Keep a link and its first check; returns its number."""
    values = {
        "season": link.season, "goal": link.goal, "scheme": link.scheme, "target": link.target,
        "day": str(link.day), "note": link.note, "added_at": link.added_at, "zone": zone,
    }  # fmt: skip
    number = _insert(connection, "evidence_links", values)
    if link.checked is not None:
        _insert_check(connection, number, link, link.added_at)
    return number


def _insert_check(connection: sqlite3.Connection, number: int, link: Link, checked_at: str) -> None:
    """Keep what a check said of a link."""
    values = {
        "link": number, "state": link.state, "detail": link.detail, "day": str(link.checked),
        "checked_at": checked_at,
    }  # fmt: skip
    if link.found is not None:
        status, address, title = link.found
        values |= {"status": status, "final_address": address, "title": title}
    _insert(connection, "evidence_checks", values)


def _insert_verdict(connection: sqlite3.Connection, verdict: Verdict, zone: str) -> None:
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


def _change_of(row: sqlite3.Row) -> Change:
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


def _link_of(row: sqlite3.Row) -> Link:
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
        found=_found(row),
    )


def _found(row: sqlite3.Row) -> Found | None:
    """What the last check found; a database of an older schema does not know."""
    if "status" not in row.keys() or row["status"] is None:  # noqa: SIM118 - a Row holds values
        return None
    return Found(row["status"], row["final_address"], row["title"])


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
