"""A database that lost its contents is no new log, and nobody else may read one."""

from __future__ import annotations

import os
import shlex
import shutil
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.tracker.processes import tracker
from tracker.store.losses import lost

DAYS = [f"{date(2026, 11, 20) + timedelta(n)}T12:00:00+00:00" for n in range(16)]
READING = (("status",), ("log",), ("show", "write"), ("week",), ("export", "csv"), ("pages",))
WRITING = (("checkin", "read=y"), ("checkin",), ("edit", "write=n"), ("undo",), ("redo",),
           ("season", "start"), ("zone", "Asia/Tokyo"), ("backup",), ("datasette", "--dry-run"),
           ("demo",))  # fmt: skip


@pytest.fixture
def kept(log: Path) -> Path:
    """A log with answers of three days, and the copies made before the second and the third."""
    for now in DAYS[:3]:
        assert tracker(log, "checkin", "write=y", now=now).returncode == 0
    return log


def database(log: Path) -> Path:
    return log / ".tracker" / "tracker.db"


def backups(log: Path) -> dict[str, int]:
    """Every copy with the answers it holds."""
    held = {}
    for path in sorted((log / ".tracker" / "backups").glob("*.db")):
        with closing(sqlite3.connect(path)) as connection:
            held[path.name] = connection.execute("SELECT count(*) FROM checkins").fetchone()[0]
    return held


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def gone(path: Path) -> None:
    path.unlink()


