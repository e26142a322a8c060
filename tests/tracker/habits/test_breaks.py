from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import Result
from hypothesis import given
from hypothesis import strategies as st

from tracker.calendar.days import each_day
from tracker.errors import TrackerError
from tracker.goals.model import Goal, Season
from tracker.goals.pace import season_line, value_at
from tracker.goals_file.parse import parse
from tracker.habits.checkins import Mark, rested
from tracker.habits.model import Break, Habit, Span
from tracker.habits.schedule import parse_schedule
from tracker.habits.states import state
from tracker.habits.streaks import is_due, streak
from tracker.habits.strength import strengths
from tracker.seasons.fields import of_habit, of_season
from tracker.seasons.promise import season_of
from tracker.text.codec import plain
from tracker.workspace.session import cached_goals, dumped_goals

Run = Callable[..., Result]
START = date(2026, 11, 2)  # a Monday
REST = Break(START + timedelta(10), START + timedelta(16), "away", True)
YES = Mark("yes")


def span(schedule: str = "daily", *breaks: Break) -> Span:
    return Span(Habit("h", "H", parse_schedule(schedule), breaks=breaks), START, date(2027, 3, 1))


@pytest.mark.parametrize("schedule", ["daily", "3/7", "mon,wed,fri", "2 per week", "every 2 days"])
@given(answers=st.lists(st.sampled_from([None, YES, Mark("no"), Mark("skip")]), min_size=30, max_size=40))  # fmt: skip
def test_a_break_is_as_if_its_days_were_skipped(schedule: str, answers: list[Mark | None]) -> None:
    marks = {START + timedelta(n): mark for n, mark in enumerate(answers) if mark}
    skipped = {**marks, **dict.fromkeys(each_day(REST.first, REST.last), Mark("skip"))}
    today = START + timedelta(len(answers) - 1)
    with_break, without = span(schedule, REST), span(schedule)
    neutral = rested([with_break], marks)
    assert strengths([with_break], neutral, today) == strengths([without], skipped, today)
    assert streak([with_break], neutral, today) == streak([without], skipped, today)
    assert rested([without], marks) is marks


def test_nothing_is_due_in_a_break_and_its_days_look_skipped() -> None:
    habit = span("daily", REST).habit
    assert not is_due(habit, {}, REST.first)
    assert is_due(habit, {}, REST.last + timedelta(1))
    assert state(habit, {}, REST.first, date(2027, 1, 1), frozenset()) == "skipped"
    assert state(habit, {REST.first: YES}, REST.first, date(2027, 1, 1), frozenset()) == "done"


def test_the_line_is_level_in_a_break_and_still_gets_there() -> None:
    goal = Goal("g", "G", 10.0)
    season = Season("s", "S", START, START + timedelta(27), (goal,), (), (REST,))
    corners = season_line(season, goal)
    before = value_at(corners, REST.first.toordinal() - 1)
    assert all(
        value_at(corners, day.toordinal()) == before for day in each_day(REST.first, REST.last)
    )
    assert value_at(corners, season.ends.toordinal()) == 10
    assert value_at(corners, START.toordinal() + 5) == pytest.approx(10 * 5 / (27 - 7))
    to_the_end = season._replace(breaks=(Break(REST.first, season.ends),))
    assert value_at(season_line(to_the_end, goal), season.ends.toordinal()) == 10


def test_planned_means_declared_a_week_ahead() -> None:
    assert REST.is_planned(REST.first - timedelta(7))
    assert not REST.is_planned(REST.first - timedelta(6))
    assert not REST._replace(planned=False).is_planned(None)


def test_a_break_added_to_a_promise_is_an_easing() -> None:
    season = Season("s", "S", START, START + timedelta(90), (Goal("g", "G"),), (span().habit,))
    assert of_season("breaks", season, season._replace(breaks=(REST,))) == "easier"
    assert of_habit("breaks", span().habit, span("daily", REST).habit) == "easier"
    whole = season._replace(breaks=(REST,), habits=(span("daily", REST).habit,))
    assert season_of(plain(whole)) == whole
    assert "breaks" not in plain(season), "an older promise reads the same"


