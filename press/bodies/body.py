"""Page bodies: pandoc's HTML taken apart for the layout, and kept by content."""

from __future__ import annotations

import hashlib
import json
import os
import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from press.bodies import code_annotations
from press.bodies.pandoc import Converted, Request, convert
from press.bodies.reader import Reader

COPY = '<button title="Copy to Clipboard" aria-label="Copy to clipboard" class="code-copy-button"><i class="bi"></i></button>'
CODE = re.compile(r'<div class="sourceCode"[^>]*>.*?</pre></div>', re.S)
HEADING = re.compile(
    r'(<section id="(?P<id>[^"]+)" class="level\d[^"]*"[^>]*>\s*)<h(?P<level>[1-6])(?P<rest>[^>]*)>'
)
AT_ONCE = 10  # pages to one pandoc: enough to share its start, few enough to tell how far it is


@dataclass(frozen=True)
class Body:
    """A rendered body, and what the layout and search need to know of it."""

    html: str
    appendix: str  # footnotes and references, for the end of the page
    headings: list[dict[str, Any]]
    search: list[dict[str, str]]
    ids: list[str]
    notes: list[tuple[str, str]]  # what the filters and citeproc reported: kind and text
    abstract: str = ""  # for the title block


def make(
    requests: list[Request], folder: Path, told: Callable[[int], None]
) -> tuple[list[Body], int]:
    """The bodies in order, and how many were held already; the others are made side by side."""
    keys = [asked.key() for asked in requests]
    bodies: dict[str, Body] = {}
    for key in keys:
        held = load(folder / f"{key}.json")
        if held is not None:
            bodies[key] = held
    unchanged = sum(key in bodies for key in keys)
    missing = {key: asked for key, asked in zip(keys, requests, strict=True) if key not in bodies}
    workers = max(2, os.cpu_count() or 2)
    size = max(1, min(AT_ONCE, -(-len(missing) // workers)))
    with ThreadPoolExecutor(max_workers=workers) as pool:
        for made in pool.map(convert_some, portions(list(missing.items()), size)):
            for key, body in made:
                bodies[key] = body
                save(folder / f"{key}.json", body)
            told(len(bodies))
    return [bodies[key] for key in keys], unchanged


def portions(asked: list[tuple[str, Request]], size: int) -> Iterator[list[tuple[str, Request]]]:
    """The requests, so many at a time."""
    for start in range(0, len(asked), size):
        yield asked[start : start + size]


def convert_some(asked: list[tuple[str, Request]]) -> list[tuple[str, Body]]:
    """Convert a portion in one pandoc."""
    converted = convert([request for _, request in asked])
    return [
        (key, take_apart(made, request.code_copy))
        for (key, request), made in zip(asked, converted, strict=True)
    ]


def load(file: Path) -> Body | None:
    """A body made earlier; None where there is none that can be read."""
    try:
        held = json.loads(file.read_text(encoding="utf-8"))
        file.touch()  # so that the oldest can be found and dropped
        return Body(**{**held, "notes": [tuple(note) for note in held["notes"]]})
    except (OSError, ValueError, TypeError):
        return None


def save(file: Path, body: Body) -> None:
    """Keep a body; a reader never sees half of it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_suffix(f".{hashlib.sha256(str(id(body)).encode()).hexdigest()[:8]}.part")
    partial.write_text(json.dumps(asdict(body)), encoding="utf-8")
    partial.replace(file)


def tidy(folder: Path, days: int = 30) -> None:
    """Drop the bodies that no render has asked for in so many days."""
    oldest = time.time() - days * 86400
    for file in folder.glob("*"):
        if file.stat().st_mtime < oldest:
            file.unlink(missing_ok=True)


def take_apart(converted: Converted, code_copy: bool) -> Body:
    """Move notes and references to the appendix, add copy buttons and anchors, read headings and text."""
    text = code_annotations.marked(converted.html)
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
    reader = Reader()
    reader.feed(main)
    reader.close()
    parts = (reader.headings, reader.sections(), reader.ids, converted.notes)
    return Body(main, appendix, *parts, inner(abstract))


def inner(element: str) -> str:
    """What stands inside an element; empty for none."""
    return element[element.find(">") + 1 : element.rfind("</")].strip() if element else ""


def own_sections(main: str) -> tuple[str, str]:
    """Move the sections marked `.appendix` to the appendix, as Quarto does."""
    taken = ""
    while found := re.search(r'<(section) id="[^"]*" class="level\d [^"]*\bappendix\b', main):
        main, one = cut(main, found)
        heading = re.compile(r"<h\d[^>]*>(.*?)</h\d>", re.S)
        one = heading.sub(r'<h2 class="anchored quarto-appendix-heading">\1</h2>', one, count=1)
        taken += re.sub(r'class="level\d [^"]*"', 'class="quarto-appendix-contents"', one, count=1)
    return main, taken


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
