"""With real processes: what the screen confirmed is there, whatever happened to the process."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.tracker.processes import environment, tracker, words
from tracker.store import migrations
from tracker.store.checkins import CheckinStore
from tracker.store.connection import VERSION_WANTED
from tracker.store.database import Database

DAY = date(2026, 11, 22)


def stored_days(log: Path) -> set[str]:
    with closing(sqlite3.connect(log / ".tracker" / "tracker.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return {day for (day,) in connection.execute("SELECT day FROM current_checkins")}


def killed_at_random(log: Path, times: int) -> None:
    tracker(log, "checkin", "write=y")
    confirmed = {"2026-11-23"}
    chance = random.Random(times)
    for number in range(times):
        day = (DAY - timedelta(number)).isoformat()
        process = subprocess.Popen(
            words("checkin", "write=y", "--day", day),
            env=environment(log), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        time.sleep(chance.uniform(0.02, 0.25))
        process.send_signal(signal.SIGKILL)
        said, _ = process.communicate(timeout=60)
        if b"Stored for" in said:
            confirmed.add(day)
    assert confirmed <= stored_days(log)
    assert tracker(log, "checkin", "read=y").returncode == 0, "nothing is left locked"
    assert tracker(log, "doctor").returncode == 0


@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL there")
def test_kill_at_any_moment_loses_nothing_confirmed(log: Path) -> None:
    killed_at_random(log, 12)


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL there")
def test_kill_at_any_moment_many_times(log: Path) -> None:
    killed_at_random(log, 50)  # the season began 52 days before


def test_two_check_ins_at_once_both_land(log: Path) -> None:
    """The very first two: both find no database, no folder and no backup."""
    started = [
        subprocess.Popen(
            words("checkin", answer), env=environment(log), stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        for answer in ("write=y", "read=y", "feeds=3", "run=5")
    ]  # fmt: skip
    for process in started:
        said, _ = process.communicate(timeout=60)
        assert process.returncode == 0, said
    with Database(str(log / ".tracker" / "tracker.db")) as database:
        store = CheckinStore(database)
        assert set(store.marks({})) == {"write", "read", "feeds", "run"}


@pytest.mark.skipif(os.name == "nt", reason="no limit on a file's size there")
def test_a_full_disk_is_said_and_loses_nothing(log: Path) -> None:
    tracker(log, "checkin", "write=y")
    size = 60_000  # less than what the note needs in SQLite's journal
    code = (
        "import resource, runpy, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size})); "
        "sys.argv[0] = 'tracker'; runpy.run_module('tracker', run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "checkin", "read=y", "--note", "x" * 100_000],
        env=environment(log), capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stdout
    assert "Nothing was stored" in done.stderr
    assert "Stored for" not in done.stdout
    with Database(str(log / ".tracker" / "tracker.db")) as database:
        store = CheckinStore(database)
        assert set(store.marks({})) == {"write"}
    assert tracker(log, "checkin", "read=y").returncode == 0


@pytest.mark.parametrize("version", range(1, VERSION_WANTED))
def test_every_older_schema_is_migrated_with_a_backup_first(log: Path, version: int) -> None:
    folder = log / ".tracker"
    folder.mkdir()
    path = folder / "tracker.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(migrations, "STEPS", migrations.STEPS[:version])
            patch.setattr(migrations, "VERSION", version)
            migrations.migrate(connection)
        connection.execute("INSERT INTO actions VALUES (1, 'checkin', '2026-11-22', NULL)")
        connection.execute(
            "INSERT INTO checkins VALUES (1, 1, 'write', '2026-11-22', 'yes', NULL, NULL, 0, "
            "'2026-11-22T12:00:00.000+00:00', 'UTC', 0, 'inline', NULL)"
        )
    assert tracker(log, "status").returncode == 0, "reading needs no migration"
    done = tracker(log, "checkin", "read=y")
    assert done.returncode == 0, done.stderr
    with Database(str(path)) as database:
        store = CheckinStore(database)
        assert set(store.marks({})) == {"write", "read"}
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (VERSION_WANTED,)
    assert (folder / "backups" / f"before-schema-{version + 1}.db").exists()


def test_a_folder_that_cannot_be_written_to(log: Path) -> None:
    """Root may write anywhere, so a file stands where the folder should be."""
    (log / ".tracker").write_text("in the way")
    done = tracker(log, "checkin", "write=y")
    assert (done.returncode, "is a file" in done.stderr) == (1, True)
