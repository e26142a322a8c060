"""A week is what the whole walk through the years says, though only its own windows are read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.tracker.habits.test_checkpoints import FIRST, day, histories, marks_of
from tracker.goals.model import Project, Season
from tracker.habits.checkins import Mark
from tracker.habits.model import Habit, Span
from tracker.habits.schedule import parse_schedule
from tracker.seasons.day_states import AnswersSince, states_between
from tracker.seasons.history import History

FORTNIGHTLY = Habit("write", "Write", parse_schedule("1/14"))


def project_of(spans: list[Span]) -> Project:
    seasons = [
        Season(f"s{number}", "S", span.first, span.last, habits=(span.habit,))
        for number, span in enumerate(spans)
    ]
    return Project("UTC", 0, tuple(seasons))


def read_from(marks: Mapping[date, Mark], read: list[date]) -> AnswersSince:
    def answers_since(_: str, since: date) -> dict[date, Mark]:
        read.append(since)
        return {when: mark for when, mark in marks.items() if when >= since}

    return answers_since


@given(history=histories(), ahead=st.integers(0, 220), days=st.integers(1, 14))
@example(
    # Skipped days fill more than the window: the success before them still reaches the week.
    history=([Span(FORTNIGHTLY, FIRST, day(400))], marks_of("y" + "s" * 120)),
    ahead=125,
    days=7,
)
@settings(max_examples=300)
def test_the_states_of_some_days_are_those_of_the_whole_walk(
    history: tuple[list[Span], dict[date, Mark]], ahead: int, days: int
) -> None:
    spans, marks = history
    last = day(ahead)
    first = last - timedelta(days - 1)
    found = states_between(project_of(spans), first, last, read_from(marks, []))
    whole = History(spans, marks, last).states
    expected = {when: state for of_span in whole for when, state in of_span if when >= first}
    assert found.get(spans[0].habit.id, {}) == expected


def test_the_years_before_a_week_stay_unread() -> None:
    marks = marks_of("yyn" * 1200)
    last, read = day(3500), list[date]()
    states_between(
        project_of([Span(FORTNIGHTLY, FIRST, day(4000))]),
        last - timedelta(6),
        last,
        read_from(marks, read),
    )
    assert min(read) > last - timedelta(100)
