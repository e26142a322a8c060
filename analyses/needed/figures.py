"""The study's figures, from its recorded result. No model, no torch."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from analyses.needed.result import CategoryResult, Part, Result
from lab.pages import plot_style
from lab.stats.estimates import Measured

CALENDAR = ("days", "months")
PARTS = {
    "cluster": "what the cluster writes",
    "inside": "rest, inside its span",
    "outside": "rest, outside its span",
    "others": "other latents",
    "missed": "autoencoder's error",
}


def shares(result: Result) -> Figure:
    """Each latent's Shapley value with its interval, and how often a smallest subset holds it."""
    plot_style.apply()
    most = max(len(result.categories[name].members) for name in CALENDAR)
    figure, axes = plt.subplots(1, 2, figsize=(plot_style.WIDTH, 1.5 + 0.27 * most), sharex=True)
    for axis, name in zip(axes, CALENDAR, strict=True):
        _shares(axis, result.categories[name])
    axes[0].set_ylabel("latent")
    figure.supxlabel("Shapley value: share of the held-out R²", fontsize=9.5)
    handles = [
        plt.Line2D([], [], color=plot_style.BLUE, marker="o", label="in the smallest subset"),
        plt.Line2D([], [], color=plot_style.BLUE, marker="o", mfc="none", label="not in it"),
        plt.Rectangle((0, 0), 1, 1, color=plot_style.FAINT, label="shuffled calendars (95%)"),
    ]
    figure.legend(handles=handles, loc="outside upper left", ncols=3)
    return _closed(figure)


def sizes(result: Result) -> Figure:
    """R² by the size of the subset: all subsets where they are known, and the greedy path."""
    plot_style.apply()
    figure, axes = plt.subplots(1, 2, figsize=(plot_style.WIDTH, 3.0), sharey=True)
    for axis, name in zip(axes, CALENDAR, strict=True):
        _sizes(axis, result.categories[name], result.kept)
    axes[0].set_ylabel("held-out R²")
    return _closed(figure)


def parts(result: Result) -> Figure:
    """Where the difference between words lies, and what can be read in each part."""
    plot_style.apply()
    figure, axes = plt.subplots(1, 3, figsize=(plot_style.WIDTH, 3.6), sharey=True)
    for row, name in enumerate(result.categories):
        _part_row(axes, result.categories[name], row, len(result.categories))
    axes[0].set_yticks(range(len(PARTS)), list(PARTS.values()))
    axes[0].invert_yaxis()
    axes[0].set(xlabel="share of what differs\nbetween words", xlim=(0, None))
    axes[1].set(xlabel="held-out words\ntold apart", xlim=(0, 1.04))
    axes[2].set(xlabel="plane → circle,\nheld-out R²", xlim=(-0.3, 1.04))
    handles = [
        plt.Line2D([], [], marker="o", linestyle="", color=colour, label=found.title)
        for found, colour in zip(result.categories.values(), _colours(result), strict=True)
    ]
    handles.append(plt.Line2D([], [], color=plot_style.FAINT, linewidth=5, label="shuffled (95%)"))
    figure.legend(handles=handles, loc="outside upper left", ncols=5)
    return _closed(figure)


def _shares(axis: Axes, found: CategoryResult) -> None:
    order = np.argsort([-member.shapley.estimate.mean for member in found.members])
    for row, place in enumerate(order):
        member = found.members[int(place)]
        value, null = member.shapley.estimate, member.shapley.null
        axis.fill_betweenx(
            [row - 0.38, row + 0.38], null.low, null.high, color=plot_style.FAINT, linewidth=0
        )
        axis.plot([value.low, value.high], [row, row], color=plot_style.BLUE, linewidth=1.4)
        fill = plot_style.BLUE if int(place) in found.smallest.members else plot_style.LIGHT_PAGE
        axis.plot(value.mean, row, "o", color=plot_style.BLUE, markerfacecolor=fill, markersize=5)
        axis.text(
            1.0,
            row,
            f"{member.in_smallest:.0%}",
            transform=axis.get_yaxis_transform(),
            ha="right",
            va="center",
            fontsize=8,
        )
    axis.axvline(0, color=plot_style.INK, linewidth=0.8)
    axis.set_yticks(range(len(order)), [str(found.members[int(place)].latent) for place in order])
    axis.set_ylim(len(order) - 0.4, -0.6)
    axis.set_title(found.title)
    axis.margins(x=0.2)


def _sizes(axis: Axes, found: CategoryResult, kept: float) -> None:
    whole = found.path[-1].probe
    if len(found.table.probe):
        codes = np.arange(1, len(found.table.probe) + 1)
        counts = np.array([int(code).bit_count() for code in codes])
        shift = ((codes * 0.618) % 1 - 0.5) * 0.5  # side by side, the same on every drawing
        axis.scatter(
            counts + shift, found.table.probe, s=5, color=plot_style.INK, alpha=0.5, linewidths=0
        )
    size = np.arange(1, len(found.path) + 1)
    axis.plot(size, [each.probe for each in found.path], color=plot_style.BLUE, label="greedy")
    axis.plot(
        size,
        [each.plane for each in found.path],
        color=plot_style.VERMILION,
        linestyle="--",
        label="greedy, from the plane",
    )
    axis.axhline(kept * whole, color=plot_style.INK, linewidth=0.8, linestyle=":")
    axis.plot(
        len(found.smallest.members),
        found.smallest.probe,
        "o",
        color=plot_style.BLUE,
        markersize=8,
        markerfacecolor="none",
    )
    axis.set(xlabel="latents in the subset", title=found.title, ylim=(-0.35, 1.02))
    axis.xaxis.set_major_locator(MaxNLocator(integer=True))
    axis.legend(loc="lower right")


def _part_row(axes: Sequence[Axes], found: CategoryResult, row: int, rows: int) -> None:
    colour = list(plot_style.cyclic(rows))[row] if rows > len(COLOURS) else COLOURS[row]
    for place, part in enumerate(PARTS):
        at = place + (row - (rows - 1) / 2) * 0.19
        each: Part = found.parts[part]
        chosen: list[Callable[[Part], Measured]] = [lambda p: p.named, lambda p: p.plane_probe]
        between = each.difference
        axes[0].plot([between.low, between.high], [at, at], color=colour, linewidth=1.4)
        axes[0].plot(between.mean, at, "o", color=colour, markersize=4)
        for axis, measure in zip(axes[1:], chosen, strict=True):
            value = measure(each)
            axis.plot(
                [value.null.low, value.null.high],
                [at, at],
                color=plot_style.FAINT,
                linewidth=5,
                solid_capstyle="butt",
            )
            axis.plot(
                [value.estimate.low, value.estimate.high], [at, at], color=colour, linewidth=1.4
            )
            axis.plot(value.estimate.mean, at, "o", color=colour, markersize=4)


COLOURS = (plot_style.BLUE, plot_style.GREEN, plot_style.VERMILION, plot_style.INK)


def _colours(result: Result) -> tuple[str, ...]:
    return COLOURS[: len(result.categories)]


def _closed(figure: Figure) -> Figure:
    """Out of pyplot's hands, so that a page shows it once and nothing piles up."""
    plt.close(figure)
    return figure
