"""A season at a glance: each goal's pace and each habit's hold, on a given day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from tracker.goals.evidence import LogEntry, evidence_for
from tracker.goals.grades import evidence_total
from tracker.goals.model import Goal, Project, Season
from tracker.goals.pace import Point, colour, safe_days, season_line, value_at
from tracker.habits.checkins import Mark, Marks, is_open
from tracker.habits.groups import by_group
from tracker.habits.model import Habit, Span
from tracker.habits.states import DayState, daily_score, state_for_score
from tracker.habits.streaks import NO_STREAK, Streak, is_due
from tracker.seasons.history import Histories, History


class GoalReport(NamedTuple):
    """One goal on one day.

    Attributes:
        amount: what the evidence adds up to.
        expected: where the pace line stands today.
        safe: days until the count falls behind the line; None once the target is reached.
    """

    goal: Goal
    evidence: tuple[LogEntry, ...]
    amount: float
    expected: float
    safe: int | None
    colour: str
    line: tuple[Point, ...]

    @property
    def reached(self) -> bool:
        """Whether the target is there."""
        return self.amount >= self.goal.target

    @property
    def progress(self) -> str:
        """How much of it is there: "2 of 4 papers"."""
        return self.goal.progress(self.amount)


class HabitReport(NamedTuple):
    """One habit in one season, until one day.

    Attributes:
        days: every day of the habit in the season until today, with its state.
        curve: the strength on those days.
        strength: the last of them; None for a habit that is only tracked.
        due: whether today still wants an answer.
        before: the season's earlier definitions of the habit, where it was amended.
        answer: what today holds.
    """

    habit: Habit
    span: Span
    days: tuple[tuple[date, DayState], ...]
    curve: tuple[tuple[date, float], ...]
    strength: float | None
    streak: Streak
    due: bool
    before: tuple[Span, ...] = ()
    answer: Mark | None = None


class SeasonReport(NamedTuple):
    """One season on one day."""

    season: Season
    today: date
    goals: tuple[GoalReport, ...]
    habits: tuple[HabitReport, ...]

    def score_on(self, day: date) -> float | None:
        """The daily score over the season's habits; None where nothing was asked."""
        return daily_score(
            state_for_score(report.habit, when, kind)
            for report in self.habits
            if report.habit.scored
            for when, kind in report.days
            if when == day
        )


def goal_report(goal: Goal, season: Season, entries: Iterable[LogEntry], today: date) -> GoalReport:
    """A goal's evidence and pace on a day."""
    evidence = evidence_for(goal, season, entries, today)
    corners = season_line(season, goal)
    now = min(today, season.ends).toordinal()
    done = evidence_total(evidence)
    safe = safe_days(corners, now, done)
    if done < goal.target and today > season.ends:
        safe = 0  # the line has ended above it
    expected = value_at(corners, now)
    return GoalReport(goal, tuple(evidence), done, expected, safe, colour(safe), tuple(corners))


def habit_report(history: History, own: Sequence[Span]) -> HabitReport:
    """A habit in the season of some of its spans, with the strength it brought along.

    Args:
        own: its spans of the season that have begun; the newest speaks for it, and each
            day is judged by the definition of its own.
    """
    mine = {id(span.habit) for span in own}
    indices = [index for index, span in enumerate(history.spans) if id(span.habit) in mine]
    if not indices:  # it has not begun
        return HabitReport(own[0].habit, own[0], (), (), None, NO_STREAK, due=False)
    span, marks, today = history.spans[indices[-1]], history.marks, history.today
    curve = tuple(point for index in indices for point in history.curves[index])
    return HabitReport(
        habit=span.habit,
        span=span,
        days=tuple(pair for index in indices for pair in history.states[index]),
        curve=curve,
        strength=curve[-1][1] if curve else None,
        streak=history.streaks[indices[-1]],
        due=span.holds(today)
        and is_open(span.habit, marks.get(today))
        and is_due(span.habit, marks, today),
        before=tuple(history.spans[index] for index in indices[:-1]),
        answer=marks.get(today),
    )


def season_report(
    project: Project,
    season: Season,
    marks: Mapping[str, Marks],
    entries: Sequence[LogEntry],
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
        spans = [span for span in histories.spans.get(habit_id, []) if id(span.habit) in mine]
        if spans:
            habits.append(habit_report(histories.of(habit_id), spans))
    grouped = by_group(habits, lambda item: item.habit.group)
    return SeasonReport(
        season=season,
        today=today,
        goals=tuple(goal_report(goal, season, entries, today) for goal in season.goals),
        habits=tuple(item for _, of_group in grouped for item in of_group),
    )
