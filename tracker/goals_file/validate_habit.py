"""The sense of a habit of goals.yml: its days, its breaks, what it counts, whom it serves."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tracker.goals_file.problems import (
    Slips,
    check_days,
    checked_id,
    checked_title,
)
from tracker.habits.model import (
    AGGREGATES,
    DAILY,
    Break,
    Habit,
    Quantity,
    checked_target,
    parse_quantity,
    parse_schedule,
)
from tracker.text.names import did_you_mean

if TYPE_CHECKING:
    from datetime import date

    from tracker.goals_file.schema import (
        BreakForm,
        HabitForm,
        QuantityForm,
        SeasonForm,
    )
    from tracker.text.yaml_lines import KeyPath


def habit(
    form: HabitForm,
    path: KeyPath,
    season: SeasonForm | None,
    goals: list[str] | None,
    slips: Slips,
) -> Habit:
    """A habit of a form whose types are right; its breaks are its own.

    Args:
        season: the season it stands in; None where its days are not known.
        goals: what it may serve: the ids of its season's goals, None where not all are known.
    """
    _check_days(form, path, season, slips)
    return Habit(
        id=checked_id(form.id, path, slips),
        title=checked_title(form.title, path, slips),
        schedule=slips.parsed(partial(parse_schedule, form.schedule), (*path, "schedule")) or DAILY,
        quantity=_quantity(form, path, slips),
        serves=_serves(form, path, goals, slips),
        if_then=(form.if_then or "").strip(),
        public=form.public,
        starts=form.starts,
        ends=form.ends,
        breaks=breaks(form.breaks, path, season, slips),
    )


def _check_days(form: HabitForm, path: KeyPath, season: SeasonForm | None, slips: Slips) -> None:
    if season is None:
        return
    for key, day in (("starts", form.starts), ("ends", form.ends)):
        if day and not season.starts <= day <= season.ends:
            text = f"{day} lies outside the season, {season.starts} to {season.ends}."
            slips.note((*path, key), f"{text} Move it inside, or leave the key out.")
    check_days(form.starts or season.starts, form.ends or season.ends, path, "habit", slips)


def breaks(
    forms: list[BreakForm] | None, path: KeyPath, season: SeasonForm | None, slips: Slips
) -> tuple[Break, ...]:
    """Breaks by their days, each after the one before and inside the season."""
    if not forms:
        return ()
    latest: date | None = None
    for index, form in enumerate(forms):
        here = (*path, "breaks", index)
        if not slips.clear((*here, "from"), (*here, "to")):
            continue
        if form.to < form.from_:
            text = f"the break ends on {form.to}, before it begins on {form.from_}. Swap them."
            slips.note((*here, "to"), text)
        elif season and (form.from_ < season.starts or form.to > season.ends):
            text = f"{form.from_} to {form.to} does not lie in the season, {season.starts} to"
            slips.note((*here, "from"), f"{text} {season.ends}. Move it inside.")
        else:
            if latest and form.from_ <= latest:
                text = f"{form.from_} is not after {latest}, where the one before ends."
                slips.note((*here, "from"), f"{text} Order breaks by their days.")
            latest = form.to
    return tuple(
        Break(form.from_, form.to, (form.why or "").strip(), form.planned) for form in forms
    )


def _quantity(form: HabitForm, path: KeyPath, slips: Slips) -> Quantity | None:
    here, there = (*path, "quantity"), (*path, "at_most")
    amount: Quantity | None = None
    if isinstance(form.quantity, (str, int, float)):
        amount = slips.parsed(partial(parse_quantity, form.quantity), here)
    elif form.quantity is not None:
        amount = _quantity_of(form.quantity, here, slips)
    if form.at_most is None:
        return amount
    limit = slips.parsed(partial(parse_quantity, form.at_most, at_most=True), there)
    if amount is None or limit is None:
        return amount or limit
    if amount.target is not None and slips.clear(here, there, (*here, "target")):
        text = "a habit aims at least or at most, not both. Leave one of them out."
        slips.note(here, text)
    return limit._replace(unit=limit.unit or amount.unit, aggregate=amount.aggregate)


def _quantity_of(form: QuantityForm, path: KeyPath, slips: Slips) -> Quantity:
    target: float | None = None
    if form.target is not None:
        wanted = partial(_target, form.target)
        target = slips.parsed(wanted, (*path, "target"))
    for aggregate in AGGREGATES:
        if aggregate == form.aggregate:
            return Quantity(target, form.unit.strip(), aggregate)
    hint = did_you_mean(form.aggregate, AGGREGATES)
    slips.note((*path, "aggregate"), f'"{form.aggregate}" adds up to nothing. {hint}')
    return Quantity(target, form.unit.strip())


def _target(number: float) -> float:
    return checked_target(float(number), at_most=False)


def _serves(
    form: HabitForm, path: KeyPath, goals: list[str] | None, slips: Slips
) -> tuple[str, ...]:
    raw = form.serves
    names = [] if raw is None else [str(n) for n in (raw if isinstance(raw, list) else [raw])]
    for index, name in enumerate(names):
        if goals is not None and name not in goals:
            here: KeyPath = (*path, "serves")
            place = (*here, index) if isinstance(raw, list) else here
            hint = did_you_mean(name, goals)
            slips.note(place, f'this season has no goal "{name}". {hint}')
    return tuple(dict.fromkeys(names))
