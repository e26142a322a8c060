from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.errors import TrackerError
from tracker.goals.evidence import LogEntry, evidence_for, in_prose
from tracker.goals.model import Goal, Season
from tracker.workspace import entries as log_entries
from tracker.workspace.entries import (
    entry_of,
    head_of,
    read_log,
    unknown_goals,
)

SEASON = Season("s", "S", date(2026, 10, 1), date(2026, 12, 31))
TODAY = date(2026, 11, 23)
FRONT = "---\ntitle: T\ndate: {date}\nkind: {kind}\ngoals: {goals}\ndraft: {draft}\n---\n\nWords.\n"


def entry(
    day: str = "2026-11-01",
    kind: str = "reproduction",
    goals: str = "[papers]",
    draft: str = "false",
) -> LogEntry:
    return entry_of(FRONT.format(date=day, kind=kind, goals=goals, draft=draft), "log/a/index.qmd")


@pytest.mark.parametrize(
    ("evidence", "made", "counts"),
    [
        ("reproduction", entry(), True),
        ("Reproduction", entry(), True),
        ("reproduction", entry(kind="note"), False),
        ("entry", entry(kind="note"), True),
        ("", entry(kind="''"), True),
        ("Any entry with its ledger.", entry(kind="note"), True),
        ("reproduction", entry(draft="true"), False),
        ("reproduction", entry(goals="[others]"), False),
        ("reproduction", entry(goals="papers"), True),
        ("reproduction", entry(day="2026-09-30"), False),
        ("reproduction", entry(day="2026-11-23"), True),
        ("reproduction", entry(day="2026-11-24"), False),
        ("reproduction", entry(day="2026-11-20 10:00"), True),
        ("reproduction", entry(day='"2026-11-20"'), True),
    ],
)
def test_what_counts_as_evidence(evidence: str, made: LogEntry, counts: bool) -> None:
    goal = Goal("papers", "Papers", evidence=evidence)
    assert bool(evidence_for(goal, SEASON, [made], TODAY)) is counts


def test_prose_about_evidence_is_shown() -> None:
    assert in_prose(Goal("g", "G", evidence="Two reviewers say so.")) == "Two reviewers say so."
    assert in_prose(Goal("g", "G", evidence="release")) == ""


def test_the_log_is_read_from_disk(tmp_path: Path) -> None:
    for name in (
        "2026-11-01-a/index.qmd",
        "b.qmd",
        "index.qmd",
        "_draft.qmd",
        "2026-11-01-a/other.qmd",
    ):
        path = tmp_path / "log" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(FRONT.format(date="2026-11-01", kind="note", goals="[g]", draft="false"))
    entries, problems = read_log(tmp_path)
    assert [one.path for one in entries] == ["log/2026-11-01-a/index.qmd", "log/b.qmd"]
    assert problems == []
    assert unknown_goals(entries[:1], {"papers"}) == [
        'log/2026-11-01-a/index.qmd: goals: no season of goals.yml has a goal "g".'
    ]
    assert unknown_goals(entries, {"papers"}) == [
        'log/2026-11-01-a/index.qmd and 1 other: goals: no season of goals.yml has a goal "g".'
    ]
    (tmp_path / "log" / "b.qmd").write_text("---\ntitle: [\n---\n")
    assert read_log(tmp_path)[1][0].startswith("log/b.qmd:3: not YAML")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("---\ntitle: T\n", "x:1: the front matter has no end. Close it with a line of ---."),
        ("---\n- a\n---\n", "x:2: the front matter is no mapping of keys. Write key: value."),
        ("---\ntitle: T\ndate: soon\ngoals: [g]\n---\n", "x:3: date: an entry that serves a goal needs one: 2026-10-01."),
    ],
)  # fmt: skip
def test_front_matter_that_cannot_count(text: str, message: str) -> None:
    with pytest.raises(TrackerError) as caught:
        entry_of(text, "x")
    assert str(caught.value) == message


