"""The log as tables: its habits, its check-ins, and how every habit stood on every day.

Text that a spreadsheet would take for a formula gets an apostrophe before it, and text
that begins with an apostrophe one more: `csv_text.unguarded` gives every text back.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from tracker.exchange.exports.public_part import PRIVATE_NOTICE, Export, PublicDays
from tracker.exchange.readers import csv_text
from tracker.goals.model import Project
from tracker.habits.checkins import Marks
from tracker.habits.model import Habit, Span
from tracker.habits.runs import follow
from tracker.habits.states import DayState
from tracker.seasons.history import NO_MARKS, History

HABITS = (
    "habit", "title", "season", "starts", "ends", "schedule", "target", "unit", "at_most",
    "aggregate", "public",
)  # fmt: skip
CHECKINS = (
    "habit", "day", "answer", "value", "unit", "note", "note_public", "logged_at", "zone",
    "lag_days", "source",
)  # fmt: skip
SCORES = ("habit", "day", "strength", "streak", "state")
SECRET = "private"  # the column that a private export has more
STAMP = (1980, 1, 1, 0, 0, 0)  # the earliest a zip can hold: the same log makes the same bytes


class Definition(NamedTuple):
    """A habit in one season."""

    season: str
    starts: str
    ends: str
    habit: Habit

    def row(self) -> list[str | float | None]:
        """The cells below `HABITS`."""
        habit, quantity = self.habit, self.habit.quantity
        return [
            habit.id,
            habit.title,
            self.season,
            self.starts,
            self.ends,
            habit.schedule.written,
            quantity.target if quantity else None,
            quantity.unit if quantity else None,
            ("yes" if quantity.at_most else "no") if quantity else None,
            quantity.aggregate if quantity else None,
            "yes" if habit.public else "no",
        ]

    def data(self) -> dict[str, object]:
        """The same for JSON; what does not apply is left out."""
        cells = dict(zip(HABITS, self.row(), strict=True))
        return {key: cell for key, cell in cells.items() if cell is not None}


def definitions(project: Project, *, private: bool) -> list[Definition]:
    """Every definition of every habit that may be shown, oldest season first."""
    spans = project.spans_of_all() if private else project.public_spans_of_all()
    shown = {id(span.habit): span for of_habit in spans.values() for span in of_habit}
    return [
        Definition(season.id, span.first.isoformat(), span.last.isoformat(), habit)
        for season in project.seasons
        for habit in season.habits
        if (span := shown.get(id(habit))) is not None
    ]


class DailyScore(NamedTuple):
    """How one habit stood on one day."""

    habit: str
    day: date
    strength: float | None
    streak: int
    state: DayState


def daily_scores(
    project: Project,
    marks: Mapping[str, Marks],
    today: date,
    *,
    private: bool,
    habit: str | None = None,
) -> Iterator[DailyScore]:
    """Each day of each habit in its seasons until today.

    A streak is what it was on its day, knowing only what came before; its unit is weeks for
    a habit of so many times a week.

    Args:
        project: the habits by the definitions that count.
        private: whether habits that are nobody else's business are among them.
        habit: the only one that is wanted; the others are not walked through.
    """
    public = None if private else PublicDays(project)
    for name, spans in project.spans_of_all().items():
        begun = [span for span in spans if span.first <= today]
        wanted = habit in {None, name} and (public is None or public.spans.get(name))
        if begun and wanted:
            for score in _of_habit(begun, marks.get(name, NO_MARKS), today):
                if public is None or public.hold(name, score.day):
                    yield score


def _of_habit(spans: Sequence[Span], marks: Marks, today: date) -> Iterator[DailyScore]:
    """A habit's days, each with its state by the definition of its own span."""
    history = History(spans, marks, today)
    strength = dict(point for curve in history.curves for point in curve)
    newest = spans[-1].habit
    states = [pair for span_states in history.states for pair in span_states]
    runs = follow(newest, [day for day, _ in states], history.scored)
    for day, state in states:
        length = runs.length_on(day, is_open=day == today) if newest.scored else 0
        yield DailyScore(newest.id, day, strength.get(day), length, state)


def habits(definitions: Iterable[Definition]) -> str:
    """Every definition of every habit."""
    return csv_text.write(HABITS, [definition.row() for definition in definitions])


def checkins(export: Export, units: Mapping[str, str]) -> str:
    """Every check-in; a private export marks those that a public one would not hold."""
    heading = [*CHECKINS, *([SECRET] if export.private else [])]
    rows: list[Sequence[str | float | None]] = []
    for row in export.rows:
        entry = row.entry
        cells: list[str | float | None] = [
            entry.habit,
            entry.day.isoformat(),
            entry.answer,
            entry.value,
            units.get(entry.habit) if entry.value is not None else None,
            entry.note,
            ("yes" if entry.note_public else "no") if entry.note is not None else None,
            entry.logged_at,
            entry.zone,
            entry.lag_days,
            entry.source,
        ]
        if export.private:
            cells.append("yes" if row.id in export.secret else "no")
        rows.append(cells)
    return csv_text.write(heading, rows)


def scores(found: Iterable[DailyScore], shown: Project | None = None) -> str:
    """Strength, streak and state of every habit on every day.

    Args:
        shown: in a private export, the project that says which rows a public one would hold.
    """
    heading = [*SCORES, *([SECRET] if shown else [])]
    public = PublicDays(shown) if shown else None
    rows: list[list[str | float | None]] = []
    for score in found:
        strength = _rounded(score.strength)
        cells = [score.habit, score.day.isoformat(), strength, score.streak, score.state]
        if public:
            cells.append("no" if public.hold(score.habit, score.day) else "yes")
        rows.append(cells)
    return csv_text.write(heading, rows)


def archive(tables: Mapping[str, str], *, private: bool) -> bytes:
    """The tables in one zip; a private one says so in a file of its own."""
    import zipfile  # it loads a lot that a look at one habit has no use for

    content = dict(tables)
    if private:
        content["PRIVATE.txt"] = PRIVATE_NOTICE + "\n"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in content.items():
            info = zipfile.ZipInfo(name, STAMP)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            file.writestr(info, text.encode())
    return out.getvalue()


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
