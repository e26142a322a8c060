"""What another program meant, through the command: nothing of it lost or reinterpreted in silence."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import Result

from tests.tracker.exchange.files_made import loop_db, loop_habit, repetition

Run = Callable[..., Result]
FIRST, LAST = date(2026, 10, 1), date(2026, 11, 22)


@pytest.fixture
def cigarettes(tmp_path: Path) -> Path:
    """A backup of Loop: at most 2 a day, entered on the three days on which there were some."""
    habit = loop_habit("Feeds", 1, type=1, target_type=1, target_value=20.0, unit="minutes")
    rows = [
        repetition(1, "2026-10-01", 10_000),
        repetition(1, "2026-10-20", 30_000),
        repetition(1, "2026-11-10", 5000),
        repetition(1, "2026-11-12", -1),
        repetition(2, str(LAST), 2),
    ]
    return loop_db(tmp_path / "loop.db", [habit, loop_habit("Write", 2)], rows)


def strength(run: Run, day: date) -> float:
    rows = json.loads(run("scores", "--json").output)
    return next(
        float(row["strength"]) for row in rows if (row["habit"], row["day"]) == ("feeds", str(day))
    )


def as_loop_scores_it() -> float:
    """By Loop's own rule: a day without an entry is 0, and its strength begins at 1."""
    entered = {"2026-10-01": 10.0, "2026-10-20": 30.0, "2026-11-10": 5.0}
    multiplier = 0.5 ** (1 / 13)
    level = 1.0
    for number in range((LAST - FIRST).days + 1):
        value = entered.get(str(FIRST + timedelta(number)), 0.0)
        kept = min(1.0, max(0.0, 1 - (value - 20) / 20))
        level = level * multiplier + kept * (1 - multiplier)
    return level


def test_days_without_an_entry_of_a_limit_are_said(run: Run, cigarettes: Path) -> None:
    output = run("import", "loop", str(cigarettes)).output
    assert "feeds  added 3\n" in output
    assert (
        "  Feeds: 50 days without an entry, 2026-10-01 to 2026-11-22. Loop scores such a day as 0, "
        "the limit kept; here it has no answer and counts as a miss. To take them in as 0: "
        "--empty-as-zero\n"
    ) in output
    assert strength(run, LAST) < 0.15
    assert as_loop_scores_it() > 0.9


def test_days_without_an_entry_of_a_limit_are_taken_in_as_loop_scores_them(
    run: Run, cigarettes: Path
) -> None:
    output = run("import", "loop", str(cigarettes), "--empty-as-zero").output
    assert "feeds  added 53\n" in output
    assert "Feeds: 50 days without an entry taken in as 0, as Loop scores them" in output
    assert strength(run, LAST) == pytest.approx(as_loop_scores_it(), abs=1e-6)
    again = run("import", "loop", str(cigarettes), "--empty-as-zero").output
    assert "feeds  already here 53\n" in again
    assert run("undo").exit_code == 0
    assert "feeds  added 3\n" in run("import", "loop", str(cigarettes)).output


def test_an_entry_made_later_in_loop_takes_the_zero_s_place(
    run: Run, cigarettes: Path, tmp_path: Path
) -> None:
    run("import", "loop", str(cigarettes), "--empty-as-zero")
    with closing(sqlite3.connect(cigarettes)) as connection, connection:
        row = repetition(1, "2026-10-05", 8000)
        connection.execute(
            "INSERT INTO Repetitions (habit, timestamp, value) VALUES (?, ?, ?)",
            [row["habit"], row["timestamp"], row["value"]],
        )
    output = run("import", "loop", str(cigarettes), "--empty-as-zero").output
    assert "feeds  would" not in output
    assert "feeds  changed 1, already here 52\n" in output


NOTES = """\
day,habit,answer,note
2026-11-02,write,,ill
2026-11-03,write,y,
2026-11-03,write,,in the train
2026-11-04,write,n,tired
"""


@pytest.fixture
def noted(log: Path, run: Run) -> Path:
    """A table with a note on a day that nobody answered, taken in."""
    file = log / "notes.csv"
    file.write_text(NOTES, encoding="utf-8")
    output = run("import", "csv", str(file)).output
    assert "write  added 3\n" in output
    return file


def shown(run: Run) -> str:
    return run("log", "write", "--days", "40").output


def test_a_note_on_an_unanswered_day_is_kept(run: Run, noted: Path) -> None:
    assert "  write: no answer # ill\n" in shown(run)
    assert "  write: yes # in the train\n" in shown(run)
    rows = json.loads(run("scores", "--json").output)
    states = {row["day"]: row["state"] for row in rows if row["habit"] == "write"}
    assert states["2026-11-02"] == "unanswered"
    assert "write  already here 3\n" in run("import", "csv", str(noted)).output


def test_it_goes_with_the_answer_that_is_given_later(run: Run, noted: Path) -> None:
    run("checkin", "write=s", "--day", "2026-11-02")
    assert "  write: skip # ill\n" in shown(run)
    again = run("import", "csv", str(noted)).output
    assert "write  already here 3\n" in again
    assert "  write: skip # ill\n" in shown(run)


