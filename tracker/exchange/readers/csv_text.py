"""CSV as text: bytes to numbered rows, whatever the separator and the encoding, and back."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tracker.errors import TrackerError

DELIMITERS = ",;\t|"
# Cells that a spreadsheet would take for a formula, in their wide forms too.
FORMULA = tuple("=+-@＝＋－＠")
LONGEST_CELL = 2**24  # characters; a note of a book's length still passes


class Row(NamedTuple):
    """One row, counted from 1 with the heading, as a spreadsheet counts."""

    number: int
    cells: list[str]


def decoded(data: bytes, name: str) -> str:
    """The text of a file: UTF-8, or UTF-16 where it says so; TrackerError for anything else."""
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise TrackerError(
            f"{name}: byte {error.start + 1} is not UTF-8. Save the file as UTF-8 and try again."
        ) from error


def rows(text: str, name: str) -> Iterator[Row]:
    """Every row that holds something.

    Raises TrackerError where a quotation mark breaks the rows after it: they would be
    swallowed in silence otherwise.
    """
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter(text), strict=True)
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


def delimiter(text: str) -> str:
    """What separates the cells of the first line that holds something."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    outside = "".join(first.split('"')[::2])  # what stands in no quotation marks
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
