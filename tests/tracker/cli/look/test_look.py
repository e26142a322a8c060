"""`scores`, `show`, `log`, `week`, `edit` and `redo`: looking back, and putting right."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import Result

Run = Callable[..., Result]


def scores(run: Run, *arguments: str) -> list[dict[str, object]]:
    result = run("scores", "--json", *arguments)
    assert result.exit_code == 0, result.output
    found = json.loads(result.output)
    assert isinstance(found, list)
    return found


def test_scores_are_a_row_a_habit_and_day(run: Run) -> None:
    for back in ("-2", "-1", "-0"):
        run("checkin", "write=y", "--day", back)
    found = scores(run, "--habit", "write", "--since", "-3")
    assert [(row["day"], row["streak"], row["state"]) for row in found] == [
        ("2026-11-20", 0, "unanswered"),
        ("2026-11-21", 1, "done"),
        ("2026-11-22", 2, "done"),
        ("2026-11-23", 3, "done"),
    ]
    kept = 0.5 ** (1 / 13)
    assert found[-1]["strength"] == 1 - kept**3
    assert set(found[0]) == {"habit", "day", "strength", "streak", "state"}
    assert {row["habit"] for row in scores(run)} == {"write", "read", "run", "feeds", "diary"}


def test_scores_as_a_table(run: Run) -> None:
    run("checkin", "write=y")
    line = run("scores", "--since", "today", "--habit", "wri").output
    assert line == "2026-11-23  write    5.2%     1  done\n"


def test_a_new_title_keeps_the_history(run: Run, log: Path) -> None:
    for back in ("-2", "-1", "-0"):
        run("checkin", "write=y", "--day", back)
    before = scores(run, "--habit", "write")
    text = (log / "goals.yml").read_text().replace("title: Write", "title: A new name")
    (log / "goals.yml").write_text(text)
    assert scores(run, "--habit", "write") == before
    assert run("show", "write").output.startswith("write: A new name\n")


def test_show(run: Run) -> None:
    run("checkin", "write=y", "--day", "yesterday")
    run("checkin", "write=y")
    lines = run("show", "write").output.splitlines()
    assert lines[1] == "every day; since 1 October 2026"
    assert lines[3] == "  Mon  ·······●"
    assert lines[9] == "  Sun ·······●"
    assert lines[11].endswith("10%")
    assert lines[12:] == [
        "Streak    2 days; the longest was 2",
        "Breaks    tomorrow, unless done",
        "Answers   Of 2 answers: same day 50%, backfilled 50%, edited 0%.",
    ]
    data = json.loads(run("show", "write", "--json").output)
    assert (data["streak"], data["breaks_in"], len(data["days"])) == (2, 1, 54)
    assert data["provenance"] == {"same_day": 1, "backfilled": 1, "edited": 0}


def test_show_guesses_a_habit(run: Run) -> None:
    result = run("show", "wirte")
    assert (result.exit_code, 'Did you mean "write"?' in result.output) == (1, True)


def test_log_shows_what_an_answer_was(run: Run) -> None:
    run("checkin", "write=n # \x1b[31mtired", "--day", "yesterday")
    run("checkin", "write=y", "--day", "yesterday")
    assert run("log").output == (
        "Yesterday, Sun 22 Nov\n  write: yes\n"
        "      was no # \\x1b[31mtired (checkin, 2026-11-23 12:00 UTC)\n"
    )
    data = json.loads(run("log", "write", "--json").output)
    assert [row["answer"] for row in data[0]["history"]] == ["no", "yes"]
    assert [row["answer"] for row in data[0]["stands"]] == ["yes"]
    assert run("log", "read").output.startswith("No answer since 2026-11-10.")


def test_undo_and_redo(run: Run) -> None:
    run("checkin", "write=y")
    run("checkin", "write=n")
    run("undo")
    run("undo")
    assert run("redo").output == "Put back write yes (today, Mon 23 Nov).\n"
    assert run("redo").output == "Put back write no (today, Mon 23 Nov): it was yes.\n"
    assert run("redo").output == "There is nothing to redo.\n"
    assert "it is yes again" in run("undo").output
    run("checkin", "read=y")
    assert run("redo", "--json").output == '{\n  "redone": []\n}\n'


def test_an_undo_of_many_answers_is_summed_up(run: Run, log: Path) -> None:
    days = [date(2026, 10, 1) + timedelta(number) for number in range(40)]
    rows = [f"{day},{habit},yes" for habit in ("write", "read") for day in days]
    (log / "many.csv").write_text("day,habit,answer\n" + "\n".join(rows), encoding="utf-8")
    assert run("import", "csv", str(log / "many.csv")).exit_code == 0
    lines = run("undo").output.splitlines()
    assert len(lines) == 6
    assert lines[0] == "Took back write yes (Mon 9 Nov): it has no answer now."
    assert lines[-1] == (
        "And 75 more: 80 in all, 2026-10-01 to 2026-11-09 (write 40, read 40). "
        "--json lists them all."
    )
    assert run("redo").output.splitlines()[-1].startswith("And 75 more: 80 in all")
    assert len(json.loads(run("undo", "--json").output)["undone"]) == 80
    assert len(json.loads(run("redo", "--json").output)["redone"]) == 80


def test_edit_replaces_a_day_whole_and_undo_brings_it_back(run: Run, log: Path) -> None:
    text = (log / "goals.yml").read_text()
    summed = "quantity: {target: 5, unit: km, aggregate: sum}"
    (log / "goals.yml").write_text(text.replace("quantity: 5 km", summed))
    run("checkin", "run=2")
    run("checkin", "run=3.5")
    run("edit", "run=4")
    assert json.loads(run("log", "run", "--json").output)[0]["stands"][0]["value"] == 4
    run("undo")
    data = json.loads(run("log", "run", "--json").output)[0]
    assert sorted(row["value"] for row in data["stands"]) == [2, 3.5]
    assert run("edit", "run=").output == "Left run unanswered (today, Mon 23 Nov).\n"
    assert scores(run, "--habit", "run", "--since", "today")[0]["state"] == "open"


def test_week(run: Run) -> None:
    run("checkin", "write=y", "--day", "-1")
    lines = run("week", "last").output.splitlines()
    assert lines[0] == "2026-W47, 2026-11-16 to 2026-11-22"
    assert lines[3] == "write   ·   ·   ·   ·   ·   ·   ●"
    data = json.loads(run("week", "--json").output)
    assert data["week"] == "2026-W48"
    assert data["days"][0]["states"]["write"] == "open"
    assert "still to come" in run("week", "2027-W01").output


def test_a_streak_of_one_is_one_day(run: Run) -> None:
    run("checkin", "write=y")
    assert "Streak    1 day; the longest was 1\n" in run("show", "write").output


def test_an_emptied_day_that_is_undone_is_brought_back(run: Run) -> None:
    """It used to say "Took back write yes" where yes had just come back."""
    run("checkin", "write=y")
    run("edit", "write=")
    assert run("undo").output == "Brought back write yes (today, Mon 23 Nov).\n"
    assert (
        run("redo").output == "Put back write without an answer (today, Mon 23 Nov): it was yes.\n"
    )
    run("edit", "write=")
    assert run("undo").output == "write has no answer (today, Mon 23 Nov), as before.\n"


QUIET = """\
timezone: UTC
seasons:
  - id: autumn
    title: Autumn
    starts: 2026-11-01
    ends: 2026-12-31
    goals: [{id: papers, title: Papers, target: 1}]
    habits: [{id: run, title: Run, schedule: "mon,wed,fri"}]
    breaks: [{from: 2026-12-21, to: 2026-12-27, why: away}]
"""


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ("2026-10-20T12:00:00+00:00", "Nothing is asked today: no day of the season."),
        ("2026-11-24T12:00:00+00:00", "Nothing is due today."),  # a Tuesday
        ("2026-12-23T12:00:00+00:00", "Nothing is due today."),  # a Wednesday of the break
        ("2027-01-05T12:00:00+00:00", "Nothing is asked today: no day of the season."),
    ],
)
def test_a_day_that_asks_nothing_has_no_score(run: Run, log: Path, now: str, said: str) -> None:
    (log / "goals.yml").write_text(QUIET)
    text = run("status", now=now).output
    assert said in text
    assert "of 100" not in text
    assert json.loads(run("status", "--json", now=now).output)["score"] is None
    week = json.loads(run("week", "--json", now=now).output)
    assert week["days"][-1]["score"] is None
    assert "100" not in run("week", now=now).output


def test_a_day_whose_habits_are_all_skipped_is_a_hundred(run: Run, log: Path) -> None:
    (log / "goals.yml").write_text(QUIET)
    run("checkin", "run=skip")
    assert "Today's score: 100 of 100. Nothing is open." in run("status").output
