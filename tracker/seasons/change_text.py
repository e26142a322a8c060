"""A change of a season in words: what it was, what it is, and from when it counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tracker.habits.model import Quantity, Schedule
from tracker.seasons.amendments import PRESENCE, Change
from tracker.seasons.promise import Plain, rebuilt

FIELDS = {"at_most": "limit", "if_then": "if-then plan", "why": "reason", "public": "on the pages"}


def subject(change: Change) -> str:
    """What is changed: "goal papers", "habit write", "the season"."""
    return "the season" if change.kind == "season" else f"{change.kind} {change.id}"


def what(change: Change) -> str:
    """What happened to it: "target 6 → 4", "added: Write papers (4 papers)", "dropped"."""
    if change.field == PRESENCE:
        return _presence(change)
    name = FIELDS.get(change.field, change.field)
    if change.before == change.after:
        return f"{name} stays {words(change.field, change.after)}: the easing is taken back"
    return f"{name} {words(change.field, change.before)} → {words(change.field, change.after)}"


def when(change: Change) -> str:
    """Which way it goes and from which day it counts."""
    if change.direction == "neutral":
        return "wording"
    return f"{change.direction}, from {change.effective}"


def line(change: Change) -> str:
    """The change on one line."""
    return f"{subject(change)}: {what(change)} ({when(change)})"


def words(field: str, value: Any) -> str:
    """The value of a field, from its plain form."""
    if value is None:
        return "nothing"
    if field in SPOKEN:
        return SPOKEN[field](value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return f"{value:g}"
    if isinstance(value, list):
        return ", ".join(str(item) for item in value) or "nothing"
    if field in {"starts", "ends"}:
        return str(value)
    return f'"{value}"'


def _presence(change: Change) -> str:
    if change.after is None:
        return "dropped"
    title = change.after.get("title", change.id)
    if change.before is not None:
        return f"stays, its dropping is taken back: {title}"
    return f"added: {title}{_aim(change.after)}"


def _aim(fields: Plain) -> str:
    if "target" in fields:
        return f" ({fields['target']:g} {fields.get('unit', '')}".rstrip() + ")"
    return f" ({_schedule(fields['schedule'])})" if "schedule" in fields else ""


def _schedule(value: Plain) -> str:
    return str(rebuilt(Schedule, value))


def _quantity(value: Plain) -> str:
    quantity: Quantity = rebuilt(Quantity, value)
    how = "" if quantity.aggregate == "last" else f", {quantity.aggregate} of a day"
    return f"{str(quantity) or 'an amount'}{how}"


def _milestones(value: list[Plain]) -> str:
    return ", ".join(f"{stone['amount']:g} by {stone['by']}" for stone in value)


def _breaks(value: list[Plain]) -> str:
    return "; ".join(
        f"{rest['first']} to {rest['last']}"
        + (", planned" if rest["planned"] else "")
        + (f" ({rest['why']})" if "why" in rest else "")
        for rest in value
    )


SPOKEN: dict[str, Callable[[Any], str]] = {
    "schedule": _schedule,
    "quantity": _quantity,
    "milestones": _milestones,
    "breaks": _breaks,
}
