"""Schedules: how often a habit is asked, what follows from it, and the words of goals.yml."""

from __future__ import annotations

import re
from datetime import date
from typing import Literal, NamedTuple

from tracker.calendar.days import WEEKDAY_NAMES, WEEKDAYS, week_start, weekday_index

ScheduleKind = Literal["daily", "rolling", "weekly", "weekdays", "track-only"]
LONGEST_WINDOW = 366  # a habit rarer than once a year is a reminder
MOST_A_DAY = 100  # times; whoever does more of it measures an amount
SCHEDULES = "Use daily, 2 per day, 3/7, 3 per week, mon,wed,fri, every 2 days or track-only."


class Schedule(NamedTuple):
    """How often something is asked: the one place that knows what kinds of schedule there are.

    Attributes:
        kind: any `days` days (rolling), a calendar week (weekly), set weekdays, every day, or
            tracked without a score.
        times: how often in that stretch.
        per_day: how many times on each day it asks for; None is once.
        week_starts: the weekday, 0 to 6, with which a calendar week begins; None is Monday.
    """

    kind: ScheduleKind
    times: int = 1
    days: int = 1
    weekdays: tuple[int, ...] = ()
    per_day: int | None = None
    week_starts: int | None = None

    @property
    def scored(self) -> bool:
        """Whether there is anything to hold; what is only tracked has no strength."""
        return self.kind != "track-only"

    @property
    def by_week(self) -> bool:
        """Whether calendar weeks are what holds, not days."""
        return self.kind == "weekly"

    @property
    def pools(self) -> bool:
        """Whether its times may lie anywhere in a window; else each day it asks on is one."""
        return self.kind in {"rolling", "weekly"}

    def week_of(self, day: date) -> date:
        """The first day of the calendar week that holds a day."""
        return week_start(day, self.week_starts or 0)

    @property
    def asks_every_day(self) -> bool:
        """Whether no day is left free."""
        return self.kind != "weekdays"

    def asks_on(self, day: date) -> bool:
        """Whether the day can count at all: set weekdays leave the others free."""
        return self.kind != "weekdays" or day.weekday() in self.weekdays

    @property
    def frequency(self) -> tuple[int, int]:
        """How many times in how many days."""
        if self.kind == "weekdays":
            return len(self.weekdays), 7
        return (self.times, 7) if self.kind == "weekly" else (self.times, self.days)

    @property
    def window(self) -> tuple[int, int]:
        """The times, and in how many days that can count, for which a success holds on."""
        return (self.times, self.days) if self.kind == "rolling" else (1, 1)

    @property
    def limit_window(self) -> tuple[int, int]:
        """The times a limit is allowed, and in how many days; each set weekday has its own."""
        return (1, 1) if self.kind == "weekdays" else self.frequency

    def asked(self, times: int, days: int, skipped: int, *, whole: bool) -> float:
        """The times that a window asks for once its skipped days are taken out of it.

        The frequency stays, so six in seven over ten days is 8.57. On set weekdays only those
        count, and each skipped one asks for one time less.

        Args:
            whole: round down: eight is what someone who never fails would have.
        """
        if self.kind == "weekdays":
            return times - skipped
        left = times * (days - skipped)
        return left // days if whole else left / days

    def asked_of(self, days: int) -> int:
        """The times asked for in so many days that can count."""
        if self.kind == "weekdays":
            return days
        times, window = self.frequency
        return round(days * times / window)

    def __str__(self) -> str:
        """The schedule in words for a reader."""
        if self.per_day:
            times = "once" if self.per_day == 1 else f"{self.per_day} times"
            rest = "" if self.kind == "daily" else f", {self._replace(per_day=None)}"
            return f"{times} a day{rest}"
        if self.kind == "weekdays":
            if self.weekdays == (0, 1, 2, 3, 4):
                return "Monday to Friday"
            return ", ".join(WEEKDAY_NAMES[index] for index in self.weekdays)
        if self.kind == "rolling":
            if self.times == 1:
                return f"once in any {self.days} days"
            return f"{self.times} in any {self.days} days"
        words = {"daily": "every day", "track-only": "tracked, not scored"}
        begins = f" from {WEEKDAY_NAMES[self.week_starts]}" if self.week_starts else ""
        return words.get(self.kind, f"{self.times} a week{begins}")

    @property
    def written(self) -> str:
        """The schedule as goals.yml writes it; `parse_schedule` reads it back."""
        if self.per_day:
            rest = "" if self.kind == "daily" else f" on {self._replace(per_day=None).written}"
            return f"{self.per_day} per day{rest}"
        if self.kind == "weekdays":
            return ",".join(WEEKDAYS[index] for index in self.weekdays)
        if self.kind == "weekly":
            return f"{self.times} per week"
        if self.kind == "rolling":
            return f"every {self.days} days" if self.times == 1 else f"{self.times}/{self.days}"
        return self.kind


DAILY = Schedule("daily")
TRACK_ONLY = Schedule("track-only")


