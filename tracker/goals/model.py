"""What a researcher commits to: a project's seasons, their goals and habits."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from tracker.habits.model import (
    Aggregate,
    Aggregates,
    Break,
    Habit,
    Span,
    amount_words,
    number_words,
)

SEASON_RECORDS = "progress/seasons"  # what anyone may read of each frozen season, by its id


def progress_words(done: float, target: float, unit: str) -> str:
    """How much of a target is there: "2 of 4 papers"."""
    return f"{number_words(done)} of {amount_words(target, unit)}"


class Milestone(NamedTuple):
    """How much of a goal is to be there by a day on the way."""

    by: date
    amount: float


class Goal(NamedTuple):
    """Something to have done by the season's end."""

    id: str
    title: str
    target: float = 1.0
    unit: str = ""
    evidence: str = ""
    why: str = ""
    weight: float = 1.0  # of the season's grade; alike unless said otherwise
    milestones: tuple[Milestone, ...] = ()

    @property
    def aim(self) -> str:
        """What is to be there in the end: "4 papers"."""
        return amount_words(self.target, self.unit)

    def progress(self, done: float) -> str:
        """How much of it is there: "2 of 4 papers"."""
        return progress_words(done, self.target, self.unit)


class Season(NamedTuple):
    """A stretch of days with its own goals and habits; both ends belong to it."""

    id: str
    title: str
    starts: date
    ends: date
    goals: tuple[Goal, ...] = ()
    habits: tuple[Habit, ...] = ()
    breaks: tuple[Break, ...] = ()  # of the whole season; its habits have them too

    def holds(self, day: date) -> bool:
        """Whether the day lies in the season."""
        return self.starts <= day <= self.ends

    def habit(self, habit_id: str) -> Habit | None:
        """The season's habit of that id."""
        return next((habit for habit in self.habits if habit.id == habit_id), None)


class Project(NamedTuple):
    """A whole goals.yml; the seasons stand in the order of their days and never overlap."""

    timezone: str
    day_ends: int  # minutes after midnight that still belong to the day before
    seasons: tuple[Season, ...] = ()
    week_starts: int = 0  # the weekday, 0 to 6, with which its weeks begin

    def season_on(self, day: date) -> Season | None:
        """The season that holds the day."""
        return next((season for season in self.seasons if season.holds(day)), None)

    def season_near(self, day: date) -> Season | None:
        """The season of the day; between seasons the last one that began, else the first."""
        begun = [season for season in self.seasons if season.starts <= day]
        return begun[-1] if begun else (self.seasons[0] if self.seasons else None)

    def habits_on(self, day: date) -> tuple[Habit, ...]:
        """The habits in force on a day."""
        season = self.season_on(day)
        if season is None:
            return ()
        return tuple(habit for habit in season.habits if span_in(season, habit).holds(day))

    def habit_ids(self) -> list[str]:
        """Every habit's id, oldest season first, each once."""
        return list(dict.fromkeys(h.id for season in self.seasons for h in season.habits))

    def spans(self, habit_id: str) -> list[Span]:
        """Every definition of a habit with its days, oldest first."""
        return [
            span_in(season, habit)
            for season in self.seasons
            for habit in season.habits
            if habit.id == habit_id
        ]

    def spans_of_all(self) -> dict[str, list[Span]]:
        """Every definition of every habit with its days, oldest first."""
        by_habit: dict[str, list[Span]] = {}
        for season in self.seasons:
            for habit in season.habits:
                by_habit.setdefault(habit.id, []).append(span_in(season, habit))
        return by_habit

    def aggregates(self) -> dict[str, Aggregate]:
        """How a habit's entries of one day make one; its newest definition decides."""
        return {
            habit.id: habit.measure.aggregate
            for season in self.seasons
            for habit in season.habits
            if habit.measure
        }

    def aggregates_by_day(self) -> dict[str, Aggregates]:
        """As `aggregates`, with the day since when each definition decides."""
        by_habit: dict[str, list[tuple[str, Aggregate]]] = {}
        for season in self.seasons:
            for habit in season.habits:
                aggregate = habit.measure.aggregate if habit.measure else "last"
                turns = by_habit.setdefault(habit.id, [])
                if not turns or turns[-1][1] != aggregate:
                    turns.append((span_in(season, habit).first.isoformat(), aggregate))
        return {**by_habit}

    def is_public(self, habit_id: str) -> bool:
        """Whether a habit may be shown: its newest definition decides."""
        spans = self.spans(habit_id)
        return bool(spans) and spans[-1].habit.public

    def public_spans(self, habit_id: str) -> list[Span]:
        """The definitions that may be shown, with their days."""
        return _shown(self.spans(habit_id))

    def public_spans_of_all(self) -> dict[str, list[Span]]:
        """The definitions that may be shown, of every habit."""
        return {name: _shown(spans) for name, spans in self.spans_of_all().items()}


class Coming(NamedTuple):
    """A change of a season, a goal or a habit that is declared and does not count yet."""

    season: str
    kind: str
    id: str
    words: str


class InForce(NamedTuple):
    """What counts on some days: every season, goal and habit, in the version that holds.

    Attributes:
        first, last: the days on which all of this is so.
        project: with each habit's definitions by the days they hold, those to come included.
        coming: what will count later, soonest first.
    """

    first: date
    last: date
    project: Project
    coming: tuple[Coming, ...] = ()


def _shown(spans: list[Span]) -> list[Span]:
    """The public ones of a habit's definitions; none once its newest is private."""
    if not spans or not spans[-1].habit.public:
        return []
    return [span for span in spans if span.habit.public]


def span_in(season: Season, habit: Habit) -> Span:
    """The days of a season on which a habit counts."""
    first = max(season.starts, habit.starts or season.starts)
    return Span(habit, first, min(season.ends, habit.ends or season.ends))
