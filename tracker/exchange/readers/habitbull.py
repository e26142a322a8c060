"""HabitBull's CSV export: a row a day of a habit, 1 for done and 0 for not.

A habit that counts holds amounts in the same column. Source: HabitBull's own export, and
uhabits, `HabitBullCSVImporter`.
"""

from __future__ import annotations

from itertools import islice
from pathlib import Path

from tracker.errors import TrackerError
from tracker.exchange.bounded import TextFile, text_file
from tracker.exchange.readers import csv_table, csv_text
from tracker.exchange.records import Collector, DayOf, Reading
from tracker.text.escape import one_line

SOURCE = "habitbull"
FIELDS = {"HabitName": "habit", "CalendarDate": "day", "Value": "answer", "CommentText": "note"}
SAID = ("HabitDescription", "HabitCategory")


def read(path: Path, day_of: DayOf) -> Reading:
    """Every answer of an export; TrackerError for a table that is none."""
    return read_text(text_file(path), path.stem, day_of)


def read_text(text: TextFile, stem: str, day_of: DayOf) -> Reading:
    """The same of an open text."""
    heading = [cell.strip() for cell in csv_table.first_row(text)]
    if not is_heading(heading):
        raise TrackerError(
            f"{text.name}: no CSV export of HabitBull: it begins with the columns HabitName, "
            "CalendarDate and Value. For any other table: tracker import csv"
        )
    places = {FIELDS[cell]: index for index, cell in enumerate(heading) if cell in FIELDS}
    unknown = [cell for cell in heading if cell and cell not in FIELDS and cell not in SAID]
    collector = Collector(SOURCE, text.name)
    columns = csv_table.Columns(places, tuple(unknown), len(heading))
    csv_table.read_rows(collector, columns, text, stem, day_of)
    said = _said(text, heading)
    collector.habits = [
        habit._replace(note=note, group=group)
        for habit in collector.habits
        for note, group in (said.get(habit.name, ("", "")),)
    ]
    return collector.reading()


def is_heading(heading: list[str]) -> bool:
    """Whether a row names HabitBull's columns."""
    return {"HabitName", "CalendarDate", "Value"} <= {cell.strip() for cell in heading}


def _said(text: TextFile, heading: list[str]) -> dict[str, tuple[str, str]]:
    """What the export says of each habit besides its days: a description and a category."""
    said: dict[str, tuple[str, str]] = {}
    name = heading.index("HabitName")
    places = [heading.index(column) if column in heading else None for column in SAID]
    for row in islice(csv_text.rows(text), 1, None):
        habit = csv_table.cell_at(row, name)
        if habit not in said:
            description, category = (one_line(csv_table.cell_at(row, place)) for place in places)
            said[habit] = (description, category)
    return said
