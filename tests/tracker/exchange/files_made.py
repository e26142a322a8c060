"""Files as the other programs write them, built from their own schemas."""

from __future__ import annotations

import io
import sqlite3
import zipfile
from collections.abc import Iterable, Mapping
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from tracker.calendar.days import civil_day
from tracker.exchange.bounded import TextFile
from tracker.exchange.imports.plan import Moment

# The schema a backup of Loop has after its 25 migrations, with what Android adds.
LOOP_TABLES = """
CREATE TABLE android_metadata (locale TEXT);
CREATE TABLE Habits (
  id integer primary key autoincrement, archived integer, color integer, description text,
  freq_den integer, freq_num integer, highlight integer, name text, position integer,
  reminder_hour integer, reminder_min integer, reminder_days integer not null default 127,
  type integer not null default 0, target_type integer not null default 0,
  target_value real not null default 0, unit text not null default "",
  question text, uuid text
);
CREATE TABLE Repetitions (
  id integer primary key autoincrement, habit integer not null references Habits(id),
  timestamp integer not null, value integer not null, notes text
);
CREATE UNIQUE INDEX idx_repetitions_habit_timestamp on Repetitions(habit, timestamp);
PRAGMA user_version = 25;
"""
# As it was in 2016: a row is a yes, and nothing is measured.
OLD_LOOP_TABLES = """
CREATE TABLE Habits (
  id integer primary key autoincrement, archived integer, color integer, description text,
  freq_den integer, freq_num integer, highlight integer, name text, position integer,
  reminder_hour integer, reminder_min integer
);
CREATE TABLE Repetitions (
  id integer primary key autoincrement, habit integer references habits(id), timestamp integer
);
PRAGMA user_version = 9;
"""
Fields = Mapping[str, object]


def milliseconds(day: str) -> int:
    """A day as Loop stores it."""
    return (date.fromisoformat(day) - date(1970, 1, 1)).days * 86_400_000


def day_of(instant: datetime, zone: str | None = None) -> date:
    """The civil day of an instant in a zone, else in London; the day ends at three."""
    return civil_day(instant, ZoneInfo(zone or "Europe/London"), 180)


def moment(logged_at: str, today: date) -> Moment:
    """The instant of an import, by someone who has always been in London."""
    return Moment(logged_at, today, "Europe/London", day_of, lambda _: "Europe/London")


def loop_db(
    path: Path, habits: Iterable[Fields], repetitions: Iterable[Fields], tables: str = LOOP_TABLES
) -> Path:
    """A backup of Loop."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(tables)
        for table, rows in (("Habits", habits), ("Repetitions", repetitions)):
            for row in rows:
                columns = ", ".join(row)
                marks = ", ".join("?" * len(row))
                connection.execute(
                    f"INSERT INTO {table} ({columns}) VALUES ({marks})", list(row.values())
                )
    return path


def loop_habit(name: str, number: int, **more: object) -> dict[str, object]:
    """A daily yes-or-no habit, unless told otherwise."""
    return {
        "id": number, "name": name, "freq_num": 1, "freq_den": 1, "archived": 0, "position": number,
        "uuid": f"{number:032x}", **more,
    }  # fmt: skip


def repetition(habit: int, day: str, value: int, notes: str | None = None) -> dict[str, object]:
    """One row of Loop's Repetitions."""
    return {"habit": habit, "timestamp": milliseconds(day), "value": value, "notes": notes}


def text(content: str | bytes, name: str = "made.csv") -> TextFile:
    """A text that is read like a file's."""
    data = content if isinstance(content, bytes) else content.encode()
    return TextFile(name, lambda: io.BytesIO(data))


def zipped(files: Mapping[str, str]) -> bytes:
    """The files in a zip."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return out.getvalue()
