"""What `tracker doctor` finds in the public records, and what a command that stops there says."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.tracker.autumn import RECORD, SEASON, START
from tests.tracker.conftest import Run

NOW = "2026-11-23T12:00:00+00:00"
PUBLISHED = "progress/published.json"


@pytest.fixture
def log(log: Path) -> Path:
    (log / "goals.yml").write_text(SEASON, encoding="utf-8")
    return log


@pytest.fixture
def published(run: Run, log: Path) -> Path:
    for arguments in (("season", "start"), ("checkin", "write=y"), ("pages",)):
        assert run(*arguments, now=START if arguments[0] == "season" else NOW).exit_code == 0
    assert run("doctor", now=NOW).exit_code == 0
    return log


def unmerged(text: str) -> str:
    line = next(line for line in text.splitlines() if "title" in line or "about" in line)
    return text.replace(line, f"<<<<<<< HEAD\n{line}\n=======\n{line}\n>>>>>>> other", 1)


def eased(text: str) -> str:
    assert '"target": 3' in text
    return text.replace('"target": 3', '"target": 1')


def resealed(text: str) -> str:
    """An edited promise with the seal made anew."""
    from tracker.seasons.promise import seal

    data = json.loads(eased(text))
    return json.dumps({**data, "seal": seal(data["promise"])})


def withheld(text: str) -> str:
    """An edited promise that claims to leave a habit out, so that its seal cannot be checked."""
    return json.dumps({**json.loads(eased(text)), "withheld": 1})


def cut(text: str) -> str:
    return text[: len(text) // 2]


BROKEN = [
    (RECORD, unmerged, "a merge that was not finished", "git checkout --ours"),
    (RECORD, eased, "does not fit its seal", f"git checkout -- {RECORD}"),
    (RECORD, resealed, "not what the database holds", f"git checkout -- {RECORD}"),
    (RECORD, withheld, "not what the database holds", f"git checkout -- {RECORD}"),
    (RECORD, cut, "not a season's record", f"git checkout -- {RECORD}"),
    (PUBLISHED, unmerged, "a merge that was not finished", "git checkout --ours"),
    (PUBLISHED, cut, "not a public record", "from the log's history"),
]


@pytest.mark.parametrize(("name", "spoil", "words", "advice"), BROKEN)
def test_doctor_finds_what_is_wrong_with_a_public_record(
    run: Run, published: Path, name: str, spoil: Callable[[str], str], words: str, advice: str
) -> None:
    path = published / name
    path.write_text(spoil(path.read_text(encoding="utf-8")), encoding="utf-8")
    said = run("doctor", now=NOW)
    assert said.exit_code == 1, said.output
    assert name in said.output
    assert words in said.output
    assert advice in said.output


@pytest.mark.parametrize(
    ("name", "spoil", "words", "advice"), [case for case in BROKEN if "database" not in case[2]]
)
def test_a_command_that_stops_at_a_public_record_says_what_to_do(
    run: Run, published: Path, name: str, spoil: Callable[[str], str], words: str, advice: str
) -> None:
    """In a clone, which has no database of its own."""
    path = published / name
    path.write_text(spoil(path.read_text(encoding="utf-8")), encoding="utf-8")
    for item in (published / ".tracker").rglob("*"):
        if item.is_file():
            item.unlink()
    commands = [("pages",)]
    if name == RECORD:
        commands += [("status",), ("checkin", "write=y"), ("season", "show"), ("week",)]
    for arguments in commands:
        said = run(*arguments, now=NOW)
        assert said.exit_code == 1, arguments
        assert name in said.output, arguments
        assert words in said.output, arguments
        assert advice in said.output, (arguments, said.output)


def test_a_record_that_is_no_text_is_said_of_the_record(run: Run, published: Path) -> None:
    (published / RECORD).write_bytes(b"\xff\xfe\x00")
    said = run("doctor", now=NOW)
    assert (said.exit_code, RECORD in said.output) == (1, True)
    assert "git checkout" in said.output


def test_a_habit_made_private_since_is_no_edit_of_the_promise(run: Run, published: Path) -> None:
    goals = published / "goals.yml"
    text = goals.read_text(encoding="utf-8").replace(
        "title: Write,", "title: Write, public: false,"
    )
    goals.write_text(text, encoding="utf-8")
    assert run("doctor", now=NOW).exit_code == 0


def test_an_unfinished_merge_in_goals_yml_or_an_entry_is_called_one(run: Run, log: Path) -> None:
    goals = log / "goals.yml"
    goals.write_text(unmerged(goals.read_text(encoding="utf-8")), encoding="utf-8")
    entry = log / "log" / "2026-11-20-one" / "index.qmd"
    entry.parent.mkdir(parents=True)
    entry.write_text("---\n<<<<<<< HEAD\ntitle: A\n=======\ntitle: B\n>>>>>>> other\n---\n")
    said = run("doctor", now=NOW).output
    for name in ("goals.yml:4", "log/2026-11-20-one/index.qmd:2"):
        assert f"{name}: holds the marks of a merge that was not finished" in said, said
