"""Figures over concepts, layers and remedies, from the recorded result. No model, no torch."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from analyses.steering.figures import FORMATS, SEED, closed, legend, ordered
from analyses.steering.result import ConceptLayer, Remedy, Result
from analyses.steering.slopes import slopes
from lab.pages import plot_style
from lab.stats.estimates import Estimate

FACTORS = {
    "letter": "A or B",
    "yes_no": "Yes or No",
    "position": "place in its list",
    "length": "length of the prompt",
    "topic": "topic",
}
REMEDIES = {
    "mean": "plain vector",
    "loud": "plain vector, louder",
    "skewed": "extracted with one letter",
    "paired": "every item in both orders",
    "projected": "letter and Yes projected out",
    "pca": "first component",
    "probe": "probe’s direction",
    "spurious": "letter’s direction alone",
    "gated": "gate: steer or leave",
    "turned": "gate: steer or turn round",
}


def shares(result: Result) -> Figure:
    """What each factor explains of the slopes within concepts, over all and for each concept."""
    plot_style.apply()
    figure, axis = plt.subplots(figsize=(plot_style.WIDTH, 2.9))
    rng = np.random.default_rng(SEED)
    lettered = [each for each in result.summary.concepts if each.format == "choice"]
    for place, (name, share) in enumerate(result.summary.explained.shares.items()):
        null = share.null
        axis.fill_between(
            [null.low, null.high], place - 0.32, place + 0.32, color=plot_style.FAINT, linewidth=0
        )
        own = [s.explains.estimate.mean for c in lettered for s in c.by_factor if s.factor == name]
        up = place + rng.uniform(-0.18, 0.18, len(own))
        axis.scatter(own, up, s=18, color=plot_style.VERMILION, alpha=0.6, linewidths=0)
        found = share.estimate
        axis.errorbar(
            found.mean, place, xerr=[[found.mean - found.low], [found.high - found.mean]],
            color=plot_style.INK, marker="D", markersize=5, capsize=3.5, linewidth=1.5,
        )  # fmt: skip
    names = [FACTORS[name] for name in result.summary.explained.shares]
    axis.set_yticks(range(len(names)), names)
    axis.set(
        xlim=(-0.01, 1),
        ylim=(len(names) - 0.5, -0.5),
        xlabel="share of the slopes’ variance within concepts",
    )
    axis.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    handles = [
        plt.Line2D([], [], color=plot_style.INK, marker="D", markersize=5),
        plt.Line2D([], [], color=plot_style.VERMILION, marker="o", linestyle="", markersize=5),
        plt.Rectangle((0, 0), 1, 1, color=plot_style.FAINT),
    ]
    figure.legend(
        handles,
        ["all concepts", "one concept", "labels shuffled (95%)"],
        loc="outside upper left",
        ncols=3,
    )
    return closed(figure)


def layers(result: Result) -> Figure:
    """Mean slope, its spread, anti-steerable share and probe by layer, one line for each concept."""
    plot_style.apply()
    figure, axes = plt.subplots(2, 2, figsize=(plot_style.WIDTH, 5.0), sharex=True)
    rows: list[tuple[str, Callable[[ConceptLayer], tuple[float, float, float]]]] = [
        ("mean slope,\nnats per unit", lambda at: _ends(at.slope.estimate)),
        ("standard deviation of\nslopes, nats per unit", lambda at: _roots(_ends(at.variance))),
        ("anti-steerable share", lambda at: _ends(at.anti)),
        ("probe: answers told apart", lambda at: _ends(at.probe.estimate)),
    ]
    for axis, (label, read) in zip(axes.flat, rows, strict=True):
        for found in ordered(result):
            _, colour, marker = FORMATS[found.format]
            every = [read(at) for at in found.layers]
            places = [at.layer for at in found.layers]
            low, high = [e[1] for e in every], [e[2] for e in every]
            axis.fill_between(places, low, high, color=colour, alpha=0.1, linewidth=0)
            axis.plot(
                places,
                [e[0] for e in every],
                color=colour,
                marker=marker,
                markersize=3.5,
                linewidth=1.2,
                alpha=0.85,
            )
        axis.axvline(result.sheet.focus, color=plot_style.INK, linewidth=0.8, linestyle=":")
        axis.set_ylabel(label)
    axes[0, 0].axhline(0, color=plot_style.INK, linewidth=0.8, linestyle=":")
    for axis in axes[1]:
        axis.axhline(0.5, color=plot_style.INK, linewidth=0.8, linestyle=":")
        axis.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        axis.set(xlabel="layer", xticks=result.sheet.layers)
    legend(figure)
    return closed(figure)


def agreement(result: Result) -> Figure:
    """How far layers agree: which items are steerable, and where the vectors point."""
    plot_style.apply()
    figure, axes = plt.subplots(1, 2, figsize=(plot_style.WIDTH, 3.4))
    summary, names = result.summary, [str(layer) for layer in result.sheet.layers]
    for axis, title, values in (
        (axes[0], "Items: rank correlation", summary.items_agree),
        (axes[1], "Vectors: cosine", summary.vectors_agree),
    ):
        axis.imshow(values, cmap="RdBu_r", vmin=-1, vmax=1)
        for i, row in enumerate(values):
            for j, value in enumerate(row):
                ink = "#1a1d21" if abs(value) < 0.6 else "#ffffff"
                axis.text(
                    j,
                    i,
                    f"{value:.2f}".replace("0.", "."),
                    ha="center",
                    va="center",
                    fontsize=7.5,
                    color=ink,
                )
        axis.set_xticks(range(len(names)), names)
        axis.set_yticks(range(len(names)), names)
        axis.set(title=title, xlabel="layer")
        axis.spines[:].set_visible(False)
        axis.tick_params(length=0)
    axes[0].set_ylabel("layer")
    return closed(figure)


def transfer(result: Result) -> Figure:
    """Mean slopes without and with prompts: concepts left, every item right."""
    plot_style.apply()
    figure, axes = plt.subplots(1, 2, figsize=(plot_style.WIDTH, 3.5))
    sheet = result.sheet
    for found in ordered(result):
        at = next(p for p, each in enumerate(sheet.concepts) if each.name == found.name)
        _, colour, marker = FORMATS[found.format]
        count = sum(item < len(sheet.concepts[at].rows) for item in sheet.asked_items)
        every = slopes(sheet.asked[at, :, :count], sheet.few)
        bare, prompted = every[0], every[1:].mean(axis=0)
        axes[0].scatter(
            bare.mean(), prompted.mean(), s=34, color=colour, marker=marker, linewidths=0, alpha=0.9
        )
        axes[1].scatter(bare, prompted, s=9, color=colour, marker=marker, linewidths=0, alpha=0.5)
    for axis, title in zip(axes, ("Concepts", "Items"), strict=True):
        _diagonal(axis)
        axis.set(title=title, xlabel="slope without a prompt, nats")
    axes[0].set_ylabel("slope, mean over\nfour prompts, nats")
    legend(figure)
    return closed(figure)


def remedies(result: Result) -> Figure:
    """Each remedy on held-out items: a point for each concept, the mean with its interval."""
    plot_style.apply()
    found = [each for each in result.summary.remedies if each.name in REMEDIES]
    figure, axes = plt.subplots(
        1, 3, figsize=(plot_style.WIDTH, 0.4 * len(found) + 1.1), sharey=True
    )
    panels = (
        ("anti-steerable share", 2),
        ("standard deviation,\nnats per unit", 1),
        ("mean slope,\nnats per unit", 0),
    )
    for axis, (label, column) in zip(axes, panels, strict=True):
        _dots(axis, found, column)
        axis.set_xlabel(label)
    axes[0].axvline(0.5, color=plot_style.INK, linewidth=0.8, linestyle=":")
    axes[0].xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes[1].set_xscale("log")
    axes[2].axvline(0, color=plot_style.INK, linewidth=0.8, linestyle=":")
    axes[0].set_yticks(range(len(found)), [REMEDIES[each.name] for each in found])
    axes[0].set_ylim(len(found) - 0.5, -0.6)
    return closed(figure)


def linearity(result: Result) -> Figure:
    """What a probe reads and what a vector does, by concept."""
    plot_style.apply()
    figure, axes = plt.subplots(1, 2, figsize=(plot_style.WIDTH, 3.5), sharex=True)
    for found in ordered(result):
        at = found.at(result.sheet.focus)
        _, colour, marker = FORMATS[found.format]
        probe = at.probe.estimate
        for axis, value in zip(axes, (at.slope.estimate, at.anti), strict=True):
            axis.errorbar(
                probe.mean, value.mean, xerr=[[probe.mean - probe.low], [probe.high - probe.mean]],
                yerr=[[value.mean - value.low], [value.high - value.mean]], color=colour,
                marker=marker, markersize=5, linewidth=0.8,
            )  # fmt: skip
    axes[0].axhline(0, color=plot_style.INK, linewidth=0.8, linestyle=":")
    axes[0].set(ylabel="mean slope, nats per unit")
    axes[1].set(ylabel="anti-steerable share")
    axes[1].yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    for axis in axes:
        axis.set_xlabel("held-out answers that\na linear probe tells apart")
        axis.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    legend(figure)
    return closed(figure)


def _dots(axis: Axes, found: Sequence[Remedy], column: int) -> None:
    rng = np.random.default_rng(SEED)
    for place, each in enumerate(found):
        values = [value for row in each.by_concept if (value := row[column]) is not None]
        colour = plot_style.GREEN if each.name in {"gated", "turned"} else plot_style.VERMILION
        up = place + rng.uniform(-0.2, 0.2, len(values))
        axis.scatter(values, up, s=14, color=colour, alpha=0.6, linewidths=0)
        mean = (each.level, each.sd, each.anti)[column]
        axis.errorbar(
            mean.mean, place, xerr=[[mean.mean - mean.low], [mean.high - mean.mean]],
            color=plot_style.INK, marker="D", markersize=4, capsize=3, linewidth=1.4,
        )  # fmt: skip


def _ends(estimate: Estimate) -> tuple[float, float, float]:
    return estimate.mean, estimate.low, estimate.high


def _roots(ends: tuple[float, float, float]) -> tuple[float, float, float]:
    return ends[0] ** 0.5, ends[1] ** 0.5, ends[2] ** 0.5


def _diagonal(axis: Axes) -> None:
    low, high = (
        min(axis.get_xlim()[0], axis.get_ylim()[0]),
        max(axis.get_xlim()[1], axis.get_ylim()[1]),
    )
    axis.plot(
        [low, high], [low, high], color=plot_style.INK, linewidth=0.8, linestyle=":", zorder=0
    )
    axis.axhline(0, color=plot_style.FAINT, linewidth=0.8, zorder=0)
    axis.axvline(0, color=plot_style.FAINT, linewidth=0.8, zorder=0)
