"""The site in a real headless Chromium: themes, search, phone width, silence in the console."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
KINDS = (  # one page of each kind: where a closer look is worth its seconds
    "index.html",
    "about.html",
    "log/index.html",
    "log/2026-11-23-what-i-commit-to/index.html",
    "log/2026-11-23-circular-features/index.html",
    "progress/index.html",
    "ledger.html",
)
PAGES = tuple(
    sorted(
        path.relative_to(ROOT).with_suffix(".html").as_posix()
        for pattern in ("*.qmd", "log/**/*.qmd", "progress/**/*.qmd")
        for path in ROOT.glob(pattern)
        if not any(part.startswith("_") for part in path.relative_to(ROOT).parts)
        and "\ndraft: true" not in path.read_text(encoding="utf-8").split("\n---", 1)[0]
    )
)
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
PATIENCE = 120_000  # milliseconds: a machine that does other work too is no fault of the page

CONTRAST = """
() => {
  const parse = c => (c.match(/[\\d.]+/g) || []).map(Number);
  const lum = ([r, g, b]) => [r, g, b].map(v => (v /= 255) <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((s, v, i) => s + v * [.2126, .7152, .0722][i], 0);
  const ground = el => { for (let e = el; e; e = e.parentElement) {
      const c = parse(getComputedStyle(e).backgroundColor);
      if (c.length === 3 || c[3] === 1) return c; } return [255, 255, 255]; };
  const faint = [];
  for (const el of document.querySelectorAll('main p, main li, main td, main th, main h1, main h2, main a, main summary, main figcaption, main code, .navbar a, .nav-footer a')) {
    if (!el.innerText || !el.innerText.trim() || !el.checkVisibility()) continue;
    const a = lum(parse(getComputedStyle(el).color)), b = lum(ground(el));
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < 4.5) faint.push(`${el.tagName}.${el.className} ${ratio.toFixed(2)} ${el.innerText.slice(0, 40)}`);
  }
  return faint;
}
"""


def open_page(
    browser: Any, url: str, *, theme: str, viewport: dict[str, int]
) -> tuple[Any, list[str]]:
    """A page in a fresh profile that prefers the theme, and a list that fills with complaints."""
    context = browser.new_context(viewport=viewport, color_scheme=theme)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    complaints: list[str] = []
    host = "/".join(url.split("/")[:3])
    page.on(
        "console", lambda m: complaints.append(m.text) if m.type in {"error", "warning"} else None
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "request",
        lambda r: None if r.url.startswith((host, "data:", "blob:")) else complaints.append(r.url),
    )
    page.goto(url, wait_until="networkidle")
    return page, complaints


def in_the_way(page: Any) -> list[tuple[str, str]]:
    """What axe finds on a page that would seriously stand in somebody's way."""
    from axe_playwright_python.sync_playwright import Axe

    return [
        (found["id"], found["nodes"][0]["html"][:120])
        for found in Axe().run(page).response["violations"]
        if found["impact"] in {"serious", "critical"}
    ]


# In the dark a page of every kind: the colours are the kinds', not the pages'.
@pytest.mark.parametrize(
    ("name", "theme"),
    [(name, "light") for name in PAGES] + [(name, "dark") for name in PAGES if name in KINDS],
)
def test_a_page_is_quiet_legible_fits_a_phone_and_asks_no_other_host(
    chromium: Any, address: str, screenshots: Path, engine: str, name: str, theme: str
) -> None:
    page, complaints = open_page(chromium, f"{address}/{name}", theme=theme, viewport=DESKTOP)
    stem = name.removesuffix(".html").replace("/", "-")
    page.screenshot(path=screenshots / f"{stem}-{theme}.png", full_page=True)
    faint = page.evaluate(CONTRAST)
    barriers = in_the_way(page) if engine == "press" else []
    page.set_viewport_size(PHONE)
    page.screenshot(path=screenshots / f"{stem}-phone-{theme}.png", full_page=True)
    overflow = page.evaluate("document.scrollingElement.scrollWidth - window.innerWidth")
    page.context.close()
    assert not complaints
    assert not faint
    assert not barriers
    assert overflow <= 0


def test_the_home_page_says_it_all_in_one_screen(chromium: Any, address: str) -> None:
    page, _ = open_page(chromium, f"{address}/index.html", theme="light", viewport=DESKTOP)
    goals = page.locator(".tk-goal-title").all()
    habits = page.locator(".tk-table tbody tr").all()
    found = page.locator("#recent .listing-title, #listing-recent .listing-title").all()
    ends = [
        box["y"] + box["height"]
        for part in (*goals, *habits, *found)
        if (box := part.bounding_box())
    ]
    page.context.close()
    assert len(goals) >= 1
    assert len(found) == 3
    assert max(ends) <= DESKTOP["height"], "committed to, how it goes, found lately: no scrolling"


