"""A feed of verdicts that changed, made from the history alone: the same history, the same file."""

from __future__ import annotations

from datetime import datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape, quoteattr

from lab.declared.verdict_words import is_news
from lab.ledger.history import Change

LATEST = 100  # items kept in the feed; the history keeps all


def feed(changes: list[Change], site: str) -> str:
    """RSS 2.0 with the latest changes first; `site` is the address the log is published at."""
    base = site.rstrip("/")
    news = [each for each in changes if each.before or is_news(each.after)][::-1][:LATEST]
    items = "\n".join(_item(each, base) for each in news)
    built = f"<lastBuildDate>{_date(news[0].date)}</lastBuildDate>\n" if news else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom">\n<channel>\n'
        "<title>The ledger: verdicts that changed</title>\n"
        f"<link>{escape(base)}/ledger.html</link>\n"
        f'<atom:link href={quoteattr(f"{base}/ledger.xml")} rel="self" '
        'type="application/rss+xml"/>\n'
        "<description>Claims reproduced or not, and predictions graded, as results are "
        f"recorded.</description>\n<language>en-GB</language>\n{built}{items}"
        f"{chr(10) if items else ''}</channel>\n</rss>\n"
    )


def _item(change: Change, base: str) -> str:
    was = f" (was: {change.before})" if change.before else ""
    ours = f" Ours: {change.ours}." if change.ours else ""
    address = f"{base}/ledger.html#{change.kind}-{change.study}-{change.id}"
    told = f"{change.states} Now: {change.after}{was}.{ours}"
    return (
        f"<item>\n<title>{escape(_printable(f'{change.after}: {change.states}'))}</title>\n"
        f"<link>{escape(address)}</link>\n"
        f'<guid isPermaLink="false">{escape("/".join(_identity(change)))}</guid>\n'
        f"<pubDate>{_date(change.date)}</pubDate>\n"
        f"<description>{escape(_printable(told))}</description>\n</item>"
    )


def _identity(change: Change) -> tuple[str, ...]:
    return change.study, change.kind, change.id, change.date, change.after.replace(" ", "-")


def _date(text: str) -> str:
    return format_datetime(datetime.fromisoformat(text))


def _printable(text: str) -> str:
    """XML has no place for control characters."""
    return "".join(mark if mark.isprintable() else " " for mark in text)
