"""The fields of a commitment: which way a change of each goes, and how its value reads.

A change that cannot be shown to be harder, or mere wording, is taken for easier: moving a
goal sideways is how goalposts walk.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Literal

from tracker.calendar.days import each_day
from tracker.goals.evidence import in_prose, wanted_kind
from tracker.goals.model import Goal, Season, span_in
from tracker.goals.pace import season_line, value_at
from tracker.habits.model import Break, Habit, Quantity, amount_words, number_words, total
from tracker.habits.schedule import Schedule
from tracker.habits.windows import limit_of
from tracker.text.codec import Plain, rebuilt

A_MONDAY, A_SUNDAY = date(2026, 11, 23), date(2026, 11, 29)  # of whichever week
Direction = Literal["harder", "easier", "neutral"]
# Fields that say something to a reader and nothing to the grade. Whether a habit is
# public is between its keeper and the reader, not between the keeper and the habit.
WORDING = frozenset({"title", "why", "if_then", "serves", "public", "group"})
NAMES = {"if_then": "if-then plan", "why": "reason", "public": "on the pages"}


def of_season(field: str, before: Season, after: Season) -> Direction:
    """A change of a season's own days.

    An earlier end leaves the goals less time, so it is harder; unless a habit is scored on
    the days that go. Another start cannot be compared: it moves the pace line of every goal,
    and takes days from every habit or lets older evidence in.
    """
    if field in WORDING:
        return "neutral"
    if field == "breaks":
        return _breaks(before.breaks, after.breaks)
    if field == "ends" and after.ends < before.ends:
        spans = [span_in(before, habit) for habit in before.habits if habit.scored]
        return "easier" if any(span.last > after.ends for span in spans) else "harder"
    return "easier"


def of_goal(field: str, before: Goal, after: Goal, season: Season) -> Direction:
    """A change of one field of a goal, the season's days being as they were.

    A weight moves the season's grade from one goal to another, so it waits as easier.
    """
    if field in WORDING:
        return "neutral"
    if field == "target":
        return _more(before.target, after.target)
    if field == "evidence":
        return _evidence(before, after)
    if field == "milestones":
        return _line(before, before._replace(milestones=after.milestones), season)
    return "easier"


def of_habit(field: str, before: Habit, after: Habit) -> Direction:
    """A change of one field of a habit."""
    if field in WORDING:
        return "neutral"
    if field in {"schedule", "quantity"}:
        return _asked(before, after)
    if field == "starts":
        return _more(after.starts or date.min, before.starts or date.min)
    if field == "ends":
        return _more(before.ends or date.max, after.ends or date.max)
    return _breaks(before.breaks, after.breaks) if field == "breaks" else "easier"


def _breaks(before: Sequence[Break], after: Sequence[Break]) -> Direction:
    """Days of rest taken away are harder; the words about them are words."""
    was, now = (
        {day for rest in breaks for day in each_day(rest.first, rest.last)}
        for breaks in (before, after)
    )
    if was == now:
        return "neutral"
    return "harder" if now < was else "easier"


def _more(before: float | date, after: float | date) -> Direction:
    """More is harder."""
    if before == after:
        return "neutral"
    return "harder" if after > before else "easier"  # type: ignore[operator]


def _evidence(before: Goal, after: Goal) -> Direction:
    """A kind of entry asks for more than any entry; prose is judged by no machine."""
    kinds = wanted_kind(before), wanted_kind(after)
    if kinds[0] != kinds[1]:
        return "harder" if kinds[0] is None else "easier"
    return "neutral" if in_prose(before) == in_prose(after) else "easier"


def _line(before: Goal, after: Goal, season: Season) -> Direction:
    """A pace line that nowhere runs lower, and somewhere higher, is harder."""
    lines = season_line(season, before), season_line(season, after)
    days = [day.toordinal() for day in each_day(season.starts, season.ends)]
    gaps = [value_at(lines[1], day) - value_at(lines[0], day) for day in days]
    if all(abs(gap) < 1e-9 for gap in gaps):
        return "neutral"
    return "harder" if min(gaps) > -1e-9 else "easier"


def _asked(before: Habit, after: Habit) -> Direction:
    """How often and how much count together: 10 km a week are no more than 5 km a day."""
    if before.limit and after.limit:
        return _limit(before, after)
    ways = {
        _schedule(before.schedule, after.schedule),
        _quantity(before.quantity, after.quantity),
    }
    return "easier" if "easier" in ways else "harder" if "harder" in ways else "neutral"


def _limit(before: Habit, after: Habit) -> Direction:
    """Harder where whoever keeps the limit in its new window has kept it in the old one."""
    assert before.quantity is not None
    assert after.quantity is not None
    one, other = before.schedule, after.schedule
    as_measured = before.quantity._replace(target=None) == after.quantity._replace(target=None)
    if not other.scored or not as_measured or _can_count(one) - _can_count(other):
        return "easier"
    days, new_days = one.limit_window[1], other.limit_window[1]
    windows = -(-days // new_days)  # new ones that an old one can be cut into
    if other.by_week and days > 1 and (not one.by_week or one.week_starts != other.week_starts):
        windows += 1  # any seven days lie in two calendar weeks
    most = total([limit_of(after)] * windows)
    return "harder" if not one.scored or most <= limit_of(before) else "easier"


def _schedule(before: Schedule, after: Schedule) -> Direction:
    scored = before.scored, after.scored
    if scored[0] != scored[1]:
        return "harder" if scored[1] else "easier"
    if _can_count(before) - _can_count(after) or _must_count(before) - _must_count(after):
        return "easier"  # it takes a day away, however many it adds
    (times, days), (new_times, new_days) = before.frequency, after.frequency
    ways = {
        _more(times * new_days, new_times * days),
        _more(before.per_day or 1, after.per_day or 1),
    }
    if ways == {"neutral"}:
        return "neutral" if before == after else "easier"
    return "easier" if "easier" in ways else "harder"


def _can_count(schedule: Schedule) -> set[int]:
    """The weekdays on which an answer can count."""
    return {day.weekday() for day in each_day(A_MONDAY, A_SUNDAY) if schedule.asks_on(day)}


def _must_count(schedule: Schedule) -> set[int]:
    """The weekdays that are due whatever the others brought."""
    return _can_count(schedule) if schedule.scored and not schedule.pools else set()


def _quantity(before: Quantity | None, after: Quantity | None) -> Direction:
    was = before.target if before else None
    now = after.target if after else None
    if was is None or now is None:
        if was is None and now is None:
            return "neutral"
        limits = after is not None and after.at_most  # a limit asks for less, not for more
        return "easier" if now is None or limits else "harder"
    assert before is not None
    assert after is not None
    if before._replace(target=None) != after._replace(target=None):
        return "easier"  # another unit, another way to count, or a limit for an aim
    return _more(now, was) if before.at_most else _more(was, now)


def name_of(field: str) -> str:
    """What a reader calls a field."""
    return NAMES.get(field, field)


def words(field: str, value: Any) -> str:
    """The value of a field, from its plain form."""
    if value is None:
        return "nothing"
    if field in WORDS:
        return WORDS[field](value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return number_words(value)
    if isinstance(value, list):
        return ", ".join(str(item) for item in value) or "nothing"
    if field in {"starts", "ends"}:
        return str(value)
    return f'"{value}"'


def aim(item: Plain) -> str:
    """What a new goal or habit asks for, in brackets after its title."""
    if "target" in item:
        return f" ({amount_words(item['target'], item.get('unit', ''))})"
    return f" ({_schedule_words(item['schedule'])})" if "schedule" in item else ""


def _schedule_words(value: Plain) -> str:
    return str(rebuilt(Schedule, value))


def _quantity_words(value: Plain) -> str:
    quantity: Quantity = rebuilt(Quantity, value)
    how = "" if quantity.aggregate == "last" else f", {quantity.aggregate} of a day"
    return f"{str(quantity) or 'an amount'}{how}"


def _milestones_words(value: list[Plain]) -> str:
    return ", ".join(f"{number_words(stone['amount'])} by {stone['by']}" for stone in value)


def _breaks_words(value: list[Plain]) -> str:
    return "; ".join(
        f"{rest['first']} to {rest['last']}"
        + (", planned" if rest["planned"] else "")
        + (f" ({rest['why']})" if "why" in rest else "")
        for rest in value
    )


WORDS: dict[str, Callable[[Any], str]] = {
    "schedule": _schedule_words,
    "quantity": _quantity_words,
    "milestones": _milestones_words,
    "breaks": _breaks_words,
}
