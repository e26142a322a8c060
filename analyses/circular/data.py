"""Words and contexts: those of `shared`, put together as this study was first recorded with.

A context ends where the word begins: attention is causal, so what would follow the word cannot
change its vector. Within a category every word stands in the same contexts, so that only the
word differs; the shared ones are the same for every category too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lab.text import sentences, vocabulary


@dataclass(frozen=True)
class Category(vocabulary.Category):
    """Words of one kind, in the order that is put to the test, and what stands before them.

    `shape` says what that order is: a cycle, a line whose ends do not meet, or none at all
    (the alphabet's order stands in for one).
    """

    contexts: tuple[str, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """The words, short enough to stand in a figure."""
        if self.shape == "ordered":
            return tuple(str(place) for place in range(1, len(self.words) + 1))
        return super().labels


def together(
    finding: Sequence[str], measuring: Sequence[str], places: Sequence[int]
) -> tuple[str, ...]:
    """Beginnings of both kinds, the first of `measuring` put in at these places.

    The order tells nothing, but folds and resamples are drawn by it.
    """
    every = list(finding)
    for place, text in zip(places, measuring, strict=False):
        every.insert(place, text)
    return tuple(every)


SHARED = together(sentences.SHARED, sentences.FURTHER_SHARED, (7, 9, 10, 11))
PLACES = {
    "days": (6, 8, 9, 11),
    "months": (7, 8, 9, 10),
    "numbers": (5, 6, 9, 11),
    "animals": (7, 9, 10, 11),
}


def _category(name: str, kind: str, title: str, classes: int) -> Category:
    """The first words of a kind."""
    whole = vocabulary.CATEGORIES[kind]
    own = together(sentences.OWN[kind], sentences.FURTHER[kind], PLACES[kind])
    return Category(name, title, whole.shape, whole.words[:classes], SHARED + own)


CATEGORIES: dict[str, Category] = {
    category.name: category
    for category in (
        _category("days", "days", "Weekdays", 7),
        _category("months", "months", "Months", 12),
        _category("numbers_7", "numbers", "One to seven", 7),
        _category("numbers_12", "numbers", "One to twelve", 12),
        _category("animals_7", "animals", "Seven animals", 7),
        _category("animals_12", "animals", "Twelve animals", 12),
    )
}
