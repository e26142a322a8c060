"""A verdict for the terminal."""

from __future__ import annotations

import click

from tracker.goals.grading import Grade, number
from tracker.seasons.verdict import Verdict, sides
from tracker.text.escape import terminal


def verdict_lines(verdict: Verdict) -> list[str]:
    """The season's grades, each goal's two, and the sentence on each miss."""
    early = f", before its end: {terminal(verdict.early)}" if verdict.early else ""
    found = [click.style(f"Closed on {verdict.day}{early}", bold=True)]
    found.append(f"The season: {grade_words(verdict)}.")
    for goal, (original, amended) in sides(verdict).items():
        found.append(f"  {terminal(goal)}: {goal_words(original, amended)}")
        for shown in (original or amended,):
            for stone in shown.milestones if shown else ():
                word = "met" if stone.met else f"missed, {stone.done:g} were there"
                found.append(f"      {stone.amount:g} by {stone.by}: {word}")
        if sentence := verdict.sentence(goal):
            found.append(f"      {terminal(sentence)}")
    for item in verdict.habits:
        found.append(f"  {terminal(item.habit)}: {item.days}")
    return found


def grade_words(verdict: Verdict) -> str:
    """ "0.72 as promised, 0.80 as amended"."""
    original, amended = verdict.grades
    return f"{number(original)} as promised, {number(amended)} as amended"


def goal_words(original: Grade | None, amended: Grade | None) -> str:
    """A goal's two grades; one, where they are of the same thing."""
    if original is not None and original == amended:
        return side_words(original)
    first = "not promised" if original is None else f"{side_words(original)} as promised"
    second = "dropped" if amended is None else f"{side_words(amended)} as amended"
    return f"{first}; {second}"


def side_words(item: Grade) -> str:
    """ "2 of 3 papers, 0.67"."""
    return terminal(f"{item.done:g} of {item.target:g} {item.unit}".rstrip()) + (
        f", {number(item.grade)}"
    )
