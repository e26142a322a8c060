"""Rings in shared: known answers, agreement with the first study's measures, controls."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lab.geometry import circles, set_geometry

pytestmark = pytest.mark.numerical


def planted(
    classes: int, contexts: int = 12, width: int = 10, noise: float = 0.05, seed: int = 0
) -> np.ndarray:
    """A circle of classes in a random plane, an offset for each context, and noise."""
    rng = np.random.default_rng(seed)
    axes = np.linalg.qr(rng.standard_normal((width, 2)))[0]
    offsets = rng.standard_normal((contexts, 1, width))
    jitter = noise * rng.standard_normal((contexts, classes, width))
    return np.asarray(circles.circle(classes) @ axes.T + 0.1 * offsets + jitter)


@pytest.mark.parametrize(("classes", "orders"), [(3, 1), (4, 3), (7, 360)])
def test_every_cyclic_order_once_and_the_calendars_first(classes: int, orders: int) -> None:
    found = circles.cyclic_orders(classes, 5, seed=0)
    assert len(found) == orders
    assert found[0].tolist() == list(range(classes))
    around = {frozenset((int(a), int(b)) for a, b in _neighbours(row)) for row in found}
    if classes > 3:
        assert len(around) == orders


def _neighbours(places: np.ndarray) -> list[tuple[int, int]]:
    order = np.argsort(places)
    return [tuple(sorted(pair)) for pair in zip(order, np.roll(order, -1), strict=True)]


def test_more_classes_are_sampled_and_seeded() -> None:
    found = circles.cyclic_orders(12, 50, seed=3)
    assert found.shape == (51, 12)
    assert found[0].tolist() == list(range(12))
    assert np.array_equal(found, circles.cyclic_orders(12, 50, seed=3))
    assert all(sorted(row) == list(range(12)) for row in found.tolist())


def test_a_left_out_class_is_predicted_by_least_squares_from_the_others_plane() -> None:
    means, target = planted(7, noise=0.3).mean(axis=0), circles.circle(7)
    predicted = circles.left_out(means) @ target
    for held in range(7):
        others = [i for i in range(7) if i != held]
        centre, axes = circles.plane(means[others])
        seen = np.column_stack([(means[others] - centre) @ axes, np.ones(6)])
        fit = np.linalg.lstsq(seen, target[others], rcond=None)[0]
        assert np.allclose(predicted[held], np.append((means[held] - centre) @ axes, 1) @ fit)
    away = predicted / np.linalg.norm(predicted, axis=1, keepdims=True)
    by_hand = np.degrees(np.arccos((away * target).sum(axis=1))).mean()
    assert np.isclose(circles.left_out_angles(means, target[None])[0], by_hand)


@pytest.mark.parametrize("ridge", [None, 1e-2])
def test_the_errors_are_those_of_a_probe_fitted_by_hand(ridge: float | None) -> None:
    points, target = planted(7, noise=0.3), circles.circle(7)
    fold = circles.folds(12, 4, seed=0)
    errors = circles.plane_errors(points, fold) if ridge is None else circles.ridge_errors(
        points, fold, ridge
    )  # fmt: skip
    lost = 0.0
    for index in range(4):
        train, held = points[fold != index], points[fold == index]
        flat, asked = train.reshape(-1, 10), held.reshape(-1, 10)
        goals = np.tile(target, (len(train), 1))
        if ridge is None:
            centre, axes = circles.plane(train.mean(axis=0))
            inside = np.column_stack([(flat - centre) @ axes, np.ones(len(flat))])
            fit = np.linalg.lstsq(inside, goals, rcond=None)[0]
            found = np.column_stack([(asked - centre) @ axes, np.ones(len(asked))]) @ fit
        else:
            seen = flat - flat.mean(axis=0)
            penalty = ridge * (seen**2).sum() / len(seen)
            fit = np.linalg.solve(seen.T @ seen + penalty * np.eye(10), seen.T @ goals)
            found = (asked - flat.mean(axis=0)) @ fit
        lost += ((found - np.tile(target, (len(held), 1))) ** 2).sum()
    assert np.isclose(circles.r_squared(errors.mean(axis=0), target), 1 - lost / (12 * 7))


def test_a_planted_ring_is_read_and_a_shuffled_one_is_not() -> None:
    points, fold = planted(7), circles.folds(12, 4, seed=0)
    targets = circles.circle(7)[circles.cyclic_orders(7, 0, seed=0)]
    found = circles.r_squared(circles.plane_errors(points, fold).mean(axis=0), targets)
    assert found[0] > 0.9
    assert found[0] == found.max()
    assert found[1:].mean() < 0.4


def test_noise_holds_no_ring() -> None:
    points = np.random.default_rng(0).standard_normal((16, 7, 30))
    errors = circles.plane_errors(points, circles.folds(16, 4, seed=0)).mean(axis=0)
    assert circles.r_squared(errors, circles.circle(7)) < 0.1


def test_points_on_a_line_have_no_order_around_anything() -> None:
    line = np.stack([np.arange(7.0), np.zeros(7)], axis=1)
    assert circles.angular_order(line) == 0
    assert circles.angular_order(np.zeros((7, 2))) == 0
    assert circles.angular_order(circles.circle(7)) == 1


@settings(max_examples=25, deadline=None)
@given(classes=st.integers(3, 12), turn=st.floats(0, 6.28), scale=st.floats(0.1, 50))
def test_order_and_closure_do_not_mind_turning_or_scaling(
    classes: int, turn: float, scale: float
) -> None:
    spin = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    points = scale * circles.circle(classes) @ spin
    assert circles.angular_order(points) == 1
    assert np.isclose(circles.closure(points), 1)


def test_a_turn_of_the_space_changes_nothing_that_is_written() -> None:
    rng = np.random.default_rng(0)
    directions = rng.standard_normal((4, 9))
    short = set_geometry.isometric(directions)
    assert np.allclose(short @ short.T, directions @ directions.T)
    activations, fold = rng.random((8, 5, 4)), circles.folds(8, 4, seed=0)
    whole = set_geometry.describe(activations @ directions, fold, circles.circle(5))
    turned = set_geometry.describe(activations @ short, fold, circles.circle(5))
    assert np.isclose(whole.plane, turned.plane)
    assert whole.order == turned.order
    assert np.isclose(whole.mixture, turned.mixture, atol=0.02)


def test_what_never_varies_is_no_feature() -> None:
    assert set_geometry.indices(np.ones((5, 2))) == (0.0, 1.0)
    found = set_geometry.describe(
        np.zeros((8, 7, 3)), circles.folds(8, 4, seed=0), circles.circle(7)
    )
    assert found.score == 0
    assert found.order == 0
    assert found.plane <= 0
