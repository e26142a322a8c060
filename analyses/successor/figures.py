"""The study's figures, from its recorded result. No model, no torch."""

from __future__ import annotations

from collections.abc import Callable

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analyses.successor.result import Effects, Result, TaskResult
from lab.pages import plot_style
from lab.stats.estimates import Estimate, Null

TASKS = ("days", "months", "numbers")
CYCLIC = ("days", "months")

Chosen = Callable[[Effects], Estimate]

# A share is drawn where the whole vector moves at least half of the way: of next to nothing,
# every share is noise.
READABLE = 0.5

PARTS: dict[str, tuple[str, str, Chosen]] = {
    "the plane": (plot_style.BLUE, "-", lambda at: at.plane.estimate),
    "everything but the plane": (plot_style.VERMILION, "-", lambda at: at.rest),
    "other directions that tell the words apart, at the plane's norm": (
        plot_style.GREEN, "-", lambda at: at.remainder,
    ),
    "the other kind's plane, at the plane's norm": (plot_style.INK, "--", lambda at: at.other_scaled),
}  # fmt: skip
ALONE: dict[str, tuple[str, str, Chosen]] = {
    "the word's plane coordinates": (plot_style.BLUE, "-", lambda at: at.alone.estimate),
    "everything but those": (plot_style.VERMILION, "-", lambda at: at.alone_rest),
    "the word's whole vector": (plot_style.INK, "-", lambda at: at.alone_whole),
}


def parts(result: Result) -> Figure:
    """What each part of the difference moves, as a share of the whole vector's effect."""
    plot_style.apply()
    figure, axes = plt.subplots(
        2, 3, figsize=(plot_style.WIDTH, 5.0), sharex=True, sharey="row", height_ratios=[2.2, 1]
    )
    for column, name in enumerate(TASKS):
        task = result.tasks[name]
        _lines(axes[0, column], task, PARTS, lambda at: at.plane.null, shares=True)
        axes[0, column].set_title(task.title)
        axes[0, column].set_ylim(-0.06, 0.82)
        whole = {"whole": (plot_style.INK, "-", lambda at: at.moved)}
        _lines(axes[1, column], task, whole, None)
        axes[1, column].set(ylim=(-0.05, 1.1), xlabel="layer (0 = embedding)")
    axes[0, 0].set_ylabel("share of the whole\nvector's effect")
    axes[1, 0].set_ylabel("whole vector,\nof the way")
    _legend(figure, PARTS, "random planes, at the plane's norm (95%)")
    return _closed(figure)


def alone(result: Result) -> Figure:
    """Answers given for an average word plus a part of one word's difference from it."""
    plot_style.apply()
    figure, axes = plt.subplots(1, 3, figsize=(plot_style.WIDTH, 3.1), sharey=True)
    for axis, name in zip(axes, TASKS, strict=True):
        task = result.tasks[name]
        _lines(axis, task, ALONE, lambda at: at.alone.null)
        axis.axhline(1 / len(task.words), color=plot_style.INK, linewidth=0.8, linestyle=":")
        axis.set(title=task.title, ylim=(-0.03, 1.05), xlabel="layer (0 = embedding)")
    axes[0].set_ylabel("share of words\nanswered rightly")
    _legend(figure, ALONE, "random planes, at the plane's norm (95%)")
    return _closed(figure)


def turns(result: Result, layer: int) -> Figure:
    """Mean gain of each answer when the point is turned, by steps turned and steps on."""
    plot_style.apply()
    figure, axes = plt.subplots(1, 2, figsize=(plot_style.WIDTH, 3.6), width_ratios=[1, 1])
    for axis, name in zip(axes, CYCLIC, strict=True):
        _heat(axis, result.tasks[name], layer)
    axes[0].set_ylabel("turned by, steps")
    return _closed(figure)


def _heat(axis: Axes, task: TaskResult, layer: int) -> None:
    found = next(each for each in task.turned if each.layer == layer)
    gains = np.array(found.profile)
    bound = float(np.abs(gains).max())
    image = axis.imshow(
        gains, cmap="RdBu_r", vmin=-bound, vmax=bound, origin="lower", aspect="auto"
    )
    steps = np.arange(1, len(gains) + 1)
    axis.plot(steps, steps - 1, color=plot_style.INK, linestyle=":", linewidth=1.2)
    every = max(1, len(gains) // 6)
    axis.set_yticks(steps[::every] - 1, [str(step) for step in steps[::every]])
    axis.set_xticks(range(0, len(gains) + 1, every))
    axis.set(title=task.title, xlabel="answer lies so many steps on")
    axis.figure.colorbar(image, ax=axis, label="gain, logits", shrink=0.9)


def _lines(
    axis: Axes,
    task: TaskResult,
    every: dict[str, tuple[str, str, Chosen]],
    null: Callable[[Effects], Null] | None,
    *,
    shares: bool = False,
) -> None:
    layers = [at.layer for at in task.layers]
    drawn = [at for at in task.layers if not shares or at.moved.mean >= READABLE]
    shown = [at.layer for at in drawn]
    if null is not None:
        band = [null(at) for at in drawn]
        low, high = [b.low for b in band], [b.high for b in band]
        axis.fill_between(shown, low, high, color=plot_style.FAINT, linewidth=0)
    axis.axhline(0, color=plot_style.INK, linewidth=0.6)
    for colour, dash, chosen in every.values():
        found = [chosen(at) for at in drawn]
        low, high = [each.low for each in found], [each.high for each in found]
        axis.fill_between(shown, low, high, color=colour, alpha=0.2, linewidth=0)
        axis.plot(shown, [each.mean for each in found], color=colour, linestyle=dash, marker=".")
    axis.set_xlim(layers[0] - 0.5, layers[-1] + 0.5)
    axis.set_xticks(layers[:: 2 if len(layers) > 5 else 1])


def _legend(figure: Figure, every: dict[str, tuple[str, str, Chosen]], band: str) -> None:
    handles = [
        plt.Line2D([], [], color=colour, linestyle=dash, label=name)
        for name, (colour, dash, _) in every.items()
    ]
    handles.append(plt.Rectangle((0, 0), 1, 1, color=plot_style.FAINT, label=band))
    figure.legend(handles=handles, loc="outside upper left", ncols=1 if len(handles) > 4 else 2)


def _closed(figure: Figure) -> Figure:
    """Out of pyplot's hands, so that a page shows it once and nothing piles up."""
    plt.close(figure)
    return figure
