"""What someone should know of an import's days and units before trusting it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from tracker.exchange.records import Incoming
from tracker.goals.model import Project, Span


def remarks(incoming: Sequence[Incoming], project: Project) -> Iterator[str]:
    """Each remark once for each habit; one for all days that no season holds."""
    outside: dict[str, int] = {}
    for habit in dict.fromkeys(item.entry.habit for item in incoming):
        spans = project.spans(habit)
        own = [item for item in incoming if item.entry.habit == habit]
        outside[habit] = sum(not any(span.holds(item.entry.day) for span in spans) for item in own)
        yield from _units(habit, own, spans)
        yield from _repeats(habit, own, spans)
    yield from _outside(outside)


def _outside(habits: dict[str, int]) -> Iterator[str]:
    counts = {habit: number for habit, number in habits.items() if number}
    if not counts:
        return
    total = sum(counts.values())
    answers = "1 answer lies" if total == 1 else f"{total} answers lie"
    whose = ", ".join(f"{habit} {number}" for habit, number in counts.items())
    yield (
        f"{answers} outside the seasons of goals.yml ({whose}): kept, and not scored until a "
        "season holds those days"
    )


def _units(habit: str, own: list[Incoming], spans: list[Span]) -> Iterator[str]:
    quantity = spans[-1].habit.quantity
    ours = quantity.unit if quantity else ""
    counted = (
        f'counts "{ours}"' if ours else "counts nothing" if quantity is None else "has no unit"
    )
    theirs = dict.fromkeys(item.record.unit for item in own if item.entry.value is not None)
    for unit in theirs:
        if unit and unit.casefold() != ours.casefold():
            yield (
                f'{habit}: the file counts "{unit}" and goals.yml {counted}; '
                "amounts are taken as they are"
            )


def _repeats(habit: str, own: list[Incoming], spans: list[Span]) -> Iterator[str]:
    quantity = spans[-1].habit.quantity
    seen: set[date] = set()
    repeated = False
    for item in own:
        repeated = repeated or item.entry.day in seen
        seen.add(item.entry.day)
    if repeated and (quantity is None or quantity.aggregate == "last"):
        yield (
            f"{habit}: days with several answers, of which the last counts; to put amounts "
            "together write aggregate: sum, max or count below its quantity:"
        )
