"""Civil days: which day an instant belongs to, and the words people use for a day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from tracker.errors import TrackerError

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEKDAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
ONE_DAY = timedelta(days=1)


def civil_day(instant: datetime, zone: tzinfo, day_ends: int) -> date:
    """The day an instant belongs to, for someone in a zone whose day ends late.

    Args:
        instant: an aware instant.
        zone: where the person is.
        day_ends: minutes after midnight that still belong to the day before.

    The wall clock decides, so days of 23 and 25 hours come out right. Where an hour comes
    twice, a day that ended in it the first time has ended.
    """
    local = instant.astimezone(zone)
    today = local.date()
    if local.hour * 60 + local.minute >= day_ends:
        return today
    if local.fold:
        ended = datetime.combine(today, time(*divmod(day_ends, 60)), zone).astimezone(UTC)
        return today if ended <= instant else today - ONE_DAY
    return today - ONE_DAY


def each_day(first: date, last: date) -> Iterator[date]:
    """Every day from the first to the last, both included; none if they are reversed."""
    return map(date.fromordinal, range(first.toordinal(), last.toordinal() + 1))


def week_start(day: date, first: int) -> date:
    """The first day of the week that holds a day, for weeks that begin with a weekday, 0 to 6."""
    return day - timedelta((day.weekday() - first) % 7)


def parse_day(word: str, today: date) -> date:
    """The day a person means: today, yesterday, 2026-11-20, monday, -2.

    A weekday is the latest one, today included. Raises TrackerError for a word that
    names no day and for a day still to come.
    """
    text = word.strip().casefold()
    if text in {"today", "tday", "now"}:
        return today
    if text in {"yesterday", "yday"}:
        return today - ONE_DAY
    day = _weekday(text, today) or _days_ago(text, today) or _written_out(text)
    if day is None:
        raise TrackerError(
            f'"{word}" names no day. Use today, yesterday, a weekday, -2, or a date like {today}.'
        )
    if day > today:
        raise TrackerError(f"{day} is still to come; today is {today}. Give a day up to today.")
    return day


def in_words(day: date) -> str:
    """A day as prose has it: 23 November 2026."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def beside_today(day: date, today: date) -> str:
    """A day as someone says it today: "today, Mon 23 Nov"."""
    short = f"{WEEKDAY_NAMES[day.weekday()][:3]} {day.day} {MONTHS[day.month - 1][:3]}"
    if day == today:
        return f"today, {short}"
    if day == today - ONE_DAY:
        return f"yesterday, {short}"
    return short if day.year == today.year else f"{short} {day.year}"


def weekday_index(text: str) -> int | None:
    """0 for mon, monday and so on up to 6; None for any other word."""
    for index, name in enumerate(WEEKDAY_NAMES):
        if len(text) >= 3 and name.casefold().startswith(text.casefold()):
            return index
    return None


def _weekday(text: str, today: date) -> date | None:
    index = weekday_index(text)
    if index is None:
        return None
    return today - timedelta(days=(today.weekday() - index) % 7)


def _days_ago(text: str, today: date) -> date | None:
    if not (text.startswith("-") and text[1:].isdecimal() and len(text) <= 6):
        return None
    try:
        return today - timedelta(days=int(text[1:]))
    except OverflowError:
        return None


def _written_out(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
