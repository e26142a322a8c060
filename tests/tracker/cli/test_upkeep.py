"""`init`, `doctor`, `backup`, `restore`, `remind`, `completion`; and the copies kept."""

from __future__ import annotations

import json
import os
import plistlib
import shlex
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tracker.cli import main
from tracker.cli.setup import init
from tracker.cli.setup.remind import recipe
from tracker.errors import TrackerError
from tracker.goals_file.parse import parse
from tracker.store import backups
from tracker.store.connection import VERSION_WANTED
from tracker.store.database import Database
from tracker.workspace.templates import files, machine

Run = Callable[..., Result]
WRITE = "write=y"


def database(log: Path) -> Path:
    return log / ".tracker" / "tracker.db"


def rows(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT count(*) FROM checkins").fetchone()[0])


def test_a_starter_begins_today_and_ends_with_a_quarter() -> None:
    """On every day of a year; nobody starts with days that are missed already."""
    for number in range(366):
        today = date(2027, 1, 1) + timedelta(number)
        season = parse(files("T", "Europe/London", today)["goals.yml"]).seasons[0]
        following = season.ends + timedelta(1)
        assert season.starts == today
        assert (following.day, following.month % 3) == (1, 1)
        assert 28 <= (season.ends - today).days <= 28 + 92
        assert season.id == f"{season.ends.year}-q{season.ends.month // 3}"


def test_the_titles_of_a_starter() -> None:
    def title(day: date) -> str:
        return parse(files("T", "UTC", day)["goals.yml"]).seasons[0].title

    assert title(date(2026, 10, 1)) == "October to December 2026"
    assert title(date(2026, 12, 2)) == "December 2026"
    assert title(date(2026, 12, 20)) == "December 2026 to March 2027"


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/Los_Angeles", "UTC"])
@pytest.mark.parametrize("hour", [0, 2, 9, 12, 23])
def test_a_new_log_takes_its_first_answer_wherever_and_whenever(
    tmp_path: Path, zone: str, hour: int
) -> None:
    """The season begins on the civil day of the place, which a night's small hours belong to."""
    environment = {"TRACKER_NOW": f"2026-11-24T{hour:02d}:30:00+00:00"}
    folder = tmp_path / "log of mine"
    words = ["init", str(folder), "--timezone", zone]
    assert CliRunner().invoke(main, words, env=environment).exit_code == 0
    answer = ["checkin", WRITE, "--project", str(folder)]
    done = CliRunner().invoke(main, answer, env=environment)
    assert done.exit_code == 0, done.output
    looked = CliRunner().invoke(main, ["status", "--project", str(folder)], env=environment)
    assert "day 1 of " in looked.output.casefold()


@pytest.mark.skipif(shutil.which("make") is None, reason="no make here")
def test_make_reads_back_any_path(tmp_path: Path) -> None:
    odd = "/home/a b/$HOME/#1/in season"
    recipe = "all:\n\t@printf '%s' '$(IN_SEASON)'\n"
    (tmp_path / "Makefile").write_text(machine("/python", odd) + recipe)
    # Run from a make itself, it would speak of the folders it enters.
    outside = {key: value for key, value in os.environ.items() if not key.startswith("MAKE")}
    done = subprocess.run(
        ["make"], cwd=tmp_path, capture_output=True, text=True, check=True, env=outside
    )
    assert done.stdout == odd


def test_init_leaves_nothing_behind_where_the_disk_refuses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[Path] = []

    def two_then_full(path: Path, content: bytes) -> None:
        if len(written) == 2:
            raise TrackerError("the disk is full")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        written.append(path)

    monkeypatch.setattr(init, "write_whole", two_then_full)
    done = CliRunner().invoke(main, ["init", str(tmp_path), "--timezone", "UTC"])
    assert (done.exit_code, "the disk is full" in done.output) == (1, True)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_init_begins_a_log_and_never_overwrites(tmp_path: Path) -> None:
    folder = tmp_path / "a log"
    environment = {"TRACKER_NOW": "2026-11-23T12:00:00+00:00"}
    words = ["init", str(folder), "--title", 'Mine: "all"', "--timezone", "UTC"]
    first = CliRunner().invoke(main, words, env=environment)
    assert first.exit_code == 0, first.output
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    again = CliRunner().invoke(main, words, env=environment)
    assert (again.exit_code, "Nothing was written" in again.output) == (1, True)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    wrong = CliRunner().invoke(
        main, ["init", str(tmp_path / "b"), "--timezone", "Mars/Base"], env=environment
    )
    assert (wrong.exit_code, "is no time zone" in wrong.output) == (1, True)
    assert not (tmp_path / "b").exists()


@pytest.mark.skipif(shutil.which("make") is None, reason="no make here")
def test_make_site_in_a_new_log(tmp_path: Path) -> None:
    CliRunner().invoke(main, ["init", str(tmp_path), "--timezone", "UTC"])
    wanting = ["make", "site", "PYTHON=/nowhere/python"]
    none = subprocess.run(wanting, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (none.returncode != 0, "make install IN_SEASON=path/to" in none.stdout) == (True, True)
    pytest.importorskip("press.cli")
    done = subprocess.run(
        ["make", "site"], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "What I commit to" in (tmp_path / "_site" / "log" / "index.html").read_text()


def test_doctor_finds_nothing_wrong(run: Run) -> None:
    run("checkin", WRITE)
    result = run("doctor")
    assert (result.exit_code, "WRONG" in result.output) == (0, False)
    data = json.loads(run("doctor", "--json").output)
    assert data["well"] is True
    assert [one["check"] for one in data["findings"]] == [
        "goals.yml", "log", "rights", "integrity", "schema", "journal", "habits", "clock", "backups",
    ]  # fmt: skip


def test_doctor_names_what_is_wrong(run: Run, log: Path) -> None:
    run("checkin", WRITE)
    text = (log / "goals.yml").read_text()
    (log / "goals.yml").write_text(text.replace("id: write", "id: scribble"))
    result = run("doctor", now="2026-11-20T12:00:00+00:00")
    assert result.exit_code == 1
    assert "goals.yml has no write (1)" in result.output
    assert "logged after this instant" in result.output
    (log / "goals.yml").write_text("timezone: [")
    assert run("doctor").exit_code == 1


def test_doctor_says_which_backup_to_restore(run: Run, log: Path) -> None:
    for n in range(8):
        run("checkin", WRITE, "--note", "x" * 3000, now=f"2026-11-{10 + n}T12:00:00+00:00")
    with closing(sqlite3.connect(database(log))) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(database(log).read_bytes())
    content[8192:] = b"\xff" * (len(content) - 8192)
    database(log).write_bytes(content)
    result = run("doctor")
    assert result.exit_code == 1
    assert "WRONG" in result.output
    newest = backups.newest(str(database(log)))
    assert newest is not None
    assert run("restore", str(newest), "--yes").exit_code == 0
    assert rows(database(log)) == 7
    assert list(newest.parent.glob("before-restore-*")), "the damaged one is kept"
    assert run("doctor").exit_code == 0


def test_backup_and_restore(run: Run, log: Path, tmp_path: Path) -> None:
    assert "nothing to back up" in run("backup").output
    run("checkin", WRITE)
    target = tmp_path / "elsewhere" / "copy.db"
    assert run("backup", str(target)).output == f"Copied 1 row to {target}.\n"
    assert "is there already" in run("backup", str(target)).output
    run("checkin", "read=y")
    assert "Aborted" in run("restore", str(target), typed="n\n").output
    assert rows(database(log)) == 2
    result = run("restore", str(target), "--yes")
    assert result.exit_code == 0, result.output
    assert rows(database(log)) == 1
    kept = next((log / ".tracker" / "backups").glob("before-restore-*.db"))
    assert rows(kept) == 2
    assert run("checkin", "feeds=3").exit_code == 0


def test_restore_refuses_what_is_no_backup(run: Run, log: Path) -> None:
    run("checkin", WRITE)
    (log / "odd.db").write_bytes(b"no database" * 500)
    for name in ("odd.db", "missing.db"):
        result = run("restore", str(log / name), "--yes")
        assert result.exit_code == 1
    assert rows(database(log)) == 1
    with closing(sqlite3.connect(log / "new.db")) as connection:
        connection.execute(f"PRAGMA user_version = {VERSION_WANTED + 1}")
    assert "made by a newer tracker" in run("restore", str(log / "new.db"), "--yes").output


def test_backups_day_after_day_leave_seven_days_and_eight_weeks(tmp_path: Path) -> None:
    path = str(tmp_path / "tracker.db")
    first = date(2026, 1, 1)
    with Database(path, writing=True) as database:
        for n in range(200):
            backups.daily(database, first + timedelta(n))
    kept = sorted(date.fromisoformat(one.stem) for one in (tmp_path / "backups").glob("*.db"))
    last = first + timedelta(199)
    assert kept[-7:] == [last - timedelta(n) for n in range(6, -1, -1)]
    weeks = {day.isocalendar()[:2] for day in kept}
    assert len(weeks) == 8
    assert all(day.weekday() == 6 for day in kept[:-7]), "the last of each week"


def test_recipes_survive_odd_folders() -> None:
    root = "/home/a b/100% & <mine>'s"
    assert "100\\%" in recipe("cron", ["tracker"], root, 20, 30)
    assert "100%%" in recipe("systemd", ["tracker"], root, 20, 30)
    made = plistlib.loads(recipe("launchd", ["tracker"], root, 7, 5).encode())
    assert made["ProgramArguments"] == ["tracker", "--project", root, "status"]
    assert made["StartCalendarInterval"] == {"Hour": 7, "Minute": 5}


def test_remind(run: Run) -> None:
    assert run("remind", "cron", "--at", "07:05").output.splitlines()[1].startswith("5 7 * * * ")
    assert "OnCalendar=*-*-* 20:30:00" in run("remind").output
    assert run("remind", "--at", "25:00").exit_code == 2


def test_init_says_where_to_go_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    said = CliRunner().invoke(main, ["init", "my log", "--timezone", "UTC"]).output.splitlines()[1]
    assert said.startswith("Next: cd 'my log', say what you commit to in goals.yml, ")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    here = CliRunner().invoke(main, ["init", "--timezone", "UTC"]).output.splitlines()[1]
    assert here.startswith("Next: say what you commit to ")


def test_a_reminder_runs_where_no_program_is_on_the_path(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`python -m tracker` used to give the path of a file that is no program."""
    monkeypatch.setattr("shutil.which", lambda name, path=None: None)
    line = run("remind", "cron").output.splitlines()[1]
    words = shlex.split(line)[5:]
    assert words[:3] == [sys.executable, "-m", "tracker"]
    assert words[-1] == "status"
    made = plistlib.loads(run("remind", "launchd").output.encode())
    assert made["ProgramArguments"] == words
    assert f'ExecStart="{sys.executable}" "-m" "tracker" ' in run("remind", "systemd").output


def test_old_answers_from_a_file_are_no_fault_of_the_clock(run: Run, log: Path) -> None:
    run("checkin", WRITE)
    (log / "read.csv").write_text("timestamp,answer\n2026-11-03T09:00:00Z,y\n", encoding="utf-8")
    assert run("import", "csv", str(log / "read.csv")).exit_code == 0
    findings = json.loads(run("doctor", "--json").output)["findings"]
    assert [one["verdict"] for one in findings if one["check"] == "clock"] == ["well"]


def clock_finding(run: Run, now: str) -> tuple[str, str]:
    findings = json.loads(run("doctor", "--json", now=now).output)["findings"]
    return next((one["verdict"], one["words"]) for one in findings if one["check"] == "clock")


@pytest.mark.parametrize(
    ("seconds", "verdict"), [(1, "well"), (30, "well"), (120, "note"), (3600, "note")]
)
def test_the_clock_is_not_suspected_where_two_answer_at_once(
    run: Run, seconds: int, verdict: str
) -> None:
    """The one who began first waited for the other, and was stored last."""
    noon = datetime(2026, 11, 23, 12, tzinfo=UTC)
    later = (noon + timedelta(seconds=seconds)).isoformat()
    run("checkin", WRITE, now=later)
    run("checkin", "read=y", now=noon.isoformat())
    assert clock_finding(run, later)[0] == verdict
    assert (clock_finding(run, noon.isoformat())[0]) == verdict, "while doctor looked"


def test_an_answer_to_a_question_is_logged_when_it_is_given(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A round of questions can stay open for an hour, while something else is answered."""
    minutes = iter(range(60))
    noon = datetime(2026, 11, 23, 12, tzinfo=UTC)
    monkeypatch.setattr(
        "tracker.cli.checkins.round.clock", lambda: noon + timedelta(minutes=next(minutes))
    )
    assert run("checkin", "write", "feeds", typed="y\n20\n").exit_code == 0
    rows = json.loads(run("log", "--json").output)
    assert sorted(row["stands"][0]["logged_at"] for row in rows) == [
        "2026-11-23T12:00:00.000+00:00",
        "2026-11-23T12:01:00.000+00:00",
    ]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(run: Run, shell: str) -> None:
    result = run("completion", shell)
    assert result.exit_code == 0
    assert "_TRACKER_COMPLETE" in result.output
    if shell == "zsh":
        assert result.output.startswith("#compdef tracker")
    if shutil.which(shell):
        subprocess.run([shell, "-n"], input=result.output, text=True, check=True, timeout=30)


def test_half_a_backup_left_by_a_kill_is_in_nobodys_way_and_goes(run: Run, log: Path) -> None:
    run("checkin", WRITE, now="2026-11-22T12:00:00+00:00")
    folder = log / ".tracker" / "backups"
    for number in (1, os.getpid()):
        half = folder / f"2026-11-23.{number}.partial"
        half.write_bytes(b"half a page" * 500)
        os.utime(half, (0, 0))
    assert run("checkin", "read=y").exit_code == 0
    assert sorted(path.name for path in folder.iterdir()) == ["2026-11-22.db", "2026-11-23.db"]
