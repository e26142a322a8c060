"""Vectors out of contrasts, and probes. Pure: tensors in, tensors out.

A *difference* is the residual at the positive answer less that at the negative one, an item each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Bool, Float
from numpy.typing import NDArray
from torch import Tensor

from lab.errors import AnalysisError
from lab.stats import ties

Labels = NDArray[np.bool_]


@dataclass(frozen=True)
class Probe:
    """A logistic probe: a row is called positive where `row @ weight + bias > 0`."""

    weight: Float[Tensor, "d_model"]
    bias: float
    strength: float  # the ridge that did best on validation rows

    def decide(self, rows: Float[Tensor, "*row d_model"]) -> Bool[Tensor, "*row"]:
        """Which rows are called positive."""
        return rows @ self.weight + self.bias > 0


def principal(differences: Float[Tensor, "item d_model"]) -> Float[Tensor, "d_model"]:
    """The line that the differences lie along best, about the origin, on the side of their mean.

    As long as the mean difference. Source: Zou et al. 2023, with the sign fixed by the mean.
    """
    axis = torch.linalg.svd(differences, full_matrices=False).Vh[0]
    return like(axis, differences.mean(dim=0))


def like(
    direction: Float[Tensor, "d_model"], mean: Float[Tensor, "d_model"], *, turn: bool = True
) -> Float[Tensor, "d_model"]:
    """A direction at the length of the mean difference, and (`turn`) on the same side."""
    side = -1.0 if turn and float(direction @ mean) < 0 else 1.0
    found: Tensor = direction * (side * mean.norm() / direction.norm())
    return found


def without(
    vector: Float[Tensor, "d_model"], directions: Float[Tensor, "direction d_model"]
) -> Float[Tensor, "d_model"]:
    """A vector less its part in the span of some directions."""
    axes = torch.linalg.qr(directions.T).Q
    kept: Tensor = vector - axes @ (axes.T @ vector)
    return kept


def signed_mean(
    differences: Float[Tensor, "item d_model"], signs: Sequence[float]
) -> Float[Tensor, "d_model"]:
    """Mean of the differences, each turned by its sign: what A has over B, or Yes over No."""
    turned = differences * torch.tensor(signs, dtype=differences.dtype)[:, None]
    return turned.mean(dim=0)


def agreement(
    differences: Float[Tensor, "item d_model"], vector: Float[Tensor, "d_model"]
) -> Float[Tensor, "item"]:
    """Cosine of each difference with the vector."""
    return torch.nn.functional.cosine_similarity(differences, vector[None], dim=1)


def fit_probe(
    train: Float[Tensor, "row d_model"],
    labels: Labels,
    validation: Float[Tensor, "held d_model"],
    held: Labels,
    strengths: Sequence[float],
) -> Probe:
    """A logistic probe with the ridge that gives held-out rows the least loss, the first of equals.

    Raises AnalysisError where all labels are the same: there is nothing to tell apart.
    """
    if labels.all() or not labels.any():
        raise AnalysisError("probe: all labels are the same. Give rows of both kinds.")
    span = _Span.of(train)
    found = [_logistic(span, labels, strength) for strength in strengths]
    signs = torch.tensor(np.where(held, 1.0, -1.0), dtype=train.dtype)
    losses = [
        float(torch.nn.functional.softplus(-signs * (validation @ each.weight + each.bias)).mean())
        for each in found
    ]
    return found[int(ties.first_smallest(losses, relative=ties.SINGLE, scale=1.0))]


def probe_null(
    train: Float[Tensor, "row d_model"],
    draws: Sequence[Labels],
    test: Float[Tensor, "held d_model"],
    held: Labels,
    strength: float,
) -> NDArray[np.float32]:
    """Share right on held-out rows of probes that were trained on other labels, one for each draw."""
    span = _Span.of(train)
    right = [
        float((_logistic(span, labels, strength).decide(test).numpy() == held).mean())
        for labels in draws
    ]
    return np.array(right, dtype=np.float32)


@dataclass(frozen=True)
class _Span:
    """Rows in the span of their own differences, where a ridge solution lies anyway."""

    rows: NDArray[np.float64]  # (row, axis), mean length 1
    axes: Float[Tensor, "axis d_model"]  # a step of the rows' mean length along each
    centre: Float[Tensor, "d_model"]

    @classmethod
    def of(cls, train: Float[Tensor, "row d_model"]) -> _Span:
        """The decomposition costs more than a probe does: it is made once for all of them."""
        centre = train.mean(dim=0)
        moved = train - centre
        axes = torch.linalg.svd(moved, full_matrices=False).Vh
        scale = moved.norm(dim=1).mean()
        return cls((moved @ axes.T / scale).double().numpy(), axes / scale, centre)


def _logistic(span: _Span, labels: Labels, strength: float) -> Probe:
    from sklearn.linear_model import LogisticRegression

    # Newton's method goes to the optimum itself. The default solver stops up to a tenth of the
    # weight's length before it under a weak ridge, at a place that depends on the processor.
    model = LogisticRegression(C=1 / strength, solver="newton-cholesky", tol=1e-9)
    model.fit(span.rows, labels)
    weight = torch.tensor(model.coef_[0], dtype=span.axes.dtype) @ span.axes
    return Probe(weight, float(model.intercept_[0]) - float(span.centre @ weight), strength)


def ridge(
    train: Float[Tensor, "row d_model"],
    values: Float[Tensor, "row"],
    test: Float[Tensor, "held d_model"],
    strength: float,
) -> Float[Tensor, "held"]:
    """Predicted values of held-out rows; `strength` in units of the rows' mean squared length."""
    centre, level = train.mean(dim=0), values.mean()
    moved = train - centre
    gram = moved @ moved.T
    weight = torch.linalg.solve(
        gram + strength * gram.diagonal().mean() * torch.eye(len(gram)), values - level
    )
    told: Tensor = (test - centre) @ moved.T @ weight + level
    return told


def gate(
    train: Float[Tensor, "row d_model"],
    slopes: Float[Tensor, "row"],
    validation: Float[Tensor, "held d_model"],
    held: Float[Tensor, "held"],
    test: Float[Tensor, "item d_model"],
    strengths: Sequence[float],
) -> tuple[Float[Tensor, "item"], float]:
    """Slopes that unsteered residuals foretell, and R² of the best ridge on validation items."""
    total = float((held - held.mean()).square().sum())
    skills = [
        1 - float((ridge(train, slopes, validation, each) - held).square().sum()) / total
        for each in strengths
    ]
    best = int(ties.first_largest(skills, relative=ties.SINGLE, scale=1.0))
    return ridge(train, slopes, test, strengths[best]), skills[best]
