"""What every foreign format becomes on its way in: records, and a word on the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import NamedTuple, Protocol

from tracker.habits.checkins import Answer, CheckIn
from tracker.habits.model import Quantity
from tracker.habits.schedule import DAILY, Schedule


class DayOf(Protocol):
    """The civil day of an instant."""

    def __call__(self, instant: datetime, zone: str | None = None, /) -> date:
        """In the zone, where one is known; else where the log's writer was at that instant."""


class Given(NamedTuple):
    """When, where and through what an answer was given, as far as its file knows.

    Attributes:
        logged_at: the instant, UTC, ISO 8601.
        zone: the time zone in which the day was counted.
        lag_days: how many civil days after its day it was given.
        origin: the part of the other program that it came through, such as "web".
        created_at: when the other program first held it, UTC, ISO 8601.
        updated_at: when the other program last changed it.
    """

    logged_at: str | None = None
    zone: str | None = None
    lag_days: int | None = None
    origin: str | None = None
    created_at: str | None = None
    updated_at: str | None = None


NOTHING_KNOWN = Given()


class ForeignRecord(NamedTuple):
    """One answer as a file has it.

    Attributes:
        habit: the habit's name or id in the file.
        answer: None where only an amount stands; the habit's target then decides.
        unit: what the file counts the amount in.
        external_id: what names this answer in its source for ever; None where nothing does.
        source: the kind of file, or how the answer once came to a tracker like this one.
        row: where in the file, counted from 1 as its program counts.
        place: the part of the file (a table, a file in an archive); "" where there is one part.
    """

    habit: str
    day: date
    answer: Answer | None
    value: float | None = None
    unit: str = ""
    note: str | None = None
    note_public: bool = False
    given: Given = NOTHING_KNOWN
    external_id: str | None = None
    source: str = ""
    row: int = 0
    place: str = ""


class Incoming(NamedTuple):
    """An answer on its way in; it supersedes the rows named, all of them of its day."""

    entry: CheckIn
    record: ForeignRecord
    external_id: str
    supersedes: tuple[int, ...] = ()


class ForeignHabit(NamedTuple):
    """A habit as its file describes it."""

    name: str
    schedule: Schedule = DAILY
    quantity: Quantity | None = None
    note: str = ""  # what the schedule or the quantity could not say
    title: str = ""  # where the file tells it from the name


class Trouble(NamedTuple):
    """A row that could not be read, and why."""

    row: int
    why: str
    place: str = ""


class Reading(NamedTuple):
    """A whole file, read.

    Attributes:
        left_out: rows that are no answers of anyone, by reason, with how many there are.
        unknown_columns: what the file holds beyond what is understood here.
        remarks: what someone should know before trusting the rest.
    """

    source: str
    records: tuple[ForeignRecord, ...]
    habits: tuple[ForeignHabit, ...] = ()
    unreadable: tuple[Trouble, ...] = ()
    left_out: Mapping[str, int] = {}
    unknown_columns: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


class RowError(ValueError):
    """Why one row cannot be read; the rows around it still can."""


class LeftOutError(Exception):
    """Why one row is no answer of anyone, and nothing is lost without it."""


class Collector:
    """Gathers what a reader finds, row by row."""

    def __init__(self, source: str) -> None:
        """Start with nothing found."""
        self.source = source
        self.records: list[ForeignRecord] = []
        self.habits: list[ForeignHabit] = []
        self.unreadable: list[Trouble] = []
        self.left_out: Counter[str] = Counter()
        self.unknown_columns: list[str] = []
        self.remarks: list[str] = []

    def row(self, read: Callable[[], ForeignRecord], row: int, place: str = "") -> None:
        """Take one row in, or the reason why not."""
        try:
            record = read()
        except RowError as error:
            self.unreadable.append(Trouble(row, str(error), place))
        except LeftOutError as error:
            self.left_out[str(error)] += 1
        else:
            source = record.source or self.source
            self.records.append(record._replace(source=source, row=row, place=place))

    def reading(self) -> Reading:
        """All that was found."""
        return Reading(
            source=self.source,
            records=tuple(self.records),
            habits=tuple(self.habits),
            unreadable=tuple(self.unreadable),
            left_out=dict(self.left_out),
            unknown_columns=tuple(dict.fromkeys(self.unknown_columns)),
            remarks=tuple(dict.fromkeys(self.remarks)),
        )
