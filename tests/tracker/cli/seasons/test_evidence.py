"""What counts for a goal: links that are seen, and neither ticks nor drafts."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from tests.tracker.autumn import (
    AFTER,
    LATER,
    SOON,
    START,
    write_entry,
)
from tests.tracker.conftest import Run
from tracker.workspace import link_check
from tracker.workspace.link_check import Check


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
        "tool: https://doi.org/10.1234/abc: checked on 2026-10-20, doi.org knows it\n"
    )
    assert run("evidence", "list", "tool", now=SOON).output == (
        "tool: 1 counts\n  2026-10-20  Tool 1.0: https://doi.org/10.1234/abc (1)\n"
        "      checked on 2026-10-20, doi.org knows it\n"
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
        "      checked on 2026-11-20, in the log\n"
    )
