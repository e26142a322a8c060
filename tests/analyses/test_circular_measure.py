"""The measures of a circle, where the answer is known."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from analyses.circular import measure
from lab.geometry import circles

SEED = 7
Floats = NDArray[np.float64]


def ring(classes: int, dimensions: int = 9) -> Floats:
    """A perfect circle of classes, turned any way in a larger space and moved off its origin."""
    axes = np.linalg.qr(np.random.default_rng(SEED).standard_normal((dimensions, 2)))[0]
    return np.asarray(3 * circles.circle(classes) @ axes.T + 5)


def line(classes: int) -> Floats:
    return np.arange(classes)[:, None] * np.ones((1, 4))


def noise(classes: int, dimensions: int = 600, seed: int = SEED) -> Floats:
    return np.random.default_rng(seed).standard_normal((classes, dimensions))


def repeated(means: Floats, contexts: int, spread: float = 0.0) -> Floats:
    jitter = np.random.default_rng(SEED).standard_normal((contexts, *means.shape))
    return np.asarray(means + spread * jitter)


@pytest.mark.parametrize("classes", [5, 7, 12])
def test_a_perfect_circle_scores_one(classes: int) -> None:
    means, target = ring(classes), circles.circle(classes)
    centre, axes = circles.plane(means)
    assert float(measure.first_frequency(means, target)) == pytest.approx(1)
    assert measure.plane_share(means) == pytest.approx(1)
    assert circles.angular_order((means - centre) @ axes) == 1
    assert float(circles.closure(means)) == pytest.approx(1)
    assert float(circles.angle_error(measure.left_out(means), target)) < 1e-4


@pytest.mark.parametrize("classes", [5, 7, 12])
def test_a_straight_line_does_not_close(classes: int) -> None:
    assert float(circles.closure(line(classes))) == pytest.approx(classes - 1)


def test_a_lines_first_frequency_is_what_the_formula_says() -> None:
    """Of 0, 1, …, n-1, the share at frequency k is (6/(n²-1)) / sin²(pi k/n); k = 1, n = 7."""
    expected = 6 / (7**2 - 1) / math.sin(math.pi / 7) ** 2
    assert float(measure.first_frequency(line(7), circles.circle(7))) == pytest.approx(expected)


@pytest.mark.parametrize("classes", [7, 12])
def test_directions_that_know_no_order_score_at_chance(classes: int) -> None:
    shares = [
        float(measure.first_frequency(noise(classes, seed=seed), circles.circle(classes)))
        for seed in range(50)
    ]
    assert sum(shares) / 50 == pytest.approx(2 / (classes - 1), abs=0.01)


def test_the_mean_over_all_orders_is_chance_whatever_the_points() -> None:
    orders = measure.cyclic_orders(7, 0, torch.Generator())
    found = measure.first_frequency(ring(7), circles.circle(7)[orders])
    assert float(found.mean()) == pytest.approx(2 / 6)


@pytest.mark.parametrize(("classes", "count"), [(4, 3), (5, 12), (7, 360)])
def test_every_cyclic_order_is_ranked_once(classes: int, count: int) -> None:
    orders = measure.cyclic_orders(classes, 0, torch.Generator())
    found = set()
    for places in orders.tolist():
        around = sorted(range(classes), key=places.__getitem__)
        start = around.index(0)
        around = around[start:] + around[:start]
        found.add(min(tuple(around), (around[0], *reversed(around[1:]))))
    assert len(orders) == len(found) == count == math.factorial(classes - 1) // 2
    assert orders[0].tolist() == list(range(classes))


def test_sampled_orders_start_with_the_calendars_and_are_permutations() -> None:
    orders = measure.cyclic_orders(12, 100, torch.Generator().manual_seed(0))
    assert orders.shape == (101, 12)
    assert orders[0].tolist() == list(range(12))
    assert (np.sort(orders, axis=1) == np.arange(12)).all()


@settings(max_examples=30, deadline=None)
@given(classes=st.integers(4, 12), seed=st.integers(0, 10_000))
def test_left_out_agrees_with_fitting_anew(classes: int, seed: int) -> None:
    """The closed form, of many clouds at once, is the plain recipe of each."""
    clouds = np.stack([noise(classes, 20, seed), noise(classes, 20, seed + 1)])
    for cloud, weights in zip(clouds, measure.left_out(clouds), strict=True):
        np.testing.assert_allclose(weights, circles.left_out(cloud), atol=1e-6)


def test_the_left_out_class_does_not_leak() -> None:
    """Moving a class changes its own prediction, never the weights' use of its target."""
    assert np.abs(np.diag(measure.left_out(noise(7)))).max() == 0


