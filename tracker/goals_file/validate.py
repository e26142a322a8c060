"""The sense of a goals.yml whose types are right: the project, its seasons, goals and habits."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from tracker.calendar.days import WEEKDAY_NAMES, weekday_index
from tracker.calendar.zones import is_zone, no_zone
from tracker.goals.model import Goal, Milestone, Project, Season
from tracker.goals_file.problems import (
    LOST,
    Problems,
    check_days,
    check_repeated_ids,
    checked_id,
    checked_title,
    more_than_zero,
)
from tracker.habits.amounts import checked_target, checked_unit, parse_quantity
from tracker.habits.model import AGGREGATES, Break, Habit, Quantity, number_words
from tracker.habits.schedule import DAILY, Schedule, parse_schedule
from tracker.text.escape import one_line
from tracker.text.names import did_you_mean

if TYPE_CHECKING:
    from datetime import date

    from tracker.goals_file.schema import (
        BreakForm,
        GoalForm,
        HabitForm,
        ProjectForm,
        QuantityForm,
        SeasonForm,
    )
    from tracker.text.yaml_lines import KeyPath

LATEST_DAY_END = 6 * 60  # later, and a morning's check-in would land on yesterday
LONGEST_SEASON = 20 * 366  # days; longer is a problem in a year
PAGES = frozenset({"index", "archive", "reviews"})  # of progress/, beside those of the seasons


def build(form: ProjectForm, problems: Problems) -> Project:
    """The project of a form whose types are right; what has no sense in it is noted."""
    seasons = [
        _season(item, ("seasons", index), problems) for index, item in enumerate(form.seasons or [])
    ]
    check_repeated_ids([season.id for season in seasons], ("seasons",), problems)
    _check_overlaps(seasons, problems)
    starts = _week_starts(form.week_starts, problems)
    if starts:
        seasons = [_with_weeks_from(season, starts) for season in seasons]
    return Project(
        timezone=_zone(form.timezone, problems),
        day_ends=_day_ends(form.day_ends, problems),
        seasons=tuple(sorted(seasons, key=lambda season: season.starts)),
        week_starts=starts,
    )


def _week_starts(raw: str, problems: Problems) -> int:
    """The weekday, 0 to 6, with which weeks begin."""
    index = weekday_index(raw.strip())
    if index is None:
        days = [day.casefold() for day in WEEKDAY_NAMES]
        problems.add(("week_starts",), f'"{raw}" is no weekday. {did_you_mean(raw, days)}')
    return index or 0


def _with_weeks_from(season: Season, starts: int) -> Season:
    """A season whose habits of so many times a calendar week have weeks that begin then."""
    habits = (
        habit._replace(schedule=habit.schedule._replace(week_starts=starts))
        if habit.schedule.by_week
        else habit
        for habit in season.habits
    )
    return season._replace(habits=tuple(habits))


def _season(form: SeasonForm, path: KeyPath, problems: Problems) -> Season:
    identity = checked_id(form.id, path, problems)
    if identity.casefold() in PAGES:
        text = f"a season cannot be called {identity}: its page has that name."
        problems.add((*path, "id"), text)
    _check_season_days(form, path, problems)
    season = form if problems.is_valid((*path, "starts"), (*path, "ends")) else None
    rests = _breaks(form.breaks, path, season, problems)
    goals = [
        _goal(item, (*path, "goals", i), season, problems)
        for i, item in enumerate(form.goals or [])
    ]
    check_repeated_ids([one.id for one in goals], (*path, "goals"), problems)
    # Where one goal's id is in doubt, any name that a habit serves may be that goal's.
    places: list[KeyPath] = [(*path, "goals", i, "id") for i in range(len(goals))]
    ids_known = problems.is_valid((*path, "goals", LOST), *places)
    ids = [one.id for one in goals] if ids_known else None
    habits = [
        _habit(item, (*path, "habits", i), season, ids, problems)
        for i, item in enumerate(form.habits or [])
    ]
    check_repeated_ids([one.id for one in habits], (*path, "habits"), problems)
    if rests:
        habits = [one._replace(breaks=(*rests, *one.breaks)) for one in habits]
    return Season(
        id=identity,
        title=identity if form.title is None else checked_title(form.title, path, problems),
        starts=form.starts,
        ends=form.ends,
        goals=tuple(goals),
        habits=tuple(habits),
        breaks=rests,
    )


def _check_season_days(form: SeasonForm, path: KeyPath, problems: Problems) -> None:
    check_days(form.starts, form.ends, path, "season", problems)
    length = (form.ends - form.starts).days
    if length > LONGEST_SEASON and problems.is_valid((*path, "starts"), (*path, "ends")):
        text = f"{form.ends} makes a season of {length + 1} days. Check the year."
        problems.add((*path, "ends"), text)


def _check_overlaps(seasons: list[Season], problems: Problems) -> None:
    """Note each season that begins before the one before it has ended."""
    dated = [
        index
        for index in range(len(seasons))
        if problems.is_valid(("seasons", index, "starts"), ("seasons", index, "ends"))
    ]
    before: Season | None = None
    for index in sorted(dated, key=lambda index: seasons[index].starts):
        season = seasons[index]
        if before is None or before.ends < season.starts:
            before = season
            continue
        problems.add(
            ("seasons", index, "starts"),
            f'"{season.id}" starts on {season.starts}, while "{before.id}" runs until '
            f"{before.ends}. A day belongs to one season: move one of them.",
        )
        before = None  # either of the two may be wrong; neither says anything of the next


def _zone(name: str, problems: Problems) -> str:
    if problems.is_valid(("timezone",)) and not is_zone(name):
        problems.add(("timezone",), no_zone(name))
    return name


def _day_ends(raw: str | int, problems: Problems) -> int:
    # Three o'clock was 180 to older readers of YAML, and a number of minutes is taken still.
    match = re.fullmatch(r"(\d{1,2}):([0-5]\d)", raw) if isinstance(raw, str) else None
    # A bare 3 would be three minutes, which nobody means; it is said what to write.
    minutes = raw if isinstance(raw, int) and not 0 < raw <= LATEST_DAY_END // 60 else -1
    if match:
        minutes = int(match[1]) * 60 + int(match[2])
    if not 0 <= minutes <= LATEST_DAY_END:
        problems.add(("day_ends",), f'"{raw}" is no end of a day. Use "00:00" to "06:00".')
    return minutes


def _goal(form: GoalForm, path: KeyPath, season: SeasonForm | None, problems: Problems) -> Goal:
    """A goal of a form whose types are right; its season is None where its days are not known."""
    return Goal(
        id=checked_id(form.id, path, problems),
        title=checked_title(form.title, path, problems),
        target=more_than_zero(form.target, (*path, "target"), "can never be reached", problems),
        unit=(form.unit or "").strip(),
        evidence=(form.evidence or "").strip(),
        why=(form.why or "").strip(),
        weight=more_than_zero(form.weight, (*path, "weight"), "weighs nothing", problems),
        milestones=_milestones(form, path, season, problems),
    )


def _milestones(
    form: GoalForm, path: KeyPath, season: SeasonForm | None, problems: Problems
) -> tuple[Milestone, ...]:
    """The milestones, each later and higher than the one before, on the way to the target."""
    items = form.milestones
    if not items:
        return ()
    misplaced = _out_of_order([item.by for item in items], path, season, problems)
    if not problems.is_valid((*path, "target")):
        return ()  # how high they may be is not known
    numbers = [item.amount for item in items]
    amounts = _amounts(numbers, misplaced, path, float(form.target), problems)
    return tuple(Milestone(item.by, amount) for item, amount in zip(items, amounts, strict=True))


def _out_of_order(
    days: list[date], path: KeyPath, season: SeasonForm | None, problems: Problems
) -> frozenset[int]:
    """Which of the milestones' days stand in the wrong place; each is noted."""
    if season is None:
        return frozenset()
    latest, misplaced = season.starts, set()
    for index, day in enumerate(days):
        by_path = (*path, "milestones", index, "by")
        if not problems.is_valid(by_path):
            continue
        inside = season.starts < day < season.ends
        if not inside or day <= latest:
            text = f"{day} does not lie after {latest} and before the season's end, {season.ends}."
            problems.add(by_path, f"{text} Order them by day; the target ends the line.")
            misplaced.add(index)
        # The next is measured against this one, so that one day in the wrong place is one problem.
        latest = day if inside else latest
    return frozenset(misplaced)


