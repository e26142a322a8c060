"""The site's menus: which entries they have, and the sidebar that all pages of a site share."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from smalldocs import layout as base_layout
from smalldocs.layout import Item
from tinycss2.color3 import parse_color

from press.input.project import as_list
from press.site.addresses import SCHEME

PLACE = "<!--press-sidebar-->"  # stands on a laid-out page for the entries that pages share
ROOT = "\0"  # in shared entries: the way from a page up to the root
LINK = re.compile(r"</?a\b[^>]*>")  # what an entry's text may not hold: it is a link itself
NAMED = frozenset({"", "light", *base_layout.PALETTE})  # what a class of Bootstrap's colours
COLOURED = ("color", "hover-color", "active-color", "brand-color", "brand-hover-color")
MIDDLE = 0.179  # luminance above which black on a colour is easier to read than white (WCAG 2.1)
REFERENCE = "sidebar:"  # an entry of the navbar that stands for a whole sidebar


class Navigation(base_layout.SiteNav):  # type: ignore[misc]
    """The navigation as Quarto reads it: no drafts, Markdown in texts, sidebars as menus."""

    def __init__(self, site: Any) -> None:
        """Read the menus of a site whose pages have their titles."""
        super().__init__(site)
        self.shared = [SharedSidebar(self, bar) for bar in self.sidebars]
        self.outputs = {str(page.out) for page in site.pages.values()}
        self.hosts: dict[PurePosixPath, Any] = {}  # a page → the listing page that shows it

    # -- reading

    def expand(self, contents: list[Any], nav: bool = False) -> list[Item]:
        """Read a list of entries, as the configuration writes it."""
        items: list[Item] = []
        for entry in contents:
            reference = self.reference(entry)
            if reference is not None:
                items.append(self.menu_of(reference, entry))
                continue
            read = super().expand([entry], nav)
            if isinstance(entry, Mapping) and len(read) == 1:
                self.complete(read[0], entry)
            items += read
        return without_drafts(items, self.site)

    def complete(self, item: Item, entry: Mapping[str, Any]) -> None:
        """Give an entry its text as Markdown; an icon without `text` stands alone, as in Quarto."""
        text = entry.get("text") or entry.get("section") or entry.get("part")
        if text:
            item.text = inline(str(text), self.site)
        elif item.icon and item.page is None:
            item.text = ""

    def reference(self, entry: Any) -> dict[str, Any] | None:
        """The sidebar that an entry such as `sidebar:guide` names; None for any other entry."""
        name = entry.get("href") or entry.get("text") if isinstance(entry, Mapping) else entry
        if not str(name or "").startswith(REFERENCE):
            return None
        identifier = str(name).removeprefix(REFERENCE)
        bars = as_list(self.site.project.website.get("sidebar"))
        found = next((bar for bar in bars if identifier == str(dict(bar).get("id"))), None)
        return found if found is not None else {"id": identifier, "title": identifier}

    def menu_of(self, sidebar: Mapping[str, Any], entry: Any) -> Item:
        """The menu that a sidebar becomes in the navbar."""
        own = entry.get("text") if isinstance(entry, Mapping) else None
        text = own if own and not str(own).startswith(REFERENCE) else sidebar.get("title")
        children = flat(self.expand(as_list(sidebar.get("contents"))))
        return Item(inline(str(text or sidebar["id"]), self.site), section=True, children=children)

    # -- what a page asks

    def sidebar_for(self, page: Any) -> dict[str, Any] | None:
        """The sidebar of a page: the only one, the one that it names, else the one that lists it."""
        shared = self.shared_for(page)
        return shared.options if shared else None

    def shared_for(self, page: Any) -> SharedSidebar | None:
        """A page's sidebar, with the entries that it shares with other pages."""
        chosen = page.meta.get("sidebar")
        if chosen is False or not self.shared:
            return None
        if len(self.shared) == 1:
            return self.shared[0]
        named = (bar for bar in self.shared if chosen and str(bar.options["id"]) == str(chosen))
        listed = (bar for bar in self.shared if page.src in bar.trails)
        return next(named, None) or next(listed, None)

    def examples(self) -> list[tuple[SharedSidebar, Any]]:
        """Each sidebar with a page of the site, for what its entries look like."""
        page = next(iter(self.site.pages.values()))
        return [(shared, page) for shared in self.shared]

    def order(self, page: Any) -> list[Any]:
        """The pages of a page's sidebar, in order."""
        shared = self.shared_for(page)
        return shared.order if shared else []

    def crumbs(self, page: Any) -> list[Item]:
        """The sections above a page in its sidebar, then the page."""
        shared = self.shared_for(page)
        return [crumb(item) for item in shared.trails.get(page.src, [])] if shared else []

    def note_listings(self) -> None:
        """Note which listing shows a page: one with categories before one without."""
        pages = list(self.site.pages.values())
        for host in sorted(pages, key=lambda page: not page.env.get("listing_categories")):
            for page in host.env.get("listing_pages", []):
                self.hosts.setdefault(page.src, host)


