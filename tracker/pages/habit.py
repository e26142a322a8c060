"""The page of one habit: its years, its strength, and where its answers came from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from tracker.calendar.days import MONTHS, in_words, week_start
from tracker.habits.checkins import Provenance
from tracker.habits.model import Span
from tracker.habits.states import WORDS, DayState
from tracker.habits.streaks import NO_STREAK, Streak
from tracker.pages.charts import DRAWN, heatmap, strength_curve
from tracker.pages.markup import STYLE, data_behind, page, percent, raw, sample_callout
from tracker.pages.public_record import HabitRecord, PublicRecord
from tracker.seasons.history import History
from tracker.text.counts import number_of
from tracker.text.escape import html, markdown

EMPTY = HabitRecord({}, {}, Provenance())


def habit_page(
    spans: Sequence[Span], record: PublicRecord, history: History, week_starts: int = 0
) -> str:
    """The page of a public habit, over all the seasons in which it is public.

    Args:
        week_starts: the weekday with which the weeks of its calendar begin.
    """
    habit = spans[-1].habit
    answers = record.habits.get(habit.id, EMPTY)
    held = history.streaks[-1] if history.streaks else NO_STREAK
    states = {day: kind for span in history.states for day, kind in span}
    curve = [point for span in history.curves for point in span]
    blocks = [
        sample_callout(record.sample),
        raw(STYLE),
        _facts(spans[-1], curve[-1][1] if curve and answers.marks else None, held),
        f"*{markdown(habit.if_then)}*" if habit.if_then else "",
        provenance_line(answers.provenance),
        *(_strength(habit.id, habit.title, curve, week_starts) if answers.marks else []),
        *(_years(habit.id, habit.title, states, week_starts) if answers.marks else []),
        *_breaks(spans),
        *_notes(answers),
        "[All goals and habits](../index.qmd)",
    ]
    return page(markdown(habit.title), "Its days, its strength and how its answers came.", blocks)


def provenance_line(provenance: Provenance) -> str:
    """ "Of 40 answers: same day 82%, backfilled 15%, edited 3%."."""
    total = sum(provenance)
    if not total:
        return "No answer yet."
    shares = zip(("same day", "backfilled", "edited"), rounded_shares(provenance), strict=True)
    words = ", ".join(f"{name} {share}%" for name, share in shares)
    return f"Of {number_of(total, 'answer')}: {words}."


def rounded_shares(parts: Sequence[int]) -> list[int]:
    """Whole percentages that add up to 100: the largest remainders are rounded up."""
    total = sum(parts)
    exact = [100 * part / total for part in parts]
    shares = [int(share) for share in exact]
    order = sorted(range(len(parts)), key=lambda index: shares[index] - exact[index])
    for index in order[: 100 - sum(shares)]:
        shares[index] += 1
    return shares


def _facts(span: Span, strength: float | None, held: Streak) -> str:
    habit = span.habit
    amount = f", {habit.quantity}" if habit.quantity else ""
    facts = [f"{habit.schedule}{amount}."]
    if strength is not None:
        facts.append(f"Strength {percent(strength)}.")
    if held.length:
        unit = held.unit if held.length != 1 else held.unit.removesuffix("s")
        facts.append(f"Held for {held.length} {unit}.")
    if habit.serves:
        facts.append(f"Serves: {', '.join(habit.serves)}.")
    text = " ".join(facts)
    return markdown(text[0].upper() + text[1:])


def _strength(
    ident: str, title: str, curve: Sequence[tuple[date, float]], week_starts: int
) -> list[str]:
    if not curve:
        return []
    chart = strength_curve(f"tk-strength-{ident}", f"Strength of: {title}", curve)
    weekly = [
        point
        for point in curve
        if point[0] == week_start(point[0], week_starts) + timedelta(6) or point == curve[-1]
    ]
    rows = [[str(day), f"{value:.1%}"] for day, value in weekly]
    return ["## Strength", raw(chart, data_behind(["Day", "Strength"], rows))]


def _years(ident: str, title: str, states: dict[date, DayState], week_starts: int) -> list[str]:
    years: dict[int, dict[date, DayState]] = {}
    for day, kind in states.items():
        years.setdefault(day.year, {})[day] = kind
    blocks = ["## Days"] if years else []
    for year, days in sorted(years.items(), reverse=True):
        chart = heatmap(
            f"tk-year-{ident}-{year}", f"Days of: {title}, {year}", year, days, week_starts
        )
        blocks.append(
            raw(
                f'<div class="tk-scroll">{chart}</div>',
                data_behind(["Month", *(WORDS[kind] for kind in DRAWN)], _months(year, days)),
            )
        )
    return blocks


def _months(year: int, states: dict[date, DayState]) -> list[list[str]]:
    tally: dict[int, dict[DayState, int]] = {}
    for day, kind in states.items():
        month = tally.setdefault(day.month, dict.fromkeys(DRAWN, 0))
        month[kind] = month.get(kind, 0) + 1
    return [
        [html(f"{MONTHS[month - 1]} {year}"), *(str(tally[month][kind]) for kind in DRAWN)]
        for month in sorted(tally)
    ]


def _breaks(spans: Sequence[Span]) -> list[str]:
    """Every break there was or will be, its season's too, the newest first."""
    rests = {rest for span in spans for rest in span.habit.breaks}
    if not rests:
        return []
    newest = sorted(rests, reverse=True)
    return ["## Breaks", "\n".join(f"- {markdown(str(rest))}" for rest in newest)]


def _notes(answers: HabitRecord) -> list[str]:
    if not answers.notes:
        return []
    newest = sorted(answers.notes.items(), reverse=True)
    return ["## Notes", "\n".join(f"- {in_words(day)}: {markdown(text)}" for day, text in newest)]
