"""A website that is not ours: rendered without a crash, what is left out named once with its place."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.press import foreign
from tests.press.outline import MAIN, words

Run = Callable[..., "subprocess.CompletedProcess[str]"]
LEFT_OUT = (
    "_quarto.yml:18: website.cookie-consent",
    "_quarto.yml:54: format.pdf",
    "_quarto.yml:56: execute.cache",
    "basics/lesson-05.qmd:58: cells in r",
    "basics/lesson-05.qmd:80: the shortcode fa",
    "basics/lesson-05.qmd:80: the shortcode lipsum",
    "basics/lesson-05.qmd:111: cells in ojs",
    "basics/lesson-30.qmd:12: the filter lightbox",
    "basics/lesson-30.qmd:12: the filter somebody/else",
)


@pytest.fixture(scope="module")
def published(run: Run, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    root = foreign.write(tmp_path_factory.mktemp("someone else's") / "notes")
    done = run(root)
    assert done.returncode == 0, done.stdout + done.stderr
    return root / "docs", done.stdout


def test_every_page_is_there(published: tuple[Path, str]) -> None:
    pages = sorted(published[0].rglob("*.html"))
    assert len(pages) == 52
    assert published[0] / "more/notebook-2.html" in pages
    assert not (published[0] / "drafts").exists()


def test_what_is_left_out_is_named_once_with_its_place(published: tuple[Path, str]) -> None:
    said = [line.strip() for line in published[1].splitlines() if line.startswith("  warning")]
    left_out = [f"warning   {place} (Quarto does this; the press does not)" for place in LEFT_OUT]
    kind = "application/vnd.plotly.v1+json"
    unshown = f"an output of kind {kind}, which no page can show but as text"
    notebooks = [f"warning   more/notebook-{number}.ipynb:62: {unshown}" for number in (1, 2)]
    assert sorted(said) == sorted(left_out + notebooks)


def test_no_markup_is_left_over_and_nothing_is_lost(published: tuple[Path, str]) -> None:
    for file in published[0].rglob("*.html"):
        found = MAIN.search(file.read_text(encoding="utf-8"))
        assert found, file
        shown = words(re.sub(r"<pre\b.*?</pre>", "", found[0], flags=re.S))
        assert ":::" not in shown, file
        assert "{{<" not in shown, file
        assert "{#" not in shown, file
        if file.stem.startswith("lesson"):
            assert "Term A definition." in shown, file


def test_the_sidebar_nests_folders_in_folders(published: tuple[Path, str]) -> None:
    markup = (published[0] / "index.html").read_text(encoding="utf-8")
    sidebar = markup[markup.index('id="quarto-sidebar"') :]
    assert sidebar.index("Basics") < sidebar.index("Deeper") < sidebar.index("Data")
    assert "depth2" in sidebar
    assert re.search(r">\s*About\s*<", sidebar), "a title taken from a heading has no number"


def test_what_teaching_notes_hold_is_on_their_pages(published: tuple[Path, str]) -> None:
    def shown(number: int, folder: str) -> str:
        page = published[0] / folder / f"lesson-{number:02d}.html"
        # without the page's own source, which code-tools puts beside it
        return re.sub(r"<dialog\b.*?</dialog>", "", page.read_text(encoding="utf-8"), flags=re.S)

    exercise = shown(14, "more")
    assert "Exercise\u00a014" not in exercise
    assert re.search(r"<strong>Exercise\u00a01 \(Squares\)</strong>", exercise)
    assert "<!-- a comment with ::: and {{< shortcodes >}} in it -->" in exercise
    reminder = words(shown(15, "basics"))
    assert "The course is Python for all, in" in reminder
    assert "Save your work." in reminder
    annotated = shown(16, "basics/deeper")
    assert annotated.count('class="code-annotation-anchor"') == 2
    assert "Only on the web." in shown(17, "data")
    assert "Only on slides." not in shown(17, "data")
    proved = words(shown(18, "data/files/text"))
    assert "Theorem 1 (Of Pythagoras)" in proved
    assert "As in Listing 1." in proved
    assert "By Theorem 1 itself." in proved
    assert '<code class="sourceCode python"' in shown(20, "basics")


def test_a_table_of_weeks_and_cards_are_listings(published: tuple[Path, str]) -> None:
    markup = (published[0] / "schedule.html").read_text(encoding="utf-8")
    assert "quarto-listing-table" in markup
    assert "quarto-listing-container-grid" in markup
    assert len(set(re.findall(r"lesson-\d\d", markup))) > 20
