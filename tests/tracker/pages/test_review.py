from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tracker.autumn import (
    AFTER,
    SEASON,
    START,
    edit,
    sealed,  # noqa: F401 - no test asks the network
    write_entry,
)
from tests.tracker.conftest import Run
from tracker.pages.review import MARKER, words_after
from tracker.workspace.entries import entry_of

SUNDAY, NEXT_SUNDAY = "2026-10-18T12:00:00+00:00", "2026-10-25T12:00:00+00:00"
FIRST = "log/2026-10-18-review-2026-w42/index.qmd"
SECOND = "log/2026-10-25-review-2026-w43/index.qmd"


@pytest.fixture
def log(log: Path) -> Path:
    (log / "goals.yml").write_text(SEASON, encoding="utf-8")
    return log


def text_of(log: Path, name: str) -> str:
    return (log / name).read_text(encoding="utf-8")


def answered(run: Run) -> None:
    run("season", "start", now=START)
    run("forecast", "papers=60%", now=START)
    run("forecast", "papers=70%", now=SUNDAY)
    for day in (12, 13, 15, 16):
        answers = ("write=y", "diary=y # PLANTED-NOTE")
        assert run("checkin", *answers, "--day", f"2026-10-{day}", now=SUNDAY).exit_code == 0


def test_a_week_is_answered_with_its_numbers(run: Run, log: Path) -> None:
    answered(run)
    write_entry(log, "one", "2026-10-14")
    done = run("review", "--week", "this", now=SUNDAY)
    assert (done.exit_code, done.output) == (
        0,
        f"Began {FIRST}\n5 places wait for \"Your words\". "
        "It is a draft: set draft: false when it may be read.\n",
    )  # fmt: skip
    text = text_of(log, FIRST)
    assert text == (Path(__file__).parent / "golden_review.qmd").read_text(encoding="utf-8")
    entry = entry_of(text, FIRST)
    assert (entry.kind, entry.draft, entry.goals) == ("review", True, ())


def test_private_habits_and_notes_stay_out(run: Run, log: Path) -> None:
    answered(run)
    run("review", "--week", "this", now=SUNDAY)
    run("review", "--season", now=SUNDAY)
    for path in (log / "log").rglob("*.qmd"):
        assert "PLANTED" not in path.read_text(encoding="utf-8")


def test_the_next_report_quotes_what_this_one_announced(run: Run, log: Path) -> None:
    answered(run)
    run("review", "--week", "this", now=SUNDAY)
    path = log / FIRST
    room = next(line for line in text_of(log, FIRST).splitlines() if "by Sunday" in line)
    path.write_text(
        text_of(log, FIRST).replace(room, f"- The *second* figure.\n- A call.\n{room}"),
        encoding="utf-8",
    )
    run("review", "--week", "this", now=NEXT_SUNDAY)
    assert (
        f"In [Week 42 of 2026: said and done](/{FIRST}):\n\n> - The *second* figure.\n> - A call.\n\n"
    ) in text_of(log, SECOND)


def test_a_report_is_never_overwritten(run: Run, log: Path) -> None:
    run("review", "--week", "this", now=SUNDAY)
    (log / FIRST).write_text("mine\n", encoding="utf-8")
    for now, week in ((SUNDAY, "this"), (NEXT_SUNDAY, "2026-W42")):
        done = run("review", "--week", week, now=now)
        assert done.exit_code == 1
        assert done.output == f"Error: {FIRST} is there already, and is not overwritten. Edit it.\n"
    assert text_of(log, FIRST) == "mine\n"


