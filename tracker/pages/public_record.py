"""The public record: what of the check-ins anyone may see, as data beside the pages.

A clone without a database renders its pages from it. Private habits and private notes
never get in: the record is made from the habits that goals.yml calls public.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from tracker.calendar.days import each_day
from tracker.errors import TrackerError
from tracker.goals.model import Project
from tracker.habits.checkins import Mark, Provenance, came
from tracker.habits.model import Span
from tracker.text.escape import json_guarded
from tracker.text.merges import unfinished_merge

VERSION = 1  # of the file's form
NAME = "progress/published.json"


NO_MARKS: Mapping[date, Mark] = {}


class HabitRecord(NamedTuple):
    """One public habit: its answers, its public notes, and how the answers came."""

    marks: dict[date, Mark]
    notes: dict[date, str]
    provenance: Provenance


class PublicRecord(NamedTuple):
    """The check-ins as the public sees them.

    Attributes:
        as_of: the day they reach.
        sample: whether they were made up to show the pages.
    """

    as_of: date
    sample: bool
    habits: dict[str, HabitRecord]

    def marks(self) -> dict[str, dict[date, Mark]]:
        """Every habit's days."""
        return {name: habit.marks for name, habit in self.habits.items()}


def make(
    project: Project,
    marks: Mapping[str, Mapping[date, Mark]],
    notes: Mapping[str, Mapping[date, str]],
    provenance: Mapping[str, Mapping[date, Provenance]],
    as_of: date,
    *,
    sample: bool,
) -> PublicRecord:
    """What may be seen of a log's check-ins: public habits, on days when they were public."""
    habits = {}
    for habit_id in project.habit_ids():
        spans = project.public_spans(habit_id)
        if not spans:
            continue
        public, given = _days(spans, as_of), marks.get(habit_id, NO_MARKS)
        shown = {day: given[day] for day in sorted(public & given.keys())}
        habits[habit_id] = HabitRecord(
            marks=shown,
            notes={d: text for d, text in sorted(notes.get(habit_id, {}).items()) if d in shown},
            provenance=came(shown.keys(), provenance.get(habit_id, {})),
        )
    return PublicRecord(as_of, sample, habits)


def _days(spans: Sequence[Span], until: date) -> frozenset[date]:
    """The days of spans, up to one."""
    return frozenset(day for span in spans for day in each_day(span.first, min(span.last, until)))


def restricted(record: PublicRecord, project: Project) -> PublicRecord:
    """A record without what goals.yml has called private since."""
    return record._replace(
        habits={
            name: HabitRecord(
                {d: m for d, m in habit.marks.items() if any(s.holds(d) for s in spans)},
                {d: n for d, n in habit.notes.items() if any(s.holds(d) for s in spans)},
                habit.provenance,
            )
            for name, habit in record.habits.items()
            if (spans := project.public_spans(name))
        }
    )


def dump(record: PublicRecord, project: Project) -> str:
    """The record as JSON: a day a line, so that a change reads as one."""
    head = {
        "version": VERSION,
        "about": "Written by `tracker pages`: the public part of the check-ins.",
        "sample": record.sample,
        "as_of": record.as_of.isoformat(),
        "timezone": project.timezone,
        "seasons": [season.id for season in project.seasons],
    }
    lines = [f"  {json.dumps(key)}: {_json(value)}" for key, value in head.items()]
    habits = ",\n".join(_habit_lines(name, habit) for name, habit in record.habits.items())
    lines.append(f'  "habits": {{\n{habits}\n  }}' if habits else '  "habits": {}')
    return json_guarded("{\n" + ",\n".join(lines) + "\n}\n")


def load(text: str) -> PublicRecord:
    """The record of a published.json; TrackerError where it is none."""
    try:
        data = json.loads(text)
        if data["version"] != VERSION:
            raise TrackerError(
                f"{NAME}: written in form {data['version']}, and this tracker knows form {VERSION}. "
                "Update: pip install -U in-season"
            )
        habits = {name: _habit(habit) for name, habit in data["habits"].items()}
        return PublicRecord(date.fromisoformat(data["as_of"]), bool(data["sample"]), habits)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        if merge := unfinished_merge(text, NAME):
            raise TrackerError(merge) from error
        raise TrackerError(
            f"{NAME}: not a public record ({type(error).__name__}: {error}). Take it back from the "
            f"log's history (git checkout -- {NAME}), or make it anew from your own check-ins: delete "
            "it, and then: tracker pages"
        ) from error


def _habit_lines(name: str, habit: HabitRecord) -> str:
    days = ",\n".join(f"        {_day_line(habit, *item)}" for item in habit.marks.items())
    body = f"[\n{days}\n      ]" if days else "[]"
    provenance = _json(habit.provenance._asdict())
    return f'    {_json(name)}: {{\n      "provenance": {provenance},\n      "days": {body}\n    }}'


def _day_line(habit: HabitRecord, day: date, mark: Mark) -> str:
    if mark.value is None and day not in habit.notes:  # most of them, by far
        return f'{{"day": "{day}", "answer": "{mark.answer}"}}'
    data: dict[str, Any] = {"day": day.isoformat(), "answer": mark.answer}
    if mark.value is not None:
        data["value"] = mark.value
    if day in habit.notes:
        data["note"] = habit.notes[day]
    return _json(data)


def _habit(data: dict[str, Any]) -> HabitRecord:
    marks, notes = {}, {}
    for entry in data["days"]:
        day = date.fromisoformat(entry["day"])
        if entry["answer"] not in {"yes", "no", "skip"}:
            raise ValueError(f"{entry['answer']!r} is no answer")
        marks[day] = Mark(entry["answer"], entry.get("value"))
        if "note" in entry:
            notes[day] = str(entry["note"])
    return HabitRecord(marks, notes, Provenance(**data["provenance"]))


_ENCODER = json.JSONEncoder(ensure_ascii=False)  # one for all: a record holds many days


def _json(value: object) -> str:
    return _ENCODER.encode(value)
