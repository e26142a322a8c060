"""Another program's SQLite database: copied, and read with every limit on.

A backup can hold whatever SQLite can compute: columns made of other columns, values without
end. Only stored columns that are known are read, values and steps are counted, and nothing
in the schema is trusted.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from tracker.errors import TrackerError
from tracker.exchange import bounded
from tracker.exchange.readers.cells import quoted
from tracker.exchange.records import Collector, RowError
from tracker.text.escape import terminal

MAGIC = b"SQLite format 3\x00"
LONGEST_VALUE = 2**20  # bytes of one value, and of one row; a note of a book's length passes
STEPS = 100_000  # of SQLite's machine, from one look at the budget to the next
BUDGET = 3_000  # such looks: some seconds; a quarter of a million rows take a hundred
COMPUTED = {2, 3}  # what table_xinfo says of a generated column
Columns = Mapping[str, frozenset[str]]
Fields = Mapping[str, Any]
# What each program's backup is known by; the tables that tell it from the others come first.
PROGRAMS = {
    "tickmate": ("tracks", "ticks"),
    "rewire": ("checkins", "habits"),
    "loop": ("repetitions", "habits"),
}


class Backup(NamedTuple):
    """An open copy.

    Attributes:
        tables: the columns of each table that are there to be read, of those that are known.
    """

    connection: sqlite3.Connection
    tables: Columns

    def rows(self, table: str, order: str) -> Iterator[dict[str, Any]]:
        """Every row of a table with the columns that are known, by their names in small letters.

        Args:
            order: columns to order by; those that the table lacks are left out.
        """
        have = self.tables[table]
        by = ", ".join(f'"{name}"' for name in order.split() if name in have)
        names = ", ".join(f'"{name}"' for name in sorted(have))
        query = f'SELECT {names} FROM "{table}"' + (f" ORDER BY {by}" if by else "")
        for row in self.connection.execute(query):
            yield dict(zip(sorted(have), row, strict=True))


@contextmanager
def opened(path: Path, program: str, known: Columns, collector: Collector) -> Iterator[Backup]:
    """A copy of a program's backup, what its journal still holds included.

    Args:
        program: as `PROGRAMS` calls it.
        known: the columns of each table that are understood; others are told to the collector.

    Raises TrackerError for a file that is none.
    """
    with TemporaryDirectory() as folder:
        copy = Path(folder) / "backup.db"
        _copy(path, copy)
        journal = path.with_name(path.name + "-wal")
        if journal.is_file():
            _copy(journal, copy.with_name("backup.db-wal"))
        try:
            with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
                _limit(connection)
                _check_tables(connection, path, program)
                tables = {t: _columns(connection, t, known[t], path, collector) for t in known}
                yield Backup(connection, tables)
        except sqlite3.DataError as error:
            raise bounded.too_large(str(path)) from error
        except sqlite3.Error as error:
            if "interrupted" in str(error):
                raise bounded.too_large(str(path)) from error
            raise TrackerError(
                f"{path}: SQLite cannot read it ({terminal(str(error))}). Make the backup in "
                f"{program.title()} anew. Nothing was imported."
            ) from error


def is_database(path: Path) -> bool:
    """Whether a file begins as a SQLite database does."""
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def whole(value: object, otherwise: int | None) -> int:
    """A whole number; RowError for anything else unless there is one to take instead."""
    if isinstance(value, int):
        return value
    if otherwise is None:
        raise RowError(f"{quoted(str(value))} is no whole number")
    return otherwise


def _copy(path: Path, copy: Path) -> None:
    if path.stat().st_size > bounded.MOST_BYTES:
        raise bounded.too_large(str(path))
    shutil.copyfile(path, copy)


def _limit(connection: sqlite3.Connection) -> None:
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_VALUE)
    connection.text_factory = lambda data: data.decode("utf-8", "replace")
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA query_only = ON")
    looks = iter(range(BUDGET))
    connection.set_progress_handler(lambda: next(looks, None) is None, STEPS)


def _check_tables(connection: sqlite3.Connection, path: Path, program: str) -> None:
    query = "SELECT lower(name) FROM sqlite_master WHERE type = 'table'"
    tables = {name for (name,) in connection.execute(query)}
    missing = [table for table in PROGRAMS[program] if table not in tables]
    if not missing:
        return
    other = next((name for name, own in PROGRAMS.items() if tables.issuperset(own)), None)
    advice = f"Choose the file that {program.title()} has made as its backup."
    if other:
        advice = f"It looks like {other.title()}'s: tracker import {other} {path}"
    raise TrackerError(
        f"{path}: a SQLite database, and no backup of {program.title()}: it has no table "
        f"{' and no table '.join(sorted(missing))}. {advice}"
    )


def _columns(
    connection: sqlite3.Connection,
    table: str,
    known: frozenset[str],
    path: Path,
    collector: Collector,
) -> frozenset[str]:
    """The columns of a table that can be read; those that are not understood are told."""
    have = set()
    for _, name, *_, hidden in connection.execute(f'PRAGMA table_xinfo("{table}")'):
        if name.casefold() not in known:
            collector.unknown(f"{table.capitalize()}.{name}")
        elif hidden in COMPUTED:
            raise TrackerError(
                f"{path}: {table}.{terminal(name)} is computed, which no program's backup does. "
                "Make the backup anew. Nothing was imported."
            )
        else:
            have.add(name.casefold())
    return frozenset(have)
