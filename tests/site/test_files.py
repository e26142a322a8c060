"""The published files, read without a browser: links, feed, sitemap, labels."""

from __future__ import annotations

import html
import json
import re
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

ENTRIES = (
    "log/2026-11-23-what-i-commit-to/index.html",
    "log/2026-11-23-circular-features/index.html",
)


class PageReader(HTMLParser):
    """Collects what a page links to, what it can be linked at, and what lacks a description."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.assets: list[str] = []
        self.ids: set[str] = set()
        self.images_without_alt: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note one element."""
        values = dict(attrs)
        if identifier := values.get("id"):
            self.ids.add(identifier)
        if tag == "a" and values.get("href"):
            self.links.append(values["href"] or "")
        if tag in {"img", "script", "source"} and values.get("src"):
            self.assets.append(values["src"] or "")
        if tag == "link" and values.get("rel") in {"stylesheet", "icon"}:
            self.assets.append(values.get("href") or "")
        if tag == "img" and not (values.get("alt") or "").strip() and values.get("alt") != "":
            self.images_without_alt.append(values.get("src") or "")


def read(page: Path) -> PageReader:
    """A page's links, assets and ids."""
    reader = PageReader()
    reader.feed(page.read_text(encoding="utf-8"))
    return reader


@pytest.fixture(scope="session")
def pages(site: Path) -> dict[Path, PageReader]:
    """Every HTML page of the site."""
    return {
        page: read(page) for page in sorted(site.rglob("*.html")) if "site_libs" not in page.parts
    }


def test_home_log_entries_and_progress_are_published(site: Path) -> None:
    for name in (
        "index.html",
        "about.html",
        "404.html",
        "log/index.html",
        "progress/index.html",
        *ENTRIES,
    ):
        assert (site / name).is_file(), name


def test_no_link_or_asset_is_broken(site: Path, pages: dict[Path, PageReader]) -> None:
    broken = []
    for page, reader in pages.items():
        for href in [*reader.links, *reader.assets]:
            parts = urlsplit(href)
            if parts.scheme or parts.netloc or parts.fragment.startswith("category="):
                continue
            base = site if parts.path.startswith("/") else page.parent
            target = (base / unquote(parts.path).lstrip("/")).resolve() if parts.path else page
            if target.is_dir():
                target = target / "index.html"
            if not target.is_file():
                broken.append(f"{page.relative_to(site)}: {href}")
            elif (
                parts.fragment
                and target in pages
                and unquote(parts.fragment) not in pages[target].ids
            ):
                broken.append(f"{page.relative_to(site)}: {href} (no such place on that page)")
    assert not broken


def test_every_image_says_what_it_shows(site: Path, pages: dict[Path, PageReader]) -> None:
    silent = {
        str(page.relative_to(site)): reader.images_without_alt for page, reader in pages.items()
    }
    assert not {page: images for page, images in silent.items() if images}


def test_every_page_introduces_itself(site: Path, pages: dict[Path, PageReader]) -> None:
    titles: dict[str, str] = {}
    for page in pages:
        text = page.read_text(encoding="utf-8")
        name = page.relative_to(site).as_posix()
        assert re.search(r'<html[^>]* lang="en-GB"', text), name
        assert text.count("<h1") == 1, name
        assert 'name="viewport"' in text, name
        title = re.findall(r"<title>(.*?)</title>", text)[0]
        assert titles.setdefault(title, name) == name, f"{name} and {titles[title]}: {title}"
        if name.endswith("index.html") and name.startswith("log/2"):
            assert 'name="description"' in text, name
            assert 'property="og:image"' in text, name
            assert 'id="quarto-citation"' in text, f"{name}: how to cite"
            assert "min read</span>" in text, name


def test_the_listing_and_the_feed_hold_the_entries(site: Path) -> None:
    listing = read(site / "log/index.html")
    feed = ElementTree.parse(site / "log/index.xml")
    items = [item.findtext("link") or "" for item in feed.iter("item")]
    for entry in ENTRIES:
        folder = entry.split("/")[1]
        assert any(folder in link for link in listing.links), entry
        assert any(folder in link for link in items), entry


def test_the_search_index_and_the_sitemap_know_the_entries(site: Path) -> None:
    indexed = {row["href"].split("#")[0] for row in json.loads((site / "search.json").read_text())}
    sitemap = (site / "sitemap.xml").read_text()
    for entry in ENTRIES:
        assert entry in indexed
        assert entry.removesuffix("index.html") in sitemap


def test_sample_data_says_so_wherever_it_shows(site: Path) -> None:
    record = json.loads((site / "progress/published.json").read_text())
    shown = [site / "index.html", site / ENTRIES[0], *site.glob("progress/**/*.html")]
    for page in shown:
        labelled = "sample data" in page.read_text(encoding="utf-8").lower()
        assert labelled or not record["sample"], page


def test_the_circular_entry_shows_computed_figures(site: Path) -> None:
    page = site / ENTRIES[1]
    reader = read(page)
    figures = [src for src in reader.assets if "figure-html" in src]
    assert len(figures) >= 2
    assert "smollm2-135m" in page.read_text(encoding="utf-8").lower()


def test_links_from_elsewhere_show_a_picture_that_is_there(site: Path) -> None:
    for page in (site / "index.html", *(site / entry for entry in ENTRIES)):
        found = re.search(r'property="og:image" content="([^"]+)"', page.read_text())
        assert found, page
        picture = site / urlsplit(found[1]).path.lstrip("/")
        assert picture.read_bytes()[:4] == b"\x89PNG", picture


def test_nothing_of_the_freezer_but_figures_is_published(site: Path) -> None:
    assert not list(site.rglob("depends.json"))


def test_what_stands_at_the_foot_leads_to_pages_that_are_there(site: Path) -> None:
    """Bug: Quarto takes an address without a leading / in the footer as the page's own."""
    config = (Path(__file__).parents[2] / "_quarto.yml").read_text(encoding="utf-8")
    footer = config.partition("page-footer:")[2].partition("\nformat:")[0]
    addresses = re.findall(r"\]\(([^)]+)\)", footer)
    assert addresses
    assert not [address for address in addresses if not address.startswith(("/", "https:"))]


def test_a_group_that_wrote_an_entry_is_cited_whole(site: Path) -> None:
    """Bug: Quarto took the last word of a group's name for a family name."""
    for entry in ENTRIES:
        text = html.unescape(re.sub(r"<[^>]+>", "", (site / entry).read_text(encoding="utf-8")))
        assert re.search(r"author = \{\{The In Season authors\}\}", text), entry


def test_quarto_finds_its_own_lines_in_gitignore() -> None:
    """Bug: it appends those that are missing, letter by letter, at every render."""
    lines = (Path(__file__).parents[2] / ".gitignore").read_text(encoding="utf-8").split("\n")
    assert {"/.quarto/", "**/*.quarto_ipynb"} <= set(lines)
