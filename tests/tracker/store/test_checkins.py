from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest

from tracker.errors import TrackerError
from tracker.habits.checkins import CheckIn, Mark, Provenance
from tracker.store import backups, migrations
from tracker.store.checkins import CheckinStore
from tracker.store.connection import VERSION_WANTED
from tracker.store.database import Database
from tracker.store.journal import Journal

DAY = date(2026, 11, 23)
NOW = "2026-11-23T12:00:00.000+00:00"


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "tracker.db")


def entry(
    habit: str = "write", answer: str = "yes", value: float | None = None, **more: object
) -> CheckIn:
    made = CheckIn(habit, DAY, answer, value, None, False, NOW, "Europe/London", 0, "inline")  # type: ignore[arg-type]
    return made._replace(**more)  # type: ignore[arg-type]


def add(path: str, *entries: CheckIn, additive: tuple[str, ...] = ()) -> None:
    with Database(path, writing=True) as database:
        store = CheckinStore(database)
        store.add(entries, additive)


def current(path: str) -> dict[str, dict[date, Mark]]:
    with Database(path) as database:
        store = CheckinStore(database)
        return store.marks({"run": (("", "sum"),)})


def test_the_version_is_the_number_of_steps() -> None:
    assert migrations.VERSION == VERSION_WANTED


def test_steps_are_recorded_in_the_database(path: str) -> None:
    add(path, entry())
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT migration_set, name FROM _sqlite_migrations").fetchall()
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert rows == [("tracker", step.__name__) for step in migrations.STEPS]


def test_migrating_imports_no_pandas(tmp_path: Path) -> None:
    code = (
        "import sys; from tracker.store.database import Database; "
        f"Database({str(tmp_path / 'a.db')!r}, writing=True).close(); "
        "print([m for m in ('pandas', 'numpy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("table", ["checkins", "actions"])
@pytest.mark.parametrize("change", ["DELETE FROM {0}", "UPDATE {0} SET id = 9"])
def test_rows_are_never_changed(path: str, table: str, change: str) -> None:
    add(path, entry())
    with (
        closing(sqlite3.connect(path)) as connection,
        pytest.raises(sqlite3.IntegrityError, match="append-only"),
    ):
        connection.execute(change.format(table))


def test_a_new_answer_supersedes_the_old_one(path: str) -> None:
    add(path, entry(answer="no"))
    add(path, entry(answer="yes"))
    assert current(path) == {"write": {DAY: Mark("yes")}}
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT id, supersedes FROM checkins").fetchall() == [
            (1, None),
            (2, 1),
        ]


def test_amounts_of_a_summed_habit_are_put_together(path: str) -> None:
    for value in (2.0, 3.5):
        add(path, entry("run", value=value), additive=("run",))
    assert current(path) == {"run": {DAY: Mark("yes", 5.5)}}
    with Database(path, writing=True) as database:
        Journal(database).undo(NOW, "Europe/London", DAY)
    assert current(path) == {"run": {DAY: Mark("yes", 2.0)}}


def test_undo_goes_back_one_action_at_a_time(path: str) -> None:
    add(path, entry(answer="no"), entry("read"))
    add(path, entry(answer="yes"))
    with Database(path, writing=True) as database:
        store = CheckinStore(database)
        first = Journal(database).undo(NOW, "Europe/London", DAY)
        assert [(item.was, item.now) for item in first] == [(Mark("yes"), Mark("no"))]
    assert current(path)["write"] == {DAY: Mark("no")}
    with Database(path, writing=True) as database:
        store = CheckinStore(database)
        assert {item.habit for item in Journal(database).undo(NOW, "Europe/London", DAY)} == {
            "write",
            "read",
        }
        assert Journal(database).undo(NOW, "Europe/London", DAY) == []
        assert store.marks({}) == {}
        assert store.ever_seen() == {("write", DAY), ("read", DAY)}
    add(path, entry(answer="skip"))
    assert current(path) == {"write": {DAY: Mark("skip")}}


def test_one_bad_answer_keeps_all_of_them_out(path: str) -> None:
    with pytest.raises(TrackerError, match="CHECK constraint"):
        add(path, entry(), entry("read", answer="perhaps"))
    assert current(path) == {}


def test_how_answers_came(path: str) -> None:
    add(path, entry("a"), entry("b", lag_days=2), entry("c", answer="no"))
    add(path, entry("c"))
    with Database(path) as database:
        store = CheckinStore(database)
        assert store.provenance() == {
            "b": {DAY: Provenance(0, 1, 0)},
            "c": {DAY: Provenance(0, 0, 1)},
        }


