"""A whole site published from a log full of secrets and of hostile text.

Everything that leaves the machine is searched, byte by byte: pages and what they were made
from, feed, search index, sitemap, cards, public records, reports, CSV, JSON and calendar.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner

from tests.tracker.autumn import sealed  # noqa: F401 - no test asks the network
from tracker.cli import main
from tracker.text.escape import json_text

pytest.importorskip("press.cli")

START, NOW = "2026-10-01T12:00:00+00:00", "2026-11-23T12:00:00+00:00"
SECRET = "plantedsecret"
GOALS = f"""\
timezone: Europe/London
seasons:
  - id: autumn
    title: Autumn 2026
    starts: 2026-10-01
    ends: 2026-11-30
    goals:
      - {{id: papers, title: Publish papers, target: 4, unit: papers}}
    habits:
      - {{id: write, title: Write, serves: [papers]}}
      - id: {SECRET}-therapy
        title: "{SECRET}: talk to someone"
        quantity: 2 {SECRET}-hours
        serves: [papers]
        if_then: If {SECRET}, then breathe.
        public: false
        breaks: [{{from: 2026-11-10, to: 2026-11-12, why: "{SECRET} clinic"}}]
      - {{id: turned, title: Turned private later, if_then: "{SECRET} plan", public: false}}