@pytest.mark.parametrize(
    ("arguments", "now", "file"),
    [
        ([], "2026-10-24T12:00:00+00:00", "log/2026-10-24-review-2026-w42/index.qmd"),
        # A Sunday is not over: its week is not whole yet. On the Monday after it is.
        ([], SUNDAY, "log/2026-10-18-review-2026-w41/index.qmd"),
        (["--week"], SUNDAY, "log/2026-10-18-review-2026-w41/index.qmd"),
        ([], "2026-10-19T12:00:00+00:00", "log/2026-10-19-review-2026-w42/index.qmd"),
        (["--week", "this"], "2026-10-24T12:00:00+00:00", "log/2026-10-24-review-2026-w43/index.qmd"),
        (["--week", "last"], SUNDAY, "log/2026-10-18-review-2026-w41/index.qmd"),
        (["--season"], SUNDAY, "log/2026-10-18-review-autumn/index.qmd"),
        (["--season", "autumn"], AFTER, "log/2027-01-02-review-autumn/index.qmd"),
    ],
)  # fmt: skip
def test_which_week_is_meant(run: Run, arguments: list[str], now: str, file: str) -> None:
    done = run("review", *arguments, "--json", now=now)
    assert json.loads(done.output)["file"] == file


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--week", "2026-W50"], 1, "Error: 2026-W50 is still to come; this is 2026-W42.\n"),
        (["--week", "2026-W30"], 1, "Error: No season holds 2026-W30 (2026-07-20 to 2026-07-26). See goals.yml.\n"),
        (["--season", "winter"], 1, 'Error: There is no season "winter". There is: autumn.\n'),
        (["--season", "autumn", "--week", "this"], 2, "Error: A report is of a week or of a season: give one of the two.\n"),
    ],
)  # fmt: skip
def test_what_cannot_be_reported(run: Run, arguments: list[str], code: int, message: str) -> None:
    done = run("review", *arguments, now=SUNDAY)
    assert done.exit_code == code
    assert done.output.endswith(message)


def test_a_season_is_answered_in_its_first_wording(run: Run, log: Path) -> None:
    answered(run)
    edit(log, "target: 3", "target: 1")
    edit(log, "      - {id: tool, title: Release the tool, evidence: a release}\n", "")
    run("season", "amend", "--reason", "Too *much*.", now=NEXT_SUNDAY)
    write_entry(log, "one", "2026-11-01")
    run("season", "close", "--miss", "papers=Two failed.", "--miss", "tool=No time.", now=AFTER)
    run("review", "--season", now=AFTER)
    text = text_of(log, "log/2027-01-02-review-autumn/index.qmd")
    assert "> **Publish papers** (3 papers).\n" in text
    assert "The verdict of 2 January 2027: **0.17** as promised, **1.00** as amended." in text
    assert (
        "**1 of 3 papers**, a grade of 0.33 as promised; **1 of 1 paper**, a grade of 1.00 as "
        "amended.\n\n- [one](/log/one/index.qmd), 1 November 2026\n\nTwo failed.\n"
    ) in text
    assert "### Release the tool\n\n> **Release the tool** (1).\n\n**0 of 1**, a grade of 0.00 as promised; dropped.\n\nNo time.\n" in text  # fmt: skip
    assert "25 October 2026: “Too \\*much\\*.”\n\n- goal papers: target 3 → 1 (easier, from 2026-11-01)" in text  # fmt: skip
    assert "| Write | 4 of 66 | 1% (+1) |" in text
    assert "Brier score 0.42 over 2 forecasts; always saying 50% scores 0.25." in text


def test_sample_answers_are_no_numbers(run: Run, log: Path) -> None:
    assert run("demo", now=SUNDAY).exit_code == 0
    run("review", "--week", "this", now=SUNDAY)
    assert "| Write | 0 of 5 | 0% (+0) |" in text_of(log, FIRST)


def test_a_habit_is_asked_for_by_each_days_own_definition(run: Run, log: Path) -> None:
    run("season", "start", now=START)
    edit(log, "schedule: mon-fri", "schedule: 3/7")
    run("season", "amend", "--reason", "x", now="2026-10-05T12:00:00+00:00")
    run("review", "--season", now="2026-10-25T23:00:00+00:00")
    # 1 to 11 October: 7 weekdays; 12 to 24 October: three days in seven of 13.
    assert "| Write | 0 of 13 |" in text_of(log, "log/2026-10-25-review-autumn/index.qmd")


def test_words_below_a_heading() -> None:
    text = f"# A\n\n## Next week\n\n- One.\n- [**{MARKER}:** what?]{{.your-words}}\n\n## Then\n\nTwo.\n"
    assert words_after(text, "Next week") == "- One."
    assert words_after(text, "Then") == "Two."
    assert words_after(text, "Never") == ""


@given(st.text(max_size=60), st.text(max_size=10))
def test_any_report_can_be_quoted(text: str, heading: str) -> None:
    assert MARKER not in words_after(f"## {heading}\n{text}", heading)
