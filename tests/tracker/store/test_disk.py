"""What a disk can do to a log: no rights, no space, a damaged file, a file from the future.

Real processes throughout. Each is told where, what and what next, and nothing is lost.
"""

from __future__ import annotations

import os
import shlex
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.tracker.processes import environment, like_anyone, rights_can_be_refused, tracker
from tracker.store.connection import VERSION_WANTED

pytestmark = pytest.mark.skipif(os.name == "nt", reason="rights and limits are POSIX's here")

TOMORROW = "2026-11-24T12:00:00+00:00"
PAGE = 4096  # bytes; SQLite's own
WRITING = (
    ("checkin", "read=y"),
    ("edit", "write=n"),
    ("undo",),
    ("redo",),
    ("import", "csv", "more.csv"),
    ("season", "start"),
)
READING = (("status",), ("log",), ("show", "write"), ("week",), ("scores",), ("export", "csv"))


@pytest.fixture
def kept(log: Path) -> Path:
    """A log with an answer in it, one taken back, and a table to import."""
    for arguments in (("checkin", "write=y"), ("checkin", "feeds=3"), ("undo",)):
        assert tracker(log, *arguments).returncode == 0
    (log / "more.csv").write_text("day,habit,answer\n2026-11-20,read,yes\n", encoding="utf-8")
    return log


@pytest.fixture
def refused(kept: Path) -> Iterator[Path]:
    """The same, on a machine where rights can be refused even to root."""
    if not rights_can_be_refused(kept):
        pytest.skip("this machine lets nobody give up the right to write anywhere")
    yield kept
    for path in [kept / ".tracker", *(kept / ".tracker").rglob("*"), kept]:
        path.chmod(0o755)


def database(log: Path) -> Path:
    return log / ".tracker" / "tracker.db"


def answers(log: Path) -> set[tuple[str, str]]:
    with closing(sqlite3.connect(database(log))) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return set(connection.execute("SELECT habit, day FROM current_checkins"))


def litter(log: Path) -> list[str]:
    """Files that a write left half done, or that stand beside a backup."""
    found = (log / ".tracker").rglob("*")
    return [
        path.name
        for path in found
        if ".partial" in path.name
        or ".restoring" in path.name
        or (path.parent.name == "backups" and path.suffix != ".db")
    ]


def run_in(log: Path, arguments: tuple[str, ...]) -> tuple[str, ...]:
    """Arguments with the file they name put below the log."""
    return tuple(str(log / word) if word.endswith(".csv") else word for word in arguments)


@pytest.mark.parametrize("shut", ["file", "folder"])
def test_a_read_only_database_is_read_and_every_writing_command_says_so(
    refused: Path, shut: str
) -> None:
    before = database(refused).read_bytes()
    database(refused).chmod(0o444)
    if shut == "folder":
        (refused / ".tracker").chmod(0o555)
    for arguments in WRITING:
        done = tracker(refused, *run_in(refused, arguments), before=like_anyone)
        assert done.returncode == 1, (arguments, done.stdout)
        assert str(database(refused)) in done.stderr, arguments
        assert "cannot be written to" in done.stderr, arguments
        assert "Nothing was stored" in done.stderr, arguments
        assert "Traceback" not in done.stderr, arguments
    assert database(refused).read_bytes() == before
    for arguments in READING:
        done = tracker(refused, *arguments, before=like_anyone)
        assert done.returncode == 0, (arguments, done.stderr)
    doctor = tracker(refused, "doctor", before=like_anyone)
    assert (doctor.returncode, "WRONG rights" in doctor.stdout) == (1, True)
    assert "chmod u+w" in doctor.stdout


def test_a_log_nobody_may_write_to_says_so_at_the_first_check_in(log: Path, tmp_path: Path) -> None:
    if not rights_can_be_refused(tmp_path):
        pytest.skip("this machine lets nobody give up the right to write anywhere")
    log.chmod(0o555)
    try:
        done = tracker(log, "checkin", "write=y", before=like_anyone)
        looked = tracker(log, "status", before=like_anyone)
        entry = tracker(log, "new", "Hello", before=like_anyone)
    finally:
        log.chmod(0o755)
    assert (done.returncode, "Make the log's folder writable" in done.stderr) == (1, True)
    assert looked.returncode == 0, looked.stderr
    assert (entry.returncode, "cannot be written" in entry.stderr) == (1, True)
    assert sorted(path.name for path in log.iterdir()) == ["goals.yml"]


