"""The study's figures, from its recorded result. No model, no torch."""

from __future__ import annotations

import math
from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analyses.modular.result import Circle, Found, Model, Result
from lab.pages import plot_style

METHODS = {
    "spectral": (plot_style.BLUE, "o"),
    "graph": (plot_style.VERMILION, "s"),
    "graph, as in the code": (plot_style.GREEN, "^"),
}


def learning(result: Result) -> Figure:
    """Loss, accuracy and the embedding's share in key frequencies, by step."""
    plot_style.apply()
    figure, axes = plt.subplots(3, 1, figsize=(plot_style.WIDTH, 6.6), sharex=True)
    for model in result.models:
        curve = model.curve
        step = [each / 1000 for each in curve.step]
        axes[0].plot(step, curve.train_loss, color=plot_style.BLUE, linewidth=1)
        axes[0].plot(step, curve.test_loss, color=plot_style.VERMILION, linewidth=1)
        axes[1].plot(step, curve.train_accuracy, color=plot_style.BLUE, linewidth=1)
        axes[1].plot(step, curve.test_accuracy, color=plot_style.VERMILION, linewidth=1)
        axes[1].plot(step, curve.novel_accuracy, color=plot_style.GREEN, linewidth=1)
        axes[2].plot(step, curve.key_share, color=plot_style.INK, linewidth=1)
    axes[0].set(ylabel="loss, nats", yscale="log")
    axes[1].set(ylabel="accuracy, share", ylim=(-0.03, 1.03))
    axes[2].set(ylabel="embedding in key\nfrequencies, share", ylim=(0, 1.03))
    axes[2].set(xlabel="step, thousands", xlim=(0, result.models[0].curve.step[-1] / 1000))
    colours = (plot_style.BLUE, plot_style.VERMILION, plot_style.GREEN)
    names = ("training half", "test half", "of it, mirror unseen too")
    handles = [plt.Line2D([], [], color=colour) for colour in colours]
    figure.legend(handles, names, loc="outside upper left", ncols=3)
    return _closed(figure)


def spectra(result: Result) -> Figure:
    """Share of each frequency in each model's embedding."""
    plot_style.apply()
    count = len(result.models)
    figure, axes = plt.subplots(
        count, 1, figsize=(plot_style.WIDTH, 0.9 * count + 0.8), sharex=True
    )
    for axis, model in zip(axes, result.models, strict=True):
        every = np.arange(1, len(model.shares) + 1)
        colours = [plot_style.VERMILION if each in model.keys else plot_style.INK for each in every]
        axis.bar(every, model.shares, color=colours, width=0.7)
        axis.axhline(result.bar, color=plot_style.INK, linewidth=0.8, linestyle=":")
        axis.set(ylim=(0, 0.55), yticks=[0, 0.4])
        axis.text(
            0.995, 0.86, f"model {model.seed}", transform=axis.transAxes, ha="right", va="top"
        )
    axes[-1].set(xlabel="frequency, times round while the number runs through its cycle")
    axes[-1].set(xlim=(0.3, len(result.models[0].shares) + 0.7))
    figure.supylabel("share of the embedding's variance", fontsize=9.5)
    return _closed(figure)


def circles(result: Result, seed: int = 0) -> Figure:
    """One model's key planes; each number is joined to the next."""
    plot_style.apply()
    found = result.models[seed].circles
    figure, axes = plt.subplots(1, len(found), figsize=(plot_style.WIDTH, 2.35), squeeze=False)
    for axis, each in zip(axes.flat, found, strict=True):
        _circle(axis, each, result.modulus)
    figure.supxlabel("along the plane, in units of the embedding", fontsize=9.5)
    return _closed(figure)


def ablations(result: Result) -> Figure:
    """Loss over the whole table with parts of the embedding taken out or changed."""
    plot_style.apply()
    figure, axis = plt.subplots(figsize=(plot_style.WIDTH, 3.0))
    rows = ablation_rows(result)
    for place, (name, losses) in enumerate(rows.items()):
        spread = np.linspace(-0.16, 0.16, len(losses)) if len(losses) > 1 else [0.0]
        colour = plot_style.VERMILION if "key" in name else plot_style.BLUE
        axis.scatter(losses, place + np.asarray(spread), s=22, color=colour, linewidths=0)
    chance = math.log(result.modulus)
    axis.axvline(chance, color=plot_style.INK, linewidth=0.8, linestyle=":")
    axis.text(chance, -0.75, "uniform guess ", ha="right", va="center", fontsize=8.5)
    axis.set_yticks(range(len(rows)), list(rows))
    axis.set(xscale="log", xlabel="loss over the whole table, nats", ylim=(len(rows) - 0.4, -1.1))
    return _closed(figure)


