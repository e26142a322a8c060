"""What a checked goals.yml is made of: ids, titles, days, amounts; and the problems found in it."""

from __future__ import annotations

import math
import re
from datetime import date
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from tracker.habits.model import number_words
from tracker.text.yaml_lines import KeyPath, path_words

if TYPE_CHECKING:
    from collections.abc import Callable

Parsed = TypeVar("Parsed")

YEARS = range(1900, 2200)
LOST = "which"  # of a list: a place not to be relied on, where an item of it may have got lost


class Problem(NamedTuple):
    """Something in the file that makes no sense, and where.

    Attributes:
        mark: line and column of what has no path of its own: a key that stands there twice.
    """

    path: KeyPath
    message: str
    mark: tuple[int, int] | None = None


class Problems:
    """The problems found so far, and the places that nothing can be concluded from any more.

    A check that compares two places asks first whether both are valid: what is wrong at
    one place must never be told a second time as a fault of another.
    """

    def __init__(self) -> None:
        """None yet."""
        self.found: list[Problem] = []
        self._invalid: set[KeyPath] = set()

    def add(self, path: KeyPath, message: str, mark: tuple[int, int] | None = None) -> None:
        """Keep a problem; its place is invalid from now on."""
        self.found.append(Problem(path, message, mark))
        self._invalid.add(path)

    def add_missing(self, path: KeyPath, key: str) -> None:
        """Keep that a key is missing; of all that stands at the path only the key is invalid."""
        self.found.append(Problem(path, f'the key "{key}" is missing. Add it.'))
        self._invalid.add((*path, key))

    def mark_invalid(self, *paths: KeyPath) -> None:
        """Places, with all below them, that hold no word that could be relied on."""
        self._invalid.update(paths)

    def is_valid(self, *paths: KeyPath) -> bool:
        """Whether nothing is wrong with any of the places or with what they stand in."""
        if not self._invalid:  # nearly always
            return True
        return not any(
            path[:length] in self._invalid for path in paths for length in range(len(path) + 1)
        )

    def parsed(self, parse: Callable[[], Parsed], path: KeyPath) -> Parsed | None:
        """What a parser makes of a value; None where it complains, which is noted."""
        try:
            return parse()
        except OverflowError:
            self.add(path, "nobody can count that far. Use fewer digits.")
        except ValueError as error:
            self.add(path, str(error))
        return None


def checked_id(raw: object, path: KeyPath, problems: Problems) -> str:
    """An id that can be typed and can name a file; the path is that of what it names."""
    if not problems.is_valid((*path, "id")):
        return path_words(path)  # it was not read; a message still has to call it something
    text = str(raw)
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}", text):
        problems.add(
            (*path, "id"),
            f'"{text}" cannot be an id: it becomes a file name and a word to type. '
            "Use letters a-z, digits, - and _, such as morning-run.",
        )
    return text


def checked_title(raw: object, path: KeyPath, problems: Problems) -> str:
    """A title with something in it."""
    text = str(raw).strip()
    if not text:
        problems.add((*path, "title"), "the title is empty. Say in a few words what it is.")
    return text


def check_days(starts: date, ends: date, path: KeyPath, what: str, problems: Problems) -> None:
    """Note a year that is a problem, and an end before its start."""
    if starts.year in YEARS and ends.year in YEARS and starts <= ends:
        return
    key_paths: tuple[KeyPath, KeyPath] = ((*path, "starts"), (*path, "ends"))
    for key_path, day in zip(key_paths, (starts, ends), strict=True):
        if day.year not in YEARS and problems.is_valid(key_path):
            problems.add(key_path, f"the year {day.year} cannot be meant. Check it.")
    if ends < starts and problems.is_valid(*key_paths):
        text = f"the {what} ends on {ends}, before it starts on {starts}. Swap them."
        problems.add(key_paths[1], text)


def check_repeated_ids(ids: list[str], path: KeyPath, problems: Problems) -> None:
    """Note each id that a list holds a second time."""
    if len({identity.casefold() for identity in ids}) == len(ids):
        return
    first: dict[str, int] = {}
    for index, identity in enumerate(ids):
        id_path = (*path, index, "id")
        if not problems.is_valid(id_path):
            continue
        # On some disks Write.qmd and write.qmd are one file.
        earlier = first.setdefault(identity.casefold(), index)
        if earlier != index:
            problems.add(
                id_path,
                f'"{identity}" is already the id of {path[-1]}[{earlier}]. '
                "An id names one thing for ever: choose another.",
            )


def more_than_zero(value: float, path: KeyPath, otherwise: str, problems: Problems) -> float:
    """A number that can be aimed at; `otherwise` says what one of 0 or below would do."""
    number = problems.parsed(lambda: float(value), path)
    if number is None:
        return 1.0
    if not math.isfinite(number) or number <= 0:
        problems.add(path, f"{number_words(number)} {otherwise}. Use more than 0.")
    return number
