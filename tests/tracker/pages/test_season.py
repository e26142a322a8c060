"""What the progress pages say of promises, amendments, forecasts, evidence and verdicts."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.tracker.autumn import (
    AFTER,
    LATER,
    SEASON,
    SOON,
    START,
    edit,
    sealed,  # noqa: F401 - no test asks the network
    write_entry,
)
from tests.tracker.conftest import Run

NASTY = "<script>alert(1)</script> *x* {{< include /etc/passwd >}} | `y` [z](javascript:a)"


@pytest.fixture
def log(log: Path) -> Path:
    (log / "goals.yml").write_text(SEASON, encoding="utf-8")
    return log


def text_of(log: Path, name: str = "index.qmd") -> str:
    return (log / "progress" / name).read_text(encoding="utf-8")


def everything(log: Path) -> str:
    files = [path for path in (log / "progress").rglob("*") if path.is_file()]
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


def amended(run: Run, log: Path, reason: str = "It needs twice the time.") -> None:
    run("season", "start", now=START)
    edit(log, "target: 3", "target: 2")
    edit(log, "PLANTED-SECRET", "PLANTED-SECRET-TOO")
    run("season", "amend", "--reason", reason, now=SOON)


def test_an_unfrozen_season_says_nothing_of_promises(run: Run, log: Path) -> None:
    run("pages", now=SOON)
    assert "frozen" not in everything(log)
    assert not (log / "progress/archive.qmd").exists()


def test_the_page_shows_each_amendment_with_its_reason_and_day(run: Run, log: Path) -> None:
    amended(run, log)
    run("pages", now=SOON)
    page = text_of(log)
    assert "What was promised is frozen since 1 October 2026. It was amended once." in page
    assert "### 20 October 2026 {#amendment-1}\n\n> It needs twice the time." in page
    assert (
        '<tr><th scope="row">goal papers: target</th><td>3</td><td>2</td><td>'
        '<span class="tk-easier">easier</span>, from 27 October 2026</td></tr>'
    ) in page
    assert "0 of 3 papers" in page
    run("pages", now=LATER)
    assert "0 of 2 papers" in text_of(log)


def test_the_page_says_that_goals_yml_differs(run: Run, log: Path) -> None:
    run("season", "start", now=START)
    edit(log, "target: 3", "target: 2")
    edit(log, "PLANTED-SECRET", "PLANTED-SECRET-TOO")
    run("pages", now=SOON)
    page = text_of(log)
    assert 'callout-warning title="goals.yml differs from what was promised"' in page
    assert "- goal papers: target 3 → 2 (easier, from 2026-10-27)\n:::" in page
    assert "`goals.yml` differs from what was promised" in text_of(log, "_now.md")
    assert "PLANTED" not in everything(log)


def test_no_secret_reaches_any_page(run: Run, log: Path) -> None:
    amended(run, log)
    run("checkin", "write=y", "diary=y # PLANTED-NOTE", now=SOON)
    run("forecast", "papers=60%", now=SOON)
    run("season", "close", "--miss", "papers=x", "--miss", "tool=y", now=AFTER)
    run("pages", now=AFTER)
    assert "PLANTED" not in everything(log)
    assert "diary" not in everything(log)


def test_words_from_a_person_are_no_markup(run: Run, log: Path) -> None:
    amended(run, log, reason=NASTY)
    run("evidence", "add", "tool", "https://example.org/a](b)", "--note", NASTY, "--seen", now=SOON)
    run("season", "close", "--miss", f"papers={NASTY}", "--miss", f"tool={NASTY}", now=AFTER)
    run("pages", now=AFTER)
    for name in ("index.qmd", "archive.qmd"):
        page = text_of(log, name)
        assert "<script" not in page
        assert not re.search(r"(?<!\\)\{\{<", page)
        prose = re.sub(r"```\{=html\}.*?```", "", page, flags=re.DOTALL)
        assert not re.search(r"(?<!\\)\]\(javascript", prose)


def test_what_counts_and_what_does_not_stand_apart(run: Run, log: Path) -> None:
    run("season", "start", now=START)
    run("evidence", "add", "tool", "https://example.org/x", "--offline", now=SOON)
    run(
        "evidence", "add", "tool", "https://example.org/y", "--note", "Tool 1.0", "--seen", now=SOON
    )
    run("evidence", "add", "papers", "goals.yml", now=SOON)
    run("goal", "done", "papers", now=SOON)
    run("pages", now=SOON)
    page = text_of(log)
    assert "- [Tool 1.0](https://example.org/y), 20 October 2026, seen by hand\n" in page
    assert (
        "(https://example.org/x), 20 October 2026: *unchecked, the network was not asked*, not counted\n"
        in page
    )
    assert "- `goals.yml`, 20 October 2026, checked\n" in page
    assert "- *Claimed* on 20 October 2026, without evidence; not counted\n" in page


def test_the_verdict_stays_while_the_log_goes_on(run: Run, log: Path) -> None:
    amended(run, log)
    run("forecast", "papers=60%", now=SOON)
    write_entry(log, "one", "2026-11-01")
    run("season", "close", "--miss", "papers=It failed.", "--miss", "tool=No time.", now=AFTER)
    write_entry(log, "two", "2026-11-02")
    write_entry(log, "three", "2026-11-03")
    run("pages", now=AFTER)
    page = text_of(log)
    verdict = page[page.index("## Verdict") : page.index("## Goals")]
    assert (
        '<tr><th scope="row">Publish papers</th><td><span class="tk-number">0.33</span> (1 of 3 papers)'
        '</td><td><span class="tk-number">0.50</span> (1 of 2 papers)</td></tr>'
    ) in verdict
    assert "- **Publish papers.** It failed." in verdict
    assert '<tr><th scope="row">papers</th><td>missed</td><td>0.36</td><td>60%</td></tr>' in page
    archive = text_of(log, "archive.qmd")
    assert (
        '<tr><th scope="row"><a href="index.html">Autumn</a></th><td>1 October 2026 to 31 December '
        "2026</td><td>0.17</td><td>0.25</td><td>0.36</td></tr>"
    ) in archive
    assert '<tr><th scope="row">60% to 80%</th><td>60%</td><td>0 of 1</td>' in archive


def test_a_clone_without_a_database_draws_the_same_pages(run: Run, log: Path) -> None:
    amended(run, log)
    run("forecast", "papers=60%", now=SOON)
    run("evidence", "add", "tool", "https://example.org/y", "--seen", now=SOON)
    run("pages", now=LATER)
    before = everything(log)
    for path in (log / ".tracker").rglob("*.db*"):
        path.unlink()
    assert "0 written" in run("pages", now=LATER).output
    assert everything(log) == before


def test_pages_as_of_an_earlier_day_know_nothing_of_later_ones(run: Run, log: Path) -> None:
    amended(run, log)
    run("season", "close", "--miss", "papers=x", "--miss", "tool=y", now=AFTER)
    run("pages", "--as-of", "2026-10-02", now=AFTER)
    page = text_of(log)
    assert "frozen since" in page
    assert "## Verdict" not in page
    assert "## Amendments" not in page


def test_reports_get_a_page_and_a_feed_once_they_are_published(run: Run, log: Path) -> None:
    path = log / "log" / "2026-10-18-review-2026-w42" / "index.qmd"
    path.parent.mkdir(parents=True)
    draft = "---\ntitle: W42\ndate: 2026-10-18\nkind: review\ngoals: []\ndraft: true\n---\n"
    path.write_text(draft, encoding="utf-8")
    run("pages", now=SOON)
    assert not (log / "progress/reviews.qmd").exists()
    path.write_text(draft.replace("draft: true\n", ""), encoding="utf-8")
    run("pages", now=SOON)
    page = text_of(log, "reviews.qmd")
    assert '    - "/log/2026-10-18-review-2026-w42/index.qmd"\n' in page
    assert "  feed: true\n" in page
    assert "[Reports](reviews.qmd)" in text_of(log)


def test_habit_against_output_is_refused_below_eight_weeks(run: Run, log: Path) -> None:
    run("season", "start", now=START)
    for day in range(1, 20):
        run("checkin", "write=y", "--day", f"2026-10-{day:02d}", now=SOON)
    run("pages", now=SOON)
    assert (
        "<td>either week</td><td>none: 2 whole weeks so far; below 8 a correlation says nothing"
        "</td><td></td><td></td><td>2</td>"
    ) in text_of(log, "archive.qmd")


def test_a_season_taken_out_of_goals_yml_still_stands_as_promised(run: Run, log: Path) -> None:
    run("season", "start", now=START)
    edit(log, "id: autumn", "id: other")
    edit(log, "target: 3", "target: 1")
    status = json.loads(run("status", "--json", now=SOON).output)
    assert status["season"]["id"] == "autumn"
    assert status["goals"][0]["target"] == 3
    assert status["notices"] == [
        "goals.yml no longer holds autumn, which was promised. Put it back."
    ]
    run("pages", now=SOON)
    page = text_of(log)
    assert 'callout-warning title="goals.yml no longer holds this season"' in page
    assert "0 of 3 papers" in page
    assert "PLANTED" not in everything(log)
