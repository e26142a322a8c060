"""Whole sites in the shapes that other people's have, held against what Quarto makes of them.

Each folder of `corpus/` is a project; its `expected.yml` states what Quarto makes of it: the files,
the titles, what a page says in which order, its lists, links, pictures and feeds, and the findings,
which are none where Quarto has none.
"""

from __future__ import annotations

import html
import re
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.press.outline import MAIN, words

Run = Callable[..., "subprocess.CompletedProcess[str]"]
CORPUS = Path(__file__).parent / "corpus"
SITES = sorted(folder.name for folder in CORPUS.iterdir() if folder.is_dir())
HREF = re.compile(r'<a\b[^>]*?\shref="([^"]*)"')
IMAGE = re.compile(r'<img\b[^>]*?\ssrc="([^"]*)"')


def expected_of(site: str) -> dict[str, Any]:
    return dict(yaml.safe_load((CORPUS / site / "expected.yml").read_text(encoding="utf-8")))


@pytest.fixture(scope="module", params=SITES)
def published(
    request: pytest.FixtureRequest, run: Run, tmp_path_factory: pytest.TempPathFactory
) -> tuple[dict[str, Any], Path, str]:
    """A site of the corpus: what is expected, where it was published, what was printed."""
    site = str(request.param)
    root = tmp_path_factory.mktemp("corpus") / site
    shutil.copytree(CORPUS / site, root, ignore=shutil.ignore_patterns("expected.yml"))
    done = run(root)
    assert done.returncode == 0, done.stdout + done.stderr
    expected = expected_of(site)
    return expected, root / str(expected.get("output", "_site")), done.stdout


Published = tuple[dict[str, Any], Path, str]


def letters(text: str) -> str:
    """A text without spaces and with straight quotes: engines break lines in different places."""
    straight = str.maketrans("’‘“”", "''\"\"")
    return re.sub(r"\s|\u00a0", "", text).translate(straight)


def in_order(parts: list[Any], shown: str) -> None:
    """Assert that a text says these parts one after the other."""
    place, whole = 0, letters(shown)
    for part in parts:
        found = whole.find(letters(str(part)), place)
        assert found >= 0, f"{part!r} is not said, or not after what comes before it, in: {shown}"
        place = found + len(letters(str(part)))


def test_findings_are_those_that_quarto_leaves_to_find(published: Published) -> None:
    expected, _, printed = published
    said = [line.strip() for line in printed.splitlines() if line.startswith("  warning")]
    assert [line.removeprefix("warning").strip() for line in said] == expected["findings"]


def test_files_are_there_and_only_those_that_are_published(published: Published) -> None:
    expected, out, _ = published
    files = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    assert set(expected.get("files", [])) - files == set()
    assert set(expected.get("absent", [])) & files == set()
    assert set(expected["pages"]) - files == set()
    assert {name for name in files if name.endswith((".qmd", ".ipynb", ".yml", ".lua"))} == set()


def test_pages_say_what_quartos_say(published: Published) -> None:
    expected, out, _ = published
    for name, wanted in expected["pages"].items():
        markup = (out / name).read_text(encoding="utf-8")
        main = MAIN.search(markup)
        assert main, name
        shown = words(main[0])
        title = re.search(r"<title>(.*?)</title>", markup)
        assert title
        if "title" in wanted:
            assert words(title[1]) == wanted["title"], name
        in_order(wanted.get("says", []), shown)
        in_order(wanted.get("body", []), words(markup[markup.index("<body") :]))
        for part in wanted.get("never", []):
            assert letters(str(part)) not in letters(shown), (name, part)
        assert ":::" not in shown, name
        assert "?@" not in shown, name


def test_pages_hold_quartos_marks_links_and_pictures(published: Published) -> None:
    expected, out, _ = published
    for name, wanted in expected["pages"].items():
        markup = (out / name).read_text(encoding="utf-8")
        head, main = markup[: markup.index("</head>")], MAIN.search(markup)
        assert main, name
        for part in wanted.get("markup", []):
            assert part in main[0], (name, part)
        for part in wanted.get("head", []):
            assert part in head, (name, part)
        links = [html.unescape(href).removeprefix("./") for href in HREF.findall(main[0])]
        assert set(wanted.get("links", [])) - set(links) == set(), name
        pictures = [html.unescape(source).removeprefix("./") for source in IMAGE.findall(main[0])]
        assert set(wanted.get("images", [])) - set(pictures) == set(), name
        headings = re.findall(r"<h([2-6])\b[^>]*>(.*?)</h\1>", main[0], re.S)
        if "headings" in wanted:
            assert [words(text) for _, text in headings if words(text)] == wanted["headings"], name
        titles = re.findall(r'listing-title">(.*?)</h\d>', main[0], re.S)
        if "entries" in wanted:
            assert [words(entry) for entry in titles] == wanted["entries"], name
        if "categories" in wanted:
            found = re.findall(r'class="category" data-category="([^"]*)"', markup)
            assert [html.unescape(category) for category in found] == wanted["categories"], name


def test_the_sidebar_is_in_quartos_order(published: Published) -> None:
    expected, out, _ = published
    first = next(iter(expected["pages"]))
    markup = (out / first).read_text(encoding="utf-8")
    start = markup.find('id="quarto-sidebar"')
    if "sidebar" not in expected:
        assert start < 0
        return
    in_order(expected["sidebar"], words(markup[start : markup.index("<main")]))


def test_feeds_have_quartos_items_in_order(published: Published) -> None:
    expected, out, _ = published
    for name, titles in expected.get("feeds", {}).items():
        tree = ElementTree.fromstring((out / name).read_text(encoding="utf-8"))
        assert [item.findtext("title") for item in tree.iter("item")] == titles


def test_every_link_within_a_site_leads_somewhere(published: Published) -> None:
    _, out, _ = published
    for file in out.rglob("*.html"):
        markup = file.read_text(encoding="utf-8")
        for href in [*HREF.findall(markup), *IMAGE.findall(markup)]:
            path = html.unescape(href).split("#")[0].split("?")[0]
            if path and not re.match(r"[a-z][a-z0-9+.-]*:|//", path):
                target = (
                    out / path.lstrip("/") if path[0] == "/" else file.parent / path
                ).resolve()
                assert target.exists(), (file.name, href)
