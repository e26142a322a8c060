"""The banner behind a page's title: a colour or a picture, and the colour of the words on it."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from typing import Any

from smalldocs.layout import css_color, rgb_of

PICTURE = re.compile(r"\.(?:png|jpe?g|gif|svg|webp|avif)(?:[?#].*)?$", re.I)
HEADER = "#title-block-header.quarto-title-banner"
INSIDE = ".title, .subtitle, .description, .quarto-title-meta-heading, .quarto-title-meta-contents, .quarto-category, a"


def banner_style(
    options: Mapping[str, Any], navbar: Mapping[str, Any], resolve: Callable[[str], str]
) -> str:
    """The rules of a page's `title-block-banner`; `true` takes the navbar's colours; empty for none."""
    banner = options.get("title-block-banner")
    if not banner:
        return ""
    rules = []
    words = options.get("title-block-banner-color")
    colour = css_color(words) if words not in (None, "body-bg") else None
    colour = "var(--bs-body-bg)" if words == "body-bg" else colour
    if banner is True:
        ground = css_color(navbar["background"]) if navbar.get("background") else None
        given = css_color(navbar["foreground"]) if navbar.get("foreground") else None
        colour = colour or given
    elif PICTURE.search(str(banner)):
        ground = None
        address = html.escape(resolve(str(banner))).replace("'", "%27")
        rules.append(f"background-image: url('{address}'); background-size: cover;")
    else:
        ground = css_color(banner)
    if ground:
        rules.append(f"background: {ground};")
        colour = colour or legible_on(ground)
    if colour:
        rules.append(f"color: {colour};")
    if not rules:
        return ""
    inside = ", ".join(f"{HEADER} {part.strip()}" for part in INSIDE.split(","))
    inherit = f"{inside} {{ color: inherit; border-color: currentColor; }}"
    return f"{HEADER} {{ {' '.join(rules)} }} {inherit}"


def legible_on(ground: str) -> str | None:
    """Black or white, whichever is easier to read on a colour; None for a colour by name."""
    rgb = rgb_of(ground)
    if rgb is None:
        return None
    linear = [
        (part / 255) / 12.92 if part <= 10 else ((part / 255 + 0.055) / 1.055) ** 2.4
        for part in rgb
    ]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    # the ratios to white and to black are equal at 0.179 (WCAG 2.2, contrast ratio)
    return "#000" if luminance > 0.179 else "#fff"
