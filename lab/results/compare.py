"""Old numbers against new ones, value by value.

What is measured may differ by a tolerance. What is decided may not: yes or no, a word, the members
of a set, and whole numbers, which are names, ranks or counts, but for counts of thousands.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Number = float | int | bool


@dataclass(frozen=True)
class Tolerance:
    """How far two runs of the same code may differ: the larger of the two allowances."""

    # Another processor adds floats in another order: measures move in the fifth digit, the
    # ends of a bootstrap interval a little more.
    relative: float = 0.02
    absolute: float = 0.01
    # Of ten thousand firings some lie at the edge of firing, where a last digit decides; a latent's
    # number, a rank and a count of a few hundred must be the same.
    counted: float = 0.002

    def holds(self, old: Number, new: Number) -> bool:
        """Whether the new number is the old one up to tolerance; whole numbers are ints."""
        if isinstance(old, bool) or isinstance(new, bool):
            return old == new
        if isinstance(old, int) and isinstance(new, int):
            return math.isclose(old, new, rel_tol=self.counted)
        return math.isclose(old, new, rel_tol=self.relative, abs_tol=self.absolute)


@dataclass(frozen=True)
class Difference:
    """One value that was recorded before and computed now; None where there was none."""

    where: str
    old: float | None
    new: float | None
    within: bool


def compare(old: Any, new: Any, tolerance: Tolerance = Tolerance()) -> list[Difference]:
    """Every number of two results, by its path; other values count when they differ.

    A list of different whole numbers is a set of members: one value, whatever their order.
    """
    before, after = dict(_leaves(old)), dict(_leaves(new))
    found = []
    for where in sorted({*before, *after}, key=lambda path: (path not in after, path)):
        a, b = before.get(where), after.get(where)
        if isinstance(a, str) or isinstance(b, str):
            if a != b:
                found.append(Difference(f"{where} ({a!r} → {b!r})", None, None, False))
            continue
        within = a is not None and b is not None and tolerance.holds(a, b)
        was, now = (None if value is None else float(value) for value in (a, b))
        found.append(Difference(where, was, now, within))
    return found


def compare_arrays(
    old: Mapping[str, NDArray[Any]],
    new: Mapping[str, NDArray[Any]],
    tolerance: Tolerance = Tolerance(),
) -> list[Difference]:
    """The arrays of two results, each by its name: the value that moved most, then and now."""
    found = []
    for name in sorted({*old, *new}):
        a, b = old.get(name), new.get(name)
        if a is None or b is None or a.shape != b.shape or a.dtype.kind not in "biuf":
            same = a is not None and b is not None and np.array_equal(a, b)
            found.append(Difference(f"array {name}", None, None, same))
            continue
        if not a.size:
            continue
        was, now = a.astype(float).ravel(), b.astype(float).ravel()
        most = int(np.nan_to_num(np.abs(was - now), nan=np.inf).argmax())
        close = np.isclose(
            now, was, rtol=tolerance.relative, atol=tolerance.absolute, equal_nan=True
        )
        where = f"array {name} {tuple(int(i) for i in np.unravel_index(most, a.shape))}"
        found.append(Difference(where, float(was[most]), float(now[most]), bool(close.all())))
    return found


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Number | str]]:
    members = _members(value)
    if members is not None:
        yield path, members
        return
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _leaves(item, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _leaves(item, f"{path}[{index}]")
    elif isinstance(value, bool | int | float):
        yield path, value
    elif value is not None:
        yield path, str(value)


def _members(value: Any) -> str | None:
    """A list of different whole numbers as a set in words; None for anything else."""
    if not isinstance(value, list | tuple) or not value:
        return None
    if any(isinstance(item, bool) or not isinstance(item, int) for item in value):
        return None
    return "{" + ", ".join(map(str, sorted(value))) + "}" if len({*value}) == len(value) else None
