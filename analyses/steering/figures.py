"""Figures in which every item is visible, from the recorded result. No model, no torch."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analyses.steering.result import ConceptFound, Result
from analyses.steering.slopes import slopes
from lab.pages import plot_style
from lab.stats.estimates import Floats

# Of each format: how it is called, its colour and its mark.
FORMATS = {
    "choice": ("letters A and B", plot_style.VERMILION, "o"),
    "yes/no": ("Yes and No", plot_style.GREEN, "^"),
    "free-text": ("free text", plot_style.BLUE, "s"),
}
LEVELS = ((plot_style.VERMILION, "o"), (plot_style.BLUE, "s"))  # A or Yes; B or No
SEED = 0  # of the sideways scatter that keeps points apart


def item_slopes(result: Result, name: str, variant: str | None = None) -> Floats:
    """A concept's slopes at the focus layer, (item,): of the sweep, or of one variant."""
    sheet = result.sheet
    at = next(place for place, each in enumerate(sheet.concepts) if each.name == name)
    rows = len(sheet.concepts[at].rows)
    if variant is not None:
        return slopes(sheet.varied[at, sheet.variants.index(variant), :rows], sheet.few)
    focus = sheet.layers.index(sheet.focus)
    return slopes(sheet.propensity[at, focus, :rows], sheet.multipliers)


def ordered(result: Result) -> list[ConceptFound]:
    """Concepts by format, within a format by mean slope, the largest first."""
    places = list(FORMATS)
    return sorted(
        result.summary.concepts,
        key=lambda c: (places.index(c.format), -c.at(result.sheet.focus).slope.estimate.mean),
    )


def items(result: Result) -> Figure:
    """Every item's slope, by concept; mean and standard deviation beside; the share at or below 0."""
    plot_style.apply()
    answers = [each for each in ordered(result) if each.format != "free-text"]
    words = [each for each in ordered(result) if each.format == "free-text"]
    figure, axes = plt.subplots(
        2,
        1,
        figsize=(plot_style.WIDTH, 0.42 * (len(answers) + len(words)) + 1.7),
        height_ratios=[len(answers) + 0.4, len(words) + 0.4],
    )
    for axis, group in zip(axes, (answers, words), strict=True):
        _strips(axis, result, group)
    axes[-1].set_xlabel("slope of the item, nats per unit of the vector")
    legend(figure)
    return closed(figure)


def by_letter(result: Result) -> Figure:
    """Every item's slope, apart by its answer's letter (or Yes and No), for two vectors."""
    plot_style.apply()
    chosen = [each for each in ordered(result) if each.format != "free-text"]
    figure, axes = plt.subplots(
        1, 2, figsize=(plot_style.WIDTH, 0.5 * len(chosen) + 1.2), sharey=True
    )
    vectors = {"Balanced vector": None, "Extracted with one letter": "skewed"}
    for axis, (title, variant) in zip(axes, vectors.items(), strict=True):
        for place, found in enumerate(chosen):
            _apart(axis, result, found, place, item_slopes(result, found.name, variant))
        axis.axvline(0, color=plot_style.INK, linewidth=0.8, linestyle=":")
        axis.set(title=title, xlabel="slope of the item, nats per unit")
    axes[0].set_yticks(range(len(chosen)), [each.title for each in chosen])
    axes[0].set_ylim(len(chosen) - 0.4, -0.6)
    handles = [
        plt.Line2D([], [], color=colour, marker=marker, linestyle="", markersize=5)
        for colour, marker in LEVELS
    ]
    names = ["the concept’s answer is A (or Yes)", "it is B (or No)"]
    figure.legend(handles, names, loc="outside upper left", ncols=2, handletextpad=0.2)
    return closed(figure)


