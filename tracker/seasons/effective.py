"""The project as it counts: frozen seasons as promised and amended, the others as written.

goals.yml says what is wanted; the record says from when it counts. A habit whose schedule
was amended has two definitions, each in force on its own days, so that no day is scored by
a rule that came after it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import pairwise

from tracker.calendar.days import ONE_DAY
from tracker.goals.model import Coming, InForce, Project, Season
from tracker.habits.model import Break, Habit
from tracker.seasons.record import SeasonRecord


def in_force(project: Project, records: Mapping[str, SeasonRecord], today: date) -> InForce:
    """What counts on a day, what is coming, and on which days around it the same is so."""
    turns = {day for record in records.values() for day in _turns(record)}
    later = min((day for day in turns if day > today), default=None)
    return InForce(
        first=max((day for day in turns if day <= today), default=date.min),
        last=later - ONE_DAY if later else date.max,
        project=project_in_force(project, records, today),
        coming=tuple(
            Coming(record.id, change.kind, change.id, str(change))
            for record in records.values()
            for change in record.coming(today)
        ),
    )


def _turns(record: SeasonRecord) -> list[date]:
    """The days from which on a season can be another than on the day before."""
    changes = [change for amendment in record.amendments for change in amendment.changes]
    return [*(change.effective for change in changes), record.ends]


def project_in_force(project: Project, records: Mapping[str, SeasonRecord], today: date) -> Project:
    """A project with every frozen season as it counts on a day; a season that is over, at its end.

    Three words of goals.yml are taken at once: what a habit is called, under which heading it
    stands, and whether it may be shown. A season that goals.yml has lost stands as it was promised, and what has taken
    its days stands back.
    """
    written = {season.id: season for season in project.seasons}
    public = {habit.id: habit.public for season in project.seasons for habit in season.habits}
    lost = [
        _season(_shown_as(record.in_force(today), public), record, today)
        for name, record in records.items()
        if name not in written
    ]
    standing = [
        _season(season, records[season.id], today) if season.id in records else season
        for season in project.seasons
        if season.id in records or not any(_overlap(season, other) for other in lost)
    ]
    seasons = sorted([*standing, *lost], key=lambda season: season.starts)
    for index, (season, following) in enumerate(pairwise(seasons)):
        seasons[index] = season._replace(ends=min(season.ends, following.starts - ONE_DAY))
    return project._replace(seasons=tuple(seasons))


def _shown_as(season: Season, public: Mapping[str, bool]) -> Season:
    """A season whose habits may be shown only where goals.yml, if it knows them, says so too."""
    habits = (habit._replace(public=public.get(habit.id, habit.public)) for habit in season.habits)
    return season._replace(habits=tuple(habits))


def _overlap(one: Season, other: Season) -> bool:
    return one.starts <= other.ends and other.starts <= one.ends


def _season(written: Season, record: SeasonRecord, today: date) -> Season:
    now = record.in_force(today)
    habits = tuple(_habits(written, record, now))
    return now._replace(habits=habits, breaks=_judged(now.breaks, record))


def _judged(breaks: tuple[Break, ...], record: SeasonRecord) -> tuple[Break, ...]:
    """The breaks, each planned only where it was declared far enough ahead."""
    return tuple(
        rest._replace(planned=rest.is_planned(_declared_on(rest, record))) for rest in breaks
    )


def _declared_on(rest: Break, record: SeasonRecord) -> date | None:
    """The day on which a break of these days was put on record."""
    season = record.promise.season
    promised = (*season.breaks, *(declared for habit in season.habits for declared in habit.breaks))
    if any((declared.first, declared.last) == (rest.first, rest.last) for declared in promised):
        return record.promise.day
    days = str(rest.first), str(rest.last)
    for amendment in record.amendments:
        for change in amendment.changes:
            for declared in (change.after or []) if change.field == "breaks" else []:
                if (declared["first"], declared["last"]) == days:
                    return amendment.day
    return None


def _habits(written: Season, record: SeasonRecord, now: Season) -> list[Habit]:
    """Every habit by its definitions, oldest first; those without a promise as written."""
    as_written = {habit.id: habit for habit in written.habits}
    rests = {habit.id: habit.breaks for habit in record.declared().habits}
    stages = _stages(record, now)
    promised = [habit.id for _, _, stage in stages for habit in stage.habits]
    habits = []
    for identity in dict.fromkeys([*as_written, *promised]):
        definitions = _definitions(identity, stages, now)
        # A break holds for the days it names, those before it was declared too.
        if identity in rests:
            breaks = _judged(rests[identity], record)
            definitions = [definition._replace(breaks=breaks) for definition in definitions]
        shown = as_written.get(identity)
        if shown is None:
            habits += definitions
        elif not definitions:
            habits.append(shown)
        else:
            habits += [
                h._replace(title=shown.title, public=shown.public, group=shown.group)
                for h in definitions
            ]
    return habits


def _stages(record: SeasonRecord, now: Season) -> list[tuple[date, date, Season]]:
    """The stretches of a season on which its habits stay alike."""
    turns = {
        change.effective
        for amendment in record.amendments
        for change in amendment.changes
        if change.kind == "habit" and now.starts < change.effective <= now.ends
    }
    starts = [now.starts, *sorted(turns)]
    ends = [*(day - ONE_DAY for day in starts[1:]), now.ends]
    return [(first, last, record.in_force(first)) for first, last in zip(starts, ends, strict=True)]


def _definitions(
    identity: str, stages: list[tuple[date, date, Season]], now: Season
) -> list[Habit]:
    runs: list[tuple[date, date, Habit]] = []
    for first, last, stage in stages:
        habit = stage.habit(identity)
        if habit is None:
            continue
        if runs and runs[-1][2] == habit and runs[-1][1] == first - ONE_DAY:
            first = runs.pop()[0]
        runs.append((first, last, habit))
    if len(runs) == 1 and runs[0][:2] == (now.starts, now.ends):
        return [runs[0][2]]
    return [
        habit._replace(starts=max(first, habit.starts or first), ends=min(last, habit.ends or last))
        for first, last, habit in runs
    ]
