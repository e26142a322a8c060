"""What was changed of a season after it was frozen, and from which day each change counts.

Source: Beeminder's akrasia horizon. A change that makes the season harder counts at once;
one that makes it easier counts after seven days, so that no bad evening can undo a good
intention. Wording counts at once and is shown like the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from tracker.calendar.days import ONE_DAY
from tracker.goals.model import Goal, Season
from tracker.habits.model import Habit
from tracker.seasons import fields
from tracker.seasons.fields import Direction
from tracker.seasons.promise import PartKey, PartKind, Parts, items, season_from
from tracker.text.codec import Plain, rebuilt

HORIZON = timedelta(days=7)  # Beeminder's: long enough to outlast a mood
PRESENCE = "presence"  # the field of a change that adds or drops the whole thing
# A break declared late is let in and shown as unplanned, so it need not wait to be honest.
AT_ONCE = frozenset({"breaks"})


class Change(NamedTuple):
    """One field of one goal, habit or of the season itself, before and after.

    Attributes:
        field: the field's name, or PRESENCE for a thing added (before is None) or
            dropped (after is None).
        effective: the first day on which it counts.
        private: whether it concerns a habit that is nobody else's business.
    """

    kind: PartKind
    id: str
    field: str
    before: Any
    after: Any
    direction: Direction
    effective: date
    private: bool = False

    @property
    def key(self) -> PartKey:
        """The thing that is changed."""
        return self.kind, self.id

    @property
    def subject(self) -> str:
        """What is changed: "goal papers", "habit write", "the season"."""
        return "the season" if self.kind == "season" else f"{self.kind} {self.id}"

    @property
    def what(self) -> str:
        """What happened to it: "target 6 → 4", "added: Write papers (4 papers)", "dropped"."""
        if self.field == PRESENCE:
            return self._presence()
        name = fields.name_of(self.field)
        before, after = (fields.words(self.field, side) for side in (self.before, self.after))
        if self.before == self.after:
            return f"{name} stays {after}: the easing is taken back"
        return f"{name} {before} → {after}"

    @property
    def when(self) -> str:
        """Which way it goes and from which day it counts."""
        if self.direction == "neutral":
            return "wording"
        return f"{self.direction}, from {self.effective}"

    def __str__(self) -> str:
        """The change on one line."""
        return f"{self.subject}: {self.what} ({self.when})"

    def _presence(self) -> str:
        if self.after is None:
            return "dropped"
        title = self.after.get("title", self.id)
        if self.before is not None:
            return f"stays, its dropping is taken back: {title}"
        return f"added: {title}{fields.aim(self.after)}"


class Amendment(NamedTuple):
    """Changes declared at once, with the reason given for them."""

    number: int
    day: date
    made_at: str
    reason: str
    changes: tuple[Change, ...]


def season_on(original: Season, amendments: Iterable[Amendment], day: date) -> Season:
    """The season as it is in force on a day; once it is over, as it ended.

    A day that has begun stays in the season: neither an end nor a start that comes to count
    later takes it out again, whatever was or was not done on it.
    """
    history = list(amendments)
    if not history:
        return original
    last = last_day(original, history)
    season = season_from(_parts_on(original, history, min(day, last)))
    starts = _first_day(original, history, min(day, last))
    return season._replace(starts=starts, ends=last if day >= last else season.ends)


def declared(original: Season, amendments: Iterable[Amendment]) -> Season:
    """The season as it was last declared, the changes that still wait included."""
    history = list(amendments)
    return season_from(_parts_on(original, history, date.max)) if history else original


def last_day(original: Season, amendments: Sequence[Amendment]) -> date:
    """The day on which the season ends, by those changes of its end that count in time.

    One that comes to count when the season is over counts for nothing, and one that would
    end the season before it counts itself ends it on the day before.
    """
    ends = original.ends
    for effective, moved in _moves(amendments, "ends"):
        if ends < effective:
            break
        ends = max(moved, effective - ONE_DAY)
    return ends


def _first_day(original: Season, amendments: Sequence[Amendment], day: date) -> date:
    """The day on which the season starts, as it is in force on a day.

    Once it has begun, its start can move to an earlier day only.
    """
    starts = original.starts
    for effective, moved in _moves(amendments, "starts"):
        if effective <= day and (moved < starts or effective <= starts):
            starts = moved
    return starts


def _moves(amendments: Sequence[Amendment], field: str) -> list[tuple[date, date]]:
    """From which day on one of the season's two ends is where; the last word of a day."""
    standing = [
        (change.effective, made.number, date.fromisoformat(change.after))
        for made, change in _standing(amendments)
        if change.kind == "season" and change.field == field
    ]
    return sorted({effective: moved for effective, _, moved in sorted(standing)}.items())


