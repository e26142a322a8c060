"""Groups: habits under the headings that goals.yml gives them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

Item = TypeVar("Item")


def by_group(
    items: Iterable[Item], group_of: Callable[[Item], str]
) -> list[tuple[str, list[Item]]]:
    """Items by their headings: those without one first, then each where it first appears."""
    groups: dict[str, list[Item]] = {"": []}
    for item in items:
        groups.setdefault(group_of(item), []).append(item)
    return [(group, of_group) for group, of_group in groups.items() if of_group]
