"""How many there are, in words: of one thing the noun is singular."""

from __future__ import annotations


def number_of(number: int, one: str, many: str = "") -> str:
    """A number of things: "1 day", "3 days", "2 entries"."""
    return f"{number} {one if number == 1 else many or one + 's'}"