def _amounts(
    numbers: list[int | float],
    misplaced: frozenset[int],
    path: KeyPath,
    target: float,
    problems: Problems,
) -> list[float]:
    """The milestones' amounts; one whose day is in the wrong place is not blamed for its order."""
    amounts: list[float] = []
    highest, passed = 0.0, False
    for index, number in enumerate(numbers):
        amount_path = (*path, "milestones", index, "amount")
        amount = problems.parsed(partial(float, number), amount_path)
        amounts.append(amount or 0.0)
        if amount is None or not problems.is_valid(amount_path):
            continue
        inside, above = 0 < amount <= target, amount > target
        # Where one passes the target it may be the target that is wrong: that is said once.
        if (index in misplaced and inside) or (passed and above):
            continue
        if not highest < amount <= target:
            bounds = f"above {number_words(highest)} and up to {number_words(target)}"
            text = f"{number_words(number)} does not lie {bounds}."
            problems.add(amount_path, f"{text} Each one is higher than the one before.")
        passed = passed or above
        highest = amount if inside else highest
    return amounts


def _habit(
    form: HabitForm,
    path: KeyPath,
    season: SeasonForm | None,
    goals: list[str] | None,
    problems: Problems,
) -> Habit:
    """A habit of a form whose types are right; its breaks are its own.

    Args:
        season: the season it stands in; None where its days are not known.
        goals: what it may serve: the ids of its season's goals, None where not all are known.
    """
    _check_habit_days(form, path, season, problems)
    schedule_path = (*path, "schedule")
    schedule = problems.parsed(partial(parse_schedule, form.schedule), schedule_path) or DAILY
    return Habit(
        id=checked_id(form.id, path, problems),
        title=checked_title(form.title, path, problems),
        schedule=schedule,
        quantity=_quantity(form, schedule, path, problems),
        serves=_serves(form, path, goals, problems),
        if_then=(form.if_then or "").strip(),
        public=form.public,
        starts=form.starts,
        ends=form.ends,
        breaks=_breaks(form.breaks, path, season, problems),
        group="" if form.group is None else one_line(str(form.group)),
    )


