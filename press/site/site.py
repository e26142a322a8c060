"""The site around the bodies: smalldocs' site, completed with the press's addresses, assets and feeds."""

from __future__ import annotations

import datetime as dt
import html
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from smalldocs import config as base_config
from smalldocs import layout as base_layout
from smalldocs import site as base

from press.bodies.body import Body, search_sections
from press.bodies.pandoc import inline_html
from press.errors import Findings, PressError
from press.execution.freeze import ExecutedPage
from press.input.dates import read_moment
from press.input.language import language_of, translated
from press.input.project import (
    Config,
    as_list,
    folder_options,
    html_options,
    merge,
    with_rooted_files,
)
from press.input.source import PageSource
from press.site import addresses, css_purge, feed, listings, title_block
from press.site.addresses import AddressResolver
from press.site.assets import PageAssets
from press.site.code_tools import with_tools
from press.site.layout import DIAGRAM, PressLayout, accessible
from press.site.navigation import PLACE, Navigation

BuildError = (base_config.BuildError, base_config.ConfigError)
LOCATION = re.compile(r"(<loc>)([^<]*)")
MATH = re.compile(r"\$[^\s$][^$]*\$")
SECTION_NUMBER = re.compile(r'<span class="header-section-number">[^<]*</span>\s*')
ANCHOR = re.compile(r'<a\b[^>]*?\shref="([^"]*)"[^>]*>(.*?)</a>', re.S)
LEADING_HEADING = re.compile(r"\A(\s*<section\b[^>]*>\s*)<h1\b[^>]*>(.*?)</h1>", re.S)


@dataclass
class SitePage(base.Page):  # type: ignore[misc]
    """A page of the site; its date has every form that Quarto reads, and a time of day."""

    now: dt.datetime = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)  # the render's clock

    @property
    def moment(self) -> dt.datetime | None:
        """When the page was written, in UTC."""
        return read_moment(self.meta.get("date"), self.now, self.mtime)

    @property
    def date(self) -> dt.date | None:
        """The day of that moment."""
        moment = self.moment
        return moment.date() if moment else None


