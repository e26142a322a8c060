"""Weeks that begin on another day than Monday: in every view, and in the rules of a calendar week."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import Result
from hypothesis import given
from hypothesis import strategies as st

from tracker.calendar.weeks import Week, each_week, parse_week, week_of
from tracker.errors import TrackerError
from tracker.goals.association import paired, weekly_rates
from tracker.goals_file.parse import parse
from tracker.habits.checkins import Mark
from tracker.habits.checkpoints import wanted_day
from tracker.habits.model import Habit, Quantity, Span
from tracker.habits.schedule import Schedule
from tracker.habits.states import DayState
from tracker.habits.streaks import is_due, streak
from tracker.pages.charts import heatmap
from tracker.seasons.fields import of_habit

Run = Callable[..., Result]
SUNDAY = date(2026, 11, 22)
GOALS = """\
timezone: UTC
week_starts: sunday
seasons:
  - id: autumn
    title: Autumn
    starts: 2026-11-01
    ends: 2026-12-31
    goals:
      - {id: papers, title: Papers}
    habits:
      - {id: swim, title: Swim, schedule: 2 per week}
      - {id: write, title: Write}
"""
DAYS = st.dates(date(2000, 1, 1), date(2060, 1, 1))


@pytest.fixture
def sundays(log: Path) -> Path:
    (log / "goals.yml").write_text(GOALS, encoding="utf-8")
    return log


@given(DAYS, st.integers(0, 6))
def test_each_day_lies_in_one_week_of_seven(day: date, starts: int) -> None:
    week = week_of(day, starts)
    assert week.first <= day <= week.last
    assert (week.first.weekday(), (week.last - week.first).days) == (starts, 6)
    following = week_of(week.last + timedelta(1), starts)
    assert following.first == week.last + timedelta(1)
    assert (following.year, following.number) != (week.year, week.number)
    assert parse_week(str(week), day, starts) == week
    assert week_of(day) == Week(*day.isocalendar()[:2])


@given(DAYS, st.integers(0, 40), st.integers(0, 6))
def test_whole_weeks_between_two_days(first: date, days: int, starts: int) -> None:
    last = first + timedelta(days)
    slow = {week_of(first + timedelta(n), starts) for n in range(days + 1)}
    assert list(each_week(first, last, starts)) == sorted(
        week for week in slow if first <= week.first and week.last <= last
    )


def test_goals_yml_says_where_they_begin() -> None:
    project = parse(GOALS)
    assert project.week_starts == 6
    assert project.seasons[0].habits[0].schedule == Schedule("weekly", 2, 7, week_starts=6)
    assert project.seasons[0].habits[1].schedule.week_starts is None
    assert parse(GOALS.replace("sunday", "Sat")).week_starts == 5
    assert parse(GOALS.replace("sunday", "monday")).seasons[0].habits[0].schedule == Schedule(
        "weekly", 2, 7
    )
    with pytest.raises(TrackerError) as caught:
        parse(GOALS.replace("sunday", "sumday"))
    assert (
        str(caught.value)
        == 'goals.yml:2: week_starts: "sumday" is no weekday. Did you mean "sunday"?'
    )
    with pytest.raises(TrackerError, match='Did you mean "week_starts"'):
        parse(GOALS.replace("week_starts", "week_start"))


def test_the_week_and_show_begin_there(run: Run, sundays: Path) -> None:
    week = run("week", now="2026-11-23T12:00:00+00:00").stdout.splitlines()
    assert week[0] == "2026-W48, 2026-11-22 to 2026-11-28"
    assert week[2].split() == ["Su", "Mo", "Tu", "We", "Th", "Fr", "Sa"]
    last = json.loads(run("week", "last", "--json").stdout)
    assert (last["first"], last["last"]) == ("2026-11-15", "2026-11-21")
    graph = [
        line.split()[0]
        for line in run("show", "write").stdout.splitlines()
        if re.match(r"  \w{3}\b", line)
    ]
    assert graph == ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]


def test_the_review_is_of_that_week(run: Run, sundays: Path) -> None:
    run("checkin", "write=y", "--day", "2026-11-15")
    run("review", "--week", "last")
    (text,) = (path.read_text(encoding="utf-8") for path in (sundays / "log").rglob("index.qmd"))
    assert "15 November 2026 to 21 November 2026" in text
    assert "one thing that will be there by Saturday?" in text


def test_a_habit_of_so_many_a_week_counts_in_that_week() -> None:
    swim = Habit("swim", "Swim", Schedule("weekly", 2, 7, week_starts=6))
    marks = {day: Mark("yes") for day in (SUNDAY, SUNDAY + timedelta(1))}
    held = streak([Span(swim, date(2026, 11, 1), date(2026, 12, 31))], marks, SUNDAY + timedelta(1))
    assert (held.length, held.breaks_in) == (1, 13)
    assert not is_due(swim, marks, SUNDAY + timedelta(6))
    assert is_due(swim, marks, SUNDAY + timedelta(7))
    by_monday = swim._replace(schedule=Schedule("weekly", 2, 7))
    assert is_due(by_monday, marks, SUNDAY + timedelta(2)), "to a week from Monday it is one of two"


def test_a_limit_of_a_week_begins_anew_there() -> None:
    beer = Quantity(4.0, "beers", at_most=True)
    drinks = Habit("beer", "Beer", Schedule("weekly", 1, 7, week_starts=6), beer)
    marks = {SUNDAY - timedelta(1): Mark("yes", 4.0), SUNDAY: Mark("yes", 1.0)}
    held = streak([Span(drinks, SUNDAY - timedelta(1), date(2026, 12, 31))], marks, SUNDAY)
    assert held.length == 2


def test_no_week_is_cut_in_two_by_a_checkpoint() -> None:
    swim = Habit("swim", "Swim", Schedule("weekly", 2, 7, week_starts=6))
    spans = [Span(swim, date(2026, 1, 1), date(2026, 12, 31))]
    day = wanted_day(spans, SUNDAY)
    assert day is not None
    assert day.weekday() == 5
    mixed = [
        spans[0]._replace(last=date(2026, 6, 30)),
        Span(Habit("swim", "Swim", Schedule("weekly", 2, 7)), date(2026, 7, 1), date(2026, 12, 31)),
    ]
    assert wanted_day(mixed, SUNDAY) is None


def test_status_is_the_same_with_and_without_a_checkpoint(run: Run, log: Path) -> None:
    (log / "goals.yml").write_text(
        GOALS.replace("starts: 2026-11-01", "starts: 2026-08-01"), encoding="utf-8"
    )
    for back in range(60, -1, -1):
        if back % 7 in {1, 2, 5}:
            run("checkin", "swim=y", "--day", f"-{back}")
    first = run("status", "--json").stdout
    assert run("status", "--json").stdout == first
    assert (
        json.loads(first)["habits"][0]["streak"]
        == json.loads(run("show", "swim", "--json").stdout)["streak"]
        >= 8
    )


def test_the_calendar_of_the_year_begins_there() -> None:
    states: dict[date, DayState] = {date(2026, 1, 4): "done"}  # a Sunday
    place = re.compile(r'<rect x="(\d+)" y="(\d+)"')
    monday, sunday = (place.search(heatmap("i", "t", 2026, states, starts)) for starts in (0, 6))
    assert monday is not None
    assert sunday is not None
    assert int(sunday[1]) > int(monday[1]), "it begins the next column"
    assert int(sunday[2]) < int(monday[2]), "in the first row"


def test_weekly_rates_and_outputs_are_of_the_same_weeks() -> None:
    span = Span(Habit("write", "Write"), SUNDAY, SUNDAY + timedelta(13))
    rates = weekly_rates(span, {SUNDAY: Mark("yes")}, SUNDAY + timedelta(13), 6)
    assert list(rates.values()) == [pytest.approx(1 / 7), 0]
    pairs = paired(rates, [SUNDAY, SUNDAY + timedelta(7)], 0, SUNDAY + timedelta(13))
    assert [count for _, count in pairs] == [1, 1]


def test_moving_the_weeks_of_a_promise_waits_as_easier() -> None:
    one, two = (
        Habit("swim", "Swim", Schedule("weekly", 2, 7, week_starts=starts)) for starts in (None, 6)
    )
    assert of_habit("schedule", one, two) == "easier"
    assert (str(one.schedule), str(two.schedule)) == ("2 a week", "2 a week from Sunday")
