from __future__ import annotations

import json
import shlex
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import Result

from tests.tracker.exchange.files_made import loop_db, loop_habit, repetition, zipped

Run = Callable[..., Result]


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    """A backup of Loop: a habit that goals.yml has, a measured one, and one it has not."""
    habits = [
        loop_habit("Write", 1),
        loop_habit("Run", 2, type=1, target_value=5.0, unit="km"),
        loop_habit("Wake up early", 3, freq_num=3, freq_den=7),
    ]
    rows = [
        repetition(1, "2026-11-20", 2, "well"),
        repetition(1, "2026-11-21", 0),
        {**repetition(1, "2026-11-22", 9), "id": 40},
        repetition(2, "2026-11-20", 5200),
        repetition(2, "2026-11-21", 3),
        repetition(3, "2026-11-20", 2),
    ]
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    return loop_db(folder / "Loop Habits Backup.db", habits, rows)


def stored(log: Path) -> list[tuple[object, ...]]:
    query = (
        "SELECT habit, day, answer, value, note, source FROM current_checkins ORDER BY habit, day"
    )
    with closing(sqlite3.connect(log / ".tracker" / "tracker.db")) as connection:
        return connection.execute(query).fetchall()


IMPORTED = [
    ("run", "2026-11-20", "yes", 5.2, None, "loop"),
    ("run", "2026-11-21", "skip", None, None, "loop"),
    ("write", "2026-11-20", "yes", None, "well", "loop"),
    ("write", "2026-11-21", "no", None, None, "loop"),
]


def test_a_dry_run_prints_what_it_would_add(run: Run, log: Path, backup: Path) -> None:
    result = run("import", "loop", str(backup), "--dry-run", "--json")
    assert result.exit_code == 0
    data = json.loads(result.output)
    snippet = data["unknown_habits"][0].pop("goals_yml")
    assert data == {
        "format": "loop",
        "file": str(backup),
        "would_add": [
            {"habit": "run", "day": "2026-11-20", "answer": "yes", "value": 5.2, "note": None},
            {"habit": "run", "day": "2026-11-21", "answer": "skip", "value": None, "note": None},
            {"habit": "write", "day": "2026-11-20", "answer": "yes", "value": None, "note": "well"},
            {"habit": "write", "day": "2026-11-21", "answer": "no", "value": None, "note": None},
        ],
        "would_change": [],
        "already_here": 0,
        "kept": [],
        "unreadable": [
            {"row": 40, "why": "9 is no answer of a yes-or-no habit", "place": "Repetitions"}
        ],
        "left_out": [],
        "unknown_columns": [],
        "unknown_habits": [{"name": "Wake up early", "rows": 1, "nearest": None}],
        "remarks": [
            "Loop stores a skipped day of a measurable habit as 0.003; such days are read as skipped"
        ],
    }
    assert "schedule: 3/7" in snippet
    assert not (log / ".tracker" / "tracker.db").exists()


def test_an_unknown_habit_stops_the_import_and_says_what_next(
    run: Run, log: Path, backup: Path
) -> None:
    result = run("import", "loop", str(backup))
    assert result.exit_code == 1
    assert result.output == (
        f'Error: {backup}: goals.yml has no habit for "Wake up early" (1 row).\n'
        'Say which one is meant: --map "Wake up early=HABIT-ID"\n'
        "Or leave such answers out: --only-known\n"
        "Or paste this below habits: in goals.yml and import again:\n"
        "\n"
        "      - id: wake-up-early\n"
        '        title: "Wake up early"\n'
        "        schedule: 3/7\n"
        "Nothing was imported.\n"
    )
    assert not (log / ".tracker" / "tracker.db").exists()


def test_what_was_printed_can_be_pasted(run: Run, log: Path, backup: Path) -> None:
    output = run("import", "loop", str(backup)).output
    snippet = output.partition("\n\n")[2].partition("Nothing was")[0]
    goals = log / "goals.yml"
    goals.write_text(goals.read_text(encoding="utf-8") + snippet, encoding="utf-8")
    assert run("import", "loop", str(backup)).exit_code == 0
    assert ("wake-up-early", "2026-11-20", "yes", None, None, "loop") in stored(log)


