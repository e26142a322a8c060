from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from tests.tracker.conftest import Run
from tests.tracker.seasons_made import ENDS, STARTS, seasons
from tracker.errors import TrackerError
from tracker.goals import model
from tracker.goals.forecasts import Forecast
from tracker.goals.links import Link
from tracker.goals.model import Goal, Season
from tracker.habits.model import Habit
from tracker.seasons.amendments import Amendment, changes
from tracker.seasons.promise import promise
from tracker.seasons.record import (
    dump,
    load,
    private_habits,
    public,
)
from tracker.seasons.verdict import (
    HabitTally,
    Miss,
    Verdict,
    graded_twice,
)
from tracker.store.database import Database
from tracker.store.seasons import SeasonStore
from tracker.store.tables import SEASON_TABLES

NOW = "2026-02-01T10:00:00.000+00:00"
DAY = date(2026, 2, 1)
SEASON = Season(
    "s", "Spring", STARTS, ENDS, (Goal("a", "Write", 3.0),),
    (Habit("run", "Run"), Habit("secret", "PLANTED-SECRET", public=False)),
)  # fmt: skip
PROJECT = model.Project("UTC", 0, (SEASON,))
LINK = Link(1, "s", "a", "doi", "10.1234/x", DAY, "A paper", NOW, "found", DAY, "doi.org knows it")


@contextmanager
def filled(path: Path) -> Iterator[SeasonStore]:
    database = Database(str(path), writing=True)
    store = SeasonStore(database)
    store.freeze(promise(SEASON, NOW, DAY, "UTC"))
    easier = SEASON._replace(
        goals=(Goal("a", "Write more", 2.0),),
        habits=(Habit("run", "Run"), Habit("secret", "PLANTED-SECRET-2", public=False)),
    )
    made = Amendment(1, DAY, NOW, "Too much.", changes(SEASON, [], easier, DAY))
    store.amend("s", made, "UTC")
    hidden = easier._replace(habits=easier.habits[:1])
    second = Amendment(2, DAY, NOW, "PLANTED-SECRET-3", changes(SEASON, [made], hidden, DAY))
    store.amend("s", second, "UTC")
    store.forecast(Forecast("s", "a", 0.7, DAY, NOW), "UTC")
    store.add_link(LINK, "UTC")
    first, then, until = graded_twice(SEASON, [made], [], [LINK], ENDS + timedelta(2))
    tallies = (HabitTally("run", "Run", 3, 4, 0.2), HabitTally("secret", "PLANTED-SECRET", 1, 1))
    miss = (Miss("a", "No time."),)
    store.judge(Verdict("s", NOW, ENDS, until, first, then, miss, tallies), "UTC")
    with database:
        yield store


def test_what_was_stored_is_read_back(tmp_path: Path) -> None:
    with filled(tmp_path / "tracker.db") as store:
        record = store.record("s")
        assert record is not None
        assert record.promise.season == SEASON
        assert [a.reason for a in record.amendments] == ["Too much.", "PLANTED-SECRET-3"]
        assert record.in_force(DAY).goals[0] == Goal("a", "Write more", 3.0)
        assert record.in_force(DAY + timedelta(7)).goals[0] == Goal("a", "Write more", 2.0)
        assert record.links == (LINK,)
        assert record.forecasts == (Forecast("s", "a", 0.7, DAY, NOW),)
        assert record.verdict is not None
        assert record.verdict.sentence("a") == "No time."
        assert (store.frozen(), store.record("other")) == (["s"], None)


