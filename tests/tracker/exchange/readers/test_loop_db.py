from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.tracker.exchange.files_made import (
    LOOP_TABLES,
    OLD_LOOP_TABLES,
    loop_db,
    loop_habit,
    repetition,
)
from tracker.errors import TrackerError
from tracker.exchange.imports.habit_names import snippet
from tracker.exchange.readers import loop
from tracker.exchange.readers import loop_db as reader
from tracker.exchange.records import Reading
from tracker.habits.model import Quantity

HABITS = [
    loop_habit("Write", 1),
    loop_habit("Gym", 2, freq_num=3, freq_den=7, archived=1),
    loop_habit("Run", 3, type=1, target_type=0, target_value=5.0, unit="km"),
    loop_habit("Feeds", 4, type=1, target_type=1, target_value=20.0, unit="minutes"),
]


def answers(reading: Reading) -> list[tuple[str, str, str | None, float | None]]:
    return [(r.habit, str(r.day), r.answer, r.value) for r in reading.records]


def test_what_the_numbers_mean(tmp_path: Path) -> None:
    rows = [
        repetition(1, "2026-03-28", 2, "well"),
        repetition(1, "2026-03-29", 0),  # the clocks change in Europe: a day all the same
        repetition(1, "2026-03-30", 3),
        repetition(1, "2026-03-31", 1),
        repetition(1, "2026-04-01", -1),
        repetition(3, "2026-03-28", 5200),
        repetition(3, "2026-03-29", 2),
        repetition(3, "2026-03-30", 3),
        repetition(3, "2026-03-31", 0),
        repetition(3, "2026-04-01", -1),
    ]
    reading = reader.read(loop_db(tmp_path / "b.db", HABITS, rows))
    assert answers(reading) == [
        ("Write", "2026-03-28", "yes", None),
        ("Write", "2026-03-29", "no", None),
        ("Write", "2026-03-30", "skip", None),
        ("Run", "2026-03-28", None, 5.2),
        ("Run", "2026-03-29", None, 0.002),
        ("Run", "2026-03-30", "skip", None),
        ("Run", "2026-03-31", None, 0.0),
    ]
    assert reading.records[0].note == "well"
    assert {r.unit for r in reading.records if r.habit == "Run"} == {"km"}
    assert reading.left_out == {
        "implied by the schedule, not answered": 1,
        "not answered in Loop": 2,
    }
    assert any("0.003" in remark for remark in reading.remarks)
    assert reading.unreadable == ()


def test_how_habits_are_described(tmp_path: Path) -> None:
    more = [
        loop_habit("Weekly", 5, freq_num=1, freq_den=7),
        loop_habit("Twice a day", 6, freq_num=2, freq_den=1),
        loop_habit("Every other year", 7, freq_num=1, freq_den=730),
    ]
    reading = reader.read(loop_db(tmp_path / "b.db", [*HABITS, *more], []))
    found = {habit.name: habit for habit in reading.habits}
    assert [habit.schedule.written for habit in reading.habits] == [
        "daily", "3/7", "daily", "daily", "every 7 days", "daily", "track-only",
    ]  # fmt: skip
    assert found["Run"].quantity == Quantity(5.0, "km")
    assert found["Feeds"].quantity == Quantity(20.0, "minutes", at_most=True)
    assert "archived" in found["Gym"].note
    assert found["Twice a day"].note == "the file says 2 in 1 days"


def test_bad_rows_are_named_by_number(tmp_path: Path) -> None:
    rows = [
        {**repetition(1, "2026-03-28", 7), "id": 11},
        {**repetition(9, "2026-03-28", 2), "id": 12},
        {"id": 13, "habit": 1, "timestamp": 1_700_000_000_000, "value": 2},
        {"id": 14, "habit": 1, "timestamp": 86_400_000 * 10**9, "value": 2},
        {"id": 15, "habit": 1, "timestamp": "soon", "value": 2},
        {**repetition(3, "2026-03-28", -5), "id": 16},
        {**repetition(1, "2026-03-29", 1, "half of it"), "id": 17},
        {**repetition(1, "2026-03-30", 2), "id": 18},
    ]
    reading = reader.read(loop_db(tmp_path / "b.db", HABITS, rows))
    assert answers(reading) == [
        ("Write", "2026-03-29", None, None),  # a note on a day that nobody answered
        ("Write", "2026-03-30", "yes", None),
    ]
    assert sorted(trouble.row for trouble in reading.unreadable) == [11, 12, 13, 14, 15, 16]
    why = {trouble.row: trouble.why for trouble in reading.unreadable}
    assert why[11] == "7 is no answer of a yes-or-no habit"
    assert why[12] == "it belongs to habit 9, which the backup does not have"
    assert "is not the start of a day in UTC" in why[13]
    assert why[15] == '"soon" is no whole number'
    assert {trouble.place for trouble in reading.unreadable} == {"Repetitions"}


