"""The report of a week or a season, drafted: last wording quoted, each commitment answered.

The numbers are filled in; where a person has to say something, the draft says so in a mark
that cannot be overlooked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from tracker.calendar.days import WEEKDAY_NAMES, in_words
from tracker.calendar.weeks import Week, week_of
from tracker.goals.forecasts import Forecast, counted
from tracker.goals.grades import REACHED, milestone_grades
from tracker.goals.links import Link
from tracker.goals.model import progress_words
from tracker.habits.model import number_words
from tracker.pages.archive import KIND
from tracker.pages.markup import link
from tracker.pages.season_blocks import evidence_line
from tracker.seasons.report import GoalReport, HabitReport, SeasonReport
from tracker.seasons.verdict import HabitTally, tally
from tracker.text.counts import number_of
from tracker.text.escape import markdown, yaml

MARKER = "Your words"
WHY = "what moved it, or what stood in the way?"
NEXT_WEEK = "Next week"


class Earlier(NamedTuple):
    """The report before this one: where it stands, and what it said would come next."""

    title: str
    path: str
    words: str


class Facts(NamedTuple):
    """All that a report is made from.

    Attributes:
        report: the season on the last day the report covers, public habits only.
        first, last: the days it covers.
        links: the evidence given by hand.
        earlier: the report before; None where this is the first.
    """

    report: SeasonReport
    first: date
    last: date
    links: tuple[Link, ...] = ()
    forecasts: tuple[Forecast, ...] = ()
    earlier: Earlier | None = None


def room(question: str) -> str:
    """A place for words that nobody can mistake for an answer."""
    return f"[**{MARKER}:** {question}]{{.your-words}}"


def words_after(text: str, heading: str) -> str:
    """What stands below a heading of a report, without what was left to be filled in."""
    match = re.search(rf"^## {re.escape(heading)}\s*$(.*?)(?=^#{{1,2}} |\Z)", text, re.M | re.S)
    lines = match[1].strip().split("\n") if match else []
    return "\n".join(line for line in lines if MARKER not in line).strip()


def weekly(facts: Facts, week: Week, today: date) -> str:
    """The draft of a week's report."""
    season = facts.report.season
    title = f"Week {week.number} of {week.year}: said and done"
    last_day = WEEKDAY_NAMES[week.last.weekday()]
    blocks = [
        *said(facts, NEXT_WEEK),
        "## What came of it",
        f"{markdown(season.title)}, {in_words(facts.first)} to {in_words(facts.last)}.",
        *(block for item in facts.report.goals for block in _goal(item, facts)),
        *habits(facts),
        *missed(facts),
        f"## {NEXT_WEEK}",
        f"- {room(f'one thing that will be there by {last_day}?')}",
    ]
    return document(title, summary(facts), today, blocks)


def summary(facts: Facts) -> str:
    """The whole report in one line, for lists and feeds."""
    counts = [
        markdown(progress_words(item.amount, item.goal.target, item.goal.unit or item.goal.id))
        for item in facts.report.goals
    ]
    habits_words = [f"{markdown(habit.title)}: {habit.days}" for habit, _ in habit_rows(facts)]
    return ". ".join(words for words in (", ".join(counts), "; ".join(habits_words)) if words) + "."


def goal_words(item: GoalReport, facts: Facts) -> str:
    """A goal's numbers: so much of so much, where the pace line stands, what was new."""
    goal = item.goal
    count = f"**{item.progress}**"
    facts_words = [count + _new(item, facts), f"the pace line stands at {item.expected:.1f}"]
    if item.reached:
        facts_words[1:] = [f"the target is {REACHED}"]
    elif item.safe == 0:
        facts_words.append("behind it")
    else:
        facts_words.append(number_of(item.safe or 0, "safe day"))
    if likely := _likely(goal.id, facts):
        facts_words.append(likely)
    return "; ".join(facts_words) + "."


def _new(item: GoalReport, facts: Facts) -> str:
    """How much of it came in the report's own days; over a whole season, all of it."""
    if facts.first <= facts.report.season.starts or not item.evidence:
        return ""
    new = sum(entry.day is not None and entry.day >= facts.first for entry in item.evidence)
    return f", {new or 'none'} of them new"


