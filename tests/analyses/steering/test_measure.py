"""Steering: planted slopes, letters and bends come back, and nothing comes back from nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analyses.steering import agreement, measure, remedies, slopes, spurious
from analyses.steering.result import Summary
from lab.declared import nulls
from lab.errors import AnalysisError
from lab.results import arrays, record
from lab.stats.estimates import rank_correlation
from lab.stats.variance_shares import explained_within
from tests.analyses.steering.made_sheet import PARAMS, made
from tests.lab.made_project import study

DOSES = PARAMS.multipliers


@pytest.fixture(scope="module")
def found() -> Summary:
    return measure.summarise(made(), PARAMS)


@pytest.fixture(scope="module")
def nothing() -> Summary:
    """No letter does anything here; the response to doses is bent."""
    return measure.summarise(made(letter=0.0, bend=0.5), PARAMS)


# Slopes


@given(
    st.floats(-5, 5),
    st.floats(-5, 5),
    st.lists(st.floats(-9, 9), min_size=2, max_size=9, unique=True),
)
def test_the_slope_of_a_line_is_its_slope(base: float, slope: float, doses: list[float]) -> None:
    if np.ptp(doses) < 1e-3:
        return
    line = np.array([[base + slope * dose for dose in doses]])
    assert slopes.slopes(line, doses, reach=9.0)[0] == pytest.approx(slope, abs=1e-6)


def test_slopes_read_only_doses_within_reach() -> None:
    answers = np.array([[99.0, -1, -0.5, 0, 0.5, 1, -99]])
    assert slopes.slopes(answers, (-5.0, -1.0, -0.5, 0.0, 0.5, 1.0, 5.0))[0] == pytest.approx(1)


def test_slope_is_that_of_scipy() -> None:
    answers = np.random.default_rng(0).normal(size=(4, len(DOSES)))
    chosen = [at for at, dose in enumerate(DOSES) if abs(dose) <= 1.5]
    for row, ours in zip(answers, slopes.slopes(answers, DOSES), strict=True):
        theirs = stats.linregress(np.array(DOSES)[chosen], row[chosen]).slope
        assert ours == pytest.approx(theirs)


def test_one_dose_makes_no_line() -> None:
    with pytest.raises(AnalysisError, match=r"multipliers: fewer than two within ±0\.2"):
        slopes.slopes(np.zeros((1, 3)), (-1.0, 0.0, 1.0), reach=0.2)


def test_an_item_without_an_answer_is_named() -> None:
    sheet = made()
    sheet.propensity[1, 2, 5, 3] = np.nan
    with pytest.raises(
        AnalysisError, match=r"c1: item c1-5: no finite propensity at multiplier -1, layer 20"
    ):
        measure.summarise(sheet, PARAMS)
    sheet = made()
    sheet.varied[0, 4, 7, 0] = np.inf
    with pytest.raises(AnalysisError, match=r'c0: item c0-7: .* vector "probe"'):
        measure.item_slopes(sheet)
    sheet = made()
    sheet.loud_random[2, 1, 4, 0] = np.nan
    with pytest.raises(AnalysisError, match=r"c2: item c2-4: .* a random vector"):
        measure.item_slopes(sheet)
    sheet = made()
    sheet.asked[3, 2, 1, 0] = np.nan
    with pytest.raises(AnalysisError, match=r'c3: item c3-2: .* prompt "system -"'):
        measure.summarise(sheet, PARAMS)


def test_a_vector_that_was_not_made_for_a_format_is_no_missing_answer(found: Summary) -> None:
    named = {each.name: each for each in found.remedies}
    assert named["paired"].anti.n == 3
    assert named["mean"].anti.n == 4
    assert named["paired"].by_concept[3] == [None] * 4


def test_items_that_a_concept_does_not_have_are_no_missing_answers() -> None:
    assert len(measure.item_slopes(made(skip=6))[-1][0]) == 34


# Lines and bends


def test_lines_are_linear_and_bends_are_not() -> None:
    straight = made().propensity[0, 1]
    bent = made(bend=1.0).propensity[0, 1]
    assert slopes.linear_share(*slopes.lines(straight, DOSES, 5.0)) == pytest.approx(1, abs=1e-6)
    assert slopes.linear_share(*slopes.lines(bent, DOSES, 5.0)) < 0.2
    assert slopes.quadratic(bent, DOSES) == pytest.approx(1, abs=1e-4)
    assert slopes.monotone(straight).mean() > 0.9
    assert slopes.monotone(bent).mean() < 0.1


def test_items_that_do_not_move_are_on_their_line() -> None:
    assert slopes.linear_share(*slopes.lines(np.ones((3, len(DOSES))), DOSES, 5.0)) == 1


def test_the_mean_bend_is_tested_against_flipped_signs(nothing: Summary) -> None:
    bent = nothing.concepts[0].curvature
    assert bent.estimate.mean == pytest.approx(0.5, abs=1e-3)
    assert bent.null.p < 0.02
    assert nothing.bent == 6


# Agreement


def test_rank_correlation_is_spearmans() -> None:
    rng = np.random.default_rng(0)
    one, other = rng.integers(0, 4, 20).astype(float), rng.normal(size=20)
    assert rank_correlation(one, other) == pytest.approx(stats.spearmanr(one, other).statistic)
    assert rank_correlation(np.ones(5), np.arange(5.0)) == 0


def test_correlation_of_what_is_unrelated_lies_within_its_null() -> None:
    rng = np.random.default_rng(3)
    p = [
        agreement.correlated(rng.normal(size=9), rng.normal(size=9), resamples=99, seed=1).null.p
        for _ in range(60)
    ]
    assert 0.3 < np.mean(p) < 0.7
    assert np.mean(np.array(p) <= 0.1) < 0.25


def test_columns_in_one_order_agree_and_shuffled_ones_do_not() -> None:
    same = agreement.between(np.arange(10.0) * np.array([[1.0], [3], [9]]), resamples=199, seed=0)
    assert same.estimate.mean == pytest.approx(1)
    assert same.null.p < 0.02
    assert abs(same.null.mean) < 0.1


# What explains the slopes


def test_the_letter_explains_what_was_planted_though_its_sign_differs(found: Summary) -> None:
    shares = found.explained.shares
    assert 0.8 < shares["letter"].estimate.mean < 0.95
    assert shares["letter"].estimate.low < shares["letter"].estimate.mean
    assert shares["letter"].null.p < 0.02
    assert all(shares[name].null.p > 0.02 for name in ("yes_no", "position", "length"))
    tested = {(each.factor, each.test): each for each in found.spurious}
    assert tested["letter", "share of variance"].holm < 0.2
    assert tested["length", "share of variance"].holm == 1
    total = sum(share.estimate.mean for share in shares.values())
    assert found.explained.total.estimate.mean == pytest.approx(total)


def test_the_mixed_model_puts_the_letters_changing_sign_into_its_random_effect(
    found: Summary,
) -> None:
    assert found.mixed.letter_sd > 0.5
    letter = next(term for term in found.mixed.terms if term.name == "answer is A")
    assert letter.p > 0.05
    assert all(np.isfinite([t.effect.low, t.effect.high, t.p]).all() for t in found.mixed.terms)
    assert found.mixed.item_sd == pytest.approx(0.2, abs=0.05)


def test_the_mixed_model_has_errors_where_a_variance_is_fitted_as_zero() -> None:
    sheet, rng = made(), np.random.default_rng(0)
    seen = [
        spurious.Observed(each, rng.normal(size=40), rng.normal(size=40) / 100)
        for each in sheet.concepts[:3]
    ]
    found = spurious.mixed(seen)
    for each in found.terms:
        assert 0 < each.effect.high - each.effect.low < 0.05
        assert each.p > 0.001
    design = np.column_stack(
        list(spurious._columns([r for s in seen for r in s.concept.rows]).values())
    )
    plain = np.linalg.lstsq(
        np.column_stack([np.ones(120), design]), np.concatenate([s.slopes for s in seen])
    )[0]
    assert found.terms[-1].effect.mean == pytest.approx(plain[-1], abs=5e-4)


def test_without_a_letter_effect_none_is_found(nothing: Summary) -> None:
    assert nothing.explained.shares["letter"].null.p > 0.02
    assert all(each.holm > 0.05 for each in nothing.spurious)


def test_intervals_of_shares_hold_the_truth_about_as_often_as_they_say() -> None:
    rng = np.random.default_rng(5)
    held = 0
    for _ in range(120):
        label, noise = np.tile([-0.5, 0.5], 30), rng.normal(size=60)
        topic = np.repeat(np.arange(6), 10).astype(str)
        share = explained_within(
            {"label": label, "topic": topic}, 2 * label + noise, ["s"] * 60, draws=2, seed=0
        ).shares["label"]  # the truth: variance 1 of 2
        held += share.estimate.low <= 0.5 <= share.estimate.high
    assert held >= 0.87 * 120


def test_a_factor_that_never_varies_is_named() -> None:
    with pytest.raises(AnalysisError, match='factor "a": the same all through every stratum'):
        explained_within({"a": [1.0] * 6}, np.arange(6.0), ["s"] * 3 + ["t"] * 3, draws=9, seed=0)


def test_explained_by_is_one_minus_the_variance_within() -> None:
    label = np.array(["A", "B", "A", "B"])
    assert spurious.explained_by(label, np.array([1.0, 3, 1, 3])) == pytest.approx(1)
    assert spurious.explained_by(label, np.array([1.0, 1, 3, 3])) == pytest.approx(0)


# Remedies


def test_a_perfect_gate_leaves_no_item_that_goes_the_wrong_way(found: Summary) -> None:
    named = {each.name: each for each in found.remedies}
    assert named["mean"].anti.mean > 0.3
    assert named["gated"].anti.mean == 0
    assert named["gated"].steered < 1
    assert named["turned"].anti.mean == 0
    assert named["turned"].steered == 1
    assert named["mean"].anti_change.estimate.mean == 0
    assert named["projected"].spurious.mean < named["mean"].spurious.mean


def test_a_gate_that_knows_nothing_changes_nothing() -> None:
    rng = np.random.default_rng(0)
    plain = rng.normal(size=4_000)
    assert remedies.gated(plain, rng.normal(size=4_000)).anti == pytest.approx(0.5, abs=0.04)
    nobody = remedies.gated(plain, -np.ones(4_000))
    assert np.isnan(nobody.anti)
    assert not nobody.slopes.any()


# All of it


def test_random_vectors_are_the_null_of_formats(found: Summary) -> None:
    named = {each.format: each for each in found.formats}
    # Two concepts, three vectors each, either way; of all six there are more patterns than draws.
    assert named["free-text"].mean_slope.null.p == pytest.approx(1 / 37)
    assert named["all"].mean_slope.null.p == pytest.approx(1 / (PARAMS.resamples + 1))
    assert named["free-text"].anti_steerable.estimate.mean == 0
    assert named["choice"].anti_steerable.null.p > 0.02
    assert named["choice"].anti_steerable.null.mean == pytest.approx(0.5, abs=0.05)


def test_every_mean_stands_beside_the_populations_variance(found: Summary) -> None:
    own = measure.item_slopes(made())[0][1]
    layer = found.concepts[0].at(12)
    assert layer.slope.estimate.mean == pytest.approx(own.mean())
    assert layer.variance.mean == pytest.approx(own.var())
    assert layer.anti.mean == pytest.approx((own <= 0).mean())
    assert layer.slope.estimate.n == len(own)


def test_most_variance_lies_between_formats_when_it_was_planted_there(found: Summary) -> None:
    assert found.within.estimate.mean < 0.1
    assert found.within.null.low > 0.9
    assert found.within.null.p < 0.02


def test_the_summary_can_be_recorded(found: Summary) -> None:
    values, _ = arrays.parted({"summary": found})
    nulls.require("steering", record.rounded(values), study("steering").hypotheses.measures)


def test_the_same_seed_gives_the_same_shares() -> None:
    y = np.random.default_rng(0).normal(size=20)
    once, again = (
        explained_within({"a": np.arange(20.0)}, y, ["s"] * 20, draws=20, seed=3) for _ in range(2)
    )
    assert once == again