@dataclass
class Entry:
    """A piece of a shared sidebar's HTML, and what stands there on the pages it is about."""

    markup: str
    active: str  # on the page itself
    within: str  # on the pages below: a section that is open


@dataclass
class SharedSidebar:
    """The entries of one sidebar, laid out once for all pages that show them.

    On a page only the entry of the page itself and the sections above it look different, so that
    a sidebar of n entries costs each page those alone.
    """

    navigation: Navigation
    options: dict[str, Any]
    trails: dict[PurePosixPath, list[Item]] = field(default_factory=dict)  # page → way down to it
    order: list[Any] = field(default_factory=list)  # its pages
    pieces: list[Entry] = field(default_factory=list)
    places: dict[int, list[int]] = field(default_factory=dict)  # an item's id → its pieces
    plain: dict[str, list[str]] = field(default_factory=dict)  # way to the root → the pieces' HTML
    sections: int = 0

    def __post_init__(self) -> None:
        """Find the way to each page; the first in order counts."""
        self.walk(self.options["items"], [])

    def walk(self, items: Iterable[Item], above: list[Item]) -> None:
        """Note the ways to the pages below some sections."""
        for item in items:
            if item.page is not None and item.page.src not in self.trails:
                self.trails[item.page.src] = [*above, item]
                self.order.append(item.page)
            self.walk(item.children, [*above, item])

    def markup(self, page: Any) -> str:
        """The entries as a page shows them."""
        if not self.pieces:
            self.lay_out(self.options["items"], 1)
        up = "../" * len(page.out.parent.parts) or "./"
        if up not in self.plain:
            self.plain[up] = [piece.markup.replace(ROOT, up) for piece in self.pieces]
        shown = list(self.plain[up])
        trail = self.trails.get(page.src, [])
        for item in trail:
            for place in self.places[id(item)]:
                piece = self.pieces[place]
                own = item.page is page
                shown[place] = (piece.active if own else piece.within).replace(ROOT, up)
        return "".join(shown)

    def lay_out(self, items: Iterable[Item], depth: int) -> None:
        """Write the pieces of some entries."""
        for item in items:
            if item.sep:
                self.add(item, '<li class="sidebar-item"><div class="sidebar-divider"></div></li>')
            elif item.section:
                self.lay_out_section(item, depth)
            else:
                text = f'{icon(item.icon)}<span class="menu-text">{item.text}</span>'
                start = '<li class="sidebar-item"><div class="sidebar-item-container">'
                link = self.link(item, text, "", attributes(item.attrs))
                active = self.link(
                    item, text, " active", attributes({**item.attrs, "aria-current": "page"})
                )
                self.add(item, f"{start}{link}</div></li>", f"{start}{active}</div></li>")

    def lay_out_section(self, item: Item, depth: int) -> None:
        """Write the pieces of a section: its head, and the list that it opens."""
        self.sections += 1
        name = f"quarto-sidebar-section-{self.sections}"
        level = self.options.get("collapse-level", 2)
        opened = depth < (level if isinstance(level, int) else 2)
        self.add(
            item,
            self.head(item, name, opened=opened),
            self.head(item, name, opened=True, active=" active"),
            self.head(item, name, opened=True),
        )
        start = f'<ul id="{name}" class="collapse list-unstyled sidebar-section depth{depth}'
        self.add(item, f'{start}{" show" * opened}">', f'{start} show">')
        self.lay_out(item.children, depth + 1)
        self.add(item, "</ul></li>")

    def head(self, item: Item, name: str, *, opened: bool, active: str = "") -> str:
        """A section's head: its title, and what opens and closes it."""
        opens = (
            f'data-bs-toggle="collapse" data-bs-target="#{name}" role="navigation" '
            f'aria-expanded="{str(opened).lower()}"'
        )
        text = f'<span class="menu-text">{item.text}</span>'
        title = f'<a class="sidebar-item-text sidebar-link text-start" {opens}>{text}</a>'
        if item.href:
            title = self.link(item, text, active, attributes(item.attrs))
        closed = "" if opened else " collapsed"
        return (
            '<li class="sidebar-item sidebar-item-section"><div class="sidebar-item-container">'
            f'{title}<a class="sidebar-item-toggle text-start{closed}" {opens} '
            'aria-label="Toggle section"><i class="bi bi-chevron-right ms-2"></i></a></div>'
        )

    def link(self, item: Item, text: str, active: str, more: str) -> str:
        """An entry's link."""
        target = html.escape(self.address(item))
        return f'<a class="sidebar-item-text sidebar-link{active}" href="{target}"{more}>{text}</a>'

    def address(self, item: Item) -> str:
        """Where an entry leads, from the root."""
        if not item.href or SCHEME.match(item.href) or item.href.startswith("#"):
            return str(item.href)
        if item.page is not None:
            return ROOT + quote(str(item.page.out))
        address = str(self.navigation.site.resolve("/" + item.href.lstrip("/"), None))
        return address if SCHEME.match(address) else ROOT + address

    def add(self, item: Item, markup: str, active: str = "", within: str = "") -> None:
        """Add a piece, and what it is on the entry's own page and on those below it."""
        self.places.setdefault(id(item), []).append(len(self.pieces))
        own = active or markup
        self.pieces.append(Entry(markup, own, within or own))


