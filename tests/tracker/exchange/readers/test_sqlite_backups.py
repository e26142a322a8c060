"""The backups of other programs that are SQLite databases, made from their own schemas."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.tracker.exchange.files_made import day_of, loop_db
from tracker.errors import TrackerError
from tracker.exchange.formats import IMPORTERS
from tracker.exchange.records import Reading
from tracker.habits.model import Quantity

TICKMATE = """
CREATE TABLE android_metadata (locale TEXT);
CREATE TABLE tracks (
  _id integer primary key autoincrement, name text not null, description text not null,
  icon text not null, enabled integer not null, multiple_entries_per_day integer DEFAULT 0,
  color integer DEFAULT 0, "order" integer DEFAULT -1
);
CREATE TABLE ticks (
  _id integer primary key autoincrement, _track_id integer, year integer, month integer,
  day integer, hour integer, minute integer, second integer, has_time_info integer DEFAULT 0
);
CREATE TABLE groups (_id integer primary key, name text not null, description text not null);
CREATE TABLE track2groups (_id integer primary key, _track_id integer, _group_id integer);
INSERT INTO tracks VALUES
  (1, 'Push-ups', 'twenty', 'glyphicons', 1, 0, 0, 1), (2, 'Coffee', '', 'glyphicons', 1, 1, 0, 2),
  (3, 'Old', '', 'glyphicons', 0, 0, 0, 3);
INSERT INTO ticks (_track_id, year, month, day, hour, minute, second, has_time_info) VALUES
  (1, 2026, 0, 31, 8, 0, 0, 0), (1, 2026, 1, 28, 8, 0, 0, 0), (1, 2026, 1, 28, 9, 0, 0, 0),
  (1, 2026, 1, 29, 8, 0, 0, 0), (2, 2026, 11, 31, 8, 0, 0, 1), (2, 2026, 11, 31, 9, 0, 0, 1),
  (9, 2026, 1, 1, 8, 0, 0, 0), (1, 2026, 12, 1, 8, 0, 0, 0), (3, NULL, 1, 1, 8, 0, 0, 0);
"""
REWIRE = """
CREATE TABLE android_metadata (locale TEXT);
CREATE TABLE unit (_id integer primary key, name text);
CREATE TABLE habits (
  _id integer primary key, name text, description text, schedule integer, active_days text,
  repeating_count integer, days integer, period integer, color integer
);
CREATE TABLE reminders (_id integer primary key, habit_id integer, time integer, active_days text);
CREATE TABLE checkins (_id integer primary key, habit_id integer, date text, type integer);
INSERT INTO habits VALUES
  (1, 'Walk', 'by the sea', 0, '1,3,5', 0, 0, 0, 7), (2, 'Call', NULL, 1, NULL, 0, 2, 1, 7),
  (3, 'Clean', NULL, 2, NULL, 10, 0, 0, 7), (4, 'Odd', NULL, 8, NULL, 0, 0, 0, 7);
INSERT INTO checkins (habit_id, date, type) VALUES
  (1, '20260130', 2), (1, '20260131', 1), (2, '20260228', 2), (2, '20260230', 2),
  (3, '20260301', 2), (9, '20260301', 2);
"""


def made(path: Path, script: str) -> Path:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)
    return path


def read(kind: str, path: Path) -> Reading:
    return IMPORTERS[kind].read(path, day_of)


def test_every_tick_of_tickmate(tmp_path: Path) -> None:
    """Its months count from 0; a track of several ticks a day counts them."""
    reading = read("tickmate", made(tmp_path / "t.db", TICKMATE))
    assert [(r.habit, str(r.day), r.answer, r.value) for r in reading.records] == [
        ("Push-ups", "2026-01-31", "yes", None),
        ("Push-ups", "2026-02-28", "yes", None),
        ("Coffee", "2026-12-31", None, 1.0),
        ("Coffee", "2026-12-31", None, 1.0),
    ]
    assert reading.left_out == {"a second tick of one day, where a day holds one": 1}
    assert sorted((t.row, t.why) for t in reading.unreadable) == [
        (4, "2026-2-29 is no day"),
        (7, "it belongs to track 9, which the backup does not have"),
        (8, "2026-13-1 is no day"),
        (9, '"None" is no whole number'),
    ]
    assert [(habit.name, habit.quantity, habit.note) for habit in reading.habits] == [
        ("Push-ups", None, "twenty"),
        ("Coffee", Quantity(None, "times", "sum"), ""),
        ("Old", None, "switched off in Tickmate: give it an end"),
    ]
    assert reading.remarks == (
        "Tickmate's times of day have no time zone; the days are taken in without them",
    )
    assert reading.unknown_columns == ()


def test_every_check_in_of_rewire(tmp_path: Path) -> None:
    reading = read("rewire", made(tmp_path / "r.db", REWIRE))
    assert [(r.habit, str(r.day), r.answer) for r in reading.records] == [
        ("Walk", "2026-01-30", "yes"), ("Call", "2026-02-28", "yes"), ("Clean", "2026-03-01", "yes"),
    ]  # fmt: skip
    assert reading.left_out == {"a check-in of type 1; only type 2 is known to mean done": 1}
    assert [(t.row, t.why) for t in reading.unreadable] == [
        (4, '"20260230" is no day. Write it like 2026-01-05'),
        (6, "it belongs to habit 9, which the backup does not have"),
    ]
    assert [(habit.name, habit.schedule.written, habit.note) for habit in reading.habits] == [
        ("Walk", "3/7", "by the sea; on set days in Rewire, by its numbers 1,3,5"),
        ("Call", "2/31", ""),
        ("Clean", "every 10 days", ""),
        ("Odd", "track-only", "its schedule is none that is known; the file says 0 in 0 days"),
    ]
    assert reading.unknown_columns == ("Habits.color",)


@pytest.mark.parametrize(
    ("kind", "other"), [("loop", "tickmate"), ("tickmate", "rewire"), ("rewire", "loop")]
)
def test_another_program_s_backup_is_named(kind: str, other: str, tmp_path: Path) -> None:
    path = tmp_path / "b.db"
    if other == "loop":
        loop_db(path, [], [])
    else:
        made(path, TICKMATE if other == "tickmate" else REWIRE)
    with pytest.raises(TrackerError, match=f"tracker import {other} {path}"):
        read(kind, path)


@pytest.mark.parametrize("kind", ["tickmate", "rewire"])
def test_a_file_that_is_no_database_is_refused(kind: str, tmp_path: Path) -> None:
    (tmp_path / "b.db").write_text("day,answer\n", encoding="utf-8")
    with pytest.raises(TrackerError, match="no SQLite database"):
        read(kind, tmp_path / "b.db")
