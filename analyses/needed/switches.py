"""The interactive picture: latents on and off, and the ring redrawn. No model, no torch.

What is printed is a whole picture with every latent on; a script, with the recorded activations
beside it, takes over where scripts run. Nothing is fetched.
"""

from __future__ import annotations

import html
import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from analyses.needed import subsets
from analyses.needed.result import CategoryResult, Result
from lab.geometry import circles
from lab.pages import plot_style
from lab.stats import ties

Floats = NDArray[np.float64]

HERE = Path(__file__).parent
READING_REACH = 1.45  # of the panel where the probe puts the words: the circle's radius is 1
ROOM = 1.3  # times the farthest point of the whole cluster, for labels


def picture(result: Result, name: str) -> str:
    """A raw block of Markdown with the picture of one category."""
    found = result.categories[name]
    activations = np.array(found.drawn.activations)
    plane = activations @ np.array(found.drawn.directions)
    plane = plane - plane.mean(axis=(0, 1))
    reach = ROOM * float(np.abs(plane).max())
    reading = _reading(found, result.ridge)[..., ::-1]  # (sin, cos): the first word on top
    panels = [
        _panel(plane, reach, "What they write, in the cluster's plane", found, circle=False),
        _panel(reading, READING_REACH, "Where the probe puts the words", found, circle=True),
    ]
    data = _data(result, found, reach)
    parts = [
        f"<style>\n{_file('switches.css')}</style>",
        f'<figure class="sw" id="sw-{name}">',
        f'<script type="application/json" class="sw-data">{data}</script>',
        f'<div class="sw-panels">{"".join(panels)}</div>',
        f'<p class="sw-still">{_still(found)}</p>',
        f'<div class="sw-controls" hidden>{_controls(found)}</div>',
        f"<figcaption>{_caption(result, found)}</figcaption>",
        "</figure>",
        f"<script>\n{_file('switches.js')}</script>",
    ]
    return "```{=html}\n" + "\n".join(parts) + "\n```"


def _data(result: Result, found: CategoryResult, reach: float) -> str:
    """Everything the script reads, safe inside a script element."""
    data = {
        "words": list(found.words),
        "activations": found.drawn.activations,
        "directions": found.drawn.directions,
        "fold": found.drawn.fold,
        "target": np.round(circles.circle(len(found.words)), 9).tolist(),
        "ridge": result.ridge,
        "kept": result.kept,
        "whole": found.whole.probe.estimate.mean,
        "smallest": found.smallest.members,
        "reach": round(reach, 4),
    }
    return json.dumps(data, separators=(",", ":")).replace("<", "\\u003c")


def _reading(found: CategoryResult, ridge: float) -> Floats:
    """Where the probe puts every held-out word, (context, class, 2)."""
    activations = np.array(found.drawn.activations)
    target = circles.circle(len(found.words))
    probe = subsets.make_probe(activations, target[None], np.array(found.drawn.fold), ridge)
    return probe.predictions(activations)


def _panel(points: Floats, reach: float, title: str, found: CategoryResult, *, circle: bool) -> str:
    """One picture, 200 units wide around its middle; the first axis to the right."""
    at = points / reach * 100 * np.array([1, -1])
    centres, colours = at.mean(axis=0), plot_style.cyclic(len(found.words))
    far = np.maximum(np.linalg.norm(centres, axis=1, keepdims=True), 1e-9)
    labels = centres + centres / far * np.array([14, 12]) + np.array([0, 3])
    ring = f'<circle class="sw-circle" r="{100 / reach:.1f}"/>' if circle else ""
    dots = [
        f'<circle class="sw-dot" r="1.7" cx="{x:.1f}" cy="{y:.1f}" fill="{colour}"/>'
        for context in at
        for (x, y), colour in zip(context, colours, strict=True)
    ]
    middles = [
        f'<circle class="sw-mean" r="3.6" cx="{x:.1f}" cy="{y:.1f}" fill="{colour}"/>'
        for (x, y), colour in zip(centres, colours, strict=True)
    ]
    names = [
        f'<text class="sw-name" x="{x:.1f}" y="{y:.1f}">{html.escape(label)}</text>'
        for (x, y), label in zip(labels, found.labels, strict=True)
    ]
    corners = " ".join(f"{x:.1f},{y:.1f}" for x, y in centres)
    (x1, y1), (x2, y2) = centres[-1], centres[0]
    close = f'<line class="sw-close" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'
    told = f"{found.title}: {title.lower()}. The sentence below says how well they go round."
    return (
        f'<svg class="sw-panel" viewBox="-112 -118 224 232" role="img" aria-label="{told}">'
        f'<text class="sw-title" x="-110" y="-108">{title}</text>{ring}{"".join(dots)}'
        f'<polyline class="sw-ring" points="{corners}"/>{close}{"".join(middles)}{"".join(names)}'
        "</svg>"
    )


def _controls(found: CategoryResult) -> str:
    """Native controls, so that every key works; each latent beside what it fires on."""
    fields = "".join(
        f'<label><input type="checkbox" checked> {member.latent}{_bars(member.profile)}'
        f'<span class="visually-hidden">, strongest on {_strongest(found, member.profile)}</span>'
        "</label>"
        for member in found.members
    )
    buttons = "".join(
        f'<button type="button" data-set="{key}">{text}</button>'
        for key, text in (
            ("all", "All"),
            ("smallest", f"Smallest that does ({len(found.smallest.members)})"),
            ("others", "All the others"),
            ("none", "None"),
        )
    )
    legend = "Latents, with mean activation by word, first word on the left"
    return (
        '<output class="sw-said" aria-live="polite"></output>'
        f'<fieldset class="sw-switches"><legend>{legend}</legend>{fields}</fieldset>'
        f'<div class="sw-buttons">{buttons}</div>'
    )


def _bars(profile: list[float]) -> str:
    """A latent's mean activation at each word, in the words' colours."""
    top = max([*profile, 1e-9])
    bars = "".join(
        f'<i style="height:{max(value, 0) / top:.0%};background:{colour}"></i>'
        for value, colour in zip(profile, plot_style.cyclic(len(profile)), strict=True)
    )
    return f'<span class="sw-bars" aria-hidden="true">{bars}</span>'


def _strongest(found: CategoryResult, profile: list[float]) -> str:
    return html.escape(found.words[int(ties.first_largest(profile, relative=ties.SINGLE))])


def _still(found: CategoryResult) -> str:
    return (
        f"The picture stands still here: with scripts switched on, each of the "
        f"{len(found.members)} latents can be switched off. With all of them on the held-out R² is "
        f"{found.whole.probe.estimate.mean:.2f}."
    )


def _caption(result: Result, found: CategoryResult) -> str:
    return (
        f"{found.title}: {len(found.members)} latents at {len(found.words)} words in "
        f"{found.contexts} contexts that had no part in finding them. Small points: a word in a "
        "context. Large points: means over contexts, joined in order, the step from last to first "
        "dashed. Left: the scale and the plane stay those of the whole cluster, only the middle "
        "moves. Right: each word is placed by a probe that never saw its context; the circle is "
        "where it should be. R² is computed in the page from the recorded activations."
    )


def _file(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")
