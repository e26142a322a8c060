"""What is due in the days to come, as a calendar that other programs can subscribe to.

Source of the format: RFC 5545 (lines of at most 75 octets, CRLF, escaped text, UID and
DTSTAMP on every event) and RFC 7986 (the calendar's name). The same things make the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from tracker.calendar.days import ONE_DAY, each_day
from tracker.exchange.exports.public_part import PRIVATE_NOTICE, PublicDays
from tracker.goals.model import Goal, Project, Season
from tracker.habits.checkins import Mark, Marks, is_open
from tracker.habits.model import Habit, amount_words
from tracker.habits.streaks import is_due

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


class Due(NamedTuple):
    """One thing that is due on one day.

    Attributes:
        key: what names it for ever, so that a calendar knows it again.
    """

    key: str
    day: date
    title: str
    text: str = ""


def due(
    project: Project,
    marks: Mapping[str, Marks],
    today: date,
    days: int,
    shown: Project | None,
) -> list[Due]:
    """Everything that is due from today on, in the order of its days.

    A habit of so many times in so many days is due until it has them: each coming day is
    counted as done, since nobody plans to miss. Goals and milestones have no horizon.

    Args:
        days: how far the habits are looked ahead, today included.
        shown: the project that says what may be shown; None shows everything.
    """
    last = today + timedelta(days - 1)
    items = [*_habits(project, marks, today, last, shown), *_goals(project, today)]
    return sorted(items, key=lambda item: (item.day, item.key))


def _habits(
    project: Project, marks: Mapping[str, Marks], today: date, last: date, shown: Project | None
) -> Iterator[Due]:
    public = None if shown is None else PublicDays(shown)
    ahead: dict[str, dict[date, Mark]] = {}
    for day in each_day(today, last):
        for habit in project.habits_on(day):
            if not habit.scored or not (public is None or public.hold(habit.id, day)):
                continue
            if habit.id not in ahead:
                ahead[habit.id] = dict(marks.get(habit.id, {}))
            answers = ahead[habit.id]
            if is_open(habit, answers.get(day)) and is_due(habit, answers, day):
                answers[day] = Mark("yes")
                yield Due(f"habit-{habit.id}-{day}", day, _title(habit), habit.if_then)


def _title(habit: Habit) -> str:
    measure = habit.measure
    amount = str(measure) if measure is not None and measure.target is not None else ""
    return f"{habit.title} ({amount})" if amount else habit.title


def _goals(project: Project, today: date) -> Iterator[Due]:
    for season in project.seasons:
        for goal in season.goals:
            if season.ends >= today:
                key = f"goal-{season.id}-{goal.id}"
                yield Due(key, season.ends, f"{goal.title}: {goal.aim}", goal.why)
            yield from _milestones(season, goal, today)


def _milestones(season: Season, goal: Goal, today: date) -> Iterator[Due]:
    for stone in goal.milestones:
        if stone.by >= today:
            key = f"milestone-{season.id}-{goal.id}-{stone.by}"
            yield Due(
                key, stone.by, f"{goal.title}: {amount_words(stone.amount, goal.unit)} by today"
            )
