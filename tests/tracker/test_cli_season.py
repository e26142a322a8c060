from __future__ import annotations

import json
import sqlite3
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.tracker.conftest import Run
from tracker import link_check
from tracker.link_check import Check

SEASON = """\
timezone: UTC
seasons:
  - id: autumn
    title: Autumn
    starts: 2026-10-01
    ends: 2026-12-31
    goals:
      - {id: papers, title: Publish papers, target: 3, unit: papers, evidence: reproduction}
      - {id: tool, title: Release the tool, evidence: a release}
    habits:
      - {id: write, title: Write, schedule: mon-fri}
      - {id: diary, title: PLANTED-SECRET, public: false}
"""
START, SOON, LATER, AFTER = (
    f"{day}T12:00:00+00:00" for day in ("2026-10-01", "2026-10-20", "2026-11-20", "2027-01-02")
)
RECORD = "progress/seasons/autumn.json"


@pytest.fixture
def log(log: Path) -> Path:
    (log / "goals.yml").write_text(SEASON, encoding="utf-8")
    return log


@pytest.fixture(autouse=True)
def sealed(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test asks the network."""

    def nobody(*_: object, **__: object) -> None:
        raise OSError(101, "Network is unreachable")

    monkeypatch.setattr(link_check, "urlopen", nobody)


def edit(log: Path, old: str, new: str) -> None:
    text = (log / "goals.yml").read_text(encoding="utf-8")
    assert old in text
    (log / "goals.yml").write_text(text.replace(old, new), encoding="utf-8")


def write_entry(log: Path, name: str, day: str, goal: str = "papers") -> None:
    path = log / "log" / name / "index.qmd"
    path.parent.mkdir(parents=True)
    path.write_text(
        f"---\ntitle: {name}\ndate: {day}\nkind: reproduction\ngoals: [{goal}]\n---\n",
        encoding="utf-8",
    )


def record(log: Path) -> dict[str, object]:
    found = json.loads((log / RECORD).read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def test_a_season_is_frozen_once(run: Run, log: Path) -> None:
    done = run("season", "start", now=START)
    assert done.exit_code == 0
    seal = record(log)["seal"]
    assert done.output == (
        "Frozen: Autumn, 2 goals and 2 habits.\n"
        f"Seal {seal}\n"
        f"Commit {RECORD}: it is the public record of what you promised.\n"
        'Once goals.yml changes, say why: tracker season amend --reason "…"\n'
    )
    again = run("season", "start", now=SOON)
    assert again.exit_code == 1
    assert again.output == (
        f"Error: autumn was frozen on 2026-10-01, and is frozen once ({RECORD}). "
        'Change it with: tracker season amend --reason "…"\n'
    )


def test_the_public_record_tells_no_secrets(run: Run, log: Path) -> None:
    run("season", "start", now=START)
    edit(log, "PLANTED-SECRET", "PLANTED-SECRET-TOO")
    assert run("season", "amend", "--reason", "PLANTED-REASON", now=SOON).exit_code == 0
    text = (log / RECORD).read_text(encoding="utf-8")
    assert "PLANTED" not in text
    assert "diary" not in text
    shown = json.loads(run("season", "show", "--json", now=SOON).output)
    assert shown["amendments"][0]["reason"] == "PLANTED-REASON"


def test_a_season_frozen_late_says_so(run: Run) -> None:
    assert "Frozen: Autumn, 2 goals and 2 habits, 19 days after it began.\n" in run(
        "season", "start", now=SOON
    ).output  # fmt: skip


@pytest.mark.parametrize(
    ("change", "now", "message"),
    [
        (("", ""), AFTER, "Error: goals.yml has no season that runs or is to come. Draft one: tracker season new\n"),
        (("    goals:", "    goals: []\n  - id: other\n    starts: 2027-01-01\n    ends: 2027-02-01\n    goals:"), START,
         "Error: autumn has no goals to promise. Add them under goals: first.\n"),
    ],
)  # fmt: skip
def test_what_cannot_be_frozen(
    run: Run, log: Path, change: tuple[str, str], now: str, message: str
) -> None:
    edit(log, *change)
    done = run("season", "start", now=now)
    assert (done.exit_code, done.output) == (1, message)


def test_a_season_that_is_over_is_no_promise(run: Run) -> None:
    done = run("season", "start", "autumn", now=AFTER)
    assert done.output == (
        "Error: autumn ended on 2026-12-31: what is promised afterwards is no promise. "
        "Draft the next one: tracker season new\n"
    )


def test_harder_at_once_easier_after_seven_days(run: Run, log: Path) -> None:
    run("season", "start", now=START)
    edit(log, "target: 3", "target: 2")
    edit(log, "title: Release the tool", "title: Release the tools, target: 2")
    done = run("season", "amend", "--reason", "It needs\ntwice the time.", now=SOON)
    assert done.output == (
        "Amendment 1 of autumn: It needs twice the time.\n"
        "  goal papers: target 3 → 2 (easier, from 2026-10-27)\n"
        '  goal tool: title "Release the tool" → "Release the tools" (wording)\n'
        "  goal tool: target 1 → 2 (harder, from 2026-10-20)\n"
        f"Commit {RECORD}: the change and its reason are public.\n"
    )
    in_force = json.loads(run("season", "show", "--json", now=SOON).output)["in_force"]
    assert [goal["target"] for goal in in_force["goals"]] == [3, 2]
    in_force = json.loads(run("season", "show", "--json", now=LATER).output)["in_force"]
    assert [goal["target"] for goal in in_force["goals"]] == [2, 2]


def test_without_a_reason_the_changes_are_only_shown(run: Run, log: Path) -> None:
    run("season", "start", now=START)
    nothing = run("season", "amend", now=SOON)
    assert (nothing.exit_code, nothing.output) == (
        0, "goals.yml says what was promised: there is nothing to amend.\n",
    )  # fmt: skip
    edit(log, "target: 3", "target: 2")
    done = run("season", "amend", now=SOON)
    assert done.exit_code == 2
    assert done.output.startswith("goal papers: target 3 → 2 (easier, from 2026-10-27)\nUsage:")
    assert done.output.endswith(
        'Error: Say why, and it is on record: tracker season amend --reason "…"\n'
    )
    for dry in (["--dry-run"], ["--dry-run", "--reason", "Why."]):
        shown = run("season", "amend", *dry, now=SOON)
        assert (shown.exit_code, shown.output) == (
            0,
            "Nothing is kept. As goals.yml stands, these would be amended:\n"
            "  goal papers: target 3 → 2 (easier, from 2026-10-27)\n",
        )
    as_data = run("season", "amend", "--json", now=SOON)
    assert as_data.exit_code == 0
    assert len(json.loads(as_data.output)["changes"]) == 1
    empty = run("season", "amend", "--reason", " \n", now=SOON)
    assert empty.exit_code == 2
    assert empty.output.endswith("Error: The reason is empty. Say in a sentence what changed.\n")
    assert record(log)["amendments"] == []


def test_a_person_is_asked_for_the_reason(
    run: Run, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.cli.season_amend.nobody_is_here", lambda: False)
    run("season", "start", now=START)
    edit(log, "target: 3", "target: 2")
    left = run("season", "amend", now=SOON, typed="\n")
    assert (left.exit_code, left.output) == (
        0,
        "goal papers: target 3 → 2 (easier, from 2026-10-27)\n"
        "Why? It is public, and it stays; Enter keeps nothing: \n"
        "Nothing was kept.\n",
    )
    assert record(log)["amendments"] == []
    done = run("season", "amend", now=SOON, typed="Too much.\n")
    assert done.exit_code == 0
    assert "Amendment 1 of autumn: Too much.\n" in done.output
    shown = json.loads(run("season", "show", "--json", now=SOON).output)
    assert [one["reason"] for one in shown["amendments"]] == ["Too much."]


def test_comments_and_order_are_no_change(run: Run, log: Path) -> None:
    run("season", "start", now=START)
    text = (log / "goals.yml").read_text(encoding="utf-8")
    goals = [line for line in text.splitlines() if "papers" in line or "tool" in line]
    edit(log, "\n".join(goals), "\n".join(["      # Two.", *reversed(goals)]))
    assert run("season", "amend", now=SOON).output.startswith("goals.yml says what was promised")


@pytest.mark.parametrize(
    ("change", "now", "message"),
    [
        (("2026-12-31", "2026-11-30"), AFTER, "Error: autumn ended on 2026-12-31: nothing of it can be amended. Grade it: tracker season close\n"),
        (("2026-12-31", "2026-10-19"), SOON, "Error: autumn cannot be made to end on 2026-10-19, before today. "
         'To end it now: tracker season close --early --reason "…"\n'),
    ],
)  # fmt: skip
def test_what_cannot_be_amended(
    run: Run, log: Path, change: tuple[str, str], now: str, message: str
) -> None:
    run("season", "start", now=START)
    edit(log, *change)
    done = run("season", "amend", "autumn", "--reason", "why", now=now)
    assert (done.exit_code, done.output) == (1, message)


def test_an_unfrozen_season_cannot_be_amended_forecast_or_closed(run: Run) -> None:
    for command in (
        ["season", "amend", "--reason", "x"],
        ["forecast", "papers", "70%"],
        ["season", "close"],
    ):
        done = run(*command, now=SOON)
        assert done.exit_code == 1
        assert done.output == (
            "Error: autumn is not frozen yet. Freeze what you promise first: tracker season start\n"
        )  # fmt: skip


def closed(run: Run, log: Path) -> None:
    run("season", "start", now=START)
    run("forecast", "papers=60%", "tool=0.9", now=SOON)
    write_entry(log, "one", "2026-11-01")
    run("season", "close", "--miss", "papers=Two failed.", "--miss", "tool=No time.", now=AFTER)


def test_a_season_is_closed_after_its_end_with_a_sentence_on_each_miss(run: Run, log: Path) -> None:
    run("season", "start", now=START)
    write_entry(log, "one", "2026-11-01")
    early = run("season", "close", now=LATER)
    assert early.output == (
        "Error: autumn runs until 2026-12-31, 42 days with today. Close it after that, or say why "
        'not: tracker season close --early --reason "…"\n'
    )
    shown = run("season", "close", "--dry-run", now=LATER)
    assert shown.exit_code == 0
    assert shown.output.startswith("Nothing is kept. As it stands, the season comes to 0.17 ")
    assert (
        json.loads(run("season", "close", "--dry-run", "--json", now=LATER).output)["kept"] is False
    )
    assert record(log)["verdict"] is None
    silent = run("season", "close", now=AFTER)
    assert silent.exit_code == 2
    assert silent.output.endswith(
        "Error: 2 missed without a sentence, and nobody is here to ask. "
        'Add: --miss papers="…" --miss tool="…"\n'
    )
    assert record(log)["verdict"] is None
    done = run(
        "season", "close", "--miss", "papers=Two failed.", "--miss", "tool=No time.", now=AFTER
    )
    assert done.exit_code == 0
    assert done.output == (
        "Closed on 2027-01-02\n"
        "The season: 0.17 as promised, 0.17 as amended.\n"
        "  papers: 1 of 3 papers, 0.33\n"
        "      Two failed.\n"
        "  tool: 0 of 1, 0.00\n"
        "      No time.\n"
        "  write: 0 of 66 days\n"
        f"The verdict stands. Commit {RECORD}. Next: tracker season new\n"
    )


def test_misses_are_asked_for(run: Run, log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("season", "start", now=START)
    monkeypatch.setattr("tracker.cli.season_close.nobody_is_here", lambda: False)
    done = run("season", "close", now=AFTER, typed="\nTwo failed.\nNo time.\n")
    assert done.exit_code == 0
    assert done.output.startswith(
        "What was missed asks for a sentence. It is public, and it stays.\n"
        "  papers: 0 of 3 papers, 0.00\n"
    )
    verdict = record(log)["verdict"]
    assert isinstance(verdict, dict)
    assert verdict["misses"] == [
        {"goal": "papers", "sentence": "Two failed."}, {"goal": "tool", "sentence": "No time."},
    ]  # fmt: skip


def test_a_verdict_is_permanent(run: Run, log: Path) -> None:
    closed(run, log)
    before = (log / RECORD).read_bytes()
    write_entry(log, "late", "2026-12-30")
    write_entry(log, "later", "2026-12-31")
    stands = "Error: autumn was closed on 2027-01-02, and its verdict stands."
    for command in (
        ["season", "close", "autumn"], ["season", "amend", "--reason", "x"],
        ["forecast", "papers", "100%"], ["goal", "done", "papers", "--day", "2026-12-31"],
        ["evidence", "add", "papers", "goals.yml", "--day", "2026-12-31"],
    ):  # fmt: skip
        done = run(*command, now=AFTER)
        assert (done.exit_code, done.output[: len(stands)]) == (1, stands)
    assert (log / RECORD).read_bytes() == before
    shown = json.loads(run("season", "show", "--json", now=AFTER).output)
    assert shown["verdict"]["original"][0]["done"] == 1


def test_grades_as_promised_and_as_amended(run: Run, log: Path) -> None:
    run("season", "start", now=START)
    edit(log, "target: 3", "target: 1")
    run("season", "amend", "--reason", "Too much.", now=SOON)
    write_entry(log, "one", "2026-11-01")
    done = run("season", "close", "--dry-run", now=AFTER)
    assert done.output == (
        "Nothing is kept. As it stands, the season comes to 0.17 as promised, 0.50 as amended.\n"
        "  papers: 1 of 3 papers, 0.33 as promised; 1 of 1 papers, 1.00 as amended\n"
        "  tool: 0 of 1, 0.00\n"
        "Closing it asks for a sentence on: papers, tool.\n"
    )
    assert record(log)["verdict"] is None


def test_closing_early_says_why(run: Run, log: Path) -> None:
    run("season", "start", now=START)
    misses = ["--miss", "papers=x", "--miss", "tool=y"]
    without = run("season", "close", "--early", *misses, now=LATER)
    assert without.output.endswith('Error: Closing early needs a reason: --early --reason "…"\n')
    done = run("season", "close", "--early", "--reason", "A new post.", *misses, now=LATER)
    assert done.output.startswith("Closed on 2026-11-20, before its end: A new post.\n")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("papers", 'Error: No sentence on papers. Write it like --miss papers="…"\n'),
        ("papers= ", 'Error: No sentence on papers. Write it like --miss papers="…"\n'),
        ("paper=x", 'Error: There is no goal "paperz". Did you mean "papers"?\n'),
    ],
)
def test_sentences_that_say_nothing(run: Run, given: str, message: str) -> None:
    run("season", "start", now=START)
    given = given.replace("paper=", "paperz=")
    done = run("season", "close", "--miss", given, now=AFTER)
    assert done.exit_code != 0
    assert done.output.endswith(message)


def test_forecasts_are_kept_counted_by_week_and_scored(run: Run, log: Path) -> None:
    run("season", "start", now=START)
    assert (
        run("forecast", "papers", "60%", now=START).output == "papers: 60% (2026-W40, the first)\n"
    )
    assert run("forecast", "papers", "80%", now=START).output == (
        "papers: 80% (2026-W40; 60% earlier this week)\n"
    )  # fmt: skip
    assert run("forecast", "papers=70%", "tool=.9", now=SOON).output == (
        "papers: 70% (2026-W43; 80% in 2026-W40)\ntool: 90% (2026-W43, the first)\n"
    )
    assert run("forecast", now=LATER).output == (
        "papers  W40 80%, W43 70%\ntool    W43 90%\nNone this week (2026-W47) for: papers, tool.\n"
    )
    assert run("forecast", "papers", "70%", now=AFTER).output == (
        "Error: autumn ended on 2026-12-31: what comes now is no forecast. "
        "Grade it: tracker season close\n"
    )
    run("season", "close", "--miss", "papers=x", "--miss", "tool=y", now=AFTER)
    assert run("forecast", now=AFTER).output == (
        "papers  W40 80%, W43 70%: missed, Brier 0.565\n"
        "tool    W43 90%: missed, Brier 0.810\n"
        "Brier score 0.647 over 3 forecasts; always saying 50% scores 0.25.\n"
    )
    data = json.loads(run("forecast", "--json", now=AFTER).output)
    assert (data["made"], len(data["counted"]), data["brier"]["n"]) == (4, 3, 3)
    bins = json.loads(run("forecast", "--calibration", "--json", now=AFTER).output)
    assert [(b["goals"], b["came"], b["forecasts"]) for b in bins] == [(1, 0, 1), (2, 0, 2)]


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (["papers"], "Error: How likely is papers? Write it like: papers=70%\n"),
        (["papers=1%", "papers=2%"], "Error: papers has two forecasts in one line. Keep one.\n"),
        (["papres", "70%"], 'Error: There is no goal "papres". Did you mean "papers"?\n'),
        (["papers", "70"], 'Error: "70" is no probability. Write 70% or a share like 0.7.\n'),
        (["papers=50%", "nobody=60%"], 'Error: There is no goal "nobody". There is: papers, tool.\n'),
    ],
)  # fmt: skip
def test_forecasts_that_are_none_store_nothing(
    run: Run, log: Path, said: list[str], message: str
) -> None:
    run("season", "start", now=START)
    done = run("forecast", *said, now=SOON)
    assert done.exit_code != 0
    assert done.output.endswith(message)
    assert record(log)["forecasts"] == []


def test_a_link_counts_once_it_is_seen(
    run: Run, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("season", "start", now=START)
    done = run("evidence", "add", "tool", "doi:10.1234/ABC", "--note", "Tool 1.0", now=SOON)
    assert done.output == (
        "Added to tool for 2026-10-20: https://doi.org/10.1234/abc\n"
        "Unchecked: no answer (Network is unreachable). It counts once it is seen: tracker evidence check, or "
        "tracker evidence check 1 --seen\n"
    )
    unchecked = json.loads(run("evidence", "list", "tool", "--json", now=SOON).output)[0]
    assert (len(unchecked["counts"]), len(unchecked["not_counted"])) == (0, 1)
    monkeypatch.setattr(link_check, "_doi", lambda name: Check("found", "doi.org knows it"))
    assert run("evidence", "check", now=SOON).output == (
        "tool: https://doi.org/10.1234/abc: checked, doi.org knows it\n"
    )
    assert run("evidence", "list", "tool", now=SOON).output == (
        "tool: 1 counts\n  2026-10-20  Tool 1.0: https://doi.org/10.1234/abc (1)\n"
    )
    assert run("evidence", "check", now=SOON).output == (
        "Every link has been seen: there is nothing to check.\n"
    )
    assert run("evidence", "withdraw", "1", now=SOON).output == (
        "Took back https://doi.org/10.1234/abc for tool: it no longer counts.\n"
    )
    assert run("evidence", "list", "tool", now=SOON).output == "tool: nothing counts yet\n"
    rows = sqlite3.connect(log / ".tracker/tracker.db").execute("SELECT state FROM evidence_checks")
    assert [state for (state,) in rows] == ["unchecked", "found", "withdrawn"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["tool", "nothing.txt"], "nothing.txt: not found (no such file). Nothing was stored. Look it up and try again; if it is there for you, say so with --seen."),
        (["tool", ".tracker/tracker.db"], ".tracker/tracker.db is hidden, and nobody could open it. Publish it."),
        (["tool", "../x"], '"../x" lies outside the log. Give a path from its folder down.'),
        (["papers", "log/one/index.qmd"], "log/one/index.qmd counts for papers already: its front matter names the goal."),
        (["tools", "goals.yml"], 'There is no goal "tools". Did you mean "tool"?'),
        (["tool", "goals.yml", "--day", "2026-09-01"], "No season holds 2026-09-01, so no goal of it can be served. See goals.yml."),
        (["tool", "goals.yml", "--day", "2026-12-01"], "2026-12-01 is still to come; today is 2026-11-20. Give a day up to today."),
    ],
)  # fmt: skip
def test_evidence_that_is_none(run: Run, log: Path, arguments: list[str], message: str) -> None:
    write_entry(log, "one", "2026-11-01")
    done = run("evidence", "add", *arguments, now=LATER)
    assert (done.exit_code, done.output) == (1, f"Error: {message}\n")


def test_one_thing_counts_once(run: Run) -> None:
    run("evidence", "add", "tool", "https://Example.org/x", "--seen", now=SOON)
    done = run("evidence", "add", "tool", "https://example.org/x", now=SOON)
    assert done.output == (
        "Error: https://example.org/x is on the list for tool already (number 1, seen by hand). "
        "See: tracker evidence list\n"
    )


def test_a_tick_is_a_claim_and_never_counts(run: Run) -> None:
    done = run("goal", "done", "tool", now=SOON)
    assert done.output == (
        "tool: claimed for 2026-10-20. It counts for nothing yet.\n"
        "Show it: tracker evidence add tool URL|DOI|PATH, or publish an entry that names it.\n"
    )
    assert run("goal", "done", "tool", now=SOON).output == (
        "Error: tool is claimed already, on 2026-10-20. "
        "Show it: tracker evidence add tool URL|DOI|PATH\n"
    )
    assert run("evidence", "list", "tool", now=SOON).output == (
        "tool: nothing counts yet\n  2026-10-20  claimed (1), without evidence; not counted\n"
    )
    run("season", "start", now=SOON)
    graded = json.loads(run("season", "close", "--dry-run", "--json", now=AFTER).output)
    assert [item["grade"] for item in graded["original"]] == [0, 0]


def test_another_machine_goes_on_from_the_public_record(run: Run, log: Path) -> None:
    run("season", "start", now=START)
    run("forecast", "papers", "60%", now=START)
    for path in (log / ".tracker").glob("tracker.db*"):
        path.unlink()
    assert "papers  W40 60%" in run("forecast", now=SOON).output
    assert run("forecast", "papers", "70%", now=SOON).exit_code == 0
    made = record(log)["forecasts"]
    assert isinstance(made, list)
    assert [item["probability"] for item in made] == [0.6, 0.7]


def test_what_another_machine_wrote_is_not_overwritten(run: Run, log: Path) -> None:
    run("season", "start", now=START)
    here = (log / ".tracker/tracker.db").read_bytes()
    run("forecast", "papers", "60%", now=START)
    text = (log / RECORD).read_text(encoding="utf-8")
    for path in (log / ".tracker").glob("tracker.db*"):
        path.unlink()
    (log / ".tracker/tracker.db").write_bytes(here)
    done = run("forecast", "papers", "70%", now=SOON)
    assert done.exit_code == 1
    assert "holds 1 things that this database has never seen (the first: a forecast of 2026-10-01)" in done.output  # fmt: skip
    assert (log / RECORD).read_text(encoding="utf-8") == text


def test_the_next_season_marks_what_was_reached(run: Run, log: Path) -> None:
    closed(run, log)
    done = run("season", "new", now=AFTER)
    assert done.output.startswith(
        "- id: 2027-q1\n  title: January to March 2027\n  starts: 2027-01-01\n"
    )
    assert "    # not reached in autumn: 1 of 3 (0.33)\n    - id: papers\n" in done.output
    before = (log / "goals.yml").read_text(encoding="utf-8")
    written = run("season", "new", "--write", now=AFTER)
    assert written.exit_code == 0
    assert written.output.startswith("--- goals.yml\n+++ goals.yml, as written now\n")
    assert (log / "goals.yml").read_text(encoding="utf-8").startswith(before)
    assert run("season", "start", now=AFTER).exit_code == 0
    again = run("season", "new", "--write", "--id", "2027-q1", now=AFTER)
    assert again.exit_code == 1
    assert again.output.startswith("Error: The draft would not read, so nothing is written.")


def notices(run: Run, now: str) -> list[str]:
    found = json.loads(run("status", "--json", now=now).output)["notices"]
    assert isinstance(found, list)
    return found


def test_status_says_what_waits_for_a_word(run: Run, log: Path) -> None:
    assert notices(run, SOON) == ["autumn is not frozen yet: tracker season start"]
    run("season", "start", now=START)
    run("forecast", "papers=60%", "tool=0.9", now=SOON)
    assert notices(run, SOON) == []
    edit(log, "target: 3", "target: 2")
    assert notices(run, SOON) == [
        "goals.yml differs from what was promised in 1 place; it does not count until you say why: "
        'tracker season amend --reason "…"'
    ]
    run("season", "amend", "--reason", "Too much.", now=SOON)
    assert notices(run, SOON) == ["Waits: goal papers: target 3 → 2 (easier, from 2026-10-27)"]
    run("goal", "done", "tool", now=LATER)
    run("evidence", "add", "tool", "https://example.org/x", "--offline", now=LATER)
    assert notices(run, LATER) == [
        "tool: claimed without evidence, so it does not count.",
        "tool: https://example.org/x does not count (unchecked, the network was not asked). "
        "Look again: tracker evidence check",
        "No forecast this week: tracker forecast papers=…% tool=…%",
    ]
    assert notices(run, AFTER) == [
        "autumn ended on 2026-12-31. Give its verdict: tracker season close"
    ]
    run("season", "close", "--miss", "papers=x", "--miss", "tool=y", now=AFTER)
    assert notices(run, AFTER) == []


def test_status_counts_what_is_in_force(run: Run, log: Path) -> None:
    run("season", "start", now=START)
    edit(log, "target: 3", "target: 2")
    run("season", "amend", "--reason", "Too much.", now=SOON)
    for now, target in ((SOON, 3.0), (LATER, 2.0)):
        goals = json.loads(run("status", "--json", now=now).output)["goals"]
        assert goals[0]["target"] == target
    run("evidence", "add", "papers", "https://example.org/x", "--seen", now=LATER)
    run("goal", "done", "tool", now=LATER)
    goals = json.loads(run("status", "--json", now=LATER).output)["goals"]
    assert [goal["count"] for goal in goals] == [1.0, 0.0]


def test_habit_against_output_needs_eight_weeks(run: Run, log: Path) -> None:
    assert run("season", "output", now=SOON).output == (
        "No check-in yet, so there is nothing to compare.\n"
    )
    for week in range(10):
        for day in range(1 + week % 5):
            run(
                "checkin",
                "write=y",
                "--day",
                f"{date(2026, 10, 5) + timedelta(7 * week + day)}",
                now=AFTER,
            )
        if week % 5 > 2:
            write_entry(log, f"e{week}", f"{date(2026, 10, 9) + timedelta(7 * week)}")
    early = run("season", "output", now=SOON).output
    assert early == (
        "write: Write\n"
        "  the same week: no number: 2 whole weeks so far; below 8 a correlation says nothing\n"
        "  the following week: no number: 1 whole week so far; below 8 a correlation says nothing\n"
        "Observational: nobody drew lots for the weeks. Below 8 there is no number.\n"
    )
    found = json.loads(run("season", "output", "--json", now=AFTER).output)[0]
    same = found["by_lag_weeks"]["0"]
    assert same["n"] == 12
    assert same["low"] < same["rho"] < same["high"]
    assert same["rho"] > 0.6
    assert found["observational"] is True


def test_a_draft_does_not_count_until_it_is_published(run: Run, log: Path) -> None:
    write_entry(log, "one", "2026-11-01", goal="tool")
    path = log / "log/one/index.qmd"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("---\n", "---\ndraft: true\n", 1), encoding="utf-8")
    done = run("evidence", "add", "papers", "log/one/index.qmd", now=LATER)
    assert done.output == (
        "Added to papers for 2026-11-20: log/one/index.qmd\nIt does not count yet: a draft.\n"
    )
    assert run("evidence", "list", "papers", now=LATER).output == (
        "papers: nothing counts yet\n  2026-11-20  log/one/index.qmd (1): a draft; not counted\n"
    )
    path.write_text(text, encoding="utf-8")
    assert run("evidence", "list", "papers", now=LATER).output == (
        "papers: 1 counts\n  2026-11-01  one: log/one/index.qmd (1)\n"
    )


def test_a_season_shows_its_forecasts(run: Run) -> None:
    run("season", "start", now=START)
    assert "Forecasts" not in run("season", "show", now=SOON).output
    run("forecast", "papers", "70%", now=SOON)
    shown = run("season", "show", now=SOON).output
    assert "\nForecasts:\n  papers  W43 70%\n" in shown


def test_a_mistyped_step_is_named_with_its_group(run: Run) -> None:
    done = run("season", "strat")
    assert done.exit_code == 2
    assert done.output.endswith('Error: No such command "season strat". Did you mean "start"?\n')
