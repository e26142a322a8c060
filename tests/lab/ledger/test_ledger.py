"""The ledger's page, badge and feed: whole, safe, and the same when made twice."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from lab.cli.main import main
from lab.declared.value_at import Chance, Reading
from lab.ledger import history, judge, site_files
from lab.ledger import rows as ledger
from lab.ledger.feed import feed
from lab.ledger.history import Books, Change
from lab.ledger.html import (
    link,
    number,
    safe,
    strip,
)
from lab.ledger.page import badge, page
from lab.ledger.rows import Row
from lab.results.study import Project
from tests.lab.made_project import ROOT, MadeProject, effect

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ENTRY = "log/2026-11-20-rings"


@pytest.fixture
def project(tmp_path: Path) -> MadeProject:
    made = MadeProject(tmp_path / "project")
    made.claims(f"entry: {ENTRY}\n" + (made.study / "claims.yml").read_text())
    (made.root / ENTRY).mkdir(parents=True)
    (made.root / "_quarto.yml").write_text("website:\n  site-url: https://log.example/\n")
    made.commit("2026-11-05T00:00:00+00:00")
    made.record({"share": effect(0.62)})
    history.update(Project(made.root), NOW)
    return made


def rows(root: Path = ROOT) -> list[Row]:
    return ledger.rows([judge.judge(each) for each in Project(root).studies()])


def contents(root: Path) -> dict[str, str]:
    judged = [judge.judge(each) for each in Project(root).studies()]
    return site_files.contents(root, Books(judged, history.read(root), []))


def write(project: MadeProject, now: datetime = NOW) -> list[str]:
    read = Project(project.root)
    return site_files.write(read, history.update(read, now))


def cells(text: str) -> list[str]:
    return [re.sub("<[^>]+>", " ", cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", text)]


def test_a_row_says_claim_ours_chance_and_verdict(project: MadeProject) -> None:
    said, claimed, ours, verdict = cells(page(rows(project.root)))[:4]
    assert "The share is 0.6." in said
    assert "On &lt;Rings&gt; &amp; &quot;Lines&quot;" in said
    assert "0.6 ± 0.1" in claimed
    assert "0.62 [0.57, 0.67]" in ours
    assert "n = 24" in ours
    assert "by chance 0.1 [0, 0.2], shuffled labels; p = 0.01" in ours
    assert "reproduced" in verdict


def test_a_row_leads_to_source_entry_and_figure(project: MadeProject) -> None:
    text = (project.study / "claims.yml").read_text()
    project.claims(text + "    figure: fig-ring\n")
    found = re.findall(r'href="([^"]+)"', page(rows(project.root)))
    assert "https://example.org/smith?a=1&amp;b=2" in found
    assert f"{ENTRY}/index.html" in found
    assert f"{ENTRY}/index.html#fig-ring" in found


def test_a_prediction_says_when_it_was_said_and_how_it_did(project: MadeProject) -> None:
    *_, said, probability, _, outcome = cells(page(rows(project.root)))
    assert "The share is above a half." in said
    assert "Rule: share is above 0.5, in result first." in said
    assert probability == "80%"
    assert "came true" in outcome
    assert "confirmatory, said 2026-11-05 in commit " in outcome
    assert "Brier 0.04" in outcome


def test_what_is_second_hand_says_so(project: MadeProject) -> None:
    text = (project.study / "claims.yml").read_text()
    project.claims(text.replace("where: Table 1", "where: Table 1, read: second-hand"))
    assert "(reported, to be confirmed)" in page(rows(project.root))


def test_a_second_writing_changes_nothing(project: MadeProject) -> None:
    first = write(project)
    assert sorted(first) == [
        "ledger.json", "ledger.xml", "ledger/_table.md",
        f"{ENTRY}/_badge.md", f"{ENTRY}/provenance.json",
    ]  # fmt: skip
    assert write(project) == []
    assert write(project, datetime(2027, 1, 1, tzinfo=UTC)) == []


def test_the_json_holds_the_rows_and_the_provenance(project: MadeProject) -> None:
    found = contents(project.root)
    row = json.loads(found["ledger.json"])["rows"][0]
    assert (row["verdict"], row["ours"]["mean"], row["high"]) == ("reproduced", 0.62, 0.7)
    result = json.loads(found[f"{ENTRY}/provenance.json"])["results"][0]
    assert result["provenance"]["model"] == "gpt2-small"
    assert result["file"] == "analyses/made/results/first.json"


def test_a_page_that_only_loads_a_result_has_its_provenance_beside_it(project: MadeProject) -> None:
    page_file = project.root / "log/2026-11-21-other/index.qmd"
    page_file.parent.mkdir()
    page_file.write_text('recorded = record.load("made")\nrecord.load("elsewhere")\n')
    found = contents(project.root)
    results = json.loads(found["log/2026-11-21-other/provenance.json"])["results"]
    assert [each["study"] for each in results] == ["made"]
    assert "log/2026-11-21-other/_badge.md" not in found


def test_a_badge_has_the_colours_of_its_verdicts(project: MadeProject) -> None:
    text = badge(rows(project.root), "../../")
    for look in (".lg-yes{", ".lg-verdict{", ":where(.lg-badge){"):
        assert look in text
    assert "lg-table" not in text


def test_a_badge_leads_to_its_rows(project: MadeProject) -> None:
    text = badge([row for row in rows(project.root) if row.entry], "../../")
    assert 'href="../../ledger.html?study=made&amp;verdict=reproduced"' in text
    assert "1 reproduced" in text


words = st.text(st.characters(exclude_categories=()), max_size=40)


@given(words, words)
def test_no_text_escapes_its_cell(states: str, model: str) -> None:
    row = Row("claim", "made", "x", states=f"{{{{< include /etc/hosts >}}}} ```` {states}",
              verdict="not run", model=model, url=states, source=model)  # fmt: skip
    text = page([row])
    blocks = re.findall(r"^`{8}\{=html\}\n(.*?)\n^`{8}$", text, re.S | re.M)
    inside = next(block for block in blocks if "<table" in block)
    assert inside.count("<tr") == 2
    assert "{{<" not in text
    assert "```" not in inside
    assert len(inside.splitlines()) == 4


def test_addresses_are_pages_or_the_web() -> None:
    assert link("javascript:alert(1)", "x") == "x"
    assert link("data:text/html,x", "x") == "x"
    assert link("log/x/index.html", "x") == '<a href="log/x/index.html">x</a>'
    assert link("https://a.b/?c&d", "x") == '<a href="https://a.b/?c&amp;d">x</a>'


def test_numbers_are_short() -> None:
    assert [number(each) for each in (None, 0.123456, -2.0, 20000.0, 0.00277778)] == [
        "—", "0.123", "−2", "20000", "0.00278",
    ]  # fmt: skip
    assert safe("a\nb\x00 <i>") == "a b &lt;i&gt;"


@given(
    st.floats(-1e3, 1e3), st.floats(0, 10), st.floats(-1e3, 1e3), st.floats(0, 10), st.booleans()
)
def test_a_strip_stays_in_its_frame(
    claimed: float, tolerance: float, mean: float, half: float, bound: bool
) -> None:
    row = Row("claim", "made", "x", states="", verdict="", claimed=claimed,
              low=None if bound else claimed - tolerance, high=claimed + tolerance,
              ours=Reading(mean, mean - half, mean + half, 9, Chance(0.0, -1.0, 1.0, 0.5)))  # fmt: skip
    places = [float(x) for x in re.findall(r'(?: x="|cx="|M|H)(-?[\d.]+)', strip(row))]
    assert all(0 <= x <= 144 for x in places)


def change(after: str, before: str = "", day: int = 1) -> Change:
    return Change(f"2026-11-{day:02}T09:00:00+00:00", "made", "claim", "a", before, after, "A < B")


def test_the_feed_tells_changes_latest_first() -> None:
    changes = [change("not run"), change("reproduced", "not run", 2), change("x & y", "z", 3)]
    text = feed(changes, "https://log.example/")
    channel = ElementTree.fromstring(text).find("channel")
    assert channel is not None
    assert [item.findtext("title") for item in channel.iter("item")] == [
        "x & y: A < B", "reproduced: A < B",
    ]  # fmt: skip
    item = next(channel.iter("item"))
    assert item.findtext("link") == "https://log.example/ledger.html#claim-made-a"
    assert item.findtext("pubDate") == "Tue, 03 Nov 2026 09:00:00 +0000"
    assert item.findtext("description") == "A < B Now: x & y (was: z)."
    assert channel.findtext("lastBuildDate") == item.findtext("pubDate")
    identities = [item.findtext("guid") for item in channel.iter("item")]
    assert len({*identities}) == 2
    assert feed(changes, "https://log.example/") == text


def test_an_empty_feed_is_a_feed() -> None:
    assert ElementTree.fromstring(feed([change("open")], "")).find("channel/item") is None


def test_anchors_are_unique() -> None:
    keys = [row.key for row in rows()]
    assert len(keys) == len({*keys})


def test_reading_the_ledger_loads_nothing_heavy() -> None:
    heavy = ["torch", "scipy", "statsmodels", "pandas", "matplotlib", "transformers"]
    code = (
        "import sys; from lab.ledger import judge, rows, site_files; "
        "from lab.results.study import Project; "
        "rows.rows([judge.judge(each) for each in Project.here().studies()]); "
        f"print([m for m in {heavy!r} if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_the_command_line_checks_without_writing() -> None:
    done = CliRunner().invoke(main, ["ledger", "--check"])
    assert (done.exit_code, done.output) == (0, "")


def test_the_published_ledger_says_what_the_books_say() -> None:
    told = json.loads((ROOT / "ledger.json").read_text(encoding="utf-8"))["rows"]
    published = {(row["kind"], row["study"], row["id"]): row["verdict"] for row in told}
    expected = {(row.kind, row.study, row.id): row.verdict for row in rows()}
    assert published == expected, "Run: lab ledger"
