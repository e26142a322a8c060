"""What two engines must agree on in a published site, read from its files: nothing of its looks."""

from __future__ import annotations

import html
import json
import posixpath
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

NUMBERED = re.compile(r"^(fig|tbl|lst|eq|sec|tip|nte|wrn|imp|cau|thm)-")
MAIN = re.compile(r"<main\b.*?</main>", re.S)


def words(markup: str) -> str:
    """The text of some HTML, spaces evened out, without math annotations."""
    bare = re.sub(
        r"<!--.*?-->|<annotation.*?</annotation>|<script\b.*?</script>|<[^>]+>",
        " ",
        markup,
        flags=re.S,
    )
    text = " ".join(html.unescape(bare).replace("\u00a0", " ").split())
    return re.sub(r"\s+([.,:;)])|(\()\s+", lambda match: match[1] or match[2], text)


def page(markup: str) -> dict[str, Any]:
    """One page: its numbered things, their captions, its references and its own links."""
    found = MAIN.search(markup)
    main = found[0] if found else markup
    main = re.sub(r'<div[^>]*id="quarto-appendix".*', "", main, flags=re.S)
    captions = re.findall(
        r'<figcaption\b[^>]*\bid="([^"]+?)-caption[^"]*"[^>]*>(.*?)</figcaption>', main, re.S
    )
    references = re.findall(r'<a href="([^"]*)" class="quarto-xref"[^>]*>(.*?)</a>', main, re.S)
    headings = re.findall(r"<h([1-6])\b[^>]*>(.*?)</h\1>", main, re.S)
    links = re.findall(r'<a\b[^>]*?\bhref="([^"]+)"', main)
    about = re.findall(
        r'data-code-cell="([^"]+)" data-code-lines="([^"]+)" data-code-annotation="([^"]+)"', main
    )
    return {
        "ids": sorted(
            {
                name
                for name in re.findall(r'\bid="([^"]+)"', main)
                if NUMBERED.match(name) and "caption" not in name
            }
        ),
        "captions": {name: words(text) for name, text in captions},
        "references": [[href, words(text)] for href, text in references],
        "headings": [[int(level), words(text)] for level, text in headings if words(text)],
        "explained": [list(one) for one in about],
        "links": sorted(
            {html.unescape(href) for href in links if not href.startswith(("#", "javascript:"))}
        ),
    }


def title_block(markup: str) -> dict[str, Any]:
    """What the title block says, by Quarto's classes."""
    found = re.search(r'<header[^>]*id="title-block-header".*?</header>', markup, re.S)
    block = found[0] if found else ""

    def texts(pattern: str) -> list[str]:
        return [words(text) for text in re.findall(pattern, block, re.S)]

    return {
        "title": texts(r'<h1 class="title">(.*?)</h1>'),
        "labels": texts(r'<div class="quarto-title-meta-heading">(.*?)</div>'),
        "authors": texts(r'<p class="author">(.*?)</p>'),
        "affiliations": texts(r'<p class="affiliation">(.*?)</p>'),
        "categories": texts(r'<div class="quarto-category">(.*?)</div>'),
        "doi": texts(r'<p class="doi">(.*?)</p>'),
        "abstract": texts(r'<div class="abstract">(.*?)</div>\s*</div>'),
        "keywords": texts(r'<div class="keywords">(.*?)</div>\s*</div>'),
    }


def listings(markup: str) -> dict[str, Any]:
    """The entries and categories of a listing, in order."""
    titles = re.findall(r'class="[^"]*listing-title"[^>]*>(.*?)</h\d>', markup, re.S)
    categories = re.findall(r'class="category" data-category="([^"]*)"', markup)
    return {"entries": [words(title) for title in titles], "categories": sorted(set(categories))}


def feed(text: str) -> list[dict[str, Any]]:
    """The items of a feed."""
    return [
        {
            "title": item.findtext("title"),
            "link": item.findtext("link"),
            "categories": [found.text for found in item.findall("category")],
            "day": (item.findtext("pubDate") or "")[:16],
            "creators": [
                found.text for found in item.findall("{http://purl.org/dc/elements/1.1/}creator")
            ],
        }
        for item in ElementTree.fromstring(text).iter("item")
    ]


def with_plain_links(outline: dict[str, Any]) -> dict[str, Any]:
    """An outline whose links are written from their page's folder in the shortest way."""

    def plain(href: str, page: str) -> str:
        if re.match(r"[a-z]+:|//", href):
            return href
        path, mark, rest = re.match(r"([^#?]*)([#?]?)(.*)", href, re.S).groups()  # type: ignore[union-attr]
        folder = posixpath.dirname(page) or "."
        if path.startswith("/"):
            return posixpath.normpath(path) + mark + rest
        target = posixpath.normpath(posixpath.join(folder, path))
        end = "/" if path.endswith("/") else ""
        return posixpath.relpath(target, folder) + end + mark + rest

    pages = {
        name: {**page, "links": sorted({plain(href, name) for href in page["links"]})}
        for name, page in outline["pages"].items()
    }
    return {**outline, "pages": pages}


def differences(theirs: Any, ours: Any, place: str = "") -> dict[tuple[str, str], list[Any]]:
    """What only one of two outlines has: (place, "quarto" or "press") → the values, in order.

    A place is the keys that lead there, with ` / ` between. Two lists of the same values in
    another order differ in all of them.
    """
    if isinstance(theirs, dict) and isinstance(ours, dict):
        out: dict[tuple[str, str], list[Any]] = {}
        for key in sorted(theirs.keys() | ours.keys()):
            inner = f"{place} / {key}" if place else key
            out |= differences(theirs.get(key), ours.get(key), inner)
        return out
    if theirs == ours:
        return {}
    there, here = (
        value if isinstance(value, list) else [] if value is None else [value]
        for value in (theirs, ours)
    )
    only = {
        "quarto": [value for value in there if value not in here],
        "press": [value for value in here if value not in there],
    }
    if not any(only.values()):
        only = {"quarto": there, "press": here}
    return {(place, engine): values for engine, values in only.items() if values}


def site(root: Path) -> dict[str, Any]:
    """A whole site."""
    pages = {
        path.relative_to(root).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(root.rglob("*.html"))
        if "site_libs" not in path.parts
    }
    real = {
        name: text
        for name, text in pages.items()
        if 'http-equiv="refresh"' not in text and "<main" in text
    }
    search = json.loads((root / "search.json").read_text(encoding="utf-8"))
    return {
        "pages": {name: page(text) for name, text in real.items()},
        "titles": {name: title_block(text) for name, text in real.items()},
        "aliases": sorted(set(pages) - set(real)),
        "listings": {
            name: listings(text) for name, text in real.items() if "quarto-listing" in text
        },
        "feeds": {
            path.relative_to(root).as_posix(): feed(path.read_text(encoding="utf-8"))
            for path in sorted(root.rglob("index.xml"))
        },
        "search": sorted([entry["href"], entry["title"], entry["section"]] for entry in search),
        "sitemap": sorted(
            re.findall(r"<loc>(.*?)</loc>", (root / "sitemap.xml").read_text(encoding="utf-8"))
        ),
    }
