"""What a shell offers at Tab: the ids of habits, goals and seasons, and answers.

Loaded only while a shell completes; a command on its way to work never sees it.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import click
from click.shell_completion import CompletionItem

from tracker.errors import TrackerError
from tracker.goals.model import Project
from tracker.habits.model import Habit, number_words
from tracker.workspace.session import Session

Offered = Callable[[click.Context, str], list[CompletionItem]]


def attach(command: click.Command, session_of: Callable[[click.Context], Session]) -> click.Command:
    """Give each parameter that names something its names, as the log of the context has them."""
    if isinstance(command, click.Group):
        return command  # its commands are attached when they are loaded
    for parameter in command.params:
        names = BY_NAME.get(parameter.name or "")
        if names is not None:
            parameter.shell_complete = _offering(names, session_of)  # type: ignore[method-assign, assignment]
    return command


def _offering(
    names: Callable[[Session], list[str]], session_of: Callable[[click.Context], Session]
) -> Offered:
    def offered(ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        try:
            offers = names(session_of(ctx))
        except (TrackerError, OSError):
            return []  # a shell has no place for an error
        folded = incomplete.casefold()
        return [CompletionItem(name) for name in offers if name.casefold().startswith(folded)]

    return offered


def _habits(session: Session) -> list[str]:
    return session.project.habit_ids()


def _answers(session: Session) -> list[str]:
    """For each habit in force today its answers: what they share completes first."""
    begun = _before_equals()
    return [
        answer if begun else f"{habit.id}={answer}"
        for habit in session.project.habits_on(session.today)
        if begun in {"", habit.id}
        for answer in _of(habit)
    ]


def _before_equals() -> str:
    """The habit whose answer is being typed, in a bash that takes `=` for a word of its own."""
    if not os.environ.get("_TRACKER_COMPLETE", "").startswith("bash"):
        return ""
    words = os.environ.get("COMP_WORDS", "").split()
    here = int(os.environ.get("COMP_CWORD") or 0)
    for index in (here, here - 1):
        if 1 < index < len(words) and words[index] == "=":
            return words[index - 1]
    return ""


def _of(habit: Habit) -> list[str]:
    target = habit.quantity.target if habit.quantity else None
    yes = number_words(target) if target else "y"
    return list(dict.fromkeys((yes, "y", "n", "skip")))


def _goals(session: Session) -> list[str]:
    season = session.project.season_near(session.today)
    return [goal.id for goal in season.goals] if season else []


def _misses(session: Session) -> list[str]:
    return [f"{goal}=" for goal in _goals(session)]


def _seasons(session: Session) -> list[str]:
    project: Project = session.project
    return [season.id for season in project.seasons]


BY_NAME: dict[str, Callable[[Session], list[str]]] = {
    "answers": _answers,
    "habit": _habits,
    "goal": _goals,
    "goals": _goals,
    "said": _goals,
    "season": _seasons,
    "misses": _misses,
}
