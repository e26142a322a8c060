"""Factors as columns: what may explain an outcome, in the form a linear fit can take."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.errors import AnalysisError
from lab.stats.estimates import Floats

# One value for each row: numbers or names.
Values = Sequence[Any] | NDArray[Any]


def columns_of(name: str, values: Values) -> Floats:
    """A factor as columns (row, column): its number, or an indicator of each level but one.

    Raises AnalysisError for a factor that never changes or holds a number that is none.
    """
    given = np.asarray(values)
    levels = np.unique(given)
    if len(levels) < 2:
        raise AnalysisError(f'factor "{name}": the same in every row. It can explain nothing.')
    if given.dtype.kind in "iuf":
        if not np.isfinite(given).all():
            raise AnalysisError(f'factor "{name}": a row holds no finite number. Leave it out.')
        numbers: Floats = given[:, None].astype(np.float64)
        return numbers
    indicators: Floats = (given[:, None] == levels[None, 1:]).astype(np.float64)
    return indicators
