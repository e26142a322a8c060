"""A goal of Beeminder as a habit: what of it goals.yml can say, and in words what it cannot.

Source: Beeminder's API reference, and its graph code (`broad.js`, `AGGR`).
"""

from __future__ import annotations

from typing import Any

import msgspec

from tracker.exchange.records import ForeignHabit
from tracker.habits.model import AGGREGATES, Aggregate, Quantity
from tracker.habits.schedule import LONGEST_WINDOW, TRACK_ONLY, rolling
from tracker.text.escape import one_line

UNITS = {
    "y": ("year", 365), "m": ("month", 30), "w": ("week", 7), "d": ("day", 1), "h": ("hour", 1),
}  # fmt: skip
HOURS = 24
# How a day's amounts are put together. Beeminder's own "mean" counts equal values once.
AGGDAYS: dict[str, Aggregate] = {
    "last": "last", "first": "first", "sum": "sum", "min": "min", "max": "max", "count": "count",
    "median": "median", "truemean": "mean", "average": "mean", "mu": "mean",
}  # fmt: skip
LEVELS = {"fatloser", "gainer", "inboxer"}  # kinds of goals whose values are no day's own
ODOMETER = "biker"


class GoalForm(msgspec.Struct):
    """What is read of a goal, or of the user whose goals they are."""

    slug: Any = None
    gunits: Any = None
    rate: Any = None
    runits: Any = None
    mathishard: Any = None
    aggday: Any = None
    kyoom: Any = None
    odom: Any = None
    goal_type: Any = None
    yaw: Any = None
    dir: Any = None
    datapoints: list[msgspec.Raw] | None = None
    goals: list[msgspec.Raw] | None = None  # of a user, who stands around them


def habit(slug: str, goal: GoalForm) -> tuple[ForeignHabit, list[str]]:
    """A habit to propose, and what should be known before its answers are trusted.

    Its rate is the target of as many days as the rate is per. What cannot be said in
    goals.yml is never replaced by something else: the habit is then only tracked.
    """
    unit = str(goal.gunits or "").strip() or "times"
    aggregate, why = _aggregate(goal)
    reasons = [why] if why else []
    reasons += _no_amounts_of_a_day(goal)
    rate, days = _rate(goal)
    if (goal.yaw, goal.dir) not in {(None, None), (1, 1), (-1, 1)}:
        reasons.append("its line is to be kept on another side than goals.yml knows")
    note = _note(goal)
    if rate is None or not rate > 0 or not 1 <= days <= LONGEST_WINDOW:
        note = "it has no daily rate"
    elif not reasons:
        at_most = goal.yaw == -1
        schedule = rolling(1, days, "")
        return ForeignHabit(slug, schedule, Quantity(rate, unit, aggregate, at_most), note), []
    notes = [*(f"Beeminder: {reason}" for reason in reasons), note]
    tracked = Quantity(None, unit, aggregate)
    told = [f"{slug}: {reason}" for reason in reasons]
    return ForeignHabit(slug, TRACK_ONLY, tracked, "; ".join(filter(None, notes))), told


def _aggregate(goal: GoalForm) -> tuple[Aggregate, str]:
    """How a day's amounts are put together, and why not as in Beeminder where that cannot be."""
    if goal.aggday is None:
        return ("sum" if goal.kyoom is True else "last"), ""  # as Beeminder takes it
    if str(goal.aggday) in AGGDAYS:
        return AGGDAYS[str(goal.aggday)], ""
    said = one_line(str(goal.aggday))[:40]
    return "last", (
        f'a day\'s amounts are put together by "{said}", which goals.yml cannot say; choose one '
        f"of {', '.join(AGGREGATES)}"
    )


def _no_amounts_of_a_day(goal: GoalForm) -> list[str]:
    """Why the values are not what a day adds, where they are not."""
    if goal.odom is True or goal.goal_type == ODOMETER:
        return ["its values are readings of an odometer, taken in as they are: no day's own amount"]
    if goal.kyoom is False or goal.goal_type in LEVELS:
        return ["its values are totals or levels, taken in as they are: no day's own amount"]
    return []


def _rate(goal: GoalForm) -> tuple[float | None, int]:
    """How much in how many days."""
    rate = goal.rate
    if rate is None and isinstance(goal.mathishard, list) and len(goal.mathishard) == 3:
        rate = goal.mathishard[2]
    if isinstance(rate, bool) or not isinstance(rate, (int, float)):
        return None, 0
    days = UNITS.get(str(goal.runits), ("", 0))[1]
    return float(rate) * (HOURS if goal.runits == "h" else 1), days


def _note(goal: GoalForm) -> str:
    """Which rate it was, where days do not say it exactly."""
    word, days = UNITS.get(str(goal.runits), ("", 0))
    if goal.runits in {"m", "y"}:
        return f"Beeminder's rate is per {word}; a {word} is {days} days here"
    return f"Beeminder's rate is per {word}" if goal.runits == "h" else ""
