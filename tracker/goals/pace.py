"""Pace: a goal's line from the season's start to its end, and the days to spare.

Source: Beeminder's open road (`broad.js`, `butil.js`). Times are days, values are the
goal's own unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from tracker.goals.model import Goal, Season
from tracker.habits.model import Break


class Point(NamedTuple):
    """A corner of the line."""

    time: float
    value: float


def season_line(season: Season, goal: Goal) -> list[Point]:
    """From nothing on the season's first day, through the milestones, to the target on its last.

    A milestone that an amended season no longer holds is left out; none stands above the target.
    """
    start, end = season.starts.toordinal(), season.ends.toordinal()
    stones = [
        Point(stone.by.toordinal(), min(stone.amount, goal.target))
        for stone in goal.milestones
        if start < stone.by.toordinal() < end
    ]
    corners = [Point(start, 0.0), *stones, Point(max(end, start + 1), goal.target)]
    return _level(corners, season.breaks) if season.breaks else corners


def _level(corners: Sequence[Point], breaks: Sequence[Break]) -> list[Point]:
    """The line with each break level; what it would have risen is shared by the other days.

    A break is level from the evening before it, so as many steps go as it has days. Where
    there is nothing but a break between two corners, the line rises at its end.
    """
    points = [corners[0]]
    for before, after in pairwise(corners):
        rests = [
            (max(rest.first.toordinal() - 1.0, before.time), min(rest.last.toordinal(), after.time))
            for rest in breaks
        ]
        rests = [(first, last) for first, last in rests if first < last]
        working = after.time - before.time - sum(last - first for first, last in rests)
        rate = (after.value - before.value) / working if working > 0 else 0.0
        for first, last in rests:
            value = points[-1].value + rate * (first - points[-1].time)
            points += [Point(time, value) for time in (first, last) if time > points[-1].time]
        if points[-1].time < after.time:
            points.append(after)
        elif working > 0:
            points[-1] = points[-1]._replace(value=after.value)
        else:  # level until the day before, which is there already where the break is one day
            eve = points.pop()._replace(time=after.time - 1)
            points += [eve, after] if eve.time > points[-1].time else [after]
    return points


def value_at(corners: Sequence[Point], time: float) -> float:
    """The line's height at a time; level before its start and after its end."""
    if time <= corners[0].time:
        return corners[0].value
    for before, after in pairwise(corners):
        if time <= after.time:
            share = (time - before.time) / (after.time - before.time)
            return before.value + (after.value - before.value) * share
    return corners[-1].value


def safe_days(corners: Sequence[Point], time: float, value: float) -> int | None:
    """The smallest x ≥ 0 with value < line(time + x); None where the line never gets there."""
    end = int(max(corners[-1].time - time, 0)) + 1
    return next((x for x in range(end + 1) if _below(corners, time + x, value)), None)


def colour(safe: int | None) -> str:
    """How urgent: red under one safe day, orange under two, blue under three, green under seven."""
    if safe is None or safe >= 7:
        return "clear"
    return "red" if safe < 1 else "orange" if safe < 2 else "blue" if safe < 3 else "green"


def _below(corners: Sequence[Point], time: float, value: float) -> bool:
    """value < line(time), without a division that could tip an exact tie."""
    if time <= corners[0].time:
        return value < corners[0].value
    for before, after in pairwise(corners):
        if time <= after.time:
            gained = (value - before.value) * (after.time - before.time)
            return gained < (after.value - before.value) * (time - before.time)
    return value < corners[-1].value
