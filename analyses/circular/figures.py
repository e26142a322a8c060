"""The study's figures, from its recorded result. No model, no torch."""

from __future__ import annotations

from collections.abc import Callable

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from analyses.circular.result import CategoryResult, LayerResult, Result
from lab.pages import plot_style
from lab.stats.estimates import Estimate, Measured

Points = NDArray[np.float64]  # (class, 2)

SEVEN = ("days", "numbers_7", "animals_7")
TWELVE = ("months", "numbers_12", "animals_12")


def planes(result: Result) -> Figure:
    """Each category's principal plane at the focus layer: held-out contexts and class means."""
    plot_style.apply()
    figure, axes = plt.subplots(2, 3, figsize=(plot_style.WIDTH, 5.3))
    for axis, name in zip(axes.flat, (*SEVEN, *TWELVE), strict=True):
        _plane(axis, result.categories[name])
    figure.supxlabel("along the plane, in units of the residual stream", fontsize=9.5)
    figure.supylabel("across the plane, same units", fontsize=9.5)
    return _closed(figure)


def planes_alt(result: Result) -> str:
    """What `planes` shows, in words."""
    rows = [
        f"{found.title}: {found.at(result.focus).angular_order:.0%} of neighbours in the plane are "
        f"neighbours in order, and the last word lies "
        f"{found.at(result.focus).closure.mean:.1f} steps from the first."
        for found in result.categories.values()
    ]
    return f"Six scatter plots at layer {result.focus}, words joined in order. " + " ".join(rows)


def measures(result: Result) -> Figure:
    """First-frequency share, held-out R² of the plane and closure, by layer."""
    plot_style.apply()
    figure, axes = plt.subplots(3, 2, figsize=(plot_style.WIDTH, 6.6), sharex=True, sharey="row")
    for column, names in enumerate((SEVEN, TWELVE)):
        _by_layer(axes[0, column], result, names, lambda at: at.first_frequency)
        _by_layer(axes[1, column], result, names, lambda at: at.plane_probe)
        _by_layer(axes[2, column], result, names, lambda at: at.closure)
        axes[2, column].axhline(1, color=plot_style.INK, linewidth=0.8, linestyle=":")
        axes[2, column].set_xlabel("layer (0 = embedding)")
        axes[0, column].set_title("Seven words" if column == 0 else "Twelve words")
    axes[0, 0].set_ylabel("first frequency,\nshare of variance")
    axes[1, 0].set_ylabel("plane → circle,\nheld-out R²")
    axes[2, 0].set_ylabel("last to first,\nin mean steps")
    axes[0, 0].set_ylim(0, 0.65)
    axes[1, 0].set_ylim(-0.02, 1.02)
    _legend(figure, result)
    return _closed(figure)


def angle_errors(result: Result) -> Figure:
    """Angle error of the left-out word, by layer."""
    plot_style.apply()
    figure, axes = plt.subplots(1, 2, figsize=(plot_style.WIDTH, 3.1), sharey=True)
    for axis, names, title in zip(
        axes, (SEVEN, TWELVE), ("Seven words", "Twelve words"), strict=True
    ):
        _by_layer(axis, result, names, lambda at: at.angle_error)
        axis.set(xlabel="layer (0 = embedding)", title=title, ylim=(0, 180))
        axis.set_yticks([0, 45, 90, 135, 180])
    axes[0].set_ylabel("angle error of the\nleft-out word, degrees")
    _legend(figure, result)
    return _closed(figure)