def parse_schedule(raw: str | int | list[str]) -> Schedule:
    """A schedule from the words of goals.yml; ValueError says what to write instead."""
    if isinstance(raw, list):
        return _weekday_set(raw, ", ".join(map(str, raw)))
    text = str(raw).strip().casefold()
    if several := _several_a_day(text):
        return several
    if text in {"daily", "every day", "1"}:
        return DAILY
    if text in {"track-only", "track only", "0"}:
        return TRACK_ONLY
    if text in {"weekly", "every week"}:
        return Schedule("weekly", 1, 7)
    schedule = _counted(text) or _every(text) or _named_set(text)
    if schedule:
        return schedule
    return _weekday_set(_words(text), str(raw))


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"[\s,/+&]+|\band\b", text) if word]


def _several_a_day(text: str) -> Schedule | None:
    """`2 per day`, `twice a day`, `3x daily on weekdays`; None for anything else."""
    match = re.fullmatch(
        r"(?:(once|twice)|(\d+)\s*(?:x|times)?)\s*(?:(?:/|per|an?|each|every)\s*day|daily)"
        r"(?:\s*,?\s*(?:on\s+)?(\S.*))?",
        text,
    )
    if not match:
        return None
    times = {"once": 1, "twice": 2}.get(match[1] or "") or int(match[2] or 0)
    if not 1 <= times <= MOST_A_DAY:
        raise ValueError(
            f'"{text}" asks for {times} times a day. Use 1 to {MOST_A_DAY} per day, or track-only.'
        )
    days = _named_set(match[3]) or _weekday_set(_words(match[3]), text) if match[3] else DAILY
    return days if times == 1 else days._replace(per_day=times)


def _counted(text: str) -> Schedule | None:
    """`3/7`, `1/2w`, `1w`, `3 per week`."""
    if match := re.fullmatch(r"(\d+)\s*(?:x|times)?\s*(?:/|per|a|each)\s*(?:week|wk)", text):
        times = int(match[1])
        if not 1 <= times <= 7:
            raise ValueError(f'"{text}" asks for {times} days in 7. Use 1 to 7 per week.')
        return Schedule("weekly", times, 7)
    if match := re.fullmatch(r"(\d+)w", text):
        return rolling(1, 7 * int(match[1]), text)
    if match := re.fullmatch(r"(\d+)\s*/\s*(\d+)(w?)", text):
        return rolling(int(match[1]), int(match[2]) * (7 if match[3] else 1), text)
    return None


def _every(text: str) -> Schedule | None:
    """`every 2 days`, or the number alone."""
    if text in {"every other day", "every second day"}:
        return rolling(1, 2, text)
    match = re.fullmatch(r"(?:every\s+)?(\d+)(?:\s+days?)?", text)
    return rolling(1, int(match[1]), text) if match else None


def _named_set(text: str) -> Schedule | None:
    """`weekdays`, `weekend`, `mon-fri`."""
    if text in {"weekdays", "workdays", "every weekday"}:
        return Schedule("weekdays", weekdays=(0, 1, 2, 3, 4))
    if text in {"weekend", "weekends"}:
        return Schedule("weekdays", weekdays=(5, 6))
    first, dash, last = text.partition("-")
    start, end = weekday_index(first.strip()), weekday_index(last.strip())
    if not dash or start is None or end is None:
        return None
    span = (end - start) % 7 + 1
    return _set(tuple(sorted((start + step) % 7 for step in range(span))))


def _weekday_set(words: list[str], raw: str) -> Schedule:
    indices = [weekday_index(str(word).strip()) for word in words]
    if not indices or None in indices:
        strange = [str(word) for word, index in zip(words, indices, strict=True) if index is None]
        if 0 < len(strange) < len(words):  # the rest are weekdays, so this is meant to be one
            from tracker.text.names import did_you_mean  # once something is wrong

            hint = did_you_mean(strange[0].strip(), WEEKDAYS)
            raise ValueError(
                f'"{raw}" is no schedule: "{strange[0].strip()}" is no weekday. {hint}'
            )
        raise ValueError(f'"{raw}" is no schedule. {SCHEDULES}')
    return _set(tuple(sorted({index for index in indices if index is not None})))


def _set(weekdays: tuple[int, ...]) -> Schedule:
    return DAILY if len(weekdays) == len(WEEKDAYS) else Schedule("weekdays", weekdays=weekdays)


def rolling(times: int, days: int, raw: str) -> Schedule:
    """`times` in any `days`; as often as there are days is daily."""
    if times < 1 or days < 1:
        raise ValueError(f'"{raw}" asks for nothing. Use track-only to record without a score.')
    if times > days:
        raise ValueError(f'"{raw}" asks for {times} days in {days}. Use at most {days}/{days}.')
    if days > LONGEST_WINDOW:
        raise ValueError(f'"{raw}" looks {days} days back. Use at most {LONGEST_WINDOW} days.')
    return DAILY if times == days else Schedule("rolling", times, days)
