"""Where links lead: pages, files, what the render itself makes, and what is not there."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from smalldocs import site as base

from press.errors import Findings
from press.input.project import Config
from press.input.source import Source
from press.site import links
from press.site.layout import has_feed


class Addresses(base.Site):  # type: ignore[misc]
    """The part of a site that knows where its links lead; a broken one is a finding with its line."""

    config: Config
    findings: Findings
    sources: dict[PurePosixPath, Source]
    figures: dict[PurePosixPath, Path]
    identifiers: dict[PurePosixPath, set[str]]
    laying_out: bool

    def resolve(self, href: str, page: Any, record: bool = True) -> str:
        """Resolve a link; one that leads nowhere becomes a finding with page and line."""
        relative = self.laying_out and page is not None and not href.startswith("/")
        if relative and not self.here(href, page):
            rooted = "/" + href
            href = rooted if self.here(rooted, page) else href
        made = self.made_path(href, page)
        if made is not None:
            return made
        before = len(self.broken)
        resolved = str(super().resolve(href, page, record))
        if len(self.broken) > before:
            what = self.broken.pop()[1]
            what = what.removeprefix("/") if self.laying_out else what
            name, line = self.where(href, page)
            image = links.IMAGE.search(href)
            self.findings.add(name, line, f"{'missing image' if image else 'broken link'} {what}")
        return resolved

    def here(self, href: str, page: Any) -> bool:
        """Whether a link of the layout can be followed as it is written."""
        if (
            not href
            or href.startswith(("#", "?"))
            or base.SCHEME.match(href)
            or self.made_path(href, page)
        ):
            return True
        before = len(self.broken)
        super().resolve(href, page, True)
        found = len(self.broken) == before
        del self.broken[before:]
        return found

    def where(self, href: str, page: Any) -> tuple[str, int]:
        """The file and line on which a link is written: the page, else the configuration."""
        if page is not None:
            origin = self.sources[page.src].find(href)
            if origin.line and not self.laying_out:
                return origin.path, origin.line
        for name in self.config.files:
            for number, line in enumerate(
                (self.root / name).read_text(encoding="utf-8-sig").split("\n"), 1
            ):
                if href.lstrip("/") in line:
                    return name, number
        return (str(page.src), 0) if page is not None else (self.config.files[0], 0)

    def made_path(self, href: str, page: Any) -> str | None:
        """The address of a file that the build itself makes: a figure, a feed, the sitemap."""
        if not href or base.SCHEME.match(href) or href.startswith(("#", "?")):
            return None
        path, mark, tail = re.match(r"([^#?]*)([#?]?)(.*)", href, re.S).groups()  # type: ignore[union-attr]
        folder = (
            PurePosixPath("/")
            if path.startswith("/") or page is None
            else PurePosixPath("/") / page.src.parent
        )
        joined = PurePosixPath(*links.normal((folder / path.lstrip("/")).parts[1:]))
        source = joined.with_suffix(".qmd")
        owner = self.pages.get(source) or self.pages.get(joined.with_suffix(".md"))
        is_feed = joined.suffix == ".xml" and owner is not None and has_feed(owner)
        is_notebook = joined.suffix == ".ipynb" and owner is not None  # made after the render
        if (
            joined in self.figures
            or is_feed
            or is_notebook
            or str(joined) in ("sitemap.xml", "search.json", "robots.txt")
        ):
            return str(base.rel(joined, page)) + mark + tail
        return None

    def address_path(self) -> str:
        """The path that the site is served under, such as `/` or `/log/`."""
        path = urlsplit(str(self.project.website.get("site-url") or "")).path
        return path.rstrip("/") + "/"

    def check_fragments(self) -> None:
        """Note the links to a place on a page that is not there."""
        for page in self.pages.values():
            for href in links.fragments(page.html):
                path, _, fragment = href.partition("#")
                if (
                    not fragment
                    or links.SCHEME.match(href)
                    or fragment.startswith(("category=", "ref-"))
                ):
                    continue
                target = (
                    PurePosixPath(*links.normal((page.out.parent / unquote(path)).parts))
                    if path
                    else page.out
                )
                held = self.identifiers.get(target) or self.identifiers.get(target / "index.html")
                if held is not None and unquote(fragment) not in held:
                    name, line = self.where("#" + fragment, page)
                    self.findings.add(
                        name, line, f"broken link {href}: that page has no #{fragment}"
                    )
