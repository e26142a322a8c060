"""The picture that stands for a page elsewhere: its own `image:`, its first figure, else the site's."""

from __future__ import annotations

import html
import posixpath
import re
from typing import Any

PICTURE = re.compile(r'<img\b[^>]*?\ssrc="([^"]+)"[^>]*>')
PREVIEW = re.compile(r'<img\b(?=[^>]*\bclass="[^"]*\bpreview-image\b)[^>]*?\ssrc="([^"]+)"')
ALT = re.compile(r'\salt="([^"]*)"')
DRAWN = (".png", ".jpg", ".jpeg", ".gif", ".webp")  # what crawlers can show; none draws an SVG


def choose(page: Any) -> tuple[str, str]:
    """The page's picture, relative to the page, and its words; empty where the site's own serves.

    As Quarto does: `image:`, else a picture marked `.preview-image`, else the first one.
    """
    given = page.front.get("image")
    if given:
        return str(given), str(page.front.get("image-alt") or "")
    marked = PREVIEW.search(page.html)
    for found in [*([marked] if marked else []), *PICTURE.finditer(page.html)]:
        source = html.unescape(found[1])
        path = source.split("?")[0].split("#")[0]
        if path.lower().endswith(DRAWN) and not re.match(r"[a-z]+:|//", source):
            alt = ALT.search(page.html[found.start() : page.html.find(">", found.start()) + 1])
            return source, html.unescape(alt[1]) if alt else ""
    return "", ""


def address(site_url: str, page: Any, picture: str) -> str:
    """A picture's full address: relative to the page, or to the root where it begins with `/`."""
    if re.match(r"https?:", picture):
        return picture
    folder = "" if picture.startswith("/") else str(page.out.parent)
    path = posixpath.normpath(posixpath.join(folder, picture.lstrip("/")))
    return f"{site_url.rstrip('/')}/{path}"
