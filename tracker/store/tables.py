"""The tables of seasons and of imports, as the steps of migrations.py make them.

Every one of them is only ever added to; each view says in plain columns how things stand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

DAY = "TEXT NOT NULL CHECK ({0} IS date({0}))"
SEASON_TABLES = {
    "promises": f"""
  season TEXT PRIMARY KEY,
  title TEXT NOT NULL,
  starts {DAY.format("starts")},
  ends {DAY.format("ends")},
  seal TEXT NOT NULL,
  body TEXT NOT NULL CHECK (json_valid(body)),
  day {DAY.format("day")},
  frozen_at TEXT NOT NULL,
  zone TEXT NOT NULL""",
    "amendments": f"""
  id INTEGER PRIMARY KEY,
  season TEXT NOT NULL REFERENCES promises(season),
  number INTEGER NOT NULL,
  reason TEXT NOT NULL CHECK (trim(reason) <> ''),
  day {DAY.format("day")},
  made_at TEXT NOT NULL,
  zone TEXT NOT NULL,
  UNIQUE (season, number)""",
    "amendment_changes": f"""
  id INTEGER PRIMARY KEY,
  amendment INTEGER NOT NULL REFERENCES amendments(id),
  kind TEXT NOT NULL CHECK (kind IN ('season', 'goal', 'habit')),
  item TEXT NOT NULL,
  field TEXT NOT NULL,
  before TEXT NOT NULL CHECK (json_valid(before)),
  after TEXT NOT NULL CHECK (json_valid(after)),
  direction TEXT NOT NULL CHECK (direction IN ('harder', 'easier', 'neutral')),
  effective {DAY.format("effective")},
  private INTEGER NOT NULL CHECK (private IN (0, 1))""",
    "forecasts": f"""
  id INTEGER PRIMARY KEY,
  season TEXT NOT NULL REFERENCES promises(season),
  goal TEXT NOT NULL,
  probability REAL NOT NULL CHECK (probability BETWEEN 0 AND 1),
  day {DAY.format("day")},
  week TEXT NOT NULL,
  made_at TEXT NOT NULL,
  zone TEXT NOT NULL""",
    "evidence_links": f"""
  id INTEGER PRIMARY KEY,
  season TEXT NOT NULL,
  goal TEXT NOT NULL,
  scheme TEXT NOT NULL CHECK (scheme IN ('doi', 'url', 'file', 'claim')),
  target TEXT NOT NULL,
  day {DAY.format("day")},
  note TEXT NOT NULL,
  added_at TEXT NOT NULL,
  zone TEXT NOT NULL""",
    "evidence_checks": f"""
  id INTEGER PRIMARY KEY,
  link INTEGER NOT NULL REFERENCES evidence_links(id),
  state TEXT NOT NULL CHECK (state IN ('found', 'seen', 'unchecked', 'gone', 'withdrawn')),
  detail TEXT NOT NULL,
  day {DAY.format("day")},
  checked_at TEXT NOT NULL""",
    "verdicts": f"""
  season TEXT PRIMARY KEY REFERENCES promises(season),
  original REAL,
  amended REAL,
  early TEXT NOT NULL,
  until {DAY.format("until")},
  body TEXT NOT NULL CHECK (json_valid(body)),
  day {DAY.format("day")},
  given_at TEXT NOT NULL,
  zone TEXT NOT NULL""",
}
# The latest forecast of each goal and week: the one that counts.
WEEKLY = """
SELECT season, week, goal, probability, day, made_at FROM forecasts AS one
WHERE one.id = (
  SELECT other.id FROM forecasts AS other
  WHERE other.season = one.season AND other.goal = one.goal AND other.week = one.week
  ORDER BY other.made_at DESC, other.id DESC LIMIT 1)
ORDER BY season, week, goal"""
# Each link with what its last check said.
EVIDENCE = """
SELECT link.id, link.season, link.goal, link.scheme, link.target, link.day, link.note,
  coalesce(last.state, 'unchecked') AS state, coalesce(last.detail, '') AS detail,
  last.day AS checked, link.added_at
FROM evidence_links AS link
LEFT JOIN evidence_checks AS last ON last.id = (
  SELECT max(id) FROM evidence_checks WHERE evidence_checks.link = link.id)
ORDER BY link.id"""
# The same with what it found; the columns of step 7 are of no use before it.
EVIDENCE_FOUND = EVIDENCE.replace(
    "last.day AS checked, ",
    "last.day AS checked, last.status, coalesce(last.final_address, '') AS final_address,\n"
    "  coalesce(last.title, '') AS title, ",
)
# Every change with its reason, in the order it was made.
HISTORY = """
SELECT amendments.season, amendments.number, amendments.day, amendments.reason, change.kind,
  change.item, change.field, change.before, change.after, change.direction, change.effective
FROM amendment_changes AS change
JOIN amendments ON amendments.id = change.amendment
ORDER BY change.id"""
# Each goal's grade in each verdict, as promised and as amended.
GRADES = """
SELECT verdicts.season, side.column1 AS side, json_extract(grade.value, '$.goal') AS goal,
  json_extract(grade.value, '$.title') AS title, json_extract(grade.value, '$.done') AS done,
  json_extract(grade.value, '$.target') AS target, json_extract(grade.value, '$.unit') AS unit,
  json_extract(grade.value, '$.grade') AS grade, verdicts.day
FROM verdicts
JOIN (VALUES ('original'), ('amended')) AS side
JOIN json_each(verdicts.body, '$.' || side.column1) AS grade"""
IMPORT_TABLES = {
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


def append_only(db: Database, *tables: str, advice: str = "") -> None:
    """Hold tables to being added to only; the advice says what to do instead."""
    for table in tables:
        for change in ("UPDATE", "DELETE"):
            db.execute(
                f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only{advice}'); END"
            )


def create_season_tables(db: Database) -> None:
    """The tables and views of what is promised, changed, expected, shown and judged."""
    for table, columns in SEASON_TABLES.items():
        db.execute(f"CREATE TABLE {table} ({columns}\n)")
    append_only(db, *SEASON_TABLES)
    # INSERT OR REPLACE deletes without asking a DELETE trigger.
    for table, once in (("promises", "frozen"), ("verdicts", "judged")):
        db.execute(
            f"CREATE TRIGGER {table}_once BEFORE INSERT ON {table} "
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE season = NEW.season) "
            f"BEGIN SELECT RAISE(ABORT, 'a season is {once} once'); END"
        )
    db.create_view("weekly_forecasts", WEEKLY)
    db.create_view("evidence_now", EVIDENCE)
    db.create_view("amendment_history", HISTORY)
    db.create_view("goal_grades", GRADES)


def create_import_tables(db: Database) -> None:
    """Which files were taken in, and what names each answer in them."""
    for table, columns in IMPORT_TABLES.items():
        db.execute(f"CREATE TABLE {table} ({columns}\n)")
    append_only(db, *IMPORT_TABLES)
    db.create_view("imported_checkins", IMPORTED)
