"""Which frequencies a model uses, and the circles they draw. Pure: arrays in, arrays out.

A function of a number below the odd modulus n is a constant and waves of frequency 1 to (n-1)/2.
A circle of frequency k goes k times around while the number runs once through its cycle.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float, Int
from numpy.typing import NDArray

from lab.errors import AnalysisError
from lab.geometry import circles
from lab.stats import ties
from lab.stats.estimates import Estimate

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]


def frequencies(modulus: int) -> int:
    """How many frequencies there are. Raises AnalysisError for an even modulus or one below 3."""
    if modulus < 3 or modulus % 2 == 0:
        raise AnalysisError(
            f"modulus {modulus}: the frequencies of an even one do not pair up. Use an odd one."
        )
    return (modulus - 1) // 2


def waves(modulus: int) -> Float[np.ndarray, "frequency number axis=2"]:
    """Orthonormal cosine and sine of each frequency from 1; row 0 is frequency 1."""
    angle = 2 * np.pi * np.arange(modulus) / modulus
    angles = np.arange(1, frequencies(modulus) + 1)[:, None] * angle
    basis: Floats = np.stack([np.cos(angles), np.sin(angles)], axis=-1) * np.sqrt(2 / modulus)
    return basis


def frequency_shares(
    vectors: Float[np.ndarray, "number d_model"],
) -> Float[np.ndarray, " frequency"]:
    """Share of the variance over numbers in each frequency; they add up to 1.

    2/(n-1) each, on average, for vectors that know nothing of the numbers' order.
    """
    basis = waves(len(vectors))
    power = np.square(basis.transpose(0, 2, 1) @ vectors).sum(axis=(1, 2))
    shares: Floats = power / power.sum()
    return shares


def key_frequencies(shares: Float[np.ndarray, " frequency"], bar: float) -> list[int]:
    """Frequencies whose share exceeds the bar, the largest first, the lower of two that tie."""
    kept = ties.above(shares, bar)
    return [int(index) + 1 for index in ties.order(shares, descending=True) if kept[index]]


def part(
    vectors: Float[np.ndarray, "number d_model"], chosen: Sequence[int]
) -> Float[np.ndarray, "number d_model"]:
    """What varies with the number in the chosen frequencies, the mean left out."""
    basis = waves(len(vectors))[[frequency - 1 for frequency in chosen]]
    columns = basis.transpose(1, 0, 2).reshape(len(vectors), -1)
    found: Floats = columns @ (columns.T @ vectors)
    return found


def circle(
    vectors: Float[np.ndarray, "number d_model"], frequency: int
) -> Float[np.ndarray, "number axis=2"]:
    """The vectors seen in the plane that a frequency's cosine and sine span.

    The axes are orthonormal, so an ellipse is not drawn as a circle.
    """
    along = waves(len(vectors))[frequency - 1].T @ vectors
    _, _, axes = np.linalg.svd(along, full_matrices=False)
    points: Floats = (vectors - vectors.mean(axis=0)) @ axes.T
    return points


def ring_order(points: Float[np.ndarray, "number axis=2"], frequency: int) -> float:
    """Share of neighbours around the plane that are neighbours on a ring of that frequency.

    Numbers that lie next to each other there differ by the inverse of k modulo n. 1: all in
    order; about 2/(n-1) by chance.
    """
    return circles.angular_order(points, step=pow(frequency, -1, len(points)))


def radius_variation(points: Float[np.ndarray, "number axis=2"]) -> float:
    """Standard deviation of the distance from the centre, as a share of its mean.

    0 for a circle; .52 for points of a round Gaussian.
    """
    radius = np.hypot(*points.T)
    return float(radius.std() / radius.mean())


@dataclass(frozen=True)
class Fit:
    """How much of a cloud one frequency of the sum explains, and the ellipse it draws there.

    `frequency` is 0 where several explain as much up to rounding: then no one is the best.
    """

    frequency: int
    explained: float  # R²
    roundness: float  # lesser over greater axis: 1 a circle, 0 a line


def best_frequency(
    points: Float[np.ndarray, "sample axis"], sums: Int[np.ndarray, " sample"], modulus: int
) -> Fit:
    """The one frequency that explains most of the points' variance, by least squares."""
    centred = points - points.mean(axis=0)
    total = float(np.square(centred).sum())
    fits = []
    for index, wave in enumerate(waves(modulus)):
        seen = wave[sums] - wave[sums].mean(axis=0)
        axes = np.linalg.lstsq(seen, centred, rcond=None)[0]
        explained = float(np.square(seen @ axes).sum()) / total if total else 0.0
        greater, lesser = np.linalg.svd(axes, compute_uv=False)[:2]
        fits.append(Fit(index + 1, explained, float(lesser / greater) if greater else 0.0))
    shares = [fit.explained for fit in fits]
    best = fits[int(ties.first_largest(shares, scale=1.0))]
    if ties.sole_largest(shares, scale=1.0) == ties.NONE:
        return replace(best, frequency=0)
    return best


def one_circle_each(
    rows: Float[np.ndarray, "sample d_model"],
    sums: Int[np.ndarray, " sample"],
    keys: Sequence[int],
    noise: float,
    generator: np.random.Generator,
) -> Float[np.ndarray, "sample d_model"]:
    """The rows with all but one of their circles taken out, drawn anew for each row.

    A row's circles are its coordinates in the span of the class means' key frequencies. `noise`
    is added in every direction, its norm a share of the mean norm that is left.
    """
    modulus = int(sums.max()) + 1
    centred = rows - rows.mean(axis=0)
    means = np.stack([centred[sums == value].mean(axis=0) for value in range(modulus)])
    basis = waves(modulus)[[key - 1 for key in keys]]
    axes = np.concatenate([wave.T @ means for wave in basis])  # (2 · key, d_model)
    coordinates = centred @ np.linalg.pinv(axes)
    kept = generator.integers(len(keys), size=len(rows))
    coordinates *= np.repeat(np.arange(len(keys)), 2) == kept[:, None]
    single: Floats = coordinates @ axes
    size = noise * np.linalg.norm(single, axis=1).mean() / np.sqrt(rows.shape[1])
    noisy: Floats = single + size * generator.standard_normal(single.shape)
    return noisy


def across(values: Sequence[float]) -> Estimate:
    """Mean over models with Student's 95% interval: it speaks of other seeds of this recipe."""
    from scipy import stats

    sample = np.asarray(values, dtype=float)
    sd = float(sample.std(ddof=1))
    reach = float(stats.t.ppf(0.975, len(sample) - 1) * sd / np.sqrt(len(sample)))
    mean = float(sample.mean())
    return Estimate(mean, mean - reach, mean + reach, len(sample), sd)
