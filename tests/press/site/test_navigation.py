"""Menus, against what Quarto 1.10 makes of the same configuration."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.press.outline import words

Make = Callable[[dict[str, str]], Path]
Run = Callable[..., "subprocess.CompletedProcess[str]"]
PAGE = "---\ntitle: {}\n---\n\nHi.\n"


def part(root: Path, page: str, element: str, mark: str) -> str:
    """One part of a page's HTML; empty where it has none."""
    markup = (root / "_site" / page).read_text(encoding="utf-8")
    found = re.search(rf"<{element}\b[^>]*{mark}.*?</{element}>", markup, re.S)
    return found[0] if found else ""


def navbar(root: Path, page: str) -> str:
    return part(root, page, "nav", 'class="navbar ')


def sidebar(root: Path, page: str) -> str:
    return part(root, page, "nav", 'id="quarto-sidebar"')


def test_a_sidebar_is_a_menu_of_the_navbar_and_stands_on_its_own_pages(
    make: Make, run: Run
) -> None:
    """Bug: `sidebar:guide` was a broken link, the sidebar's title replaced the site's, and all pages had one."""
    root = make({
        "_quarto.yml": "project: {type: website}\nwebsite:\n  title: The Site\n  navbar:\n    left:\n      - index.qmd\n"
        "      - sidebar:guide\n      - {text: Look up, href: 'sidebar:ref'}\n  sidebar:\n"
        "    - {id: guide, title: Guide, contents: [a.qmd, b.qmd]}\n"
        "    - {id: ref, title: Reference, contents: [{section: Part, contents: [c.qmd]}]}\n",
        "index.qmd": "---\ntitle: Home\n---\n",
        **{f"{name}.qmd": PAGE.format(f"Page {name}") for name in "abc"},
        "chosen.qmd": "---\ntitle: X\nsidebar: ref\n---\n",
        "without.qmd": "---\ntitle: X\nsidebar: false\nnavbar: false\n---\n",
    })  # fmt: skip
    done = run(root)
    assert done.returncode == 0, done.stderr
    assert "warning" not in done.stdout
    for page in ("index.html", "a.html", "c.html"):
        shown = words(navbar(root, page))
        assert shown == "The Site Home Guide Page a Page b Look up Part Page c"
    assert '<li class="dropdown-header">Part</li>' in navbar(root, "a.html")
    assert words(sidebar(root, "a.html")) == "Page a Page b"
    assert words(sidebar(root, "c.html")) == "Part Page c"
    assert words(sidebar(root, "chosen.html")) == "Part Page c"
    assert not sidebar(root, "index.html")
    assert not sidebar(root, "without.html")
    assert not navbar(root, "without.html")


def test_markdown_in_menus_and_an_icon_in_the_footer(make: Make, run: Run) -> None:
    root = make({
        "_quarto.yml": "project: {type: website}\nwebsite:\n  title: T\n  navbar:\n    left:\n"
        "      - {text: '*Start* [here](x)', href: index.qmd}\n"
        "      - {text: '**More**', menu: [{text: '`code`', href: index.qmd}]}\n"
        "  sidebar:\n    contents:\n      - section: '**Part** one & two'\n        contents: [index.qmd]\n"
        "  page-footer:\n    right:\n      - icon: github\n        href: https://example.org/ada\n        aria-label: GitHub\n",
        "index.qmd": PAGE.format("H"),
    })  # fmt: skip
    assert run(root).returncode == 0
    bar = navbar(root, "index.html")
    assert "<em>Start</em> here" in bar
    assert "<strong>More</strong>" in bar
    assert "<code>code</code>" in bar
    assert "<strong>Part</strong> one &amp; two" in sidebar(root, "index.html")
    footer = part(root, "index.html", "footer", 'class="footer')
    assert words(footer) == ""
    assert 'aria-label="GitHub"' in footer
    assert "bi-github" in footer


