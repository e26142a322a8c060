from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Run = Callable[..., Result]
SECRET = "hunter2"


@pytest.fixture
def filled(run: Run) -> Run:
    """A log with public answers, private notes and a private habit."""
    run("checkin", "write=y # =SUM(A1)", "run=5.2", "--public")
    run("checkin", f"write=n # {SECRET} note", "read=skip", "--day", "yesterday")
    run("checkin", f"diary=y # {SECRET} diary", "--public")
    return run


def test_json_of_what_is_public(filled: Run) -> None:
    result = filled("export", "json")
    content = json.loads(result.stdout)
    assert content["private"] is False
    assert [(c["habit"], c["day"], c["answer"]) for c in content["checkins"]] == [
        ("read", "2026-11-22", "skip"),
        ("run", "2026-11-23", "yes"),
        ("write", "2026-11-22", "no"),
        ("write", "2026-11-23", "yes"),
    ]
    assert result.stderr == (
        "Left out: 1 check-in that is private or outside its season and 1 private note. "
        "--private takes them along.\n"
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ["json"],
        ["csv"],
        ["csv", "--table", "habits"],
        ["csv", "--table", "scores"],
        ["ics"],
        ["csv", "--output", "all.zip"],
    ],
)
def test_planted_secrets_stay_here(
    filled: Run, arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = filled("export", *arguments)
    assert result.exit_code == 0, result.output
    found = result.stdout_bytes
    if (tmp_path / "all.zip").exists():
        with zipfile.ZipFile(tmp_path / "all.zip") as archive:
            found += b"".join(archive.read(name) for name in archive.namelist())
    assert found
    assert SECRET.encode() not in found
    assert b"diary" not in found.lower()


@pytest.mark.parametrize(
    ("before", "after", "stays_here"),
    [
        ("title: Write", "public: false\n        title: Write", True),
        ("id: write", "id: other", False),  # promised in public, and still in force
    ],
)
def test_what_was_promised_in_public_and_is_private_now_stays_here(
    filled: Run, log: Path, before: str, after: str, stays_here: bool
) -> None:
    """A frozen season remembers a habit as public; goals.yml has the last word on showing it."""
    assert filled("season", "start").exit_code == 0
    goals = log / "goals.yml"
    text = goals.read_text(encoding="utf-8")
    goals.write_text(text.replace(before, after, 1), encoding="utf-8")
    for arguments in (
        ["json"],
        ["csv"],
        ["csv", "--table", "habits"],
        ["csv", "--table", "scores"],
        ["ics"],
    ):
        found = filled("export", *arguments).stdout
        assert "read" in found.casefold()
        shown = '"write"' in found or "habit-write" in found
        assert shown != stays_here, arguments


def test_private_on_request_in_a_file_for_its_owner_alone(filled: Run, tmp_path: Path) -> None:
    path = tmp_path / "log.json"
    result = filled("export", "json", "--private", "--output", str(path))
    assert (result.stdout, result.stderr) == ("", f"Wrote {path}.\n")
    content = json.loads(path.read_text(encoding="utf-8"))
    assert content["notice"].startswith("Holds private habits and notes.")
    assert SECRET in path.read_text(encoding="utf-8")
    assert path.stat().st_mode & 0o077 == 0
    assert [item.name for item in tmp_path.iterdir() if "log.json" in item.name] == ["log.json"]


@pytest.mark.parametrize(
    ("table", "column", "secret"),
    [("checkins", "private", "yes"), ("scores", "private", "yes"), ("habits", "public", "no")],
)
def test_every_table_says_what_is_private_in_it(
    filled: Run, table: str, column: str, secret: str
) -> None:
    text = filled("export", "csv", "--table", table, "--private").stdout
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert {row[column] for row in rows if row["habit"] == "diary"} == {secret}
    assert {row[column] for row in rows if row["habit"] == "run"} == {
        "no" if secret == "yes" else "yes"
    }


def test_a_spreadsheet_gets_no_formula(filled: Run) -> None:
    text = filled("export", "csv").stdout
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["note"] for row in rows if row["note"]] == ["'=SUM(A1)"]
    assert rows[1] == {
        "habit": "run", "day": "2026-11-23", "answer": "yes", "value": "5.2", "unit": "km",
        "note": "", "note_public": "", "logged_at": "2026-11-23T12:00:00.000+00:00",
        "zone": "Europe/London", "lag_days": "0", "source": "inline",
    }  # fmt: skip


def test_all_tables_in_one_file(filled: Run, tmp_path: Path) -> None:
    path = tmp_path / "all.zip"
    assert filled("export", "csv", "--private", "--output", str(path)).exit_code == 0
    first = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        names = ["checkins.csv", "habits.csv", "scores.csv", "PRIVATE.txt"]
        assert archive.namelist() == names
    filled("export", "csv", "--private", "--output", str(path))
    assert path.read_bytes() == first


def test_out_and_in_again_adds_nothing(filled: Run, tmp_path: Path) -> None:
    for kind in ("json", "csv"):
        path = tmp_path / f"log.{kind}"
        filled("export", kind, "--private", "--output", str(path))
        result = filled("import", kind, str(path), "--json")
        assert (result.exit_code, json.loads(result.output)["added"]) == (0, []), result.output
        assert json.loads(result.output)["already_here"] == 5


def test_what_is_due_as_a_calendar(filled: Run) -> None:
    text = filled("export", "ics", "--days", "1").stdout_bytes.decode()
    assert text.startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")
    assert "SUMMARY:Read\r\n" in text
    assert "SUMMARY:Write\r\n" not in text  # it is answered
    assert "DTSTAMP:20261123T120000Z\r\n" in text
    assert "SUMMARY:Publish papers: 4 papers\r\n" in text


def test_an_empty_log_exports_what_it_has(run: Run, log: Path) -> None:
    assert json.loads(run("export", "json").stdout)["checkins"] == []
    assert run("export", "csv").stdout.count("\n") == 1
    assert run("export", "ics").exit_code == 0
    assert not (log / ".tracker" / "tracker.db").exists()


def test_a_place_that_cannot_be_written_to(run: Run, tmp_path: Path) -> None:
    result = run("export", "json", "--output", str(tmp_path / "none" / "log.json"))
    assert result.exit_code == 1
    assert "there is no such folder. Nothing was written" in result.stderr
    assert not (tmp_path / "none").exists()


def test_what_a_table_never_holds_is_not_called_left_out(filled: Run) -> None:
    for table in ("habits", "scores"):
        assert filled("export", "csv", "--table", table).stderr == ""
    assert filled("export", "csv").stderr.startswith("Left out: ")
