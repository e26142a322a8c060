"""Dates as front matter writes them, in every form that Quarto reads, with their time of day."""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import itertools
from email.utils import parsedate_to_datetime

DAYS = (
    "%Y/%m/%d", "%Y-%m", "%Y/%m", "%m/%d/%Y", "%m-%d-%Y", "%m/%d/%y", "%m-%d-%y",
    "%d %B %Y", "%d %b %Y", "%d. %B %Y", "%B %d, %Y", "%b %d, %Y", "%B %d %Y", "%b %d %Y",
    "%A, %B %d, %Y", "%a, %b %d, %Y", "%A, %d %B %Y", "%B %Y", "%b %Y", "%Y",
)  # fmt: skip
TIMES = ("", " %H:%M", " %H:%M:%S", " %I:%M %p")


def read_moment(value: object, now: dt.datetime, modified: float = 0.0) -> dt.datetime | None:
    """The moment that `date:` means, in UTC; None where it means none.

    What names no zone is taken to be UTC, as a feed has it, so that a page says the same wherever it
    is rendered. `modified` is the file's own time in seconds, for `last-modified`; `now` the clock.
    """
    if isinstance(value, dt.datetime):
        return in_utc(value)
    if isinstance(value, dt.date):
        return dt.datetime(value.year, value.month, value.day, tzinfo=dt.UTC)
    text = str(value).strip() if isinstance(value, str | int) else ""
    if text.lower() == "now":
        return in_utc(now)
    if text.lower() == "today":
        return in_utc(now).replace(hour=0, minute=0, second=0, microsecond=0)
    if text.lower() == "last-modified":
        return dt.datetime.fromtimestamp(modified, dt.UTC) if modified else None
    return written_moment(text)


@functools.cache
def written_moment(text: str) -> dt.datetime | None:
    """A moment that is written out."""
    with contextlib.suppress(ValueError):
        return in_utc(dt.datetime.fromisoformat(text))
    for day, time in itertools.product(DAYS, TIMES):
        with contextlib.suppress(ValueError):
            return dt.datetime.strptime(text, day + time).replace(tzinfo=dt.UTC)
    with contextlib.suppress(ValueError):  # as in a letter: Tue, 05 Mar 2024 23:30:00 -0800
        return in_utc(parsedate_to_datetime(text))
    return None


def in_utc(moment: dt.datetime) -> dt.datetime:
    """A moment in UTC; one without a zone is there already."""
    return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)
