"""One cell of a foreign file: a day, an amount, an answer, a note."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Any, Literal

from tracker.exchange.records import DayOf, RowError
from tracker.habits.checkins import MOST, Answer
from tracker.habits.model import number_words
from tracker.text.escape import terminal

Order = Literal["day first", "month first"]
YEARS = range(1900, 2200)  # the years goals.yml takes too
NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
ANSWERS: dict[str, Answer] = {
    **dict.fromkeys(("yes", "y", "true", "t", "1", "done", "x", "✓", "✔", "☑", "completed"), "yes"),
    **dict.fromkeys(("no", "n", "false", "f", "0", "missed", "failed", "✗", "✘", "☐"), "no"),
    **dict.fromkeys(("skip", "s", "skipped", "-", "–", "n/a", "na", "excused"), "skip"),
}
SHOWN = 40  # characters of a bad cell that a message repeats


def day(text: str, day_of: DayOf, order: Order | None = None) -> date:
    """The day a cell names; RowError where it names none.

    Args:
        day_of: the civil day of an instant, for cells that hold one with its zone.
        order: what the file means by 5/1/2026, where it has been made out.
    """
    words = text.strip()
    parsed = _year_first(words) or _day_first(words, order)
    if parsed is None and re.fullmatch(r"\d{9,11}", words):  # seconds since 1970
        parsed = day_of(datetime.fromtimestamp(int(words), UTC))
    if parsed is None and len(words) > 10:
        parsed = _instant(words, day_of)
    if parsed is None:
        if re.fullmatch(r"\d{1,2}/\d{1,2}/\d{4}", words):
            raise RowError(f'"{words}" may be two days. Write it like 2026-01-05')
        raise RowError(f"{quoted(text)} is no day. Write it like 2026-01-05")
    if parsed.year not in YEARS:
        raise RowError(f"the year {parsed.year} cannot be meant")
    return parsed


def day_of_clock(text: str, day_of: DayOf) -> date | None:
    """The day of a time that stands without its zone; None for any other cell.

    It is what a clock on the wall showed, so the hours after midnight may belong to the day
    before. Midnight itself is how programs write a day that has no time.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    if moment.tzinfo or moment.time() == time.min:
        return None
    return day_of(moment.replace(tzinfo=UTC), "UTC")


def slash_order(cells: Iterable[str]) -> Order | None:
    """What 5/1/2026 means in a file, made out from the cells that can mean one thing only."""
    firsts, seconds = [0], [0]
    for cell in cells:
        if match := re.fullmatch(r"\s*(\d{1,2})/(\d{1,2})/\d{4}\s*", cell):
            firsts.append(int(match[1]))
            seconds.append(int(match[2]))
    if (max(firsts) > 12) == (max(seconds) > 12):
        return None
    return "day first" if max(firsts) > 12 else "month first"


def amount(text: str) -> float | None:
    """The amount in a cell, None where it is empty; RowError where it is none."""
    words = text.strip()
    if not words:
        return None
    if re.fullmatch(r"[-+]?\d{1,3}(,\d{3})+", words):
        raise RowError(f'"{words}" may be two amounts. Write it without the comma')
    plain = words.replace(",", ".") if re.fullmatch(r"[-+]?\d+,\d+", words) else words
    if not NUMBER.fullmatch(plain):
        raise RowError(f"{quoted(text)} is no amount")
    return checked_amount(float(plain))


def is_number(text: str) -> bool:
    """Whether a cell holds a number and nothing else."""
    return NUMBER.fullmatch(text.strip().replace(",", ".")) is not None


def instant(text: str) -> str | None:
    """The instant in a cell, UTC, ISO 8601: seconds since 1970 or written out with its zone."""
    words = text.strip()
    if not words:
        return None
    try:
        if re.fullmatch(r"\d{9,11}", words):
            moment = datetime.fromtimestamp(int(words), UTC)
        else:
            moment = datetime.fromisoformat(words)
        return moment.astimezone(UTC).isoformat(timespec="milliseconds") if moment.tzinfo else None
    except (ValueError, OverflowError, OSError):
        return None


def checked_amount(value: float) -> float:
    """An amount that can be stored; RowError where it cannot."""
    if not math.isfinite(value) or value > MOST:
        raise RowError(f"{number_words(value)} cannot be an amount")
    if value < 0:
        raise RowError(f"{number_words(value)} is below 0, and amounts start there")
    return value


def answer(text: str) -> Answer | None:
    """The answer in a cell, None where it is empty; RowError where it is none."""
    words = text.strip().casefold()
    if not words:
        return None
    if words not in ANSWERS:
        raise RowError(f"{quoted(text)} is no answer. Write yes, no or skip")
    return ANSWERS[words]


def json_item(item: bytes | memoryview) -> dict[str, Any]:
    """One item of a list in JSON, a mapping; RowError where it is something else."""
    try:
        fields = json.loads(bytes(item))
    except (ValueError, RecursionError):
        raise RowError("it is broken JSON") from None
    if not isinstance(fields, dict):
        raise RowError("it is no mapping of keys")
    return fields


def note(text: str | None) -> str | None:
    """A note, or None where there is nothing in it."""
    return whole(text).strip() or None if text else None


def whole(text: str) -> str:
    """Text that every file and database can hold: broken surrogates are marked as such."""
    return text.encode("utf-8", "replace").decode("utf-8") if _has_surrogates(text) else text


def quoted(text: str) -> str:
    """A bad cell for a message: shortened, and safe to print."""
    words = terminal(text.strip())
    return f'"{words}"' if len(words) <= SHOWN else f'"{words[:SHOWN]}…"'


def _has_surrogates(text: str) -> bool:
    return any(0xD800 <= ord(mark) < 0xE000 for mark in text)


@lru_cache(maxsize=4096)  # a file names most of its days several times
def _year_first(words: str) -> date | None:
    match = re.fullmatch(r"(\d{4})([-/.]?)(\d{1,2})\2(\d{1,2})(?:[T ]\d{1,2}:\d\d\S*)?", words)
    if match is None or (not match[2] and len(match[3] + match[4]) != 4):
        return None
    if re.search(r"(?:Z|[-+]\d\d:?\d\d)$", words[10:]):
        return None  # an instant: its zone decides
    return _date(int(match[1]), int(match[3]), int(match[4]))


def _day_first(words: str, order: Order | None) -> date | None:
    match = re.fullmatch(r"(\d{1,2})([./])(\d{1,2})\2(\d{4})", words)
    if match is None:
        return None
    first, second, year = int(match[1]), int(match[3]), int(match[4])
    if match[2] == ".":
        order = "day first"  # dots are written in no other order
    if order is None:
        order = "day first" if first > 12 else "month first" if second > 12 else None
    if order is None:
        return None
    return _date(year, second, first) if order == "day first" else _date(year, first, second)


def _instant(words: str, day_of: DayOf) -> date | None:
    try:
        instant = datetime.fromisoformat(words)
        return day_of(instant) if instant.tzinfo else instant.date()
    except (ValueError, OverflowError):
        return None


def _date(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number)
    except ValueError:
        return None
