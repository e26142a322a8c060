"""A season's promise: what was committed to, in one spelling that can be sealed and read back.

Two goals.yml files that say the same make the same promise: comments, the order of keys,
of goals and of habits, and the way a value is written leave the seal alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Literal, NamedTuple

from tracker.goals.model import Season
from tracker.text.codec import Plain, plain, rebuilt

PartKind = Literal["season", "goal", "habit"]
PartKey = tuple[PartKind, str]
Parts = dict[PartKey, Plain]


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


def season_of(data: Plain) -> Season:
    """The season a mapping made by `plain` describes."""
    season = rebuilt(Season, data)
    assert isinstance(season, Season)
    return season


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


def items(season: Season) -> Parts:
    """A season as its parts, each a mapping of its fields without the id.

    The season's breaks stand with the season alone, though its habits have them too.
    """
    data: Plain = plain(season)
    parts: Parts = {("season", season.id): _fields(data, "goals", "habits")}
    for goal in data.get("goals", []):
        parts["goal", goal["id"]] = _fields(goal)
    shared = data.get("breaks", [])
    for habit in data.get("habits", []):
        fields = _fields(habit, "breaks")
        own_breaks = [rest for rest in habit.get("breaks", []) if rest not in shared]
        parts["habit", habit["id"]] = fields | ({"breaks": own_breaks} if own_breaks else {})
    return parts


def season_from(parts: Mapping[PartKey, Plain]) -> Season:
    """The season whose parts these are, in their order."""
    data: Plain = {"goals": [], "habits": []}
    for (kind, identity), fields in parts.items():
        if kind == "season":
            data |= {"id": identity, **fields}
        else:
            data[f"{kind}s"].append({"id": identity, **fields})
    shared = data.get("breaks", [])
    for habit in data["habits"]:
        habit["breaks"] = [*shared, *habit.get("breaks", [])]
    return season_of(data)


def _fields(data: Plain, *left_out: str) -> Plain:
    return {name: value for name, value in data.items() if name not in {"id", *left_out}}
