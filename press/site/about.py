"""Pages about somebody: a picture, the title, links and a text, in one of Quarto's five arrangements."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from smalldocs.layout import css_value

from press.input.project import as_list

TEMPLATES = ("jolla", "trestles", "solana", "marquee", "broadside")
SHAPES = ("rectangle", "round", "rounded")
RULE = '<hr class="about-sep">'


@dataclass(frozen=True)
class AboutPage:
    """What stands on the page; every piece is HTML, and empty where there is none."""

    template: str
    image: str = ""
    links: str = ""
    picture: str = ""  # the picture's address, for the arrangement that has it as a ground
    place: str = ""  # the id of the block that holds the text; empty for the whole page

    def around(self, title: str, body: str) -> str:
        """The page's title block and body in this arrangement."""
        found = re.search(rf'<div id="{re.escape(self.place)}"[^>]*>', body) if self.place else None
        if found is None:
            return self.arranged(title, body)
        end = closing(body, found.end())
        inside = self.arranged(title, body[found.start() : end])
        return body[: found.start()] + inside + body[end:]

    def arranged(self, title: str, body: str) -> str:
        """One arrangement, in Quarto's classes."""
        contents = f'<div class="about-contents">{body}</div>'
        if self.template == "trestles":
            entity = f'<div class="about-entity">{self.image}{title}{RULE}{self.links}</div>'
            parts = entity + contents
        elif self.template == "solana":
            named = f'<div class="entity-contents">{title}{RULE}{self.links}</div>'
            parts = f'<div class="about-entity">{named}{self.image}</div>{contents}'
        elif self.template == "marquee":
            footer = f'<div class="about-footer">{self.links}</div>' if self.links else ""
            parts = (
                f'<div class="about-image-container">{self.image}</div>'
                f'<div class="about-contents">{title}{body}{footer}</div>'
            )
        elif self.template == "broadside":
            ground = f" style=\"background-image: url('{self.picture}')\"" if self.picture else ""
            parts = (
                f'<div class="about-main"><div class="about-entity"{ground}></div>'
                f'<div class="about-contents">{title}{body}</div></div>'
                + (RULE + self.links if self.links else "")
            )
        else:
            parts = self.image + title + body + (RULE + self.links if self.links else "")
        return f'<div class="quarto-about-{self.template}">{parts}</div>'


def closing(markup: str, start: int) -> int:
    """Where the `<div>` ends whose content begins at `start`."""
    depth = 1
    for tag in re.compile(r"<(/?)div\b[^>]*>").finditer(markup, start):
        depth += -1 if tag[1] else 1
        if depth == 0:
            return tag.end()
    return len(markup)


def about_page(
    options: Mapping[str, Any], page_image: str, resolve: Callable[[str], str]
) -> AboutPage | None:
    """What a page's `about:` asks for; None without it, or with a template that is not Quarto's."""
    written = options.get("about")
    about = written if isinstance(written, dict) else {"template": written}
    template = str(about.get("template") or "")
    if template not in TEMPLATES:
        return None
    image = str(about.get("image") or page_image or "")
    address = html.escape(resolve(image)) if image else ""
    return AboutPage(
        template,
        picture_of(about, address) if image else "",
        links_of(about, resolve),
        address.replace("'", "%27"),
        str(about.get("id") or ""),
    )


def picture_of(about: Mapping[str, Any], address: str) -> str:
    """The picture, in the shape and width that are asked for."""
    shape = str(about.get("image-shape") or "")
    classes = "about-image" + (f" {shape}" if shape in SHAPES else "")
    alt, title = str(about.get("image-alt") or ""), str(about.get("image-title") or "")
    width = css_value(about["image-width"]) if about.get("image-width") else None
    style = f' style="width: {html.escape(width)}"' if width else ""
    named = f' title="{html.escape(title)}"' if title else ""
    return f'<img src="{address}" class="{classes}" alt="{html.escape(alt)}"{named}{style}>'


def links_of(about: Mapping[str, Any], resolve: Callable[[str], str]) -> str:
    """The links, each with its icon and text."""
    shown = []
    for link in as_list(about.get("links")):
        fields = link if isinstance(link, dict) else {"href": str(link), "text": str(link)}
        href = str(fields.get("href") or fields.get("url") or fields.get("file") or "")
        text, icon = str(fields.get("text") or ""), str(fields.get("icon") or "")
        label = str(fields.get("aria-label") or ("" if text else icon))
        attributes = "".join(
            f' {name}="{html.escape(value)}"'
            for name, value in (
                ("rel", str(fields.get("rel") or "")),
                ("target", str(fields.get("target") or "")),
                ("aria-label", label),
            )
            if value
        )
        picture = f'<i class="bi bi-{html.escape(icon)}" aria-hidden="true"></i> ' if icon else ""
        shown.append(
            f'<a href="{html.escape(resolve(href))}" class="about-link"{attributes}>{picture}'
            f'<span class="about-link-text">{html.escape(text)}</span></a>'
        )
    return f'<div class="about-links">{"".join(shown)}</div>' if shown else ""
