"""The study's figures, from its recorded result. No model, no torch."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analyses.latents.result import (
    CLUSTER,
    DECODED,
    LOOKUP,
    PLANES,
    RANDOM,
    RAW,
    SMALL,
    SPECTRAL,
    TRAINED,
    UNTRAINED,
    CategoryResult,
    Ranking,
    Result,
    Route,
)
from lab.pages import plot_style

CALENDAR = ("days", "months")
RANKED = ("days", "months", "years")  # by the paper
ROUTES = {RAW: "residual stream", DECODED: "all latents", LOOKUP: "looked-up latents"}
COLOURS = {
    RAW: plot_style.INK,
    DECODED: plot_style.BLUE,
    LOOKUP: plot_style.VERMILION,
    CLUSTER: plot_style.GREEN,
}
NAMES = {**ROUTES, CLUSTER: "spectral cluster"}


def calendar(result: Result) -> Figure:
    """Weekdays and months in the plane of what each route writes at them."""
    plot_style.apply()
    figure, axes = plt.subplots(2, 3, figsize=(plot_style.WIDTH, 5.1))
    for row, name in zip(axes, CALENDAR, strict=True):
        found = result.categories[name]
        for axis, (route, title) in zip(row, ROUTES.items(), strict=True):
            _ring(axis, found, found.routes.get(route))
            if name == CALENDAR[0]:
                axis.set_title(title.capitalize())
    figure.supxlabel("along the plane of the class means, in units of the residual stream")
    return _closed(figure)


def others(result: Result) -> Figure:
    """The other categories in the plane of what their looked-up latents write."""
    plot_style.apply()
    names = [name for name in result.categories if name not in CALENDAR]
    columns = 3
    rows = -(-len(names) // columns)
    figure, axes = plt.subplots(
        rows, columns, figsize=(plot_style.WIDTH, 2.45 * rows), squeeze=False
    )
    for axis, name in zip(axes.flat, names, strict=False):
        found = result.categories[name]
        _ring(axis, found, found.routes.get(LOOKUP))
        axis.set_title(found.title)
    for axis in list(axes.flat)[len(names) :]:
        axis.set_visible(False)
    figure.supxlabel("along the plane of the class means, in units of the residual stream")
    return _closed(figure)


def _ring(axis: Axes, found: CategoryResult, route: Route | None) -> None:
    """Class means joined in order, the last to the first where the order is a cycle."""
    axis.set_aspect("equal", "datalim")
    axis.set(xticks=[], yticks=[])
    axis.spines[["left", "bottom"]].set_visible(False)
    axis.margins(0.2)
    if route is None:
        axis.text(0.5, 0.5, "fewer than two\nlatents", ha="center", transform=axis.transAxes)
        return
    means = np.array(route.planes[PLANES[0]].means)
    path = np.concatenate([means, means[:1]]) if found.shape == "cyclic" else means
    axis.plot(*path.T, color=plot_style.FAINT, linewidth=1)
    cyclic = found.shape == "cyclic"
    colours = plot_style.cyclic(len(means)) if cyclic else [plot_style.BLUE] * len(means)
    axis.scatter(means[:, 0], means[:, 1], s=26, c=colours, linewidths=0, zorder=3)
    away = means - means.mean(axis=0)
    away /= np.maximum(np.linalg.norm(away, axis=1, keepdims=True), 1e-9)
    for label, at, push in zip(found.labels, means, away, strict=True):
        axis.annotate(
            label,
            at,
            xytext=7.5 * push,
            textcoords="offset points",
            ha="center",
            va="center",
            fontsize=7.5,
        )


def probes(result: Result) -> Figure:
    """Held-out R² of the order from the plane, by category and route, with shuffled orders."""
    plot_style.apply()
    names = list(result.categories)
    figure, axis = plt.subplots(figsize=(plot_style.WIDTH, 0.52 * len(names) + 1.1))
    for place, name in enumerate(names):
        routes = result.categories[name].routes
        for shift, (route, colour) in zip((-0.27, -0.09, 0.09, 0.27), COLOURS.items(), strict=True):
            if route not in routes:
                continue
            measured = routes[route].planes[PLANES[0]].probe
            estimate, null = measured.estimate, measured.null
            at = place + shift
            axis.plot([null.low, null.high], [at, at], color=plot_style.FAINT, linewidth=5)
            axis.plot([estimate.low, estimate.high], [at, at], color=colour, linewidth=1.6)
            axis.scatter([estimate.mean], [at], s=20, color=colour, linewidths=0, zorder=3)
    axis.axvline(0, color=plot_style.INK, linewidth=0.8, linestyle=":")
    axis.set_yticks(range(len(names)), [result.categories[name].title for name in names])
    axis.set(
        xlabel="R² of the place in the order, from the plane, held-out beginnings",
        xlim=(None, 1.03),
        ylim=(len(names) - 0.45, -0.55),
    )
    handles = [
        plt.Line2D([], [], color=colour, marker="o", markersize=4.5) for colour in COLOURS.values()
    ]
    figure.legend(handles, [NAMES[route] for route in COLOURS], loc="outside upper left", ncols=4)
    return _closed(figure)


def ranking(result: Result) -> Figure:
    """All clusters by score, the categories' marked, against those that mean nothing."""
    plot_style.apply()
    figure, axes = plt.subplots(2, 1, figsize=(plot_style.WIDTH, 6.4))
    pairs = ((TRAINED, RANDOM), (SMALL, UNTRAINED))
    names = (
        ("shipped autoencoder", "random directions"),
        ("small autoencoder", "small autoencoder, untrained model"),
    )
    for axis, conditions, labels in zip(axes, pairs, names, strict=True):
        for condition, label, colour in zip(
            conditions, labels, (plot_style.BLUE, plot_style.VERMILION), strict=True
        ):
            found = result.search(condition).rankings[SPECTRAL]
            axis.plot(np.arange(1, found.scored + 1), found.scores, color=colour, label=label)
            if condition != UNTRAINED:
                _mark(axis, result, found)
        axis.set(ylabel="(1 − M)·S, bits", xlim=(0, None), ylim=(0, None))
        axis.legend(loc="upper right")
    axes[1].set_xlabel("rank of the cluster")
    return _closed(figure)


def _mark(axis: Axes, result: Result, found: Ranking) -> None:
    """A dot where a category's cluster stands, with a name for those the paper ranks."""
    height, named = float(found.scores.max()), 0
    for name, each in sorted(found.marked.items(), key=lambda pair: pair[1].rank):
        if not each.rank or each.holds < 2 or result.categories[name].shape == "unordered":
            continue
        at = (each.rank, float(found.scores[each.rank - 1]))
        ranked = name in RANKED
        axis.scatter(*at, s=34 if ranked else 14, color=plot_style.INK, linewidths=0, zorder=3)
        if ranked:
            named += 1  # each name a line above the last: neighbours would print over one another
            axis.annotate(
                result.categories[name].title.lower(),
                at,
                xytext=(at[0], at[1] + (0.12 + 0.09 * named) * height),
                fontsize=8.5,
                ha="right",
                arrowprops={
                    "arrowstyle": "-",
                    "color": plot_style.INK,
                    "linewidth": 0.6,
                    "relpos": (1, 0),
                },
            )


def _closed(figure: Figure) -> Figure:
    """Taken out of pyplot's keeping, so that a page shows it once."""
    plt.close(figure)
    return figure


__all__: Sequence[str] = ("calendar", "others", "probes", "ranking")
