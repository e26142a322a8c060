"""Marks at the lines of code that an explanation is about: what `filters/annotations.lua` left to do."""

from __future__ import annotations

import re

BLOCK = re.compile(
    r'<(?P<tag>div|pre)\b(?P<before>[^>]*?) data-code-annotations="(?P<marks>[^"]*)"(?P<after>[^>]*)>'
)
IDENTIFIER = re.compile(r'\sid="([^"]+)"')
EXPLAINED = re.compile(r'<dt>\s*(\d+)\s*</dt>\s*<dd>(\s*)<span data-code-cell="([^"]+)"')
MARK = (
    '<button type="button" class="code-annotation-anchor" data-target-cell="{cell}" '
    'data-target-annotation="{number}" aria-label="Explanation {number}"></button>'
)


def marked(text: str) -> str:
    """A body in which every annotated line ends in a mark, and every explanation names its mark."""
    out, start = "", 0
    for found in BLOCK.finditer(text):
        opening = f"<{found['tag']}{found['before']}{found['after']}>"
        end = text.find("</code>", found.end())
        named = IDENTIFIER.search(opening)
        body = text[found.end() : end]
        if named and end > 0:
            for number, line in pairs(found["marks"]):
                body = at_line(body, named[1], line, number)
        out += text[start : found.start()] + opening + body
        start = max(end, found.end())
    return EXPLAINED.sub(
        r'<dt data-target-cell="\3" data-target-annotation="\1">\1</dt><dd>\2<span data-code-cell="\3"',
        out + text[start:],
    )


def pairs(written: str) -> list[tuple[int, int]]:
    """The filter's `1:3,4;2:7` as number and line, the mark at a number's first line alone."""
    out = []
    for part in filter(None, written.split(";")):
        number, _, lines = part.partition(":")
        out.append((int(number), int(lines.split(",")[0])))
    return out


def at_line(body: str, cell: str, line: int, number: int) -> str:
    """A block of code with a mark at the end of a line; as it is where pandoc set no lines apart."""
    start = body.find(f'<span id="{cell}-{line}">')
    if start < 0:
        return body
    following = body.find(f'\n<span id="{cell}-{line + 1}">', start)
    stop = body.rfind("</span>", start, following if following > 0 else len(body))
    return body[:stop] + MARK.format(cell=cell, number=number) + body[stop:]