def test_a_backup_from_before_amounts_and_notes(tmp_path: Path) -> None:
    habit = {"id": 1, "name": "Write", "freq_num": 1, "freq_den": 1, "archived": 0}
    row = {
        key: cell
        for key, cell in repetition(1, "2016-02-29", 2).items()
        if key in {"habit", "timestamp"}
    }
    reading = reader.read(loop_db(tmp_path / "b.db", [habit], [row], OLD_LOOP_TABLES))
    assert answers(reading) == [("Write", "2016-02-29", "yes", None)]


def test_columns_of_a_newer_loop_are_reported(tmp_path: Path) -> None:
    tables = LOOP_TABLES + "ALTER TABLE Habits ADD COLUMN freq_mode integer not null default 0;"
    reading = reader.read(loop_db(tmp_path / "b.db", HABITS, [], tables))
    assert reading.unknown_columns == ("Habits.freq_mode",)


def test_two_habits_of_one_name_stay_apart(tmp_path: Path) -> None:
    habits = [loop_habit("Run", 1), loop_habit("run", 2)]
    rows = [repetition(1, "2026-03-28", 2), repetition(2, "2026-03-28", 0)]
    reading = reader.read(loop_db(tmp_path / "b.db", habits, rows))
    assert [record.habit for record in reading.records] == ["Run", "run (2)"]
    assert reading.remarks


def test_the_backup_is_never_written_to(tmp_path: Path) -> None:
    path = loop_db(tmp_path / "b.db", HABITS, [repetition(1, "2026-03-28", 2)])
    before = path.read_bytes()
    path.chmod(0o444)
    reader.read(path)
    assert path.read_bytes() == before
    assert [item.name for item in tmp_path.iterdir()] == ["b.db"]


def test_what_a_journal_still_holds_is_read_too(tmp_path: Path) -> None:
    path = loop_db(tmp_path / "live.db", HABITS, [])
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        row = repetition(1, "2026-03-28", 2)
        connection.execute(
            "INSERT INTO Repetitions (habit, timestamp, value) VALUES (?, ?, ?)",
            [row["habit"], row["timestamp"], row["value"]],
        )
        connection.commit()
        for ending in ("", "-wal"):
            shutil.copyfile(f"{path}{ending}", tmp_path / f"copy.db{ending}")
    assert answers(reader.read(tmp_path / "copy.db")) == [("Write", "2026-03-28", "yes", None)]


@pytest.mark.parametrize(
    ("tables", "message"),
    [("CREATE TABLE notes (id);", "no backup of Loop: it has no table habits and no table"),
     ("CREATE VIEW Habits AS SELECT 1; CREATE TABLE Repetitions (id);", "it has no table habits")],
)  # fmt: skip
def test_other_databases_are_refused(tmp_path: Path, tables: str, message: str) -> None:
    with pytest.raises(TrackerError, match=message):
        reader.read(loop_db(tmp_path / "b.db", [], [], tables))


def test_a_torn_backup_is_refused(tmp_path: Path) -> None:
    rows = [repetition(1, f"2026-03-{day:02}", 2, "x" * 900) for day in range(1, 29)]
    path = loop_db(tmp_path / "b.db", HABITS, rows)
    path.write_bytes(path.read_bytes()[:9000])
    with pytest.raises(TrackerError, match=r"b\.db: SQLite cannot read it .* Nothing was imported"):
        reader.read(path)


def test_broken_text_does_not_stop_the_rest(tmp_path: Path) -> None:
    path = loop_db(tmp_path / "b.db", HABITS, [repetition(1, "2026-03-28", 2)])
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE Repetitions SET notes = CAST(x'ff41' AS TEXT)")
    assert reader.read(path).records[0].note == "\ufffdA"


def test_what_was_said_of_a_habit_is_kept_as_a_comment(tmp_path: Path) -> None:
    wild = "Did you?\nReally\x1b[2J"
    habit = loop_habit(
        "Gym", 1, question=wild, description="Legs first", reminder_hour=7, reminder_min=5,
        archived=1,
    )  # fmt: skip
    found = reader.read(loop_db(tmp_path / "a.db", [habit], []))
    assert found.habits[0].note == (
        "Did you? Really[2J; Legs first; Loop asked at 07:05; archived in Loop: give it an end"
    )
    assert snippet("gym", found.habits[0]).splitlines()[2].startswith("        schedule: daily  # ")


def test_a_backup_of_the_newest_loop_is_read_whole(tmp_path: Path) -> None:
    """Its groups of habits came with migration 26; what is not understood is named."""
    path = loop_db(
        tmp_path / "a.db", [loop_habit("Gym", 1)], [repetition(1, "2026-11-01", loop.YES)]
    )
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(
            "CREATE TABLE HabitGroups (id integer primary key, name text, uuid text);"
            "CREATE TABLE SharedIds (name text primary key, next_id integer not null);"
            "ALTER TABLE Habits ADD COLUMN group_uuid text;"
            "ALTER TABLE Habits ADD COLUMN group_id integer;"
            "ALTER TABLE Habits ADD COLUMN defaultValue integer not null default 0;"
            "PRAGMA user_version = 26;"
        )
    found = reader.read(path)
    assert [record.day.isoformat() for record in found.records] == ["2026-11-01"]
    assert found.unknown_columns == ("Habits.group_uuid", "Habits.group_id", "Habits.defaultValue")