class PressSite(base.Site):  # type: ignore[misc]
    """A project being published: it has an address resolver and page assets; the rest is smalldocs'."""

    def __init__(
        self, config: Config, out: Path, staging: Path, findings: Findings, now: dt.datetime
    ) -> None:
        """Take a configuration; the site is built in `staging` and becomes `out` when whole."""
        super().__init__(base_config.Project(config.root, config.options), quiet=True)
        self.config, self.findings = config, findings
        self.final, self.out, self.now = out, staging, now
        self.sources: dict[PurePosixPath, PageSource] = {}
        self.figures: dict[PurePosixPath, Path] = {}
        self.bodies: dict[PurePosixPath, Body] = {}
        self.drafts: set[PurePosixPath] = set()
        self.themes: list[Any] | None = None
        self.identifiers: dict[PurePosixPath, set[str]] = {}
        self.assets = PageAssets(config, findings, staging, out)
        self.addresses = AddressResolver(
            config, findings, self.pages, self.sources, self.figures, self.look_up
        )

    # -- what the layout asks of a site

    def resolve(self, href: str, page: Any, record: bool = True) -> str:
        """The address to write for a link on a page."""
        return self.addresses.resolve(href, page, record)

    def look_up(self, href: str, page: Any, record: bool) -> tuple[str, str]:
        """The layout's own answer for a link, and what is broken about it, or an empty text."""
        address = str(super().resolve(href, page, record))
        broken = str(self.broken.pop()[1]) if self.broken else ""
        path = self.addresses.path(href, page)
        left_out = path is not None and self.assets.globs.leaves_out(path)
        if left_out and not broken and (self.root / str(path)).is_file():
            broken = f"{href} (`resources` leaves {path} out with `!`)"
        return address, broken

    def missing_file(self, page: Any, key: str, name: str) -> None:
        """Note a file that an option names and that is not there."""
        origin = self.sources[page.src].find(name)
        where = (origin.path, origin.line) if origin.line else self.config.line_of(key)
        self.findings.add(*where, f"{key}: there is no file {name}")

    def theme_files(self) -> list[Any]:
        """The stylesheets of the themes, found once."""
        if self.themes is None:
            try:
                self.themes = [
                    self.theme_file(name, mode) for name, mode in self.assets.theme_names()
                ]
            except base_config.BuildError as error:
                keys = ("format.html.theme", "theme")
                places = [place for key in keys if (place := self.config.line_of(key))[1]]
                name, line = (*places, (self.config.files[0], 0))[0]
                raise PressError(f"{name}:{line}: {error}") from error
        return self.themes

    def copy_assets(self, navigation: Any) -> None:
        """Copy what the pages load, with the press's own styles and scripts last."""
        super().copy_assets(navigation)
        self.assets.copy_libraries(
            diagrams=any(DIAGRAM in page.html for page in self.pages.values())
        )

    def copy_resources(self) -> None:
        """Copy linked files, `resources`, and the figures of executed pages."""
        for page in self.pages.values():
            image = str(page.front.get("image") or "")
            if image and not addresses.SCHEME.match(image):
                self.resolve(image, page)
        self.resources |= self.assets.named_resources(self.pages.values())
        self.assets.copy_resources(self.resources, self.pages)
        self.assets.copy_figures(self.figures)

    def add_loaded_files(self, texts: Mapping[PurePosixPath, str]) -> None:
        """Publish what included HTML and the site's style sheets load from the project too."""
        seen: set[PurePosixPath] = set()

        def add(path: PurePosixPath | None) -> None:
            if path is None or path in seen:
                return
            seen.add(path)
            is_source = path.suffix in (".qmd", ".md", ".ipynb") or path.parts[:1] == ("site_libs",)
            file = self.root / path
            if is_source or self.assets.globs.leaves_out(path) or not file.is_file():
                return
            self.resources.add(path)
            if path.suffix == ".css":
                for href in addresses.referenced(css_purge.sheet_text(file)):
                    if addresses.is_local(href):
                        bare = unquote(re.split(r"[?#]", href, maxsplit=1)[0])
                        folder = "" if bare.startswith("/") else path.parent
                        add(addresses.within(PurePosixPath(folder) / bare.lstrip("/")))

        for source, text in texts.items():
            for href in addresses.loaded(text):
                add(self.addresses.path(href, self.pages[source]))

    # -- reading

    def ignored(self, path: Path) -> bool:
        """Leave out what Quarto leaves out, and both the old site and the new."""
        return bool(super().ignored(path)) or self.final == path or self.final in path.parents

    def is_unlinked(self, source: PurePosixPath) -> bool:
        """Whether a source is a draft that menus and links leave out."""
        return source in self.drafts and self.draft_mode() != "visible"

    def hidden(self, page: Any) -> bool:
        """Keep unlinked drafts, and the page for what is not found, out of lists and search."""
        return bool(super().hidden(page)) or str(page.out) == "404.html"

    def options_of(self, source: PageSource) -> dict[str, Any]:
        """A page's options: project, folders, then its front matter; nearest wins."""
        whole = {
            key: value for key, value in self.config.options.items() if key not in base_config.KNOWN
        }
        whole["format"] = self.config.options.get("format")
        whole["execute"] = self.config.options.get("execute") or {}
        outer = html_options({key: value for key, value in whole.items() if value is not None})
        folders = html_options(folder_options(self.root, Path(source.path)))
        folder = Path(source.path.parent)
        own = with_rooted_files(self.root, folder, html_options(source.front))
        options = merge(merge(outer, folders), own)
        toc_title = language_of(options, self.root).labels.get("toc-title-website")
        if toc_title:
            options.setdefault("toc-title", toc_title)
        return title_block.with_plain_names(options)

    def add(self, source: PageSource, options: dict[str, Any]) -> Any:
        """Take a page; None for a draft that is left out."""
        page = SitePage(
            now=self.now,
            src=source.path,
            out=source.path.with_suffix(".html"),
            front={**source.front, **promoted(source, options)},
            meta=options,
            body=source.body,
            mtime=(self.root / source.path).stat().st_mtime,
        )
        if isinstance(page.meta.get("date"), str) and page.moment is None:
            origin = source.find("date:")
            written = page.meta["date"]
            self.findings.add(
                origin.path, origin.line, f"date: {written} is no date; write it as 2026-03-05"
            )
        if self.is_draft(page):
            self.drafts.add(source.path)
            if self.draft_mode() == "gone":
                return None
            page.draft = True
        self.pages[source.path] = page
        self.sources[source.path] = source
        return page

    # -- bodies

    def take_body(self, page: Any, body: Body, executed: ExecutedPage | None) -> None:
        """Give a page its body."""
        self.bodies[page.src] = body
        if executed is not None:
            self.figures.update(executed.supporting)
            for key, texts in executed.includes.items():  # what its outputs need in the head
                own = [{"text": str(text)} for text in as_list(texts)]
                page.meta[key] = as_list(page.meta.get(key)) + own
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
            heading = SECTION_NUMBER.sub("", leading[2])
            page.env.update(title=plain(heading), title_html=heading, headings=body.headings[1:])
            self.bodies[page.src] = replace(body, html=leading[1] + body.html[leading.end() :])
        description = page.front.get("description")
        if isinstance(
            description, str
        ):  # Markdown on the page itself, plain text in lists and tags
            page.env["description"] = str(description)
            page.front["description"] = plain(self.inline(description, page))
        if isinstance(title, str) and re.search(r"[*_`\[<$\\&]", title):
            page.env["title_html"] = self.inline(title, page)
            page.env["title_text"] = plain(page.env["title_html"])

    def inline(self, text: str, page: Any) -> str:
        """A short piece of a page's Markdown as HTML; only math is worth asking pandoc for."""
        return inline_html(text) if MATH.search(text) else base_layout.inline_md(text, self, page)

    def link_page(self, page: Any) -> None:
        """Write a page's links: sources to their `.html`, files copied, broken ones noted."""
        body = self.bodies[page.src]

        def resolve(href: str) -> str:
            return self.resolve(href, page)

        def linked(markup: str) -> str:
            drafts = self.drafts and self.draft_mode() != "visible"
            return addresses.rewritten(
                self.without_drafts(markup, page) if drafts else markup, resolve
            )

        page.html = linked(body.html)
        if page.meta.get("link-external-newwindow"):
            own = str(self.project.website.get("site-url") or "")
            within_site = str(page.meta.get("link-external-filter") or "")
            page.html = addresses.in_new_windows(page.html, own, within_site)
        page.env["appendix"] = linked(body.appendix)
        page.env["abstract"] = linked(body.abstract)

    def without_drafts(self, markup: str, page: Any) -> str:
        """HTML in which a link to a draft is its text alone, as in Quarto."""

        def link(match: re.Match[str]) -> str:
            path = self.addresses.path(html.unescape(match[1]), page)
            return match[2] if path is not None and self.is_unlinked(path) else match[0]

        return ANCHOR.sub(link, markup)

    # -- writing

    def write(self) -> None:
        """Lay out every page and write the whole site into the staging folder."""
        with self.addresses.of_layout():
            navigation = Navigation(self)
        for page in self.pages.values():
            self.link_page(page)
        for page in self.pages.values():
            if page.meta.get("listing"):
                listings.expand(self, page)
                if not page.env["listing_items"]:
                    line = self.sources[page.src].find("listing:").line
                    self.findings.add(
                        str(page.src), line, "this listing finds no pages", breaks=False
                    )
        navigation.note_listings()
        self.out.mkdir(parents=True)
        texts = {page.src: self.whole_page(navigation, page) for page in self.pages.values()}
        with self.addresses.of_layout():
            examples = [bar.markup(page) for bar, page in navigation.examples()]
        spoken = [*texts.values(), *examples]  # all that the site's pages say, each thing once
        whole = css_purge.needs_bootstrap(spoken)
        for source, text in texts.items():
            markup = text if whole else text.replace(css_purge.BOOTSTRAP, css_purge.TOGGLES, 1)
            self.write_page(navigation, self.pages[source], markup)
        self.addresses.check_fragments(self.identifiers)
        self.copy_assets(navigation)
        self.add_loaded_files(texts)
        self.copy_resources()
        if not whole:
            shutil.rmtree(self.out / "site_libs" / "bootstrap")
        apart = self.assets.copy_frozen_libraries(texts.values())
        cache = self.root / ".press" / "assets"
        css_purge.lighten(self.out, spoken, cache, apart)
        for page in self.pages.values():
            if page.env.get("listing"):  # what it lists is found there too
                page.env["search"] = search_sections(page.html)
        self.write_search()
        self.write_sitemap()
        for path, redirect in self.addresses.redirects().items():
            (self.out / path).parent.mkdir(parents=True, exist_ok=True)
            (self.out / path).write_text(redirect, encoding="utf-8", newline="\n")
        feed.write(self)
        for message in self.warnings:
            self.findings.add(*self.place_of(message), message.replace("smalldocs", "the press"))

    def place_of(self, message: str) -> tuple[str, int]:
        """The file and line that one of the layout's warnings is about: its first words name it."""
        page, _, rest = message.partition(": ")
        source = self.sources.get(PurePosixPath(page))
        if source is not None:
            return source.find(rest.split(":")[0]).path, source.find(rest.split(":")[0]).line
        key = message.split(":")[0].split(" ")[0]
        for dotted in (f"website.{key}", f"format.html.{key}", key):
            name, line = self.config.line_of(dotted)
            if line:
                return name, line
        return self.config.files[0], 0

    def write_page(self, navigation: Navigation, page: Any, markup: str) -> None:
        """Write a page that is laid out, with the entries of its sidebar."""
        shared = navigation.shared_for(page)
        if shared is not None:
            markup = markup.replace(PLACE, shared.markup(page), 1)
        if str(page.out) == "404.html":
            path = urlsplit(str(self.project.website.get("site-url") or "")).path
            markup = addresses.rooted(markup, path.rstrip("/") + "/")
        target = self.out / page.out
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(markup, encoding="utf-8", newline="\n")

    def whole_page(self, navigation: Navigation, page: Any) -> str:
        """One page with everything around its body; the sidebar's entries have a place in it."""
        try:
            with self.addresses.of_layout():
                markup = accessible(str(PressLayout(self, navigation, page).render()))
            markup = self.in_language(page, markup)
            reader_mode = bool(self.project.website.get("reader-mode"))
            markup = with_tools(markup, page, reader_mode=reader_mode)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise PressError(
                f"{page.src}: an option on this page, or one of the site's, has a form that the layout "
                f"cannot read ({type(error).__name__}: {error}). Run again with --debug to see which."
            ) from error
        self.identifiers[page.out] = addresses.identifiers(markup)
        return markup

    def in_language(self, page: Any, markup: str) -> str:
        """A page's HTML with its labels and its dates in the page's language."""
        language = language_of(page.meta, self.root)
        form = page.meta.get("date-format")
        modified = page.meta.get("date-modified")
        days = {"date": page.moment, "date-modified": read_moment(modified, self.now, page.mtime)}
        for name, moment in days.items():
            if moment is not None:
                start = f'<p class="{name}">'
                own = start + html.escape(language.date(moment, form))
                markup = re.sub(f"{start}[^<]*", own.replace("\\", r"\\"), markup, count=1)
        return translated(markup, language)

    def write_sitemap(self) -> None:
        """Write the sitemap, and a robots.txt that names it, where `site-url` is set."""
        super().write_sitemap()
        address = self.project.website.get("site-url")
        if not address:
            return
        sitemap = self.out / "sitemap.xml"
        start = str(address).rstrip("/") + "/"
        text = LOCATION.sub(  # spaces and letters as they are, as in Quarto's
            lambda match: match[1] + html.escape(start + unquote(match[2])),
            sitemap.read_text(encoding="utf-8").replace("<loc>" + html.escape(start), "<loc>"),
        )
        sitemap.write_text(text, encoding="utf-8", newline="\n")
        robots = self.out / "robots.txt"
        if not robots.exists():
            robots.write_text(
                f"Sitemap: {str(address).rstrip('/')}/sitemap.xml\n", encoding="utf-8"
            )


def promoted(source: PageSource, options: dict[str, Any]) -> dict[str, Any]:
    """Folder options that smalldocs looks for in the front matter alone."""
    keys = ("categories", "image", "image-alt", "description", "subtitle", "title", "resources")
    return {key: options[key] for key in keys if key in options and key not in source.front}


def plain(markup: str) -> str:
    """The text of a piece of HTML."""
    return html.unescape(re.sub(r"<annotation.*?</annotation>|<[^>]+>", "", markup, flags=re.S))
