"""A season at a glance: each goal's pace and each habit's hold, on a given day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from tracker.goals.evidence import Entry, evidence_for
from tracker.goals.model import (
    Goal,
    Project,
    Season,
    Span,
)
from tracker.goals.pace import (
    Point,
    colour,
    safe_days,
    season_line,
    value_at,
)
from tracker.habits.model import Habit
from tracker.habits.streaks import (
    NO_STREAK,
    State,
    Streak,
    daily_score,
    is_due,
)
from tracker.habits.strength import Marks
from tracker.seasons.history import Histories, History


class GoalReport(NamedTuple):
    """One goal on one day.

    Attributes:
        amount: what the evidence adds up to.
        expected: where the pace line stands today.
        safe: days until the count falls behind the line; None once the target is reached.
    """

    goal: Goal
    evidence: tuple[Entry, ...]
    amount: float
    expected: float
    safe: int | None
    colour: str
    line: tuple[Point, ...]

    @property
    def reached(self) -> bool:
        """Whether the target is there."""
        return self.amount >= self.goal.target


class HabitReport(NamedTuple):
    """One habit in one season, until one day.

    Attributes:
        days: every day of the habit in the season until today, with its state.
        curve: the strength on those days.
        strength: the last of them; None for a habit that is only tracked.
        due: whether today still wants an answer.
        before: the season's earlier definitions of the habit, where it was amended.
    """

    habit: Habit
    span: Span
    days: tuple[tuple[date, State], ...]
    curve: tuple[tuple[date, float], ...]
    strength: float | None
    streak: Streak
    due: bool
    before: tuple[Span, ...] = ()

    def tally(self) -> dict[State, int]:
        """How many days were in which state."""
        counts: dict[State, int] = {}
        for _, kind in self.days:
            counts[kind] = counts.get(kind, 0) + 1
        return counts


class SeasonReport(NamedTuple):
    """One season on one day."""

    season: Season
    today: date
    goals: tuple[GoalReport, ...]
    habits: tuple[HabitReport, ...]

    def score_on(self, day: date) -> float:
        """The daily score over the season's habits."""
        return daily_score(
            kind
            for report in self.habits
            if report.habit.scored
            for when, kind in report.days
            if when == day
        )


def goal_report(goal: Goal, season: Season, entries: Iterable[Entry], today: date) -> GoalReport:
    """A goal's evidence and pace on a day."""
    found = evidence_for(goal, season, entries, today)
    corners = season_line(season, goal)
    now = min(today, season.ends).toordinal()
    amount = float(len(found))
    safe = safe_days(corners, now, amount)
    if amount < goal.target and today > season.ends:
        safe = 0  # the line has ended above it
    expected = value_at(corners, now)
    return GoalReport(goal, tuple(found), amount, expected, safe, colour(safe), tuple(corners))


def habit_report(history: History, own: Sequence[Span]) -> HabitReport:
    """A habit in the season of some of its spans, with the strength it brought along.

    Args:
        own: its spans of the season that have begun; the newest speaks for it, and each
            day is judged by the definition of its own.
    """
    mine = {id(span.habit) for span in own}
    places = [place for place, span in enumerate(history.spans) if id(span.habit) in mine]
    if not places:  # it has not begun
        return HabitReport(own[0].habit, own[0], (), (), None, NO_STREAK, due=False)
    span, marks, today = history.spans[places[-1]], history.marks, history.today
    curve = tuple(point for place in places for point in history.curves[place])
    return HabitReport(
        habit=span.habit,
        span=span,
        days=tuple(pair for place in places for pair in history.states[place]),
        curve=curve,
        strength=curve[-1][1] if curve else None,
        streak=history.streaks[places[-1]],
        due=span.holds(today) and today not in marks and is_due(span.habit, marks, today),
        before=tuple(history.spans[place] for place in places[:-1]),
    )


def season_report(
    project: Project,
    season: Season,
    marks: Mapping[str, Marks],
    entries: Sequence[Entry],
    today: date,
    *,
    habits_until: date | None = None,
    public_only: bool = False,
    histories: Histories | None = None,
) -> SeasonReport:
    """Every goal and habit of a season on a day.

    Args:
        habits_until: the day the check-ins reach, where that is not today.
        public_only: leave out the habits that are nobody else's business.
        histories: of the same project, answers and day, where several seasons are asked for.
    """
    until = habits_until or today
    if histories is None:
        histories = Histories(project, marks, until, public_only=public_only)
    habits = []
    mine = {id(habit) for habit in season.habits}
    for habit_id in dict.fromkeys(habit.id for habit in season.habits):
        own = [span for span in histories.spans.get(habit_id, []) if id(span.habit) in mine]
        if own:
            habits.append(habit_report(histories.of(habit_id), own))
    return SeasonReport(
        season=season,
        today=today,
        goals=tuple(goal_report(goal, season, entries, today) for goal in season.goals),
        habits=tuple(habits),
    )
