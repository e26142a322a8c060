"""`highlight-style`: the colours of code in one of pandoc's styles or a `.theme` file of the project."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

from press.bodies.pandoc import program
from press.input.source import read_text

OWN = ("arrow", "a11y", "")  # what the layout's own style sheet has
PANDOC = (
    "pygments", "tango", "espresso", "zenburn", "kate", "monochrome", "breezedark", "haddock",
)  # fmt: skip
CLASSES = {
    "Keyword": "kw", "DataType": "dt", "DecVal": "dv", "BaseN": "bn", "Float": "fl", "Char": "ch",
    "String": "st", "Comment": "co", "Other": "ot", "Alert": "al", "Function": "fu",
    "RegionMarker": "re", "Error": "er", "Constant": "cn", "SpecialChar": "sc",
    "VerbatimString": "vs", "SpecialString": "ss", "Import": "im", "Documentation": "do",
    "Annotation": "an", "CommentVar": "cv", "Variable": "va", "ControlFlow": "cf",
    "Operator": "op", "BuiltIn": "bu", "Extension": "ex", "Preprocessor": "pp",
    "Attribute": "at", "Information": "in", "Warning": "wa",
}  # fmt: skip
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}")


def chosen(value: Any) -> dict[str, str]:
    """The style for each mode: `light` and `dark`, or `` for both."""
    if isinstance(value, dict):
        return {mode: str(value[mode]) for mode in ("light", "dark") if value.get(mode)}
    return {"": str(value)} if value else {}


def is_style(name: str) -> bool:
    """Whether the press has the colours of a style, or a file may have them."""
    return name in (*OWN, *PANDOC, "none") or name.endswith(".theme")


def theme_file(name: str, root: Path) -> Path | None:
    """The project's own file of a style; None where there is none."""
    file = root / PurePosixPath(name.lstrip("/"))
    return file if name.endswith(".theme") and file.is_file() else None


def style_sheet(value: Any, root: Path) -> str:
    """The rules of a `highlight-style`; empty where the layout's own serve."""
    sheets = []
    for mode, name in chosen(value).items():
        scope = {"dark": "html.quarto-dark ", "light": "html:not(.quarto-dark) "}.get(mode, "html ")
        if name == "none":
            sheets.append(
                f"{scope}code.sourceCode span {{ color: inherit; font-weight: inherit; }}"
            )
        elif name in PANDOC or theme_file(name, root):
            file = theme_file(name, root)
            style = json.loads(read_text(file, name)) if file else pandoc_style(name)
            sheets.append(rules(style, scope))
    return "\n".join(sheets)


@cache
def pandoc_style(name: str) -> dict[str, Any]:
    """One of pandoc's own styles."""
    printed = subprocess.run(
        [program(), f"--print-highlight-style={name}"],
        capture_output=True,
        encoding="utf-8",
        check=True,
        stdin=subprocess.DEVNULL,
    )
    return dict(json.loads(printed.stdout))


def rules(style: Mapping[str, Any], scope: str) -> str:
    """A style as CSS, within the pages that `scope` selects."""

    def colour(value: Any) -> str:
        return str(value) if COLOUR.fullmatch(str(value or "")) else ""

    out = []
    ground, text = colour(style.get("background-color")), colour(style.get("text-color"))
    if ground:
        out.append(f"{scope}div.sourceCode {{ background-color: {ground}; }}")
    if text:
        out.append(
            f"{scope}:is(pre.sourceCode, code.sourceCode, code.sourceCode span) {{ color: {text}; }}"
        )
    for name, look in (style.get("text-styles") or {}).items():
        if name not in CLASSES or not isinstance(look, dict):
            continue
        declared = [f"color: {colour(look.get('text-color')) or text or 'inherit'}"]
        if colour(look.get("background-color")):
            declared.append(f"background-color: {colour(look['background-color'])}")
        declared.append(f"font-weight: {'bold' if look.get('bold') else 'normal'}")
        declared.append(f"font-style: {'italic' if look.get('italic') else 'normal'}")
        if look.get("underline"):
            declared.append("text-decoration: underline")
        out.append(f"{scope}code.sourceCode span.{CLASSES[name]} {{ {'; '.join(declared)}; }}")
    return "\n".join(out)
