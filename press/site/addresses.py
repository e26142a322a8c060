"""Addresses on a page: where links lead, what is not there, and the old addresses that lead to a page."""

from __future__ import annotations

import contextlib
import html
import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote, unquote

from smalldocs.site import rel

from press.errors import Findings
from press.hooks import qmd
from press.input.project import Config, as_list
from press.input.source import PageSource

LINK = re.compile(
    r"(<(?:a|img|source|video|audio|iframe|script|link|embed|object)\b[^>]*?\s"
    r'(?:href|src|poster|data)=")([^"]*)(")'
)
APART = re.compile(r"<(script|style)\b.*?</\1>", re.S)
SCHEME = re.compile(r"^[a-zA-Z][a-zA-Z0-9+.-]*:|^//")
OFFSET = re.compile(r'(<meta name="smalldocs:offset" content=")[^"]*(")')
ANCHOR = re.compile(r'<a\b[^>]*?\shref="([^"]*)"')
LOADED = re.compile(
    r'<(?:img|script|source|video|audio|iframe|embed)\b[^>]*?\s(?:src|poster)="([^"]+)"'
    r'|<link\b[^>]*?\shref="([^"]+)"'
)
NAMED = re.compile(r"""url\(\s*(?:["']([^"']+)["']|([^"')]+))\s*\)|@import\s+["']([^"']+)["']""")
EXTERNAL = re.compile(r'<a\b[^>]*?\shref="(?P<href>(?:https?:)?//[^"]*)"[^>]*>')
IDENTIFIER = re.compile(r'\sid="([^"]+)"')
IMAGE = re.compile(r"\.(png|jpe?g|svg|gif|webp|avif)$", re.I)
MADE = ("sitemap.xml", "search.json", "robots.txt")  # files that the render itself writes
REDIRECT = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title}</title>
<link rel="canonical" href="{href}">
<meta http-equiv="refresh" content="0; url={href}">
<script>location.replace("{href}" + location.search + location.hash);</script>
</head>
<body><p><a href="{href}">{title}</a></p></body>
</html>
"""


def published(base: str, path: PurePosixPath) -> str:
    """The address of a page or file below the site's, as Quarto writes it in feeds and sitemaps.

    The index of a folder has the folder's address; spaces and letters stand as they are.
    """
    text = str(path)
    folder = text.removesuffix("index.html")
    return base.rstrip("/") + "/" + (folder if folder == "" or folder.endswith("/") else text)


class AddressResolver:
    """Where the links of one site lead; a broken one is a finding with its line.

    `look_up` is the layout's own answer for an address on a page: what to write, and what is
    broken about it, or an empty text. `pages`, `sources` and `figures` are the site's, by path.
    """

    def __init__(
        self,
        config: Config,
        findings: Findings,
        pages: Mapping[PurePosixPath, Any],
        sources: Mapping[PurePosixPath, PageSource],
        figures: Mapping[PurePosixPath, Path],
        look_up: Callable[[str, Any, bool], tuple[str, str]],
    ) -> None:
        """Take what links can lead to; all of it may still grow."""
        self.config, self.findings, self.look_up = config, findings, look_up
        self.pages, self.sources, self.figures = pages, sources, figures
        self.in_layout = False

    @contextlib.contextmanager
    def of_layout(self) -> Iterator[None]:
        """While a page is laid out: links then come from the configuration, from the root on."""
        self.in_layout = True
        try:
            yield
        finally:
            self.in_layout = False

    def resolve(self, href: str, page: Any, record: bool = True) -> str:
        """The address to write; one that leads nowhere becomes a finding with file and line."""
        if self.in_layout and page is not None and not href.startswith("/"):
            rooted = "/" + href
            if not self.leads_somewhere(href, page) and self.leads_somewhere(rooted, page):
                href = rooted
        made_by_render = self.made_address(href, page)
        if made_by_render is not None:
            return made_by_render
        address, broken = self.look_up(href, page, record)
        if broken:
            broken = broken.removeprefix("/") if self.in_layout else broken
            kind = "missing image" if IMAGE.search(href) else "broken link"
            self.findings.add(*self.written_at(href, page), f"{kind} {broken}")
        return address

    def leads_somewhere(self, href: str, page: Any) -> bool:
        """Whether a link of the layout can be followed as it is written."""
        if not is_local(href) or self.made_address(href, page):
            return True
        return not self.look_up(href, page, True)[1]

    def written_at(self, href: str, page: Any) -> tuple[str, int]:
        """The file and line on which a link is written: the page, else the configuration."""
        if page is not None and not self.in_layout:
            origin = self.sources[page.src].find(href)
            if origin.line:
                return origin.path, origin.line
        for name in self.config.files:
            lines = qmd.read(self.config.root / name).split("\n")
            for number, line in enumerate(lines, 1):
                if href.lstrip("/") in line:
                    return name, number
        if page is None:
            return self.config.files[0], 0
        return str(page.src), self.sources[page.src].find(href.lstrip("/")).line

    def path(self, href: str, page: Any) -> PurePosixPath | None:
        """The path in the project that a link means; None for one that leads elsewhere."""
        if not is_local(href):
            return None
        path = re.split(r"[#?]", href, maxsplit=1)[0]
        folder = "" if path.startswith("/") or page is None else str(page.src.parent)
        return within(PurePosixPath(folder) / unquote(path).lstrip("/"))

    def made_address(self, href: str, page: Any) -> str | None:
        """The address of a file that the render itself makes: a figure, a feed, the sitemap."""
        joined = self.path(href, page)
        if joined is None:
            return None
        path = re.split(r"[#?]", href, maxsplit=1)[0]
        owner = self.pages.get(joined.with_suffix(".qmd")) or self.pages.get(
            joined.with_suffix(".md")
        )
        is_feed = joined.suffix == ".xml" and owner is not None and has_feed(owner)
        is_notebook = joined.suffix == ".ipynb" and owner is not None  # made after the render
        if joined in self.figures or is_feed or is_notebook or str(joined) in MADE:
            return str(rel(joined, page)) + href[len(path) :]
        return None

    def check_fragments(self, identifiers: Mapping[PurePosixPath, set[str]]) -> None:
        """Note the links to a place on a page that is not there; `identifiers` are the pages' ids."""
        for page in self.pages.values():
            for href in ANCHOR.findall(page.html):
                path, _, fragment = html.unescape(href).partition("#")
                if not fragment or SCHEME.match(path) or fragment.startswith(("category=", "ref-")):
                    continue
                target = within(page.out.parent / unquote(path)) if path else page.out
                there = identifiers.get(target) or identifiers.get(target / "index.html")
                if there is not None and unquote(fragment) not in there:
                    where = self.written_at("#" + fragment, page)
                    what = f"broken link {path}#{fragment}: that page has no #{fragment}"
                    self.findings.add(*where, what)

    def redirects(self) -> dict[PurePosixPath, str]:
        """Small pages at a page's old addresses that lead to it, as Quarto's `aliases:` makes them.

        One that would hide a page or another alias is a finding.
        """
        taken = {page.out for page in self.pages.values()}
        redirects: dict[PurePosixPath, str] = {}
        for page in self.pages.values():
            for alias in map(str, as_list(page.front.get("aliases"))):
                target = alias_path(alias, page.out)
                if target is None or target in taken:
                    origin = self.sources[page.src].find(alias)
                    why = "is a page or an alias already" if target else "leads out of the site"
                    self.findings.add(origin.path, origin.line, f"alias {alias}: {why}")
                    continue
                taken.add(target)
                href = quote(posixpath.relpath(str(page.out), str(target.parent)))
                title = html.escape(page.title)
                redirects[target] = REDIRECT.format(title=title, href=html.escape(href))
        return redirects


