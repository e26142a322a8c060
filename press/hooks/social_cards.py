"""Draw the picture that stands for an entry elsewhere (OpenGraph) from its own first figure.

    project:
      post-render: press/hooks/social_cards.py log

Runs after either engine. Crawlers show no SVG, so a page whose figures are SVG gets a PNG of
its first one, on paper of the site's colour, and the tags that name it. A page with a picture
of its own (`image:`, or a first figure that is a PNG) is left alone; an SVG that Quarto names is not one. Needs `qmd.py` beside it and
`resvg_py`; without that the pages keep the site's default picture, and a line says so.
"""

from __future__ import annotations

import hashlib
import html
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

if TYPE_CHECKING or __package__:
    from press.hooks import qmd
else:
    import qmd

WIDTH, HEIGHT = 1200, 630  # what the networks ask for
MARGIN = 40
PAPER = "#fcfbf8"  # the site's own, in the light
FIGURE = re.compile(r'<img\b(?=[^>]*\bclass="[^"]*\bfigure-img\b)[^>]*?\ssrc="([^"]+)"[^>]*>')
ALT = re.compile(r'\salt="([^"]*)"')
SITE_PICTURE = re.compile(r"^  image:\s*[\"']?([^\s\"'#]+)", re.M)
TAG = '<meta {0}="{1}" content="{2}">'
SVG = re.compile(r"<svg\b[^>]*>", re.S)
SIZE = re.compile(r"\s(?:width|height|x|y|preserveAspectRatio)=\"[^\"]*\"")
CARD = """<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}">
<rect width="{w}" height="{h}" fill="{paper}"/>
{figure}
</svg>"""


def card(figure: str) -> str:
    """A figure set in the middle of a card."""
    opening = SVG.search(figure)
    if not opening:
        raise ValueError("a figure that is no SVG")
    head = opening.group(0)
    if "viewBox" not in head:
        sizes = [re.search(rf"\s{key}=\"([\d.]+)", head) for key in ("width", "height")]
        width, height = (size.group(1) if size else "100" for size in sizes)
        head = head[:-1] + f' viewBox="0 0 {width} {height}">'
    position = (
        f' x="{MARGIN}" y="{MARGIN}" width="{WIDTH - 2 * MARGIN}" height="{HEIGHT - 2 * MARGIN}"'
        ' preserveAspectRatio="xMidYMid meet">'
    )
    whole = SIZE.sub("", head)[:-1] + position + figure[opening.end() :]
    return CARD.format(w=WIDTH, h=HEIGHT, paper=PAPER, figure=whole)


def first_figure(page: Path, text: str) -> tuple[Path, str] | None:
    """A page's first figure, where it is an SVG of the site, and its words."""
    image = FIGURE.search(text)
    if not image:
        return None
    file = page.parent / unquote(html.unescape(image.group(1)))
    alt = ALT.search(image.group(0))
    if file.suffix != ".svg" or not file.is_file():
        return None
    return file, html.unescape(alt.group(1)) if alt else ""


def drawn(figure: Path, cache: Path) -> bytes:
    """The figure as a PNG of the networks' size; what was drawn once is kept."""
    data = figure.read_bytes()
    cached = cache / (hashlib.sha256(data + Path(__file__).read_bytes()).hexdigest() + ".png")
    if cached.is_file():
        return cached.read_bytes()
    from resvg_py import svg_to_bytes

    png = bytes(svg_to_bytes(svg_string=card(data.decode("utf-8"))))
    qmd.write_whole(cached, png)
    return png


def with_tags(text: str, address: str, alt: str) -> str:
    """A page's HTML with the tags of its picture in the place of any other's."""
    text = re.sub(
        r'<meta (?:property="og:image[^"]*"|name="twitter:image[^"]*")[^>]*>\n?', "", text
    )
    tags = [("property", "og:image", address), ("property", "og:image:alt", alt)]
    tags += [
        ("property", "og:image:width", str(WIDTH)),
        ("property", "og:image:height", str(HEIGHT)),
    ]
    if 'name="twitter:card"' in text:
        text = re.sub(
            r'(<meta name="twitter:card" content=")summary(")', r"\1summary_large_image\2", text
        )
        tags.append(("name", "twitter:image", address))
    markup = "".join(
        TAG.format(kind, name, html.escape(value)) for kind, name, value in tags if value
    )
    return text.replace("</head>", markup + "</head>", 1)


def give_card(out: Path, page: Path, base: str, default: str, cache: Path) -> bool:
    """Give a page its card, where it needs one; whether it did."""
    text = page.read_text(encoding="utf-8")
    named = re.search(r'property="og:image" content="([^"]*)"', text)
    picture = html.unescape(named.group(1)) if named else default
    if picture != default and not picture.lower().endswith(".svg"):
        return False  # it has a picture of its own
    figure = first_figure(page, text)
    if figure is None:
        return False
    file = page.with_name(f"{page.stem}_files") / "card.png"
    qmd.write_whole(file, drawn(figure[0], cache))
    address = f"{base}/{quote(file.relative_to(out).as_posix())}"
    qmd.write_whole(page, with_tags(text, address, figure[1]))
    return True


def main(folders: list[str]) -> int:
    """Run as a post-render script; what it cannot draw never ends a render."""
    root = qmd.project_folder()
    out, base = qmd.output_folder(root), qmd.site_address(root)
    if not base:
        return 0
    picture = SITE_PICTURE.search(qmd.read(root / "_quarto.yml"))
    default = f"{base}/{picture[1].lstrip('/')}" if picture else ""
    for folder in folders or ["."]:
        for page in sorted((out / folder).rglob("*.html")):
            if "site_libs" in page.parts:
                continue
            try:
                give_card(out, page, base, default, root / ".press" / "cards")
            except ImportError:
                print("cards: resvg_py is not installed, so entries keep the site's picture")
                return 0
            except Exception as error:  # one odd figure is no reason to have no site
                print(f"cards: {page.relative_to(out)}: {error}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