def waiting(amendments: Sequence[Amendment], day: date) -> list[Change]:
    """The changes declared by a day that do not count yet on it, soonest first."""
    made = [amendment for amendment in amendments if amendment.day <= day]
    standing = [change for _, change in _standing(made) if change.effective > day]
    return sorted(standing, key=lambda change: change.effective)


def changes(
    original: Season, amendments: Sequence[Amendment], wanted: Season, day: date
) -> tuple[Change, ...]:
    """What a season as it is wanted now differs in from the season as last declared.

    Each change is judged against what is in force on the day, not against a change that
    is still waiting: easing from 6 to 4 and then to 5 is an easing to 5.
    """
    latest = declared(original, amendments)
    if wanted == latest:
        return ()
    declared_items = items(latest)
    current = _parts_on(original, list(amendments), day)
    new = items(wanted)
    differences: list[Change] = []
    for key in dict.fromkeys([*declared_items, *new]):
        if key not in new:
            before = current.get(key)
            differences.append(_change(key, PRESENCE, before, None, "easier", day))
        elif key not in declared_items:
            differences += _added(key, current.get(key), new[key], day, current, new)
        else:
            differences += _edited(
                key, declared_items[key], current[key], new[key], day, current, new
            )
    return tuple(differences)


def _added(
    key: PartKey, current: Plain | None, new: Plain, day: date, now: Parts, then: Parts
) -> list[Change]:
    """A new thing; or one whose dropping is taken back before it counted."""
    added = _change(key, PRESENCE, current, new if current is None else current, "harder", day)
    if current is None:
        return [added]
    return [added, *_edited(key, current, current, new, day, now, then)]


def _edited(
    key: PartKey, known: Plain, current: Plain, new: Plain, day: date, now: Parts, then: Parts
) -> list[Change]:
    edits = []
    for field in dict.fromkeys([*known, *new]):
        if known.get(field) == new.get(field):
            continue
        before, after = current.get(field), new.get(field)
        way = "harder" if before == after else _direction(key, field, now, then)
        edits.append(_change(key, field, before, after, way, day, _private(current, new)))
    return edits


def _change(
    key: PartKey,
    field: str,
    before: Any,
    after: Any,
    way: Direction,
    day: date,
    private: bool | None = None,
) -> Change:
    if private is None:
        private = key[0] == "habit" and _private(before or {}, after or {})
    waits = way == "easier" and field not in AT_ONCE
    effective = day + HORIZON if waits else day
    return Change(*key, field, before, after, way, effective, private)


def _private(*habits: Plain) -> bool:
    return any(habit.get("public") is False for habit in habits)


def _direction(key: PartKey, field: str, now: Parts, then: Parts) -> Direction:
    kind, identity = key
    before, after = ({"id": identity, **parts[key]} for parts in (now, then))
    season = season_from(now)
    if kind == "goal":
        return fields.of_goal(field, rebuilt(Goal, before), rebuilt(Goal, after), season)
    if kind == "habit":
        return fields.of_habit(field, rebuilt(Habit, before), rebuilt(Habit, after))
    return fields.of_season(field, season, season_from(then))


def _standing(amendments: Sequence[Amendment]) -> list[tuple[Amendment, Change]]:
    """The changes that no later one has overtaken before they counted."""
    every = [(amendment, change) for amendment in amendments for change in amendment.changes]
    return [
        (made, change)
        for index, (made, change) in enumerate(every)
        if not any(
            later.key == change.key
            and later.field in {change.field, PRESENCE}
            and again.number > made.number
            and again.day < change.effective
            for again, later in every[index + 1 :]
        )
    ]


def _parts_on(original: Season, amendments: Sequence[Amendment], day: date) -> Parts:
    parts = items(original)
    standing = [(c.effective, a.number, c) for a, c in _standing(amendments) if c.effective <= day]
    for _, _, change in sorted(standing, key=lambda entry: entry[:2]):
        if change.field == PRESENCE:
            if change.after is None:
                parts.pop(change.key, None)
            else:
                parts.setdefault(change.key, dict(change.after))
        elif change.key in parts:
            fields = {**parts[change.key], change.field: change.after}
            parts[change.key] = {k: v for k, v in fields.items() if v is not None}
    return parts
