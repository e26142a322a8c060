"""A season's promise: what was committed to, in one spelling that can be sealed and read back.

Two goals.yml files that say the same make the same promise: comments, the order of keys,
of goals and of habits, and the way a value is written leave the seal alone.
"""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from types import UnionType
from typing import Any, NamedTuple, get_args, get_origin, get_type_hints

from tracker.goals.model import Season

FORMAT = 1  # one more whenever a promise is spelled in another way
NOTHING: tuple[object, ...] = (None, "", ())

Plain = dict[str, Any]


class Promise(NamedTuple):
    """A season as it stood when it was frozen.

    Attributes:
        seal: SHA-256 of the promise's public part in its canonical spelling.
        frozen_at: the instant, UTC, ISO 8601.
        day: the civil day of that instant, in the zone.
    """

    season: Season
    seal: str
    frozen_at: str
    day: date
    zone: str

    @property
    def days_late(self) -> int:
        """How many days of the season had passed when it was frozen."""
        return max(0, (self.day - self.season.starts).days)


def promise(season: Season, frozen_at: str, day: date, zone: str) -> Promise:
    """Freeze a season."""
    return Promise(season, seal(plain(season)), frozen_at, day, zone)


def plain(value: Any) -> Any:
    """A named tuple as a mapping of what it says; what says nothing is left out.

    A field that a later version adds says nothing in an older promise, so the promise
    still reads the same. Whole numbers lose their point: 3.0 and 3 are one target.
    """
    if hasattr(value, "_fields"):
        optional = value._field_defaults
        pairs = zip(value._fields, value, strict=True)
        return {
            name: plain(item) for name, item in pairs if not (name in optional and item in NOTHING)
        }
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def season_of(data: Plain) -> Season:
    """The season a mapping made by `plain` describes."""
    season = _rebuilt(Season, data)
    assert isinstance(season, Season)
    return season


def rebuilt(kind: type[Any], data: Plain) -> Any:
    """The named tuple of a kind that a mapping made by `plain` describes."""
    return _rebuilt(kind, data)


def public_part(data: Plain) -> Plain:
    """A promise without the habits that are nobody else's business."""
    habits = [habit for habit in data.get("habits", []) if habit["public"]]
    return {**data, "habits": habits}


def canonical(data: Plain) -> str:
    """The one spelling: JSON without spaces, keys sorted, goals and habits by id."""
    lists = {
        key: sorted(data.get(key, []), key=lambda item: str(item["id"]))
        for key in ("goals", "habits")
    }
    return json.dumps({**data, **lists}, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def seal(data: Plain) -> str:
    """SHA-256 (hex) of the public part's canonical spelling in UTF-8."""
    import hashlib  # OpenSSL takes as long to load as the rest of a look at today

    return hashlib.sha256(canonical(public_part(data)).encode()).hexdigest()


@cache
def _hints(kind: Any) -> dict[str, Any]:
    """The types of a named tuple's fields; to find them out costs more than to use them."""
    return get_type_hints(kind)


def _rebuilt(kind: Any, data: Any) -> Any:
    """A value of a kind, by the kind's own annotations."""
    if data is None:
        return None
    origin = get_origin(kind)
    if origin is UnionType:
        return _rebuilt(next(arg for arg in get_args(kind) if arg is not type(None)), data)
    if origin is tuple:
        return tuple(_rebuilt(get_args(kind)[0], item) for item in data)
    if kind is date:
        return date.fromisoformat(data)
    if kind is float:
        return float(data)
    if hasattr(kind, "_fields"):
        hints = _hints(kind)
        return kind(**{name: _rebuilt(hints[name], item) for name, item in data.items()})
    return data
