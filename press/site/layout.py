"""One page's layout: smalldocs' own, with the press's head, title block, appendix and addresses."""

from __future__ import annotations

import html
import posixpath
import re
from typing import Any
from urllib.parse import quote

import fastcore.xml as tags  # type: ignore[import-untyped]
from smalldocs import layout as base_layout
from smalldocs.site import rel

from press.input.project import as_list
from press.input.source import read_text
from press.site import citation, navigation, title_block
from press.site.about import about_page
from press.site.addresses import has_feed
from press.site.banner import banner_style
from press.site.code_tools import CodeTools, code_tools
from press.site.highlighting import style_sheet
from press.site.title_block import Author

DIAGRAM = '<pre class="mermaid mermaid-js"'
PICTURE = re.compile(r'<img\b[^>]*?\ssrc="([^"]+)"[^>]*>')
PREVIEW = re.compile(r'<img\b(?=[^>]*\bclass="[^"]*\bpreview-image\b)[^>]*?\ssrc="([^"]+)"')
ALT = re.compile(r'\salt="([^"]*)"')
DRAWN = (".png", ".jpg", ".jpeg", ".gif", ".webp")  # what crawlers can show; none draws an SVG
ICON = re.compile(r'(<i class="bi bi-[\w-]+") role="img"')
NAVBAR = re.compile(r'<nav class="navbar (?![^>]*aria-label)')
CONTENTS = re.compile(r'<nav (?=[^>]*role="doc-toc")(?![^>]*aria-label)')
CODE = re.compile(r'<pre class="sourceCode(?=[^>]*>)(?![^>]*tabindex)')