def habit_rows(facts: Facts) -> list[tuple[HabitTally, float | None]]:
    """Each scored habit over the report's days, and how its strength moved."""
    return [
        (tally(item, facts.first, facts.last), _moved(item, facts))
        for item in facts.report.habits
        if item.habit.scored
    ]


def misses(facts: Facts) -> list[str]:
    """What was not done, in so many words: habits, goals behind their line, milestones."""
    missed_words = [
        f"{markdown(habit.title)}: {habit.days}"
        for habit, _ in habit_rows(facts)
        if habit.done < habit.asked
    ]
    for item in facts.report.goals:
        title = markdown(item.goal.title)
        if not item.reached and item.safe == 0:
            missed_words.append(
                f"{title}: {number_words(item.amount)}, where the pace line stands at {item.expected:.1f}"
            )
        for stone in milestone_grades(item.goal, item.evidence, facts.last):
            if facts.first <= stone.by and not stone.met:
                done = f"{number_words(stone.done)} of {number_words(stone.amount)}"
                missed_words.append(f"{title}: {done} by {in_words(stone.by)}")
    return missed_words


def said(facts: Facts, heading: str) -> list[str]:
    """What the report before this one announced; else what the season promised."""
    earlier = facts.earlier
    if earlier is None:
        text = "This is the first report. The season promised:"
        return ["## What was said", text, *(quoted(item) for item in facts.report.goals)]
    words = earlier.words or f"(Nothing stands under “{heading}” there.)"
    quote = "\n".join(f"> {line}".rstrip() for line in words.split("\n"))
    return ["## What was said", f"In {link(earlier.title, '/' + earlier.path)}:", quote]


def quoted(item: GoalReport) -> str:
    """A commitment in its own words."""
    goal = item.goal
    return f"> {markdown(goal.title)} ({markdown(goal.aim)})"


def _goal(item: GoalReport, facts: Facts) -> list[str]:
    return [
        f"### {markdown(item.goal.title)}",
        quoted(item),
        goal_words(item, facts),
        evidence(item, facts),
        room(WHY),
    ]


def evidence(item: GoalReport, facts: Facts) -> str:
    """A goal's evidence, a line each."""
    lines = (evidence_line(entry, facts.links, item.goal.id) for entry in item.evidence)
    return "\n".join(lines)


def _likely(goal: str, facts: Facts) -> str:
    made = [f for f in counted(facts.forecasts) if f.goal == goal and f.week <= week_of(facts.last)]
    if not made:
        return ""
    now = f"held {made[-1].probability:.0%} likely in {made[-1].week}"
    if len(made) == 1:
        return now
    return f"{now} ({made[-2].probability:.0%} in {made[-2].week})"


def _moved(item: HabitReport, facts: Facts) -> float | None:
    """How far a habit's strength went, from the day before the report's first to its last."""
    curve = {day: value for day, value in item.curve if day <= facts.last}
    if not curve:
        return None
    before = [value for day, value in curve.items() if day < facts.first]
    return list(curve.values())[-1] - (before[-1] if before else 0.0)


def habits(facts: Facts) -> list[str]:
    """The habits with their denominators."""
    rows = habit_rows(facts)
    if not rows:
        return []
    lines = ["| Habit | Days | Strength |", "|:--|--:|--:|"]
    for habit, moved in rows:
        strength = "" if habit.strength is None else f"{habit.strength:.0%}"
        change = "" if moved is None else f" ({100 * moved:+.0f})"
        lines.append(
            f"| {markdown(habit.title)} | {habit.days.removesuffix(' days')} | {strength}{change} |"
        )
    return ["## Habits", "\n".join(lines)]


def missed(facts: Facts) -> list[str]:
    """What was missed, with room for a word on each."""
    words = misses(facts)
    if not words:
        return ["## Misses", "None."]
    return ["## Misses", "\n".join(f"- {miss}. {room('why?')}" for miss in words)]


def document(title: str, description: str, day: date, blocks: Sequence[str]) -> str:
    """A whole log entry: a draft of the kind review."""
    head = [
        "---",
        f"title: {yaml(title)}",
        f"description: {yaml(description)}",
        f"date: {day}",
        f"categories: [{KIND}]",
        f"kind: {KIND}",
        "goals: []",
        "draft: true",
        "---",
    ]
    return "\n\n".join(["\n".join(head), *(block for block in blocks if block)]) + "\n"