def alias_path(alias: str, page: PurePosixPath) -> PurePosixPath | None:
    """The file that an alias stands for; None for one that leads out of the site."""
    base = "" if alias.startswith("/") else str(page.parent)
    path = PurePosixPath(posixpath.normpath(posixpath.join(base, alias.lstrip("/"))))
    if path.parts[:1] == ("..",):
        return None
    return path if path.suffix in (".html", ".htm") else path / "index.html"


def is_local(href: str) -> bool:
    """Whether an address names a file of the site rather than a place on the page or elsewhere."""
    return bool(href) and not href.startswith(("#", "?")) and not SCHEME.match(href)


def within(path: PurePosixPath) -> PurePosixPath:
    """A path without `.` and `..`; nothing leads out of the root."""
    return PurePosixPath(posixpath.normpath("/" + str(path)).lstrip("/"))


def has_feed(page: Any) -> bool:
    """Whether a page lists others and offers a feed of them."""
    return any(
        isinstance(listing, dict) and bool(listing.get("feed"))
        for listing in as_list(page.meta.get("listing"))
    )


def loaded(markup: str) -> Iterator[str]:
    """The address of everything that a page loads by itself: pictures, scripts, styles, films."""
    for match in LOADED.finditer(markup):
        yield html.unescape(match[1] or match[2])


def referenced(sheet: str) -> Iterator[str]:
    """The address of every file that a style sheet names."""
    for match in NAMED.finditer(re.sub(r"/\*.*?\*/", "", sheet, flags=re.S)):
        yield (match[1] or match[2] or match[3]).strip()


def rewritten(markup: str, resolve: Callable[[str], str]) -> str:
    """HTML with every address put through `resolve`, what is inside scripts and styles apart."""

    def one_link(link: re.Match[str]) -> str:
        return link[1] + html.escape(resolve(html.unescape(link[2]))) + link[3]

    out, start = "", 0
    for apart in APART.finditer(markup):
        head = apart[0].split(">", 1)[0]  # a script's own address is one too
        out += LINK.sub(one_link, markup[start : apart.start()])
        out += LINK.sub(one_link, head) + apart[0][len(head) :]
        start = apart.end()
    return out + LINK.sub(one_link, markup[start:])


def in_new_windows(markup: str, own: str, within_site: str = "") -> str:
    """HTML whose links to other sites open in windows of their own.

    `own` is this site's address, `within_site` a regular expression of what else counts as it.
    """

    def opened(link: re.Match[str]) -> str:
        href = html.unescape(link["href"])
        inside = (own and href.startswith(own)) or (within_site and re.search(within_site, href))
        if inside or " target=" in link[0]:
            return link[0]
        rel = "" if " rel=" in link[0] else ' rel="noopener"'
        return f'{link[0][:-1]} target="_blank"{rel}>'

    return EXTERNAL.sub(opened, markup)


def rooted(markup: str, base: str) -> str:
    """HTML whose relative addresses start at `base`: a 404 page is shown at any depth."""

    def from_base(href: str) -> str:
        if not is_local(href) or href.startswith("/"):
            return href
        return base + href.removeprefix("./")

    return OFFSET.sub(rf"\g<1>{base}\g<2>", rewritten(markup, from_base))


def identifiers(markup: str) -> set[str]:
    """Every id on a page."""
    return {html.unescape(identifier) for identifier in IDENTIFIER.findall(markup)}
