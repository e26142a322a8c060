"""The site around the bodies. This module, those it is made of, and `layout` are all that knows smalldocs."""

from __future__ import annotations

import html
import re
import shutil
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

from smalldocs import config as base_config
from smalldocs import layout as base_layout
from smalldocs import listing as base_listing
from smalldocs import site as base
from smalldocs.quarto_keys import QUARTO_PAGE_OPTIONS

from press.bodies.body import Body
from press.errors import Findings, PressError
from press.execution.freeze import Executed
from press.input.project import (
    Config,
    folder_options,
    html_options,
    merge,
)
from press.input.source import Source
from press.site import (
    aliases,
    code_tools,
    css_purge,
    feed,
    links,
    title_block,
)
from press.site.assets import Libraries
from press.site.layout import PressLayout
from press.site.reach import reachable

Page = base.Page
BuildError = (base_config.BuildError, base_config.ConfigError)
LAYOUT_OPTIONS = frozenset(base_config.HTML_OPTIONS)  # the page options that the layout reads
QUARTO_OPTIONS = frozenset(QUARTO_PAGE_OPTIONS)  # every page option that Quarto has
SECTION_NUMBER = re.compile(r'<span class="header-section-number">[^<]*</span>\s*')
LEADING_HEADING = re.compile(r"\A(\s*<section\b[^>]*>\s*)<h1\b[^>]*>(.*?)</h1>", re.S)


