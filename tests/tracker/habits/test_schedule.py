"""A schedule answers for itself: nobody else asks what kind it is."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from tracker.habits.schedule import Schedule, parse_schedule

ROOT = Path(__file__).resolve().parents[3]
MONDAY = date(2026, 11, 23)
WORDS = ["daily", "3/7", "every 2 days", "2 per week", "mon,wed,fri", "track-only"]


@pytest.mark.parametrize("words", WORDS)
def test_what_goals_yml_writes_is_read_back(words: str) -> None:
    assert parse_schedule(words).written == words


@pytest.mark.parametrize(
    ("words", "frequency", "window", "limit", "asked_of_14"),
    [
        ("daily", (1, 1), (1, 1), (1, 1), 14),
        ("3/7", (3, 7), (3, 7), (3, 7), 6),
        ("every 2 days", (1, 2), (1, 2), (1, 2), 7),
        ("2 per week", (2, 7), (1, 1), (2, 7), 4),
        ("mon,wed,fri", (3, 7), (1, 1), (1, 1), 14),
        ("track-only", (1, 1), (1, 1), (1, 1), 14),
    ],
)
def test_how_often(
    words: str,
    frequency: tuple[int, int],
    window: tuple[int, int],
    limit: tuple[int, int],
    asked_of_14: int,
) -> None:
    schedule = parse_schedule(words)
    assert (schedule.frequency, schedule.window, schedule.limit_window) == (
        frequency,
        window,
        limit,
    )
    assert schedule.asked_of(14) == asked_of_14
    assert schedule.scored == (words != "track-only")
    assert schedule.by_week == (words == "2 per week")


def test_skipped_days_leave_less_to_ask() -> None:
    rolling, weekdays = parse_schedule("6/7"), parse_schedule("mon,wed,fri")
    assert rolling.asked(12, 14, 4, whole=False) == pytest.approx(60 / 7)
    assert rolling.asked(12, 14, 4, whole=True) == 8
    assert weekdays.asked(6, 14, 2, whole=True) == 4


def test_which_days_are_asked() -> None:
    week = [MONDAY + timedelta(n) for n in range(7)]
    assert [parse_schedule("mon,wed,fri").asks_on(day) for day in week] == [
        True, False, True, False, True, False, False,
    ]  # fmt: skip
    assert all(Schedule("daily").asks_on(day) for day in week)


def test_nobody_else_asks_what_kind_a_schedule_is() -> None:
    others = [path for path in (ROOT / "tracker").rglob("*.py") if path.name != "schedule.py"]
    assert len(others) > 50
    for path in others:
        assert not re.search(r"schedule\.kind\b", path.read_text(encoding="utf-8")), path
