"""Loop Habit Tracker's CSV export: a zip with a folder of files for each habit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from pathlib import PurePosixPath
from typing import BinaryIO, NamedTuple

from tracker.errors import TrackerError
from tracker.exchange import bounded
from tracker.exchange.bounded import TextFile
from tracker.exchange.readers import cells, csv_text, loop
from tracker.exchange.records import (
    Collector,
    DayOf,
    ForeignHabit,
    ForeignRecord,
    Reading,
    RowError,
)

HABITS = "Habits.csv"
FOLDER = re.compile(r"(\d{3,})\b\s*(.*)")  # position and name
CHECKMARKS = "Checkmarks.csv"
# The first export called the frequency NumRepetitions in Interval.
HEADINGS = {
    "position": "position", "name": "name", "type": "type", "unit": "unit",
    "frequencynumerator": "times", "numrepetitions": "times",
    "frequencydenominator": "days", "interval": "days",
    "target type": "target_type", "target value": "target_value", "archived?": "archived",
    "question": "question", "description": "description",
}  # fmt: skip
NOT_OURS = {"color"}


class _Habit(NamedTuple):
    habit: ForeignHabit
    measurable: bool


def read(file: BinaryIO, name: str, day_of: DayOf) -> Reading:
    """Every habit and answer of an export; TrackerError for a zip that is none."""
    collector = Collector(loop.SOURCE, name)
    with bounded.unpacked(file, name, _is_read) as members:
        root = _root([PurePosixPath(path).parts for path in members])
        files = {"/".join(PurePosixPath(path).parts[root:]): text for path, text in members.items()}
        habits = _read_habits(collector, files.get(HABITS))
        folders = sorted(path for path in files if path.endswith("/" + CHECKMARKS))
        for path in folders:
            _read_folder(collector, habits, path, files[path], day_of)
        if not folders and CHECKMARKS in files:
            _read_overview(collector, habits, files[CHECKMARKS], day_of)
        elif not folders:
            raise TrackerError(
                f"{name}: a zip without Checkmarks.csv, so no CSV export of Loop. Choose the file "
                "that Loop's Settings, Export as CSV has made."
            )
    return collector.reading()


def _is_read(path: str) -> bool:
    """Whether a member is needed; the scores are Loop's own, and large."""
    name = PurePosixPath(path).name
    return name in {HABITS, CHECKMARKS} and not path.startswith("__MACOSX")


def _root(paths: Sequence[tuple[str, ...]]) -> int:
    """How many folders stand around the export's own files; a file manager adds one."""
    for parts in paths:
        if parts[-1] == HABITS:
            return len(parts) - 1
    return min((len(parts) - 1 - _is_habit(parts) for parts in paths), default=0)


def _is_habit(parts: tuple[str, ...]) -> bool:
    return len(parts) > 1 and FOLDER.fullmatch(parts[-2]) is not None


def _read_habits(collector: Collector, text: TextFile | None) -> dict[int, _Habit]:
    """The habits by their position."""
    habits: dict[int, _Habit] = {}
    heading: list[str | None] = []
    for row in csv_text.rows(text) if text else ():
        if not heading:
            heading = [_field(collector, cell) for cell in row.cells]
            continue
        pairs = zip(heading, row.cells, strict=False)
        fields = {field: cell.strip() for field, cell in pairs if field}
        position = _whole(fields.get("position", ""), row.number - 1)
        habits[position] = _habit(fields)
    collector.habits.extend(entry.habit for entry in habits.values())
    return habits


def _field(collector: Collector, cell: str) -> str | None:
    heading = cell.strip().casefold()
    if heading and heading not in HEADINGS and heading not in NOT_OURS:
        collector.unknown(f"{HABITS}: {cell.strip()}")
    return HEADINGS.get(heading)


def _habit(fields: dict[str, str]) -> _Habit:
    measurable = fields.get("type", "").upper() in {"NUMERICAL", "MEASURABLE"}
    try:
        target = float(fields.get("target_value") or 0)
    except ValueError:
        target = 0.0
    at_most = fields.get("target_type", "").upper().replace(" ", "_") == "AT_MOST"
    quantity = (
        loop.quantity(target, fields.get("unit", ""), at_most=at_most) if measurable else None
    )
    habit = loop.habit(
        cells.note(fields.get("name")) or "nameless",
        _whole(fields.get("times", ""), 1),
        _whole(fields.get("days", ""), 1),
        quantity=quantity,
        archived=fields.get("archived", "").casefold() == "true",
        said=[fields.get("question"), fields.get("description")],
    )
    return _Habit(habit, measurable)


def _read_folder(
    collector: Collector, habits: dict[int, _Habit], path: str, text: TextFile, day_of: DayOf
) -> None:
    """One habit's answers; its folder is called by its position and its name, cut short."""
    folder = PurePosixPath(path).parent.name
    match = FOLDER.fullmatch(folder)
    position, name = (int(match[1]), match[2].strip()) if match else (0, folder)
    entry = habits.get(position) or _Habit(ForeignHabit(name or folder), False)
    if position not in habits:
        collector.habits.append(entry.habit)
    for row in csv_text.rows(text):
        if row.cells[0].strip().casefold() == "date":
            headings = [cell.strip() for cell in row.cells[3:] if cell.strip()]
            collector.unknown(*(f"{CHECKMARKS}: {heading}" for heading in headings))
            continue
        read_one = partial(_record, collector, entry, row.cells[:3], day_of)
        collector.row(read_one, row.number, path)


def _read_overview(
    collector: Collector, habits: dict[int, _Habit], text: TextFile, day_of: DayOf
) -> None:
    """The table of all habits, a column each: Loop writes it without quotation marks or notes."""
    columns: list[_Habit] = []
    known = {entry.habit.name: entry for entry in habits.values()}
    for row in csv_text.unquoted_rows(text):
        day, *values = row.cells
        if not columns and day.strip().casefold() != "date":
            raise TrackerError(f"{text.name}: the first row names no habits. Export anew.")
        if not columns:
            names = [cell.strip() for cell in values if cell.strip()]
            columns = [known.get(name) or _Habit(ForeignHabit(name), False) for name in names]
            collector.habits.extend(e.habit for e in columns if e.habit.name not in known)
            continue
        for entry, value in zip(columns, values, strict=False):
            read_one = partial(_record, collector, entry, [day, value], day_of)
            collector.row(read_one, row.number, CHECKMARKS)


def _record(
    collector: Collector, entry: _Habit, row: Sequence[str], day_of: DayOf
) -> ForeignRecord:
    day, value, text = (*row, "", "")[:3]
    note = cells.note(text)
    word = value.strip().upper()
    if word not in loop.WORDS and not re.fullmatch(r"-?\d{1,15}", word):
        raise RowError(f"{cells.quoted(value)} is nothing that Loop writes")
    stored = loop.WORDS[word] if word in loop.WORDS else int(word)
    answered = loop.answered(stored, note, measurable=entry.measurable and word != "YES_AUTO")
    if entry.measurable and answered.answer == "skip":
        collector.remark(loop.SKIPPED_AMOUNT)
    unit = entry.habit.quantity.unit if entry.habit.quantity else ""
    return ForeignRecord(
        entry.habit.name, cells.day(day, day_of), answered.answer, answered.value, unit, note
    )


def _whole(text: str, otherwise: int) -> int:
    return int(text) if re.fullmatch(r"\d{1,9}", text) else otherwise
