"""Small sites of other people's, each held against what Quarto 1.10 itself makes of it (`quarto.json`)."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.press.outline import MAIN, words

Run = Callable[..., "subprocess.CompletedProcess[str]"]
CASES = Path(__file__).parent / "cases"
# What Quarto says only to a reader that speaks, or writes by an oversight of its own.
SPOKEN = re.compile(r'<span class="screen-reader-only">.*?</span>')
# Where the press differs on purpose: case and page, what Quarto's text has there, what ours has.
DIFFERENT: dict[tuple[str, str], list[tuple[str, str]]] = {
    # Quarto takes front matter from any cell, and prints it where the cell is not the first.
    ("notebook-front", "index.html"): [
        ("—title: Front matter in the second cell author: Ada—", "")
    ],
    ("notebook-front", "c.html"): [("—title: Fine—# Heading below", "Heading below")],
    # A caption is shown where the cell that it belongs to shows nothing else.
    ("notebook-multiline", "index.html"): [("Figure 1", "A long caption that goes on. Figure 1")],
    # The date stands before the title, as it is seen; Quarto moves it there by a style sheet.
    ("listing-items", "index.html"): [
        ("External talk Feb 1, 2024", "Feb 1, 2024 External talk"),
    ],
    # An output that only a live notebook can show has its text, and is a finding.
    ("embed-by-tag", "src.html"): [("show()", "show() Widget()")],
}
# Pages of Quarto's that the press does not make: it links an embedded cell to no copy of its notebook.
NOT_MADE = ("src-preview.html",)


@pytest.fixture(scope="module")
def site_of(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The published site of a case, rendered once."""
    made: dict[str, Path] = {}

    def published(case: str) -> Path:
        if case not in made:
            root = tmp_path_factory.mktemp("cases") / case
            shutil.copytree(CASES / case, root, ignore=shutil.ignore_patterns("quarto.json"))
            done = run(root)
            assert done.returncode == 0, done.stdout + done.stderr
            made[case] = root / "_site"
        return made[case]

    return published


def letters(markup: str) -> str:
    """The text of some HTML without any space: engines break lines in different places."""
    return re.sub(r"\s", "", words(SPOKEN.sub("", markup)))


def cases() -> list[Any]:
    """Every page of every case, with what Quarto makes of it."""
    return [
        pytest.param(folder.name, page, expected, id=f"{folder.name}/{page}")
        for folder in sorted(CASES.iterdir())
        for page, expected in json.loads((folder / "quarto.json").read_text("utf-8")).items()
        if isinstance(expected, dict) and page not in NOT_MADE
    ]


@pytest.mark.parametrize(("case", "page", "expected"), cases())
def test_a_page_says_what_quartos_says(
    case: str, page: str, expected: dict[str, Any], site_of: Callable[[str], Path]
) -> None:
    markup = (site_of(case) / page).read_text(encoding="utf-8")
    main = MAIN.search(markup)
    assert main, markup
    wanted = letters(expected["main_html"])
    for theirs, ours in DIFFERENT.get((case, page), []):
        assert letters(theirs) in wanted, "this difference is no longer there"
        wanted = wanted.replace(letters(theirs), letters(ours), 1)
    assert letters(main[0]) == wanted
    pictures = re.findall(r'<img\b[^>]*?\ssrc="([^"]*)"', main[0])
    assert [picture.removeprefix("./") for picture in pictures] == expected["images"]
    title = re.search(r"<title>(.*?)</title>", markup)
    assert title
    assert words(title[1]) == expected["title"]


# Parts of Quarto's own markup that a page's words alone do not show: each stands in ours too.
MARKUP = {
    ("cell-options", "index.html"): (
        "<caption>LOSTCAPTION</caption>", 'class="quarto-layout-panel', 'id="tbl-two-1"',
        '<col style="width: 20%"', "<em>Proof</em>", 'id="lst-x"', 'id="fig-spaced"',
    ),
    ("embed-by-tag", "index.html"): ('class="quarto-embed-nb-cell"', 'class="quarto-notebook-link"'),
    ("frozen-diagram", "index.html"): ('<pre class="mermaid mermaid-js">',),
    ("verbatim-cells", "index.html"): ('id="heading"', 'class="sourceCode markdown'),
    ("page-includes", "index.html"): ('href="?meta:url"',),
    ("notebook-front", "index.html"): ('<b id="rawhtml">raw html cell</b>',),
}  # fmt: skip


@pytest.mark.parametrize(("case", "page"), MARKUP)
def test_a_page_has_what_quartos_marks(
    case: str, page: str, site_of: Callable[[str], Path]
) -> None:
    markup = (site_of(case) / page).read_text(encoding="utf-8")
    expected = json.loads((CASES / case / "quarto.json").read_text(encoding="utf-8"))
    for part in MARKUP[case, page]:
        assert part in expected[page]["main_html"], part
        assert part in markup, part


def test_a_page_includes_and_loads_what_stands_beside_it(site_of: Callable[[str], Path]) -> None:
    markup = (site_of("page-includes") / "posts/a/index.html").read_text(encoding="utf-8")
    assert '<meta name="mark-head" content="1">' in markup[: markup.index("</head>")]
    assert 'href="my.css"' in markup
    assert (site_of("page-includes") / "posts/a/my.css").is_file()
    assert markup.index("mark-before") < markup.index("Hello.") < markup.index("mark-text")
    assert markup.index("mark-text") < markup.index("mark-after")
