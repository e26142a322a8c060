"""All that is on record of one season, and the part of it that anyone may read.

The public part stands in progress/seasons/<id>.json: a clone without a database draws its
pages from it, and git shows when each word of it was written.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from tracker.errors import TrackerError
from tracker.goals.forecasts import Forecast
from tracker.goals.links import Link
from tracker.goals.model import SEASON_RECORDS, Project, Season
from tracker.seasons.amendments import (
    PRESENCE,
    Amendment,
    Change,
    changes,
    declared,
    last_day,
    season_on,
    waiting,
)
from tracker.seasons.promise import Promise, items, seal, season_of
from tracker.seasons.verdict import Verdict
from tracker.text.codec import Plain, plain, rebuilt
from tracker.text.escape import json_text
from tracker.text.merges import unfinished_merge

FORM = 1  # of the file
# Nothing of a private habit is in the file, not even a hash: what a habit is called can be
# guessed, and whoever guesses could see in a public hash that the guess is right.
ABOUT = (
    "Written by `tracker season`: what was promised, every change of it with its reason, and "
    "the verdict. The seal is the SHA-256 of the promise: keys sorted, goals and habits by id, no spaces."
)


class SeasonRecord(NamedTuple):
    """One frozen season: what was promised, changed, expected, shown and judged.

    Attributes:
        withheld: how many habits of the promise have become private since it was sealed.
        taken_over: whether all that is known of it here is its public part: what it promises
            of private habits stands in another machine's database, and nowhere else.
    """

    promise: Promise
    amendments: tuple[Amendment, ...] = ()
    forecasts: tuple[Forecast, ...] = ()
    links: tuple[Link, ...] = ()
    verdict: Verdict | None = None
    withheld: int = 0
    taken_over: bool = False

    @property
    def id(self) -> str:
        """The season's id."""
        return self.promise.season.id

    @property
    def ends(self) -> date:
        """The day it ends, once the changes of its end that count are made."""
        return last_day(self.promise.season, self.amendments)

    def in_force(self, day: date) -> Season:
        """The season as it stands on a day."""
        return season_on(self.promise.season, self.amendments, day)

    def as_of(self, day: date) -> SeasonRecord:
        """The record as it stood at the end of a day; links keep the state of their last check."""
        verdict = self.verdict
        return self._replace(
            amendments=tuple(item for item in self.amendments if item.day <= day),
            forecasts=tuple(item for item in self.forecasts if item.day <= day),
            links=tuple(item for item in self.links if item.day <= day),
            verdict=verdict if verdict is not None and verdict.day <= day else None,
        )

    def coming(self, day: date) -> list[Change]:
        """The changes that are declared and will count later, soonest first."""
        if self.verdict is not None:
            return []
        return [change for change in waiting(self.amendments, day) if change.effective <= self.ends]

    def unexplained(self, season: Season, day: date) -> tuple[Change, ...]:
        """What goals.yml says differently, with no reason given yet.

        A private habit that a season taken over knows nothing of may have been promised: it
        is no change, and counts as it is written.
        """
        differences = changes(self.promise.season, self.amendments, season, day)
        return tuple(
            change
            for change in differences
            if not (self.taken_over and _is_private_and_new(change))
        )

    def not_known(self, season: Season, day: date) -> tuple[str, ...]:
        """The private habits of goals.yml of which a season taken over cannot say anything."""
        differences = changes(self.promise.season, self.amendments, season, day)
        return tuple(
            change.id for change in differences if self.taken_over and _is_private_and_new(change)
        )

    def declared(self) -> Season:
        """The season as it was last declared."""
        return declared(self.promise.season, self.amendments)


def _is_private_and_new(change: Change) -> bool:
    return change.private and change.field == PRESENCE and change.before is None


def file_name(season: str) -> str:
    """Where a season's public record stands, from the log's root."""
    return f"{SEASON_RECORDS}/{season}.json"


