"""Corrections that count everything that was tried."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from lab.errors import AnalysisError
from lab.stats import stepdown
from lab.stats.multiplicity import benjamini_hochberg, holm


@pytest.fixture(scope="module", autouse=True)
def no_collection() -> Iterator[None]:
    """statsmodels collects garbage in every call: a tenth of a second with a full heap."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gc, "collect", lambda: 0)
        yield


families = st.lists(st.floats(0, 1), min_size=1, max_size=12).map(
    lambda values: {f"f{number}": value for number, value in enumerate(values)}
)


def test_holm_by_hand() -> None:
    found = holm({"a": 0.01, "b": 0.04, "c": 0.03, "d": 0.005})
    assert found == pytest.approx({"d": 0.02, "a": 0.03, "c": 0.06, "b": 0.06})


@given(families)
def test_benjamini_hochberg_is_scipys(p_values: dict[str, float]) -> None:
    expected = stats.false_discovery_control(list(p_values.values()), method="bh")
    assert list(benjamini_hochberg(p_values).values()) == pytest.approx(expected)


@given(families)
def test_holm_lies_between_the_p_value_and_bonferroni(p_values: dict[str, float]) -> None:
    for name, adjusted in holm(p_values).items():
        assert p_values[name] <= adjusted <= min(1, len(p_values) * p_values[name]) + 1e-12


@given(families, st.integers(0, 20))
def test_what_was_tried_and_not_shown_counts(p_values: dict[str, float], silent: int) -> None:
    tried = [*p_values, *(f"silent{number}" for number in range(silent))]
    with_ones = holm({**p_values, **{name: 1.0 for name in tried if name not in p_values}})
    found = holm(p_values, tried)
    assert found == pytest.approx({name: with_ones[name] for name in p_values})
    assert all(found[name] >= adjusted - 1e-12 for name, adjusted in holm(p_values).items())


def test_holm_finds_nothing_false_in_95_families_of_100() -> None:
    rng = np.random.default_rng(0)
    families = (dict(enumerate(rng.uniform(size=8))) for _ in range(1000))
    wrong = sum(
        min(holm({str(name): p for name, p in family.items()}).values()) <= 0.05
        for family in families
    )
    assert wrong / 1000 <= 0.07


def test_no_p_value_is_refused_by_name() -> None:
    assert holm({}, ["a"]) == {}
    with pytest.raises(AnalysisError, match=r"p-value of order: 1\.2 is none"):
        benjamini_hochberg({"order": 1.2})


@given(families, st.integers(0, 5))
def test_the_ledgers_own_holm_is_the_librarys(p_values: dict[str, float], silent: int) -> None:
    tried = [*p_values, *(f"silent{number}" for number in range(silent))]
    ours, theirs = stepdown.holm(p_values, tried), holm(p_values, tried)
    assert list(ours) == list(theirs)
    assert ours == pytest.approx(theirs)
