"""Where the log's writer is: a time zone's name, checked, and what another zone makes of today."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import cache

from tracker.calendar.days import beside_today
from tracker.errors import TrackerError
from tracker.text.names import nearest

SEASONS = tuple(datetime(2026, month, 15, tzinfo=UTC) for month in (1, 7))  # both sides' summer
ABBREVIATION = re.compile("[A-Za-z]{3,5}")
OFFSET = re.compile(r"(?:utc|gmt|z)?\s*[+\u2212-]\s*\d{1,2}(?::?\d{2})?", re.IGNORECASE)
# Of the places that share a time's name, the ones to suggest.
WELL_KNOWN = (
    "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles",
    "America/Halifax", "America/Anchorage", "Pacific/Honolulu", "Europe/London", "Europe/Lisbon",
    "Europe/Berlin", "Europe/Helsinki", "Europe/Moscow", "Africa/Lagos", "Africa/Nairobi",
    "Africa/Johannesburg", "Asia/Kolkata", "Asia/Karachi", "Asia/Shanghai", "Asia/Hong_Kong",
    "Asia/Manila", "Asia/Tokyo", "Asia/Seoul", "Asia/Jakarta", "Asia/Jerusalem", "Europe/Dublin",
    "Australia/Sydney", "Australia/Adelaide", "Australia/Perth", "Pacific/Auckland",
)  # fmt: skip
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
    if not known:
        return f'"{name}" is no time zone. This machine has no time zone data: pip install tzdata.'
    word = name.strip()
    if OFFSET.fullmatch(word):
        return (
            f'"{name}" is no time zone but a distance from UTC, which knows no summer time. '
            "Write the place: Europe/Berlin, Asia/Tokyo."
        )
    if ABBREVIATION.fullmatch(word) and (places := places_of(word)):
        return f'"{name}" is no time zone but short for one. Write {" or ".join(places)}.'
    cities = {zone.rpartition("/")[2].casefold(): zone for zone in sorted(known)}
    city = word.casefold().replace(" ", "_")
    guess = cities.get(city)
    if guess is None and not word.isupper():  # an abbreviation's neighbour is another time
        guess = nearest(name, known) or cities.get(nearest(city, cities) or "")
    hint = f'Did you mean "{guess}"?' if guess else "Write it like Asia/Tokyo or UTC."
    return f'"{name}" is no time zone. {hint}'


def places_of(abbreviation: str) -> list[str]:
    """The zones in which an abbreviation is the time's name: one of each distance from UTC.

    IST is three of them. The place that most people know comes first.
    """
    places: dict[timedelta | None, list[str]] = {}
    for zone in zoneinfo.available_timezones():
        if "/" not in zone or zone.startswith("Etc/"):
            continue
        for instant in SEASONS:
            local = instant.astimezone(zoneinfo.ZoneInfo(zone))
            if local.tzname() == abbreviation.upper():
                places.setdefault(local.utcoffset(), []).append(zone)
    best = [min(zones, key=_how_known) for zones in places.values()]
    return sorted(best, key=_how_known)


def _how_known(zone: str) -> tuple[int, str]:
    return (WELL_KNOWN.index(zone) if zone in WELL_KNOWN else len(WELL_KNOWN), zone)


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
