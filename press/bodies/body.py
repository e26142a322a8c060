"""Page bodies: pandoc's HTML taken apart for the layout, and kept by content."""

from __future__ import annotations

import html
import itertools
import json
import os
import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from press.bodies.pandoc import PandocRequest, PandocResult, convert
from press.hooks.qmd import write_whole

COPY = '<button title="Copy to Clipboard" aria-label="Copy to clipboard" class="code-copy-button"><i class="bi"></i></button>'
CODE = re.compile(r'<div class="sourceCode"[^>]*>.*?</pre></div>', re.S)
HEADING = re.compile(
    r'(<section id="(?P<id>[^"]+)" class="level\d[^"]*"[^>]*>\s*)<h(?P<level>[1-6])(?P<rest>[^>]*)>'
)
VOID = (
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr",
)  # fmt: skip
ANNOTATED = re.compile(
    r'<(?P<tag>div|pre)\b(?P<before>[^>]*?) data-code-annotations="(?P<marks>[^"]*)"(?P<after>[^>]*)>'
)
ID = re.compile(r'\sid="([^"]+)"')
EXPLAINED = re.compile(r'<dt>\s*(\d+)\s*</dt>\s*<dd>(\s*)<span data-code-cell="([^"]+)"')
MARK = (
    '<button type="button" class="code-annotation-anchor" data-target-cell="{cell}" '
    'data-target-annotation="{number}" aria-label="Explanation {number}"></button>'
)
AT_ONCE = 10  # pages to one pandoc: enough to share its start, few enough to tell how far it is


@dataclass(frozen=True)
class Body:
    """A rendered body, and what the layout and search need to know of it."""

    html: str
    appendix: str  # footnotes and references, for the end of the page
    headings: list[dict[str, Any]]
    search: list[dict[str, str]]
    notes: list[tuple[str, str]]  # what the filters and citeproc reported: kind and text
    abstract: str = ""  # for the title block


