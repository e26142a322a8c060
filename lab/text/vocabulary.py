"""Categories of words, in the order that is put to the test; all single tokens of SmolLM2.

Chosen before any latent was looked at: first what turns in a circle or might, then what stands
in a line, then what has no order worth the name (the alphabet's stands in for one).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Shape = Literal["cyclic", "ordered", "unordered"]


@dataclass(frozen=True)
class Category:
    """Words of one kind. `shape` says what their order is: a cycle, a line, or none at all."""

    name: str
    title: str
    shape: Shape
    words: tuple[str, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """The words, short enough to stand in a figure."""
        if self.name in {"days", "months"}:
            return tuple(word[:3] for word in self.words)
        return tuple(SHORT.get(word, word) for word in self.words)


SHORT = {
    "north": "N", "northeast": "NE", "east": "E", "southeast": "SE",
    "south": "S", "southwest": "SW", "west": "W", "northwest": "NW",
}  # fmt: skip


def _category(name: str, title: str, shape: Shape, words: str) -> Category:
    return Category(name, title, shape, tuple(words.split()))


CATEGORIES: dict[str, Category] = {
    category.name: category
    for category in (
        _category(
            *("days", "Weekdays", "cyclic"),
            "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
        ),
        _category(
            *("months", "Months", "cyclic"),
            "January February March April May June July August September October November December",
        ),
        _category("seasons", "Seasons", "cyclic", "spring summer autumn winter"),
        _category(
            *("compass", "Compass points", "cyclic"),
            "north northeast east southeast south southwest west northwest",
        ),
        _category(
            *("hours", "Hours of the day", "cyclic"),
            "dawn morning noon afternoon dusk evening night midnight",
        ),
        _category("colours", "Colours", "cyclic", "red orange yellow green blue purple pink"),
        _category("notes", "Notes", "cyclic", "A B C D E F G"),
        _category(
            *("numbers", "Numbers", "ordered"),
            "one two three four five six seven eight nine ten eleven twelve",
        ),
        _category(
            *("ordinals", "Ordinals", "ordered"),
            "first second third fourth fifth sixth seventh eighth ninth tenth",
        ),
        _category(
            *("tens", "Tens", "ordered"),
            "ten twenty thirty forty fifty sixty seventy eighty ninety",
        ),
        _category(
            *("units", "Units of time", "ordered"),
            "second minute hour day week month year decade century",
        ),
        _category(
            *("planets", "Planets", "ordered"),
            "Mercury Venus Earth Mars Jupiter Saturn Uranus Neptune",
        ),
        _category(
            *("animals", "Animals", "unordered"),
            "bear cow dog eagle fox goat horse lion mouse pig rabbit whale",
        ),
        _category(
            *("countries", "Countries", "unordered"),
            "Brazil Canada China Egypt France Germany India Italy Japan Mexico Russia Spain",
        ),
        _category(
            *("body", "Body parts", "unordered"),
            "arm brain ear eye finger foot hand heart knee leg mouth nose",
        ),
        _category(
            *("fruits", "Fruits", "unordered"),
            "apple banana cherry grape lemon mango peach pear plum strawberry",
        ),
        _category(
            *("family", "Family", "unordered"),
            "aunt brother cousin daughter father grandfather grandmother mother sister son uncle "
            "wife",
        ),
        _category(
            *("professions", "Professions", "unordered"),
            "artist baker chef doctor engineer farmer lawyer nurse pilot priest soldier teacher",
        ),
        _category(
            *("metals", "Metals", "unordered"),
            "aluminum bronze copper gold iron nickel silver steel tin zinc",
        ),
        _category(
            *("sports", "Sports", "unordered"),
            "baseball basketball boxing cricket football golf hockey soccer swimming tennis",
        ),
    )
}
