"""CSV as text: lines to numbered rows, whatever the separator, and back."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from tracker.errors import TrackerError
from tracker.exchange.bounded import LONGEST_LINE, TextFile

DELIMITERS = ",;\t|"
# Cells that a spreadsheet would take for a formula, in their wide forms too.
FORMULA = tuple("=+-@＝＋－＠")


class Row(NamedTuple):
    """One row, counted from 1 with the heading, as a spreadsheet counts."""

    number: int
    cells: list[str]


def rows(text: TextFile) -> Iterator[Row]:
    """Every row that holds something.

    Raises TrackerError where a quotation mark breaks the rows after it: they would be
    swallowed in silence otherwise.
    """
    return _rows(text.lines(), delimiter(text.first_line()), text.name)


def unquoted_rows(text: TextFile) -> Iterator[Row]:
    """As `rows`, of a table in which quotation marks are marks like any other."""
    lines = (line.replace('"', "'") for line in text.lines())
    return _rows(lines, delimiter(text.first_line().replace('"', "'")), text.name)


def _rows(lines: Iterable[str], mark: str, name: str) -> Iterator[Row]:
    csv.field_size_limit(LONGEST_LINE)
    reader = csv.reader(lines, delimiter=mark, strict=True)
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise TrackerError(
                f"{name}: row {number}: {error}. Look for a quotation mark that is opened and not "
                "closed, put it right and try again. Nothing was read."
            ) from error
        if any(cell.strip() for cell in cells):
            yield Row(number, cells)


def delimiter(line: str) -> str:
    """What separates the cells of a line."""
    outside = "".join(line.split('"')[::2])  # what stands in no quotation marks
    return max(DELIMITERS, key=outside.count)


def write(head: Sequence[str], body: Sequence[Sequence[str | float | None]]) -> str:
    """Rows as RFC 4180 has them; text is quoted, and guarded against spreadsheets."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow(head)
    for row in body:
        writer.writerow([guarded(cell) if isinstance(cell, str) else cell for cell in row])
    return out.getvalue()


def guarded(text: str) -> str:
    """Text that no spreadsheet takes for a formula: such text gets an apostrophe before it.

    Text that begins with an apostrophe gets one more, so that `unguarded` gives every
    text back as it was.
    """
    return "'" + text if _needs_guard(text) else text


def unguarded(text: str) -> str:
    """The text that `guarded` was given."""
    return text[1:] if text.startswith("'") and _needs_guard(text[1:]) else text


def _needs_guard(text: str) -> bool:
    return (
        text.startswith("'") or text.lstrip().startswith(FORMULA) or text[:1] in {"\t", "\r", "\n"}
    )
