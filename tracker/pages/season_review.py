"""The report of a season, drafted: what was promised, what became of it, what was changed."""

from __future__ import annotations

from datetime import date

from tracker.calendar.days import in_words
from tracker.goals.forecasts import COIN, brier_scores
from tracker.goals.grades import DROPPED, Grade, number
from tracker.goals.model import Goal
from tracker.pages.review import (
    MARKER,
    Facts,
    document,
    evidence,
    goal_words,
    habits,
    missed,
    quoted,
    room,
    said,
    summary,
)
from tracker.seasons.record import SeasonRecord
from tracker.seasons.report import GoalReport
from tracker.seasons.verdict import Verdict, grade_words, sides, verdict_words
from tracker.text.counts import number_of
from tracker.text.escape import markdown

NEXT_SEASON = "Next season"


def seasonal(facts: Facts, record: SeasonRecord | None, today: date) -> str:
    """The draft of a season's report.

    Args:
        facts: over the whole season.
        record: its public record; None where it was never frozen.
    """
    season = facts.report.season
    before = [] if facts.earlier is None else said(facts, NEXT_SEASON)
    blocks = [
        *before,
        "## What was promised",
        _promise(facts, record),
        *(_quoted(goal) for goal in _promised(facts, record)),
        "## What became of it",
        *_overall(record),
        *(block for item in facts.report.goals for block in _goal(item, facts, record)),
        *(block for goal in _dropped(facts, record) for block in _gone(goal, record)),
        *_changed(record),
        *habits(facts),
        *_forecasts(facts, record),
        *([] if record and record.verdict else missed(facts)),
        "## What to do differently",
        room("what did this season teach?"),
        f"## {NEXT_SEASON}",
        f"- {room('one thing that will be there at its end?')}",
    ]
    title = f"{season.title}: promised and done"
    return document(title, _summary(facts, record), today, blocks)


def _summary(facts: Facts, record: SeasonRecord | None) -> str:
    if record is None or record.verdict is None:
        return summary(facts)
    return f"Graded {grade_words(record.verdict)}. {summary(facts)}"


def left_open(text: str) -> int:
    """How many places of a draft still wait for words."""
    return text.count(f"**{MARKER}:**")


def _promise(facts: Facts, record: SeasonRecord | None) -> str:
    if record is None:
        return "The season was never frozen; this is how `goals.yml` has it now."
    promise = record.promise
    late = (
        f", {number_of(promise.days_late, 'day')} after the season began"
        if promise.days_late
        else ""
    )
    return f"Frozen on {in_words(promise.day)}{late}, with the seal `{promise.seal[:12]}`:"


def _promised(facts: Facts, record: SeasonRecord | None) -> tuple[Goal, ...]:
    return record.promise.season.goals if record else facts.report.season.goals


def _quoted(goal: Goal) -> str:
    why = f" {markdown(goal.why)}" if goal.why else ""
    return f"> **{markdown(goal.title)}** ({markdown(goal.aim)}).{why}"


def _overall(record: SeasonRecord | None) -> list[str]:
    if record is None or record.verdict is None:
        return ["No verdict is given yet: `tracker season close`."]
    words = grade_words(record.verdict, "**")
    return [f"The verdict of {in_words(record.verdict.day)}: {words}."]


def _goal(item: GoalReport, facts: Facts, record: SeasonRecord | None) -> list[str]:
    verdict = record.verdict if record else None
    original = next((g for g in _promised(facts, record) if g.id == item.goal.id), None)
    words = goal_words(item, facts) if verdict is None else _graded(verdict, item.goal.id)
    sentence = verdict.sentence(item.goal.id) if verdict else ""
    return [
        f"### {markdown(item.goal.title)}",
        quoted(item) if original is None else _quoted(original),
        words,
        evidence(item, facts),
        markdown(sentence),
        "" if sentence else room("what moved it, or what stood in the way?"),
    ]


def _dropped(facts: Facts, record: SeasonRecord | None) -> list[Goal]:
    """The goals that were promised and are no longer there."""
    still_there = {item.goal.id for item in facts.report.goals}
    return [goal for goal in _promised(facts, record) if goal.id not in still_there]


def _gone(goal: Goal, record: SeasonRecord | None) -> list[str]:
    verdict = record.verdict if record else None
    words = _graded(verdict, goal.id) if verdict else f"{DROPPED.capitalize()}."
    sentence = verdict.sentence(goal.id) if verdict else ""
    return [
        f"### {markdown(goal.title)}",
        _quoted(goal),
        words,
        markdown(sentence) if sentence else room("why was it dropped?"),
    ]


def _graded(verdict: Verdict, goal: str) -> str:
    original, amended = sides(verdict).get(goal, (None, None))
    words = verdict_words(original, amended, _side)
    return f"{words[:1].upper()}{words[1:]}."


def _side(item: Grade) -> str:
    return f"**{markdown(item.progress)}**, a grade of {number(item.grade)}"


def _changed(record: SeasonRecord | None) -> list[str]:
    if record is None or not record.amendments:
        return []
    blocks = ["## What was changed"]
    for amendment in record.amendments:
        lines = [f"- {markdown(str(change))}" for change in amendment.changes]
        head = f"{in_words(amendment.day)}: “{markdown(amendment.reason)}”"
        blocks += [head, "\n".join(lines)]
    return blocks


def _forecasts(facts: Facts, record: SeasonRecord | None) -> list[str]:
    if record is None or record.verdict is None:
        return []
    score = brier_scores(facts.forecasts, record.verdict.reached())[1]
    if score is None:
        return []
    text = (
        f"Brier score {score.brier:.2f} over {number_of(score.n, 'forecast')}; "
        f"always saying 50% scores {COIN}."
    )
    return ["## Forecasts", text]
