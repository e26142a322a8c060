"""What the database's tables, views and columns mean, in the form that Datasette reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tracker.goals.model import Project
    from tracker.store.database import Database

TABLES = {
    "current_checkins": "How every answered day stands now. Begin here.",
    "checkin_history": "Every check-in ever stored, those replaced or undone included.",
    "checkin_provenance": "How each answer that stands came: on its day, later, or by an edit.",
    "imported_checkins": "Every answer that came from a file, those undone since included.",
    "weekly_forecasts": "The last forecast of each goal and week: the one that is scored.",
    "evidence_now": "Each piece of evidence and each claim, with what its last check said.",
    "amendment_history": "Every change of a frozen season, with its reason.",
    "goal_grades": "Each goal's grade in each verdict.",
    "checkins": "The record behind current_checkins: rows are added and never changed.",
    "actions": "What was stored at once; undo takes back a whole action.",
    "zones": "Where the writer was, from when on.",
    "promises": "Each season as it was frozen.",
    "amendments": "The reason of each amendment; amendment_history says what changed.",
    "amendment_changes": "What each amendment changed.",
    "forecasts": "Every forecast ever given.",
    "evidence_links": "Evidence and claims as they were added; evidence_now adds their state.",
    "evidence_checks": "Every check of every piece of evidence.",
    "verdicts": "The grade of each season that was closed; goal_grades has each goal's.",
    "imports": "The files that were taken in.",
    "origins": "What its file knew of each answer that was taken in.",
    "adoptions": "Seasons that another machine froze, taken over from their public record.",
}
INTERNAL = ("checkpoints", "_sqlite_migrations")  # of no use to a reader

# What a column means wherever it stands; days are civil days, instants are UTC.
COLUMNS = {
    "id": "Its number: rows are counted in the order they were stored.",
    "action": "The action it was stored by.",
    "habit": "The habit's id in goals.yml.",
    "goal": "The goal's id in goals.yml.",
    "season": "The season's id in goals.yml.",
    "day": "The civil day that was answered for.",
    "answer": "yes, no or skip; empty where an undo left the day unanswered, and beside a note alone.",
    "note": "The note given with it; private unless note_public is 1.",
    "note_public": "1: the progress pages show the note; 0: it stays here.",
    "logged_at": "When it was answered (UTC).",
    "zone": "The time zone the writer was in.",
    "lag_days": "How many days after its day it was answered; 0 is the same day.",
    "backfilled": "1: answered after its day.",
    "edited": "1: it replaced another answer.",
    "source": "How it came: inline, asked, edit, undo, redo, or the kind of file.",
    "supersedes": "The check-in that it replaced.",
    "superseded_by": "The check-in that replaced it; empty where it stands.",
    "made_at": "When it was stored (UTC).",
    "imported_at": "When it was taken in (UTC).",
    "external_id": "What names it in the file it came from.",
    "origin": "The part of the other program it came through, such as web.",
    "created_at": "When the other program first held it (UTC).",
    "updated_at": "When the other program last changed it (UTC).",
    "format": "The kind of file.",
    "file": "The file's name.",
    "probability": "How likely the goal was said to be reached, between 0 and 1.",
    "week": "The week it counts for, as in 2026-W47.",
    "scheme": "doi, url or file; a claim is a tick without evidence and counts for nothing.",
    "target": "The DOI, the address or the path; empty for a claim.",
    "added_at": "When it was added (UTC).",
    "state": "found, seen (opened by hand), unchecked, gone or withdrawn; the first two count.",
    "detail": "What the check said.",
    "status": "The server's answer, as HTTP numbers it; 200 is well.",
    "final_address": "Where it was in the end, where that is another address.",
    "checked": "The day of its last check.",
    "checked_at": "When it was checked (UTC).",
    "number": "Amendments are counted season by season.",
    "amendment": "The amendment it belongs to.",
    "reason": "Why, in the writer's words.",
    "kind": "What was changed: the season, a goal or a habit.",
    "item": "Its id in goals.yml.",
    "field": "The key that was changed.",
    "before": "Its value before, as JSON.",
    "after": "Its value since, as JSON.",
    "direction": "harder and neutral count at once, easier after seven days.",
    "effective": "The first day on which it counts.",
    "private": "1: it concerns a private habit and stays here.",
    "title": "Its title.",
    "starts": "Its first day.",
    "ends": "Its last day.",
    "body": "All of it, as JSON.",
    "unit": "What the goal is counted in.",
    "done": "How much counted, in the goal's unit.",
    "grade": "done over target, between 0 and 1.",
}
# What it means in one place only.
MEANT = {
    ("checkin_history", "action"): "checkin, edit, undo, redo or import.",
    ("actions", "kind"): "checkin, edit, undo, redo or import.",
    ("actions", "reverses"): "The action that it takes back.",
    ("zones", "zone"): "The time zone; empty is home, the zone of goals.yml.",
    ("zones", "since"): "From when on (UTC).",
    ("promises", "seal"): "The SHA-256 of its body.",
    ("promises", "day"): "The day it was frozen.",
    ("promises", "frozen_at"): "When it was frozen (UTC).",
    ("amendments", "day"): "The day it was amended.",
    ("amendment_history", "day"): "The day it was amended.",
    ("forecasts", "day"): "The day it was said.",
    ("weekly_forecasts", "day"): "The day it was said.",
    ("evidence_links", "day"): "The day it is evidence for.",
    ("evidence_links", "note"): "Its title on the pages; public.",
    ("evidence_now", "day"): "The day it is evidence for.",
    ("evidence_now", "note"): "Its title on the pages; public.",
    ("evidence_checks", "link"): "The piece of evidence.",
    ("evidence_checks", "day"): "The day it was checked.",
    ("evidence_checks", "title"): "The title of the page, where it has one.",
    ("evidence_now", "title"): "The title of the page, where it has one.",
    ("goal_grades", "side"): "original: as promised; amended: with the amendments that counted.",
    ("goal_grades", "title"): "The goal's title.",
    ("goal_grades", "target"): "How much was to be done, in the goal's unit.",
    ("goal_grades", "day"): "The day of the verdict.",
    ("verdicts", "original"): "The season's grade as promised, between 0 and 1.",
    ("verdicts", "amended"): "The season's grade as amended, between 0 and 1.",
    ("verdicts", "early"): "Why it was closed before its end; empty where it was not.",
    ("verdicts", "until"): "The last day whose evidence counted.",
    ("verdicts", "day"): "The day it was given.",
    ("verdicts", "given_at"): "When it was given (UTC).",
    ("origins", "checkin"): "The check-in that came from it.",
    ("imports", "action"): "The action that took it in.",
}
NEWEST_FIRST = {"current_checkins": "day", "checkin_history": "id", "checkin_provenance": "day"}


def metadata(
    project: Project, database: str, columns: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    """Datasette's metadata for a log's database.

    Args:
        database: what Datasette calls the database: its file's name without the ending.
        columns: the columns of each table and view that it holds.
    """
    meant = {**COLUMNS, "value": amounts(project)}
    tables: dict[str, Any] = {name: {"hidden": True} for name in INTERNAL if name in columns}
    for name in filter(columns.__contains__, TABLES):
        said = {column: MEANT.get((name, column)) or meant.get(column) for column in columns[name]}
        known = {column: words for column, words in said.items() if words}
        tables[name] = {"description": TABLES[name], "columns": known}
        if name in NEWEST_FIRST:
            tables[name] |= {"sort_desc": NEWEST_FIRST[name], "facets": ["habit"]}
    return {
        "title": "Check-ins",
        "description": "Your own record, private habits and notes included.",
        "databases": {database: {"tables": tables}},
    }


def amounts(project: Project) -> str:
    """What an amount is counted in, habit by habit; a later season's unit stands."""
    units = {
        habit.id: habit.measure.unit
        for season in project.seasons
        for habit in season.habits
        if habit.measure is not None
    }
    said = ", ".join(f"{habit} in {unit}" for habit, unit in units.items())
    return f"How much: {said}." if said else "How much, where an amount was given."


def columns_in(database: Database) -> dict[str, list[str]]:
    """The columns of every table and view."""
    names = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY name"
    return {
        name: [row[0] for row in database.rows("SELECT name FROM pragma_table_info(?)", [name])]
        for (name,) in database.rows(names)
    }
