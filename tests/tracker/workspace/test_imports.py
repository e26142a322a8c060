"""Imports in a real database: whole or not at all, once however often, and undone at once."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from tests.tracker.conftest import GOALS, NOW
from tests.tracker.exchange.files_made import moment
from tests.tracker.exchange.test_archive import states
from tracker.errors import TrackerError
from tracker.exchange import archive
from tracker.exchange.exports import public_part
from tracker.exchange.imports.plan import Plan, plan
from tracker.exchange.records import ForeignRecord, Given, Reading
from tracker.goals_file.parse import parse
from tracker.habits.checkins import CheckIn, Mark, StoredAnswer
from tracker.store.checkins import CheckinStore
from tracker.store.database import Database
from tracker.store.imports import SCHEMA, Arrival, File, ImportStore
from tracker.store.journal import Journal
from tracker.store.migrations import STEPS
from tracker.store.tables import IMPORT_TABLES
from tracker.workspace.imports import arrivals

PROJECT = parse(GOALS.replace("quantity: 5 km", "quantity: {target: 5, unit: km, aggregate: sum}"))
TODAY = date(2026, 11, 23)
MOMENT = moment(NOW, TODAY)
KNOWN = {habit: habit for habit in PROJECT.habit_ids()}
FILE = File("loop", "backup.db")


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "tracker.db")


def take(path: str, *records: ForeignRecord, replace: bool = False) -> Plan:
    named = tuple(record._replace(source=record.source or "loop") for record in records)

    def decide(rows: list[StoredAnswer]) -> tuple[Plan, list[Arrival]]:
        made = plan(Reading("loop", named), KNOWN, PROJECT, rows, MOMENT, replace=replace)
        return made, arrivals(made)

    with Database(path, writing=True) as database:
        store = ImportStore(database)
        return store.take_in(decide, FILE, NOW, {"run"})


def marks(path: str) -> dict[str, dict[date, Mark]]:
    with Database(path) as database:
        return CheckinStore(database).marks(PROJECT.aggregates_by_day())


def count(path: str, table: str = "checkins") -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


RECORDS = (
    ForeignRecord(
        "write", TODAY, "yes", note="well", given=Given(NOW, origin="web", created_at=NOW)
    ),
    ForeignRecord("run", TODAY, None, 2.0, external_id="a"),
    ForeignRecord("run", TODAY, None, 3.5, external_id="b"),
    ForeignRecord("read", TODAY, "no"),
    ForeignRecord("read", TODAY, "yes"),
)


def test_the_step_is_where_the_ledger_expects_it() -> None:
    assert STEPS[SCHEMA - 1].__name__ == "m003_imports"


def test_the_same_file_twice_adds_nothing(path: str) -> None:
    assert len(take(path, *RECORDS).add) == 5
    before = count(path), count(path, "actions")
    again = take(path, *RECORDS)
    assert sum(again.already_here.values()) == 5
    assert (count(path), count(path, "actions")) == before
    day = {habit: days[TODAY] for habit, days in marks(path).items()}
    assert day == {"write": Mark("yes"), "run": Mark("no", 5.5), "read": Mark("yes")}


def test_one_undo_takes_a_whole_file_back_and_it_can_come_again(path: str) -> None:
    take(path, *RECORDS)
    with Database(path, writing=True) as database:
        store = ImportStore(database)
        Journal(database).undo(NOW, "UTC", TODAY)
        assert CheckinStore(database).marks({}) == {}
        assert not [row for row in store.standing() if row.current]
    assert len(take(path, *RECORDS).add) == 5
    assert marks(path)["run"][TODAY] == Mark("no", 5.5)


def test_what_is_undone_and_put_back_is_here(path: str) -> None:
    """However long the chain of reversals: only its outcome counts."""
    take(path, RECORDS[0])
    for number in range(4):
        with closing(sqlite3.connect(path)) as connection, connection:
            last = connection.execute("SELECT max(id) FROM actions").fetchone()[0]
            connection.execute("INSERT INTO actions VALUES (NULL, 'undo', ?, ?)", [NOW, last])
        with Database(path) as database:
            store = ImportStore(database)
            assert len(store.standing()) == number % 2


def test_an_import_over_an_answer_is_undone_to_it(path: str) -> None:
    entry = CheckIn("write", TODAY, "no", None, "mine", False, NOW, "UTC", 0, "inline")
    with Database(path, writing=True) as database:
        store = ImportStore(database)
        CheckinStore(database).add([entry])
    assert len(take(path, ForeignRecord("write", TODAY, "yes")).kept) == 1
    take(path, ForeignRecord("write", TODAY, "yes"), replace=True)
    assert marks(path)["write"][TODAY] == Mark("yes")
    with Database(path, writing=True) as database:
        store = ImportStore(database)
        Journal(database).undo(NOW, "UTC", TODAY)
        assert [(row.entry.answer, row.entry.note) for row in store.standing() if row.current] == [
            ("no", "mine")
        ]


def test_the_file_takes_the_place_of_several_amounts(path: str) -> None:
    with Database(path, writing=True) as database:
        for value in (1.0, 2.0):
            run = CheckIn("run", TODAY, "no", value, None, False, NOW, "UTC", 0, "inline")
            CheckinStore(database).add([run], {"run"})
    take(path, ForeignRecord("run", TODAY, None, 6.0), replace=True)
    assert marks(path)["run"][TODAY] == Mark("yes", 6.0)
    assert (
        sum(take(path, ForeignRecord("run", TODAY, None, 6.0), replace=True).already_here.values())
        == 1
    )


def test_what_the_file_knew_is_kept(path: str) -> None:
    take(path, *RECORDS)
    with closing(sqlite3.connect(path)) as connection:
        query = "SELECT habit, external_id, origin, created_at, format, file FROM imported_checkins"
        assert connection.execute(query).fetchall() == [
            ("read", "2026-11-23", None, None, "loop", "backup.db"),
            ("read", "2026-11-23#2", None, None, "loop", "backup.db"),
            ("run", "a", None, None, "loop", "backup.db"),
            ("run", "b", None, None, "loop", "backup.db"),
            ("write", "2026-11-23", "web", NOW, "loop", "backup.db"),
        ]


@pytest.mark.parametrize("table", IMPORT_TABLES)
@pytest.mark.parametrize("change", ["DELETE FROM {}", "UPDATE {} SET rowid = 99"])
def test_imports_are_append_only(path: str, table: str, change: str) -> None:
    take(path, *RECORDS)
    with (
        closing(sqlite3.connect(path)) as connection,
        pytest.raises(sqlite3.IntegrityError, match="append-only"),
    ):
        connection.execute(change.format(table))


def test_a_file_lands_whole_or_not_at_all(path: str) -> None:
    take(path, RECORDS[0])
    before = count(path), count(path, "actions")
    bad = ForeignRecord("read", TODAY, "perhaps")  # type: ignore[arg-type]
    with pytest.raises(TrackerError, match="CHECK constraint"):
        take(path, RECORDS[1], bad, RECORDS[2])
    assert (count(path), count(path, "actions")) == before


def test_two_imports_at_once_add_once(path: str) -> None:
    take(path)
    with ThreadPoolExecutor(4) as pool:
        plans = list(pool.map(lambda _: take(path, *RECORDS), range(8)))
    assert sorted(len(made.add) for made in plans) == [0] * 7 + [5]


def test_a_database_from_before_imports_is_read(path: str) -> None:
    take(path, RECORDS[0])
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(
            "DROP VIEW imported_checkins; DROP TABLE origins; DROP TABLE imports;"
            f"PRAGMA user_version = {SCHEMA - 1}"
        )
    with Database(path) as database:
        store = ImportStore(database)
        assert [row.external_id for row in store.standing()] == [f"{TODAY}@{NOW}"]


def test_a_log_without_a_database_has_nothing(path: str) -> None:
    with Database(path) as database:
        store = ImportStore(database)
        assert store.standing() == []
    assert not Path(path).exists()


def put(path: str, rows: Sequence[StoredAnswer]) -> list[StoredAnswer]:
    """The rows in a database, as far as they can stand side by side."""
    days = {(row.entry.habit, row.entry.day): row.entry for row in rows}
    with Database(path, writing=True) as database:
        store = ImportStore(database)
        for entry in days.values():
            CheckinStore(database).add([entry])
        return store.standing()


@settings(
    deadline=None, max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(states())
def test_a_log_moves_to_another_machine_and_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[StoredAnswer]
) -> None:
    """JSON out of one database and into an empty one: the same state; back again: nothing new."""
    folder = tmp_path_factory.mktemp("log")
    here, there = str(folder / "here.db"), str(folder / "there.db")
    first = put(here, rows)
    data = archive.write(public_part.export(first, PROJECT, private=True), [], PROJECT)

    def decide(stored: list[StoredAnswer]) -> tuple[Plan, list[Arrival]]:
        made = plan(archive.read(data, "log.json"), KNOWN, PROJECT, stored, MOMENT)
        return made, arrivals(made)

    with Database(there, writing=True) as database:
        store = ImportStore(database)
        store.take_in(decide, FILE, NOW, {"run"})
        second = store.standing()
    assert {row.entry for row in second if row.current} == {
        row.entry for row in first if row.current
    }
    assert {row.external_id for row in second} == {row.external_id for row in first if row.current}
    assert marks(there) == marks(here)
    with Database(here, writing=True) as database:
        store = ImportStore(database)
        back = store.take_in(decide, FILE, NOW, {"run"})
    assert (back.add, back.change, back.kept) == ((), (), ())


def test_a_long_history_is_taken_in_quickly(path: str) -> None:
    days = [TODAY - timedelta(n) for n in range(1500)]
    records = [ForeignRecord(habit, day, "yes") for habit in ("write", "read") for day in days]
    assert len(take(path, *records).add) == 3000
    assert sum(take(path, *records).already_here.values()) == 3000
