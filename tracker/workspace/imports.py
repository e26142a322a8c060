"""Imports of an open log: what becomes of a file's answers, and which day an instant was."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING

from tracker.calendar.days import civil_day
from tracker.calendar.zones import is_zone, zone_at
from tracker.exchange.imports.plan import Moment, Plan, plan
from tracker.exchange.records import DayOf, Reading
from tracker.habits.checkins import StoredAnswer
from tracker.store.imports import Arrival, File, ImportStore, Origin
from tracker.workspace.session import Session, zone_named

if TYPE_CHECKING:
    from pathlib import Path


def decided(
    session: Session,
    file: Path,
    kind: str,
    reading: Reading,
    known: dict[str, str],
    *,
    replace: bool,
    dry: bool,
) -> Plan:
    """What becomes of the file's answers; done, unless the run is dry."""
    moment = Moment(
        session.logged_at, session.today, session.zone, day_of(session), places(session)
    )

    def decide(stored: list[StoredAnswer]) -> tuple[Plan, list[Arrival]]:
        made = plan(reading, known, session.project, stored, moment, replace=replace)
        return made, arrivals(made)

    if dry:
        return decide(ImportStore(session.database).standing())[0]
    additive = {habit for habit, kind in session.project.aggregates().items() if kind != "last"}
    session.begin_writing()
    store = ImportStore(session.database)
    return store.take_in(decide, File(kind, file.name), session.logged_at, additive)


def arrivals(made: Plan) -> list[Arrival]:
    """What a plan writes."""
    return [
        Arrival(
            item.entry,
            Origin(item.external_id, given.origin, given.created_at, given.updated_at),
            item.supersedes,
        )
        for item in (*made.change, *made.add)
        for given in (item.record.given,)
    ]


def places(session: Session) -> Callable[[datetime], str]:
    """Where the log's writer was at an instant, by what `tracker zone` was told."""
    moves = session.checkins.moves()
    return lambda instant: zone_at(instant, moves, session.project.timezone)


def day_of(session: Session) -> DayOf:
    """The civil day of an instant, in a zone that is known, else where the log's writer was."""
    place, day_ends = places(session), session.project.day_ends

    def counted(instant: datetime, said: str | None = None) -> date:
        name = said if said and is_zone(said) else place(instant)
        return civil_day(instant, zone_named(name), day_ends)

    return counted
