"""The status for a terminal, on a wide one and on a phone's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import click

from tracker.calendar.days import beside_today
from tracker.cli.terminal import columns_of, fitted, glyph, padded, width, wrapped
from tracker.habits.breaks import in_words, own
from tracker.habits.model import Break
from tracker.seasons.report import GoalReport, HabitReport, SeasonReport
from tracker.text.escape import terminal

STRIP = 14  # days: two weeks fit beside a title on a phone
PHONE = 60  # columns; on fewer, long sentences are broken between words
LEAST_TITLE = 16  # columns a title needs to be known by; with less it gets a line of its own


def lines(report: SeasonReport) -> list[str]:
    """The report, line by line."""
    found = _heading(report)
    for rest in breaks_near(report):
        found += _sentence(f"{in_words(rest)}.")
    for item in report.habits:
        for rest in habit_breaks_near(item, report):
            found += _sentence(f"{item.habit.id}: {in_words(rest)}.")
    if report.habits:
        found += ["", *_habit_lines(report.habits, report.today)]
        found += ["", *wrapped(_today_line(report), width())]
    if report.goals:
        found += ["", *_goal_lines(report.goals)]
    if not report.habits and not report.goals:
        found += ["", "It has no goals and no habits yet."]
    return found


def notice_lines(notices: Sequence[str]) -> Iterator[str]:
    """What there is to say beside the report, an empty line before it."""
    for number, notice in enumerate(notices):
        if not number:
            yield ""
        yield from _sentence(notice)


def _sentence(text: str) -> list[str]:
    """Text made safe; broken between words on a phone, where it stands on many lines."""
    safe = terminal(text)
    return wrapped(safe, width()) if width() < PHONE else [safe]


def breaks_near(report: SeasonReport) -> list[Break]:
    """The season's breaks that have not ended."""
    return [rest for rest in report.season.breaks if rest.last >= report.today]


def habit_breaks_near(item: HabitReport, report: SeasonReport) -> list[Break]:
    """A habit's own breaks that have not ended."""
    return [rest for rest in own(item.habit, report.season.breaks) if rest.last >= report.today]


def _heading(report: SeasonReport) -> list[str]:
    season, today = report.season, report.today
    day, days = (today - season.starts).days + 1, (season.ends - season.starts).days + 1
    if today > season.ends:
        place = f"ended on {season.ends}"
    elif today < season.starts:
        place = f"starts on {season.starts}"
    else:
        place = f"day {day} of {days}, {beside_today(today, today)}"
    title = click.style(terminal(season.title), bold=True)
    if columns_of(f"{terminal(season.title)}: {place}") <= width():
        return [f"{title}: {place}"]
    return [title, place[0].upper() + place[1:]]


def _habit_lines(items: Sequence[HabitReport], today: date) -> Iterator[str]:
    """A line each, or two where the facts leave too little room for the title."""
    facts = [_habit_facts(item) for item in items]
    longest = max(columns_of(_name(item)) for item in items)
    room = width() - STRIP - 4 - max(columns_of(click.unstyle(fact)) for fact in facts)
    beside = room >= min(LEAST_TITLE, longest)
    for item, fact in zip(items, facts, strict=True):
        strip = _strip(item, today)
        if beside:
            yield f"{strip}  {padded(_name(item), min(room, longest))}  {fact}".rstrip()
        else:
            yield fitted(_name(item), width())
            yield f"  {strip}  {fact}".rstrip()


def _name(item: HabitReport) -> str:
    return f"{item.habit.id}: {item.habit.title}"


def _strip(item: HabitReport, today: date) -> str:
    states = dict(item.days)
    last = [date.fromordinal(today.toordinal() - back) for back in range(STRIP - 1, -1, -1)]
    return "".join(glyph(states[day]) if day in states else " " for day in last)


def _habit_facts(item: HabitReport) -> str:
    facts = ["    " if item.strength is None else f"{item.strength:4.0%}"]
    breaks = item.streak.breaks_in
    if item.due and breaks is not None and 0 <= breaks <= 1:
        when = "today" if breaks == 0 else "tomorrow"
        facts.append(click.style(f"breaks {when}", fg="yellow"))
    elif item.due:
        facts.append("due")
    if item.streak.length > 1:
        facts.append(f"{item.streak.length} {item.streak.unit} held")
    return ", ".join(facts) if facts[0].strip() else "  ".join(facts)


def _today_line(report: SeasonReport) -> str:
    due = [item.habit.id for item in report.habits if item.due]
    score = f"Today's score: {report.score_on(report.today):.0f} of 100."
    if not due:
        return f"{score} Nothing is open."
    return f"{score} Open: {', '.join(due)}. Answer with: tracker checkin"


def _goal_lines(items: Sequence[GoalReport]) -> Iterator[str]:
    facts = [f"{_count(item)}, {_pace(item)}" for item in items]
    longest = max(columns_of(item.goal.title) for item in items)
    room = width() - 2 - max(columns_of(click.unstyle(fact)) for fact in facts)
    beside = room >= min(LEAST_TITLE, longest)
    for item, fact in zip(items, facts, strict=True):
        if beside:
            yield f"{padded(item.goal.title, min(room, longest))}  {fact}"
        else:
            yield fitted(item.goal.title, width())
            yield f"  {fact}"


def _count(item: GoalReport) -> str:
    return terminal(f"{item.amount:g} of {item.goal.target:g} {item.goal.unit}".rstrip())


def _pace(item: GoalReport) -> str:
    if item.reached:
        return click.style("reached", fg="green")
    if item.safe == 0:
        return click.style(f"behind, the pace is {item.expected:.1f}", fg="red")
    days = "1 safe day" if item.safe == 1 else f"{item.safe} safe days"
    colours = {"orange": "yellow", "blue": "blue", "green": "green"}
    return click.style(days, fg=colours.get(item.colour))
