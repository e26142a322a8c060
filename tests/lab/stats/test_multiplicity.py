"""Corrections that count everything that was tried."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests

from lab.errors import AnalysisError
from lab.stats.multiplicity import Correction, benjamini_hochberg, by_name, holm

families = st.lists(st.floats(0, 1), min_size=1, max_size=12).map(
    lambda values: {f"f{number}": value for number, value in enumerate(values)}
)


def test_holm_by_hand() -> None:
    found = by_name(holm, {"a": 0.01, "b": 0.04, "c": 0.03, "d": 0.005})
    assert found == pytest.approx({"d": 0.02, "a": 0.03, "c": 0.06, "b": 0.06})


@given(families)
def test_benjamini_hochberg_is_scipys(p_values: dict[str, float]) -> None:
    expected = stats.false_discovery_control(list(p_values.values()), method="bh")
    assert list(by_name(benjamini_hochberg, p_values).values()) == pytest.approx(expected)


@given(families)
def test_holm_lies_between_the_p_value_and_bonferroni(p_values: dict[str, float]) -> None:
    for name, adjusted in by_name(holm, p_values).items():
        assert p_values[name] <= adjusted <= min(1, len(p_values) * p_values[name]) + 1e-12


@given(families, st.integers(0, 20))
def test_what_was_tried_and_not_shown_counts(p_values: dict[str, float], silent: int) -> None:
    tried = [*p_values, *(f"silent{number}" for number in range(silent))]
    with_ones = by_name(holm, {**p_values, **{name: 1.0 for name in tried if name not in p_values}})
    found = by_name(holm, p_values, tried)
    assert found == pytest.approx({name: with_ones[name] for name in p_values})
    assert all(
        found[name] >= adjusted - 1e-12 for name, adjusted in by_name(holm, p_values).items()
    )


def test_holm_finds_nothing_false_in_95_families_of_100() -> None:
    rng = np.random.default_rng(0)
    families = (dict(enumerate(rng.uniform(size=8))) for _ in range(1000))
    wrong = sum(
        min(by_name(holm, {str(name): p for name, p in family.items()}).values()) <= 0.05
        for family in families
    )
    assert wrong / 1000 <= 0.07


def test_no_p_value_is_refused_by_name() -> None:
    assert by_name(holm, {}, ["a"]) == {}
    with pytest.raises(AnalysisError, match=r"p-value of order: 1\.2 is none"):
        by_name(benjamini_hochberg, {"order": 1.2})


@given(families)
def test_holm_is_statsmodels(p_values: dict[str, float]) -> None:
    expected = multipletests(list(p_values.values()), method="holm")[1]
    assert list(by_name(holm, p_values).values()) == pytest.approx(expected)


@pytest.mark.parametrize("correction", [holm, benjamini_hochberg])
@given(st.lists(families, min_size=1, max_size=4))
def test_families_of_several_sizes_are_corrected_each_for_itself(
    correction: Correction, several: list[dict[str, float]]
) -> None:
    widest = max(map(len, several)) + 1
    rows = np.array([[*each.values(), *[np.nan] * (widest - len(each))] for each in several])
    found = correction(rows)
    for row, each in zip(found, several, strict=True):
        assert row[: len(each)] == pytest.approx(list(by_name(correction, each).values()))
        assert np.isnan(row[len(each) :]).all()
