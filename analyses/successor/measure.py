"""The interventions, as arithmetic on vectors, and what is read off the logits. No model here."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor

from lab.errors import AnalysisError
from lab.stats import ties
from lab.stats.estimates import Floats, Indices


@dataclass(frozen=True)
class Space:
    """Where a kind of word differs at one layer: class means, their plane and their span."""

    means: Float[Tensor, "class d_model"]
    plane: Float[Tensor, "d_model axis=2"]  # first two principal components, orthonormal
    span: Float[Tensor, "d_model axes"]  # all of them, the plane's first

    @property
    def points(self) -> Float[Tensor, "class axis=2"]:
        """The class means' coordinates in the plane, from the origin."""
        return self.means @ self.plane


def space(vectors: Float[Tensor, "context class d_model"]) -> Space:
    """The plane and span of the class means; which word follows which is not used."""
    means = vectors.mean(dim=0)
    _, _, right = torch.linalg.svd(means - means.mean(dim=0), full_matrices=False)
    axes = right[: len(means) - 1].T  # centring takes one dimension
    return Space(means=means, plane=axes[:, :2], span=axes)


def within(
    difference: Float[Tensor, "*pair d_model"], basis: Float[Tensor, "d_model axis"]
) -> Float[Tensor, "*pair d_model"]:
    """The part of a difference that lies in a subspace with the given orthonormal axes."""
    found: Tensor = difference @ basis @ basis.T
    return found


def scaled(
    change: Float[Tensor, "*pair d_model"], like: Float[Tensor, "*pair d_model"]
) -> Float[Tensor, "*pair d_model"]:
    """The change brought to the norm of another, pair by pair; a change of nothing becomes zero.

    Nothing is what is below the other's rounding: brought to size, it would point anywhere.
    """
    norm, wanted = change.norm(dim=-1, keepdim=True), like.norm(dim=-1, keepdim=True)
    something = norm > ties.DOUBLE * wanted
    ratio = torch.where(something, wanted / norm, torch.zeros_like(norm))
    found: Tensor = change * ratio
    return found


def random_planes(
    d_model: int, count: int, generator: torch.Generator
) -> Float[Tensor, "plane d_model axis=2"]:
    """Planes of the residual stream, uniformly drawn."""
    draws = torch.randn(count, d_model, 2, generator=generator, dtype=torch.float64)
    found: Tensor = torch.linalg.qr(draws).Q
    return found


def pairs(words: int, targets: int, generator: torch.Generator) -> list[tuple[int, int]]:
    """Source and target words, no pair twice: every word is a source and a target `targets` times.

    Targets are drawn without regard to distance. One distance for all would decide the outcome:
    neighbours lie close together on a ring, so that between them a plane has little to move.
    Raises AnalysisError for more targets than there are other words.
    """
    if targets >= words:
        raise AnalysisError(f"pairs: {targets} targets for each of {words} words. Use fewer.")
    found: list[tuple[int, int]] = []
    while len(found) < targets * words:
        drawn = list(enumerate(torch.randperm(words, generator=generator).tolist()))
        if all(a != b and (a, b) not in found for a, b in drawn):
            found += drawn
    return found


@dataclass(frozen=True)
class Ring:
    """An ellipse through the class means: `points ≈ centre + circle @ axes`."""

    centre: Float[Tensor, "axis=2"]
    axes: Float[Tensor, "circle=2 axis=2"]

    def turned(
        self, points: Float[Tensor, "*point axis=2"], share: Float[Tensor, "*point"]
    ) -> Float[Tensor, "*point axis=2"]:
        """The points moved along the ellipse by a share of a whole turn.

        A point off the ellipse stays as far off it, in the ellipse's own measure.
        """
        circle = (points - self.centre) @ torch.linalg.inv(self.axes)
        cos, sin = (2 * math.pi * share).cos(), (2 * math.pi * share).sin()
        x, y = circle[..., 0], circle[..., 1]
        moved = torch.stack([cos * x - sin * y, sin * x + cos * y], dim=-1)
        return self.centre + moved @ self.axes


def ring(points: Float[Tensor, "class axis=2"], places: Int[Tensor, "class"] | None = None) -> Ring:
    """The ellipse, traced in order, that is nearest the points (least squares).

    `places` are the classes' places on it, by default their own order.
    """
    classes = len(points)
    places = torch.arange(classes) if places is None else places
    angle = places.to(points.dtype) * (2 * math.pi / classes)
    circle = torch.stack([angle.cos(), angle.sin()], dim=-1)
    # Cosines and sines over whole turns are orthogonal: the fit is a product.
    return Ring(centre=points.mean(dim=0), axes=(2 / classes) * circle.T @ points)


def gap(
    logits: Float[Tensor, "*row class"], source: Int[Tensor, "*row"], target: Int[Tensor, "*row"]
) -> Float[Tensor, "*row"]:
    """The target answer's logit less the source answer's."""
    return _taken(logits, target) - _taken(logits, source)


def ratio(above: Floats, below: Floats, draws: Indices) -> Floats:
    """Sum over sum, of units drawn: a mean of shares would let small effects speak loudest."""
    found: Floats = above[draws].sum(axis=-1) / below[draws].sum(axis=-1)
    return found


def _taken(logits: Tensor, index: Tensor) -> Tensor:
    return logits.gather(-1, index[..., None]).squeeze(-1)


def between(own: Space) -> float:
    """The plane's share of the variance between class means."""
    centred = own.means - own.means.mean(dim=0)
    return float((centred @ own.plane).square().sum() / centred.square().sum())
