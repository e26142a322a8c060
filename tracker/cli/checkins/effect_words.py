"""What an answer did, in a line for a person and in fields for a script."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

import click

from tracker.calendar.days import beside_today
from tracker.cli.look.status import goal_data, pace_words
from tracker.cli.terminal import arrow
from tracker.seasons.effect import Effect, at_risk, last_chance
from tracker.seasons.report import SeasonReport
from tracker.text.counts import number_of
from tracker.text.escape import terminal

LEAST_MOVE = 0.0005  # of a strength; less shows in no decimal


def effect_words(effect: Effect, today: date, told: Collection[str] = ()) -> str:
    """The effect in one line: "45% → 48%, 13 days held, next by tomorrow; Papers: 1 of 4, …".

    Args:
        told: goals whose pace was said before; answers do not move it.
    """
    if not effect.habit.scored:
        return "kept, and never scored"
    facts = [_strength(effect), _streak(effect), _next(effect, today)]
    goals = [
        f"{terminal(item.goal.title)}: {terminal(item.progress)}, {pace_words(item)}"
        for item in effect.goals
        if item.goal.id not in told
    ]
    return "; ".join([", ".join(filter(None, facts)), *goals])


def effect_data(effect: Effect, today: date) -> dict[str, Any]:
    """The effect for a script."""
    before, after = effect.before, effect.after
    by = last_chance(after, today)
    return {
        "strength_before": _rounded(before.strength),
        "strength": _rounded(after.strength),
        "streak_before": before.streak.length,
        "streak": after.streak.length,
        "streak_unit": after.streak.unit,
        "next_by": by.isoformat() if by else None,
        "goals": [goal_data(item) for item in effect.goals],
    }


def risk_words(report: SeasonReport) -> str:
    """What is about to break: "About to break: read (today), run (tomorrow)."; else nothing."""
    risks = at_risk(report.habits, report.today)
    words = ", ".join(f"{risk.habit.id} ({_day_word(risk.by, report.today)})" for risk in risks)
    return f"About to break: {words}." if words else ""


def risk_data(report: SeasonReport) -> list[dict[str, str]]:
    """What is about to break, for a script."""
    risks = at_risk(report.habits, report.today)
    return [{"habit": risk.habit.id, "next_by": risk.by.isoformat()} for risk in risks]


def _strength(effect: Effect) -> str:
    """How the strength moved, in whole per cent, or in tenths where those show no move."""
    before, after = effect.before.strength or 0.0, effect.after.strength or 0.0
    if abs(after - before) < LEAST_MOVE:
        return f"{after:.0%}"
    digits = 0 if f"{before:.0%}" != f"{after:.0%}" else 1
    words = f"{before:.{digits}%} {arrow()} {after:.{digits}%}"
    return click.style(words, fg="green" if after > before else "yellow")


def _streak(effect: Effect) -> str:
    """How long it has held, or what has ended."""
    held, before = effect.after.streak, effect.before.streak
    if held.length:
        return f"{number_of(held.length, held.unit.removesuffix('s'))} held"
    if effect.ended > 1:
        return f"a streak of {effect.ended} {before.unit} ends"
    return ""


def _next(effect: Effect, today: date) -> str:
    by = last_chance(effect.after, today)
    if by is None:
        return ""
    if by == today:
        return click.style("breaks today", fg="yellow")
    return f"next by {_day_word(by, today)}"


def _day_word(day: date, today: date) -> str:
    distance = (day - today).days
    return "today" if not distance else "tomorrow" if distance == 1 else beside_today(day, today)


def _rounded(strength: float | None) -> float | None:
    return None if strength is None else round(strength, 4)