@dataclass(frozen=True)
class BarColours:
    """The colours of a bar that are no names of Bootstrap's: CSS colours, and whether it is dark."""

    background: str
    foreground: str
    dark: bool

    @classmethod
    def read(cls, options: Mapping[str, Any]) -> BarColours | None:
        """Read a bar's `background` and `foreground`; None where Bootstrap's names say it all."""
        background = base_layout.css_value(options.get("background")) or ""
        foreground = base_layout.css_value(options.get("foreground")) or ""
        if background in NAMED and foreground in NAMED:
            return None
        colour = parse_color(background)
        named_dark = background in base_layout.DARK_BG
        dark = named_dark if colour is None else luminance(*colour[:3]) < MIDDLE
        if foreground in ("light", "dark"):
            dark = foreground == "light"
        return cls(background, "" if foreground in NAMED else foreground, dark)

    def style(self) -> str:
        """The bar's CSS."""
        rules = []
        if self.background:
            rules.append(f"background-color: {base_layout.css_color(self.background)}")
        if self.foreground:
            rules += [f"--bs-navbar-{part}: {self.foreground}" for part in COLOURED]
        return "; ".join(rules)


def luminance(red: float, green: float, blue: float) -> float:
    """A colour's relative luminance, as its parts from 0 (black) to 1 (white). Source: WCAG 2.1."""
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (red, green, blue)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def without_drafts(items: list[Item], site: Any) -> list[Item]:
    """The entries that lead to no draft; a section stays, without its own link."""
    out = []
    for item in items:
        target = PurePosixPath(item.href.lstrip("/").partition("#")[0])
        if site.is_unlinked(item.page.src if item.page is not None else target):
            if not item.section:
                continue
            item.page, item.href = None, ""
        out.append(item)
    return out


def crumb(item: Item) -> Item:
    """An entry as one of the steps to a page: a section without a page leads to its first one."""
    below: Item | None = item
    while below is not None and below.page is None:
        below = next(iter(below.children), None)
    href = item.href or (str(below.page.out) if below is not None else "")
    return Item(item.text, href, item.page, section=item.section)


def flat(items: Iterable[Item]) -> list[Item]:
    """The entries of a sidebar as a menu has them: a section's title above its entries."""
    out: list[Item] = []
    for item in items:
        if item.section:
            out += [Item(item.text, item.href, item.page, section=not item.href)]
            out += flat(item.children)
        else:
            out.append(item)
    return out


def inline(text: str, site: Any) -> str:
    """A short text's Markdown as HTML, without links."""
    if not re.search(r"[*_`\[<$\\&~^]", text):
        return html.escape(text)
    return LINK.sub("", str(base_layout.inline_md(text, site, None)))


def icon(name: str) -> str:
    """An icon beside a text; it says nothing that the text does not."""
    return f'<i class="bi bi-{html.escape(name)}" aria-hidden="true"></i> ' if name else ""


def attributes(named: Mapping[str, str]) -> str:
    """A link's further attributes."""
    return "".join(f' {name}="{html.escape(str(value))}"' for name, value in named.items())
