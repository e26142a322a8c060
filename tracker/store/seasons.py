"""Seasons in SQLite: frozen once, amended and forecast by adding rows, judged once."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from datetime import date
from typing import Any

from tracker.goals.forecasts import Forecast
from tracker.goals.links import Link, State
from tracker.seasons.amendments import Amendment
from tracker.seasons.promise import Promise, rebuilt, season_of
from tracker.seasons.record import SeasonRecord
from tracker.seasons.verdict import Verdict
from tracker.store.checkins import Store
from tracker.store.season_rows import (
    change_of,
    insert_amendment,
    insert_check,
    insert_forecast,
    insert_link,
    insert_promise,
    insert_verdict,
    link_of,
)

SCHEMA = 2  # the step of migrations.py that makes these tables
ADOPTIONS_SCHEMA = 6  # and the one that knows which were taken over


class SeasonStore(Store):
    """A log's database, for what is on record of its seasons."""

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
        return [link_of(row) for row in self._season_rows(query, [season, season])]

    def freeze(self, promise: Promise) -> None:
        """Keep a season as it is promised now, for good."""
        with self._transaction() as connection:
            insert_promise(connection, promise)

    def amend(self, season: str, amendment: Amendment, zone: str) -> None:
        """Keep an amendment with all its changes."""
        with self._transaction() as connection:
            insert_amendment(connection, season, amendment, zone)

    def forecast(self, forecast: Forecast, zone: str) -> None:
        """Keep a forecast beside those before it."""
        with self._transaction() as connection:
            insert_forecast(connection, forecast, zone)

    def judge(self, verdict: Verdict, zone: str) -> None:
        """Keep a season's verdict, for good."""
        with self._transaction() as connection:
            insert_verdict(connection, verdict, zone)

    def add_link(self, link: Link, zone: str) -> int:
        """Keep a piece of evidence and what its first check said; returns its number."""
        with self._transaction() as connection:
            return insert_link(connection, link, zone)

    def check(self, number: int, state: State, detail: str, day: date, checked_at: str) -> None:
        """Keep what a later check said of a link."""
        with self._transaction() as connection:
            insert_check(connection, number, state, detail, day, checked_at)

    def adopt(self, record: SeasonRecord, zone: str) -> None:
        """Take over a season that another machine froze, from its public record."""
        with self._transaction() as connection:
            insert_promise(connection, record.promise)
            connection.execute("INSERT INTO adoptions VALUES (?)", [record.id])
            for amendment in record.amendments:
                insert_amendment(connection, record.id, amendment, zone)
            for forecast in record.forecasts:
                insert_forecast(connection, forecast, zone)
            for link in record.links:
                insert_link(connection, link, zone)
            if record.verdict is not None:
                insert_verdict(connection, record.verdict, zone)

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
                tuple(change_of(change) for change in changes),
            )

    def _taken_over(self, season: str) -> bool:
        if self._version() < ADOPTIONS_SCHEMA:
            return False
        return bool(self._rows("SELECT 1 FROM adoptions WHERE season = ?", [season]))

    def _season_rows(self, query: str, values: Iterable[Any] = ()) -> list[sqlite3.Row]:
        """Rows of the tables of seasons; none from a database older than they are."""
        if self._connection is None or self._version() < SCHEMA:
            return []
        return self._rows(query, list(values))