class PressLayout(base_layout.Layout):  # type: ignore[misc]
    """One page's layout, with the press's own head, menus, appendix and addresses."""

    meta: dict[str, Any]
    sidebar: Any  # the page's sidebar: its options with its `items`
    is_about = False  # whether the title stands inside the arrangement of a page about somebody

    # -- menus

    def href(self, item_href: str) -> str:
        """Write an entry's link from this page."""
        if item_href in self.nav.outputs:
            return str(rel(item_href, self.page))
        return str(super().href(item_href))

    def side_item(self, it: Any, depth: int) -> Any:
        """Leave the place of the sidebar's entries, which the site's pages share."""
        return tags.Safe(navigation.PLACE)

    def sidebar_html(self, toc: list[Any] | None = None) -> list[Any]:
        """Make the sidebar, with a place for its entries."""
        sidebar = self.sidebar
        if sidebar:
            self.sidebar = {**sidebar, "items": sidebar["items"][:1]}
        try:
            return list(super().sidebar_html(toc))
        finally:
            self.sidebar = sidebar

    def sidebar_title(self) -> None:
        """Leave the site's title and its link to the home page as they are, on every page."""

    def nav_item(self, it: Any, in_menu: bool = False) -> Any:
        """Make one entry of the navbar; in a menu, one that leads nowhere is a heading."""
        if in_menu and it.section and not it.children:
            return tags.Li(tags.Safe(it.text), cls="dropdown-header")
        return super().nav_item(it, in_menu)

    def navbar(self) -> list[Any]:
        """Make the navbar; any CSS colour may be its background, as a name of Bootstrap's may."""
        options = self.nav.navbar
        if not options or self.meta.get("navbar") is False:
            return []
        colours = navigation.BarColours.read(options)
        if colours is None:
            return list(super().navbar())
        self.nav.navbar = {**options, "background": None, "foreground": None}
        try:
            bar = super().navbar()[0]
        finally:
            self.nav.navbar = options
        bar.attrs["style"] = colours.style()
        bar.attrs["data-bs-theme"] = "dark" if colours.dark else "light"
        return [bar]

    def panel_look(self, opts: dict[str, Any], name: str, where: str) -> tuple[str, dict[str, Any]]:
        """Read a sidebar's or a footer's colours: what stands on a dark one is light."""
        classes, attributes = super().panel_look(opts, name, where)
        colours = navigation.BarColours.read(opts)
        if colours is not None and opts.get("foreground") is None:
            attributes["data-bs-theme"] = "dark" if colours.dark else "light"
        return classes, attributes

    def category_link(self, cat: str) -> str:
        """Link a category to the listing that shows this page."""
        host = self.nav.hosts.get(self.page.src)
        if host is None:
            return html.escape(cat)
        address = html.escape(str(rel(host.out, self.page)))
        return f'<a href="{address}#category={html.escape(cat)}">{html.escape(cat)}</a>'

    # -- the rest of the page

    def render(self) -> str:
        """Write the page; one about somebody in the arrangement that it asks for."""
        body, meta = self.page.html, self.meta
        image = str(self.page.front.get("image") or "")
        about = about_page(meta, image, lambda href: str(self.site.resolve(href, self.page)))
        if about:
            title = "".join(str(tags.to_xml(block, indent=False)) for block in self.title_block())
            self.page.html = about.around(title, body)
            self.meta, self.is_about = {**meta, "toc": False}, True
        try:
            return str(super().render())
        finally:
            self.page.html, self.meta = body, meta

    def head(self) -> Any:
        """Add the press's style, script and feed links; the site's own CSS stays last."""
        image = self.page.front.get("image")
        picture, words = self.picture()
        self.page.front["image"] = picture or None
        try:
            head = super().head()
        finally:
            self.page.front["image"] = image
        offset = self.offset()
        extra = [
            tags.Link(rel="stylesheet", href=f"{offset}site_libs/press.css"),
            tags.Script(src=f"{offset}site_libs/press.js"),
            *self.widths(),
        ]
        if picture and words and self.web.get("open-graph") and self.web.get("site-url"):
            extra.append(tags.Meta(property="og:image:alt", content=words))
        extra += self.identity()
        extra += self.own_styles()
        if DIAGRAM in self.page.html:
            extra.append(tags.Script(src=f"{offset}site_libs/mermaid/mermaid.js", defer=True))
        if has_feed(self.page):
            address = str(rel(self.page.out.with_suffix(".xml"), self.page))
            title = str(self.web.get("title") or self.page.title)
            extra.append(
                tags.Link(rel="alternate", type="application/rss+xml", title=title, href=address)
            )
        children = [
            child for child in head.children if "fuse.min.js" not in str(tags.to_xml(child))
        ]
        if not self.meta.get("pagetitle"):  # shown elsewhere with the site's, as in Quarto
            elements = [child for child in children if hasattr(child, "tag")]
            whole = next(child for child in elements if child.tag == "title").children
            for child in elements:
                if child.attrs.get("property") == "og:title":
                    child.attrs["content"] = whole[0]
        position = next(
            (
                number
                for number, child in enumerate(children)
                if "smalldocs.css" in str(tags.to_xml(child))
            ),
            len(children),
        )
        head.children = (*children[: position + 1], *extra, *children[position + 1 :])
        return head

    def own_styles(self) -> list[Any]:
        """The colours of code and of the banner that the page asks for."""
        out = []
        sheet = style_sheet(self.meta.get("highlight-style"), self.site.root)
        if sheet:
            name = self.site.assets.keep_sheet(sheet)
            out.append(tags.Link(rel="stylesheet", href=f"{self.offset()}site_libs/{name}"))
        navbar = self.nav.navbar if isinstance(self.nav.navbar, dict) else {}
        rules = banner_style(
            self.meta, navbar, lambda href: str(self.site.resolve(href, self.page))
        )
        return [*out, tags.Style(tags.Safe(rules))] if rules else out

    def identity(self) -> list[Any]:
        """Who wrote the page, where only `author-meta` says so, and the one address it is known by."""
        out = []
        if self.meta.get("author-meta") and not self.meta.get("author"):
            names = ", ".join(str(name) for name in as_list(self.meta["author-meta"]))
            out.append(tags.Meta(name="author", content=names))
        canonical = self.option("canonical-url")
        if canonical:
            address = self.address() if canonical is True else str(canonical)
            out += [tags.Link(rel="canonical", href=address)] if address else []
        return out

    def includes(self, key: str) -> list[str]:
        """What a page includes; before the body it stands in the text, where Quarto puts it."""
        return [] if key == "include-before-body" else self.included(key)

    def included(self, key: str) -> list[str]:
        """The texts and files of an option; a file that is missing is a finding."""
        out = []
        for item in as_list(self.meta.get(key)):
            if isinstance(item, dict) and "text" in item:
                out.append(str(item["text"]))
                continue
            name = str(item.get("file") if isinstance(item, dict) else item)
            file = self.site.root / name.lstrip("/")
            if file.is_file():
                out.append(read_text(file, name))
            else:
                self.site.missing_file(self.page, key, name)
        return out

    def picture(self) -> tuple[str, str]:
        """The page's picture for elsewhere, else the site's, and its words."""
        chosen, alt = own_picture(self.page)
        default = str(self.web.get("image") or "")
        if not chosen and default:
            return "/" + default.lstrip("/"), str(self.web.get("image-alt") or "")
        return chosen, alt

    def absolute(self, img: object) -> str:
        """A picture's full address."""
        if re.match(r"https?:", str(img)):
            return str(img)
        folder = "" if str(img).startswith("/") else str(self.page.out.parent)
        path = posixpath.normpath(posixpath.join(folder, str(img).lstrip("/")))
        return f"{str(self.web.get('site-url')).rstrip('/')}/{path}"

    def title_block(self) -> list[Any]:
        """Write the title block: the layout's, with the description's Markdown, and what it lacks."""
        if self.is_about:
            return []
        front = dict(self.page.front)
        description = self.page.env.get("description", front.get("description"))
        if isinstance(description, str):
            self.page.front["description"] = self.site.inline(description, self.page)
        if isinstance(front.get("subtitle"), str):
            self.page.front["subtitle"] = tags.Safe(self.site.inline(front["subtitle"], self.page))
        if self.meta.get("title-block-categories") is False:
            self.page.front.pop("categories", None)
        people = title_block.authors(self.meta)
        try:
            blocks = list(super().title_block())
        finally:
            self.page.front.clear()
            self.page.front.update(front)
        before = [tags.Safe(text) for text in self.included("include-before-body")]
        if not blocks:
            return before
        return [*before, self.completed(blocks[0], people), *blocks[1:], *self.source_dialog()]

    def asked_code_tools(self) -> CodeTools | None:
        """What `code-tools` asks for on this page."""
        repository = str(self.web.get("repo-url") or "").rstrip("/")
        branch = str(self.web.get("repo-branch") or "main")
        path = "/".join(
            part for part in (str(self.web.get("repo-subdir") or ""), str(self.page.src)) if part
        )
        where = f"{repository}/blob/{branch}/{path}" if repository else ""
        return code_tools(self.meta.get("code-tools"), where)

    def source_dialog(self) -> list[Any]:
        """The page's source, where a tool shows it."""
        tools = self.asked_code_tools()
        dialog = tools.dialog(self.site.sources[self.page.src].text) if tools else ""
        return [tags.Safe(dialog)] if dialog else []

    def completed(self, header: Any, people: list[Author]) -> Any:
        """The title block with affiliations, ways to the authors, DOI and abstract."""
        children = list(header.children)
        tools = self.asked_code_tools()
        menu = tools.menu('class="code-fold"' in self.page.html) if tools else ""
        children = [tags.Safe(menu), *children] if menu else children
        position = next(
            number
            for number, child in enumerate(children)
            if getattr(child, "attrs", {}).get("class") == "quarto-title-meta"
        )
        cells = list(children[position].children)
        grid = title_block.people(people)
        if people and grid:
            del cells[0]
            children.insert(position, tags.Safe(grid))
            position += 1
        elif people:
            names = "".join(f"<p>{author.shown()}</p>" for author in people)
            label = title_block.heading("Author" if len(people) == 1 else "Authors")
            cells[0] = tags.Div(tags.Safe(label + title_block.contents(names)))
        if self.meta.get("doi"):
            cells.append(tags.Safe(title_block.doi(str(self.meta["doi"]))))
        children[position].children = tuple(cells)
        if self.page.env.get("abstract"):
            label = str(self.meta.get("abstract-title") or "Abstract")
            abstract = title_block.abstract(str(self.page.env["abstract"]), label)
            children.insert(position + 1, tags.Safe(abstract))
        header.children = tuple(children)
        return header

    def appendix(self) -> list[Any]:
        """Quarto's appendix: references and footnotes, reuse and copyright, how to cite."""
        below = super().appendix()
        own = str(self.page.env.get("appendix") or "")
        cited = citation.page_citation(self.page, self.authors(), self.address())
        parts = [tags.Safe(own)] if own else []
        parts += list(below[0].children) if below else []
        parts += (
            [tags.Safe(cited.section(self.meta.get("appendix-cite-as", True)))] if cited else []
        )
        return [tags.Div(*parts, id="quarto-appendix", cls="default")] if parts else []

    def authors(self) -> list[str]:
        """The names of the page's authors."""
        names = as_list(self.meta.get("author"))
        return [
            str(name.get("name") or "") if isinstance(name, dict) else str(name) for name in names
        ]

    def address(self) -> str:
        """The page's full address; empty without `site-url`."""
        base_address = str(self.web.get("site-url") or "").rstrip("/")
        path = str(self.page.out).removesuffix("index.html")
        return f"{base_address}/{quote(path)}" if base_address else ""

    def widths(self) -> list[Any]:
        """The column widths that `grid:` asks for, as the layout's own variables."""
        grid = self.meta.get("grid")
        names = {
            "body-width": "--sd-body-width",
            "margin-width": "--sd-margin-width",
            "sidebar-width": "--sd-sidebar-width",
        }
        asked_widths = grid if isinstance(grid, dict) else {}
        widths = {
            names[key]: base_layout.css_value(asked_widths[key])
            for key in names
            if key in asked_widths
        }
        rules = " ".join(f"{name}: {value};" for name, value in widths.items() if value)
        # a listing's own width gives way only where its categories stand in the margin
        chosen = "html body #quarto-content, html body #quarto-content.quarto-container.has-margin"
        return [tags.Style(tags.Safe(f"{chosen} {{ {rules} }}"))] if rules else []


