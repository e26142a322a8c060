"""Addresses in a page's HTML: find them, rewrite them, and see where they lead."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

LINK = re.compile(
    r"(<(?:a|img|source|video|audio|iframe|script|link|embed|object)\b[^>]*?\s"
    r'(?:href|src|poster|data)=")([^"]*)(")'
)
APART = re.compile(r"<(script|style)\b.*?</\1>", re.S)
SCHEME = re.compile(r"^[a-zA-Z][a-zA-Z0-9+.-]*:|^//")
OFFSET = re.compile(r'(<meta name="smalldocs:offset" content=")[^"]*(")')
ANCHOR = re.compile(r'<a\b[^>]*?\shref="([^"]*)"')
IDENTIFIER = re.compile(r'\sid="([^"]+)"')
IMAGE = re.compile(r"\.(png|jpe?g|svg|gif|webp|avif)$", re.I)


def rewrite(text: str, resolve: Callable[[str], str]) -> str:
    """Put every address in a piece of HTML through `resolve`, inline scripts and styles apart."""

    def one(match: re.Match[str]) -> str:
        return match[1] + html.escape(resolve(html.unescape(match[2]))) + match[3]

    out, start = "", 0
    for apart in APART.finditer(text):
        head = apart[0].split(">", 1)[0]  # a script's own address is one too
        out += (
            LINK.sub(one, text[start : apart.start()]) + LINK.sub(one, head) + apart[0][len(head) :]
        )
        start = apart.end()
    return out + LINK.sub(one, text[start:])


def rooted(text: str, base: str) -> str:
    """Make relative addresses start at `base`: a 404 page is shown at any depth."""

    def one(href: str) -> str:
        if not href or href.startswith(("#", "?", "/")) or SCHEME.match(href):
            return href
        return base + href.removeprefix("./")

    return OFFSET.sub(rf"\g<1>{base}\g<2>", rewrite(text, one))


def fragments(text: str) -> list[str]:
    """The addresses with a fragment that a page's links have."""
    return [html.unescape(href) for href in ANCHOR.findall(text) if "#" in href]


def identifiers(text: str) -> set[str]:
    """Every id on a page."""
    return {html.unescape(identifier) for identifier in IDENTIFIER.findall(text)}


def normal(parts: tuple[str, ...]) -> list[str]:
    """A path's parts without `.` and `..`."""
    out: list[str] = []
    for part in parts:
        if part == ".." and out:
            out.pop()
        elif part not in (".", ".."):
            out.append(part)
    return out