@pytest.mark.usefixtures("promised_by_the_press")
def test_a_reference_shows_what_it_names_and_escape_takes_it_away(
    chromium: Any, address: str
) -> None:
    entry = "log/2026-11-23-circular-features/index.html"
    page, _ = open_page(chromium, f"{address}/{entry}", theme="light", viewport=DESKTOP)
    page.locator(".citation a").first.focus()
    hint = page.locator("#reading-hint")
    hint.wait_for(state="visible")
    assert "Engels" in hint.inner_text()
    page.keyboard.press("Escape")
    assert hint.count() == 0
    page.locator("a.quarto-xref").first.hover()
    hint.wait_for(state="visible")
    assert hint.locator("img, table").count() == 1
    page.context.close()


def background(page: Any) -> str:
    """The colour behind the page."""
    return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))


def test_the_theme_can_be_changed_and_is_remembered(chromium: Any, address: str) -> None:
    page, _ = open_page(chromium, f"{address}/index.html", theme="light", viewport=DESKTOP)
    light = background(page)
    page.locator(".quarto-color-scheme-toggle").first.click()
    page.wait_for_function(f"getComputedStyle(document.body).backgroundColor !== '{light}'")
    dark = background(page)
    page.goto(f"{address}/about.html")
    assert background(page) == dark
    page.context.close()


def test_search_finds_an_entry_by_its_words(chromium: Any, address: str) -> None:
    page, _ = open_page(chromium, f"{address}/index.html", theme="light", viewport=DESKTOP)
    page.locator("#quarto-search").first.click()
    page.keyboard.type("weekdays")
    hit = page.locator("a[href*='circular-features']").last
    hit.wait_for(state="visible")
    page.context.close()


def test_the_menu_opens_on_a_phone(chromium: Any, address: str) -> None:
    page, _ = open_page(chromium, f"{address}/index.html", theme="light", viewport=PHONE)
    progress = page.locator(".navbar a", has_text="Progress").first
    assert not progress.is_visible()
    page.locator(".navbar-toggler").first.click()
    progress.wait_for(state="visible")
    progress.click()
    page.wait_for_url("**/progress/**")
    page.context.close()


def test_a_category_filters_the_listing(chromium: Any, address: str) -> None:
    page, _ = open_page(chromium, f"{address}/log/index.html", theme="light", viewport=DESKTOP)
    entries = page.locator(".quarto-post")
    before = entries.locator("visible=true").count()
    page.locator(".quarto-listing-category .category", has_text="season").first.click()
    page.wait_for_timeout(300)
    after = entries.locator("visible=true").count()
    assert 0 < after < before
    page.context.close()


def test_a_category_of_an_entry_leads_to_the_entries_that_share_it(
    chromium: Any, address: str
) -> None:
    """Bug: under Quarto an entry's categories led to a list that shows none, and hid all of it."""
    entry = "log/2026-11-23-circular-features/index.html"
    page, _ = open_page(chromium, f"{address}/{entry}", theme="light", viewport=DESKTOP)
    page.locator(".entry-category", has_text="circular features").click()
    page.wait_for_url("**/log/index.html#category=*")
    page.wait_for_timeout(300)
    shown = page.locator(".quarto-post").locator("visible=true").count()
    assert 1 < shown < page.locator(".quarto-post").count()
    page.context.close()


@pytest.mark.usefixtures("promised_by_the_press")
def test_an_entry_without_figures_is_under_300_kilobytes(
    chromium: Any, address: str, site: Path
) -> None:
    context = chromium.new_context(viewport=DESKTOP)
    page = context.new_page()
    sizes: dict[str, int] = {}
    page.on("response", lambda response: sizes.update({response.url: len(response.body())}))
    plain = [
        name
        for name in PAGES
        if name.startswith("log/")
        and "figure-html" not in (site / name).read_text(encoding="utf-8")
    ]
    assert plain
    for name in plain:
        sizes.clear()
        page.goto(f"{address}/{name}", wait_until="networkidle")
        assert sum(sizes.values()) < 300_000, (name, sizes)
    context.close()


@pytest.mark.usefixtures("promised_by_the_press")
def test_the_keyboard_gets_to_everything_in_the_bar_and_into_the_page(
    chromium: Any, address: str
) -> None:
    page, _ = open_page(chromium, f"{address}/index.html", theme="light", viewport=DESKTOP)
    reached = []
    for _ in range(15):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate(
                "[document.activeElement.innerText || document.activeElement.ariaLabel ||"
                " document.activeElement.title, getComputedStyle(document.activeElement).outlineStyle]"
            )
        )
    page.context.close()
    words = [str(text).strip() for text, _ in reached]
    for wanted in (
        "In Season",
        "Log",
        "Ledger",
        "Progress",
        "About",
        "Feed of log entries",
        "Search",
    ):
        assert wanted in words, wanted
    assert any("mode" in word for word in words)  # the theme's toggle
    assert "Evidence, pace and every habit" in words
    assert not [text for text, outline in reached if outline == "none"]
