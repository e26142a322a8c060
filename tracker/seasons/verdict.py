"""The verdict on a season: given once, at its end, and never repainted.

It is data of its own: what is published, scored or amended afterwards leaves it alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from tracker.goals.evidence import LogEntry
from tracker.goals.grades import (
    AS_AMENDED,
    AS_PROMISED,
    DROPPED,
    NOT_PROMISED,
    Grade,
    graded_all,
    number,
    overall,
)
from tracker.goals.links import Link, with_links
from tracker.goals.model import Season
from tracker.seasons.amendments import Amendment, last_day, season_on
from tracker.seasons.report import HabitReport
from tracker.text.counts import number_of


class HabitTally(NamedTuple):
    """A habit over the season: the days it was done, of those that asked for it."""

    habit: str
    title: str
    done: int
    asked: int
    strength: float | None = None

    @property
    def days(self) -> str:
        """ "48 of 91 days"; where more was done than asked for, both numbers in words."""
        if self.done > self.asked:
            return f"{number_of(self.done, 'day')}, {self.asked} asked for"
        return f"{self.done} of {number_of(self.asked, 'day')}"


class Miss(NamedTuple):
    """A goal that was not reached, and a sentence on it by the one who missed it."""

    goal: str
    sentence: str


class Verdict(NamedTuple):
    """What became of a season.

    Attributes:
        given_at: the instant it was given, UTC, ISO 8601.
        day: the civil day of that instant.
        until: the last day whose evidence counted.
        early: why the season was closed before its end; "" where it was not.
        original: the goals as first promised, graded by the original days and rules.
        amended: the goals as they stood at the end, with the changes that had taken effect.
    """

    season: str
    given_at: str
    day: date
    until: date
    original: tuple[Grade, ...]
    amended: tuple[Grade, ...]
    misses: tuple[Miss, ...] = ()
    habits: tuple[HabitTally, ...] = ()
    early: str = ""
    rules: int = 1

    @property
    def grades(self) -> tuple[float | None, float | None]:
        """The season's grade, as promised and as amended."""
        return overall(self.original), overall(self.amended)

    def reached(self) -> dict[str, bool]:
        """Whether each goal was reached: as first promised, where it was.

        A forecast of a goal does not come true because the goal was made easier.
        """
        return {item.goal: item.reached for item in (*self.amended, *self.original)}

    def sentence(self, goal: str) -> str:
        """What was said of a miss."""
        return next((miss.sentence for miss in self.misses if miss.goal == goal), "")


def tally(report: HabitReport, first: date = date.min, last: date = date.max) -> HabitTally:
    """A habit's days from a first to a last, skipped and free ones left out.

    A habit of three times a week asks for three days of seven. One whose amount is a week's,
    or any limit, asks of every day that its window holds.
    """
    states = [(day, state) for day, state in report.days if first <= day <= last]
    asked = done = 0
    for span in (*report.before, report.span):
        span_states = [state for day, state in states if span.holds(day)]
        countable = sum(state not in {"rest", "skipped", "open"} for state in span_states)
        every_day = span.habit.sums_window
        asked += countable if every_day else span.habit.schedule.asked_of(countable)
        counted = {"done", "satisfied"} if every_day else {"done"}
        done += sum(state in counted for state in span_states)
    strengths = [value for day, value in report.curve if day <= last]
    strength = strengths[-1] if strengths else None
    return HabitTally(report.habit.id, report.habit.title, done, asked, strength)


def graded_twice(
    original: Season,
    amendments: Sequence[Amendment],
    entries: Sequence[LogEntry],
    links: Iterable[Link],
    today: date,
) -> tuple[tuple[Grade, ...], tuple[Grade, ...], date]:
    """A season's goals as promised and as amended, and the last day that counts.

    Each of the two is judged by its own days, targets and kinds of evidence.
    """
    ends = last_day(original, amendments)
    until = min(today, ends)
    amended = season_on(original, amendments, until)
    given = list(links)
    first, second = (
        graded_all(season, with_links(entries, given, season), min(until, season.ends))
        for season in (original, amended)
    )
    return first, second, until


def missed_goals(original: Iterable[Grade], amended: Iterable[Grade]) -> list[str]:
    """The goals that ask for a sentence: not reached as promised, or not as amended."""
    short = [item.goal for item in (*original, *amended) if not item.reached]
    return list(dict.fromkeys(short))


def sides(verdict: Verdict) -> Mapping[str, tuple[Grade | None, Grade | None]]:
    """Each goal's two grades, side by side; None where it was added or dropped."""
    original = {item.goal: item for item in verdict.original}
    amended = {item.goal: item for item in verdict.amended}
    return {
        goal: (original.get(goal), amended.get(goal))
        for goal in dict.fromkeys([*original, *amended])
    }


def grade_words(verdict: Verdict, mark: str = "") -> str:
    """The season's two grades: "0.72 as promised, 0.80 as amended".

    Args:
        mark: what to put around each number, such as "**".
    """
    original, amended = (f"{mark}{number(grade)}{mark}" for grade in verdict.grades)
    return f"{original} {AS_PROMISED}, {amended} {AS_AMENDED}"


def verdict_words(
    original: Grade | None, amended: Grade | None, words: Callable[[Grade], str]
) -> str:
    """A goal's two grades; one, where they are of the same thing.

    Args:
        words: how one of them reads.
    """
    if original is not None and original == amended:
        return words(original)
    first = NOT_PROMISED if original is None else f"{words(original)} {AS_PROMISED}"
    second = DROPPED if amended is None else f"{words(amended)} {AS_AMENDED}"
    return f"{first}; {second}"
