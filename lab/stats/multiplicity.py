"""Corrections for having looked more than once.

The family is everything that was ever tried, not what is shown: a factor without a p-value
counts as one that found nothing. statsmodels does the arithmetic.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from lab.errors import AnalysisError


def holm(p_values: Mapping[str, float], tried: Iterable[str] = ()) -> dict[str, float]:
    """Adjusted p-values that bound the chance of even one false finding in the family.

    `tried` names the whole family; names without a p-value enter it as 1. Valid under any
    dependence. Source: Holm 1979.
    """
    return _adjusted(p_values, tried, "holm")


def benjamini_hochberg(
    p_values: Mapping[str, float], tried: Iterable[str] = ()
) -> dict[str, float]:
    """Adjusted p-values that bound the expected share of false findings among those made.

    `tried` as in `holm`. Holds for independent or positively dependent tests.
    Source: Benjamini & Hochberg 1995.
    """
    return _adjusted(p_values, tried, "fdr_bh")


def _adjusted(p_values: Mapping[str, float], tried: Iterable[str], method: str) -> dict[str, float]:
    for name, p in p_values.items():
        if not 0 <= p <= 1:
            raise AnalysisError(f"p-value of {name}: {p} is none. It must lie in 0 … 1.")
    if not p_values:
        return {}
    from statsmodels.stats.multitest import multipletests

    silent = [name for name in dict.fromkeys(tried) if name not in p_values]
    family = np.array([*p_values.values(), *np.ones(len(silent))])
    adjusted = multipletests(family, method=method)[1][: len(p_values)]
    return dict(zip(p_values, map(float, adjusted), strict=True))