def test_the_plane_probe_is_perfect_on_a_circle_and_poor_on_noise() -> None:
    fold = measure.folds(12, 6, torch.Generator().manual_seed(0))
    target = circles.circle(7)
    errors = circles.plane_errors(repeated(ring(7), 12, 0.01), fold)
    assert float(circles.r_squared(errors.mean(axis=0), target)) > 0.999
    errors = circles.plane_errors(repeated(noise(7), 12, 0.01), fold)
    assert float(circles.r_squared(errors.mean(axis=0), target)) < 0.7


def test_a_full_space_probe_fits_any_order_of_noise() -> None:
    """Why the study reports the plane's: with 600 dimensions seven points fit every label."""
    fold = measure.folds(12, 6, torch.Generator().manual_seed(0))
    errors = circles.ridge_errors(repeated(noise(7), 12, 0.01), fold, ridge=1e-3)
    orders = measure.cyclic_orders(7, 0, torch.Generator())
    found = circles.r_squared(errors.mean(axis=0), circles.circle(7)[orders])
    assert float(found.min()) > 0.99


def test_the_probe_never_sees_the_contexts_it_is_scored_on() -> None:
    """Ruining one context's vectors changes the errors of the others only through the fit."""
    fold = np.arange(6) % 3
    vectors = repeated(ring(7), 6, 0.05)
    before = circles.plane_errors(vectors, fold)
    vectors[0] += 100
    after = circles.plane_errors(vectors, fold)
    np.testing.assert_allclose(before[3], after[3])  # same fold as context 0: same fit
    assert not np.allclose(before[0], after[0])


def test_isometric_keeps_every_measure() -> None:
    means, target = noise(7, 50), circles.circle(7)
    small = measure.isometric(means)
    assert small.shape == (7, 7)
    np.testing.assert_allclose(distances(small), distances(means), atol=1e-9)
    np.testing.assert_allclose(
        measure.first_frequency(small, target), measure.first_frequency(means, target)
    )
    np.testing.assert_allclose(
        circles.angle_error(measure.left_out(small), target),
        circles.angle_error(measure.left_out(means), target),
    )


def distances(points: Floats) -> Floats:
    return np.asarray(np.linalg.norm(points[:, None] - points, axis=-1))


def test_many_clouds_at_once_are_each_measured_alone() -> None:
    clouds, target = np.stack([noise(7, 12), ring(7, 12), noise(7, 12, 3)]), circles.circle(7)
    every = [
        measure.first_frequency(clouds, target),
        circles.closure(clouds),
        circles.angle_error(measure.left_out(clouds), target),
    ]
    for place, cloud in enumerate(clouds):
        alone = [
            measure.first_frequency(cloud, target),
            circles.closure(cloud),
            circles.left_out_angles(cloud, target[None])[0],
        ]
        np.testing.assert_allclose([each[place] for each in every], alone, atol=1e-6)


def test_rotation_onto_turns_and_mirrors_but_keeps_lengths() -> None:
    target = circles.circle(7)
    mirrored = target * [1.0, -1.0] * 4
    turn = measure.rotation_onto(mirrored, target)
    np.testing.assert_allclose(turn @ turn.T, np.eye(2), atol=1e-12)
    np.testing.assert_allclose(mirrored @ turn, 4 * target, atol=1e-12)


@settings(max_examples=40, deadline=None)
@given(
    classes=st.integers(4, 10),
    seed=st.integers(0, 10_000),
    scale=st.floats(0.01, 100),
    shift=st.integers(0, 9),
)
def test_measures_ignore_scale_place_and_where_the_circle_starts(
    classes: int, seed: int, scale: float, shift: int
) -> None:
    means, target = noise(classes, 12, seed), circles.circle(classes)
    moved = np.roll(scale * means + 3, shift, axis=0)
    share = float(measure.first_frequency(means, target))
    assert 0 <= share <= 1
    assert float(measure.first_frequency(moved, target)) == pytest.approx(share, abs=1e-6)
    error = float(circles.angle_error(measure.left_out(means), target))
    assert 0 <= error <= 180
    # Turning the circle's start turns prediction and truth alike.
    assert float(circles.angle_error(measure.left_out(moved), target)) == pytest.approx(
        error, abs=1e-3
    )


@settings(max_examples=40, deadline=None)
@given(classes=st.integers(4, 12), seed=st.integers(0, 10_000))
def test_angular_order_is_a_share_and_mirroring_keeps_it(classes: int, seed: int) -> None:
    points = noise(classes, 2, seed)
    found = circles.angular_order(points)
    assert 0 <= found <= 1
    assert circles.angular_order(points * [-1.0, 1.0]) == found
