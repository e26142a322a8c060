"""A season taken apart into its goals, habits and itself, and put together again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from tracker.goals.model import Season
from tracker.seasons.promise import Plain, plain, season_of

Kind = Literal["season", "goal", "habit"]
Key = tuple[Kind, str]
Items = dict[Key, Plain]


def items(season: Season) -> Items:
    """A season as its parts, each a mapping of its fields without the id.

    The season's breaks stand with the season alone, though its habits have them too.
    """
    data: Plain = plain(season)
    found: Items = {("season", season.id): _fields(data, "goals", "habits")}
    for goal in data.get("goals", []):
        found["goal", goal["id"]] = _fields(goal)
    shared = data.get("breaks", [])
    for habit in data.get("habits", []):
        fields = _fields(habit, "breaks")
        own = [rest for rest in habit.get("breaks", []) if rest not in shared]
        found["habit", habit["id"]] = fields | ({"breaks": own} if own else {})
    return found


def season_from(parts: Mapping[Key, Plain]) -> Season:
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
