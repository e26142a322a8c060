"""A week's amount is a week's: states, streaks, due and scores judge over the strength's own window."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from tracker.goals.association import weekly_rates
from tracker.habits.checkins import Mark, parse_reply
from tracker.habits.model import Habit, Quantity, Span
from tracker.habits.schedule import parse_schedule
from tracker.habits.states import state
from tracker.habits.streaks import is_due, streak
from tracker.habits.strength import strengths
from tracker.seasons.fields import of_habit
from tracker.seasons.report import season_report
from tracker.seasons.verdict import tally

Run = Callable[..., Result]
MONDAY = date(2026, 11, 2)
LAST = date(2026, 12, 31)
KM = Quantity(10.0, "km")
BEERS = Quantity(4.0, "beers", at_most=True)


def habit(schedule: str, quantity: Quantity) -> Habit:
    return Habit("h", "H", parse_schedule(schedule), quantity)


def amounts(*values: float | None) -> dict[date, Mark]:
    """One a day from Monday on; None is no answer."""
    return {
        MONDAY + timedelta(n): Mark("no", value)
        for n, value in enumerate(values)
        if value is not None
    }


def signs(one: Habit, marks: dict[date, Mark], days: int) -> list[str]:
    today = MONDAY + timedelta(days - 1)
    covered = streak([Span(one, MONDAY, LAST)], marks, today).covered
    return [state(one, marks, MONDAY + timedelta(n), today, covered) for n in range(days)]


def season(log: Path, line: str) -> None:
    (log / "goals.yml").write_text(
        "timezone: UTC\nseasons:\n  - id: autumn\n    starts: 2026-11-01\n    ends: 2026-12-31\n"
        f"    habits:\n      - {line}\n",
        encoding="utf-8",
    )


def status(run: Run, day: str) -> dict[str, Any]:
    return json.loads(run("status", "--json", now=f"{day}T12:00:00+00:00").stdout)  # type: ignore[no-any-return]


def test_eight_beers_a_week_break_a_limit_of_four_in_every_command(run: Run, log: Path) -> None:
    season(log, "{id: beer, title: Beer, schedule: 1/7, at_most: 4 beers}")
    for n in range(22):
        day = date(2026, 11, 1) + timedelta(n)
        run("checkin", f"beer={8 if day.weekday() == 5 else 0}", "--day", str(day),
            now="2026-11-22T12:00:00+00:00")  # fmt: skip
    shown = status(run, "2026-11-22")
    (beer,) = shown["habits"]
    assert (beer["state"], beer["streak"], shown["score"]) == ("missed", 0, 0)
    assert beer["strength"] < 0.8, "the strength has always known"
    week = json.loads(run("week", "--json", now="2026-11-22T12:00:00+00:00").stdout)
    assert {day["states"]["beer"] for day in week["days"]} == {"missed"}
    assert {day["score"] for day in week["days"]} == {0}


def test_ten_kilometres_a_week_are_there_with_four_three_and_three(run: Run, log: Path) -> None:
    season(log, "{id: run, title: Run, schedule: 1/7, quantity: 10 km}")
    for day, km in (("2026-11-16", 4), ("2026-11-18", 3), ("2026-11-20", 3)):
        said = run("checkin", f"run={km}", "--day", day, now="2026-11-21T12:00:00+00:00")
        assert said.exit_code == 0
    shown = status(run, "2026-11-21")
    (one,) = shown["habits"]
    assert (one["state"], one["due"], one["streak"], one["breaks_in"]) == ("satisfied", False, 6, 2)
    assert shown["score"] == 100
    days = json.loads(run("show", "run", "--json", now="2026-11-21T12:00:00+00:00").stdout)["days"]
    assert [day["state"] for day in days][-6:] == ["done", "satisfied"] * 3
    log_said = run("log", now="2026-11-21T12:00:00+00:00").stdout
    assert "no 4 km" not in log_said
    assert "yes 4 km" in log_said


def test_what_is_short_of_a_week_s_amount_stays_in_part() -> None:
    run = habit("1/7", KM)
    assert signs(run, amounts(4, None, 3), 3) == ["partial", "unanswered", "partial"]
    assert is_due(run, amounts(4, None, 3), MONDAY + timedelta(3))
    assert not is_due(run, amounts(4, None, 3, 3), MONDAY + timedelta(4))
    assert is_due(run, amounts(4, None, 3, 3), MONDAY + timedelta(7)), "the four are too old"


@pytest.mark.parametrize(
    ("schedule", "values", "length", "breaks_in"),
    [
        ("1/7", (4, None, 3, 3), 4, 4),  # from the first part on; the last seven days lose it first
        ("1/7", (10,), 1, 7),
        ("1/7", (1, 10), 2, 7),
        ("1/7", (4, None, 3), 0, None),
        ("1/7", (4, 3, None, None, None, None, None, 3), 0, None),  # never ten in seven days
        ("3/7", (4, 4, 2, 10, 10), 5, 3),  # each day is one time at most: 1 of three is 4, 4 and 2
        ("3/7", (30,), 0, None),
    ],
)
def test_streaks_of_amounts(
    schedule: str, values: tuple[float | None, ...], length: int, breaks_in: int | None
) -> None:
    one = habit(schedule, KM)
    marks = amounts(*values)
    today = MONDAY + timedelta(len(values) - 1)
    held = streak([Span(one, MONDAY, LAST)], marks, today)
    assert (held.length, held.breaks_in) == (length, breaks_in)


def test_a_calendar_week_s_amount_and_limit() -> None:
    run = habit("weekly", KM)
    marks = amounts(*[4, None, 3, None, 3, None, None], 10)
    held = streak([Span(run, MONDAY, LAST)], marks, MONDAY + timedelta(7))
    assert (held.length, held.unit) == (2, "weeks")
    beer = habit("weekly", BEERS)
    drunk = amounts(0, 0, 0, 0, 0, 2, 3, 4, 0)  # five by Sunday; a new week, and four
    assert signs(beer, drunk, 9) == ["done"] * 6 + ["missed"] + ["done"] * 2
    last = strengths([Span(beer, MONDAY, LAST)], drunk, MONDAY + timedelta(8))
    assert last[-1][1] > last[-3][1], "the strength judges by the same week"


def test_a_limit_wants_a_report_every_day() -> None:
    beer = habit("1/7", BEERS)
    assert is_due(beer, amounts(0, 0), MONDAY + timedelta(2))
    assert signs(beer, amounts(0, None, 0), 3) == ["done", "unanswered", "done"]


def test_a_break_s_answers_count_for_no_window(run: Run, log: Path) -> None:
    season(
        log,
        "{id: beer, title: Beer, schedule: 1/7, at_most: 4 beers, "
        "breaks: [{from: 2026-11-18, to: 2026-11-18}]}",
    )
    for day, beers in ((17, 0), (18, 20), (19, 1)):
        run("checkin", f"beer={beers}", "--day", f"2026-11-{day}", now="2026-11-19T12:00:00+00:00")
    (beer,) = status(run, "2026-11-19")["habits"]
    assert (beer["state"], beer["streak"]) == ("done", 2)


def test_the_verdict_counts_the_days_that_a_window_holds() -> None:
    from tracker.goals.model import Project, Season

    for one, marks, words in (
        (habit("1/7", BEERS), amounts(*[0, 1] * 7), "14 of 14 days"),
        (habit("1/7", KM), amounts(4, None, 3, 3), "7 of 14 days"),
        (habit("3/7", KM), amounts(10, None, 10, 10), "3 of 6 days"),
    ):
        made = Season("s", "S", MONDAY, MONDAY + timedelta(13), habits=(one,))
        report = season_report(
            Project("UTC", 0, (made,)), made, {"h": marks}, [], made.ends + timedelta(1)
        )
        assert tally(report.habits[0]).days == words


def test_a_week_s_rate_is_the_share_of_its_amount() -> None:
    span = Span(habit("1/7", KM), MONDAY, LAST)
    assert list(weekly_rates(span, amounts(2, None, 3), MONDAY + timedelta(6)).values()) == [0.5]
    beer = Span(habit("1/7", BEERS), MONDAY, LAST)
    rates = weekly_rates(beer, amounts(0, 0, 0, 0, 0, 8, 0), MONDAY + timedelta(6))
    assert list(rates.values()) == [5 / 7]


def test_a_part_of_a_week_s_amount_is_no_no() -> None:
    assert parse_reply("4", habit("1/7", KM)).answer == "yes"
    assert parse_reply("0", habit("1/7", KM)).answer == "no"
    assert parse_reply("4", habit("daily", KM)).answer == "no"
    assert parse_reply("8", habit("1/7", BEERS)).answer == "no"


@pytest.mark.parametrize(
    ("before", "after", "way"),
    [
        ("daily", "1/7", "harder"),  # four a week keep four a day
        ("1/7", "daily", "easier"),
        ("1/7", "2/7", "easier"),
        ("2/14", "1/7", "harder"),
        ("1/7", "2/14", "easier"),
        ("1/7", "weekly", "easier"),  # eight in two days lie in two calendar weeks
        ("weekly", "1/7", "harder"),
        ("daily", "mon-fri", "easier"),
        ("mon-fri", "daily", "harder"),
        ("1/7", "track-only", "easier"),
        ("track-only", "1/7", "harder"),
    ],
)
def test_a_limit_is_harder_where_the_new_window_keeps_the_old_one(
    before: str, after: str, way: str
) -> None:
    assert of_habit("schedule", habit(before, BEERS), habit(after, BEERS)) == way
