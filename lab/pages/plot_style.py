"""One look for every figure: colour-blind safe, transparent, readable on light and dark pages.

A figure is one file for both themes, so its ink must hold on paper (#fcfbf8) and on the dark
page (#15181c) alike. No colour reaches 4.5 : 1 on both: their own contrast is below 4.5²; the
ink here comes within a tenth of the best there is, and text is set large enough to carry it.
"""

from __future__ import annotations

import math
import re
from typing import Any

import matplotlib as mpl

from lab.errors import AnalysisError
from lab.project import find_root

THEME = "theme.css"  # of the log: what its light pages and its charts are coloured with
PROPERTY = re.compile(r"--([a-z-]+):\s*(#[0-9a-fA-F]{6})\b")


def theme_colours(css: str) -> dict[str, str]:
    """The colours of a style sheet's light theme by their custom properties; the first one counts."""
    light = css.partition(":root")[2].partition("}")[0]
    return dict(reversed(PROPERTY.findall(light)))


def _of_this_log() -> dict[str, str]:
    """The colours of the log one stands in; none where there is no log, or it has no theme."""
    try:
        return theme_colours((find_root() / THEME).read_text(encoding="utf-8"))
    except (AnalysisError, OSError):
        return {}


# Okabe & Ito 2008; of their eight the three that reach 3 : 1 on both pages. A log's theme may say
# otherwise of what its pages show too.
COLOURS = {
    "paper": "#fcfbf8", "tk-done": "#0072b2", "tk-missed": "#d55e00", "figure-green": "#009e73",
    "figure-ink": "#757b84",
} | _of_this_log()  # fmt: skip
LIGHT_PAGE = COLOURS["paper"]
BLUE, VERMILION, GREEN = (COLOURS[name] for name in ("tk-done", "tk-missed", "figure-green"))
INK = COLOURS["figure-ink"]  # text and axes
FAINT = f"{INK}40"  # bands and guides, a quarter opaque
SHAPES = {"cyclic": BLUE, "ordered": VERMILION, "unordered": GREEN}

WIDTH = 7.2  # inches: a reading column of about 700 px

SETTINGS: dict[str, Any] = {
    "figure.facecolor": "none",
    "figure.edgecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
    "savefig.transparent": True,
    "figure.dpi": 100,
    "savefig.dpi": 200,
    "figure.constrained_layout.use": True,
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],  # matplotlib brings it: the same letters everywhere
    "font.size": 9.5,
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 9.5,
    "xtick.labelsize": 8.5,
    "ytick.labelsize": 8.5,
    "legend.fontsize": 9,
    "legend.frameon": False,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "axes.edgecolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "lines.linewidth": 1.8,
    "lines.solid_capstyle": "round",
    "svg.fonttype": "path",
    "svg.hashsalt": "in-season",  # the same figure is the same file
}


def apply() -> None:
    """Set the style, and SVG where a notebook's kernel shows the figure."""
    mpl.rcParams.update(SETTINGS)
    try:
        from IPython.core.getipython import get_ipython
        from matplotlib_inline import backend_inline
    except ImportError:
        return
    if get_ipython() is not None:
        show_as: Any = backend_inline.set_matplotlib_formats
        show_as("svg", metadata={"Date": None})


def cyclic(count: int) -> list[str]:
    """Colours around a circle: the last is as near the first as any two neighbours.

    Hue goes round once; lightness swings a little with it, so that the two halves differ for
    eyes that do not tell the hues apart. Computed in OKLCH (Ottosson 2020).
    """
    return [_oklch(0.62 + 0.055 * math.cos(turn), 0.125, turn) for turn in _turns(count)]


def _turns(count: int) -> list[float]:
    return [2 * math.pi * index / count for index in range(count)]


def _oklch(lightness: float, chroma: float, hue: float) -> str:
    """sRGB in hexadecimal; channels beyond the screen's are clipped."""
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    linear = (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
    return "#" + "".join(f"{round(255 * _encoded(channel)):02x}" for channel in linear)


def _encoded(linear: float) -> float:
    bound = min(max(linear, 0.0), 1.0)
    return 12.92 * bound if bound <= 0.0031308 else 1.055 * bound ** (1 / 2.4) - 0.055
