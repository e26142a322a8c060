"""iCalendar: things due, as all-day events that a calendar can subscribe to.

Source: RFC 5545 (lines of at most 75 octets, CRLF, escaped text, UID and DTSTAMP on every
event) and RFC 7986 (the calendar's name). The same things make the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from tracker.calendar.days import ONE_DAY
from tracker.exchange.exports.due import Due
from tracker.exchange.exports.public_part import PRIVATE_NOTICE

LONGEST = 75  # octets of a line, its end not counted
DOMAIN = "in-season"  # a UID is to be unlike any other program's


def calendar(items: Iterable[Due], stamp: datetime, name: str, *, private: bool) -> bytes:
    """The feed.

    Args:
        stamp: an aware instant: when the feed was made.
        name: what a calendar program shows it as.
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//{DOMAIN}//tracker//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"NAME:{escaped(name)}",
        f"X-WR-CALNAME:{escaped(name)}",
    ]
    if private:
        lines += [
            f"DESCRIPTION:{escaped(PRIVATE_NOTICE)}",
            f"X-WR-CALDESC:{escaped(PRIVATE_NOTICE)}",
        ]
    when = stamp.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    for item in items:
        lines += _event(item, when, private=private)
    lines.append("END:VCALENDAR")
    return b"".join(folded(line) for line in lines)


def _event(item: Due, stamp: str, *, private: bool) -> list[str]:
    description = [f"DESCRIPTION:{escaped(item.text)}"] if item.text else []
    return [
        "BEGIN:VEVENT",
        f"UID:{escaped(item.key)}@{DOMAIN}",
        f"DTSTAMP:{stamp}",
        f"DTSTART;VALUE=DATE:{item.day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{item.day + ONE_DAY:%Y%m%d}",  # the first day that is free again
        f"SUMMARY:{escaped(item.title)}",
        *description,
        "TRANSP:TRANSPARENT",  # it takes no time of the day
        f"CLASS:{'PRIVATE' if private else 'PUBLIC'}",
        "END:VEVENT",
    ]


def escaped(text: str) -> str:
    """Text as a property value: line ends and marks escaped, control characters left out."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    for mark in ("\\", ";", ","):
        lines = lines.replace(mark, "\\" + mark)
    return "".join(
        "\\n" if mark == "\n" else mark
        for mark in lines
        if mark in "\n\t" or not (ord(mark) < 32 or 127 <= ord(mark) < 160)
    )


def folded(line: str) -> bytes:
    """A content line in octets, folded where it is too long and never inside a character."""
    parts: list[bytes] = [b""]
    for mark in line:
        octets = mark.encode("utf-8", "replace")
        if len(parts[-1]) + len(octets) > LONGEST:
            parts.append(b" ")
        parts[-1] += octets
    return b"\r\n".join(parts) + b"\r\n"