def own_picture(page: Any) -> tuple[str, str]:
    """The page's picture for elsewhere, relative to the page, and its words; empty where the site's serves.

    As Quarto does: `image:`, else a picture marked `.preview-image`, else the first one.
    """
    image = page.front.get("image")
    if image:
        return str(image), str(page.front.get("image-alt") or "")
    marked = PREVIEW.search(page.html)
    for picture in [*([marked] if marked else []), *PICTURE.finditer(page.html)]:
        source = html.unescape(picture[1])
        path = re.split(r"[?#]", source, maxsplit=1)[0]
        if path.lower().endswith(DRAWN) and not re.match(r"[a-z]+:|//", source):
            alt = ALT.search(page.html[picture.start() : page.html.find(">", picture.start()) + 1])
            return source, html.unescape(alt[1]) if alt else ""
    return "", ""


def accessible(markup: str) -> str:
    """A page's HTML with its landmarks told apart and its scrolling parts in the tab order.

    An icon stands beside words or in a link with a label, so it is hidden from a reader that
    speaks. Code that is wider than the page scrolls, so the keyboard must be able to enter it.
    """
    markup = ICON.sub(r'\1 aria-hidden="true"', markup)
    markup = NAVBAR.sub('<nav aria-label="Site" class="navbar ', markup)
    markup = CONTENTS.sub('<nav aria-label="On this page" ', markup)
    return CODE.sub('<pre tabindex="0" class="sourceCode', markup)
