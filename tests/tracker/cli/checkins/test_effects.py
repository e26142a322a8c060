"""What an answer did, said in the same second."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result

from tests.tracker.conftest import GOALS
from tracker.habits.checkins import Reply
from tracker.workspace.effects import effects_today
from tracker.workspace.season_status import current_season
from tracker.workspace.session import Folder, Session

Run = Callable[..., Result]
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
TODAY = date(2026, 11, 23)


@pytest.fixture
def year(log: Path) -> Session:
    """A year of `write` and `read` behind, so that the past is taken up from checkpoints."""
    text = GOALS.replace("starts: 2026-10-01", "starts: 2025-11-01")
    (log / "goals.yml").write_text(text, encoding="utf-8")
    session = Session(Folder(str(log)), NOW, writes=True)
    for name, every in (("write", 1), ("read", 3)):
        for back in range(1, 380, every):
            keep(session, name, TODAY - timedelta(back), "y")
    return session


def keep(session: Session, name: str, day: date, answer: str) -> None:
    habit = session.habit_on(name, day)
    reply = Reply({"y": "yes", "n": "no", "s": "skip"}[answer])  # type: ignore[arg-type]
    session.begin_writing()
    session.checkins.add([session.check_in(habit, day, reply, None, False, "inline")])


def test_what_is_worked_out_beside_an_answer_is_what_status_shows_after_it(year: Session) -> None:
    effects = effects_today(year)
    assert effects is not None
    answers = ((0, "write", "n"), (0, "write", "y"), (3, "read", "y"), (300, "write", "n"),
               (40, "read", "s"), (1, "write", "s"))  # fmt: skip
    for back, name, answer in answers:
        day = TODAY - timedelta(back)
        before = {item.habit.id: item.strength for item in effects.report.habits}
        keep(year, name, day, answer)
        effect = effects.take_in(name, day)
        assert effect is not None
        now = current_season(year)
        assert now is not None
        fresh = {item.habit.id: item for item in now.report.habits}
        assert effect.before.strength == before[name], (back, name)
        assert effect.after.strength == fresh[name].strength, (back, name)
        assert effect.after.streak.length == fresh[name].streak.length, (back, name)
        assert effect.after.streak.breaks_in == fresh[name].streak.breaks_in, (back, name)
        assert effect.after.due == fresh[name].due


def test_the_line_says_strength_streak_what_breaks_and_the_pace(run: Run) -> None:
    for back in (3, 2, 1):
        run("checkin", "write=y", "--day", f"-{back}")
        run("checkin", "read=y", "--day", f"-{back}")
    run("checkin", "feeds=3", "--day", "yesterday")
    result = run("checkin", "write=y", "run=2", "--effect")
    assert result.output.splitlines() == [
        "Stored for today, Mon 23 Nov: write yes, run 2 km.",
        "  write: 15% → 19%, 4 days held, next by tomorrow; Publish papers: 0 of 4 papers, "
        "behind, the pace is 2.3",
        "  run: 0.0% → 0.5%",
        "About to break: feeds (today).",
    ]
    result = run("checkin", "write=n", "--effect", now="2026-11-24T12:00:00+00:00")
    assert "  write: 19% → 18%, a streak of 4 days ends; Publish papers: 0 of 4" in result.output


def test_a_small_move_is_shown_in_tenths_and_none_as_none(run: Run) -> None:
    run("checkin", "read=y", "--day", "-2")
    for back in range(54, 0, -1):
        run("checkin", "write=y", "--day", f"-{back}")
    assert "  write: 94.1% → 94.4%, 54 days held" in run("checkin", "write=y", "--effect").output
    assert "  write: 94%, 54 days held" in run("checkin", "write=y", "--effect").output


def test_a_habit_that_is_only_tracked_and_one_of_another_season(run: Run, log: Path) -> None:
    assert "  diary: kept, and never scored" in run("checkin", "diary=y", "--effect").output
    goals = log / "goals.yml"
    goals.write_text(
        goals.read_text(encoding="utf-8").replace(
            "seasons:\n",
            "seasons:\n  - {id: summer, starts: 2026-07-01, ends: 2026-08-31, "
            "habits: [{id: swim, title: Swim}]}\n",
        ),
        encoding="utf-8",
    )
    result = run("checkin", "swim=y", "--day", "2026-08-31", "--effect")
    assert (result.exit_code, result.output) == (0, "Stored for Mon 31 Aug: swim yes.\n")
    data = json.loads(run("checkin", "swim=y", "--day", "2026-08-30", "--json").output)
    assert data["stored"][0]["effect"] is None


def test_the_same_as_data(run: Run) -> None:
    run("checkin", "write=y", "--day", "yesterday")
    data = json.loads(run("checkin", "write=y", "feeds=3", "--json").output)
    effect = data["stored"][0]["effect"]
    goal = effect.pop("goals")[0]
    assert effect == {
        "strength_before": 0.0519, "strength": 0.1011, "streak_before": 1, "streak": 2,
        "streak_unit": "days", "next_by": "2026-11-24",
    }  # fmt: skip
    assert (goal["goal"], goal["count"], goal["safe_days"]) == ("papers", 0, 0)
    assert data["about_to_break"] == []


def test_a_script_pays_for_no_effect_and_no_one_looking_is_shown_none(run: Run) -> None:
    assert run("checkin", "write=y").output == "Stored for today, Mon 23 Nov: write yes.\n"


def test_a_week_breaks_when_it_is_over(run: Run, log: Path) -> None:
    """What has to be done by Sunday is about to break on Sunday, not on Monday."""
    goals = log / "goals.yml"
    text = goals.read_text(encoding="utf-8").replace("schedule: 3/7", "schedule: 2 per week")
    goals.write_text(text, encoding="utf-8")
    for day in ("2026-11-17", "2026-11-18"):
        run("checkin", "read=y", "--day", day)
    sunday = "2026-11-29T12:00:00+00:00"
    line = next(line for line in run("status", now=sunday).output.splitlines() if "Read" in line)
    assert line.endswith("breaks today")
    result = run("checkin", "read=y", "--effect", now=sunday)
    assert "1 week held, breaks today" in result.output
    later = run("checkin", "diary=y", "--json", now=sunday)
    assert json.loads(later.output)["about_to_break"] == []
