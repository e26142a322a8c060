"""One page's layout: smalldocs' own, with the press's head, title block, appendix and addresses."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import fastcore.xml as tags  # type: ignore[import-untyped]
from smalldocs import layout as base_layout
from smalldocs.site import rel

from press.input.project import as_list
from press.site import (
    citation,
    opengraph,
)
from press.site import (
    code_tools as tools,
)
from press.site import (
    title_block as titleblock,
)

DIAGRAM = '<pre class="mermaid mermaid-js"'


class PressLayout(base_layout.Layout):  # type: ignore[misc]
    """One page's layout, with the press's own head, appendix and addresses."""

    def head(self) -> Any:
        """Add the press's style, script and feed links; the site's own CSS stays last."""
        own = self.page.front.get("image")
        picture, words = self.picture()
        self.page.front["image"] = picture or None
        try:
            head = super().head()
        finally:
            self.page.front["image"] = own
        offset = self.offset()
        extra = [
            tags.Link(rel="stylesheet", href=f"{offset}site_libs/press.css"),
            tags.Script(src=f"{offset}site_libs/press.js"),
            *self.widths(),
        ]
        if picture and words and self.web.get("open-graph") and self.web.get("site-url"):
            extra.append(tags.Meta(property="og:image:alt", content=words))
        extra += self.named()
        if DIAGRAM in self.page.html:
            extra.append(tags.Script(src=f"{offset}site_libs/mermaid/mermaid.js", defer=True))
        for listing in self.listings_with_feeds():
            address = str(rel(listing.out.with_suffix(".xml"), self.page))
            title = str(self.web.get("title") or listing.title)
            extra.append(
                tags.Link(rel="alternate", type="application/rss+xml", title=title, href=address)
            )
        children = [
            child for child in head.children if "fuse.min.js" not in str(tags.to_xml(child))
        ]
        place = next(
            (
                number
                for number, child in enumerate(children)
                if "smalldocs.css" in str(tags.to_xml(child))
            ),
            len(children),
        )
        head.children = (*children[: place + 1], *extra, *children[place + 1 :])
        return head

    def named(self) -> list[Any]:
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

    def picture(self) -> tuple[str, str]:
        """The page's picture for elsewhere, else the site's, and its words."""
        chosen, alt = opengraph.choose(self.page)
        default = str(self.web.get("image") or "")
        if not chosen and default:
            return "/" + default.lstrip("/"), str(self.web.get("image-alt") or "")
        return chosen, alt

    def absolute(self, img: object) -> str:
        """A picture's full address."""
        return opengraph.address(str(self.web.get("site-url")), self.page, str(img))

    def title_block(self) -> list[Any]:
        """Write the title block: the layout's, with the description's Markdown, and what it lacks."""
        held = dict(self.page.front)
        self.page.front["description"] = self.page.env.get("description", held.get("description"))
        if self.meta.get("title-block-categories") is False:
            self.page.front.pop("categories", None)
        people = titleblock.authors(self.meta)
        try:
            blocks = list(super().title_block())
        finally:
            self.page.front.clear()
            self.page.front.update(held)
        if not blocks:
            return []
        return [self.completed(blocks[0], people), *blocks[1:], *self.source_dialog()]

    def code_tools(self) -> tools.CodeTools | None:
        """What `code-tools` asks for on this page."""
        repository = str(self.web.get("repo-url") or "").rstrip("/")
        branch = str(self.web.get("repo-branch") or "main")
        path = "/".join(
            part for part in (str(self.web.get("repo-subdir") or ""), str(self.page.src)) if part
        )
        where = f"{repository}/blob/{branch}/{path}" if repository else ""
        return tools.code_tools(self.meta.get("code-tools"), where)

    def source_dialog(self) -> list[Any]:
        """The page's source, where a tool shows it."""
        asked = self.code_tools()
        shown = asked.dialog(self.site.sources[self.page.src].text) if asked else ""
        return [tags.Safe(shown)] if shown else []

    def completed(self, header: Any, people: list[titleblock.Author]) -> Any:
        """The title block with affiliations, ways to the authors, DOI and abstract."""
        children = list(header.children)
        asked = self.code_tools()
        menu = asked.menu('class="code-fold"' in self.page.html) if asked else ""
        children = [tags.Safe(menu), *children] if menu else children
        place = next(
            number
            for number, child in enumerate(children)
            if getattr(child, "attrs", {}).get("class") == "quarto-title-meta"
        )
        cells = list(children[place].children)
        grid = titleblock.people(people)
        if people and grid:
            del cells[0]
            children.insert(place, tags.Safe(grid))
            place += 1
        elif people:
            names = "".join(f"<p>{author.shown()}</p>" for author in people)
            label = titleblock.heading("Author" if len(people) == 1 else "Authors")
            cells[0] = tags.Div(tags.Safe(label + titleblock.contents(names)))
        if self.meta.get("doi"):
            cells.append(tags.Safe(titleblock.doi(str(self.meta["doi"]))))
        children[place].children = tuple(cells)
        if self.page.env.get("abstract"):
            label = str(self.meta.get("abstract-title") or "Abstract")
            abstract = titleblock.abstract(str(self.page.env["abstract"]), label)
            children.insert(place + 1, tags.Safe(abstract))
        header.children = tuple(children)
        return header

    def listings_with_feeds(self) -> list[Any]:
        """The listing whose feed this page announces."""
        return [self.page] if has_feed(self.page) else []

    def appendix(self) -> list[Any]:
        """Quarto's appendix: references and footnotes, reuse and copyright, how to cite."""
        below = super().appendix()
        own = str(self.page.env.get("appendix") or "")
        cited = citation.cited(self.page, self.authors(), self.address())
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
        held = grid if isinstance(grid, dict) else {}
        found = {names[key]: base_layout.css_value(held[key]) for key in names if key in held}
        rules = " ".join(f"{name}: {value};" for name, value in found.items() if value)
        # a listing's own width gives way only where its categories stand in the margin
        chosen = "html body #quarto-content, html body #quarto-content.quarto-container.has-margin"
        return [tags.Style(tags.Safe(f"{chosen} {{ {rules} }}"))] if rules else []


def has_feed(page: Any) -> bool:
    """Whether a page lists others and offers a feed of them."""
    return any(
        isinstance(listing, dict) and bool(listing.get("feed"))
        for listing in as_list(page.meta.get("listing"))
    )
