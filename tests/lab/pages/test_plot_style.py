"""One figure for both themes: its ink holds on paper and on the dark page."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET
from io import BytesIO

import pytest

from analyses.circular import figures
from analyses.circular.result import Result
from lab.pages import plot_style
from lab.results import record
from tests.lab.made_project import ROOT

PAGES = (plot_style.LIGHT_PAGE, "#15181c")


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21. Source: WCAG 2.2, relative luminance."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def worst(colour: str) -> float:
    return min(contrast(colour, page) for page in PAGES)


def test_figures_have_the_colours_of_the_logs_theme() -> None:
    css = (ROOT / plot_style.THEME).read_text(encoding="utf-8")
    found = plot_style.theme_colours(css)
    assert (found["paper"], found["tk-done"]) == (plot_style.LIGHT_PAGE, plot_style.BLUE)
    assert css.index(found["paper"]) < css.index(".quarto-dark {")
    other = plot_style.theme_colours(":root { --tk-done: #aa0000; } .x { --tk-done: #00aa00; }")
    assert other == {"tk-done": "#aa0000"}


def test_contrast_is_wcags() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_the_ink_is_nearly_the_best_one_colour_can_do() -> None:
    best = math.sqrt(contrast(*PAGES))
    assert best < 4.5  # so that no single ink can reach 4.5 : 1 on both pages
    assert worst(plot_style.INK) > best - 0.1


@pytest.mark.parametrize("colour", [plot_style.BLUE, plot_style.VERMILION, plot_style.GREEN])
def test_lines_reach_three_to_one_on_both_pages(colour: str) -> None:
    assert worst(colour) >= 3


@pytest.mark.parametrize("count", [7, 12, 24])
def test_cyclic_colours_close_and_hold_on_both_pages(count: int) -> None:
    colours = plot_style.cyclic(count)
    assert len(set(colours)) == count
    assert min(map(worst, colours)) > 3
    steps = [
        math.dist(rgb(a), rgb(b)) for a, b in zip(colours, colours[1:] + colours[:1], strict=True)
    ]
    assert steps[-1] < 2 * sum(steps) / count


def rgb(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[start : start + 2], 16) for start in (1, 3, 5))


@pytest.mark.parametrize("name", ["planes", "measures", "angle_errors"])
def test_figures_are_transparent_small_and_have_words(name: str) -> None:
    result = record.load("circular").read(Result)
    figure = getattr(figures, name)(result)
    stream = BytesIO()
    figure.savefig(stream, format="svg")
    assert len(stream.getvalue()) < 300_000
    ET.fromstring(stream.getvalue())
    assert figure.get_facecolor()[3] == 0
    assert all(axis.get_facecolor()[3] == 0 for axis in figure.axes)
