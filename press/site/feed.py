"""RSS feeds of listings, with whole entries in them, as Quarto's `feed: true` writes."""

from __future__ import annotations

import datetime as dt
import html
import posixpath
import re
from email.utils import format_datetime
from typing import Any
from urllib.parse import quote, urljoin

from press.site.addresses import SCHEME, published

ADDRESS = re.compile(r'((?:href|src|poster)=")([^"]*)(")')
ENTRY = """<item>
  <title>{title}</title>{creators}
  <link>{link}</link>
  <description><![CDATA[{content}]]></description>{categories}
  <guid>{link}</guid>{date}{media}
</item>
"""
FEED = """<?xml version="1.0" encoding="UTF-8"?>
<rss xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/" \
xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" version="2.0">
<channel>
<title>{title}</title>
<link>{link}</link>
<atom:link href="{self_link}" rel="self" type="application/rss+xml"/>
<description>{description}</description>
<generator>press</generator>
<lastBuildDate>{built}</lastBuildDate>
{entries}</channel>
</rss>
"""


def write(site: Any) -> None:
    """Write a feed beside each listing with `feed:`; without `site-url` say that it is missing."""
    web = site.project.website
    base = str(web.get("site-url") or "").rstrip("/")
    for page in site.pages.values():
        for options, items, _ in page.env.get("feeds", []):
            if not base:
                origin = site.sources[page.src].find("feed")
                site.findings.add(
                    origin.path, origin.line, "a feed needs website.site-url", breaks=False
                )
                continue
            text = one_feed(site, page, options, items, base + "/")
            (site.out / page.out.with_suffix(".xml")).write_text(
                text, encoding="utf-8", newline="\n"
            )


def one_feed(
    site: Any, page: Any, options: dict[str, Any], items: list[dict[str, Any]], base: str
) -> str:
    """One listing's feed."""
    web = site.project.website
    feed = options["feed"] if isinstance(options["feed"], dict) else {}
    newest = sorted(items, key=lambda item: item["_date"] or dt.date.min, reverse=True)
    newest = newest[: int(feed.get("items", 20))]
    address = published(base, page.out)
    dates = [item["_date"] for item in newest if item["_date"]]
    return FEED.format(
        title=html.escape(str(feed.get("title") or web.get("title") or page.title)),
        link=html.escape(address),
        self_link=html.escape(published(base, page.out.with_suffix(".xml"))),
        description=html.escape(
            str(
                feed.get("description")
                or page.front.get("description")
                or web.get("description")
                or ""
            )
        ),
        built=rss_date(max(dates)) if dates else rss_date(dt.datetime(1970, 1, 1, tzinfo=dt.UTC)),
        entries="".join(entry(item, str(feed.get("type", "full")), base) for item in newest),
    )


def entry(item: dict[str, Any], kind: str, base: str) -> str:
    """One entry: its whole text, or only its description with `type: partial` or `metadata`."""
    page = item["_page"]
    # an item that is no page of the site leads elsewhere, and has no text but its description
    link = published(base, page.out) if page is not None else urljoin(base, item["href"])
    whole = page is not None and kind == "full"
    content = absolute(page, base) if whole else f"<p>{html.escape(item['description'])}</p>"
    names = [name for name in str(item["author"]).split(", ") if name]
    image = str((page.front.get("image") if page is not None else item["image"]) or "")
    media = ""
    if image:
        folder = str(page.src.parent) if page is not None else ""
        path = posixpath.normpath(posixpath.join(folder, image))
        address = image if SCHEME.match(image) else base + quote(path.lstrip("/"))
        media = f'\n  <media:content url="{html.escape(address)}" medium="image"/>'
    return ENTRY.format(
        title=html.escape(item["title"]),
        creators="".join(f"\n  <dc:creator>{html.escape(name)}</dc:creator>" for name in names),
        link=html.escape(link),
        content=content.replace("]]>", "]]]]><![CDATA[>"),
        categories="".join(
            f"\n  <category>{html.escape(name)}</category>" for name in item["categories"]
        ),
        date=f"\n  <pubDate>{rss_date(item['_date'])}</pubDate>" if item["_date"] else "",
        media=media,
    )


def absolute(page: Any, base: str) -> str:
    """A page's body with full addresses, and without what only works on the page."""
    page_address = base + quote(str(page.out))
    text = re.sub(r"<button\b.*?</button>|<script\b.*?</script>", "", page.html, flags=re.S)
    return ADDRESS.sub(lambda match: match[1] + urljoin(page_address, match[2]) + match[3], text)


def rss_date(moment: dt.datetime) -> str:
    """A moment in UTC as RSS writes it."""
    return format_datetime(moment, usegmt=True)
