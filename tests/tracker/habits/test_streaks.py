from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.habits.checkins import Mark
from tracker.habits.model import Habit, Quantity, Span
from tracker.habits.schedule import parse_schedule
from tracker.habits.states import DayState, daily_score, state
from tracker.habits.streaks import Streak, is_due, streak

START = date(2026, 11, 2)  # a Monday
LETTERS = {"y": Mark("yes"), "n": Mark("no"), "s": Mark("skip")}


def marks(days: str) -> dict[date, Mark]:
    """`yn.s`: a letter a day from START; a dot is unanswered."""
    return {START + timedelta(n): LETTERS[mark] for n, mark in enumerate(days) if mark in LETTERS}


def held(schedule: str, days: str) -> Streak:
    """The streak on the last of the days."""
    today = START + timedelta(len(days) - 1)
    one = Habit("h", "H", parse_schedule(schedule))
    return streak([Span(one, START, date(2027, 1, 1))], marks(days), today)


@pytest.mark.parametrize(
    ("schedule", "days", "length", "breaks_in"),
    [
        ("daily", "yyy", 3, 1),
        ("daily", "yyy.", 3, 0),  # open today: it breaks tonight
        ("daily", "yyy..", 0, -1),
        ("daily", "yysy", 3, 1),  # a skip neither counts nor breaks
        ("daily", "yyns", 0, -1),
        ("daily", "...", 0, None),
        ("every 3 days", "y..", 3, 1),
        ("every 3 days", "y...", 3, 0),
        ("every 3 days", "ys...", 3, 0),  # the skipped day does not count towards the three
        ("3/7", "y.y.y", 5, 3),
        ("3/7", "yyy....", 7, 1),
        ("3/7", "yyy.....", 7, 0),
        ("3/7", "yy", 0, None),
        ("mon,wed,fri", "y.y.y..", 3, 1),  # Sunday: Monday is next
        ("mon,wed,fri", "y.y.yyy", 3, 1),  # extra days change nothing
        ("mon,wed,fri", "y.y.n", 0, 0),
        ("2 per week", "yy.....", 1, 8),
        ("2 per week", "yy.....y......", 1, 1),
        ("2 per week", "yy.............", 0, None),
        ("2 per week", "yy.....sssssssy", 1, 7),  # a week skipped whole is neutral
        ("track-only", "yyy", 0, None),
    ],
)
def test_streaks(schedule: str, days: str, length: int, breaks_in: int | None) -> None:
    found = held(schedule, days)
    assert (found.length, found.breaks_in) == (length, breaks_in)


def test_a_streak_of_weeks_says_so() -> None:
    assert held("2 per week", "yy.....yy").unit == "weeks"
    assert held("2 per week", "yy.....yy").length == 2


@given(
    st.text("yns.", min_size=1, max_size=40),
    st.sampled_from(["daily", "3/7", "1/7", "2 per week", "mon,thu"]),
)
def test_one_more_yes_never_shortens_a_streak(days: str, schedule: str) -> None:
    if days[-1] == "s":
        return
    assert held(schedule, days[:-1] + "y").length >= held(schedule, days).length


@given(st.text("yns.", min_size=1, max_size=40))
def test_a_daily_streak_is_the_run_of_yes_before_the_first_other_answer(days: str) -> None:
    body = days.replace("s", "")
    if days[-1] == ".":
        body = body[:-1]
    assert held("daily", days).length == len(body) - len(body.rstrip("y"))


def test_states() -> None:
    run = Habit("run", "Run", parse_schedule("mon,wed"), Quantity(5.0, "km"))
    today = START + timedelta(9)  # a Wednesday
    answers = {
        START: Mark("yes", 5.0),
        START + timedelta(2): Mark("no", 2.0),
        START + timedelta(7): Mark("no"),
    }
    kinds = [state(run, answers, START + timedelta(n), today, frozenset()) for n in (0, 1, 2, 7, 9)]
    assert kinds == ["done", "rest", "partial", "missed", "open"]
    assert state(run, {}, START, today, frozenset()) == "unanswered"
    assert state(run, {START: Mark("skip")}, START, today, frozenset({START})) == "skipped"
    read = Habit("read", "Read", parse_schedule("1/7"))
    covered = streak([Span(read, START, today)], {START: Mark("yes")}, today).covered
    assert state(read, {}, START + timedelta(3), today, covered) == "satisfied"
    assert state(read, {}, START + timedelta(8), today, covered) == "unanswered"


@pytest.mark.parametrize(
    ("states", "score"),
    [
        (["done", "done", "missed", "unanswered"], 50),
        (["done", "skipped"], 100),
        (["skipped", "skipped"], 100),
        ([], None),
        (["rest"], None),
        (["rest", "skipped"], 100),
        (["satisfied", "open"], 50),
    ],
)
def test_the_score_of_a_day_never_divides_by_zero(
    states: list[DayState], score: float | None
) -> None:
    assert daily_score(states) == score


@pytest.mark.parametrize(
    ("schedule", "days", "due"),
    [
        ("daily", "y", True),
        ("3/7", "yy", True),
        ("3/7", "yyy", False),
        ("3/7", "yyy...", False),
        ("3/7", "yyy....", True),
        ("1/7", "y", False),
        ("2 per week", "yy", False),
        ("2 per week", "yy.....", True),  # the next Monday
        ("mon", "y", False),
        ("track-only", "y", True),
    ],
)
def test_what_is_due_the_day_after(schedule: str, days: str, due: bool) -> None:
    one = Habit("h", "H", parse_schedule(schedule))
    assert is_due(one, marks(days), START + timedelta(len(days))) is due
