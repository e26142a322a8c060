"""Which latents are needed, and what is in the rest: planted answers, controls, verdicts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyses.needed import measure, residual, subsets
from analyses.needed.params import Params
from lab.errors import AnalysisError
from lab.geometry import circles

QUICK = replace(Params(), resamples=40, orders=40, draws=40, calendars=20)


def bumps(contexts: int = 12, idle: int = 2, noise: float = 0.05, seed: int = 0) -> np.ndarray:
    """Four latents with bumps round the week, and idle ones that know nothing of it."""
    rng = np.random.default_rng(seed)
    angles = np.arange(7) * 2 * np.pi / 7
    centres = np.arange(4) * np.pi / 2
    graded = np.maximum(np.cos(angles[:, None] - centres), 0)
    every = np.concatenate([graded, np.full((7, idle), 0.5)], axis=1)
    return np.maximum(every + noise * rng.standard_normal((contexts, *every.shape)), 0)


def probe_of(activations: np.ndarray, ridge: float = 1e-6) -> subsets.Probe:
    fold = circles.folds(len(activations), 4, seed=0)
    return subsets.make_probe(activations, circles.circle(7)[None], fold, ridge)


def by_hand(activations: np.ndarray, chosen: list[int], probe: subsets.Probe) -> float:
    """The same R² by least squares, fold by fold."""
    target, lost, total = circles.circle(7), 0.0, 0.0
    for index in np.unique(probe.fold):
        seen, held = activations[probe.fold != index], activations[probe.fold == index]
        rows = np.column_stack([seen[..., chosen].reshape(-1, len(chosen)), np.ones(len(seen) * 7)])
        asked = np.column_stack(
            [held[..., chosen].reshape(-1, len(chosen)), np.ones(len(held) * 7)]
        )
        fit = np.linalg.lstsq(rows, np.tile(target, (len(seen), 1)), rcond=None)[0]
        wanted = np.tile(target, (len(held), 1))
        lost += float(np.square(asked @ fit - wanted).sum())
        total += float(np.square(wanted).sum())
    return 1 - lost / total


@pytest.mark.parametrize("chosen", [[0], [1, 3], [0, 1, 2, 3, 4, 5]])
def test_cross_products_give_the_r_squared_of_least_squares(chosen: list[int]) -> None:
    activations = bumps(noise=0.3)
    probe = probe_of(activations, ridge=1e-9)
    assert np.isclose(probe.r_squared(chosen)[0, 0], by_hand(activations, chosen, probe))


def test_a_resample_is_the_probe_of_the_resampled_contexts() -> None:
    activations = bumps(noise=0.3)
    probe = probe_of(activations)
    counts = subsets.resampled(12, 3, seed=1)
    found = probe.r_squared([0, 2], counts)[:, 0]
    for row, value in zip(counts.astype(int), found, strict=True):
        chosen = np.repeat(np.arange(12), row)
        again = subsets.Probe(
            probe.gram[chosen], probe.cross[chosen], probe.total, probe.fold[chosen], probe.ridge
        )
        assert np.isclose(again.r_squared([0, 2])[0, 0], value)


def test_a_planted_week_is_read_and_shuffled_weeks_are_not() -> None:
    activations = bumps()
    targets = measure.calendars(7, QUICK)
    fold = circles.folds(12, 4, seed=0)
    found = subsets.make_probe(activations, targets, fold, 1e-3).r_squared(range(6))[0]
    assert found[0] > 0.9
    assert np.mean(found >= found[0]) < 0.02


def test_idle_latents_alone_say_nothing() -> None:
    assert probe_of(bumps()).r_squared([4, 5])[0, 0] < 0.05
    assert probe_of(bumps()).r_squared([])[0, 0] == 0


def test_a_latent_that_never_fires_upsets_nothing() -> None:
    activations = np.concatenate([bumps(), np.zeros((12, 7, 1))], axis=-1)
    probe = probe_of(activations, ridge=1e-3)
    assert np.isclose(probe.r_squared(range(7))[0, 0], probe.r_squared(range(6))[0, 0])


def test_every_subset_stands_at_its_bits() -> None:
    every = subsets.every_subset(4)
    assert len(every) == 15
    assert all(sum(1 << each for each in found) == code + 1 for code, found in enumerate(every))


@pytest.mark.numerical
def test_the_smallest_subset_leaves_the_idle_ones_out() -> None:
    probe = probe_of(bumps(noise=0.02))
    every = subsets.every_subset(6)
    values = np.array([probe.r_squared(each)[0, 0] for each in every])
    whole = float(values[-1])
    found = subsets.smallest(values, every, whole, 0.95)
    assert set(found) <= {0, 1, 2, 3}
    assert probe.r_squared(found)[0, 0] >= 0.95 * whole
    less = [v for v, each in zip(values, every, strict=True) if len(each) < len(found)]
    assert max(less) < 0.95 * whole


def test_nothing_to_keep_is_kept_by_nothing() -> None:
    assert subsets.smallest(np.array([-0.1]), [(0,)], -0.1, 0.95) == ()
    assert subsets.smallest_on_path([0], np.array([-0.1]), -0.1, 0.95) == ()


@pytest.mark.numerical
def test_greedy_takes_the_best_first_and_ends_with_everyone() -> None:
    probe = probe_of(bumps(noise=0.3))
    orders, scores = subsets.greedy(probe)
    alone = [probe.r_squared([each])[0, 0] for each in range(6)]
    assert orders[0, 0] == int(np.argmax(alone))
    assert sorted(orders[0]) == list(range(6))
    assert np.isclose(scores[0, -1], probe.r_squared(range(6))[0, 0])
    path = subsets.smallest_on_path(orders[0].tolist(), scores[0], scores[0, -1], 0.95)
    assert probe.r_squared(path)[0, 0] >= 0.95 * scores[0, -1]


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 1000), idle=st.integers(0, 3))
def test_shapley_values_sum_to_the_whole_and_idle_ones_add_little(seed: int, idle: int) -> None:
    activations = bumps(idle=idle, noise=0.1, seed=seed)
    probe = probe_of(activations, QUICK.ridge)
    fold = probe.fold
    shuffled = subsets.make_probe(activations, measure.calendars(7, QUICK)[:21], fold, QUICK.ridge)
    counts = np.concatenate([np.ones((1, 12)), subsets.resampled(12, 10, seed=0)])
    found = measure.shapley_values(probe, shuffled, measure.valued(probe, counts), QUICK)
    values = np.array([each.estimate.mean for each in found])
    assert np.isclose(values.sum(), probe.r_squared(range(4 + idle))[0, 0])
    assert (values[:4] > 0.1).all()
    assert (np.abs(values[4:]) < 0.05).all()


@pytest.mark.numerical
def test_the_table_and_the_greedy_path_agree_where_the_answer_is_plain() -> None:
    probe = probe_of(bumps(noise=0.02))
    counts = np.concatenate([np.ones((1, 12)), subsets.resampled(12, 20, seed=0)])
    worth = measure.valued(probe, counts)
    table = np.stack([worth(each) for each in subsets.every_subset(6)], axis=1)
    exact, often = measure.smallest_subset(probe, counts, table, QUICK)
    path, _ = measure.smallest_subset(probe, counts, None, QUICK)
    assert len(path.members) >= len(exact.members)
    assert all(0 <= each <= 1 for each in often)
    assert often[4:].max() < 0.5
    assert len(exact.sizes) == 20


def test_a_search_for_rings_is_held_against_searches_in_shuffled_weeks() -> None:
    activations, fold = bumps(noise=0.3), circles.folds(12, 4, seed=0)
    targets, directions = measure.calendars(7, QUICK), np.eye(6)
    found = measure.best_ring(activations, directions, fold, targets, replace(QUICK, searches=20))
    assert found.value > 0.7
    assert found.null.draws == 21
    assert found.null.p < 0.1
    idle = np.random.default_rng(0).random((12, 7, 5))
    none = measure.best_ring(idle, np.eye(5), fold, targets, replace(QUICK, searches=20))
    assert none.value < 0.3


def spread(seed: int = 0) -> tuple[np.ndarray, ...]:
    """Vectors, decoded, activations, directions and bias of a made-up autoencoder."""
    rng = np.random.default_rng(seed)
    activations, directions = bumps(idle=0), rng.standard_normal((4, 20))
    bias = rng.standard_normal(20)
    others = rng.standard_normal((12, 1, 20)) * np.ones((12, 7, 1))
    missed = 0.1 * rng.standard_normal((12, 7, 20))
    decoded = bias + activations @ directions + others
    return decoded + missed, decoded, activations, directions, bias


def test_both_splits_add_up_to_the_whole() -> None:
    parts = residual.take_apart(*spread())
    assert np.allclose(parts.cluster + parts.inside + parts.outside, parts.whole)
    assert np.allclose(parts.cluster + parts.others + parts.missed, parts.whole)
    axes = residual.basis(spread()[3])
    assert np.allclose(axes.T @ axes, np.eye(4))
    assert np.allclose(parts.outside @ axes, 0)
    assert np.allclose(parts.inside @ axes @ axes.T, parts.inside)


def test_a_direction_that_is_there_already_adds_no_dimension() -> None:
    directions = spread()[3]
    doubled = np.concatenate([directions, directions[:1] + directions[1:2]])
    assert residual.basis(doubled).shape == (20, 4)
    with pytest.raises(AnalysisError, match="the cluster is empty"):
        residual.basis(directions[:0])


def share_inside(points: Any, axes: Any) -> Any:
    """‖QQ'e‖²/‖e‖² of each context, energies summed over its classes."""
    return np.square(points @ axes).sum(axis=(1, 2)) / np.square(points).sum(axis=(1, 2))