def test_notes_are_private_unless_said_otherwise(path: str) -> None:
    add(path, entry("a", note="mine"), entry("b", note="yours", note_public=True))
    with Database(path) as database:
        store = CheckinStore(database)
        assert store.public_notes() == {"b": {DAY: "yours"}}


def test_reading_makes_no_database(path: str) -> None:
    assert current(path) == {}
    assert not Path(path).exists()


@pytest.mark.parametrize("name", ["a b", "50%20?mode=rw#x", "日記 é", "a%2Fb"])
def test_a_folder_of_any_name_can_be_read(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    add(str(folder / "tracker.db"), entry())
    assert current(str(folder / "tracker.db")) == {"write": {DAY: Mark("yes")}}
    assert [one.name for one in tmp_path.iterdir()] == [name]


def test_check_ins_at_once_all_land(path: str) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: add(path, entry(f"h{n}")), range(24)))
    assert len(current(path)) == 24


def test_an_answer_confirmed_survives_kill(tmp_path: Path) -> None:
    """A process that dies the moment it has confirmed loses nothing, again and again."""
    path = str(tmp_path / "tracker.db")
    add(path, entry("first"))
    code = """
import os, signal, sys
from tests_entry import entry
from tracker.store.checkins import CheckinStore
from tracker.store.database import Database
store = CheckinStore(Database(sys.argv[1], writing=True))
store.add([entry(sys.argv[2])])
os.kill(os.getpid(), signal.SIGKILL)
"""
    helper = tmp_path / "tests_entry.py"
    helper.write_text(
        "from datetime import date\nfrom tracker.habits.checkins import CheckIn\n"
        "def entry(h):\n"
        f"    return CheckIn(h, date(2026, 11, 23), 'yes', None, None, False, {NOW!r}, 'UTC', 0, 'inline')\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])}
    for name in ("a", "b", "c"):
        done = subprocess.run(
            [sys.executable, "-c", code, path, name], env=environment, check=False
        )
        assert done.returncode != 0
    assert set(current(path)) == {"first", "a", "b", "c"}


def test_a_database_that_is_held_says_so(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracker.store.connection.PATIENCE", 0.05)
    add(path, entry())
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(TrackerError, match="another program holds the database"):
            add(path, entry("read"))
        other.execute("ROLLBACK")
    assert set(current(path)) == {"write"}


def test_a_damaged_database_names_the_newest_backup(path: str) -> None:
    add(path, entry())
    with Database(path, writing=True) as database:
        backups.daily(database, DAY)
    Path(path).write_bytes(b"this is no database at all, and never was one. " * 100)
    for suffix in ("-wal", "-shm"):
        Path(path + suffix).unlink(missing_ok=True)
    for writing in (True, False):
        with pytest.raises(
            TrackerError, match=r"is damaged .* newest sound backup .*2026-11-23\.db"
        ):
            Database(path, writing=writing)


def test_a_database_of_a_newer_tracker_is_left_alone(path: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    for writing in (True, False):
        with pytest.raises(
            TrackerError, match=r"made by a newer tracker \(schema 99; this one knows"
        ):
            Database(path, writing=writing)


def test_a_folder_in_the_database_s_place(path: str) -> None:
    Path(path).mkdir()
    with pytest.raises(TrackerError, match="cannot be opened"):
        Database(path, writing=True)


@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_database_can_be_read(path: str) -> None:
    add(path, entry())
    folder = Path(path).parent
    Path(path).chmod(0o444)
    folder.chmod(0o555)
    try:
        assert set(current(path)) == {"write"}
        with pytest.raises(TrackerError, match="cannot be written to"):
            add(path, entry("read"))
    finally:
        folder.chmod(0o755)


def test_a_backup_a_day_holds_what_was_there_before(path: str) -> None:
    add(path, entry())
    with Database(path, writing=True) as database:
        store = CheckinStore(database)
        backups.daily(database, DAY)
        store.add([entry("read")])
        backups.daily(database, DAY)
    newest = backups.newest(path)
    assert newest is not None
    assert set(current(str(newest))) == {"write"}


def test_backups_are_kept_for_a_week_and_then_one_a_week() -> None:
    days = [DAY - timedelta(n) for n in range(100)]
    kept = [day for day in days if day not in backups.outdated(days)]
    assert kept[:7] == days[:7]
    assert len({day.isocalendar()[:2] for day in kept}) == 8
    assert len(kept) <= 7 + 8