def test_known_habits_alone(run: Run, log: Path, backup: Path) -> None:
    result = run("import", "loop", str(backup), "--only-known")
    assert result.output == (
        "run    added 2\n"
        "write  added 2\n"
        "Could not be read:\n"
        "  Repetitions row 40: 9 is no answer of a yes-or-no habit\n"
        "Good to know:\n"
        "  Loop stores a skipped day of a measurable habit as 0.003; such days are read as skipped\n"
        "Left out, since goals.yml has no such habit:\n"
        "  Wake up early: 1 row\n"
    )
    assert stored(log) == IMPORTED
    again = run("import", "loop", str(backup), "--only-known").output
    assert again.startswith("run    already here 2\nwrite  already here 2\n")
    assert stored(log) == IMPORTED


def test_a_name_is_mapped_and_an_undo_takes_all_of_it_back(
    run: Run, log: Path, backup: Path
) -> None:
    assert run("import", "loop", str(backup), "--map", "wake up early=read").exit_code == 0
    assert len(stored(log)) == 5
    assert run("undo").exit_code == 0
    assert stored(log) == []
    assert run("redo").exit_code == 0
    again = json.loads(run("import", "loop", str(backup), "--only-known", "--json").output)
    assert (again["added"], again["already_here"]) == ([], 4)


def test_a_day_answered_here_stands(run: Run, log: Path, backup: Path) -> None:
    run("checkin", "write=n # ill", "--day", "2026-11-20")
    result = run("import", "loop", str(backup), "--only-known")
    assert "write  added 1, kept as here 1\n" in result.output
    assert "Answered otherwise here, and kept (--replace takes the file's):\n" in result.output
    assert "  write 2026-11-20: no here, yes in the file\n" in result.output
    assert ("write", "2026-11-20", "no", None, "ill", "inline") in stored(log)
    run("import", "loop", str(backup), "--only-known", "--replace")
    assert stored(log) == IMPORTED


def test_escape_codes_in_a_file_are_shown_not_obeyed(run: Run, tmp_path: Path) -> None:
    evil = tmp_path / "evil.csv"
    evil.write_text(
        "day,habit,answer,note,\x1b[31mmood\n2026-11-20,\x1b]0;owned\x07,yes,,\n"
        "2026-11-21,write,\x1b[2Jyes,,\n2026-11-22,write,yes,\x9b2J\u202e,\n",
        encoding="utf-8",
    )
    for arguments in (["--dry-run"], ["--only-known"], [], ["--dry-run", "--json"]):
        output = run("import", "csv", str(evil), *arguments).output
        assert not any(mark in output for mark in "\x1b\x07\x9b\u202e"), arguments
    assert "\\x1b[2Jyes" in run("import", "csv", str(evil), "--dry-run").output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(["loop", "none.db"], "none.db: No such file or directory. Check that the file can be used"),
     (["loop", "goals.yml"], "neither Loop's backup (a .db file) nor its CSV export"),
     (["harsh", "habits"], "habits: harsh's habits. Name its log, or the folder of both."),
     (["csv", "goals.yml"], "no column holds the day"),
     (["json", "goals.yml"], "broken JSON")],
)  # fmt: skip
def test_files_that_are_something_else(
    run: Run, log: Path, arguments: list[str], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(log)
    (log / "habits").write_text("Gym: 1\n", encoding="utf-8")
    result = run("import", *arguments)
    assert result.exit_code == 1
    assert message in result.output


def test_an_unknown_format_is_a_slip_of_the_keyboard(run: Run) -> None:
    result = run("import", "habitica", "x")
    assert result.exit_code == 2
    assert (
        "'habitica' is not one of 'loop', 'habitbull', 'tickmate', 'rewire', 'beeminder', 'harsh', 'csv', 'json'"
        in result.output
    )


def test_each_format_by_its_command(run: Run, log: Path, tmp_path: Path) -> None:
    folder = tmp_path / "harsh"
    folder.mkdir()
    (folder / "habits").write_text("! Work\nWrite: 1\n", encoding="utf-8")
    (folder / "log").write_text("2026-11-02 : Write : y : early : \n", encoding="utf-8")
    point = {"id": "a", "daystamp": "20261103", "value": 6, "comment": "hills"}
    (tmp_path / "b.json").write_text(json.dumps({"slug": "run", "datapoints": [point]}))
    (tmp_path / "t.csv").write_text("Date,Name,Done\n2026-11-04,Write,x\n")
    loop = {
        "Habits.csv": "Position,Name,Type\n001,Write,YES_NO\n",
        "001 Write/Checkmarks.csv": "Date,Value,Notes\n2026-11-05,SKIP,\n",
    }
    (tmp_path / "l.zip").write_bytes(zipped(loop))
    for kind, file in (
        ("harsh", "harsh"),
        ("beeminder", "b.json"),
        ("csv", "t.csv"),
        ("loop", "l.zip"),
    ):
        result = run("import", kind, str(tmp_path / file))
        assert result.exit_code == 0, result.output
    assert stored(log) == [
        ("run", "2026-11-03", "yes", 6.0, "hills", "beeminder"),
        ("write", "2026-11-02", "yes", None, "early", "harsh"),
        ("write", "2026-11-04", "yes", None, None, "csv"),
        ("write", "2026-11-05", "skip", None, None, "loop"),
    ]


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.csv", b"\x1b[2Jone,two\n1,2\n"),
     ("a.json", b'{"format": "in-season", "version": "\\u001b[2J", "checkins": []}'),
     ("a.zip", zipped({"002 \x1b[2J/Checkmarks.csv": '2026-01-05,"'})),
     ("b.zip", zipped({"001 \x1b[2J/Checkmarks.csv": "2026-01-05,often\n"}))],
)  # fmt: skip
def test_escape_codes_in_an_error_are_shown_not_obeyed(
    run: Run, tmp_path: Path, name: str, content: bytes
) -> None:
    (tmp_path / name).write_bytes(content)
    kind = {".csv": "csv", ".json": "json", ".zip": "loop"}[name[1:]]
    output = run("import", kind, str(tmp_path / name), "--dry-run").output
    assert "\\x1b[2J" in output
    assert "\x1b" not in output
    assert name in output or name == "b.zip"