def test_a_matched_subspace_lies_where_the_points_do() -> None:
    rng = np.random.default_rng(0)
    points = rng.standard_normal((12, 7, 20)) * np.array([10.0] * 4 + [0.1] * 16)
    caught = [
        share_inside(points, residual.matched_subspace(points, 4, rng)).mean() for _ in range(20)
    ]
    assert np.mean(caught) > 0.9  # an even subspace would catch a fifth


def test_words_are_named_where_they_differ_and_by_chance_where_they_do_not() -> None:
    rng, fold = np.random.default_rng(0), circles.folds(12, 4, seed=0)
    words = rng.standard_normal((7, 20)) + 0.1 * rng.standard_normal((12, 7, 20))
    right, chance = residual.named(words, fold, 1e-2, draws=30, seed=0)
    assert right.mean() > 0.95
    assert abs(chance[1:].mean() - 1 / 7) < 0.05
    nothing, _ = residual.named(rng.standard_normal((12, 7, 20)), fold, 1e-2, draws=2, seed=0)
    assert nothing.mean() < 0.35


YES, NO = residual.Read(word=True, ring=True), residual.Read(word=False, ring=False)
NAMES = residual.Read(word=True, ring=False)


def test_the_verdict_follows_from_what_is_read_where() -> None:
    nothing = residual.verdict(YES, NO, NO)
    assert nothing.full
    assert "it has a ring, and nothing can be read in the rest" in nothing.said
    both = residual.verdict(YES, YES, YES)
    assert both.rings_in == ("inside the span", "outside the span")
    assert both.said == (
        "not the full representation: it has a ring, and the rest has one inside the span and "
        "outside the span"
    )
    names = residual.verdict(YES, NO, NAMES)
    assert not names.full
    assert names.words_in == ("outside the span",)
    assert names.said.endswith("can be told apart outside the span but do not go round")
    assert residual.verdict(YES, NO, YES).rings_in == ("outside the span",)
    assert "it has no ring of its own" in residual.verdict(NAMES, YES, NO).said


@given(*(st.booleans() for _ in range(6)))
def test_anything_that_can_be_read_in_the_rest_makes_the_cluster_less_than_full(
    a: bool, b: bool, c: bool, d: bool, e: bool, f: bool
) -> None:
    cluster, inside, outside = residual.Read(a, b), residual.Read(c, d), residual.Read(e, f)
    found = residual.verdict(cluster, inside, outside)
    assert found.full == (not (c or d or e or f))


def test_a_ring_that_is_only_in_the_cluster_leaves_no_ring_in_the_rest() -> None:
    vectors, decoded, activations, directions, bias = spread()
    parts = residual.take_apart(vectors, decoded, activations, directions, bias)
    targets, fold = measure.calendars(7, QUICK), circles.folds(12, 4, seed=0)
    cluster = measure.part(parts.cluster, parts.whole, fold, targets, QUICK)
    outside = measure.part(parts.outside, parts.whole, fold, targets, QUICK)
    assert cluster.plane_probe.null.p < 0.01
    assert cluster.named.estimate.mean > 0.9
    assert outside.plane_probe.null.p > 0.05
    assert outside.named.null.p > 0.05
    assert cluster.difference.mean > 0.8 > outside.difference.mean
