"""Are points of several classes arranged in an order, on a ring? Pure measures, in numpy.

A *class* is a word, a *context* what stands before it, `points[context, class]` one vector; every
class stands in every context. Probes are affine maps from points to classes fitted on some
contexts and judged on others. Their squared errors are kept as quadratic forms of the target, so that
one fit answers for the calendar and for every shuffled calendar.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable

import numpy as np
from jaxtyping import Float, Int
from numpy.typing import NDArray

from lab.stats import ties

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

FLAT = 1e-9  # of the greater extent: a cloud that is flatter is a line
EXACT_CLASSES = 7  # up to here all (n-1)!/2 cyclic orders are ranked: 360 at most


def circle(classes: int) -> Float[np.ndarray, "class axis=2"]:
    """(cos, sin) of the classes' angles: evenly spaced, the first at angle 0; mean 0."""
    angles = np.arange(classes) * (2 * math.pi / classes)
    return np.stack([np.cos(angles), np.sin(angles)], axis=-1)


def cyclic_orders(classes: int, samples: int, seed: int) -> Int[np.ndarray, "order class"]:
    """Cyclic orders as the place of each class; row 0 is the one put to the test.

    Up to seven classes every order once: turning or mirroring a circle changes nothing, so
    there are (n-1)!/2. Above, that one and `samples` random ones.
    """
    if classes <= EXACT_CLASSES:
        rest = (p for p in itertools.permutations(range(1, classes)) if p[0] <= p[-1])
        return np.array([(0, *order) for order in rest], dtype=np.int64)
    rng = np.random.default_rng(seed)
    drawn = np.stack([rng.permutation(classes) for _ in range(samples)])
    return np.concatenate([np.arange(classes)[None], drawn]).astype(np.int64)


def folds(contexts: int, count: int, seed: int) -> Int[np.ndarray, " context"]:
    """The fold of each context: sizes as equal as can be, membership at random."""
    found: Indices = np.random.default_rng(seed).permutation(contexts) % count
    return found


def plane(
    means: Float[np.ndarray, "class d"],
) -> tuple[Float[np.ndarray, " d"], Float[np.ndarray, "d axis=2"]]:
    """Centre and first two principal axes of the class means, orthonormal.

    Points of one dimension only get a second axis of zeros.
    """
    centre = means.mean(axis=0)
    right = np.linalg.svd(means - centre, full_matrices=False)[2][:2]
    axes = np.zeros((means.shape[1], 2))
    axes[:, : len(right)] = right.T
    return centre, axes


def angular_order(points: Float[np.ndarray, "class axis=2"], step: int = 1) -> float:
    """Share of neighbours around the centre that are neighbours in the order.

    1.0: the classes lie around their centre in order; about 2/(n-1) by chance. Neighbours in the
    order are `step` apart, modulo the number of classes. 0 for points on a line or in one place,
    which have no order around anything. Classes at one angle, or at the centre, have no place of
    their own there and are nobody's neighbours.
    Source: Engels et al. 2024, fig. 2, made into a number here.
    """
    classes = len(points)
    offset = points - points.mean(axis=0)
    sizes = np.linalg.svd(offset, compute_uv=False)
    if sizes[1] <= FLAT * sizes[0]:
        return 0.0
    away = np.flatnonzero(np.linalg.norm(offset, axis=1) > FLAT * sizes[0])
    angle = np.arctan2(offset[away, 1], offset[away, 0])
    ascending = np.argsort(angle, kind="stable")
    around, angle = away[ascending], angle[ascending]
    turn = np.roll(angle, -1) - angle  # to the next one
    turn[-1] += 2 * math.pi
    apart = turn > ties.DOUBLE
    alone = apart & np.roll(apart, 1)
    step_to_next = (np.roll(around, -1) - around) % classes
    kept = np.isin(step_to_next, [step % classes, -step % classes]) & alone & np.roll(alone, -1)
    return float(kept.sum() / classes)


def closure(means: Float[np.ndarray, "*batch class d"]) -> Float[np.ndarray, "*batch"]:
    """How far the last class is from the first, in mean steps between neighbours.

    About 1 for a ring, whatever its size; n-1 for a straight line. A line bent into an arc passes
    tests of cyclic order; this is where it fails. 0 where all classes are in one place.
    """
    steps = np.linalg.norm(means - np.roll(means, -1, axis=-2), axis=-1)
    inner = steps[..., :-1].mean(axis=-1)
    found: Floats = np.divide(steps[..., -1], inner, out=np.zeros(inner.shape), where=inner > 0)
    return found


def plane_errors(
    points: Float[np.ndarray, "context class d"], fold: Int[np.ndarray, " context"]
) -> Float[np.ndarray, "context class class"]:
    """Errors of the affine map from the plane of the training contexts' class means.

    The plane is chosen without knowing the order. See `r_squared` for what the errors are.
    """
    return _errors(points, fold, _plane_predictions)


