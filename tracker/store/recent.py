"""The last weeks of a season's habits, taken up from checkpoints instead of from years ago."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from tracker.goals.model import Project, Season, Span
from tracker.habits import checkpoints
from tracker.habits.checkpoints import GROWN_OLD, Checkpoint
from tracker.habits.model import Aggregate
from tracker.seasons.history import Histories
from tracker.store.checkpoints import CheckpointStore, Kept


class Recent(NamedTuple):
    """The histories of a season's habits, and what to keep for the next time.

    Attributes:
        histories: complete for the last `checkpoints.REACH_BACK` days at least.
        upto: the last answer that is in them.
        renewed: every habit's checkpoint, where any was made anew; none where all still serve.
    """

    histories: Histories
    upto: int
    renewed: list[Kept]


def recent(store: CheckpointStore, project: Project, season: Season, today: date) -> Recent:
    """A season's habits in the weeks before a day, with their strength and their streaks."""
    aggregates = project.aggregates()
    spans = _begun(project, season, today)
    with store.at_once():
        upto, sound = store.newest(), store.sound()
        old = _usable(sound, spans, aggregates, today)
        since = {
            name: old[name].day - checkpoints.reach(spans[name], old[name].day)
            if name in old
            else date.min
            for name in spans
        }
        marks = store.days_since(since, aggregates)
    bases, made = dict(old), False
    for name, own in spans.items():
        day = checkpoints.wanted_day(own, today)
        base = old.get(name)
        if day is not None and (base is None or (day - base.day).days >= GROWN_OLD):
            bases[name] = checkpoints.make(own, marks[name], day, today, base)
            made = True
    histories = Histories(project, marks, today)
    histories.bases = bases
    behind = any(name in bases and sound[name].day > bases[name].day for name in sound)
    renewed = _kept(bases, spans, aggregates) if made and not behind else []
    return Recent(histories, upto, renewed)


def _begun(project: Project, season: Season, today: date) -> dict[str, list[Span]]:
    """Every definition that has begun, of the habits of a season."""
    everything = project.spans_of_all()
    names = dict.fromkeys(habit.id for habit in season.habits)
    return {name: [s for s in everything.get(name, []) if s.first <= today] for name in names}


def _usable(
    sound: Mapping[str, Kept],
    spans: Mapping[str, Sequence[Span]],
    aggregates: Mapping[str, Aggregate],
    today: date,
) -> dict[str, Checkpoint]:
    """The checkpoints made by the terms that still hold, early enough for the day."""
    found = {}
    for name, own in spans.items():
        kept, wanted = sound.get(name), checkpoints.wanted_day(own, today)
        if kept is None or wanted is None or kept.day > wanted:
            continue
        if kept.terms == checkpoints.terms(own, kept.day, aggregates.get(name, "last")):
            checkpoint = checkpoints.load(kept.day, kept.body)
            if checkpoints.serves(checkpoint, own):
                found[name] = checkpoint
    return found


def _kept(
    bases: Mapping[str, Checkpoint],
    spans: Mapping[str, Sequence[Span]],
    aggregates: Mapping[str, Aggregate],
) -> list[Kept]:
    return [
        Kept(
            name,
            one.day,
            checkpoints.terms(spans[name], one.day, aggregates.get(name, "last")),
            checkpoints.dump(one),
        )
        for name, one in bases.items()
    ]