def ablation_rows(result: Result) -> dict[str, list[float]]:
    """The losses behind `ablations`, by row: a value for each model or each key frequency."""
    every = [model.ablation for model in result.models]
    return {
        "nothing": [each.intact.loss for each in every],
        "other frequencies, as many": [each.without_others.loss for each in every],
        "all but the key ones": [each.only_keys.loss for each in every],
        "same change, elsewhere": [each.changed_elsewhere.loss for each in every],
        "one key frequency": [one.loss for each in every for one in each.without_one],
        "all key frequencies": [each.without_keys.loss for each in every],
    }


def ranking(result: Result) -> Figure:
    """Every cluster's index against how much of it is one frequency, as it is and one at a time."""
    plot_style.apply()
    conditions = ("as it is", "one circle at a time")
    figure, axes = plt.subplots(1, 2, figsize=(plot_style.WIDTH, 3.5), sharex=True, sharey=True)
    for axis, condition in zip(axes, conditions, strict=True):
        scores = random_scores(result, condition)
        axis.axvspan(*np.quantile(scores, [0.025, 0.975]), color=plot_style.FAINT, linewidth=0)
        for method, (colour, marker) in METHODS.items():
            found = clusters(result, condition, method)
            shows = [each for each in found if each.shows]
            x, y = [e.score for e in found], [e.explained for e in found]
            axis.scatter(x, y, s=16, color=colour, marker=marker, linewidths=0, alpha=0.8)
            axis.scatter(
                [each.score for each in shows],
                [each.explained for each in shows],
                s=110,
                facecolors="none",
                edgecolors=plot_style.INK,
            )
        axis.set(title=condition.capitalize(), xlabel="(1 − M)·S, bits", ylim=(-0.03, 1.03))
    axes[0].set_ylabel("R² of the cluster's\nbest single frequency")
    handles = [
        plt.Line2D([], [], color=colour, marker=marker, linestyle="")
        for colour, marker in METHODS.values()
    ]
    figure.legend(handles, list(METHODS), loc="outside upper left", ncols=3)
    return _closed(figure)


def pictures(result: Result) -> Figure:
    """What model 0's clusters write, in two components, coloured by their best frequency's angle."""
    plot_style.apply()
    figure, axes = plt.subplots(2, 4, figsize=(plot_style.WIDTH, 4.3))
    for row, condition in zip(axes, ("as it is", "one circle at a time"), strict=True):
        found = clusters(result, condition, "graph", models=result.models[:1])
        for axis, each in zip(row, found[:4], strict=False):
            _picture(axis, each, result.modulus)
        for axis in row[len(found) :]:
            axis.axis("off")
        row[0].set_ylabel(condition)
    figure.supxlabel("first two components of what a cluster writes, model's units", fontsize=9.5)
    return _closed(figure)


def clusters(
    result: Result, condition: str, method: str, models: Sequence[Model] = ()
) -> list[Found]:
    """Every cluster of one method in one condition, over models."""
    return [
        found
        for model in models or result.models
        for search in model.searches
        if search.condition == condition
        for found in search.clusters[method]
    ]


def random_scores(result: Result, condition: str) -> list[float]:
    """Scores of clusters of random directions in one condition, over models."""
    searches = [each for model in result.models for each in model.searches]
    return [s for each in searches if each.condition == condition for s in each.random_scores]


def _circle(axis: Axes, found: Circle, modulus: int) -> None:
    points = np.array(found.points)
    ring = np.concatenate([points, points[:1]])
    axis.plot(*ring.T, color=plot_style.INK, linewidth=0.35, alpha=0.6)
    order = found.frequency * np.arange(modulus) % modulus
    colours = plot_style.cyclic(modulus)
    axis.scatter(
        points[:, 0],
        points[:, 1],
        s=14,
        c=[colours[place] for place in order],
        linewidths=0,
        zorder=3,
    )
    for number in (0, 1, 2):
        x, y = points[number] * 1.22
        axis.text(x, y, str(number), ha="center", va="center", fontsize=8.5)
    reach = float(np.abs(points).max()) * 1.4
    axis.set(aspect="equal", xlim=(-reach, reach), ylim=(-reach, reach))
    axis.set_title(f"frequency {found.frequency}")
    axis.locator_params(nbins=3)


def _picture(axis: Axes, found: Found, modulus: int) -> None:
    points = np.array(found.points)
    colours = plot_style.cyclic(modulus)
    place = [found.frequency * value % modulus for value in found.sums]
    axis.scatter(points[:, 0], points[:, 1], s=6, c=[colours[each] for each in place], linewidths=0)
    reach = float(np.abs(points).max()) * 1.1
    axis.set(aspect="equal", xlim=(-reach, reach), ylim=(-reach, reach))
    axis.set_title(
        f"{found.size} latents\n$k$={found.frequency}, R² {found.explained:.2f}", fontsize=9
    )
    axis.locator_params(nbins=3)


def _closed(figure: Figure) -> Figure:
    plt.close(figure)
    return figure