def test_it_goes_beside_an_answer_that_is_here(run: Run, log: Path) -> None:
    run("checkin", "write=y # early", "--day", "2026-11-02")
    run("checkin", "write=n", "--day", "2026-11-05")
    file = log / "notes.csv"
    file.write_text(
        "day,habit,answer,note\n2026-11-02,write,,ill\n2026-11-05,write,,away\n", encoding="utf-8"
    )
    assert "write  changed 2\n" in run("import", "csv", str(file)).output
    output = run("log", "write", "--days", "40", "--json").output
    stands = {day["day"]: day["stands"][0] for day in json.loads(output)}
    assert (stands["2026-11-02"]["answer"], stands["2026-11-02"]["note"]) == ("yes", "early\nill")
    assert (stands["2026-11-05"]["answer"], stands["2026-11-05"]["note"]) == ("no", "away")
    assert "write  already here 2\n" in run("import", "csv", str(file)).output


def test_a_file_that_now_has_the_answer_keeps_the_note(run: Run, noted: Path) -> None:
    noted.write_text("day,habit,answer,note\n2026-11-02,write,y,\n", encoding="utf-8")
    assert "write  added 1\n" in run("import", "csv", str(noted)).output
    assert "  write: yes # ill\n" in shown(run)


def test_a_private_note_that_stands_alone_stays_here(run: Run, noted: Path) -> None:
    done = run("export", "json")
    assert "ill" not in done.output
    assert "3 private notes" in done.output
    (noted.parent / "log.json").write_text(run("export", "json").stdout, encoding="utf-8")
    assert (
        json.loads(run("import", "json", str(noted.parent / "log.json"), "--json").output)[
            "unreadable"
        ]
        == []
    )


@pytest.mark.parametrize("name", ["all.zip", "all.csv", "all.json"])
def test_what_was_exported_is_read_back_to_the_same_state(
    run: Run, log: Path, noted: Path, name: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    run("checkin", "run=5.25 # 'hills", "--day", "2026-11-06")
    run("checkin", "diary=y # secret", "--public", "--day", "2026-11-20")
    kind = "json" if name.endswith("json") else "csv"
    exported = tmp_path_factory.mktemp("exported") / name
    assert run("export", kind, "--private", "--output", str(exported)).exit_code == 0
    same = run("import", kind, str(exported)).output
    assert "added" not in same
    assert "changed" not in same
    before = stored(log)
    for left in (log / ".tracker").iterdir():
        left.unlink() if left.is_file() else None
    taken = run("import", kind, str(exported))
    assert taken.exit_code == 0, taken.output
    assert stored(log) == before
    assert "already here" in run("import", kind, str(exported)).output
    assert stored(log) == before


def stored(log: Path) -> list[tuple[object, ...]]:
    query = (
        "SELECT habit, day, answer, value, note, note_public, logged_at, zone, lag_days, source "
        "FROM checkins AS entry WHERE (answer IS NOT NULL OR note IS NOT NULL) AND NOT EXISTS "
        "(SELECT 1 FROM checkins AS later WHERE later.supersedes = entry.id) ORDER BY 1, 2"
    )
    with closing(sqlite3.connect(log / ".tracker" / "tracker.db")) as connection:
        return connection.execute(query).fetchall()


def test_the_habits_of_an_export_are_proposed_as_they_are(
    run: Run, log: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    run("checkin", "run=5.25", "--day", "2026-11-06")
    exported = tmp_path_factory.mktemp("exported") / "all.zip"
    run("export", "csv", "--output", str(exported))
    goals = (log / "goals.yml").read_text(encoding="utf-8")
    (log / "goals.yml").write_text(goals.replace("id: run", "id: jog").replace("Run", "Jog"))
    output = run("import", "csv", str(exported), "--dry-run").output
    assert (
        '      - id: run\n        title: "Run"\n        schedule: mon,wed,fri\n'
        '        quantity:\n          unit: "km"\n          target: 5\n'
    ) in output


def test_another_zip_is_no_table(run: Run, cigarettes: Path, log: Path) -> None:
    import zipfile

    with zipfile.ZipFile(log / "x.zip", "w") as archive:
        archive.writestr("001 A/Checkmarks.csv", "")
    done = run("import", "csv", str(log / "x.zip"))
    assert done.exit_code == 1
    assert f"tracker import loop {log / 'x.zip'}" in done.output


def test_amounts_that_the_file_puts_together_otherwise_are_said(run: Run, log: Path) -> None:
    points = [{"id": str(number), "daystamp": "20261102", "value": number} for number in (3, 1, 2)]
    goal = {"slug": "run", "rate": 5, "runits": "d", "aggday": "max", "datapoints": points}
    (log / "run.json").write_text(json.dumps(goal), encoding="utf-8")
    output = run("import", "beeminder", str(log / "run.json")).output
    assert "run: the file puts the amounts of a day together by max, goals.yml by last" in output
