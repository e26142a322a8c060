"""The tables that `tracker export csv` writes, alone or as a zip, read back to the same state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from tracker.errors import TrackerError
from tracker.exchange import archive, bounded
from tracker.exchange.bounded import TextFile
from tracker.exchange.exports.tables import CHECKINS
from tracker.exchange.readers import cells, csv_text
from tracker.exchange.records import Collector, ForeignRecord, Reading

SOURCE = "csv"
CHECKINS_FILE, HABITS_FILE = "checkins.csv", "habits.csv"


def read_zip(file: BinaryIO, name: str) -> Reading:
    """Every check-in and habit of an export as a zip; TrackerError for another zip."""
    wanted = {CHECKINS_FILE, HABITS_FILE}
    with bounded.unpacked(file, name, lambda path: Path(path).name in wanted) as members:
        texts = {Path(path).name: text for path, text in members.items()}
        if CHECKINS_FILE not in texts:
            raise TrackerError(
                f"{name}: a zip without {CHECKINS_FILE}, so none that tracker export csv has made. "
                f"For Loop's: tracker import loop {name}"
            )
        return read(texts[CHECKINS_FILE], texts.get(HABITS_FILE))


def read(checkins: TextFile, habits: TextFile | None = None) -> Reading:
    """Every check-in of the table, with the habits of theirs where it is there."""
    collector = Collector(SOURCE, checkins.name)
    for _, fields in _rows(habits) if habits else ():
        if fields.get("habit"):
            aim = fields["target"] if cells.is_number(fields.get("target", "")) else None
            written = {key: text for key, text in fields.items() if text}
            collector.habits.append(archive.habit({**written, "target": aim and float(aim)}))
    for number, fields in _rows(checkins):
        collector.row(partial(_record, fields), number)
    return collector.reading()


def is_heading(heading: Sequence[str]) -> bool:
    """Whether a row names the columns of our own table of check-ins."""
    return tuple(heading[: len(CHECKINS)]) == CHECKINS


def _rows(text: TextFile) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row below the heading, by the heading's names."""
    heading: list[str] | None = None
    for row in csv_text.rows(text):
        if heading is None:
            heading = row.cells
            continue
        pairs = zip(heading, row.cells, strict=False)
        yield row.number, {key: csv_text.unguarded(cell) for key, cell in pairs}


def _record(fields: Mapping[str, str]) -> ForeignRecord:
    """A row as the log's JSON has it, which is read in one place."""
    lag = fields.get("lag_days", "")
    day, logged_at = fields.get("day", ""), fields.get("logged_at", "")
    typed: dict[str, Any] = {key: text for key, text in fields.items() if text}
    typed["value"] = cells.amount(fields.get("value", ""))
    typed["note_public"] = bool(fields.get("note")) and fields.get("note_public") == "yes"
    typed["lag_days"] = int(lag) if lag.isdecimal() else None
    typed["id"] = f"{day}@{logged_at}" if logged_at else None  # as the database names it
    return archive.check_in(typed)._replace(unit=fields.get("unit", ""))
