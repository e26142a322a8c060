"""Where the log's writer is: a time zone's name, checked, and what another zone makes of today."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterable
from datetime import date, datetime
from functools import cache

from tracker.calendar.days import beside_today
from tracker.errors import TrackerError
from tracker.text.names import nearest

HOME = "home"  # the zone of goals.yml


def resolve_zone(name: str, said_in: str = "") -> str:
    """A time zone's name; TrackerError with a guess for one that is none.

    Args:
        name: as a person wrote it; capitals do not matter.
        said_in: where it was written, for the message.
    """
    if is_zone(name):
        return name
    names = zoneinfo.available_timezones()
    same = [one for one in names if one.casefold() == name.strip().casefold().replace(" ", "_")]
    if same:
        return same[0]
    where = f"{said_in}: " if said_in else ""
    raise TrackerError(f"{where}{no_zone(name)}")


def no_zone(name: str) -> str:
    """What to say of a name that is no time zone's, with a guess at the one meant."""
    known = zoneinfo.available_timezones()
    cities = {zone.rpartition("/")[2].casefold(): zone for zone in sorted(known)}
    guess = cities.get(name.strip().casefold().replace(" ", "_")) or nearest(name, known)
    hint = f'Did you mean "{guess}"?' if guess else "Write it like Asia/Tokyo or UTC."
    if not known:
        hint = "This machine has no time zone data: pip install tzdata."
    return f'"{name}" is no time zone. {hint}'


@cache
def is_zone(name: str) -> bool:
    """Whether a name is a time zone's, letter for letter."""
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def zone_at(instant: datetime, moves: Iterable[tuple[str, str | None]], home: str) -> str:
    """The zone that someone was in at an instant.

    Args:
        moves: since when, UTC, ISO 8601, and where, as it was said; None is home.
        home: where they were before the first move.
    """
    zone: str | None = None
    for since, name in moves:
        if datetime.fromisoformat(since) <= instant:
            zone = name
    return zone or home


def change_in_words(before: date, now: date) -> str:
    """What a change of zone does to today."""
    if now == before:
        return f"It is {beside_today(now, now)}, there too."
    if now < before:
        return (
            f"There it is {beside_today(now, now)}, again: "
            f"what you answered for {beside_today(before, now)} stands until that day is here."
        )
    return (
        f"There it is {beside_today(now, now)} already. A day you never had on the way can be "
        "skipped: tracker checkin HABIT=s --day DAY"
    )
