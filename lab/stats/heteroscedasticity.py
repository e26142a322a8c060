"""Does the spread of an outcome change with a factor?

A mean hides it: a steering vector that helps half the prompts and harms the other half has the
mean of one that does nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lab.errors import AnalysisError
from lab.stats.estimates import Values, columns_of


@dataclass(frozen=True)
class SpreadTest:
    """A test of equal spread: small p where the spread changes."""

    name: str
    statistic: float
    p: float
    n: int  # rows
    degrees: int  # of freedom between: columns of the factors, or groups less one


def breusch_pagan(outcome: Values, factors: Mapping[str, Values]) -> SpreadTest:
    """Whether squared residuals of the linear fit on the factors can be told from the factors.

    `outcome` (row,); each factor (row,) numbers, or names that become indicator columns.
    Koenker's form, n·R² of the second fit, which needs no normal errors.
    Source: Breusch & Pagan 1979; Koenker 1981. From statsmodels.
    """
    from statsmodels.regression.linear_model import OLS
    from statsmodels.stats.diagnostic import het_breuschpagan

    y = np.asarray(outcome, dtype=np.float64)
    columns = np.concatenate([columns_of(name, each) for name, each in factors.items()], axis=1)
    design = np.column_stack([np.ones(len(y)), columns])
    if np.linalg.matrix_rank(design) < design.shape[1]:
        raise AnalysisError(
            "breusch_pagan: some factors say the same as others, or never change. Leave one out."
        )
    statistic, p, _, _ = het_breuschpagan(OLS(y, design).fit().resid, design, robust=True)
    return SpreadTest("Breusch–Pagan", float(statistic), float(p), len(y), columns.shape[1])


def levene(outcome: Values, groups: Values) -> SpreadTest:
    """Whether groups differ in spread: mean absolute distance from each group's median.

    `outcome` and `groups` (row,). Source: Levene 1960, about the median as Brown & Forsythe 1974
    advise for skewed outcomes. From scipy.
    """
    from scipy import stats

    y, labels = np.asarray(outcome, dtype=np.float64), np.asarray(groups)
    parts = [y[labels == group] for group in np.unique(labels)]
    if len(parts) < 2 or min(map(len, parts)) < 2:
        raise AnalysisError("levene: needs two groups at least, with two rows each.")
    statistic, p = stats.levene(*parts, center="median")
    return SpreadTest("Levene", float(statistic), float(p), len(y), len(parts) - 1)
