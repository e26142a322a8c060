"""The line that most points of a plane are near, where near is a share of their spread about it.

Source: the mixture index of Engels et al. 2024, def. 4. The even scale on which it can be solved
for every offset at once is worked out here.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from lab.stats import ties

Floats = NDArray[np.floating[Any]]

STEPS, RATE = 10_000, 0.1  # of the gradient ascent
SCAN_ANGLES = 180  # a degree apart; what the best one gains by refining is in the third digit
REFINEMENTS = 3  # times the step is quartered around the best direction
FINE = 128  # bins in a window, for the bounds: they then differ by about a hundredth
FLAT = 1e-12  # of the variance: a direction with less has no spread to speak of
BLOCK = 1 << 18  # numbers handled at once: what the processor's cache holds


def densest(projected: Float[np.ndarray, " point"], epsilon: float = 0.1) -> float:
    """The share of points near c for the best c, where near depends on c: exact.

    The points are p with mean 0 and variance 1; p is near c if |p - c| < ε·sqrt(1 + c²). Write
    c = sinh t. Both ends of that interval are √(1-ε²)·sinh(t ± artanh ε), so on the scale
    u = arsinh(p/√(1-ε²)) every interval has the same width, 2·artanh ε, wherever c is. The best
    c is then the best place for a window of fixed width on a sorted line.
    """
    standard = (projected - projected.mean()) / projected.std()
    place = np.sort(np.arcsinh(standard / np.sqrt(1 - epsilon**2)))
    # The window is open: it begins just left of a point and ends before what lies its width on, up
    # to rounding.
    ends = np.searchsorted(place, place + 2 * np.arctanh(epsilon) - ties.DOUBLE, side="left")
    return float((ends - np.arange(len(place))).max() / len(place))


def climb(
    points: Float[np.ndarray, "point axis=2"],
    epsilon: float = 0.1,
    *,
    annealed: bool,
    seed: int = 0,
    steps: int = STEPS,
) -> float:
    """Gradient ascent on the smoothed share from one random direction; the share where it ends.

    The smoothed share is the mean of sigmoid((ε - |z|)/T), z = (v·f + c)/sqrt(E[(v·f + c)²]).
    As T falls only points at the window's edge pull; where none lie there, nothing moves: on a
    circle it can stay at a line through the middle, which holds far fewer points than one
    along the rim.
    """
    generator = np.random.default_rng(seed)
    place = np.array([*generator.standard_normal(2), 0.0])  # the direction, then the offset
    rows = np.column_stack([points, np.ones(len(points))])
    for step in range(steps):
        heat = 1 - step / steps if annealed else 1.0
        value = rows @ place
        size = np.sqrt(np.mean(value**2))
        z = value / size
        raised = np.exp(-np.abs((epsilon - np.abs(z)) / heat))
        slope = -np.sign(z) * raised / (1 + raised) ** 2 / heat  # of the sigmoid, by z
        place += RATE * (slope - z * np.mean(slope * z)) @ rows / (len(rows) * size)
    value = rows @ place
    return float(np.mean(np.abs(value) < epsilon * np.sqrt(np.mean(value**2))))


def scan(cloud: Floats, epsilon: float) -> float:
    """The densest window over directions: bounds for all, the exact share where it can matter.

    Shares are counts, so several directions often hold as much: the first of them is refined.
    """
    angles = np.arange(SCAN_ANGLES) * (np.pi / SCAN_ANGLES)
    bounds = _bounds(cloud, angles, epsilon)
    best, where = 0.0, 0.0
    for index in ties.order(bounds, descending=True, scale=1.0):
        if (
            bounds[index] < best
        ):  # a direction that may hold as much is looked at: it may be the first
            break
        best, where = _denser((best, where), (_share(cloud, angles[index], epsilon), angles[index]))
    step = np.pi / SCAN_ANGLES
    for _ in range(REFINEMENTS):
        step /= 4
        near = [where + shift * step for shift in (-3, -2, -1, 1, 2, 3)]
        for at in near:
            best, where = _denser((best, where), (_share(cloud, at, epsilon), at))
    return best


def _denser(one: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    """The share and direction that hold more; where both hold as much, the lesser direction."""
    return min(one, other, key=lambda found: (-found[0], found[1]))


def _share(cloud: Floats, angle: float, epsilon: float) -> float:
    """The densest window along one direction; 0 where the points do not vary along it."""
    projected = cloud @ np.array([np.cos(angle), np.sin(angle)])
    if projected.var() <= FLAT * np.mean(cloud**2):
        return 0.0
    return densest(projected, epsilon)


def _bounds(cloud: Floats, angles: Floats, epsilon: float) -> Floats:
    """For each direction a share that its densest window cannot exceed.

    On the even scale a window touches no more than FINE + 1 bins; one more for rounding.
    """
    found = np.zeros(len(angles))
    width = np.arctanh(epsilon) * 2 / FINE
    block = max(1, BLOCK // len(cloud))
    for start in range(0, len(angles), block):
        turn = angles[start : start + block]
        axes = np.stack([np.cos(turn), np.sin(turn)], axis=1)
        variance = np.einsum("ai,ij,aj->a", axes, cloud.T @ cloud / len(cloud), axes)
        varies = variance > FLAT * np.mean(cloud**2)
        scale = np.sqrt(np.where(varies, variance, np.inf) * (1 - epsilon**2))
        along = (axes / scale[:, None]).astype(np.float32) @ cloud.T.astype(np.float32)
        size = np.abs(along)
        size += np.sqrt(size * size + 1)
        even = np.copysign(np.log(size), along)  # arsinh
        even -= even.min()
        even *= 1 / width
        bins = int(even.max()) + 1
        cell = even.astype(np.int64)  # before the row's offset: single precision ends at 2^24
        cell += (np.arange(len(turn)) * bins)[:, None]
        counts = np.bincount(cell.ravel(), minlength=len(turn) * bins)
        sums = np.zeros((len(turn), bins + FINE + 3), dtype=np.int64)
        sums[:, 1 : bins + 1] = counts.reshape(-1, bins).cumsum(axis=1)
        sums[:, bins + 1 :] = len(cloud)
        found[start : start + block] = (sums[:, FINE + 2 :] - sums[:, : -FINE - 2]).max(axis=1)
        found[start : start + block] *= varies / len(cloud)
    return found
