"""What an import did, or would do: as data for a script, in words for a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from shlex import quote
from typing import NamedTuple

from tracker.errors import TrackerError
from tracker.exchange.imports.habit_names import UnknownHabit
from tracker.exchange.imports.plan import Plan
from tracker.exchange.records import Reading, Trouble
from tracker.habits.checkins import Answer
from tracker.habits.model import number_words
from tracker.text.escape import terminal, terminal_lines

MOST_SHOWN = 20  # rows of one kind; --json prints them all


class Report(NamedTuple):
    """One import, before or after.

    Attributes:
        format: its kind, such as "loop".
        file: as the person named it.
        dry: whether nothing was written.
    """

    format: str
    file: str
    reading: Reading
    plan: Plan
    unknown: Sequence[UnknownHabit]
    dry: bool

    @property
    def troubles(self) -> list[Trouble]:
        """Every row that could not be taken."""
        return [*self.reading.unreadable, *self.plan.unreadable]


def data(report: Report) -> dict[str, object]:
    """Everything, for a script."""
    plan, reading = report.plan, report.reading
    added, changed = ("would_add", "would_change") if report.dry else ("added", "changed")
    return {
        "format": report.format,
        "file": report.file,
        added: [item.entry.as_json() for item in plan.add],
        changed: [item.entry.as_json() for item in plan.change],
        "already_here": sum(plan.already_here.values()),
        "kept": [
            {**kept.incoming.entry.as_json(), "here": kept.here._asdict()} for kept in plan.kept
        ],
        "unreadable": [_trouble(trouble) for trouble in report.troubles],
        "left_out": [{"why": why, "rows": rows} for why, rows in reading.left_out.items()],
        "unknown_columns": list(reading.unknown_columns),
        "unknown_habits": [
            {"name": u.name, "rows": u.rows, "nearest": u.nearest, "goals_yml": u.snippet}
            for u in report.unknown
        ],
        "remarks": [*reading.remarks, *plan.remarks],
    }


def words(report: Report) -> str:
    """Everything, for a person: nothing in it is obeyed by a terminal."""
    lines = [
        *_habits(report),
        *_listed("Could not be read", [_trouble_words(t) for t in report.troubles]),
        *_listed(
            "Not an answer", [f"{why}: {_rows(n)}" for why, n in report.reading.left_out.items()]
        ),
        *_listed("Columns not understood", report.reading.unknown_columns),
        *_listed("Answered otherwise here, and kept (--replace takes the file's)", _kept(report)),
        *_listed("Good to know", [*report.reading.remarks, *report.plan.remarks]),
    ]
    if report.unknown and report.dry:
        lines += ["", *refusal(report.unknown).splitlines()]
    elif report.unknown:
        left = [f"{habit.name}: {_rows(habit.rows)}" for habit in report.unknown]
        lines += _listed("Left out, since goals.yml has no such habit", left)
    return "\n".join(lines)


def refuse_unknown(file: str, unknown: Sequence[UnknownHabit]) -> None:
    """TrackerError where answers wait for habits that goals.yml does not have."""
    if unknown:
        raise TrackerError(f"{terminal(file)}: {refusal(unknown)}\nNothing was imported.")


def refusal(unknown: Sequence[UnknownHabit]) -> str:
    """Which habits are unknown, and what to do about it."""
    names = ", ".join(f'"{terminal(u.name)}" ({_rows(u.rows)})' for u in unknown)
    example = unknown[0]
    meant = example.nearest or "HABIT-ID"
    pasted = "\n".join(terminal_lines(habit.snippet) for habit in unknown)
    return (
        f"goals.yml has no habit for {names}.\n"
        f"Say which one is meant: --map {_typed(f'{terminal(example.name)}={meant}')}\n"
        "Or leave such answers out: --only-known\n"
        "Or paste this below habits: in goals.yml and import again:\n\n"
        f"{pasted}"
    )


def _typed(words: str) -> str:
    """Words as they are typed in a shell: in double quotes, unless those would not hold."""
    return quote(words) if set(words) & set('"$`\\!') else f'"{words}"'


def _habits(report: Report) -> Iterator[str]:
    plan = report.plan
    counts: dict[str, list[int]] = {}
    for place, items in enumerate((plan.add, plan.change)):
        for item in items:
            counts.setdefault(item.entry.habit, [0, 0, 0, 0])[place] += 1
    for habit, number in plan.already_here.items():
        counts.setdefault(habit, [0, 0, 0, 0])[2] += number
    for kept in plan.kept:
        counts.setdefault(kept.incoming.entry.habit, [0, 0, 0, 0])[3] += 1
    if not counts:
        yield "Nothing to import: no answer in the file belongs to a habit of goals.yml."
    verbs = ("would add", "would change") if report.dry else ("added", "changed")
    labels = (*verbs, "already here", "kept as here")
    width = max(map(len, counts), default=0)
    for habit, numbers in counts.items():
        parts = [
            f"{label} {number}" for label, number in zip(labels, numbers, strict=True) if number
        ]
        yield f"{habit:<{width}}  {', '.join(parts)}"


def _listed(title: str, items: Sequence[str]) -> Iterator[str]:
    if items:
        yield f"{title}:"
        yield from (f"  {terminal(item)}" for item in items[:MOST_SHOWN])
        if len(items) > MOST_SHOWN:
            yield f"  and {len(items) - MOST_SHOWN} more; --json lists them all"


def _kept(report: Report) -> list[str]:
    return [
        f"{entry.habit} {entry.day}: {_mark(*kept.here)} here, "
        f"{_mark(entry.answer, entry.value)} in the file"
        for kept in report.plan.kept
        for entry in (kept.incoming.entry,)
    ]


def _mark(answer: Answer | None, value: float | None) -> str:
    return " ".join([answer or "a note alone", *([] if value is None else [number_words(value)])])


def _rows(number: int) -> str:
    return "1 row" if number == 1 else f"{number} rows"


def _trouble(trouble: Trouble) -> dict[str, object]:
    place = {"place": trouble.place} if trouble.place else {}
    return {"row": trouble.row, "why": trouble.why, **place}


def _trouble_words(trouble: Trouble) -> str:
    return f"{trouble.place} row {trouble.row}: {trouble.why}".strip()
