"""What every foreign format becomes on its way in: records, and a word on the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import NamedTuple, Protocol, TypeVar

from tracker.errors import TrackerError
from tracker.habits.checkins import Answer, CheckIn
from tracker.habits.model import Quantity
from tracker.habits.schedule import DAILY, Schedule

# What a file may hold: a life's history does not reach it, and memory bears it.
MOST_ROWS = 250_000  # that are answers, or cannot be read
MOST_SEEN = 1_000_000  # with those that nobody answered: Loop writes a row for every day
MOST_HABITS = 1_000
MOST_TEXT = 2**25  # characters of all notes, names and times together

Item = TypeVar("Item")


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
        answer: None where only an amount stands; the habit's target then decides. Without
            either it is a note on a day that nobody answered.
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
    """A habit as its file describes it.

    Attributes:
        note: what the schedule or the quantity could not say.
        title: where the file tells it from the name.
        ends: its last day, where the file sets one.
        group: the heading it stands under.
        empty_is_zero: whether its program scores a day without an entry as an amount of 0.
    """

    name: str
    schedule: Schedule = DAILY
    quantity: Quantity | None = None
    note: str = ""
    title: str = ""
    ends: date | None = None
    group: str = ""
    empty_is_zero: bool = False


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
    """Gathers what a reader finds, row by row, and stops where no history goes on."""

    def __init__(self, source: str, name: str) -> None:
        """Start with nothing found.

        Args:
            name: the file's name, for errors.
        """
        self.source, self.name = source, name
        self.records: list[ForeignRecord] = []
        self.habits: list[ForeignHabit] = []
        self.unreadable: list[Trouble] = []
        self.left_out: Counter[str] = Counter()
        self.unknown_columns: dict[str, None] = {}
        self.remarks: dict[str, None] = {}
        self.seen = self.text = 0
        self.names: dict[str, str] = {}
        self.days: dict[date, date] = {}

    def row(self, read: Callable[[], ForeignRecord], row: int, place: str = "") -> None:
        """Take one row in, or the reason why not."""
        self.seen += 1
        self._check_seen(self.seen)
        try:
            record = read()
        except RowError as error:
            self.trouble(row, str(error), place)
        except LeftOutError as error:
            self.left_out[str(error)] += 1
        else:
            self._take(record, row, place)

    def counted(self, rows: Iterable[Item]) -> Iterator[Item]:
        """Rows that are only looked at, and no more of them than can be taken in."""
        for number, row in enumerate(rows, 1):
            self._check_seen(number)
            yield row

    def trouble(self, row: int, why: str, place: str = "") -> None:
        """A row that cannot be read."""
        self._measure(why)
        self.unreadable.append(Trouble(row, why, place))
        self._check_taken()

    def unknown(self, *columns: str) -> None:
        """Columns that the file holds beyond what is understood."""
        for column in columns:
            if column not in self.unknown_columns:
                self._measure(column)
                self.unknown_columns[column] = None

    def remark(self, *words: str) -> None:
        """What someone should know; said once, however often it is found."""
        self.remarks.update(dict.fromkeys(words))

    def reading(self) -> Reading:
        """All that was found."""
        return Reading(
            source=self.source,
            records=tuple(self.records),
            habits=tuple(self.habits),
            unreadable=tuple(self.unreadable),
            left_out=dict(self.left_out),
            unknown_columns=tuple(self.unknown_columns),
            remarks=tuple(self.remarks),
        )

    def _take(self, record: ForeignRecord, row: int, place: str) -> None:
        """Keep a record; names and days that repeat are kept once."""
        habit = self.names.setdefault(record.habit, record.habit)
        if len(self.names) > MOST_HABITS:
            raise self._too_much(
                f"more than {MOST_HABITS:,} habits; see whether the column of their names is one"
            )
        given = record.given
        self._measure(record.note, record.external_id, record.unit)
        if given is not NOTHING_KNOWN:
            self._measure(given.logged_at, given.origin, given.created_at, given.updated_at)
        self.records.append(
            record._replace(
                habit=habit,
                day=self.days.setdefault(record.day, record.day),
                source=record.source or self.source,
                row=row,
                place=place,
            )
        )
        self._check_taken()

    def _check_seen(self, number: int) -> None:
        if number > MOST_SEEN:
            raise self._too_much(f"more than {MOST_SEEN:,} rows")

    def _check_taken(self) -> None:
        if len(self.records) + len(self.unreadable) > MOST_ROWS:
            raise self._too_much(f"more than {MOST_ROWS:,} answers")

    def _measure(self, *texts: str | None) -> None:
        self.text += sum(map(len, filter(None, texts)))
        if self.text > MOST_TEXT:
            raise self._too_much(f"more than {MOST_TEXT:,} characters of text")

    def _too_much(self, what: str) -> TrackerError:
        return TrackerError(
            f"{self.name}: {what}. Export it in parts, by year or by habit, and import each. "
            "Nothing was imported."
        )
