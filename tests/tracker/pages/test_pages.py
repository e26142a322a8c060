"""The progress pages: goldens, what they are made from, and what must never get in."""

from __future__ import annotations

import json
import os
import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import Result

from tracker.habits.model import Span
from tracker.pages.habit import rounded_shares
from tracker.seasons import history

Run = Callable[..., Result]
GOLDEN = Path(__file__).parent / "golden"
SECRET = "planted-secret"


def progress(log: Path) -> dict[str, str]:
    folder = log / "progress"
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def entry(
    log: Path, name: str, day: str, goals: str = "[papers]", kind: str = "reproduction"
) -> None:
    path = log / "log" / name / "index.qmd"
    path.parent.mkdir(parents=True)
    path.write_text(f'---\ntitle: "On *{name}*"\ndate: {day}\nkind: {kind}\ngoals: {goals}\n---\n')


@pytest.fixture
def kept(run: Run, log: Path) -> Path:
    """A log with three weeks of answers and an entry."""
    entry(log, "months", "2026-10-20")
    for back in range(21, 0, -1):
        answers = [f"write={'n' if back % 5 == 0 else 'y'}", f"feeds={back}"]
        answers += ["read=y"] if back % 3 == 0 else []
        result = run("checkin", *answers, "--day", f"-{back}")
        assert result.exit_code == 0, result.output
    run("checkin", "run=3", "--day", "-3", "--note", "slow | <b>but</b> *fine*", "--public")
    run("checkin", "write=skip", "--note", SECRET)
    run("checkin", "diary=y # " + SECRET, "--public")
    return log


def test_pages_as_they_should_be(run: Run, kept: Path) -> None:
    """Compare with the goldens; TRACKER_GOLDEN=write makes them anew."""
    assert run("pages").output == "progress/: 7 written, 0 unchanged.\n"
    made = progress(kept)
    if os.environ.get("TRACKER_GOLDEN") == "write":
        for name, text in made.items():
            target = GOLDEN / name.replace("/", "-")
            target.parent.mkdir(exist_ok=True)
            target.write_text(text, encoding="utf-8")
    golden = {path.name: path.read_text(encoding="utf-8") for path in sorted(GOLDEN.iterdir())}
    assert {name.replace("/", "-"): text for name, text in made.items()} == golden


