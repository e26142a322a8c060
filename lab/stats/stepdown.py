"""Holm's correction without a library, for the ledger: a second's import for four lines of sums.

Studies use `multiplicity`, where statsmodels does the arithmetic; a test holds the two equal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping


def holm(p_values: Mapping[str, float], tried: Iterable[str] = ()) -> dict[str, float]:
    """Adjusted p-values that bound the chance of even one false finding among all that was tried.

    `tried` names the whole family; names without a p-value enter it as 1. Source: Holm 1979.
    """
    family = len({*p_values, *tried})
    adjusted: dict[str, float] = {}
    highest = 0.0
    for place, name in enumerate(sorted(p_values, key=lambda name: p_values[name])):
        highest = max(highest, min(1.0, (family - place) * p_values[name]))
        adjusted[name] = highest
    return {name: adjusted[name] for name in p_values}