def _check_habit_days(
    form: HabitForm, path: KeyPath, season: SeasonForm | None, problems: Problems
) -> None:
    if season is None:
        return
    for key, day in (("starts", form.starts), ("ends", form.ends)):
        if day and not season.starts <= day <= season.ends:
            text = f"{day} lies outside the season, {season.starts} to {season.ends}."
            problems.add((*path, key), f"{text} Move it inside, or leave the key out.")
    check_days(form.starts or season.starts, form.ends or season.ends, path, "habit", problems)


def _breaks(
    forms: list[BreakForm] | None, path: KeyPath, season: SeasonForm | None, problems: Problems
) -> tuple[Break, ...]:
    """Breaks by their days, each after the one before and inside the season."""
    if not forms:
        return ()
    latest: date | None = None
    for index, form in enumerate(forms):
        break_path = (*path, "breaks", index)
        if not problems.is_valid((*break_path, "from"), (*break_path, "to")):
            continue
        if form.to < form.from_:
            text = f"the break ends on {form.to}, before it begins on {form.from_}. Swap them."
            problems.add((*break_path, "to"), text)
        elif season and (form.from_ < season.starts or form.to > season.ends):
            text = f"{form.from_} to {form.to} does not lie in the season, {season.starts} to"
            problems.add((*break_path, "from"), f"{text} {season.ends}. Move it inside.")
        else:
            if latest and form.from_ <= latest:
                text = f"{form.from_} is not after {latest}, where the one before ends."
                problems.add((*break_path, "from"), f"{text} Order breaks by their days.")
            latest = form.to
    return tuple(
        Break(form.from_, form.to, (form.why or "").strip(), form.planned) for form in forms
    )


def _quantity(
    form: HabitForm, schedule: Schedule, path: KeyPath, problems: Problems
) -> Quantity | None:
    quantity_path, limit_path = (*path, "quantity"), (*path, "at_most")
    amount: Quantity | None = None
    if isinstance(form.quantity, (str, int, float)):
        amount = problems.parsed(partial(parse_quantity, form.quantity), quantity_path)
    elif form.quantity is not None:
        amount = _quantity_of(form.quantity, quantity_path, problems)
    if schedule.per_day and (form.quantity is not None or form.at_most is not None):
        key = "quantity" if form.quantity is not None else "at_most"
        text = f"{schedule.written} counts times, and a habit counts one thing. Leave {key} out, or"
        problems.add((*path, key), f"{text} write the day's amount with schedule: daily.")
    if form.at_most is None:
        return amount
    limit = problems.parsed(partial(parse_quantity, form.at_most, at_most=True), limit_path)
    if amount is None or limit is None:
        return amount or limit
    if amount.target is not None and problems.is_valid(
        quantity_path, limit_path, (*quantity_path, "target")
    ):
        text = "a habit aims at least or at most, not both. Leave one of them out."
        problems.add(quantity_path, text)
    return limit._replace(unit=limit.unit or amount.unit, aggregate=amount.aggregate)


def _quantity_of(form: QuantityForm, path: KeyPath, problems: Problems) -> Quantity:
    target: float | None = None
    if form.target is not None:
        wanted = partial(_target, form.target)
        target = problems.parsed(wanted, (*path, "target"))
    unit = problems.parsed(partial(checked_unit, form.unit.strip()), (*path, "unit")) or ""
    for aggregate in AGGREGATES:
        if aggregate == form.aggregate:
            return Quantity(target, unit, aggregate)
    hint = did_you_mean(form.aggregate, AGGREGATES)
    problems.add((*path, "aggregate"), f'"{form.aggregate}" adds up to nothing. {hint}')
    return Quantity(target, unit)


def _target(number: float) -> float:
    return checked_target(float(number), at_most=False)


def _serves(
    form: HabitForm, path: KeyPath, goals: list[str] | None, problems: Problems
) -> tuple[str, ...]:
    raw = form.serves
    names = [] if raw is None else [str(n) for n in (raw if isinstance(raw, list) else [raw])]
    for index, name in enumerate(names):
        if goals is not None and name not in goals:
            serves_path: KeyPath = (*path, "serves")
            name_path = (*serves_path, index) if isinstance(raw, list) else serves_path
            hint = did_you_mean(name, goals)
            problems.add(name_path, f'this season has no goal "{name}". {hint}')
    return tuple(dict.fromkeys(names))