def private_habits(record: SeasonRecord, project: Project) -> frozenset[str]:
    """The habits that may not be shown: private when promised, in a change, or by now."""
    habits = record.promise.season.habits
    changed = (change for amendment in record.amendments for change in amendment.changes)
    newest = {habit.id: habit.public for season in project.seasons for habit in season.habits}
    return frozenset(
        {habit.id for habit in habits if not habit.public}
        | {change.id for change in changed if change.private}
        | {name for name, shown in newest.items() if not shown}
    )


def public(record: SeasonRecord, private: Collection[str]) -> SeasonRecord:
    """A record without the habits that are nobody else's business.

    An amendment of nothing else is left out whole, its reason with it.
    """
    season = record.promise.season
    shown = tuple(habit for habit in season.habits if habit.id not in private)
    hidden = sum(habit.public for habit in season.habits if habit.id in private)
    amendments = []
    for amendment in record.amendments:
        changes_shown = tuple(
            c for c in amendment.changes if c.kind != "habit" or c.id not in private
        )
        if changes_shown:
            amendments.append(amendment._replace(changes=changes_shown))
    verdict = record.verdict
    if verdict is not None:
        tallies = tuple(tally for tally in verdict.habits if tally.habit not in private)
        verdict = verdict._replace(habits=tallies)
    return record._replace(
        promise=record.promise._replace(season=season._replace(habits=shown)),
        amendments=tuple(amendments),
        verdict=verdict,
        withheld=record.withheld + hidden,
    )


def dump(record: SeasonRecord) -> str:
    """A public record as JSON: one thing a line or two, so that a change reads as one."""
    promise = record.promise
    data: Plain = {
        "form": FORM,
        "about": ABOUT,
        "seal": promise.seal,
        "frozen": {"day": promise.day.isoformat(), "at": promise.frozen_at, "zone": promise.zone},
        "promise": plain(promise.season),
        "withheld": record.withheld,
        "amendments": plain(record.amendments),
        "forecasts": plain(record.forecasts),
        "evidence": plain(record.links),
        "verdict": None if record.verdict is None else plain(record.verdict),
    }
    return json_text(data, indent=1) + "\n"


def differs(record: SeasonRecord, public_part: SeasonRecord) -> bool:
    """Whether a season's public part, as a file has it, promises what its record does not.

    A habit that is left out of the part promises nothing; one that has become private since
    the part was written may still be in it.
    """
    ours, theirs = items(record.promise.season), items(public_part.promise.season)
    goals = {key for key in ours if key[0] != "habit"}
    return (
        record.promise.seal != public_part.promise.seal
        or not goals <= theirs.keys()
        or any(ours.get(key) != part for key, part in theirs.items())
    )


def again(name: str) -> str:
    """How a public record that is broken is had again."""
    return f"Take it back from the log's history: git checkout -- {name}"


def load(text: str, name: str) -> SeasonRecord:
    """The record of a file; TrackerError for one that is none, or whose promise was edited."""
    try:
        data = json.loads(text)
        form = data["form"]
        if form == FORM:
            return _record(data, name)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        if merge := unfinished_merge(text, name):
            raise TrackerError(merge) from error
        raise TrackerError(
            f"{name}: not a season's record ({type(error).__name__}: {error}). {again(name)}"
        ) from error
    raise TrackerError(
        f"{name}: written in form {form}, and this tracker knows form {FORM}. "
        "Update: pip install -U in-season"
    )


def _record(data: Plain, name: str) -> SeasonRecord:
    if not data["withheld"] and seal(data["promise"]) != data["seal"]:
        raise TrackerError(
            f"{name}: its promise does not fit its seal, so one of them was edited by hand. "
            f"{again(name)}"
        )
    frozen = data["frozen"]
    promise = Promise(
        season_of(data["promise"]),
        data["seal"],
        frozen["at"],
        date.fromisoformat(frozen["day"]),
        frozen["zone"],
    )
    return SeasonRecord(
        promise,
        rebuilt(tuple[Amendment, ...], data["amendments"]),
        rebuilt(tuple[Forecast, ...], data["forecasts"]),
        rebuilt(tuple[Link, ...], data["evidence"]),
        rebuilt(Verdict, data["verdict"]),
        data["withheld"],
    )
