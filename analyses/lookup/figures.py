"""The study's figures, from its recorded result. No model, no torch."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analyses.lookup.result import LOOKUP, ROUTES, CategoryResult, Result
from lab.pages import plot_style

MARKS = {"look-up": "o", "spectral": "s", "graph": "^"}
COLOURS = {"look-up": plot_style.BLUE, "spectral": plot_style.VERMILION, "graph": plot_style.GREEN}


def overlaps(result: Result) -> Figure:
    """Jaccard of each look-up set with its best cluster, beside random latents."""
    plot_style.apply()
    found = [each for each in result.categories.values() if each.met]
    figure, axis = plt.subplots(figsize=(plot_style.WIDTH, 1.3 + 0.24 * len(found)))
    for row, each in enumerate(found):
        for shift, (method, met) in zip((-0.17, 0.17), each.met.items(), strict=True):
            null = met.jaccard.null
            axis.plot(
                [null.low, null.high],
                [row + shift] * 2,
                color=plot_style.FAINT,
                linewidth=5,
                solid_capstyle="butt",
            )
            axis.plot(
                met.jaccard.value,
                row + shift,
                MARKS[method],
                color=COLOURS[method],
                markersize=5,
            )
    names = [f"{each.title} ({len(each.found)})" for each in found]
    axis.set_yticks(range(len(found)), names)
    axis.set_ylim(len(found) - 0.4, -0.6)
    axis.set(xlabel="Jaccard index with the best cluster (1: the same set)")
    axis.set_xlim(left=-0.005)
    handles = [
        plt.Line2D([], [], marker=MARKS[m], linestyle="", color=COLOURS[m], label=f"{m} clusters")
        for m in result.clusterings
    ]
    handles.append(
        plt.Line2D([], [], color=plot_style.FAINT, linewidth=5, label="random latents (95%)")
    )
    figure.legend(handles=handles, loc="outside upper left", ncols=3)
    return _closed(figure)


def scores(result: Result) -> Figure:
    """(1 - M)·S of every category by every route, less the mean of random latents, and R²."""
    plot_style.apply()
    found = [each for each in result.categories.values() if each.shapes]
    figure, axes = plt.subplots(
        1, 2, figsize=(plot_style.WIDTH, 1.3 + 0.24 * len(found)), sharey=True
    )
    for row, each in enumerate(found):
        for route, shape in each.shapes.items():
            judged, shift = each.judged[route], 0.22 * (ROUTES.index(route) - 1)
            for axis, value, passed in (
                (axes[0], shape.score.value - shape.score.null.mean, judged.irreducible),
                (axes[1], shape.plane_probe.estimate.mean, judged.in_order),
            ):
                axis.plot(
                    value,
                    row + shift,
                    MARKS[route],
                    color=COLOURS[route],
                    markerfacecolor=COLOURS[route] if passed else "none",
                    markersize=4.5,
                )
    axes[0].set_yticks(range(len(found)), [each.title for each in found])
    axes[0].set_ylim(len(found) - 0.4, -0.6)
    axes[0].axvline(0, color=plot_style.INK, linewidth=0.8)
    axes[1].axvline(0, color=plot_style.INK, linewidth=0.8)
    axes[0].set(xlabel="(1 − M)·S beyond random latents, bits")
    axes[1].set(xlabel="plane → circle, held-out R²", xlim=(-0.1, 1.02))
    handles = [
        plt.Line2D([], [], marker=MARKS[r], linestyle="", color=COLOURS[r], label=r) for r in ROUTES
    ]
    handles.append(
        plt.Line2D(
            [], [], marker="o", linestyle="", color=plot_style.INK, label="filled: beyond chance"
        )
    )
    figure.legend(handles=handles, loc="outside upper left", ncols=4)
    return _closed(figure)


def planes(result: Result, names: tuple[str, ...]) -> Figure:
    """What the look-up sets of some categories write, in the plane of their class means."""
    plot_style.apply()
    rows = -(-len(names) // 4)
    figure, axes = plt.subplots(rows, 4, figsize=(plot_style.WIDTH, 2.1 * rows), squeeze=False)
    for axis in axes.flat:
        axis.set_axis_off()
    for axis, name in zip(axes.flat, names, strict=False):
        _plane(axis, result.categories[name])
    return _closed(figure)


def _plane(axis: Axes, found: CategoryResult) -> None:
    axis.set_title(found.title, fontsize=9)
    if LOOKUP not in found.shapes:
        axis.text(0.5, 0.5, "no latents", transform=axis.transAxes, ha="center", fontsize=8)
        return
    points = np.array(found.shapes[LOOKUP].points)
    points -= points.mean(axis=0)
    points /= np.abs(points).max()
    ring = np.concatenate([points, points[:1]]).T
    axis.plot(*ring[:, :-1], color=plot_style.INK, linewidth=0.8)
    axis.plot(*ring[:, -2:], color=plot_style.INK, linewidth=0.8, linestyle=(0, (2, 2)))
    axis.scatter(points[:, 0], points[:, 1], s=16, c=plot_style.cyclic(len(points)), zorder=3)
    places = range(1, len(points) + 1)
    labels = [str(place) for place in places] if found.shape == "ordered" else found.labels
    for label, (x, y) in zip(labels, points, strict=True):
        far = max(float(np.hypot(x, y)), 1e-9)
        axis.text(
            x + 0.24 * x / far, y + 0.2 * y / far, label, ha="center", va="center", fontsize=6.5
        )
    axis.set(xlim=(-1.5, 1.5), ylim=(-1.4, 1.4), aspect="equal")


def _closed(figure: Figure) -> Figure:
    """Out of pyplot's hands, so that a page shows it once and nothing piles up."""
    plt.close(figure)
    return figure