def make(
    requests: list[PandocRequest], folder: Path, on_progress: Callable[[int], None]
) -> tuple[list[Body], int]:
    """The bodies in order, and how many were held already; the others are made side by side."""
    keys = [request.key() for request in requests]
    cached = {key: load(folder / f"{key}.json") for key in keys}
    bodies = {key: body for key, body in cached.items() if body is not None}
    unchanged = sum(key in bodies for key in keys)
    missing = [pair for pair in zip(keys, requests, strict=True) if pair[0] not in bodies]
    workers = max(2, os.cpu_count() or 2)
    size = max(1, min(AT_ONCE, -(-len(missing) // workers)))
    with ThreadPoolExecutor(max_workers=workers) as pool:
        for converted in pool.map(convert_some, portions(dict(missing), size)):
            for key, body in converted:
                bodies[key] = body
                write_whole(folder / f"{key}.json", json.dumps(asdict(body)))
            on_progress(len(bodies))
    return [bodies[key] for key in keys], unchanged


def portions(
    requests: dict[str, PandocRequest], size: int
) -> Iterator[tuple[tuple[str, PandocRequest], ...]]:
    """The requests by their keys, so many at a time."""
    waiting = iter(requests.items())
    while portion := tuple(itertools.islice(waiting, size)):
        yield portion


def convert_some(portion: tuple[tuple[str, PandocRequest], ...]) -> list[tuple[str, Body]]:
    """Convert a portion in one pandoc."""
    converted = convert([request for _, request in portion])
    return [
        (key, take_apart(result, request.code_copy))
        for (key, request), result in zip(portion, converted, strict=True)
    ]


def load(file: Path) -> Body | None:
    """A body made earlier; None where there is none that can be read."""
    try:
        fields = json.loads(file.read_text(encoding="utf-8"))
        file.touch()  # so that the oldest can be found and dropped
        return Body(**{**fields, "notes": [tuple(note) for note in fields["notes"]]})
    except (OSError, ValueError, TypeError):
        return None


def drop_old(folder: Path, days: int = 30) -> None:
    """Drop the bodies that no render has asked for in so many days."""
    oldest = time.time() - days * 86400
    for file in folder.glob("*"):
        if file.stat().st_mtime < oldest:
            file.unlink(missing_ok=True)


def take_apart(converted: PandocResult, code_copy: bool) -> Body:
    """Move notes and references to the appendix, add copy buttons and anchors, read headings and text."""
    text = with_annotation_marks(converted.html)
    main, notes_html = cut(text, re.search(r'<(section) id="footnotes"', text))
    main, references = cut(main, re.search(r'<(div) id="refs"', main))
    main, appendix = own_sections(main)
    main, abstract = cut(main, re.search(r'<(div) class="press-abstract">', main))
    if references:
        appendix += section("quarto-bibliography", "References", references, "doc-bibliography")
    if notes_html:
        heading = '<h2 class="anchored quarto-appendix-heading">Footnotes</h2>'
        appendix += notes_html.replace("<hr />", heading, 1).replace(
            'class="footnotes', 'class="quarto-appendix-contents footnotes', 1
        )
    if code_copy:
        main = CODE.sub(
            lambda match: f'<div class="code-copy-outer-scaffold">{match[0]}{COPY}</div>', main
        )
    main = HEADING.sub(anchored, main)
    reader = BodyReader()
    reader.feed(main)
    reader.close()
    search = reader.sections() + [
        part for part in search_sections(appendix) if part["id"] not in ("", "quarto-bibliography")
    ]
    return Body(main, appendix, reader.headings, search, converted.notes, inner(abstract))


def search_sections(markup: str) -> list[dict[str, str]]:
    """What the search index has of some HTML: its start, and each section of the second level."""
    reader = BodyReader()
    reader.feed(markup)
    reader.close()
    return reader.sections()


def inner(element: str) -> str:
    """What stands inside an element; empty for none."""
    return element[element.find(">") + 1 : element.rfind("</")].strip() if element else ""


def own_sections(main: str) -> tuple[str, str]:
    """Move the sections marked `.appendix` to the appendix, as Quarto does."""
    sections = ""
    while start := re.search(r'<(section) id="[^"]*" class="level\d [^"]*\bappendix\b', main):
        main, section = cut(main, start)
        heading = re.compile(r"<h\d[^>]*>(.*?)</h\d>", re.S)
        section = heading.sub(
            r'<h2 class="anchored quarto-appendix-heading">\1</h2>', section, count=1
        )
        sections += re.sub(
            r'class="level\d [^"]*"', 'class="quarto-appendix-contents"', section, count=1
        )
    return main, sections


def section(identifier: str, title: str, content: str, role: str) -> str:
    """One part of the appendix, as Quarto writes it."""
    return (
        f'<section class="quarto-appendix-contents" role="{role}" id="{identifier}">'
        f'<h2 class="anchored quarto-appendix-heading">{title}</h2>\n{content}</section>\n'
    )


def cut(text: str, start: re.Match[str] | None) -> tuple[str, str]:
    """Take an element out of the HTML: what is left, and the element."""
    if start is None:
        return text, ""
    depth = 0
    for tag in re.compile(rf"<(/?){start[1]}\b[^>]*>").finditer(text, start.start()):
        depth += -1 if tag[1] else 1
        if depth == 0:
            return text[: start.start()] + text[tag.end() :], text[start.start() : tag.end()] + "\n"
    return text, ""


def anchored(match: re.Match[str]) -> str:
    """A heading that links to itself, as Quarto marks it."""
    rest = match["rest"]
    rest = (
        rest.replace('class="', 'class="anchored ', 1)
        if 'class="' in rest
        else rest + ' class="anchored"'
    )
    return f'{match[1]}<h{match["level"]}{rest} data-anchor-id="{match["id"]}">'


def with_annotation_marks(text: str) -> str:
    """A body in which every annotated line ends in a mark, and every explanation names its mark."""
    out, start = "", 0
    for block in ANNOTATED.finditer(text):
        opening = f"<{block['tag']}{block['before']}{block['after']}>"
        end = text.find("</code>", block.end())
        identifier = ID.search(opening)
        body = text[block.end() : end]
        if identifier and end > 0:
            for number, line in annotated_lines(block["marks"]):
                body = with_mark(body, identifier[1], line, number)
        out += text[start : block.start()] + opening + body
        start = max(end, block.end())
    return EXPLAINED.sub(
        r'<dt data-target-cell="\3" data-target-annotation="\1">\1</dt><dd>\2<span data-code-cell="\3"',
        out + text[start:],
    )


def annotated_lines(written: str) -> list[tuple[int, int]]:
    """The filter's `1:3,4;2:7` as number and line, the mark at a number's first line alone."""
    out = []
    for part in filter(None, written.split(";")):
        number, _, lines = part.partition(":")
        out.append((int(number), int(lines.split(",")[0])))
    return out


def with_mark(body: str, cell: str, line: int, number: int) -> str:
    """A block of code with a mark at the end of a line; as it is where pandoc set no lines apart."""
    start = body.find(f'<span id="{cell}-{line}">')
    if start < 0:
        return body
    following = body.find(f'\n<span id="{cell}-{line + 1}">', start)
    stop = body.rfind("</span>", start, following if following > 0 else len(body))
    return body[:stop] + MARK.format(cell=cell, number=number) + body[stop:]


@dataclass
class SearchSection:
    """The text of one section of the second level, or what stands in none."""

    id: str = ""
    title: str = ""
    text: list[str] = field(default_factory=list)


class BodyReader(HTMLParser):
    """Reads a body's headings and text, for the table of contents, links and search."""

    def __init__(self) -> None:
        """Start outside every element."""
        super().__init__(convert_charrefs=True)
        self.headings: list[dict[str, Any]] = []
        self.parts = [SearchSection()]
        self.stack: list[tuple[str, dict[str, str]]] = []
        self.heading: SearchSection | None = None
        self.level = 0  # of the heading that is open
        self.muted = 0  # inside math annotations, scripts and styles nothing is text

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note where a heading or muted text begins."""
        attributes = {name: value or "" for name, value in attrs}
        if tag in VOID:
            return
        self.stack.append((tag, attributes))
        if tag in ("annotation", "script", "style", "svg"):
            self.muted += 1
        owner = (
            self.stack[-2][1] if len(self.stack) > 1 and self.stack[-2][0] == "section" else None
        )
        if re.fullmatch(r"h[1-6]", tag) and owner is not None:
            self.heading = SearchSection(owner.get("id", ""))
            self.level = int(tag[1])
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
            if self.level == 2:
                self.parts.append(SearchSection(self.heading.id, title))
            else:  # a smaller section is found with the one around it, as in Quarto
                part = self.parts[0] if self.level == 1 else self.parts[-1]
                part.text.append(f" {title} ")
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