BREAKS = """\
    breaks:
      - {from: 2026-12-20, to: 2026-12-27, why: family, planned: true}
      - {from: 2026-12-29, to: 2026-12-30}
"""


def test_breaks_of_goals_yml(log: Path) -> None:
    text = (log / "goals.yml").read_text().replace("    goals:\n", BREAKS + "    goals:\n")
    project = parse(text)
    season = project.seasons[0]
    assert season.breaks[0] == Break(date(2026, 12, 20), date(2026, 12, 27), "family", True)
    assert all(habit.breaks == season.breaks for habit in season.habits)
    assert cached_goals(dumped_goals(text, project), text) == project


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ("{from: 2026-12-20, to: 2026-12-19}", "before it begins"),
        ("{from: 2026-12-20, to: 2027-01-02}", "does not lie in the season"),
        ("{from: 2026-12-20, till: 2026-12-21}", 'Did you mean "to"|There is: from, to'),
        ("{from: 2026-12-20}", 'the key "to" is missing'),
    ],
)
def test_a_break_without_sense_is_named_by_its_line(log: Path, wrong: str, words: str) -> None:
    text = (log / "goals.yml").read_text()
    text = text.replace("    goals:\n", f"    breaks:\n      - {wrong}\n    goals:\n")
    with pytest.raises(TrackerError, match=rf"goals\.yml:9: seasons\[0\]\.breaks\[0\].*({words})"):
        parse(text)


def test_status_and_pages_say_so(run: Run, log: Path) -> None:
    text = (log / "goals.yml").read_text().replace("    goals:\n", BREAKS + "    goals:\n")
    (log / "goals.yml").write_text(text)
    lines = run("status").output.splitlines()
    assert lines[1:3] == [
        "Break 2026-12-20 to 2026-12-27, planned: family.",
        "Break 2026-12-29 to 2026-12-30, unplanned.",
    ]
    run("pages")
    assert "2026-12-29 to 2026-12-30, unplanned" in (log / "progress" / "index.qmd").read_text()


def test_a_habit_s_own_breaks_are_said_beside_it(run: Run, log: Path) -> None:
    text = (log / "goals.yml").read_text().replace("    goals:\n", BREAKS + "    goals:\n")
    own = (
        "        breaks:\n"
        "          - {from: 2026-10-05, to: 2026-10-06}\n"
        "          - {from: 2026-12-01, to: 2026-12-05, why: 'a <b>cold</b>', planned: true}\n"
    )
    text = text.replace("        title: Read\n", "        title: Read\n" + own)
    (log / "goals.yml").write_text(text)
    done = run("status")
    assert done.exit_code == 0, done.output
    lines = done.output.splitlines()
    assert lines[3] == "read: Break 2026-12-01 to 2026-12-05, planned: a <b>cold</b>."
    assert not lines[4], "one that is over is not said again"
    data = json.loads(run("status", "--json").output)
    breaks = {habit["habit"]: habit["breaks"] for habit in data["habits"]}
    assert [rest["first"] for rest in breaks["read"]] == ["2026-12-20", "2026-12-29", "2026-12-01"]
    assert [rest["first"] for rest in breaks["write"]] == ["2026-12-20", "2026-12-29"]
    shown = run("show", "read").output
    assert "Break 2026-12-01 to 2026-12-05, planned: a <b>cold</b>." in shown
    assert "2026-10-05" not in shown
    run("pages")
    page = (log / "progress" / "habits" / "read.qmd").read_text()
    order = [
        page.index(day) for day in ("Break 2026-12-29", "Break 2026-12-01", "Break 2026-10-05")
    ]
    assert order == sorted(order)
    assert "<b>" not in page
    assert "cold" not in (log / "progress" / "habits" / "write.qmd").read_text()
