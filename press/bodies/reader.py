"""Reads a body's headings, ids and text, for the table of contents, links and search."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "source",
        "track",
        "wbr",
    ]
)


@dataclass
class Part:
    """The text below one heading."""

    id: str = ""
    title: str = ""
    text: list[str] = field(default_factory=list)


class Reader(HTMLParser):
    """Reads a body's headings, ids and text, for the table of contents, links and search."""

    def __init__(self) -> None:
        """Start outside every element."""
        super().__init__(convert_charrefs=True)
        self.headings: list[dict[str, Any]] = []
        self.ids: list[str] = []
        self.parts = [Part()]
        self.stack: list[tuple[str, dict[str, str]]] = []
        self.heading: Part | None = None
        self.muted = 0  # inside math annotations, scripts and styles nothing is text

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note ids, and where a heading or muted text begins."""
        held = {name: value or "" for name, value in attrs}
        if held.get("id"):
            self.ids.append(held["id"])
        if tag in VOID:
            return
        self.stack.append((tag, held))
        if tag in ("annotation", "script", "style", "svg"):
            self.muted += 1
        owner = (
            self.stack[-2][1] if len(self.stack) > 1 and self.stack[-2][0] == "section" else None
        )
        if re.fullmatch(r"h[1-6]", tag) and owner is not None:
            self.heading = Part(owner.get("id", ""))
            classes = owner.get("class", "").split()[1:]
            self.headings.append(
                {"level": int(tag[1]), "id": self.heading.id, "text": "", "classes": classes}
            )

    def handle_endtag(self, tag: str) -> None:
        """Close what is open; a heading that ends starts a new part."""
        while self.stack:
            closed = self.stack.pop()[0]
            if closed in ("annotation", "script", "style", "svg"):
                self.muted -= 1
            if closed == tag:
                break
        if re.fullmatch(r"h[1-6]", tag) and self.heading is not None:
            title = " ".join("".join(self.heading.text).split())
            self.headings[-1]["text"] = title
            self.parts.append(Part(self.heading.id, title))
            self.heading = None

    def handle_data(self, data: str) -> None:
        """Keep text for the heading or the part it stands in."""
        if not self.muted:
            (self.heading or self.parts[-1]).text.append(data)

    def sections(self) -> list[dict[str, str]]:
        """The parts for the search index."""
        out = []
        for part in self.parts:
            text = html.escape(" ".join("".join(part.text).split()), quote=False)
            if text or part.id:
                out.append({"id": part.id, "title": part.title, "text": text})
        return out