def ridge_errors(
    points: Float[np.ndarray, "context class d"],
    fold: Int[np.ndarray, " context"],
    ridge: float,
) -> Float[np.ndarray, "context class class"]:
    """Errors of a ridge regression from the whole space; `ridge` a share of the mean squared norm."""

    def predict(train: Floats, test: Floats) -> Floats:
        smoother, classes = ridge_smoother(train, test, ridge), train.shape[1]
        labels = np.tile(np.eye(classes), (len(train), 1))
        found: Floats = (smoother @ (labels - 1 / classes) + 1 / classes).reshape(
            len(test), classes, classes
        )
        return found

    return _errors(points, fold, predict)


def ridge_smoother(
    train: Float[np.ndarray, "train class d"],
    test: Float[np.ndarray, "test class d"],
    ridge: float,
) -> Float[np.ndarray, "tested trained"]:
    """The matrix that takes centred labels of training points to predictions for test points.

    Dual form: fewer points than dimensions. It does not depend on the labels, so thousands of
    shuffled ones cost one product each.
    """
    flat, asked = train.reshape(-1, train.shape[-1]), test.reshape(-1, test.shape[-1])
    centre = flat.mean(axis=0)
    seen = flat - centre
    gram = seen @ seen.T
    penalty = ridge * np.trace(gram) / len(gram) * np.eye(len(gram))
    solved: Floats = np.linalg.solve(gram + penalty, seen @ (asked - centre).T)
    return solved.T


def r_squared(
    errors: Float[np.ndarray, "*batch class class"],
    target: Float[np.ndarray, "*order class axis=2"],
) -> Float[np.ndarray, "..."]:
    """1 - squared error / variance of both coordinates together; `errors` a mean over contexts.

    `errors` E holds (I - P)'(I - P), P being the predicted classes; with target circle C
    the squared error summed over classes is trace(C' E C).
    """
    lost = np.einsum("...ca,...cd,...da->...", target, errors, target)
    return np.asarray(1 - lost / np.einsum("...ca,...ca->...", target, target))


def left_out(means: Float[np.ndarray, "class d"]) -> Float[np.ndarray, "class class"]:
    """Weights W such that W @ target predicts each class from a fit that never saw it.

    Centre, principal plane and affine map all come from the other classes. Row i holds the weight
    of the others' targets.
    """
    classes = len(means)
    weights = np.zeros((classes, classes))
    for held in range(classes):
        others = [i for i in range(classes) if i != held]
        centre, axes = plane(means[others])
        seen = np.column_stack([(means[others] - centre) @ axes, np.ones(classes - 1)])
        asked = np.append((means[held] - centre) @ axes, 1.0)
        weights[held, others] = asked @ np.linalg.pinv(seen)
    return weights


def angle_error(
    weights: Float[np.ndarray, "*batch class class"],
    target: Float[np.ndarray, "*order class axis=2"],
) -> Float[np.ndarray, "..."]:
    """Mean angle in degrees between where a left-out class is predicted and where it should be.

    `weights` as from `left_out`. 0 on a perfect circle, but not 90 by chance: set it beside
    shuffled orders, the second and later targets.
    """
    found = weights @ target
    size = np.linalg.norm(found, axis=-1) * np.linalg.norm(target, axis=-1)
    cosine = np.einsum("...ca,...ca->...c", found, target) / np.maximum(size, 1e-12)
    return np.asarray(np.degrees(np.arccos(np.clip(cosine, -1, 1))).mean(axis=-1))


def left_out_angles(
    means: Float[np.ndarray, "class d"], targets: Float[np.ndarray, "order class axis=2"]
) -> Float[np.ndarray, " order"]:
    """The angle error of one cloud of class means for each target."""
    return angle_error(left_out(means), targets)


def _plane_predictions(
    train: Float[np.ndarray, "train class d"], test: Float[np.ndarray, "test class d"]
) -> Float[np.ndarray, "test class class"]:
    centre, axes = plane(train.mean(axis=0))
    seen = _affine((train - centre) @ axes).reshape(-1, 3)
    labels = np.tile(np.eye(train.shape[1]), (len(train), 1))
    found: Floats = _affine((test - centre) @ axes) @ (np.linalg.pinv(seen) @ labels)
    return found


def _errors(points: Floats, fold: Indices, predict: Callable[[Floats, Floats], Floats]) -> Floats:
    contexts, classes, _ = points.shape
    found = np.zeros((contexts, classes, classes))
    for index in np.unique(fold):
        held = fold == index
        residual = np.eye(classes) - predict(points[~held], points[held])
        found[held] = np.einsum("tpc,tpd->tcd", residual, residual)
    return found


def _affine(points: Floats) -> Floats:
    return np.concatenate([points, np.ones_like(points[..., :1])], axis=-1)