def test_the_views_say_in_plain_columns_how_things_stand(tmp_path: Path) -> None:
    path = tmp_path / "tracker.db"
    with filled(path):
        pass
    connection = sqlite3.connect(path)
    grades = "SELECT season, side, goal, done, target, grade FROM goal_grades"
    assert connection.execute(grades).fetchall() == [
        ("s", "original", "a", 1, 3, 1 / 3), ("s", "amended", "a", 1, 2, 0.5),
    ]  # fmt: skip
    history = "SELECT number, item, field, direction, effective FROM amendment_history"
    assert connection.execute(history).fetchall()[:2] == [
        (1, "a", "title", "neutral", "2026-02-01"), (1, "a", "target", "easier", "2026-02-08"),
    ]  # fmt: skip
    weekly = "SELECT week, goal, probability FROM weekly_forecasts"
    assert connection.execute(weekly).fetchall() == [("2026-W05", "a", 0.7)]
    evidence = "SELECT goal, target, state FROM evidence_now"
    assert connection.execute(evidence).fetchall() == [("a", "10.1234/x", "found")]


@pytest.mark.parametrize("table", SEASON_TABLES)
def test_nothing_is_ever_changed_or_removed(tmp_path: Path, table: str) -> None:
    path = tmp_path / "tracker.db"
    with filled(path):
        pass
    connection = sqlite3.connect(path)
    for statement in (
        f"DELETE FROM {table}",
        f"UPDATE {table} SET rowid = rowid + 1",
    ):
        with pytest.raises(sqlite3.IntegrityError, match=f"{table} is append-only"):
            connection.execute(statement)


@pytest.mark.parametrize("table", ["promises", "verdicts"])
def test_a_season_is_frozen_once_and_judged_once(tmp_path: Path, table: str) -> None:
    path = tmp_path / "tracker.db"
    with filled(path):
        pass
    connection = sqlite3.connect(path)
    before = connection.execute(f"SELECT * FROM {table}").fetchall()
    for verb in ("INSERT", "INSERT OR REPLACE"):
        with pytest.raises(sqlite3.IntegrityError, match="a season is"):
            connection.execute(f"{verb} INTO {table} SELECT * FROM {table}")
    assert connection.execute(f"SELECT * FROM {table}").fetchall() == before


def test_a_second_verdict_is_refused(tmp_path: Path) -> None:
    with filled(tmp_path / "tracker.db") as store:
        with pytest.raises(TrackerError, match="s is closed already: a verdict stands"):
            store.judge(Verdict("s", NOW, DAY, DAY, (), ()), "UTC")
        record = store.record("s")
        assert record is not None
        assert record.verdict is not None
        assert record.verdict.original


def test_a_later_check_stands_beside_the_earlier_one(tmp_path: Path) -> None:
    with filled(tmp_path / "tracker.db") as store:
        (link,) = store.links()
        store.check(link._replace(state="gone", detail="404", checked=DAY), NOW)
        assert [(link.state, link.detail) for link in store.links()] == [("gone", "404")]
    rows = sqlite3.connect(tmp_path / "tracker.db").execute("SELECT state FROM evidence_checks")
    assert rows.fetchall() == [("found",), ("gone",)]


def test_the_public_record_holds_no_private_habit_and_reads_back(tmp_path: Path) -> None:
    with filled(tmp_path / "tracker.db") as store:
        record = store.record("s")
    assert record is not None
    shown = public(record, private_habits(record, PROJECT))
    text = dump(shown)
    assert "PLANTED" not in text
    assert "secret" not in text
    assert [a.number for a in shown.amendments] == [1]
    assert load(text, "x.json") == shown


def test_a_habit_that_becomes_private_is_withheld_from_then_on(tmp_path: Path) -> None:
    with filled(tmp_path / "tracker.db") as store:
        record = store.record("s")
    assert record is not None
    quiet = SEASON._replace(habits=(Habit("run", "Run", public=False),))
    shown = public(record, private_habits(record, PROJECT._replace(seasons=(quiet,))))
    assert (shown.withheld, shown.promise.season.habits) == (1, ())
    assert load(dump(shown), "x.json") == shown