def test_answers_that_wait_beside_a_read_only_database_are_not_left_out(refused: Path) -> None:
    """After a kill, the newest answers stand in the -wal file alone."""
    code = (
        "import os, signal, sqlite3, sys; "
        "c = sqlite3.connect(sys.argv[1], isolation_level=None); "
        "c.execute('PRAGMA wal_autocheckpoint = 0'); "
        "c.execute(\"INSERT INTO actions VALUES (9, 'checkin', '2026-11-23', NULL)\"); "
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", code, str(database(refused))], check=False)
    database(refused).with_name("tracker.db-shm").unlink()
    (refused / ".tracker").chmod(0o555)
    done = tracker(refused, "log", before=like_anyone)
    assert (done.returncode, "not in the database yet" in done.stderr) == (1, True), done.stdout
    (refused / ".tracker").chmod(0o755)
    assert tracker(refused, "log", before=like_anyone).returncode == 0


def at_most(size: int) -> Callable[[], None]:
    """No file of this process may grow beyond a size."""

    def limit() -> None:
        import resource

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return limit


@pytest.mark.parametrize("size", [0, 1, PAGE, 9 * PAGE, 40_000, 100_000])
def test_a_disk_that_is_full_at_any_point_stores_all_or_nothing(kept: Path, size: int) -> None:
    """On the next day, so that the day's backup is in the way too."""
    done = tracker(
        kept, "checkin", "read=y", "--note", "x" * 20_000, now=TOMORROW, before=at_most(size)
    )
    assert "Traceback" not in done.stderr
    stored = ("read", "2026-11-24") in answers(kept)
    assert stored == (done.returncode == 0) == ("Stored for" in done.stdout)
    assert stored or "Nothing was stored" in done.stderr or "free" in done.stderr
    assert ("write", "2026-11-23") in answers(kept)
    assert not litter(kept)
    assert tracker(kept, "checkin", "read=n", now=TOMORROW).returncode == 0
    assert tracker(kept, "doctor", now=TOMORROW).returncode == 0


def test_the_first_answer_on_a_full_disk_leaves_a_log_that_works(log: Path) -> None:
    for size in (0, PAGE, 50_000):
        done = tracker(log, "checkin", "write=y", before=at_most(size))
        assert (done.returncode, "Traceback" in done.stderr) == (1, False), size
        assert "Stored for" not in done.stdout
    assert tracker(log, "checkin", "write=y").returncode == 0
    assert answers(log) == {("write", "2026-11-23")}


def test_files_are_written_whole_or_not_at_all(kept: Path) -> None:
    for arguments in (["new", "Hello"], ["review"], ["export", "csv", "--output", "out.csv"]):
        done = subprocess.run(
            [sys.executable, "-m", "tracker", *arguments],
            env=environment(kept), cwd=kept, capture_output=True, text=True, check=False,
            preexec_fn=at_most(10),
        )  # fmt: skip
        assert done.returncode == 1, arguments
        refusals = ("cannot be written", "the disk refused")  # the page, or the database first
        assert any(words in done.stderr for words in refusals), (arguments, done.stderr)
    left = [path.name for path in kept.rglob("*") if path.is_file() and path.suffix == ".qmd"]
    assert (left, (kept / "out.csv").exists()) == ([], False)
    assert not [path for path in kept.iterdir() if path.name.startswith(".out")]


def damage(log: Path, page: int) -> None:
    """Overwrite one page of the database file."""
    with database(log).open("r+b") as file:
        file.seek(page * PAGE)
        file.write(b"\xa5" * PAGE)


def pages_of(log: Path, *names: str) -> list[int]:
    """The first page of tables and indices."""
    query = "SELECT rootpage FROM sqlite_master WHERE name = ?"
    with closing(sqlite3.connect(database(log))) as connection:
        return [connection.execute(query, [name]).fetchone()[0] - 1 for name in names]


def test_a_damaged_page_is_said_and_the_command_it_names_brings_the_log_back(kept: Path) -> None:
    assert tracker(kept, "checkin", "read=y", now=TOMORROW).returncode == 0
    whole = database(kept).read_bytes()
    damaged = [0, *pages_of(kept, "checkins", "actions", "idx_checkins_habit_day")]
    for page in damaged:
        database(kept).write_bytes(whole)
        damage(kept, page)
        for arguments in (("status",), ("checkin", "read=n"), ("backup",)):
            done = tracker(kept, *arguments, now=TOMORROW)
            assert "Traceback" not in done.stderr, (page, arguments)
            if done.returncode:
                assert "is damaged" in done.stderr, (page, arguments, done.stderr)
                assert "tracker restore" in done.stderr, (page, arguments)
        doctor = tracker(kept, "doctor", now=TOMORROW)
        assert doctor.returncode == 1, page
        wrong = next(line for line in doctor.stdout.splitlines() if line.startswith("WRONG"))
        command = wrong.partition("tracker restore ")[2].partition(" (")[0]
        named = shlex.split(command)[0]
        assert tracker(kept, "restore", named, "--yes", now=TOMORROW).returncode == 0, wrong
        assert answers(kept) == {("write", "2026-11-23")}, "as of the morning"
        assert tracker(kept, "doctor", now=TOMORROW).returncode == 0
    kept_aside = list((kept / ".tracker" / "backups").glob("before-restore-*"))
    assert kept_aside, "what was there is never thrown away"


def test_a_damaged_database_never_drives_out_the_sound_backups(kept: Path) -> None:
    """The damage is found before the day's first answer, which is not stored into it."""
    damage(kept, pages_of(kept, "actions")[0])
    folder = kept / ".tracker" / "backups"
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    done = tracker(kept, "checkin", "read=y", now=TOMORROW)
    assert (done.returncode, "Stored for" in done.stdout) == (1, False)
    assert "is damaged" in done.stderr
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_database_of_a_newer_tracker_is_left_as_it_is(kept: Path) -> None:
    with closing(sqlite3.connect(database(kept))) as connection:
        connection.execute(f"PRAGMA user_version = {VERSION_WANTED + 1}")
    before = database(kept).read_bytes()
    for arguments in (*WRITING, *READING, ("backup",), ("pages",)):
        done = tracker(kept, *run_in(kept, arguments))
        assert done.returncode == 1, (arguments, done.stdout)
        assert "made by a newer tracker" in done.stderr, arguments
        assert "Traceback" not in done.stderr, arguments
    doctor = tracker(kept, "doctor")
    assert (doctor.returncode, "made by a newer tracker" in doctor.stdout) == (1, True)
    assert database(kept).read_bytes() == before
    backup = kept / ".tracker" / "backups" / "2026-11-23.db"
    assert tracker(kept, "restore", str(backup), "--yes").returncode == 0
    aside = next((kept / ".tracker" / "backups").glob("before-restore-*.db"))
    with closing(sqlite3.connect(aside)) as connection:
        assert connection.execute("SELECT habit FROM current_checkins").fetchall() == [("write",)]
    assert tracker(kept, "checkin", "read=y").returncode == 0
