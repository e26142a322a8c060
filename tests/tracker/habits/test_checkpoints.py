"""A shortcut that can be taken changes no number: every look from a checkpoint beside one from scratch."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.tracker.conftest import Run
from tracker.goals.model import Project, Season
from tracker.habits import checkpoints
from tracker.habits.checkins import CheckIn, Mark
from tracker.habits.checkpoints import REACH_BACK, Checkpoint, dump, load, make, wanted_day
from tracker.habits.model import Break, Habit, Quantity, Span
from tracker.habits.runs import Run as TraceRun
from tracker.habits.schedule import parse_schedule
from tracker.habits.strength import Level
from tracker.seasons.history import Histories, History
from tracker.seasons.report import HabitReport, season_report
from tracker.store.checkins import CheckinStore
from tracker.store.checkpoints import CheckpointStore, StoredCheckpoint, keep, recent
from tracker.store.database import Database
from tracker.store.journal import Journal

FIRST = date(2026, 1, 1)
ANSWERS = ("yes", "no", "skip")


def day(number: int) -> date:
    return FIRST + timedelta(number)


def marks_of(letters: str, start: int = 0) -> dict[date, Mark]:
    words = {"y": Mark("yes"), "n": Mark("no"), "s": Mark("skip"), "2": Mark("no", 2.0)}
    return {day(start + n): words[x] for n, x in enumerate(letters) if x in words}


schedules = st.sampled_from(
    ["daily", "3/7", "2 per week", "mon,wed,fri", "every 2 days", "1/30", "5/6", "track-only"]
)
quantities = st.sampled_from([
    None, None, None, Quantity(3.0, "km"), Quantity(3.0, "min", at_most=True), Quantity(None, "p"),
])  # fmt: skip


@st.composite
def habits(draw: st.DrawFn, name: str = "write", within: int = 150) -> Habit:
    rests = draw(st.lists(st.tuples(st.integers(0, within), st.integers(0, 9)), max_size=2))
    return Habit(
        name,
        name.title(),
        parse_schedule(draw(schedules)),
        draw(quantities),
        breaks=tuple(Break(day(start), day(start + length)) for start, length in rests),
    )


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Span], dict[date, Mark]]:
    spans: list[Span] = []
    at = draw(st.integers(0, 3))
    for _ in range(draw(st.integers(1, 4))):
        length = draw(st.integers(1, 70))
        alike = bool(spans) and draw(st.booleans())
        habit = spans[-1].habit._replace() if alike else draw(habits())
        spans.append(Span(habit, day(at), day(at + length - 1)))
        at += length + draw(st.sampled_from([0, 0, 5]))
    letters = draw(st.text("yyyns2.", min_size=at, max_size=at + 20))
    return spans, marks_of(letters, -5)


def lately(report: HabitReport, since: date) -> tuple[Any, ...]:
    return (
        report.strength,
        report.streak[:3],
        report.due,
        [pair for pair in report.days if pair[0] > since],
        [point for point in report.curve if point[0] > since],
    )


@given(history=histories(), ahead=st.integers(0, 220), step=st.integers(0, 6))
@settings(max_examples=300)
def test_a_history_from_a_checkpoint_is_the_history(
    history: tuple[list[Span], dict[date, Mark]], ahead: int, step: int
) -> None:
    spans, marks = history
    today = day(ahead)
    begun = [span for span in spans if span.first <= today]
    wanted = wanted_day(begun, today)
    if wanted is None:
        return
    first = wanted - timedelta(7 * step)
    made = make(begun, marks, first, today)
    assert load(made.day, dump(made)) == made, "what is stored is read back, to the last bit"
    later = make(begun, recent_only(marks, begun, made), wanted, today, made)
    assert later == make(begun, marks, wanted, today), "made from one before it, or from scratch"
    full = History(spans, marks, today)
    for base in (made, later):
        known = History(spans, recent_only(marks, begun, base), today, base)
        assert known.streaks[-1][:3] == full.streaks[-1][:3]
        for place, span in enumerate(begun):
            shown = [pair for pair in full.states[place] if pair[0] > base.day]
            assert known.states[place] == shown, span
            points = [point for point in full.curves[place] if point[0] > base.day]
            assert list(known.curves[place]) == points, span


def recent_only(marks: dict[date, Mark], spans: list[Span], base: Checkpoint) -> dict[date, Mark]:
    """What is read of the answers where there is a checkpoint."""
    since = base.day - checkpoints.reach(spans, base.day)
    return {when: mark for when, mark in marks.items() if when >= since}


Step = tuple[Any, ...]
steps = st.one_of(
    st.tuples(st.just("answer"), st.integers(0, 2), st.integers(-3, 0), st.sampled_from(ANSWERS)),
    st.tuples(st.just("backfill"), st.integers(0, 2), st.integers(-90, 0), st.sampled_from(ANSWERS)),
    st.tuples(st.just("import"), st.integers(0, 2), st.integers(-90, -20), st.sampled_from(ANSWERS)),
    st.tuples(st.just("undo")),
    st.tuples(st.just("redo")),
    st.tuples(st.just("clock"), st.sampled_from([1, 2, 8, 30, 60, -1, -20, -60])),
    st.tuples(st.just("amend"), st.integers(0, 2), habits()),
    st.tuples(st.just("fill"), st.integers(0, 2), st.text("yyns.", min_size=30, max_size=60)),
)  # fmt: skip


@given(
    made=st.tuples(habits("a"), habits("b"), habits("c")),
    turns=st.integers(20, 90),
    doing=st.lists(steps, min_size=1, max_size=12),
)
@example(
    made=(Habit("a", "A"), Habit("b", "B", parse_schedule("2 per week")), Habit("c", "C")),
    turns=40,
    doing=[("fill", 0, "y" * 60), ("clock", 8), ("backfill", 0, -60, "no"), ("undo",), ("redo",)],
)
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_is_done_the_look_is_that_from_scratch(
    tmp_path_factory: pytest.TempPathFactory,
    made: tuple[Habit, ...],
    turns: int,
    doing: list[Step],
) -> None:
    path = str(tmp_path_factory.mktemp("log") / "tracker.db")
    project = project_of(made, made, turns)
    now = turns + 45
    for name in "abc":
        add(path, project, now, [(name, n, "yes") for n in range(0, now, 3)])
    for step in [("look",), *doing]:
        kind, *rest = step
        if kind == "clock":
            now = max(0, now + rest[0])
        elif kind == "amend":
            later = [*project.seasons[1].habits]
            later[rest[0]] = rest[1]._replace(id="abc"[rest[0]])
            project = project_of(made, tuple(later), turns)
        elif kind in {"undo", "redo"}:
            with Database(path, writing=True) as database:
                journal = Journal(database)
                logged = "2026-11-23T12:00:00.000+00:00"
                (journal.undo if kind == "undo" else journal.redo)(logged, "UTC", day(now))
        elif kind == "fill":
            given = {"y": "yes", "n": "no", "s": "skip"}
            start = now - len(rest[1])
            found = [(start + n, given[x]) for n, x in enumerate(rest[1]) if x in given]
            add(path, project, now, [("abc"[rest[0]], n, x) for n, x in found if n >= 0])
        elif kind != "look" and now + rest[1] >= 0:
            add(path, project, now, [("abc"[rest[0]], now + rest[1], rest[2])], source=kind)
        for _ in range(2):  # the second look is from the checkpoints that the first one kept
            assert_alike(path, project, day(now))


def project_of(early: tuple[Habit, ...], late: tuple[Habit, ...], turns: int) -> Project:
    """Two seasons; the habits may be others in the second."""
    one = Season("one", "One", day(0), day(turns - 1), habits=early)
    two = Season("two", "Two", day(turns), day(turns + 150), habits=late)
    return Project("UTC", 0, (one, two))


def add(
    path: str, project: Project, now: int, given: list[tuple[str, int, str]], source: str = "inline"
) -> None:
    entries = [
        CheckIn(
            name, day(n), answer, 2.0 if answer == "no" else None, None, False,  # type: ignore[arg-type]
            f"2026-11-23T12:00:{n % 60:02d}.000+00:00", "UTC", now - n, source,
        )
        for name, n, answer in given
    ]  # fmt: skip
    if entries:
        with Database(path, writing=True) as database:
            store = CheckinStore(database)
            store.add(entries)


def assert_alike(path: str, project: Project, today: date) -> None:
    season = project.season_near(today)
    assert season is not None
    with Database(path) as database:
        store = CheckpointStore(database)
        found = recent(store, project, season, today)
        everything = CheckinStore(database).marks(project.aggregates_by_day())
    if found.renewed:
        assert keep(path, found.upto, found.renewed)
    quick = season_report(project, season, {}, [], today, histories=found.histories)
    slow = season_report(
        project, season, {}, [], today, histories=Histories(project, everything, today)
    )
    since = today - timedelta(REACH_BACK)
    for one, other in zip(quick.habits, slow.habits, strict=True):
        assert lately(one, since) == lately(other, since)
    assert quick.score_on(today) == slow.score_on(today)


def stored(log: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(log / ".tracker" / "tracker.db")) as connection:
        return connection.execute("SELECT habit, day FROM checkpoints ORDER BY habit").fetchall()


def answer_weeks(run: Run) -> None:
    for back in range(50, 0, -1):
        assert run("checkin", "write=y", "feeds=10", "--day", f"-{back}").exit_code == 0


def test_status_keeps_checkpoints_and_goes_on_from_them(run: Run, log: Path) -> None:
    answer_weeks(run)
    assert stored(log) == []
    first = run("status").stdout
    names = ["diary", "feeds", "read", "run", "write"]
    assert stored(log) == [(name, "2026-11-08") for name in names]
    assert run("status").stdout == first
    with closing(sqlite3.connect(log / ".tracker" / "tracker.db")) as connection:
        connection.execute(
            "UPDATE checkpoints SET body = replace(body, '0.', '0.00001') WHERE habit = 'write'"
        )
        connection.commit()
    wrong = run("status").stdout
    assert wrong != first, "they are read: a false one shows"
    run("checkin", "write=n", "--day", "-40")
    run("undo")
    assert run("status").stdout == first, "an answer for a day before it makes it anew"


def test_a_later_answer_leaves_a_checkpoint_alone(run: Run, log: Path) -> None:
    answer_weeks(run)
    run("status")
    path = str(log / ".tracker" / "tracker.db")
    with Database(path) as database:
        store = CheckpointStore(database)
        kept = store.sound()
    run("checkin", "write=n", "--day", "-10")
    with Database(path) as database:
        store = CheckpointStore(database)
        assert store.sound() == kept
    run("checkin", "write=n", "--day", "-14")
    with Database(path) as database:
        store = CheckpointStore(database)
        assert "write" in store.sound(), "a Monday after the checkpoint's Sunday"
    run("checkin", "write=n", "--day", "-15")
    with Database(path) as database:
        store = CheckpointStore(database)
        assert set(store.sound()) == set(kept) - {"write"}


@pytest.mark.parametrize("what", ["RULES", "FORM"])
def test_other_rules_make_checkpoints_anew(
    run: Run, log: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    answer_weeks(run)
    run("status")
    path = str(log / ".tracker" / "tracker.db")
    with Database(path) as database:
        store = CheckpointStore(database)
        before = store.sound()["write"].terms
    head = [checkpoints.FORM, checkpoints.RULES]
    monkeypatch.setattr(checkpoints, what, 99)
    run("status")
    with Database(path) as database:
        store = CheckpointStore(database)
        kept = json.loads(store.sound()["write"].terms)
    assert kept == [checkpoints.FORM, checkpoints.RULES, *json.loads(before)[2:]]
    assert json.loads(before)[:2] == head


def test_a_database_that_is_held_or_old_is_left_alone(log: Path, run: Run) -> None:
    answer_weeks(run)
    path = str(log / ".tracker" / "tracker.db")
    one = StoredCheckpoint("write", FIRST, "[]", "[]")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert not keep(path, 1, [one])
        assert run("status").exit_code == 0
        other.execute("ROLLBACK")
        other.execute("PRAGMA user_version = 3")
    assert not keep(path, 1, [one])
    assert run("status").exit_code == 0
    assert stored(log) == []


def test_status_needs_no_right_to_write(
    log: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_weeks(run)

    def refused(path: str, *, writing: bool) -> sqlite3.Connection:
        raise sqlite3.OperationalError("attempt to write a readonly database")

    first = run("status").stdout
    monkeypatch.setattr("tracker.store.checkpoints.connect", refused)
    with closing(sqlite3.connect(log / ".tracker" / "tracker.db")) as connection:
        connection.execute("DELETE FROM checkpoints")
        connection.commit()
    assert run("status").stdout == first
    assert stored(log) == []


def test_form_is_raised_whenever_this_changes() -> None:
    """A known answer. Where it changes, stored checkpoints are wrong: raise checkpoints.FORM."""
    marks = marks_of("yyysnyy2.yyyynysy.yyyyyyyynyyy.yysyyynyyyy", 0)
    until = day(59)
    week = Habit("a", "A", parse_schedule("3 per week"))
    spans = [
        Span(Habit("a", "A", parse_schedule("4/7")), day(0), day(20)),
        Span(week, day(21), day(59)),
    ]
    made = make(spans, marks, date(2026, 2, 1), until)
    assert checkpoints.FORM == 2
    assert made == Checkpoint(
        date(2026, 2, 1),
        Level(0.6211389461527588, 12.0, 0),
        {checkpoints.definition(week): 5},
    )
    rolling = [spans[0]._replace(last=until)]
    assert make(rolling, marks, date(2026, 2, 1), until).runs == {
        checkpoints.definition(spans[0].habit): TraceRun(30, 0, 32, (25, 26, 27, 29), None)
    }


def test_no_checkpoint_of_a_habit_that_is_young() -> None:
    spans = [Span(Habit("a", "A"), day(0), day(90))]
    assert wanted_day(spans, day(16)) is None
    assert wanted_day(spans, day(17)) == date(2026, 1, 4)
    assert wanted_day([], day(17)) is None
    ended = [Span(Habit("a", "A"), day(0), day(30))]
    assert wanted_day(ended, day(80)) == date(2026, 1, 11), "two weeks before its own end"