"""
WILD = (
    '<script>alert("wild")</script><img src=x onerror=alert(1)> **bold** [x](javascript:alert(1)) '
    "{{< include /etc/passwd >}} `code` ```{=html}\n<b>raw</b>\n``` $(touch owned) `touch owned` "
    "\x1b[31mred\x1b]0;title\x07 \x9b2J \u202eright to left\u2066 \u2028 =cmd()|' /C calc'!A0 👩\u200d🔬 ]]> -->"
)
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
TEXT = (".html", ".xml", ".json", ".qmd", ".md")
ACTIVE = re.compile(r"^\s*(javascript|data|vbscript):", re.IGNORECASE)


def write(log: Path, goals: str) -> None:
    (log / "goals.yml").write_text(goals, encoding="utf-8")


def command(log: Path, *arguments: str, now: str = NOW) -> bytes:
    environment = {"TRACKER_NOW": now, "TRACKER_PROJECT": str(log), "COLUMNS": "80"}
    result = CliRunner().invoke(main, list(arguments), env=environment)
    assert result.exit_code == 0, (arguments, result.output)
    return result.stdout_bytes


def published(log: Path) -> dict[str, bytes]:
    """The site as it is served, and what it was made from."""
    config = log / "_quarto.yml"
    command(log, "pages")
    if not config.exists():
        config.write_text(
            "project:\n  type: website\n  resources: ['progress/*.json', 'progress/seasons/*.json']\n"
            "website:\n  title: Mine\n  site-url: https://log.example.org\n  open-graph: true\n"
            "  twitter-card: true\n  search: true\nformat:\n  html: {toc: true}\n"
        )
        (log / "index.qmd").write_text(
            "---\ntitle: Now\n---\n\n{{< include /progress/_now.md >}}\n"
        )
    environment = {"TRACKER_NOW": NOW, "TRACKER_PROJECT": str(log)}
    result = CliRunner().invoke(main, ["publish"], env=environment)
    assert result.exit_code == 0, result.output
    found = {
        path.relative_to(log).as_posix(): path.read_bytes()
        for folder in ("_site", "progress", "log")
        for path in (log / folder).rglob("*")
        if path.is_file()
    }
    assert {"_site/sitemap.xml", "_site/search.json", "_site/progress/index.html"} <= found.keys()
    return found


def exported(log: Path) -> dict[str, bytes]:
    """Everything that `export` writes without --private."""
    tables = {
        f"{name}.csv": command(log, "export", "csv", "--table", name)
        for name in ("checkins", "habits", "scores")
    }
    command(log, "export", "csv", "--output", str(log / "all.zip"))
    with zipfile.ZipFile(log / "all.zip") as archive:
        tables |= {f"zip {name}": archive.read(name) for name in archive.namelist()}
    ways = {"json": command(log, "export", "json"), "ics": command(log, "export", "ics")}
    return {**tables, **ways}


@pytest.mark.usefixtures("sealed")
def test_no_secret_leaves_the_machine(log: Path) -> None:
    write(log, GOALS.replace(f'"{SECRET} plan", public: false', "plan, public: true"))
    command(log, "season", "start", now=START)
    write(log, GOALS)
    command(log, "season", "amend", "--reason", "One of them is nobody's business.", now=START)
    command(log, "forecast", "papers=60%")
    private = f"{SECRET}-therapy"
    for day in range(1, 24):
        answers = ["write=y", f"{private}={day % 4}", "turned=y"]
        command(log, "checkin", *answers, "--note", f"{SECRET} note", "--day", f"2026-11-{day:02d}")
    command(log, "edit", f"write=n # {SECRET} edited", "--day", "2026-11-20")
    command(log, "checkin", f"{private}=1 # {SECRET} shown", "--public")
    command(log, "checkin", "write=y # a note for readers", "--public")
    command(log, "undo")
    command(log, "redo")
    command(log, "review")
    draft = next((log / "log").glob("*review*/index.qmd"))
    draft.write_text(draft.read_text(encoding="utf-8").replace("draft: true", "draft: false"))
    found = {**published(log), **exported(log)}
    assert any(b"a note for readers" in content for content in found.values()), "a control"
    assert any(name.endswith(".xml") and "reviews" in name for name in found), "the feed"
    leaks = [name for name, content in found.items() if SECRET.encode() in content.lower()]
    leaks += [name for name in found if SECRET in name]
    assert not leaks
    assert SECRET.encode() in command(log, "export", "json", "--private"), "another control"


class Reader(HTMLParser):
    """Finds what a browser would run, and what it would show."""

    def __init__(self) -> None:
        super().__init__()
        self.active: list[str] = []
        self.scripts: list[str] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = tag == "script"
        for name, value in attrs:
            if name.startswith("on") and "alert" in (value or ""):
                self.active.append(f"{tag} {name}")
            if name in {"href", "src"} and ACTIVE.match(value or "") and "alert" in (value or ""):
                self.active.append(f"{tag} {value}")
            if tag == "img" and name == "src" and urlsplit(value or "").path == "x":
                self.active.append("img src=x")

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "script"

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.scripts.append(data)


@pytest.mark.usefixtures("sealed")
def test_hostile_words_are_shown_and_never_obeyed(log: Path) -> None:
    quoted = json_text(WILD)
    text = GOALS.replace("title: Write,", f"title: {quoted}, if_then: {quoted},")
    text = text.replace("title: Publish papers", f"title: {quoted}, why: {quoted}")
    text = text.replace("title: Autumn 2026", f"title: {quoted}").replace(
        "unit: papers", 'unit: "<i>p"'
    )
    write(log, text)
    command(log, "season", "start", now=START)
    write(log, text.replace("target: 4", "target: 3"))
    command(log, "season", "amend", "--reason", WILD, now=START)
    command(log, "checkin", "write=y", "--note", WILD, "--public")
    command(log, "evidence", "add", "papers", "https://example.org/", "--note", WILD, "--seen")
    command(log, "review")
    draft = next((log / "log").glob("*review*/index.qmd"))
    draft.write_text(draft.read_text(encoding="utf-8").replace("draft: true", "draft: false"))
    found = published(log)
    shown = [name for name in found if b"wild" in found[name] and name.endswith((".html", ".xml"))]
    assert len(shown) > 3, "the words are on the pages, or nothing is tested"
    for name, content in found.items():
        if name.endswith(TEXT) and "site_libs" not in name:
            assert not CONTROL.search(content.decode()), name
        if name.endswith(".html"):
            reader = Reader()
            reader.feed(content.decode())
            assert not reader.active, name
            assert not [script for script in reader.scripts if "alert(" in script], name
            assert b"<b>raw</b>" not in content, name
            assert b"root:" not in content, name
    assert not list(log.rglob("owned"))
    terminal = (
        ["status"],
        ["log"],
        ["show", "write"],
        ["week"],
        ["season", "show"],
        ["evidence", "list"],
    )
    for arguments in terminal:
        said = command(log, *arguments).decode()
        assert not CONTROL.search(said), arguments
    rows = list(csv.DictReader(io.StringIO(command(log, "export", "csv").decode())))
    assert [row["note"][0] for row in rows if row["note"]] == ["<"]
    assert json.loads(command(log, "log", "--json"))[0]["stands"][0]["note"] == WILD
