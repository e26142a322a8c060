from __future__ import annotations

import pytest

from tracker.habits.amounts import parse_quantity
from tracker.habits.model import Quantity
from tracker.habits.schedule import DAILY, Schedule, parse_schedule


@pytest.mark.parametrize(
    ("raw", "schedule"),
    [
        ("daily", DAILY),
        (1, DAILY),
        ("7/7", DAILY),
        ("mon-sun", DAILY),
        ("3/7", Schedule("rolling", 3, 7)),
        (" 3 / 7 ", Schedule("rolling", 3, 7)),
        ("1w", Schedule("rolling", 1, 7)),
        ("3/2w", Schedule("rolling", 3, 14)),
        ("every 2 days", Schedule("rolling", 1, 2)),
        ("every other day", Schedule("rolling", 1, 2)),
        (3, Schedule("rolling", 1, 3)),
        ("3 per week", Schedule("weekly", 3, 7)),
        ("3x/week", Schedule("weekly", 3, 7)),
        ("2 times a week", Schedule("weekly", 2, 7)),
        ("weekly", Schedule("weekly", 1, 7)),
        ("mon,wed,fri", Schedule("weekdays", weekdays=(0, 2, 4))),
        (["fri", "Monday"], Schedule("weekdays", weekdays=(0, 4))),
        ("sat and sun", Schedule("weekdays", weekdays=(5, 6))),
        ("weekdays", Schedule("weekdays", weekdays=(0, 1, 2, 3, 4))),
        ("fri-mon", Schedule("weekdays", weekdays=(0, 4, 5, 6))),
        ("track-only", Schedule("track-only")),
        (0, Schedule("track-only")),
    ],
)
def test_schedules(raw: str | int | list[str], schedule: Schedule) -> None:
    assert parse_schedule(raw) == schedule


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ("9/7", '"9/7" asks for 9 days in 7. Use at most 7/7.'),
        ("0/7", '"0/7" asks for nothing. Use track-only to record without a score.'),
        ("8 per week", '"8 per week" asks for 8 days in 7. Use 1 to 7 per week.'),
        ("1/400", '"1/400" looks 400 days back. Use at most 366 days.'),
        ("often", '"often" is no schedule. Use daily, 2 per day, 3/7, 3 per week'),
        ("mon,foo", '"mon,foo" is no schedule: "foo" is no weekday.'),
        ([], '"" is no schedule.'),
        ("-1", '"-1" is no schedule.'),
    ],
)
def test_schedules_that_make_no_sense(raw: str | list[str], message: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the text is compared below
        parse_schedule(raw)
    assert str(caught.value).startswith(message)


def test_schedules_in_words() -> None:
    words = [
        str(parse_schedule(raw)) for raw in ("daily", "3/7", "1/7", "3 per week", "weekdays", "sat")
    ]
    assert words == [
        "every day", "3 in any 7 days", "once in any 7 days", "3 a week", "Monday to Friday", "Saturday",
    ]  # fmt: skip


def test_quantities() -> None:
    assert parse_quantity("5 km") == Quantity(5.0, "km")
    assert parse_quantity("km") == Quantity(None, "km")
    assert parse_quantity(2) == Quantity(2.0)
    assert parse_quantity("0 cigarettes", at_most=True) == Quantity(0.0, "cigarettes", at_most=True)
    assert str(parse_quantity("20 minutes", at_most=True)) == "at most 20 minutes"


@pytest.mark.parametrize(("raw", "at_most"), [("", False), ("0", False), ("-5 km", False), ("minutes", True), (float("nan"), True), (float("inf"), False)])  # fmt: skip
def test_quantities_that_make_no_sense(raw: str | float, at_most: bool) -> None:
    with pytest.raises(ValueError, match="is no amount"):
        parse_quantity(raw, at_most=at_most)