def without_tables(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("VACUUM")  # a header, and nothing in it
        connection.execute("PRAGMA journal_mode = WAL")


@pytest.mark.parametrize("lose", [emptied, gone, without_tables])
def test_every_command_refuses_and_names_the_newest_good_backup(
    kept: Path, lose: Callable[[Path], None]
) -> None:
    lose(database(kept))
    before = backups(kept)
    for arguments in (*READING, *WRITING):
        done = tracker(kept, *arguments, now=DAYS[3])
        assert done.returncode == 1, (arguments, done.stdout)
        assert "lost what it held" in done.stderr, (arguments, done.stderr)
        assert "2026-11-22.db" in done.stderr, arguments
        assert "2 answers" in done.stderr, arguments
        assert "Stored" not in done.stdout, arguments
    assert backups(kept) == before
    doctor = tracker(kept, "doctor", now=DAYS[3])
    assert (doctor.returncode, "WRONG database" in doctor.stdout) == (1, True)
    command = doctor.stdout.partition("tracker restore ")[2].splitlines()[0].partition(" (")[0]
    named = shlex.split(command)[0]
    assert tracker(kept, "restore", named, "--yes", now=DAYS[3]).returncode == 0
    assert tracker(kept, "doctor", now=DAYS[3]).returncode == 0
    assert "2026-11-21" in tracker(kept, "export", "csv", now=DAYS[3]).stdout


def test_a_copy_with_no_answer_is_not_the_good_one(kept: Path) -> None:
    empty = kept / ".tracker" / "backups" / "2026-11-30.db"
    shutil.copy(kept / ".tracker" / "backups" / "2026-11-20.db", empty)
    emptied(database(kept))
    said = tracker(kept, "status", now=DAYS[12]).stderr
    assert "2026-11-22.db" in said
    assert "2026-11-30.db" not in said
    without_tables(empty)
    assert tracker(kept, "status", now=DAYS[12]).stderr == said


def test_where_no_copy_holds_an_answer_it_is_a_new_log(log: Path) -> None:
    assert tracker(log, "checkin", "write=y").returncode == 0
    emptied(database(log))
    assert tracker(log, "checkin", "write=y").returncode == 0


def test_a_log_that_another_command_has_just_begun_is_not_lost(kept: Path) -> None:
    """A first check-in found no database; before it looked for copies, another had stored and kept one."""
    assert lost(str(database(kept))) == ""
    without_tables(database(kept))
    assert "holds 2 answers" in lost(str(database(kept)))


def test_a_promise_is_a_content_too(log: Path) -> None:
    assert tracker(log, "season", "start", now=DAYS[0]).returncode == 0
    assert tracker(log, "checkin", "write=y", now=DAYS[1]).returncode == 0
    emptied(database(log))
    done = tracker(log, "status", now=DAYS[1])
    assert (done.returncode, "2026-11-21.db holds 1 row" in done.stderr) == (1, True), done.stderr


def test_whoever_wants_to_begin_afresh_is_told_how(kept: Path) -> None:
    gone(database(kept))
    said = tracker(kept, "status", now=DAYS[3]).stderr
    assert "to begin afresh, move" in said
    (kept / ".tracker" / "backups").rename(kept / "elsewhere")
    assert tracker(kept, "checkin", "write=y", now=DAYS[3]).returncode == 0


def test_the_copies_that_rotation_lets_go_hold_no_more_than_a_later_one(log: Path) -> None:
    """However the database came to hold less: here an older copy was put in its place."""
    monday = date(2026, 11, 16)
    days = [f"{monday + timedelta(n)}T12:00:00+00:00" for n in range(12)]
    for back in range(1, 12):
        given = ("write=y", "read=y", "feeds=3", "--day", f"-{back}")
        assert tracker(log, "checkin", *given, now=days[0]).returncode == 0
    assert tracker(log, "checkin", "write=y", now=days[1]).returncode == 0
    assert backups(log) == {"2026-11-16.db": 0, "2026-11-17.db": 33}
    first = str(log / ".tracker" / "backups" / "2026-11-16.db")
    assert tracker(log, "restore", first, "--yes", now=days[1]).returncode == 0
    for now in days[2:]:
        assert tracker(log, "checkin", "read=skip", now=now).returncode == 0
    assert backups(log)["2026-11-17.db"] == 33
    assert "2026-11-18.db" not in backups(log), "the others go when their time has come"


def test_doctor_says_when_a_copy_holds_more_than_the_database(kept: Path) -> None:
    first = str(kept / ".tracker" / "backups" / "2026-11-20.db")
    assert tracker(kept, "restore", first, "--yes", now=DAYS[2]).returncode == 0
    assert tracker(kept, "checkin", "write=y", now=DAYS[2]).returncode == 0
    said = tracker(kept, "doctor", now=DAYS[2]).stdout
    assert "2026-11-22.db holds 2 rows, the database 1" in said


def test_no_copy_is_written_over_another(kept: Path) -> None:
    before = {p.name: p.read_bytes() for p in (kept / ".tracker" / "backups").iterdir()}
    backup = str(kept / ".tracker" / "backups" / "2026-11-22.db")
    for _ in range(3):  # within one second
        assert tracker(kept, "restore", backup, "--yes", now=DAYS[3]).returncode == 0
    after = {p.name: p.read_bytes() for p in (kept / ".tracker" / "backups").iterdir()}
    assert len([name for name in after if name.startswith("before-restore")]) == 3
    assert before.items() <= after.items()


def in_the_way(folder: Path) -> str:
    folder.write_text("in the way", encoding="utf-8")
    return "is a file"


def dangling(folder: Path) -> str:
    folder.symlink_to(folder.parent / "unmounted" / "tracker")
    return "leads nowhere"


@pytest.mark.parametrize(
    ("spoil", "place"),
    [(in_the_way, ".tracker"), (dangling, ".tracker"), (dangling, ".tracker/tracker.db")],
)
def test_what_stands_where_the_database_should_be_is_said(
    log: Path, spoil: Callable[[Path], str], place: str
) -> None:
    (log / place).parent.mkdir(exist_ok=True)
    words = spoil(log / place)
    for arguments in (("status",), ("checkin", "write=y"), ("log",), ("backup",), ("pages",)):
        done = tracker(log, *arguments)
        assert done.returncode == 1, (arguments, done.stdout)
        assert words in done.stderr, (arguments, done.stderr)
        assert str(log / place) in done.stderr, arguments
        assert "Traceback" not in done.stderr, arguments
    doctor = tracker(log, "doctor")
    assert (doctor.returncode, words in doctor.stdout) == (1, True), doctor.stdout


def test_a_folder_in_the_database_s_place_is_said(log: Path) -> None:
    (log / ".tracker" / "tracker.db").mkdir(parents=True)
    for arguments in (("status",), ("checkin", "write=y"), ("doctor",)):
        done = tracker(log, *arguments)
        assert (done.returncode, "is a folder" in done.stderr + done.stdout) == (1, True), arguments


def described(log: Path) -> dict[str, str]:
    """Files that are no backup, and a word of what is said of each."""
    (log / "empty.db").touch()
    (log / "notes.txt").write_text("hello\n", encoding="utf-8")
    (log / "log.json").write_text('{"format": "in-season"}\n', encoding="utf-8")
    (log / "loop.zip").write_bytes(b"PK\x03\x04" + b"\0" * 30)
    (log / "photo.png").write_bytes(b"\x89PNG\r\n\x1a\n\xff\xfe" * 9)
    with closing(sqlite3.connect(log / "other.db")) as connection:
        connection.execute("CREATE TABLE Habits (id INTEGER)")
    (log / "folder").mkdir()
    return {
        "goals.yml": "your goals", "empty.db": "empty", "notes.txt": "text", "log.json": "JSON",
        "loop.zip": "zip", "photo.png": "no database", "other.db": "another program", "folder": "folder",
        "missing.db": "no such file",
    }  # fmt: skip


def test_restore_says_what_it_was_given(kept: Path) -> None:
    before = database(kept).read_bytes()
    for name, word in described(kept).items():
        done = tracker(kept, "restore", str(kept / name), "--yes", now=DAYS[2])
        assert done.returncode == 1, name
        assert word in done.stderr, (name, done.stderr)
        assert "Nothing was changed" in done.stderr, name
        assert "tracker restore" in done.stderr, (name, done.stderr)
        assert "2026-11-22.db" in done.stderr, name
        assert "Traceback" not in done.stderr, name
    assert database(kept).read_bytes() == before


def test_sample_answers_are_not_restored(log: Path) -> None:
    assert tracker(log, "demo").returncode == 0
    done = tracker(log, "restore", str(log / ".tracker" / "demo.db"), "--yes")
    assert (done.returncode, "sample" in done.stderr) == (1, True)
    assert not database(log).exists()


def modes(log: Path) -> dict[str, str]:
    """The rights of everything below .tracker, as far as others have any."""
    paths = [log / ".tracker", *(log / ".tracker").rglob("*")]
    return {
        str(path.relative_to(log)): oct(stat.S_IMODE(path.stat().st_mode))
        for path in paths
        if path.stat().st_mode & 0o077 and not path.name.endswith(".mk")
    }


@pytest.mark.skipif(os.name == "nt", reason="rights are POSIX's here")
def test_nobody_else_may_read_what_is_the_user_s_own(kept: Path) -> None:
    kept.chmod(0o755)
    assert tracker(kept, "status", now=DAYS[2]).returncode == 0
    assert tracker(kept, "backup", now=DAYS[2]).returncode == 0
    backup = str(kept / ".tracker" / "backups" / "2026-11-22.db")
    assert tracker(kept, "restore", backup, "--yes", now=DAYS[2]).returncode == 0
    assert tracker(kept, "checkin", "read=y", now=DAYS[2]).returncode == 0
    assert modes(kept) == {}
    assert stat.S_IMODE((kept / ".tracker").stat().st_mode) == 0o700
    assert stat.S_IMODE(database(kept).stat().st_mode) == 0o600
    assert tracker(kept, "backup", str(kept / "mine.db"), now=DAYS[2]).returncode == 0
    assert stat.S_IMODE((kept / "mine.db").stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.stat().st_mode) & 0o077, "the log itself is left as it is"


@pytest.mark.skipif(os.name == "nt", reason="rights are POSIX's here")
def test_what_others_could_read_is_theirs_no_more_after_the_next_answer(kept: Path) -> None:
    reader = sqlite3.connect(database(kept))  # so that the files beside it stay
    reader.execute("SELECT count(*) FROM checkins").fetchone()
    for path in [kept / ".tracker", *(kept / ".tracker").rglob("*")]:
        path.chmod(path.stat().st_mode | 0o055)
    assert "can be read by others" in tracker(kept, "doctor", now=DAYS[2]).stdout
    assert tracker(kept, "checkin", "read=y", now=DAYS[2]).returncode == 0
    assert modes(kept) == {}
    assert (database(kept).parent / "tracker.db-wal").exists()
    reader.close()
    assert "can be read by others" not in tracker(kept, "doctor", now=DAYS[2]).stdout
