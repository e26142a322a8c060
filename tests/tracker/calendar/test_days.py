from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.calendar.days import beside_today, civil_day, each_day, parse_day
from tracker.errors import TrackerError

LONDON = ZoneInfo("Europe/London")
TODAY = date(2026, 11, 23)  # a Monday


def local(text: str, zone: ZoneInfo = LONDON) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("clock", "day"),
    [
        ("2026-11-23T02:59:59", date(2026, 11, 22)),
        ("2026-11-23T03:00:00", date(2026, 11, 23)),
        ("2026-11-23T23:59:59", date(2026, 11, 23)),
        ("2026-11-24T00:30:00", date(2026, 11, 23)),
        # The clocks go back at 02:00 and forward at 01:00: days of 25 and 23 hours.
        ("2026-10-25T02:59:00", date(2026, 10, 24)),
        ("2026-10-25T03:00:00", date(2026, 10, 25)),
        ("2026-03-29T02:30:00", date(2026, 3, 28)),
        ("2026-03-29T03:00:00", date(2026, 3, 29)),
    ],
)
def test_a_check_in_before_the_boundary_belongs_to_the_day_before(clock: str, day: date) -> None:
    assert civil_day(local(clock), LONDON, 180) == day


def test_the_hour_that_comes_twice_ends_a_day_once() -> None:
    """The day ends at 01:30, and at 02:00 the clocks go back to 01:00."""
    first = datetime(2026, 10, 25, 0, 29, tzinfo=UTC)  # 01:29 in London
    days = [civil_day(first + timedelta(minutes=n), LONDON, 90) for n in (0, 1, 30, 32, 61, 62)]
    assert days == [date(2026, 10, 24), *[date(2026, 10, 25)] * 5]


def test_the_same_instant_is_two_days_in_two_zones() -> None:
    instant = datetime(2026, 11, 23, 11, tzinfo=UTC)
    assert civil_day(instant, ZoneInfo("Pacific/Kiritimati"), 0) == date(2026, 11, 24)
    assert civil_day(instant, ZoneInfo("Pacific/Pago_Pago"), 60) == date(2026, 11, 22)


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)),
    st.sampled_from(["Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]),
    st.integers(0, 360),
)
def test_days_never_run_backwards_by_more_than_the_clock(
    when: datetime, name: str, ends: int
) -> None:
    """An hour later it is the same day or the next, on days of 23, 24 and 25 hours alike."""
    zone, instant = ZoneInfo(name), when.replace(tzinfo=UTC)
    day = civil_day(instant, zone, ends)
    after = civil_day(instant + timedelta(hours=2), zone, ends)
    assert day <= after <= day + timedelta(1)
    assert day in {instant.astimezone(zone).date() - timedelta(n) for n in (0, 1)}


@pytest.mark.parametrize(
    ("word", "day"),
    [
        ("today", TODAY),
        ("Yesterday", date(2026, 11, 22)),
        ("yday", date(2026, 11, 22)),
        ("2026-10-05", date(2026, 10, 5)),
        ("monday", TODAY),
        ("tue", date(2026, 11, 17)),
        ("SUN", date(2026, 11, 22)),
        ("-2", date(2026, 11, 21)),
        ("-0", TODAY),
    ],
)
def test_words_for_days(word: str, day: date) -> None:
    assert parse_day(word, TODAY) == day


@pytest.mark.parametrize(
    "word", ["", "tomorrow", "2026-02-30", "20261001", "-", "--1", "m", "-99999"]
)
def test_other_words_name_no_day(word: str) -> None:
    with pytest.raises(TrackerError, match="names no day"):
        parse_day(word, TODAY if word != "-99999" else date(100, 1, 1))


def test_a_day_to_come_is_refused() -> None:
    with pytest.raises(TrackerError, match="2026-11-24 is still to come; today is 2026-11-23"):
        parse_day("2026-11-24", TODAY)


def test_days_in_words() -> None:
    assert beside_today(TODAY, TODAY) == "today, Mon 23 Nov"
    assert beside_today(date(2026, 11, 22), TODAY) == "yesterday, Sun 22 Nov"
    assert beside_today(date(2025, 11, 22), TODAY) == "Sat 22 Nov 2025"
    assert list(each_day(date(2028, 2, 28), date(2028, 3, 1)))[1] == date(2028, 2, 29)
    assert not list(each_day(TODAY, date(2026, 11, 22)))