def test_an_entry_without_front_matter_serves_no_goal() -> None:
    assert entry_of("Just words.", "log/a.qmd") == LogEntry("log/a.qmd", "log/a.qmd", None)


def test_a_goal_that_is_nearly_known_is_guessed() -> None:
    said = unknown_goals([entry(goals="[paper]")], {"papers"})
    assert said[0].endswith('has a goal "paper". Did you mean "papers"?')


@pytest.fixture
def three(tmp_path: Path) -> tuple[Path, str]:
    """A log of three entries, one of which cannot be read, and where to keep what they say."""
    (tmp_path / "log").mkdir()
    for name in ("a", "b"):
        text = FRONT.format(date="2026-11-01", kind="note", goals="[g]", draft="false")
        (tmp_path / "log" / f"{name}.qmd").write_text(text + "é" * 9000, encoding="utf-8")
    (tmp_path / "log" / "c.qmd").write_text("---\ntitle: [\n---\n")
    return tmp_path, str(tmp_path / ".tracker" / "log.json")


def test_a_log_that_is_known_is_the_log_that_is_read(
    three: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    root, cache = three
    first = read_log(root, cache)
    assert first == read_log(root)
    assert [len(part) for part in first] == [2, 1]
    read: list[str] = []

    def counted(text: str, name: str) -> LogEntry:
        read.append(name)
        return entry_of(text, name)

    monkeypatch.setattr(log_entries, "entry_of", counted)
    assert read_log(root, cache) == first
    assert read == ["log/c.qmd"]  # what cannot be read is said again each time


def test_a_change_is_seen_whatever_the_clock_says(three: tuple[Path, str]) -> None:
    root, cache = three
    read_log(root, cache)
    path = root / "log" / "a.qmd"
    before = path.stat()
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("[g]", "[h]"), encoding="utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size
    assert [one.goals for one in read_log(root, cache)[0]] == [("h",), ("g",)]
    path.unlink()
    assert [one.path for one in read_log(root, cache)[0]] == ["log/b.qmd"]
    assert list(log_entries.loaded(Path(cache).read_text("utf-8"))) == ["log/b.qmd"]


@pytest.mark.parametrize(
    "spoilt", ["", "{", "[]", "[0, []]", "[1, [[1]]]", "[" * 9999, '[1, [["", "p", "t", "x", "", [], false]]]']
)  # fmt: skip
def test_a_spoilt_cache_is_made_anew(three: tuple[Path, str], spoilt: str) -> None:
    root, cache = three
    first = read_log(root, cache)
    sound = Path(cache).read_text("utf-8")
    Path(cache).write_text(spoilt)
    assert read_log(root, cache) == first
    assert json.loads(Path(cache).read_text("utf-8")) == json.loads(sound)


def test_a_log_that_cannot_keep_a_cache_does_without(three: tuple[Path, str]) -> None:
    root, _ = three
    (root / "file").write_text("no folder")
    assert read_log(root, str(root / "file" / "log.json")) == read_log(root)


LINES = st.sampled_from(
    ["---", "--- ", "---\u00a0", "...", "title: T", "date: 2026-11-01", "goals: [g]", "draft: true",
     "", "é", "\u2028", "\x0c---", "--", "----", "a\rb", "- x"]
)  # fmt: skip


@given(
    st.lists(LINES, max_size=9), st.sampled_from(["\n", "\r\n", "\r"]), st.booleans(), st.booleans()
)
def test_the_head_says_what_the_whole_document_says(
    tmp_path_factory: pytest.TempPathFactory,
    lines: list[str],
    newline: str,
    marked: bool,
    fenced: bool,
) -> None:
    path = tmp_path_factory.mktemp("head", numbered=True) / "x.qmd"
    lines = ["---", *lines] if fenced else lines
    whole = newline.join(lines)
    path.write_bytes(whole.encode("utf-8-sig" if marked else "utf-8"))

    def said(text: str) -> LogEntry | str:
        try:
            return entry_of(text, "x")
        except TrackerError as error:
            return str(error)

    assert said(head_of(path)) == said(whole)
