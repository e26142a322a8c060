"""Trimming: the tests behind it are the known ones, and a search through noise finds noise."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analyses.trimming import claimed, measure, run
from analyses.trimming.data import WORLDS, Studies, draw
from analyses.trimming.params import Params
from analyses.trimming.result import Result
from lab.errors import AnalysisError
from lab.results import record

SMALL = replace(Params(), studies=250, tried=(1, 16), items=100)


def studies(world: str = "normal", count: int = 3, factors: int = 4, seed: int = 0) -> Studies:
    return draw(world, (count, 60, factors), np.random.default_rng(seed))


def trimmed(mine: Studies, target: float = 0.3) -> measure.Trimmed:
    return measure.trim(mine, "variance", target=target, least=0.1, most_cuts=3)


@pytest.mark.parametrize("world", WORLDS)
def test_every_world_has_mean_zero_variance_one_and_balanced_labels(world: str) -> None:
    drawn = draw(world, (400, 200, 3), np.random.default_rng(1))
    assert abs(drawn.slopes.mean()) < 0.02
    assert abs(drawn.slopes.var() - 1) < 0.05
    assert (drawn.labels.sum(axis=1) == 100).all()


def test_no_world_of_that_name() -> None:
    with pytest.raises(AnalysisError, match=r'world "flat": there is none\. Use one of: normal'):
        studies("flat")


def test_spread_p_is_a_t_test_of_distances_from_the_one_median() -> None:
    mine = studies(count=1)
    kept = mine.labels[0, :, 0]
    away = np.abs(mine.slopes[0] - np.median(mine.slopes[0]))
    expected = stats.ttest_ind(away[kept], away[~kept]).pvalue
    found = measure.spread_p(claimed.sums(mine, kept[None])[:, None], claimed.whole(mine))
    assert found[0, 0] == pytest.approx(expected)


def test_effect_p_is_a_t_test_of_the_mean() -> None:
    mine = studies("skewed", count=1)
    kept = mine.labels[0, :, 1]
    found = measure.effect_p(claimed.sums(mine, kept[None])[:, None])
    assert found[0, 0] == pytest.approx(stats.ttest_1samp(mine.slopes[0][kept], 0).pvalue)


@given(st.integers(0, 10_000), st.sampled_from(["variance", "anti"]))
@settings(max_examples=25, deadline=None)
def test_what_trimming_keeps_is_what_its_rule_keeps(
    seed: int, criterion: measure.Criterion
) -> None:
    mine = studies(seed=seed)
    found = measure.trim(mine, criterion, target=0.3, least=0.1, most_cuts=3)
    np.testing.assert_array_equal(measure.apply_rule(found, mine.labels), found.kept)
    sums = claimed.sums(mine, found.kept)
    for study in np.flatnonzero(found.final >= 0):
        np.testing.assert_allclose(found.looked[study, found.final[study]], sums[study])
        used = found.factors[study][found.factors[study] >= 0]
        assert len(set(used)) == len(used)
        assert found.kept[study].sum() >= 6


def test_trimming_never_raises_the_variance() -> None:
    mine = studies(count=50)
    assert (claimed.ratio(mine.slopes, trimmed(mine).kept) <= 1).all()


def test_the_number_of_subsets_looked_at_is_counted() -> None:
    mine = studies(count=20, factors=5)
    looked = (~np.isnan(trimmed(mine, target=0.0).looked[..., 0])).sum(axis=1)
    assert set(looked) <= {10, 10 + 8, 10 + 8 + 6}


def test_a_target_that_is_met_already_is_left_alone() -> None:
    mine = studies()
    found = trimmed(mine, target=1.0)
    assert found.kept.all()
    assert (found.cuts == 0).all()
    assert np.isnan(found.looked).all()
    hits = claimed.spread(mine, found, Params())
    assert not any(hit.any() for hit in hits.values())


def test_a_rule_reads_the_same_labels_on_other_items() -> None:
    labels = np.array([[[True, True], [True, False], [False, True], [False, False]]])
    rule = measure.Trimmed(
        kept=np.ones((1, 4), dtype=bool),
        factors=np.array([[1, -1]]),
        sides=np.array([[False, False]]),
        looked=np.full((1, 1, 6), np.nan),
        final=np.array([0]),
    )
    assert measure.apply_rule(rule, labels)[0].tolist() == [False, True, False, True]


def test_one_declared_factor_is_wrong_at_the_nominal_rate_and_sixteen_are_not() -> None:
    one, sixteen = run.simulate("normal", "variance", replace(SMALL, studies=750))
    assert one.spread.uncorrected.low <= 0.05 <= one.spread.uncorrected.high + 0.01
    assert sixteen.spread.uncorrected.low > 0.5
    assert sixteen.spread.cuts_shown.low > 0.3
    assert sixteen.spread.holm.low < 0.06
    assert sixteen.spread.held_out.low < 0.06


def test_on_new_items_the_rule_does_nothing() -> None:
    for at in run.simulate("normal", "variance", SMALL):
        assert at.apparent.high < at.fresh.low
        assert abs(at.fresh.mean - 1) < 0.06


def test_a_real_factor_is_found_and_honesty_costs_power() -> None:
    one, sixteen = run.power(SMALL)
    assert one.found.uncorrected.mean > 0.5
    assert sixteen.found.holm.mean < one.found.holm.mean


def test_the_same_seed_gives_the_same_studies() -> None:
    once, again = (run.simulate("heavy", "anti", SMALL) for _ in range(2))
    assert once == again


def test_parameters_that_hold_a_tuple_do_not_make_a_result_stale() -> None:
    assert not [
        change for change in record.load("trimming").status.changes if change.startswith("params")
    ]


def test_the_recorded_simulation_reads_back() -> None:
    found = record.load("trimming").read(Result)
    assert list(found.worlds) == list(WORLDS)
    assert [at.tried for at in found.worlds["normal"].variance] == list(Params().tried)
