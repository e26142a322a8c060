"""A light page: only the styles, icons and scripts that the site's own pages can use."""

from __future__ import annotations

import hashlib
import importlib.util
import io
import logging
import re
from collections.abc import Iterable
from pathlib import Path

from press.site import stylesheet

ASSETS = Path(__file__).parents[1] / "assets"
BOOTSTRAP = "bootstrap/bootstrap.bundle.min.js"
TOGGLES = "toggles.js"  # what stands in for Bootstrap's script
SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script>", re.S)
FOREIGN = re.compile(r'src="(?:https?:)?//')
TOGGLE = re.compile(r'data-bs-toggle="([^"]*)"')
MORE = re.compile(r"data-bs-(?:ride|spy|slide|dismiss)|\bbootstrap\.[A-Z]")
GLYPH = re.compile(r'content:\s*"\\(f[0-9a-f]{3})"')
FACE = re.compile(r"@font-face\{[^}]*bootstrap-icons[^}]*\}")
OURS = ("collapse", "dropdown", "tab", "pill")
VENDOR = ("bootstrap", "fuse", "mermaid")  # their own words say nothing about the pages


def needs_bootstrap(pages: Iterable[str]) -> bool:
    """Whether a page uses more of Bootstrap's script than menus, folds and tabs."""
    return any(
        MORE.search(page) or any(kind not in OURS for kind in TOGGLE.findall(page))
        for page in pages
    )


def lighten(out: Path, pages: list[str], cache: Path) -> None:
    """Slim the layout's stylesheets and icons in a site that has been written."""
    libs = out / "site_libs"
    scripts = [
        file.read_text(encoding="utf-8", errors="replace")
        for file in sorted(out.rglob("*.js"))
        if file.parent.name not in VENDOR or libs not in file.parents
    ]
    for page in pages:
        for attributes, body in SCRIPT.findall(page):
            if FOREIGN.search(attributes):
                return  # what such a script puts on the page cannot be known
            scripts.append(body)
    used = stylesheet.names(pages, set(scripts))
    sheets = {file: file.read_text(encoding="utf-8") for file in sorted(out.rglob("*.css"))}
    ours = [file for file in sheets if libs in file.parents and file.name != "press.css"]
    styles = {style for page in pages for style in re.findall(r"--[\w-]+", page)}
    for file in ours:
        spoken = "".join([*scripts, *(text for other, text in sheets.items() if other != file)])
        asked = frozenset(styles | set(stylesheet.VARIABLE.findall(spoken)))
        sheets[file] = kept(cache, sheets[file], used, asked, spoken)
        file.write_text(sheets[file], encoding="utf-8", newline="\n")
    icons(libs / "bootstrap-icons", "".join(sheets.values()), cache)


def kept(cache: Path, text: str, used: frozenset[str], asked: frozenset[str], spoken: str) -> str:
    """A slim stylesheet, from the cache where the same was asked before."""
    parts = [text, Path(stylesheet.__file__).read_text(encoding="utf-8"), spoken]
    parts += ["\n".join(sorted(names)) for names in (used, asked)]
    key = hashlib.sha256("\0".join(parts).encode()).hexdigest()
    file = cache / f"{key}.css"
    try:
        made = file.read_text(encoding="utf-8")
        file.touch()
    except OSError:
        made = stylesheet.slim(text, used, asked, spoken)
        cache.mkdir(parents=True, exist_ok=True)
        file.write_text(made, encoding="utf-8", newline="\n")
    return made


def icons(folder: Path, styles: str, cache: Path) -> None:
    """Leave in the icon font the glyphs that a style names; without fonttools it stays whole."""
    sheet = folder / "bootstrap-icons.min.css"
    fonts = folder / "fonts"
    if not sheet.is_file() or importlib.util.find_spec("fontTools") is None:
        return
    glyphs = sorted({int(code, 16) for code in GLYPH.findall(styles)})
    key = hashlib.sha256(",".join(map(str, glyphs)).encode()).hexdigest()
    held = cache / f"{key}.woff"
    if not held.is_file():
        cache.mkdir(parents=True, exist_ok=True)
        held.write_bytes(subset(fonts / "bootstrap-icons.woff", glyphs))
    held.touch()
    for file in fonts.iterdir():
        file.unlink()
    (fonts / "bootstrap-icons.woff").write_bytes(held.read_bytes())
    face = (
        "@font-face{font-display:block;font-family:bootstrap-icons;"
        f'src:url("fonts/bootstrap-icons.woff?{key[:12]}") format("woff")}}'
    )
    text = FACE.sub(lambda _: face, sheet.read_text(encoding="utf-8"))
    sheet.write_text(text, encoding="utf-8", newline="\n")


def subset(font: Path, glyphs: list[int]) -> bytes:
    """A font with these glyphs alone."""
    from fontTools.subset import Options, Subsetter, load_font, save_font  # type: ignore[import-untyped]

    logging.getLogger("fontTools").setLevel(logging.ERROR)
    options = Options(drop_tables=["GSUB", "GPOS", "GDEF"], notdef_outline=True)
    options.flavor = "woff"
    loaded = load_font(str(font), options)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=glyphs)
    subsetter.subset(loaded)
    out = io.BytesIO()
    save_font(loaded, out, options)
    return out.getvalue()
