"""goals.yml: read it, check it, and say by line and key all that makes no sense."""

from __future__ import annotations

import msgspec

from tracker.errors import TrackerError
from tracker.goals.model import Project
from tracker.goals_file.problems import LOST, Problem, Problems
from tracker.goals_file.schema import TEXT_KEYS, ProjectForm
from tracker.goals_file.validate import build
from tracker.text.escape import one_line
from tracker.text.yaml_lines import Document, composed, keep_spelling, old_numbers, path_words

MOST_SHOWN = 10  # problems in one message; more would push the first ones off the screen


def parse(text: str, name: str = "goals.yml") -> Project:
    """The project a goals.yml describes.

    Raises TrackerError with a line of the form `goals.yml:12: seasons[0].habits[2].schedule: …`
    for each problem, in the order of the file: the first ten in its message, all of them in its
    `problems`. What is not YAML is one problem that hides all others.
    """
    document = composed(text, name)
    if not isinstance(document.data, dict):
        what = "empty" if document.data is None else "no mapping of keys"
        raise TrackerError(
            f"{name}:1: the file is {what}. Start it with two keys: timezone: Europe/London "
            "and seasons: []"
        )
    keep_spelling(document, TEXT_KEYS)
    problems = Problems()
    for old in old_numbers(document, "id"):
        problems.add(
            old.path,
            f"{old.text} was {old.number} to this file until now, and answers may be kept under "
            f'that. Write id: "{old.text}" in quotes, or id: {old.number}.',
        )
    project = build(_form(document, problems), problems)
    if problems.found:
        raise _refusal(name, document, problems.found)
    return project


def _form(document: Document, problems: Problems) -> ProjectForm:
    """What is written, types checked; where some are wrong, whatever can be read."""
    for key in document.repeated:
        inside = key.path[:-1]
        if problems.is_valid(
            (*inside, LOST)
        ):  # more of them, and it is one lost beginning of an item
            problems.add(key.path, key.message, (key.line, key.column))
        problems.mark_invalid(key.path, (*inside, LOST), (*inside[:-1], LOST))
    problem = ""
    if not problems.found:
        try:
            return msgspec.convert(document.data, ProjectForm)
        except msgspec.ValidationError as error:
            problem = str(error)
    from tracker.goals_file.recover import read_form

    form = read_form(document.data, problems)
    if not problems.found:  # what is refused as a whole is never taken in parts
        problems.add((), f"{problem}.")
    return form


def _refusal(name: str, document: Document, problems: list[Problem]) -> TrackerError:
    """The problems in the order of the file; what several places take from one is told once."""
    marked: dict[tuple[tuple[int, int], str], str] = {}
    for problem in problems:
        mark = problem.mark or document.mark(problem.path)
        where = "" if problem.mark or not problem.path else f"{path_words(problem.path)}: "
        marked.setdefault((mark, problem.message), f"{name}:{mark[0]}: {where}{problem.message}")
    lines = [marked[key] for key in sorted(marked, key=lambda key: key[0])]
    if len(lines) == 1:
        return TrackerError(lines[0])
    lines = [one_line(line) for line in lines]
    shown = lines[:MOST_SHOWN]
    if len(lines) > MOST_SHOWN:
        shown.append(f"and {len(lines) - MOST_SHOWN} more; tracker doctor names them all.")
    return TrackerError("\n".join(shown), tuple(lines))