def doses(result: Result) -> Figure:
    """What each dose does to every item's propensity, by concept; the mean drawn heavier."""
    plot_style.apply()
    every = ordered(result)
    columns = 4
    rows = -(-len(every) // columns)
    figure, axes = plt.subplots(
        rows, columns, figsize=(plot_style.WIDTH, 1.75 * rows + 0.6), sharex=True, squeeze=False
    )
    for axis, each in zip(axes.flat, every, strict=False):
        _response(axis, result, each)
    for axis in axes.flat[len(every) :]:
        axis.axis("off")
    figure.supxlabel("multiplier of the vector", fontsize=9.5)
    figure.supylabel("change of propensity, nats", fontsize=9.5)
    legend(figure)
    return closed(figure)


def _strips(axis: Axes, result: Result, group: Sequence[ConceptFound]) -> None:
    rng = np.random.default_rng(SEED)
    every = [item_slopes(result, each.name) for each in group]
    low, high = min(0.0, *map(np.min, every)), max(0.0, *map(np.max, every))
    reach = 0.04 * (high - low)
    for place, (found, own) in enumerate(zip(group, every, strict=True)):
        _, colour, marker = FORMATS[found.format]
        up = place + rng.uniform(-0.26, 0.26, len(own))
        axis.scatter(own, up, s=12, color=colour, marker=marker, alpha=0.55, linewidths=0)
        at = found.at(result.sheet.focus)
        mean, sd = at.slope.estimate.mean, at.variance.mean**0.5
        axis.errorbar(
            mean,
            place,
            xerr=sd,
            color=plot_style.INK,
            capsize=3.5,
            marker="|",
            markersize=11,
            linewidth=1.5,
        )
        axis.text(
            high + 3 * reach, place, f"{at.anti.mean:.0%}", va="center", ha="left", fontsize=8.5
        )
    axis.text(high + 3 * reach, -0.75, "≤ 0", ha="left", fontsize=8.5)
    axis.axvline(0, color=plot_style.INK, linewidth=0.8, linestyle=":")
    axis.set_yticks(range(len(group)), [each.title for each in group])
    axis.set(ylim=(len(group) - 0.5, -0.6), xlim=(low - reach, high + 2 * reach))


def _apart(axis: Axes, result: Result, found: ConceptFound, place: int, own: Floats) -> None:
    """One concept's items in two strips, by the label that its vector must not be about."""
    rng = np.random.default_rng(SEED)
    concept = next(each for each in result.sheet.concepts if each.name == found.name)
    first = np.array([(row.order or row.yes_no) in {"A", "Yes"} for row in concept.rows])
    for here, (colour, marker), shift in zip((first, ~first), LEVELS, (-0.2, 0.2), strict=True):
        up = place + shift + rng.uniform(-0.13, 0.13, int(here.sum()))
        axis.scatter(own[here], up, s=12, color=colour, marker=marker, alpha=0.65, linewidths=0)


def _response(axis: Axes, result: Result, found: ConceptFound) -> None:
    sheet = result.sheet
    at = next(place for place, each in enumerate(sheet.concepts) if each.name == found.name)
    rows, focus = len(sheet.concepts[at].rows), sheet.layers.index(sheet.focus)
    answers = sheet.propensity[at, focus, :rows].astype(float)
    change = answers - answers[:, [sheet.multipliers.index(0.0)]]
    colour = FORMATS[found.format][1]
    axis.axvspan(-1.5, 1.5, color=plot_style.FAINT, linewidth=0)
    axis.plot(sheet.multipliers, change.T, color=colour, linewidth=0.5, alpha=0.35)
    axis.plot(sheet.multipliers, change.mean(axis=0), color=plot_style.INK, linewidth=2)
    axis.axhline(0, color=plot_style.INK, linewidth=0.8, linestyle=":")
    axis.set_title(found.title, fontsize=8.5)
    axis.locator_params(axis="y", nbins=4)
    axis.tick_params(labelsize=7.5)


def legend(figure: Figure) -> None:
    """Above the panels: the formats."""
    handles = [
        plt.Line2D([], [], color=colour, marker=marker, linestyle="", markersize=5)
        for _, colour, marker in FORMATS.values()
    ]
    names = [name for name, *_ in FORMATS.values()]
    figure.legend(handles, names, loc="outside upper left", ncols=3, handletextpad=0.2)


def closed(figure: Figure) -> Figure:
    """Out of pyplot's hands, so that a page shows it once and nothing piles up."""
    plt.close(figure)
    return figure
