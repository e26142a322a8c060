"""What a shell offers at Tab: the ids of habits, goals and seasons, and answers.

Loaded only while a shell completes; a command on its way to work never sees it.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import click
from click.shell_completion import CompletionItem

from tracker.cli.context import App
from tracker.errors import TrackerError
from tracker.goals.model import Project
from tracker.habits.model import Habit

Offered = Callable[[click.Context, str], list[CompletionItem]]


def attach(command: click.Command) -> click.Command:
    """Give each parameter that names something its names."""
    if isinstance(command, click.Group):
        return command  # its steps are attached when they are loaded
    for parameter in command.params:
        names = BY_NAME.get(parameter.name or "")
        if names is not None:
            parameter.shell_complete = _offering(names)  # type: ignore[method-assign, assignment]
    return command


def _offering(names: Callable[[App], list[str]]) -> Offered:
    def offered(ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        app = ctx.ensure_object(App)
        try:
            found = names(app)
        except (TrackerError, OSError):
            return []  # a shell has no place for an error
        folded = incomplete.casefold()
        return [CompletionItem(name) for name in found if name.casefold().startswith(folded)]

    return offered


def _habits(app: App) -> list[str]:
    return app.project.habit_ids()


def _answers(app: App) -> list[str]:
    """For each habit in force today its answers: what they share completes first."""
    begun = _before_equals()
    return [
        answer if begun else f"{habit.id}={answer}"
        for habit in app.project.habits_on(app.today)
        if begun in {"", habit.id}
        for answer in _of(habit)
    ]


def _before_equals() -> str:
    """The habit whose answer is being typed, in a bash that takes `=` for a word of its own."""
    if not os.environ.get("_TRACKER_COMPLETE", "").startswith("bash"):
        return ""
    words = os.environ.get("COMP_WORDS", "").split()
    here = int(os.environ.get("COMP_CWORD") or 0)
    for place in (here, here - 1):
        if 1 < place < len(words) and words[place] == "=":
            return words[place - 1]
    return ""


def _of(habit: Habit) -> list[str]:
    target = habit.quantity.target if habit.quantity else None
    yes = f"{target:g}" if target else "y"
    return list(dict.fromkeys((yes, "y", "n", "skip")))


def _goals(app: App) -> list[str]:
    season = app.project.season_near(app.today)
    return [goal.id for goal in season.goals] if season else []


def _misses(app: App) -> list[str]:
    return [f"{goal}=" for goal in _goals(app)]


def _seasons(app: App) -> list[str]:
    project: Project = app.project
    return [season.id for season in project.seasons]


BY_NAME: dict[str, Callable[[App], list[str]]] = {
    "answers": _answers,
    "habit": _habits,
    "goal": _goals,
    "goals": _goals,
    "said": _goals,
    "season": _seasons,
    "misses": _misses,
}
