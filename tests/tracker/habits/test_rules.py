"""The tracker's scores beside a slow reference written from the rules (`rules.py`)."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.tracker import rules
from tests.tracker.conftest import Run
from tracker.calendar.weeks import each_week, parse_week, week_of
from tracker.errors import TrackerError
from tracker.goals.model import Goal, Milestone, Season
from tracker.goals.pace import safe_days, season_line, value_at
from tracker.habits.checkins import CheckIn, Mark, rested
from tracker.habits.model import Break, Habit, Quantity, Span
from tracker.habits.schedule import parse_schedule
from tracker.habits.states import DayState, daily_score, state
from tracker.habits.streaks import is_due, streak
from tracker.habits.strength import strengths
from tracker.pages.charts import heatmap
from tracker.store.checkins import CheckinStore
from tracker.store.database import Database

# Leap days, years of 53 weeks (2026, 2032), ends of years, and the nights when clocks are set.
STARTS = [
    date(2026, 3, 20), date(2026, 10, 15), date(2026, 12, 10), date(2027, 12, 20),
    date(2028, 2, 10), date(2032, 2, 20), date(2032, 12, 15),
]  # fmt: skip
LONG = 45

schedules = st.sampled_from(
    ["daily", "3/7", "5/7", "2/3", "1/9", "1 per week", "3 per week", "6 per week", "mon,wed,fri",
     "sat,sun", "tue", "every 2 days", "1/30", "2w"]
).map(parse_schedule)  # fmt: skip
quantities = st.sampled_from([
    None, None, Quantity(4.0, "km"), Quantity(3.0, "km"), Quantity(0.3, "l"), Quantity(4.0, "min", at_most=True),
    Quantity(0.0, "g", at_most=True), Quantity(None, "pages"),
])  # fmt: skip
marks = st.one_of(
    st.sampled_from([Mark("yes"), Mark("yes"), Mark("no"), Mark("skip")]),
    st.sampled_from([0.0, 0.1, 1.0, 1.3, 2.0, 4.0, 6.0, 9.0]).map(lambda value: Mark("no", value)),
    st.none(),
)


@st.composite
def lives(draw: st.DrawFn) -> tuple[Habit, dict[date, Mark], date, date]:
    """A habit, its answers (some before its start, some after today), its start and today."""
    habit = Habit("h", "H", draw(schedules), draw(quantities))
    start = draw(st.sampled_from(STARTS)) + timedelta(draw(st.integers(0, 6)))
    given_ = draw(st.lists(marks, max_size=LONG))
    if habit.quantity is None:
        given_ = [Mark(mark.answer) if mark else None for mark in given_]
    early = draw(st.sampled_from([0, 0, 4]))
    answers = {start + timedelta(n - early): mark for n, mark in enumerate(given_) if mark}
    today = start + timedelta(draw(st.integers(0, LONG)))
    return habit, answers, start, today


def span_of(habit: Habit, start: date) -> Span:
    return Span(habit, start, start + timedelta(4 * LONG))


@given(lives())
@settings(max_examples=100)
def test_strength(life: tuple[Habit, dict[date, Mark], date, date]) -> None:
    habit, answers, start, today = life
    found = strengths([span_of(habit, start)], answers, today)
    assert [day for day, _ in found] == rules.days_between(start, today)
    wanted = rules.strength(habit, answers, start, today)
    assert found[-1][1] == pytest.approx(wanted, abs=1e-7)  # shares are rounded to 9 places


@given(lives())
@settings(max_examples=150)
def test_streaks_and_days_until_they_break(
    life: tuple[Habit, dict[date, Mark], date, date],
) -> None:
    habit, answers, start, today = life
    found = streak([span_of(habit, start)], answers, today)
    assert (found.length, found.breaks_in) == rules.held(habit, answers, start, today)


@given(lives())
@settings(max_examples=100)
def test_what_is_due(life: tuple[Habit, dict[date, Mark], date, date]) -> None:
    habit, answers, _, today = life
    assume(today not in answers)
    assert is_due(habit, answers, today) == rules.due(habit, answers, today)


@given(lives(), st.lists(st.tuples(st.integers(0, LONG), st.integers(0, 9)), max_size=2))
@settings(max_examples=60)
def test_a_break_is_a_skip_of_its_days(
    life: tuple[Habit, dict[date, Mark], date, date], rests: list[tuple[int, int]]
) -> None:
    habit, answers, start, today = life
    breaks = [Break(start + timedelta(a), start + timedelta(a + b)) for a, b in rests]
    resting = habit._replace(breaks=tuple(breaks))
    skips = {day: Mark("skip") for r in breaks for day in rules.days_between(r.first, r.last)}
    neutral = {**answers, **skips}
    spans = [span_of(resting, start)]
    scored = rested(spans, answers)
    found = streak(spans, scored, today)
    assert (found.length, found.breaks_in) == rules.held(habit, neutral, start, today)
    level = strengths(spans, scored, today)[-1][1]
    assert level == pytest.approx(rules.strength(habit, neutral, start, today), abs=1e-7)


@given(lives())
@settings(max_examples=60)
def test_states(life: tuple[Habit, dict[date, Mark], date, date]) -> None:
    habit, answers, start, today = life
    found = streak([span_of(habit, start)], answers, today)
    numbers = rules.covered_numbers(habit, answers, start, today)
    known = rules.countable(habit, answers, start, today)
    for day in rules.days_between(start, today):
        kind = state(habit, answers, day, today, found.covered)
        mark = answers.get(day)
        if rules.skipped(answers, day):
            assert kind == "skipped"
        elif rules.success(habit, answers, day):
            assert kind == "done"
        elif not rules.asks(habit, day):
            assert kind == "rest", "only due days count"
        elif habit.limit:
            assert kind == ("missed" if mark else "open" if day == today else "unanswered")
        elif habit.schedule.kind == "weekly" and mark is None:
            assert kind in {"unanswered", "open", "satisfied"}
        elif mark is not None and mark.value:
            if habit.schedule.kind == "weekly":
                week = day - timedelta(day.weekday())
                holds = bool(rules.week_met(habit, answers, week, date.max))
            else:
                holds = known.index(day) in numbers
            enough = "done" if habit.schedule.times == 1 else "satisfied"
            assert kind == (enough if holds else "partial")
        elif habit.schedule.kind == "weekly":
            assert kind in {"missed", "satisfied"}
        elif known.index(day) in numbers:
            assert kind == "satisfied"
        else:
            assert kind == ("missed" if mark else "open" if day == today else "unanswered")


@given(st.lists(st.sampled_from(list[DayState](
    ["done", "partial", "satisfied", "skipped", "missed", "unanswered", "open", "rest"]
))))  # fmt: skip
def test_daily_score(kinds: list[DayState]) -> None:
    due = [kind for kind in kinds if kind != "rest"]
    left = len(due) - due.count("skipped")
    done = due.count("done") + due.count("satisfied")
    nothing_left = 100 if due else None
    assert daily_score(kinds) == (pytest.approx(100 * done / left) if left else nothing_left)


@st.composite
def promises(draw: st.DrawFn) -> tuple[Season, Goal]:
    start = draw(st.sampled_from(STARTS))
    length = draw(st.integers(1, 120))
    target = draw(st.integers(1, 40))
    stones = draw(st.lists(st.tuples(st.integers(1, 119), st.integers(0, target)), max_size=3))
    by: dict[int, int] = {}
    for when, amount in sorted(stones):
        by[when] = max(amount, *by.values(), 0) if by else amount
    rests, at = [], 0
    for gap, days in draw(st.lists(st.tuples(st.integers(1, 40), st.integers(0, 20)), max_size=3)):
        rests.append(Break(start + timedelta(at + gap), start + timedelta(at + gap + days)))
        at += gap + days + 1
    end = start + timedelta(length)
    season = Season("s", "S", start, end, breaks=tuple(r for r in rests if r.last <= end))
    milestones = tuple(Milestone(start + timedelta(n), float(v)) for n, v in by.items())
    return season, Goal("g", "G", float(target), milestones=milestones)


@given(promises(), st.integers(0, 120), st.integers(0, 40))
@settings(max_examples=100)
def test_pace(made: tuple[Season, Goal], ahead: int, count: int) -> None:
    season, goal = made
    today = min(season.starts + timedelta(ahead), season.ends)
    slow, corners = rules.pace(season, goal), season_line(season, goal)
    for day, height in slow.items():
        assert value_at(corners, day.toordinal()) == pytest.approx(float(height), abs=1e-9), day
    found = safe_days(corners, today.toordinal(), float(count))
    # Where the count stands on the line to the last bit, rounding may tip it by one step.
    near = {rules.safe(slow, today, count + sign * Fraction(1, 10**9)) for sign in (-1, 0, 1)}
    assert found in near
    if not season.breaks:
        assert found == rules.safe(slow, today, Fraction(count)), "without breaks nothing tips"


clocks = st.integers(-400, 400).map(
    lambda hours: (
        (date(2026, 11, 23) + timedelta(hours // 24)).isoformat()
        + f"T{hours % 24:02d}:00:00.000+00:00"
    )
)


@given(
    st.lists(
        st.tuples(
            st.integers(0, 5), st.sampled_from(["yes", "no", "skip"]), clocks,
            st.sampled_from(["UTC", "Asia/Tokyo", "Pacific/Honolulu"]),
        ),
        min_size=1, max_size=12,
    )
)  # fmt: skip
@settings(max_examples=10)
def test_a_clock_that_jumps_changes_no_answer(
    tmp_path_factory: pytest.TempPathFactory, given_: list[tuple[int, str, str, str]]
) -> None:
    """The last answer given for a day stands, whatever the clock and the zone were."""
    path = str(tmp_path_factory.mktemp("log") / "tracker.db")
    wanted = {}
    for number, answer, clock, zone in given_:
        day = date(2026, 11, 1) + timedelta(number)
        entry = CheckIn("write", day, answer, None, None, False, clock, zone, 0, "inline")  # type: ignore[arg-type]
        with Database(path, writing=True) as database:
            store = CheckinStore(database)
            store.add([entry])
        wanted[day] = Mark(answer)  # type: ignore[arg-type]
    with Database(path) as database:
        store = CheckinStore(database)
        assert store.marks({})["write"] == wanted


def test_a_clock_set_back_looks_at_an_earlier_day(run: Run) -> None:
    for back in range(40, -1, -1):
        run("checkin", "write=y", "--day", f"-{back}")
    late = json.loads(run("status", "--json").stdout)
    early = json.loads(run("status", "--json", now="2026-10-20T12:00:00+00:00").stdout)
    assert (late["today"], early["today"]) == ("2026-11-23", "2026-10-20")
    assert early["habits"][0]["streak"] == 7  # from 14 October on
    assert json.loads(run("status", "--json").stdout) == late


@pytest.mark.parametrize(("year", "days"), [(2026, 365), (2028, 366), (2032, 366), (2040, 366)])
def test_a_year_s_map_has_all_its_days_in_its_columns(year: int, days: int) -> None:
    first = date(year, 1, 1)
    states: dict[date, DayState] = {first + timedelta(n): "done" for n in range(days)}
    drawn = heatmap("i", "t", year, states)
    assert len(set(re.findall(rf"<title>({year}-\d\d-\d\d)", drawn))) == days
    assert (f"{year}-02-29" in drawn) == (days == 366)
    assert f"{days} days done" in drawn
    width = int(re.search(r'viewBox="0 0 (\d+)', drawn)[1])  # type: ignore[index]
    places = [(int(x), int(y)) for x, y in re.findall(r'<rect x="(\d+)" y="(\d+)"', drawn)[:days]]
    assert len(set(places)) == days
    assert max(x for x, _ in places) + 10 <= width


@pytest.mark.parametrize(("year", "weeks"), [(2026, 53), (2027, 52), (2032, 53), (2033, 52)])
def test_a_year_of_53_weeks(year: int, weeks: int) -> None:
    found = list(each_week(date(year - 1, 12, 1), date(year + 1, 1, 31)))
    assert sum(week.year == year for week in found) == weeks
    today = date(year + 1, 2, 1)
    if weeks == 53:
        week = parse_week(f"{year}-W53", today)
        assert (week.last - week.first).days == 6
        assert week_of(week.last) == week
    else:
        with pytest.raises(TrackerError, match="names no week"):
            parse_week(f"{year}-W53", today)


def test_a_streak_of_weeks_goes_on_over_week_53() -> None:
    habit, start = Habit("h", "H", parse_schedule("1 per week")), date(2026, 12, 7)
    answers = {start + timedelta(7 * n + n % 7): Mark("yes") for n in range(6)}
    found = streak([span_of(habit, start)], answers, date(2027, 1, 17))
    assert (found.length, found.unit) == (6, "weeks")


def test_the_leap_day_is_a_day_of_every_window(run: Run, log: Path) -> None:
    text = (log / "goals.yml").read_text().replace("2026-10-01", "2028-01-15")
    (log / "goals.yml").write_text(text.replace("2026-12-31", "2028-04-15"))
    noon = "2028-03-01T12:00:00+00:00"
    for day in ("2028-02-27", "2028-02-28", "2028-02-29", "2028-03-01"):
        assert run("checkin", "write=y", "--day", day, now=noon).exit_code == 0
    data = json.loads(run("show", "write", "--json", now=noon).stdout)
    assert (data["streak"], data["breaks_in"]) == (4, 1)
    assert [one["day"] for one in data["days"]][-3:] == ["2028-02-28", "2028-02-29", "2028-03-01"]
    wrong = run("checkin", "write=y", "--day", "2027-02-29", now=noon)
    assert (wrong.exit_code, "names no day" in wrong.output) == (1, True)