def _plane(axis: Axes, found: CategoryResult) -> None:
    means, points = np.array(found.picture.means), np.array(found.picture.points)
    colours = plot_style.cyclic(len(means))
    for index, colour in enumerate(colours):
        x, y = points[:, index].T
        axis.scatter(x, y, s=7, color=colour, alpha=0.55, linewidths=0)
    ring = np.concatenate([means, means[:1]]).T
    axis.plot(*ring[:, :-1], color=plot_style.INK, linewidth=1.0, zorder=3)
    axis.plot(*ring[:, -2:], color=plot_style.INK, linewidth=1.0, linestyle=(0, (2, 2)), zorder=3)
    axis.scatter(
        ring[0, :-1],
        ring[1, :-1],
        s=26,
        c=colours,
        edgecolors=plot_style.INK,
        linewidths=0.7,
        zorder=4,
    )
    every = np.concatenate([means, points.reshape(-1, 2)])
    middle = (every.min(axis=0) + every.max(axis=0)) / 2
    reach = float(np.abs(every - middle).max()) * 1.36
    places = _label_places(means, points, found.labels, reach)
    for label, (x, y) in zip(found.labels, places, strict=True):
        axis.text(x, y, label, ha="center", va="center", fontsize=8, zorder=5)
    axis.set(aspect="equal", title=found.title)
    axis.set(xlim=middle[0] + np.array([-reach, reach]), ylim=middle[1] + np.array([-reach, reach]))
    axis.locator_params(nbins=5)


def _label_places(
    means: Points, points: NDArray[np.float64], labels: tuple[str, ...], reach: float
) -> Points:
    """Beyond each class's own points, outside the ring, pushed apart until no two overlap."""
    outward = means - means.mean(axis=0)
    outward /= np.maximum(np.linalg.norm(outward, axis=1, keepdims=True), 1e-9)
    beyond = np.einsum("tca,ca->tc", points - means, outward).max(axis=0, keepdims=True).T
    # Half a label's width and height, and a little air, as shares of half the panel.
    half = reach * np.array([[0.036 * len(label) + 0.02, 0.075] for label in labels])
    places: Points = means + outward * (
        np.maximum(beyond, 0) + np.abs(outward) * half + 0.03 * reach
    )
    room = (half[:, None] + half[None]) * 0.9
    for _ in range(120):  # up and down only: labels are wide and low
        apart = places[:, None] - places[None]
        overlap = (np.abs(apart) < room).all(axis=-1) & ~np.eye(len(places), dtype=bool)
        push = np.where(overlap, np.sign(apart[..., 1]) * (room - np.abs(apart))[..., 1], 0.0)
        places[:, 1] += 0.15 * push.sum(axis=1)
    return places


def _by_layer(
    axis: Axes,
    result: Result,
    names: tuple[str, ...],
    chosen: Callable[[LayerResult], Measured | Estimate],
) -> None:
    """One line a category with its interval; the band holds 95% of shuffled orders."""
    for name in names:
        found = result.categories[name]
        layers = [at.layer for at in found.layers]
        every = [chosen(at) for at in found.layers]
        estimates = [each.estimate if isinstance(each, Measured) else each for each in every]
        nulls = [each.null for each in every if isinstance(each, Measured)]
        if nulls and found.shape == "cyclic":
            low, high = [null.low for null in nulls], [null.high for null in nulls]
            axis.fill_between(layers, low, high, color=plot_style.FAINT, linewidth=0)
        colour = plot_style.SHAPES[found.shape]
        low, high = [e.low for e in estimates], [e.high for e in estimates]
        axis.fill_between(layers, low, high, color=colour, alpha=0.25, linewidth=0)
        axis.plot(layers, [e.mean for e in estimates], color=colour)
    axis.axvline(result.focus, color=plot_style.INK, linewidth=0.8, linestyle=":")
    axis.set_xlim(0, layers[-1])


def _legend(figure: Figure, result: Result) -> None:
    """Above the panels: the three kinds of word, and the band."""
    names = {"cyclic": "calendar", "ordered": "numbers", "unordered": "animals"}
    handles = [
        plt.Line2D([], [], color=plot_style.SHAPES[shape], label=name)
        for shape, name in names.items()
    ]
    handles.append(
        plt.Rectangle((0, 0), 1, 1, color=plot_style.FAINT, label="calendar, shuffled (95%)")
    )
    figure.legend(handles=handles, loc="outside upper left", ncols=4)


def _closed(figure: Figure) -> Figure:
    """Out of pyplot's hands, so that a page shows it once and nothing piles up."""
    plt.close(figure)
    return figure
