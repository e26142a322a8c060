"""An open database: opened once, read and added to by every store that is made on it."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tracker.errors import TrackerError
from tracker.store.connection import VERSION_WANTED, connect, explained

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence
    from typing import Self


class Database:
    """One open database. Writing makes it where there is none; reading never does.

    Attributes:
        version: of its schema; 0 where nothing was ever stored.
        writing: whether it was opened to be added to, and so has the newest schema.
    """

    def __init__(self, path: str, *, writing: bool = False) -> None:
        """Open the database at a path; to write, bring its schema up to date."""
        self.path, self.writing, self.version = path, writing, 0
        self.connection: sqlite3.Connection | None = None
        if not writing and not os.path.exists(path):
            return
        begun = os.path.isfile(path) and os.path.getsize(path) > 0
        self.connection = connect(path, writing=writing)
        self.version = int(self.connection.execute("PRAGMA user_version").fetchone()[0])
        if begun and not self.version:
            from tracker.store.losses import refuse_loss

            refuse_loss(path)
        if writing and self.version < VERSION_WANTED:
            from tracker.store.migrations import migrated

            with explained(path):
                migrated(self.connection, path)
            self.version = VERSION_WANTED

    def close(self) -> None:
        """Close it; done twice, nothing happens."""
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def __enter__(self) -> Self:
        """Use it in a with statement."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def rows(
        self, query: str, values: Sequence[object] = (), *, schema: int = 1
    ) -> list[sqlite3.Row]:
        """What a query finds; nothing in a database whose schema is older than one."""
        if self.connection is None or self.version < schema:
            return []
        with explained(self.path):
            return self.connection.execute(query, tuple(values)).fetchall()

    def each(self, query: str) -> Iterator[sqlite3.Row]:
        """What a query finds, a row at a time: for what may be all there is."""
        if self.connection is not None and self.version:
            with explained(self.path):
                yield from self.connection.execute(query)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Everything inside lands at once, or not at all."""
        connection = self.connection
        if connection is None or not self.writing:
            raise TrackerError(f"{self.path}: opened for reading only.")
        with explained(self.path):
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
