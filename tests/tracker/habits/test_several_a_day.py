"""Several times a day: each yes is one more, and a part of the day counts as a part."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import Result

from tracker.errors import TrackerError
from tracker.goals_file.parse import parse
from tracker.habits.checkins import Mark
from tracker.habits.model import Habit, Span
from tracker.habits.schedule import DAILY, Schedule, parse_schedule
from tracker.habits.streaks import streak
from tracker.habits.strength import decay, strengths
from tracker.seasons.fields import of_habit

Run = Callable[..., Result]
START = date(2026, 11, 2)
GOALS = """\
timezone: UTC
seasons:
  - id: autumn
    starts: 2026-11-01
    ends: 2026-12-31
    goals:
      - {id: papers, title: Papers}
    habits:
      - id: pills
        title: Pills
        schedule: 2 per day
"""


@pytest.fixture
def pills(log: Path) -> Path:
    (log / "goals.yml").write_text(GOALS, encoding="utf-8")
    return log


@pytest.mark.parametrize(
    ("written", "schedule"),
    [
        ("2 per day", Schedule("daily", per_day=2)), ("2/day", Schedule("daily", per_day=2)),
        ("twice a day", Schedule("daily", per_day=2)), ("3x daily", Schedule("daily", per_day=3)),
        ("3 times each day", Schedule("daily", per_day=3)), ("1 per day", DAILY), ("once a day", DAILY),
        ("2 per day on mon-fri", Schedule("weekdays", weekdays=(0, 1, 2, 3, 4), per_day=2)),
        ("twice a day on sat and sun", Schedule("weekdays", weekdays=(5, 6), per_day=2)),
    ],
)  # fmt: skip
def test_how_it_is_written(written: str, schedule: Schedule) -> None:
    assert parse_schedule(written) == schedule
    assert parse_schedule(schedule.written) == schedule


def test_how_it_reads() -> None:
    assert str(parse_schedule("2 per day")) == "2 times a day"
    assert str(parse_schedule("2 per day on mon-fri")) == "2 times a day, Monday to Friday"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("schedule: 0 per day", '"0 per day" asks for 0 times a day. Use 1 to 100 per day, or track-only.'),
        ("schedule: 2 per day on funday", '"2 per day on funday" is no schedule. Use daily, 2 per day, 3/7, 3 per week, mon,wed,fri, every 2 days or track-only.'),
        ("schedule: 2 per day\n        quantity: 5 km", "2 per day counts times, and a habit counts one thing. Leave quantity out, or write the day's amount with schedule: daily."),
        ("schedule: 2 per day\n        at_most: 3 coffees", "2 per day counts times, and a habit counts one thing. Leave at_most out, or write the day's amount with schedule: daily."),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_told(line: str, message: str) -> None:
    with pytest.raises(TrackerError) as caught:
        parse(GOALS.replace("schedule: 2 per day", line))
    assert str(caught.value).split(": ", 2)[2] == message


def test_a_check_in_counts_and_says_how_many_are_there(run: Run, pills: Path) -> None:
    assert run("checkin", "pills=y").stdout == "Stored for today, Mon 23 Nov: pills 1 of 2 times.\n"
    (one,) = json.loads(run("status", "--json").stdout)["habits"]
    assert (one["state"], one["due"], one["of_day"]) == ("partial", True, {"value": 1, "target": 2})
    assert "1 of 2 times" in run("status").stdout
    assert "open" in run("checkin", "--json").stdout
    said = run("checkin", typed="y\n").stdout
    assert "2 of 2 times" in said
    (two,) = json.loads(run("status", "--json").stdout)["habits"]
    assert (two["state"], two["due"], two["streak"]) == ("done", False, 1)
    stored = json.loads(run("checkin", "pills=y", "--json").stdout)["stored"][0]
    assert stored["of_day"] == {"value": 3, "target": 2}
    run("undo")
    run("undo")
    assert "pills: yes 1 time" in run("log").stdout


def test_a_no_a_skip_and_an_edit_are_of_the_whole_day(run: Run, pills: Path) -> None:
    run("checkin", "pills=y")
    run("edit", "pills=y")
    (one,) = json.loads(run("status", "--json").stdout)["habits"]
    assert one["state"] == "done"
    run("edit", "pills=1")
    run("checkin", "pills=s")
    (two,) = json.loads(run("status", "--json").stdout)["habits"]
    assert (two["state"], two["due"]) == ("skipped", False)


def test_strength_uses_the_share_and_an_unfinished_day_takes_nothing() -> None:
    one = Habit("h", "H", parse_schedule("2 per day"))
    span, kept = Span(one, START, START + timedelta(30)), decay((1, 1))
    marks = {START: Mark("yes", 2.0), START + timedelta(1): Mark("yes", 1.0)}
    first = 1 - kept
    series = strengths([span], marks, START + timedelta(2))
    assert [value for _, value in series][:2] == pytest.approx(
        [first, first * kept + 0.5 * (1 - kept)]
    )
    today = strengths(
        [span],
        {START: Mark("yes", 2.0), START + timedelta(1): Mark("yes", 1.0)},
        START + timedelta(1),
    )
    assert today[-1][1] >= first
    assert streak([span], marks, START + timedelta(1)).length == 1, "the day is not over"
    assert streak([span], marks, START + timedelta(2)).length == 0


def test_fewer_times_are_easier() -> None:
    def way(before: str, after: str) -> str:
        one, two = (Habit("h", "H", parse_schedule(words)) for words in (before, after))
        return of_habit("schedule", one, two)

    assert way("2 per day", "1 per day") == "easier"
    assert way("1 per day", "2 per day") == "harder"
    assert way("2 per day", "3 per day") == "harder"
    assert way("2 per day", "3 per day on mon-fri") == "easier", "neither way for sure"
    assert way("2 per day on mon-fri", "2 per day") == "harder"


def test_an_amendment_of_the_times_says_so(run: Run, pills: Path) -> None:
    assert run("season", "start").exit_code == 0
    (pills / "goals.yml").write_text(GOALS.replace("2 per day", "daily"), encoding="utf-8")
    said = run("season", "amend", "--reason", "enough").output
    assert "schedule 2 times a day → every day (easier, from 2026-11-30)" in said
    assert run("checkin", "pills=y").stdout.startswith(
        "Stored for today, Mon 23 Nov: pills 1 of 2 times."
    )


def test_a_summed_habit_says_what_its_day_comes_to(run: Run, log: Path) -> None:
    text = GOALS.replace("schedule: 2 per day", "quantity: {target: 0.3, unit: kg, aggregate: sum}")
    (log / "goals.yml").write_text(text, encoding="utf-8")
    run("checkin", "pills=0.1")
    said = run("checkin", "pills=0.2").stdout
    assert said == "Stored for today, Mon 23 Nov: pills 0.2 kg, 0.3 of 0.3 kg.\n"