class PressSite(Libraries):
    """A project being published; bodies come from pandoc, the rest from smalldocs."""

    def __init__(self, config: Config, out: Path, staging: Path, findings: Findings) -> None:
        """Take a configuration; the site is built in `staging` and becomes `out` when whole."""
        super().__init__(base_config.Project(config.root, config.options), quiet=True)
        self.config, self.findings = config, findings
        self.final, self.out = out, staging
        self.sources: dict[PurePosixPath, Source] = {}
        self.figures: dict[PurePosixPath, Path] = {}
        self.bodies: dict[PurePosixPath, Body] = {}
        self.themes: list[Any] | None = None
        self.identifiers: dict[PurePosixPath, set[str]] = {}
        self.laying_out = False  # links that the layout writes come from the configuration

    # -- reading

    def ignored(self, path: Path) -> bool:
        """Leave out what Quarto leaves out, and both the old site and the new."""
        return bool(super().ignored(path)) or self.final == path or self.final in path.parents

    def hidden(self, page: Any) -> bool:
        """Keep unlinked drafts, and the page for what is not found, out of lists and search."""
        return bool(super().hidden(page)) or str(page.out) == "404.html"

    def options_of(self, source: Source) -> dict[str, Any]:
        """A page's options: project, folders, then its front matter; nearest wins."""
        whole = {
            key: value for key, value in self.config.options.items() if key not in base_config.KNOWN
        }
        whole["format"] = self.config.options.get("format")
        whole["execute"] = self.config.options.get("execute") or {}
        outer = html_options({key: value for key, value in whole.items() if value is not None})
        folders = html_options(folder_options(self.root, Path(source.path)))
        options = merge(merge(outer, folders), html_options(source.front))
        return title_block.with_plain_names(options)

    def add(self, source: Source, options: dict[str, Any]) -> Any:
        """Take a page; None for a draft that is left out."""
        page = Page(
            src=source.path,
            out=source.path.with_suffix(".html"),
            front={**source.front, **promoted(source, options)},
            meta=options,
            body=source.body,
            mtime=(self.root / source.path).stat().st_mtime,
        )
        if self.is_draft(page):
            if self.draft_mode() == "gone":
                return None
            page.draft = True
        self.pages[source.path] = page
        self.sources[source.path] = source
        return page

    # -- bodies

    def place(self, page: Any, body: Body, executed: Executed | None) -> None:
        """Give a page its body."""
        self.bodies[page.src] = body
        if executed is not None:
            self.figures.update(executed.supporting)
        margin = re.search(r'class="[^"]*\b(column-margin|margin-caption)\b', body.html) is not None
        title = page.front.get("title")
        page.env = {
            "title": title,
            "headings": body.headings,
            "search": body.search,
            "margin_notes": margin,
        }
        leading = LEADING_HEADING.match(body.html)
        if (
            title is None and leading
        ):  # a page without a title takes its first heading, as in Quarto
            shown = SECTION_NUMBER.sub("", leading[2])
            page.env.update(title=plain(shown), title_html=shown, headings=body.headings[1:])
            self.bodies[page.src] = replace(body, html=leading[1] + body.html[leading.end() :])
        description = page.front.get("description")
        if isinstance(
            description, str
        ):  # Markdown on the page itself, plain text in lists and tags
            page.env["description"] = str(description)
            page.front["description"] = plain(base_layout.inline_md(str(description), self, page))
        if isinstance(title, str) and re.search(r"[*_`\[<$\\&]", title):
            page.env["title_html"] = base_layout.inline_md(title, self, page)
            page.env["title_text"] = plain(page.env["title_html"])

    def link_page(self, page: Any) -> None:
        """Write a page's links: sources to their `.html`, files copied, broken ones noted."""
        body = self.bodies[page.src]
        page.html = links.rewrite(body.html, lambda href: self.resolve(href, page))
        for part in ("appendix", "abstract"):
            page.env[part] = links.rewrite(
                getattr(body, part), lambda href: self.resolve(href, page)
            )

    # -- writing

    def write(self) -> None:
        """Lay out every page and write the whole site into the staging folder."""
        navigation = base_layout.SiteNav(self)
        for item in [*getattr(navigation, "left", []), *getattr(navigation, "right", [])]:
            if item.icon and item.text == html.escape(item.href):
                item.text = ""  # an icon without `text` stands alone, as in Quarto
        for page in self.pages.values():
            self.link_page(page)
        for page in self.pages.values():
            if page.meta.get("listing"):
                base_listing.expand(self, page)
                if not page.env.get("listing_pages"):
                    line = self.sources[page.src].find("listing:").line
                    self.findings.add(
                        str(page.src), line, "this listing finds no pages", breaks=False
                    )
        self.out.mkdir(parents=True)
        texts = {page.out: self.whole_page(navigation, page) for page in self.pages.values()}
        whole = css_purge.needs_bootstrap(texts.values())
        for path, text in texts.items():
            target = self.out / path
            target.parent.mkdir(parents=True, exist_ok=True)
            shown = text if whole else text.replace(css_purge.BOOTSTRAP, css_purge.TOGGLES, 1)
            target.write_text(shown, encoding="utf-8", newline="\n")
        self.check_fragments()
        self.copy_assets(navigation)
        self.copy_resources()
        if not whole:
            shutil.rmtree(self.out / "site_libs" / "bootstrap")
        css_purge.lighten(self.out, list(texts.values()), self.root / ".press" / "assets")
        self.write_search()
        self.write_sitemap()
        aliases.write(self)
        feed.write(self)
        for message in self.warnings:
            self.findings.add(
                self.config.files[0], 0, message.replace("smalldocs", "the press"), breaks=False
            )

    def whole_page(self, navigation: Any, page: Any) -> str:
        """One page with everything around its body."""
        self.laying_out = True
        try:
            text = reachable(str(PressLayout(self, navigation, page).render()))
            text = self.with_tools(text, page)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise PressError(
                f"{page.src}: an option on this page, or one of the site's, has a form that the layout "
                f"cannot read ({type(error).__name__}: {error}). Run again with --debug to see which."
            ) from error
        finally:
            self.laying_out = False
        self.identifiers[page.out] = links.identifiers(text)
        return links.rooted(text, self.address_path()) if str(page.out) == "404.html" else text

    def with_tools(self, text: str, page: Any) -> str:
        """A page's HTML with the toggle of `reader-mode`, and the script where something needs it."""
        if self.project.website.get("reader-mode"):
            text = code_tools.with_reader_toggle(text)
        if not code_tools.NEEDS_SCRIPT.search(text):
            return text
        offset = "../" * len(page.out.parent.parts)
        off = [
            f' data-{name}="false"'
            for name in ("footnotes-hover", "citations-hover", "crossrefs-hover")
            if page.meta.get(name) is False
        ]
        script = f'<script src="{offset}site_libs/{code_tools.SCRIPT}" defer></script>'
        text = text.replace("</head>", script + "</head>", 1)
        return text.replace("<body", f"<body{''.join(off)}", 1)

    def write_sitemap(self) -> None:
        """Write the sitemap, and a robots.txt that names it, where `site-url` is set."""
        super().write_sitemap()
        address = self.project.website.get("site-url")
        robots = self.out / "robots.txt"
        if address and not robots.exists():
            robots.write_text(
                f"Sitemap: {str(address).rstrip('/')}/sitemap.xml\n", encoding="utf-8"
            )


def promoted(source: Source, options: dict[str, Any]) -> dict[str, Any]:
    """Folder options that smalldocs looks for in the front matter alone."""
    keys = ("categories", "image", "image-alt", "description", "subtitle", "title", "resources")
    return {key: options[key] for key in keys if key in options and key not in source.front}


def plain(markup: str) -> str:
    """The text of a piece of HTML."""
    return html.unescape(re.sub(r"<[^>]+>", "", markup))


def unread_keys(options: dict[str, Any]) -> list[str]:
    """The keys of `project` and `website` that the layout does not read."""
    return list(base_config.check_keys(options, base_config.KNOWN, ""))


def unread_listing_keys(listing: dict[str, Any]) -> list[str]:
    """The keys of a listing that the layout does not read; the feed's type is the press's own."""
    found = base_config.check_keys(listing, base_config.LISTING, "")
    return [key for key in found if key != "feed.type"]
