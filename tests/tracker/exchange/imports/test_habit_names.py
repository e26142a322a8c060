from __future__ import annotations

from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.tracker.conftest import GOALS
from tracker.errors import TrackerError
from tracker.exchange.imports import habit_names
from tracker.exchange.records import ForeignHabit, ForeignRecord, Reading
from tracker.goals_file.parse import parse
from tracker.habits.model import AGGREGATES, Habit, Quantity
from tracker.habits.schedule import parse_schedule

PROJECT = parse(GOALS)
DAY = date(2026, 11, 23)
HEAD = """\
timezone: UTC
seasons:
  - id: s
    starts: 2026-01-01
    ends: 2026-12-31
    habits:
"""


def reading(*names: str, habits: tuple[ForeignHabit, ...] = ()) -> Reading:
    return Reading("loop", tuple(ForeignRecord(name, DAY, "yes") for name in names), habits)


def test_a_name_means_the_habit_of_that_id_or_title() -> None:
    names = ("write", "READ", " run! ", "Wake up")
    assert habit_names.matched(reading(*names), PROJECT, {}) == {
        "write": "write", "READ": "read", " run! ": "run",
    }  # fmt: skip


def test_a_choice_comes_before_a_match() -> None:
    chosen = habit_names.parse_map(["Wake up=write", "a=b=read", "run=fee"], PROJECT)
    assert habit_names.matched(reading("wake UP", "a=b", "run"), PROJECT, chosen) == {
        "wake UP": "write", "a=b": "read", "run": "feeds",
    }  # fmt: skip


def test_a_title_of_two_habits_decides_nothing() -> None:
    twice = parse(HEAD + "      - {id: a, title: Run}\n      - {id: b, title: run}\n")
    assert habit_names.matched(reading("Run"), twice, {}) == {}


@pytest.mark.parametrize(
    ("pair", "message"),
    [("Wake up", "is no pair"), ("=write", "is no pair"), ("Wake=", "is no pair"),
     ("Wake=wirte", 'There is no habit "wirte". Did you mean "write"?'),
     ("W\x1b[2J", r'--map "W\\x1b\[2J" is no pair')],
)  # fmt: skip
def test_a_pair_that_makes_no_sense(pair: str, message: str) -> None:
    with pytest.raises(TrackerError, match=message):
        habit_names.parse_map([pair], PROJECT)


def test_unknown_habits_come_with_a_guess_and_lines_to_paste() -> None:
    run = ForeignHabit(
        "Runs", parse_schedule("3/7"), Quantity(5.0, "km"), "archived in Loop: give it an end"
    )
    quiet = ForeignHabit("No answers")
    found = habit_names.unknown(reading("Runs", "Runs", "晨读", habits=(run, quiet)), PROJECT, {})
    assert [(u.name, u.rows, u.nearest) for u in found] == [("Runs", 2, "run"), ("晨读", 1, None)]
    assert found[0].snippet == (
        "      - id: runs\n"
        '        title: "Runs"\n'
        "        schedule: 3/7  # archived in Loop: give it an end\n"
        "        quantity:\n"
        '          unit: "km"\n'
        "          target: 5\n"
    )
    assert "- id: habit\n" in found[1].snippet


quantities = st.none() | st.builds(
    Quantity,
    st.none() | st.floats(1e-6, 1e9),
    st.text(max_size=8).map(lambda text: " ".join(text.split())),
    st.sampled_from(AGGREGATES),
    st.just(False),
)
limits = st.builds(
    Quantity,
    st.floats(0, 1e9),
    st.sampled_from(["", "min"]),
    st.sampled_from(AGGREGATES),
    st.just(True),
)


def foreign(name: str, schedule: str, quantity: Quantity | None, note: str) -> ForeignHabit:
    return ForeignHabit(name, parse_schedule(schedule), quantity, note)


words = st.sampled_from(["daily", "3/7", "every 2 days", "track-only", "2 per week", "mon,wed"])


@settings(deadline=None, max_examples=50)
@given(
    st.lists(
        st.builds(foreign, st.text(min_size=1), words, quantities | limits, st.text()),
        min_size=1,
        max_size=3,
        unique_by=lambda habit: habit.name,
    )
)
@example([foreign("read", "daily", None, note) for note in ("\u20280: [",)])
@example(
    [
        foreign(name, "daily", None, mark)
        for name, mark in (("a\ufeff", "\u2029- x"), ("b", "\uffff\x85y"))
    ]
)
@example([foreign(name, "daily", None, "") for name in ("NULL", "yes", "007", "1e5", "2026-01-05")])
def test_what_is_to_be_pasted_is_always_a_goals_yml(habits: list[ForeignHabit]) -> None:
    """Whatever a foreign name, unit or note holds, its lines parse, to the habit meant."""
    empty = parse(HEAD.replace("    habits:\n", ""))
    read = reading(*(habit.name for habit in habits), habits=tuple(habits))
    unknown = habit_names.unknown(read, empty, {})
    project = parse(HEAD + "".join(habit.snippet for habit in unknown))
    for made, meant in zip(project.seasons[0].habits, habits, strict=True):
        assert made.schedule == meant.schedule
        assert_same_aim(made, meant.quantity)


def assert_same_aim(made: Habit, meant: Quantity | None) -> None:
    if meant is None:
        assert made.quantity is None
        return
    assert made.quantity is not None
    assert made.quantity.aggregate == meant.aggregate
    assert made.quantity.at_most == meant.at_most
    assert made.quantity.target == pytest.approx(meant.target, abs=1e-9)
