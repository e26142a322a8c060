from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tracker.conftest import GOALS
from tests.tracker.seasons_made import DAYS, ENDS, STARTS, quantities, schedules
from tracker.exchange.exports.tables import daily_scores
from tracker.goals.model import Project, Season
from tracker.goals_file.parse import parse
from tracker.habits.checkins import Mark, Marks
from tracker.habits.model import Habit, Quantity
from tracker.habits.schedule import Schedule
from tracker.habits.streaks import streak
from tracker.habits.strength import strengths

PROJECT = parse(GOALS)
TODAY = date(2026, 11, 23)
marks = st.dictionaries(
    st.integers(0, DAYS - 1).map(lambda n: STARTS + timedelta(n)),
    st.builds(Mark, st.sampled_from(["yes", "no", "skip"]), st.none() | st.just(3.0)),
    max_size=40,
)


@settings(deadline=None, max_examples=60)
@given(schedules, quantities, marks, st.integers(0, DAYS - 1))
def test_the_last_day_is_what_the_tracker_shows(
    schedule: Schedule, quantity: Quantity | None, found: Marks, back: int
) -> None:
    habit = Habit("a", "A", schedule, quantity)
    project = Project("UTC", 0, (Season("s", "S", STARTS, ENDS, (), (habit,)),))
    today = ENDS - timedelta(back)
    known = {day: mark for day, mark in found.items() if day <= today}
    rows = list(daily_scores(project, {"a": known}, today, private=False))
    spans = project.spans("a")
    assert [row.day for row in rows] == [STARTS + timedelta(n) for n in range(DAYS - back)]
    assert rows[-1].streak == streak(spans, known, today).length
    early = rows[: len(rows) // 2]
    if early:  # what came later has not touched it
        then = early[-1].day
        before = {day: mark for day, mark in known.items() if day <= then}
        assert early[-1].streak in {
            streak(spans, before, then).length,
            0,  # left open to the end
        }
    assert [(r.day, r.strength) for r in rows if r.strength is not None] == strengths(
        spans, known, today
    )


def test_days_of_a_habit() -> None:
    days = {TODAY - timedelta(n): Mark("yes") for n in (1, 2, 4)}
    days[TODAY - timedelta(3)] = Mark("no")
    rows = [
        r
        for r in daily_scores(PROJECT, {"write": days}, TODAY, private=False)
        if r.habit == "write"
    ]
    assert [(r.streak, r.state) for r in rows[-6:]] == [
        (0, "unanswered"), (1, "done"), (0, "missed"), (1, "done"), (2, "done"), (2, "open"),
    ]  # fmt: skip


def test_private_habits_have_no_rows_unless_asked_for() -> None:
    assert "diary" not in {row.habit for row in daily_scores(PROJECT, {}, TODAY, private=False)}
    assert "diary" in {row.habit for row in daily_scores(PROJECT, {}, TODAY, private=True)}
