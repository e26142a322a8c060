"""The simulation's figures, from its recorded result. No model, no torch."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from analyses.trimming.result import At, Reported, Result
from lab.pages import plot_style

# Of each way of reporting: how it is called, its colour, its line and its mark.
WAYS = {
    "uncorrected": ("no correction", plot_style.VERMILION, "-", "o"),
    "cuts_shown": ("for the cuts shown", plot_style.VERMILION, (0, (3, 2)), "o"),
    "benjamini_hochberg": ("Benjamini–Hochberg, all looked at", plot_style.BLUE, (0, (3, 2)), "s"),
    "holm": ("Holm, all looked at", plot_style.BLUE, "-", "s"),
    "held_out": ("tested on held-out items", plot_style.GREEN, "-", "^"),
}
NOMINAL = 0.05


def example(result: Result) -> Figure:
    """One study, cut by cut: every item that is left, and the same rule on new items."""
    plot_style.apply()
    figure, axis = plt.subplots(figsize=(plot_style.WIDTH, 3.5))
    rng = np.random.default_rng(0)
    last = len(result.example) - 1
    for place, step in enumerate(result.example):
        slopes = np.array(step.slopes)
        colour = (
            plot_style.GREEN if place == last else plot_style.VERMILION if place else plot_style.INK
        )
        across = place + rng.uniform(-0.24, 0.24, len(slopes))
        axis.scatter(across, slopes, s=13, color=colour, alpha=0.75, linewidths=0)
        middle, spread = slopes.mean(), slopes.std()
        axis.errorbar(
            place + 0.36, middle, yerr=spread, color=colour, capsize=3, marker="_", linewidth=1.6
        )
        axis.text(place, 3.95, f"{len(slopes)} items", ha="center", va="top", fontsize=8.5)
    axis.axhline(0, color=plot_style.INK, linewidth=0.8, linestyle=":")
    names = [step.title.capitalize() for step in result.example]
    axis.set_xticks(range(len(names)), names)
    axis.set(
        ylabel="slope of the item,\nstandard deviations", ylim=(-3.6, 4.0), xlim=(-0.5, last + 0.6)
    )
    return _closed(figure)


def rates(result: Result) -> Figure:
    """False findings by number of factors tried: three claims, three worlds."""
    plot_style.apply()
    claims: list[tuple[str, Callable[[str], Sequence[tuple[int, Reported]]]]] = [
        ("“these vary less”\ntrimmed by variance", lambda w: _spread(result.worlds[w].variance)),
        ("“here it steers”\ntrimmed by variance", lambda w: _effect(result.worlds[w].variance)),
        ("“here it steers”\ntrimmed by sign", lambda w: _effect(result.worlds[w].anti)),
    ]
    figure, axes = plt.subplots(
        len(result.worlds), 3, figsize=(plot_style.WIDTH, 7.0), sharex=True, sharey=True
    )
    for axis, (claim, _) in zip(axes[0], claims, strict=True):
        axis.set_title(claim, fontsize=9)
    for row, (name, world) in zip(axes, result.worlds.items(), strict=True):
        for axis, (_, read) in zip(row, claims, strict=True):
            _lines(axis, read(name))
            axis.axhline(NOMINAL, color=plot_style.INK, linewidth=0.8, linestyle=":")
        row[0].set_ylabel(world.title)
    for axis in axes[-1]:
        axis.set_xlabel("factors tried")
    axes[0, 0].set_ylim(0, 1)
    axes[0, 0].yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    _legend(figure)
    figure.supylabel("studies with a false finding", fontsize=9.5)
    return _closed(figure)


def shrinking(result: Result) -> Figure:
    """How variable the kept items look, and how variable the rule's items are when new."""
    plot_style.apply()
    figure, axes = plt.subplots(
        1, len(result.worlds), figsize=(plot_style.WIDTH, 2.9), sharex=True, sharey=True
    )
    for axis, world in zip(axes, result.worlds.values(), strict=True):
        tried = [at.tried for at in world.variance]
        for name, colour, marker in (
            ("fresh", plot_style.GREEN, "^"),
            ("apparent", plot_style.VERMILION, "o"),
        ):
            spans = [getattr(at, f"{name}_span") for at in world.variance]
            low, high = zip(*spans, strict=True)
            axis.fill_between(tried, low, high, color=colour, alpha=0.18, linewidth=0)
            means = [getattr(at, name).mean for at in world.variance]
            axis.plot(tried, means, color=colour, marker=marker, markersize=4)
        axis.axhline(1, color=plot_style.INK, linewidth=0.8, linestyle=":")
        axis.set(title=world.title.capitalize(), xlabel="factors tried")
        _doubling(axis, tried)
    axes[0].set(ylabel="variance of what is kept,\nshare of all items’", ylim=(0, 2.6))
    handles = [
        plt.Line2D([], [], color=plot_style.VERMILION, marker="o", markersize=4),
        plt.Line2D([], [], color=plot_style.GREEN, marker="^", markersize=4),
    ]
    figure.legend(
        handles,
        ["the items that were trimmed", "new items, same rule"],
        loc="outside upper left",
        ncols=2,
    )
    return _closed(figure)


def power(result: Result) -> Figure:
    """How often the one real factor is found, by number of factors tried."""
    plot_style.apply()
    figure, axis = plt.subplots(figsize=(plot_style.WIDTH, 3.3))
    _lines(axis, [(each.tried, each.found) for each in result.power])
    axis.set(xlabel="factors tried, one of them real", ylabel="studies that report it", ylim=(0, 1))
    axis.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    _legend(figure)
    return _closed(figure)


def _spread(every: Sequence[At]) -> list[tuple[int, Reported]]:
    return [(at.tried, at.spread) for at in every]


def _effect(every: Sequence[At]) -> list[tuple[int, Reported]]:
    return [(at.tried, at.effect) for at in every]


def _lines(axis: Axes, every: Sequence[tuple[int, Reported]]) -> None:
    """One line for each way of reporting, with its 95% interval."""
    tried = [number for number, _ in every]
    for way, (_, colour, line, marker) in WAYS.items():
        found = [getattr(reported, way) for _, reported in every]
        low, high = [each.low for each in found], [each.high for each in found]
        axis.fill_between(tried, low, high, color=colour, alpha=0.2, linewidth=0)
        axis.plot(
            tried,
            [each.mean for each in found],
            color=colour,
            linestyle=line,
            marker=marker,
            markersize=3.5,
            linewidth=1.5,
        )
    _doubling(axis, tried)


def _doubling(axis: Axes, tried: Sequence[int]) -> None:
    axis.set_xscale("log", base=2)
    axis.set_xticks(tried, [str(number) for number in tried])


def _legend(figure: Figure) -> None:
    handles = [
        plt.Line2D([], [], color=colour, linestyle=line, marker=marker, markersize=4, linewidth=1.5)
        for _, colour, line, marker in WAYS.values()
    ]
    names = [name for name, *_ in WAYS.values()]
    figure.legend(handles, names, loc="outside upper left", ncols=2)


def _closed(figure: Figure) -> Figure:
    """Out of pyplot's hands, so that a page shows it once and nothing piles up."""
    plt.close(figure)
    return figure