def test_an_edited_promise_does_not_fit_its_seal(tmp_path: Path) -> None:
    with filled(tmp_path / "tracker.db") as store:
        record = store.record("s")
    assert record is not None
    text = dump(public(record, private_habits(record, PROJECT)))
    forged = text.replace('"title": "Write"', '"title": "Wrote"', 1)
    assert forged != text
    for broken, message in (
        (forged, "x.json: its promise does not fit its seal, so one of them was edited by hand. "
            "Take it back from the log's history: git checkout -- x.json"),
        ("{}", "x.json: not a season's record (KeyError: 'form'). "
            "Take it back from the log's history: git checkout -- x.json"),
        (text.replace('"form": 1', '"form": 9'), "x.json: written in form 9, and this tracker "
            "knows form 1. Update: pip install -U in-season"),
    ):  # fmt: skip
        with pytest.raises(TrackerError) as caught:
            load(broken, "x.json")
        assert str(caught.value) == message


def test_another_machine_takes_a_season_over(tmp_path: Path) -> None:
    with filled(tmp_path / "tracker.db") as store:
        record = store.record("s")
    assert record is not None
    shown = public(record, private_habits(record, PROJECT))
    with Database(str(tmp_path / "other.db"), writing=True) as database:
        other = SeasonStore(database)
        other.adopt(shown, "UTC")
        assert other.record("s") == shown._replace(taken_over=True)


def test_private_habits_of_a_season_taken_over_are_no_change(run: Run, log: Path) -> None:
    """They may have been promised: only the machine that froze the season can know."""
    run("season", "start")
    page = (log / "progress" / "seasons" / "autumn.json").read_text()
    assert "diary" not in page
    assert "Diary" not in page
    shutil.rmtree(log / ".tracker")
    words = "was frozen on another machine, whose database alone knows what it promised of private"
    for _ in range(2):  # from the file; then from the database that took it over
        said = run("status").output
        assert f"{words} habits (diary): here they count as written." in said
        assert "differs from what was promised" not in said
        assert run("forecast", "papers", "50%").exit_code == 0
    run("season", "amend", "--reason", "none")
    page = (log / "progress" / "seasons" / "autumn.json").read_text()
    assert '"amendments": []' in page, "there is nothing to explain"
    goals_yml = log / "goals.yml"
    goals_yml.write_text(goals_yml.read_text().replace("target: 4", "target: 3"))
    assert "differs from what was promised in 1 place" in run("status").output
    assert run("season", "amend", "--reason", "less time").exit_code == 0
    page = (log / "progress" / "seasons" / "autumn.json").read_text()
    assert "less time" in page
    assert "diary" not in page.casefold()
    found = json.loads(run("status", "--json").output)["habits"]
    assert "diary" in {one["habit"] for one in found}, "it counts all the while"


def test_a_database_older_than_seasons_has_none(tmp_path: Path) -> None:
    path = tmp_path / "tracker.db"
    with filled(path):
        pass
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 1")
    connection.close()
    with Database(str(path)) as database:
        store = SeasonStore(database)
        assert (store.record("s"), store.links(), store.frozen()) == (None, [], [])
    with Database(str(tmp_path / "missing.db")) as database:
        store = SeasonStore(database)
        assert (store.record("s"), store.links(), store.frozen()) == (None, [], [])


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seasons(), seasons())
def test_any_season_and_amendment_survive_the_database_and_the_file(
    tmp_path_factory: pytest.TempPathFactory, original: Season, wanted: Season
) -> None:
    path = tmp_path_factory.mktemp("log") / "tracker.db"
    with Database(str(path), writing=True) as database:
        store = SeasonStore(database)
        store.freeze(promise(original, NOW, DAY, "UTC"))
        made = Amendment(1, DAY, NOW, "why", changes(original, [], wanted, DAY))
        store.amend(original.id, made, "UTC")
        record = store.record(original.id)
    assert record is not None
    assert record.amendments == (made,)
    project = model.Project("UTC", 0, (wanted,))
    shown = public(record, private_habits(record, project))
    assert load(dump(shown), "x.json") == shown