def test_one_build_applies_each_rule_once_to_a_habit(
    run: Run, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: Counter[tuple[str, str]] = Counter()

    def counted(rule: str) -> None:
        original = getattr(history, rule)

        def apply(spans: Sequence[Span], *arguments: object) -> object:
            calls[rule, spans[0].habit.id] += 1
            return original(spans, *arguments)

        monkeypatch.setattr(history, rule, apply)

    for rule in ("rested", "strengths"):
        counted(rule)
    run("pages")
    public = {"write", "read", "run", "feeds"}
    assert calls == {(rule, habit): 1 for rule in ("rested", "strengths") for habit in public}


def test_a_second_run_writes_nothing(run: Run, kept: Path) -> None:
    run("pages")
    before = {path: path.stat().st_mtime_ns for path in (kept / "progress").rglob("*")}
    assert run("pages").output == "progress/: 0 written, 7 unchanged.\n"
    assert {path: path.stat().st_mtime_ns for path in (kept / "progress").rglob("*")} == before


def test_nothing_private_gets_in(run: Run, kept: Path) -> None:
    run("pages")
    for name, text in progress(kept).items():
        assert SECRET not in text, name
        assert "diary" not in text.casefold(), name
    assert "slow \\| &lt;b&gt;but&lt;/b&gt; \\*fine\\*" in progress(kept)["habits/run.qmd"]


def test_a_habit_that_becomes_private_leaves_no_page_behind(run: Run, kept: Path) -> None:
    run("pages")
    text = (kept / "goals.yml").read_text(encoding="utf-8")
    (kept / "goals.yml").write_text(text.replace("title: Run", "title: Run\n        public: false"))
    assert run("pages").output.endswith("1 removed.\n")
    assert "habits/run.qmd" not in progress(kept)
    assert '"run"' not in progress(kept)["published.json"]
    # The same in a clone, which has only the record.
    (kept / "goals.yml").write_text(text, encoding="utf-8")
    run("pages")
    for path in (kept / ".tracker").rglob("*.db*"):
        path.unlink()
    (kept / "goals.yml").write_text(text.replace("title: Run", "title: Run\n        public: false"))
    run("pages")
    assert '"run"' not in progress(kept)["published.json"]
    assert not any("Run" in page for name, page in progress(kept).items() if "habits" not in name)


def test_pages_made_by_hand_are_left_alone(run: Run, log: Path) -> None:
    (log / "progress").mkdir()
    (log / "progress" / "mine.qmd").write_text("---\ntitle: Mine\n---\n")
    run("pages")
    assert "mine.qmd" in progress(log)


def test_no_check_in_yet(run: Run, log: Path) -> None:
    run("pages")
    made = progress(log)
    assert "published.json" not in made
    assert "No check-in yet" in made["index.qmd"]
    assert "No check-in yet" in made["_now.md"]
    assert "Sample data" not in "".join(made.values())


def test_a_clone_without_a_database_keeps_the_record_and_recounts_the_goals(
    run: Run, kept: Path
) -> None:
    run("pages")
    record = progress(kept)["published.json"]
    for path in (kept / ".tracker").rglob("*.db*"):
        path.unlink()
    entry(kept, "weekdays", "2026-11-25")
    result = run("pages", now="2026-12-01T12:00:00+00:00")
    assert result.exit_code == 0
    made = progress(kept)
    assert made["published.json"] == record
    assert "2 of 4 papers" in made["index.qmd"]
    assert "Check-ins until 23 November 2026" in made["index.qmd"]
    assert "As of 1 December 2026" in made["index.qmd"]


def test_another_machine_s_record_is_not_lost(run: Run, kept: Path) -> None:
    run("pages")
    before = progress(kept)
    for path in (kept / ".tracker").rglob("*.db*"):
        path.unlink()
    run("checkin", "write=y")
    result = run("pages")
    assert result.exit_code == 1
    assert (
        "answers that this database has never seen (the first: write on 2026-11-02)"
        in result.output
    )
    assert progress(kept) == before
    assert run("pages", "--replace").exit_code == 0


def test_undoing_the_only_answer_clears_the_record(run: Run, log: Path) -> None:
    run("checkin", "write=y")
    run("pages")
    run("undo")
    assert run("pages").exit_code == 0
    assert json.loads(progress(log)["published.json"])["habits"]["write"]["days"] == []


def test_sample_data_say_so_and_give_way(run: Run, log: Path) -> None:
    result = run("demo")
    assert result.exit_code == 0
    made = progress(log)
    assert json.loads(made["published.json"])["sample"] is True
    for name, text in made.items():
        assert "Sample data: " in text or name == "published.json", name
    assert not (log / ".tracker" / "tracker.db").exists()
    run("demo")
    assert progress(log) == made, "the same every time"
    run("pages")
    assert progress(log) == made, "a clone shows the sample, labelled"
    run("checkin", "write=y")
    assert run("pages").exit_code == 0
    assert "Sample data" not in "".join(progress(log).values())
    refused = run("demo")
    assert (refused.exit_code, "check-ins of its own" in refused.output) == (1, True)


def test_a_longer_sample_begins_like_a_shorter_one(run: Run, log: Path) -> None:
    run("demo", "--as-of", "2026-10-20")
    short = json.loads(progress(log)["published.json"])["habits"]["write"]["days"]
    run("demo")
    longer = json.loads(progress(log)["published.json"])["habits"]["write"]["days"]
    assert longer[: len(short) - 2] == short[:-2]


def test_a_damaged_record_is_not_overwritten(run: Run, log: Path) -> None:
    (log / "progress").mkdir()
    (log / "progress" / "published.json").write_text('{"version": 1}')
    result = run("pages")
    assert (result.exit_code, "not a public record" in result.output) == (1, True)
    assert progress(log) == {"published.json": '{"version": 1}'}


def test_a_broken_entry_stops_the_pages(run: Run, log: Path) -> None:
    entry(log, "bad", "soon")
    result = run("pages")
    assert result.output == (
        "Error: log/bad/index.qmd:3: date: an entry that serves a goal needs one: 2026-10-01.\n"
        "No page was written.\n"
    )
    assert not (log / "progress").exists()


def test_past_seasons_have_pages_of_their_own(run: Run, kept: Path) -> None:
    text = (kept / "goals.yml").read_text(encoding="utf-8")
    following = "  - id: winter\n    title: Winter\n    starts: 2027-01-01\n    ends: 2027-03-31\n"
    (kept / "goals.yml").write_text(text + following, encoding="utf-8")
    assert run("pages", now="2027-01-02T12:00:00+00:00").exit_code == 0
    made = progress(kept)
    assert "[Autumn 2026](autumn.qmd)" in made["index.qmd"]
    assert "Autumn 2026 ended on 31 December 2026" in made["autumn.qmd"]
    assert "1 of 4 papers" in made["autumn.qmd"]


WILD = (
    '"\\"Quotes\\" {{< include x >}} ``` <script>alert(1)</script> *b* [l](u) @key $m$ | \\u202e"'
)


def test_wild_titles_stay_text(run: Run, log: Path) -> None:
    text = (log / "goals.yml").read_text(encoding="utf-8")
    for title in ("Autumn 2026", "Publish papers", "Write"):
        text = text.replace(f"title: {title}", f"title: {WILD}")
    (log / "goals.yml").write_text(text, encoding="utf-8")
    run("demo")
    for name, page in progress(log).items():
        if name.endswith(("qmd", "md")):
            assert "{{<" not in page, name
            assert "<script" not in page, name
            assert "\u202e" not in page, name
            assert page.count("```") % 2 == 0, name


def test_charts_are_well_formed_and_tell_their_story(run: Run, kept: Path) -> None:
    run("pages")
    charts = 0
    for name, page in progress(kept).items():
        for block in re.findall(r"```\{=html\}\n(.*?)\n```", page, re.DOTALL):
            ElementTree.fromstring(f"<div>{block.replace('&#160;', ' ')}</div>")
            assert "\n\n" not in block, name
        for chart in re.findall(r"<svg.*?</svg>", page, re.DOTALL):
            charts += 1
            root = ElementTree.fromstring(chart)
            tags = [child.tag.rpartition("}")[2] for child in root]
            assert root.attrib["role"] == "img"
            assert tags[:2] == ["title", "desc"]
        idents = re.findall(r' id="([^"]+)"', page)
        assert len(idents) == len(set(idents)), name
        assert page.count("<svg") == page.count("<details"), name
    assert charts == 1 + 2 * 4  # a goal's pace; each habit's strength and year


def test_shares_add_up() -> None:
    assert rounded_shares([82, 15, 3]) == [82, 15, 3]
    assert rounded_shares([1, 1, 1]) == [34, 33, 33]
    assert sum(rounded_shares([7, 0, 6])) == 100


def test_the_public_record_is_what_the_database_holds(run: Run, kept: Path) -> None:
    run("pages")
    record = json.loads(progress(kept)["published.json"])
    assert list(record["habits"]) == ["write", "read", "run", "feeds"]
    assert record["habits"]["write"]["provenance"] == {"same_day": 1, "backfilled": 21, "edited": 0}
    with closing(sqlite3.connect(kept / ".tracker" / "tracker.db")) as connection:
        query = "SELECT day, answer FROM current_checkins WHERE habit = 'write' ORDER BY day"
        rows = connection.execute(query).fetchall()
    assert [(day["day"], day["answer"]) for day in record["habits"]["write"]["days"]] == rows
