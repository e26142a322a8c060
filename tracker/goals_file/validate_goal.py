"""The sense of a goal of goals.yml: something to reach, and milestones on the way to it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tracker.goals.model import Goal, Milestone
from tracker.goals_file.problems import (
    Slips,
    checked_id,
    checked_title,
    more_than_zero,
)

if TYPE_CHECKING:
    from datetime import date

    from tracker.goals_file.schema import GoalForm, SeasonForm
    from tracker.text.yaml_lines import KeyPath


def goal(form: GoalForm, path: KeyPath, season: SeasonForm | None, slips: Slips) -> Goal:
    """A goal of a form whose types are right; its season is None where its days are not known."""
    return Goal(
        id=checked_id(form.id, path, slips),
        title=checked_title(form.title, path, slips),
        target=more_than_zero(form.target, (*path, "target"), "can never be reached", slips),
        unit=(form.unit or "").strip(),
        evidence=(form.evidence or "").strip(),
        why=(form.why or "").strip(),
        weight=more_than_zero(form.weight, (*path, "weight"), "weighs nothing", slips),
        milestones=_milestones(form, path, season, slips),
    )


def _milestones(
    form: GoalForm, path: KeyPath, season: SeasonForm | None, slips: Slips
) -> tuple[Milestone, ...]:
    """The milestones, each later and higher than the one before, on the way to the target."""
    items = form.milestones
    if not items:
        return ()
    misplaced = _out_of_order([item.by for item in items], path, season, slips)
    if not slips.clear((*path, "target")):
        return ()  # how high they may be is not known
    numbers = [item.amount for item in items]
    amounts = _amounts(numbers, misplaced, path, float(form.target), slips)
    return tuple(Milestone(item.by, amount) for item, amount in zip(items, amounts, strict=True))


def _out_of_order(
    days: list[date], path: KeyPath, season: SeasonForm | None, slips: Slips
) -> frozenset[int]:
    """Which of the milestones' days stand in the wrong place; each is noted."""
    if season is None:
        return frozenset()
    latest, found = season.starts, set()
    for index, day in enumerate(days):
        here = (*path, "milestones", index, "by")
        if not slips.clear(here):
            continue
        inside = season.starts < day < season.ends
        if not inside or day <= latest:
            text = f"{day} does not lie after {latest} and before the season's end, {season.ends}."
            slips.note(here, f"{text} Order them by day; the target ends the line.")
            found.add(index)
        # The next is measured against this one, so that one day in the wrong place is one slip.
        latest = day if inside else latest
    return frozenset(found)


def _amounts(
    numbers: list[int | float],
    misplaced: frozenset[int],
    path: KeyPath,
    target: float,
    slips: Slips,
) -> list[float]:
    """The milestones' amounts; one whose day is in the wrong place is not blamed for its order."""
    found: list[float] = []
    highest, passed = 0.0, False
    for index, number in enumerate(numbers):
        here = (*path, "milestones", index, "amount")
        amount = slips.parsed(partial(float, number), here)
        found.append(amount or 0.0)
        if amount is None or not slips.clear(here):
            continue
        inside, above = 0 < amount <= target, amount > target
        # Where one passes the target it may be the target that is wrong: that is said once.
        if (index in misplaced and inside) or (passed and above):
            continue
        if not highest < amount <= target:
            text = f"{number:g} does not lie above {highest:g} and up to {target:g}."
            slips.note(here, f"{text} Each one is higher than the one before.")
        passed = passed or above
        highest = amount if inside else highest
    return found
