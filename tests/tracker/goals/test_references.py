from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.errors import TrackerError
from tracker.goals.evidence import LogEntry
from tracker.goals.links import CLAIM, Link, goal_evidence, with_links
from tracker.goals.model import Goal, Season
from tracker.goals.references import Reference, parse_reference

DAY = date(2026, 11, 20)
TODAY = date(2026, 11, 23)
GOAL = Goal("papers", "Publish", 2.0, evidence="reproduction")
SEASON = Season("s", "S", date(2026, 10, 1), date(2026, 12, 31), (GOAL, Goal("notes", "Note")))


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("10.1234/ABC.5", Reference("doi", "10.1234/abc.5")),
        ("doi:10.1234/abc.5.", Reference("doi", "10.1234/abc.5")),
        ("DOI:10.1234/abc(5)", Reference("doi", "10.1234/abc(5)")),
        ("https://doi.org/10.1234/a%3Cb", Reference("doi", "10.1234/a<b")),
        ("http://dx.doi.org/10.1234/abc", Reference("doi", "10.1234/abc")),
        ("arXiv:2405.14860v2", Reference("doi", "10.48550/arxiv.2405.14860")),
        ("HTTPS://Example.ORG:443/Paper?x=1#s", Reference("url", "https://example.org/Paper?x=1#s")),
        ("http://example.org:8080/a", Reference("url", "http://example.org:8080/a")),
        ("https://example.org/a_(b)", Reference("url", "https://example.org/a_(b)")),
        ("https://example.org/a).", Reference("url", "https://example.org/a")),
        ("log/2026-11-23-x/index.qmd", Reference("file", "log/2026-11-23-x/index.qmd")),
        ("./analyses\\circular\\results\\a.json", Reference("file", "analyses/circular/results/a.json")),
    ],
)  # fmt: skip
def test_one_thing_has_one_spelling(text: str, reference: Reference) -> None:
    assert parse_reference(text) == reference


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", '"" is no evidence. Give a DOI, a web address or a path.'),
        ("two words", '"two words" is no evidence. Give a DOI, a web address or a path.'),
        ("10.12/x", '"10.12/x" is no DOI. A DOI looks like 10.48550/arXiv.2405.14860.'),
        ("doi:x", '"doi:x" is no DOI. A DOI looks like 10.48550/arXiv.2405.14860.'),
        ("ftp://example.org/x", '"ftp://example.org/x" is no web address. Write it out, like https://example.org/paper.'),
        ("https://localhost/x", '"https://localhost/x" is no web address. Write it out, like https://example.org/paper.'),
        ("javascript:alert(1)", '"javascript:alert(1)" is no web address. Write it out, like https://example.org/paper.'),
        ("https://example.org:x/", '"https://example.org:x/" is no web address. Copy it once more.'),
        ("https://me:secret@example.org/", "A web address with a name or password in it would publish them."),
        ("../secret.txt", '"../secret.txt" lies outside the log. Give a path from its folder down.'),
        ("/etc/passwd", '"/etc/passwd" lies outside the log. Give a path from its folder down.'),
        ("C:\\x", '"C:\\x" lies outside the log. Give a path from its folder down.'),
        ("log//x", '"log//x" is no path. Write it like log/2026-11-23-title/index.qmd.'),
    ],
)  # fmt: skip
def test_what_is_no_evidence(text: str, message: str) -> None:
    with pytest.raises(TrackerError) as caught:
        parse_reference(text)
    assert str(caught.value) == message


@given(st.text(max_size=40))
def test_any_text_is_a_reference_or_refused_and_its_spelling_stays(text: str) -> None:
    try:
        reference = parse_reference(text)
    except TrackerError:
        return
    assert parse_reference(reference.target) == reference
    assert not any(mark.isspace() for mark in reference.address)


def test_a_doi_has_an_address_a_browser_takes() -> None:
    assert parse_reference("10.1234/a<b>c").address == "https://doi.org/10.1234/a%3Cb%3Ec"


def link(number: int = 1, **fields: object) -> Link:
    given = {
        "season": "s", "goal": "papers", "scheme": "doi", "target": "10.1234/x", "day": DAY,
        "note": "", "added_at": "", "state": "found",
    } | fields  # fmt: skip
    return Link(number, **given)  # type: ignore[arg-type]


def standing_of(*links: Link, entries: tuple[LogEntry, ...] = ()) -> tuple[int, int, int]:
    found = with_links(entries, links, SEASON)
    shown = goal_evidence(GOAL, SEASON, found, links, TODAY)
    return len(shown.evidence), len(shown.waiting), len(shown.claims)


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({}, (1, 0, 0)),
        ({"state": "seen"}, (1, 0, 0)),
        ({"state": "unchecked"}, (0, 1, 0)),
        ({"state": "gone"}, (0, 1, 0)),
        ({"state": "withdrawn"}, (0, 0, 0)),
        ({"scheme": CLAIM, "target": ""}, (0, 0, 1)),
        ({"scheme": CLAIM, "target": "", "state": "unchecked"}, (0, 0, 1)),
        ({"day": date(2026, 9, 30)}, (0, 1, 0)),
        ({"day": date(2026, 11, 24)}, (0, 0, 0)),
        ({"season": "other"}, (0, 0, 0)),
        ({"goal": "notes"}, (0, 0, 0)),
    ],
)
def test_what_counts_of_a_link(fields: dict[str, object], shown: tuple[int, int, int]) -> None:
    assert standing_of(link(**fields)) == shown


def test_a_link_to_an_entry_counts_by_the_entry_itself() -> None:
    path = "log/a/index.qmd"
    given = link(scheme="file", target=path)
    right = LogEntry(path, "A", DAY, "reproduction")
    assert standing_of(given, entries=(right,)) == (1, 0, 0)
    assert standing_of(given, entries=(right._replace(draft=True),)) == (0, 1, 0)
    assert standing_of(given, entries=(right._replace(kind="note"),)) == (0, 1, 0)
    assert standing_of(given, entries=(right._replace(goals=("papers",)),)) == (1, 0, 0)


def test_one_address_can_serve_two_goals() -> None:
    links = [link(1), link(2, goal="notes")]
    found = with_links([], links, SEASON)
    assert [entry.goals for entry in found] == [("papers",), ("notes",)]


@pytest.mark.parametrize(
    ("state", "entry", "reason"),
    [
        ("unchecked", None, "unchecked, it said so"),
        ("gone", None, "not found, it said so"),
        ("found", {"draft": True}, "a draft"),
        ("found", {"kind": "note"}, "of the kind note, where reproduction is asked for"),
        ("found", {"kind": ""}, "of the kind none, where reproduction is asked for"),
        ("found", {"day": date(2026, 9, 30)}, "dated outside the season"),
        ("found", {"day": None}, "dated outside the season"),
        ("found", {"day": date(2026, 12, 1)}, "dated after today"),
    ],
)
def test_what_does_not_count_says_why(
    state: str, entry: dict[str, object] | None, reason: str
) -> None:
    path = "log/a/index.qmd"
    given = link(scheme="file", target=path, state=state, detail="it said so")
    made = LogEntry(path, "A", DAY, "reproduction")._replace(**(entry or {}))  # type: ignore[arg-type]
    found = with_links((made,) if entry is not None else (), [given], SEASON)
    assert goal_evidence(GOAL, SEASON, found, [given], TODAY).waiting == ((given, reason),)
