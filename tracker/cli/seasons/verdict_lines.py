"""A verdict for the terminal."""

from __future__ import annotations

import click

from tracker.goals.grades import Grade, number
from tracker.seasons.verdict import Verdict, goal_words, grade_words, sides
from tracker.text.escape import terminal


def verdict_lines(verdict: Verdict) -> list[str]:
    """The season's grades, each goal's two, and the sentence on each miss."""
    early = f", before its end: {terminal(verdict.early)}" if verdict.early else ""
    found = [click.style(f"Closed on {verdict.day}{early}", bold=True)]
    found.append(f"The season: {grade_words(verdict)}.")
    for goal, (original, amended) in sides(verdict).items():
        found.append(f"  {terminal(goal)}: {goal_words(original, amended, side_words)}")
        for shown in (original or amended,):
            for stone in shown.milestones if shown else ():
                found.append(f"      {stone.words(str(stone.by))}")
        if sentence := verdict.sentence(goal):
            found.append(f"      {terminal(sentence)}")
    for item in verdict.habits:
        found.append(f"  {terminal(item.habit)}: {item.days}")
    return found


def side_words(item: Grade) -> str:
    """ "2 of 3 papers, 0.67"."""
    return f"{terminal(item.progress)}, {number(item.grade)}"
