"""Old addresses of a page: small pages that lead to it, as Quarto's `aliases:` makes them."""

from __future__ import annotations

import html
import posixpath
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from press.input.project import as_list

REDIRECT = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title}</title>
<link rel="canonical" href="{href}">
<meta http-equiv="refresh" content="0; url={href}">
<script>location.replace("{href}" + location.search + location.hash);</script>
</head>
<body><p><a href="{href}">{title}</a></p></body>
</html>
"""


def address(written: str, page: PurePosixPath) -> PurePosixPath | None:
    """The file that an alias stands for; None for one that leads out of the site."""
    base = "" if written.startswith("/") else str(page.parent)
    joined = posixpath.normpath(posixpath.join(base, written.lstrip("/")))
    if joined.startswith(".."):
        return None
    path = PurePosixPath(joined)
    return path if path.suffix in (".html", ".htm") else path / "index.html"


def write(site: Any) -> None:
    """Write the redirects of every page; one that would hide a page is a finding."""
    taken = {page.out for page in site.pages.values()}
    for page in site.pages.values():
        for written in as_list(page.front.get("aliases")):
            target = address(str(written), page.out)
            if target is None or target in taken:
                origin = site.sources[page.src].find(str(written))
                what = (
                    "leads out of the site" if target is None else "is a page or an alias already"
                )
                site.findings.add(origin.path, origin.line, f"alias {written}: {what}")
                continue
            taken.add(target)
            href = quote(posixpath.relpath(str(page.out), str(target.parent)))
            file = site.out / target
            file.parent.mkdir(parents=True, exist_ok=True)
            text = REDIRECT.format(title=html.escape(page.title), href=html.escape(href))
            file.write_text(text, encoding="utf-8", newline="\n")