def test_only_these_commands_load_what_they_need() -> None:
    import subprocess
    import sys

    code = (
        "import sys; from tracker.cli import main; "
        "print([m for m in sys.modules if m.startswith('tracker.exchange')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_map_to_type_is_what_a_shell_reads_back(run: Run, tmp_path: Path) -> None:
    name = 'Smoke "free" $HOME `x`'
    found = loop_db(tmp_path / "b.db", [loop_habit(name, 1)], [repetition(1, "2026-11-01", 2)])
    said = run("import", "loop", str(found)).output
    line = next(line for line in said.splitlines() if "--map" in line)
    typed = shlex.split(line.partition("--map ")[2])
    assert typed == [f"{name}=HABIT-ID"]
    assert run("import", "loop", str(found), "--map", f"{name}=write").exit_code == 0


def test_times_count_where_the_writer_was_then(run: Run, log: Path) -> None:
    """Home, then Tokyo from the 10th of November to the 15th, then home again."""
    run("zone", "Asia/Tokyo", now="2026-11-10T12:00:00+00:00")
    run("zone", "home", now="2026-11-15T12:00:00+00:00")
    file = log / "times.csv"
    evening = [f"2026-11-{day:02}T20:00:00Z,y" for day in (9, 12, 16)]
    file.write_text("\n".join(["timestamp,answer", *evening]), encoding="utf-8")
    done = run("import", "csv", str(file), "--map", "times=write")
    assert done.exit_code == 0
    shown = json.loads(run("log", "write", "--days", "30", "--json").output)
    rows = [row for day in shown for row in day["stands"]]
    assert sorted((row["day"], row["zone"], row["lag_days"]) for row in rows) == [
        ("2026-11-09", "Europe/London", 0),
        ("2026-11-13", "Asia/Tokyo", 0),  # five in the morning there
        ("2026-11-16", "Europe/London", 0),
    ]
    again = run("import", "csv", str(file), "--map", "times=write", "--json").output
    assert json.loads(again)["added"] == []


def test_what_has_no_time_was_given_where_the_writer_is_now(run: Run, log: Path) -> None:
    run("zone", "Asia/Tokyo", now="2026-11-20T12:00:00+00:00")
    file = log / "write.csv"
    file.write_text("day,answer\n2026-11-02,y\n", encoding="utf-8")
    run("import", "csv", str(file))
    shown = json.loads(run("log", "write", "--days", "30", "--json").output)
    assert [row["zone"] for day in shown for row in day["stands"]] == ["Asia/Tokyo"]


def test_a_file_without_a_row_that_can_be_read_is_a_failure(run: Run, log: Path) -> None:
    file = log / "write.csv"
    file.write_text("day,answer\n2026-11-02,perhaps\n", encoding="utf-8")
    done = run("import", "csv", str(file))
    assert done.exit_code == 1
    assert 'row 2: "perhaps" is no answer' in done.output
    file.write_text("day,answer\n", encoding="utf-8")
    assert run("import", "csv", str(file)).exit_code == 0