@pytest.mark.parametrize("mode", ["gone", "unlinked", "visible"])
def test_drafts_are_in_no_menu_and_behind_no_link(make: Make, run: Run, mode: str) -> None:
    """Bug: an entry and a link to a draft stayed, and led nowhere."""
    root = make({
        "_quarto.yml": "project: {type: website}\nwebsite:\n  title: T\n  draft-mode: " + mode + "\n"
        "  navbar:\n    left: [index.qmd, draft.qmd, {text: More, menu: [draft.qmd, index.qmd]}]\n"
        "  sidebar:\n    contents: [index.qmd, {section: S, href: draft.qmd, contents: [draft.qmd]}, {text: D, href: draft.qmd}]\n",
        "index.qmd": "---\ntitle: H\n---\n\n[see *this*](draft.qmd) and [that](/draft.qmd#x) [me](index.qmd).\n",
        "draft.qmd": "---\ntitle: Secret\ndraft: true\n---\n\ntext\n",
    })  # fmt: skip
    done = run(root)
    assert done.returncode == 0, done.stderr
    markup = (root / "_site/index.html").read_text()
    if mode == "visible":
        assert "Secret" in navbar(root, "index.html")
        assert 'href="draft.html"' in markup
        return
    assert "warning" not in done.stdout
    assert "draft" not in markup
    assert words(navbar(root, "index.html")) == "T H More H"
    assert words(sidebar(root, "index.html")) == "H S"
    assert "<p>see <em>this</em> and that <a" in markup
    assert (root / "_site/draft.html").exists() == (mode == "unlinked")


@pytest.mark.parametrize(
    ("background", "foreground", "dark", "css"),
    [
        ("#123456", "", True, "background-color: #123456"),
        ("'#ffe'", "", False, "background-color: #ffe"),
        ("navy", "", True, "background-color: navy"),
        ("hsl(60, 100%, 90%)", "", False, "background-color: hsl(60, 100%, 90%)"),
        ("primary", "'#ffeeaa'", True, "--bs-navbar-color: #ffeeaa"),
    ],
)
def test_any_colour_may_be_the_navbars(
    make: Make, run: Run, background: str, foreground: str, dark: bool, css: str
) -> None:
    """Bug: `background: "#123456"` became the class `bg-#123456`, which is none."""
    more = f"    foreground: {foreground}\n" if foreground else ""
    quoted = background if background[0] == "'" else f"'{background}'"
    root = make({
        "_quarto.yml": "project: {type: website}\nwebsite:\n  title: T\n  navbar:\n"
        f"    background: {quoted}\n{more}    left: [index.qmd]\n"
        f"  page-footer: {{left: x, background: {quoted}}}\n",
        "index.qmd": PAGE.format("H"),
    })  # fmt: skip
    assert run(root).returncode == 0
    opening = navbar(root, "index.html").split(">")[0]
    assert css in opening
    assert f'data-bs-theme="{"dark" if dark else "light"}"' in opening
    assert "bg-#" not in opening
    if background != "primary":
        footer = part(root, "index.html", "footer", 'class="footer').split(">")[0]
        assert f'data-bs-theme="{"dark" if dark else "light"}"' in footer


def test_a_shared_sidebar_marks_the_page_and_opens_the_sections_above_it(
    make: Make, run: Run
) -> None:
    root = make({
        "_quarto.yml": "project: {type: website}\nwebsite:\n  sidebar:\n    collapse-level: 1\n    contents: auto\n",
        "index.qmd": PAGE.format("Home"),
        "one/index.qmd": PAGE.format("One"), "one/a.qmd": PAGE.format("A"),
        "two/deep/b.qmd": PAGE.format("B"),
    })  # fmt: skip
    assert run(root).returncode == 0

    def opened(page: str) -> list[str]:
        markup = sidebar(root, page)
        return re.findall(r'<ul id="quarto-sidebar-section-(\d)" class="[^"]* show">', markup)

    def active(page: str) -> list[str]:
        return re.findall(r'active" href="([^"]*)"', sidebar(root, page))

    assert (opened("index.html"), active("index.html")) == ([], ["./index.html"])
    assert (opened("one/a.html"), active("one/a.html")) == (["1"], ["../one/a.html"])
    assert (opened("one/index.html"), active("one/index.html")) == (["1"], ["../one/index.html"])
    assert (opened("two/deep/b.html"), active("two/deep/b.html")) == (["2", "3"], ["../../two/deep/b.html"])  # fmt: skip
    crumbs = part(root, "two/deep/b.html", "nav", 'class="quarto-page-breadcrumbs')
    assert words(crumbs) == "Two Deep B"
