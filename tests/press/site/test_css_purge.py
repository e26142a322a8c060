"""A light page looks and works as a heavy one: unused rules go, nothing that a reader touches does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from press.site import css_purge

SHEET = """@charset "UTF-8"; /* a { comment } */
:root{--kept: 1px; --idle: 2px; --only-idle: var(--idle2); --idle2: 3px}
a,p>b{color:red}
.used,.unused{margin: 0 , 1px}
.used:not(.unused)::after{content:"}"}
#gone .used{top:0}
[data-x=".y"] .used{padding:var(--kept)}
@media (min-width: 1px){.unused{top:0}.used{top:1px}}
@media print{.unused{top:0}}
@keyframes idle{from{top:0}to{top:1px}}
@keyframes turning{from{top:0}}
/* a, { comment } */ .used[title="a,  b"] , .used:is(.unused, a) { content: "a,  b; /* c */" ; color: red }
.used::before{content:"\\f4b6"}
.w-50{width:50%}.\\31 0{top:0}
.used{animation:turning 1s}
"""


def test_a_sheet_keeps_what_the_pages_name() -> None:
    used = css_purge.names(['<p class="used">', "<b class=w-50>"], [])
    assert css_purge.slim(SHEET, used, set(), set()) == (
        '@charset "UTF-8";:root{--kept:1px}a,p>b{color:red}.used{margin:0,1px}'
        '.used:not(.unused)::after{content:"}"}[data-x=".y"] .used{padding:var(--kept)}'
        "@media (min-width: 1px){.used{top:1px}}@keyframes turning{from{top:0}}"
        '.used[title="a,  b"],.used:is(.unused, a){content:"a,  b; /* c */";color:red}'
        '.used::before{content:"\\f4b6 "}'
        ".w-50{width:50%}.used{animation:turning 1s}"
    )


def test_what_scripts_say_counts_as_used() -> None:
    assert "collapsing" in css_purge.names([], ['el.classList.add("collapsing")'])


@pytest.mark.parametrize(
    ("page", "needs"),
    [
        ('<a data-bs-toggle="collapse"><a data-bs-toggle="dropdown"><a data-bs-toggle="tab">', False),
        ('<a data-bs-toggle="modal">', True),
        ("<script>new bootstrap.Tooltip(el)</script>", True),
        ('<div data-bs-ride="carousel">', True),
    ],
)  # fmt: skip
def test_bootstraps_own_script_stays_where_it_is_needed(page: str, needs: bool) -> None:
    assert css_purge.needs_bootstrap([page]) is needs


def test_a_script_from_elsewhere_keeps_every_style(tmp_path: Path) -> None:
    sheet = tmp_path / "site_libs" / "a.css"
    sheet.parent.mkdir()
    sheet.write_text(".unused{top:0}")
    page = '<script src="https://elsewhere.example.org/x.js"></script>'
    css_purge.lighten(tmp_path, [page], tmp_path / "cache")
    assert sheet.read_text() == ".unused{top:0}"
    css_purge.lighten(tmp_path, ["<p>"], tmp_path / "cache")
    assert sheet.read_text() == ""


@pytest.mark.browser
def test_menus_folds_and_tabs_work_by_mouse_and_key(tab: Any, address: str) -> None:
    tab.goto(f"{address}/docs/features.html")
    folded, header = (
        tab.locator(".callout-warning .callout-body"),
        tab.locator(".callout-warning .callout-header"),
    )
    assert not folded.is_visible()
    header.click()
    assert folded.is_visible()
    assert header.get_attribute("aria-expanded") == "true"
    header.press("Enter")
    assert not folded.is_visible()
    tab.get_by_role("tab", name="Julia").click()
    assert tab.get_by_text("Two.").is_visible()
    assert not tab.get_by_text("One.", exact=True).is_visible()
    tab.keyboard.press("ArrowLeft")
    assert tab.get_by_text("One.", exact=True).is_visible()
    menu = tab.locator(".navbar .dropdown-menu").first
    assert not menu.is_visible()
    tab.locator(".navbar .dropdown-toggle").click()
    assert menu.is_visible()
    tab.keyboard.press("Escape")
    assert not menu.is_visible()


@pytest.mark.browser
def test_search_fetches_its_library_on_the_first_visit(tab: Any, address: str) -> None:
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(f"{address}/index.html", wait_until="networkidle")
    assert not [url for url in asked if "fuse" in url]
    tab.locator("#quarto-search input").click()
    tab.keyboard.type("literat progams")  # misspelt: only the library finds it
    tab.locator(".search-result", has_text="Citing and notes").first.wait_for(timeout=5000)


@pytest.mark.browser
def test_a_diagram_is_drawn_and_drawn_again_in_the_dark(tab: Any, address: str) -> None:
    tab.goto(f"{address}/docs/embeds.html", wait_until="networkidle")
    tab.locator("pre.mermaid-js svg").wait_for(timeout=10000)
    light = tab.locator("pre.mermaid-js svg").inner_html()
    tab.locator(".quarto-color-scheme-toggle").click()
    tab.wait_for_function(
        "light => (document.querySelector('pre.mermaid-js svg') || {}).innerHTML && document.querySelector('pre.mermaid-js svg').innerHTML !== light",
        arg=light,
    )
    assert "Question" in tab.locator("pre.mermaid-js").inner_text()


@pytest.mark.browser
def test_a_picture_opens_and_closes(tab: Any, address: str) -> None:
    tab.goto(f"{address}/docs/embeds.html")
    tab.locator("a.lightbox").click()
    assert tab.locator("dialog.lightbox-shown img").is_visible()
    tab.keyboard.press("Escape")
    tab.locator("dialog").wait_for(state="detached")


@pytest.mark.browser
def test_a_page_without_figures_is_light(tab: Any, address: str) -> None:
    sizes: list[int] = []
    tab.on("response", lambda response: sizes.append(len(response.body())))
    tab.goto(f"{address}/docs/cells.html", wait_until="networkidle")
    assert sum(sizes) < 150_000, "a theme's own fonts have the other half of 300 kB"
