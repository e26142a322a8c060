"""The tables of imports: which files were taken in, and what names each answer in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

TABLES = {
    "imports": """
  action INTEGER PRIMARY KEY REFERENCES actions(id),
  format TEXT NOT NULL,
  file TEXT NOT NULL""",
    "origins": """
  checkin INTEGER PRIMARY KEY REFERENCES checkins(id),
  external_id TEXT NOT NULL,
  origin TEXT,
  created_at TEXT,
  updated_at TEXT""",
}
# Every answer that came from a file, with the file and what the file knew of it.
IMPORTED = """
SELECT entry.id, entry.habit, entry.day, entry.answer, entry.value, entry.note, entry.source,
  origins.external_id, origins.origin, origins.created_at, origins.updated_at,
  imports.format, imports.file, actions.made_at AS imported_at
FROM origins
JOIN checkins AS entry ON entry.id = origins.checkin
JOIN actions ON actions.id = entry.action
LEFT JOIN imports ON imports.action = entry.action
ORDER BY entry.id"""


def create(db: Database) -> None:
    """Make the tables and the view, and hold the tables to being added to only."""
    for table, columns in TABLES.items():
        db.execute(f"CREATE TABLE {table} ({columns}\n)")
        for change in ("UPDATE", "DELETE"):
            db.execute(
                f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
    db.create_view("imported_checkins", IMPORTED)
