"""The public pages of a log: what may be shown of it now, and writing it to progress/."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from tracker.errors import TrackerError
from tracker.habits.checkins import Marks
from tracker.pages import public_record
from tracker.pages.build import build
from tracker.pages.public_record import PublicRecord
from tracker.pages.write import Changes, write
from tracker.seasons.effective import project_in_force
from tracker.store.checkins import CheckinStore
from tracker.text.counts import number_of
from tracker.workspace.entries import read_log, unknown_goals
from tracker.workspace.season_records import goal_ids
from tracker.workspace.season_status import public_accounts
from tracker.workspace.session import Folder, Session


class Pages(NamedTuple):
    """What writing the pages came to, and what a person should know of."""

    changes: Changes
    warnings: list[str]


def current_record(session: Session, today: date, *, replace: bool = False) -> PublicRecord | None:
    """The check-ins to show: the person's own, else those in the public file, else none.

    Args:
        replace: let the database take the place of a record that another machine made.
    """
    earlier = published(session.folder)
    store = session.checkins
    if store.is_untouched():
        return public_record.restricted(earlier, session.project) if earlier else None
    marks = session.marks
    if earlier and not replace:
        _refuse_loss(earlier, marks, store)
    return record_of_checkins(session, store, marks, today, sample=False)


def published(folder: Folder) -> PublicRecord | None:
    """The public record as its file has it; TrackerError where that is broken."""
    path = folder.path / public_record.NAME
    if not path.exists():
        return None
    return public_record.load(path.read_text(encoding="utf-8", errors="replace"))


def record_of_checkins(
    session: Session, store: CheckinStore, marks: Mapping[str, Marks], as_of: date, *, sample: bool
) -> PublicRecord:
    """The public part of a database and of its answers."""
    notes, provenance = store.public_notes(), store.provenance()
    return public_record.make(session.project, marks, notes, provenance, as_of, sample=sample)


def write_progress(session: Session, record: PublicRecord | None, today: date) -> Pages:
    """Make the pages and write those that changed."""
    entries, problems = read_log(session.folder.path)
    if problems:
        raise TrackerError("\n".join([*problems, "No page was written."]))
    accounts = public_accounts(session, today, entries)
    records = {name: made.record for name, made in accounts.items() if made.record is not None}
    project = project_in_force(session.written, records, today)
    files = build(project, record, entries, today, accounts)
    changes = write(session.folder.path / "progress", files)
    return Pages(changes, unknown_goals(entries, goal_ids(session)))


def _refuse_loss(earlier: PublicRecord, marks: Mapping[str, Marks], store: CheckinStore) -> None:
    """Keep a public record that another machine's check-ins made."""
    if earlier.sample:
        return
    lost = [
        (name, day)
        for name, habit in earlier.habits.items()
        for day in habit.marks.keys() - marks.get(name, {}).keys()
    ]
    if lost:
        seen = store.ever_seen()
        lost = [answer for answer in lost if answer not in seen]
    if lost:
        habit, day = min(lost, key=lambda answer: answer[1])
        raise TrackerError(
            f"{public_record.NAME}: holds {number_of(len(lost), 'answer')} that this database has never seen "
            f"(the first: {habit} on {day}), so it was made on another machine. Bring that "
            "machine's .tracker/tracker.db here, or let them go with: tracker pages --replace"
        )
