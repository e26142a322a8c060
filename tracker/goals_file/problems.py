"""What a checked goals.yml is made of: ids, titles, days, amounts; and the slips found in it."""

from __future__ import annotations

import math
import re
from datetime import date
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from tracker.text.yaml_lines import KeyPath, path_words

if TYPE_CHECKING:
    from collections.abc import Callable

Parsed = TypeVar("Parsed")

YEARS = range(1900, 2200)
WHICH = "which"  # of a list: the place that is not clear where an item of it may have got lost


class Slip(NamedTuple):
    """Something in the file that makes no sense, and where.

    Attributes:
        mark: line and column of what has no path of its own: a key that stands there twice.
    """

    path: KeyPath
    message: str
    mark: tuple[int, int] | None = None


class Slips:
    """The slips found so far, and the places that nothing can be concluded from any more.

    A check that compares two places asks first whether both are `clear`: what is wrong at
    one place must never be told a second time as a fault of another.
    """

    def __init__(self) -> None:
        """None yet."""
        self.found: list[Slip] = []
        self._spoilt: set[KeyPath] = set()

    def note(self, path: KeyPath, message: str, mark: tuple[int, int] | None = None) -> None:
        """Keep a slip; its place is not clear from now on."""
        self.found.append(Slip(path, message, mark))
        self._spoilt.add(path)

    def note_missing(self, path: KeyPath, key: str) -> None:
        """Keep that a key is missing; of all that stands at the path only the key is not clear."""
        self.found.append(Slip(path, f'the key "{key}" is missing. Add it.'))
        self._spoilt.add((*path, key))

    def spoil(self, *paths: KeyPath) -> None:
        """Places, with all below them, that hold no word that could be relied on."""
        self._spoilt.update(paths)

    def clear(self, *paths: KeyPath) -> bool:
        """Whether nothing is wrong with any of the places or with what they stand in."""
        if not self._spoilt:  # nearly always
            return True
        return not any(
            path[:length] in self._spoilt for path in paths for length in range(len(path) + 1)
        )

    def parsed(self, parse: Callable[[], Parsed], path: KeyPath) -> Parsed | None:
        """What a parser makes of a value; None where it complains, which is noted."""
        try:
            return parse()
        except OverflowError:
            self.note(path, "nobody can count that far. Use fewer digits.")
        except ValueError as error:
            self.note(path, str(error))
        return None


def checked_id(raw: object, path: KeyPath, slips: Slips) -> str:
    """An id that can be typed and can name a file; the path is that of what it names."""
    if not slips.clear((*path, "id")):
        return path_words(path)  # it was not read; a message still has to call it something
    text = str(raw)
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}", text):
        slips.note(
            (*path, "id"),
            f'"{text}" cannot be an id: it becomes a file name and a word to type. '
            "Use letters a-z, digits, - and _, such as morning-run.",
        )
    return text


def checked_title(raw: object, path: KeyPath, slips: Slips) -> str:
    """A title with something in it."""
    text = str(raw).strip()
    if not text:
        slips.note((*path, "title"), "the title is empty. Say in a few words what it is.")
    return text


def check_days(starts: date, ends: date, path: KeyPath, what: str, slips: Slips) -> None:
    """Note a year that is a slip, and an end before its start."""
    if starts.year in YEARS and ends.year in YEARS and starts <= ends:
        return
    places: tuple[KeyPath, KeyPath] = ((*path, "starts"), (*path, "ends"))
    for place, day in zip(places, (starts, ends), strict=True):
        if day.year not in YEARS and slips.clear(place):
            slips.note(place, f"the year {day.year} cannot be meant. Check it.")
    if ends < starts and slips.clear(*places):
        text = f"the {what} ends on {ends}, before it starts on {starts}. Swap them."
        slips.note(places[1], text)


def note_repeated_ids(ids: list[str], path: KeyPath, slips: Slips) -> None:
    """Note each id that a list holds a second time."""
    if len({identity.casefold() for identity in ids}) == len(ids):
        return
    first: dict[str, int] = {}
    for index, identity in enumerate(ids):
        here = (*path, index, "id")
        if not slips.clear(here):
            continue
        # On some disks Write.qmd and write.qmd are one file.
        earlier = first.setdefault(identity.casefold(), index)
        if earlier != index:
            slips.note(
                here,
                f'"{identity}" is already the id of {path[-1]}[{earlier}]. '
                "An id names one thing for ever: choose another.",
            )


def more_than_zero(value: float, path: KeyPath, otherwise: str, slips: Slips) -> float:
    """A number that can be aimed at; `otherwise` says what one of 0 or below would do."""
    number = slips.parsed(lambda: float(value), path)
    if number is None:
        return 1.0
    if not math.isfinite(number) or number <= 0:
        slips.note(path, f"{number:g} {otherwise}. Use more than 0.")
    return number
