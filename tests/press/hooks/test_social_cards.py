"""The picture that stands for a page elsewhere: its own, its first figure, else the site's."""

from __future__ import annotations

import ast
import re
import struct
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from press.hooks import export_notebooks, social_cards

Make = Callable[[dict[str, str]], Path]
Run = Callable[..., "subprocess.CompletedProcess[str]"]
SVG = '<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="40pt" height="20pt"><rect width="40" height="20" fill="#c00"/></svg>\n'
SITE = """\
project: {type: website}
website:
  title: T
  site-url: https://t.example.org/log
  image: default.png
  image-alt: The site
  open-graph: true
  twitter-card: true
"""


@pytest.fixture
def site(make: Make, run: Run) -> Path:
    root = make({
        "_quarto.yml": SITE,
        "default.png": "x", "own.png": "x", "drawn.png": "x", "figure.svg": SVG,
        "a/given.qmd": "---\ntitle: A\nimage: ../own.png\nimage-alt: Given\n---\n\n![x](../drawn.png)\n",
        "a/first.qmd": "---\ntitle: A\n---\n\n![One](../figure.svg)\n\n![Two](../drawn.png){fig-alt=\"Words\"}\n",
        "a/svg.qmd": "---\ntitle: A\n---\n\n![A *figure*](../figure.svg){fig-alt=\"Red\"}\n",
        "index.qmd": "---\ntitle: Home\n---\n\nNo picture.\n",
    })  # fmt: skip
    assert run(root).returncode == 0
    return root


def picture(root: Path, page: str) -> list[str]:
    markup = (root / "_site" / page).read_text(encoding="utf-8")
    found = re.findall(r'<meta property="og:image(?::alt)?" content="([^"]*)">', markup)
    twitter = re.findall(r'<meta name="twitter:image" content="([^"]*)">', markup)
    assert twitter[0] in found
    return found


def test_a_page_is_shown_by_its_image_its_first_drawn_figure_or_the_sites(site: Path) -> None:
    base = "https://t.example.org/log"
    assert sorted(picture(site, "a/given.html")) == ["Given", f"{base}/own.png"]
    assert sorted(picture(site, "a/first.html")) == ["Words", f"{base}/drawn.png"]
    assert sorted(picture(site, "index.html")) == ["The site", f"{base}/default.png"]


def test_a_figure_in_svg_becomes_a_card(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("resvg_py")
    monkeypatch.setenv("QUARTO_PROJECT_DIR", str(site))
    before = (site / "_site/a/given.html").read_text()
    assert social_cards.main(["a"]) == 0
    held = (site / "_site/a/svg_files/card.png").read_bytes()
    assert struct.unpack(">II", held[16:24]) == (1200, 630)
    assert sorted(picture(site, "a/svg.html")) == [
        "Red",
        "https://t.example.org/log/a/svg_files/card.png",
    ]
    assert (site / "_site/a/given.html").read_text() == before
    again = (site / "_site/a/svg.html").read_text()
    assert social_cards.main(["a"]) == 0
    assert (site / "_site/a/svg.html").read_text() == again


def test_an_svg_that_quarto_names_as_the_picture_becomes_a_card(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bug: Quarto names a page's first figure, an SVG too, so no page under it had a card."""
    pytest.importorskip("resvg_py")
    monkeypatch.setenv("QUARTO_PROJECT_DIR", str(site))
    page = site / "_site/a/svg.html"
    named = '<meta {}="{}:image" content="https://t.example.org/log/a/figure.svg">\n'
    tags = named.format("property", "og") + named.format("name", "twitter")
    bare = re.sub(r'<meta (?:property="og:image|name="twitter:image)[^>]*>', "", page.read_text())
    page.write_text(bare.replace("</head>", tags + "</head>"))
    assert social_cards.main(["a"]) == 0
    assert picture(site, "a/svg.html")[0].endswith("/a/svg_files/card.png")
    assert "log/a/figure.svg" not in page.read_text()


@pytest.mark.parametrize("script", [social_cards, export_notebooks])
def test_the_scripts_run_under_the_oldest_python_that_quarto_meets(script: object) -> None:
    ast.parse(Path(str(getattr(script, "__file__", ""))).read_text(), feature_version=(3, 9))
