"""Write each page that runs Python as a notebook beside it, for readers who want to run it.

    project:
      post-render: press/hooks/export_notebooks.py

Runs after either engine, with Python's own library alone (3.9 or newer). A page becomes a
notebook of its own prose and code: front matter as a title, options lines kept, includes
brought in, outputs left to whoever runs it. Where `repository.py` found the project's address,
a first cell fetches the project, so that the notebook runs outside a clone too, as in Colab.
Pages of the folders named as arguments are written; without arguments, those of every folder.
"""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path

FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})(.*)$")
CELL = re.compile(r"^\{python\b[^}]*\}\s*$")
INCLUDE = re.compile(r"^[ \t]*\{\{<\s+include\s+(.+?)\s+>\}\}[ \t]*$")
FRONT = re.compile(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.S | re.M)
TITLE = re.compile(r"^title:[ \t]*(.+?)[ \t]*$", re.M)
SETUP = """\
# Run this first: outside a clone of the log, as in Colab, it fetches one and what that needs.
import pathlib, sys

def clone():
    here = pathlib.Path.cwd()
    return next((folder for folder in (here, *here.parents) if (folder / "_quarto.yml").is_file()), None)

if clone() is None:
    !git clone -q --depth 1 {address} the-log
    %pip install -q "./the-log[analyses]"
    %cd -q "the-log/{folder}"
sys.path.insert(0, str(clone()))"""


def read(path: Path) -> str:
    """A text file with LF line ends."""
    data = path.read_bytes().decode("utf-8-sig", "replace")
    return data.replace("\r\n", "\n").replace("\r", "\n")


def expanded(root: Path, path: Path, text: str, trail: tuple[Path, ...]) -> str:
    """A text with its includes; one that is missing or goes round stays as it is written."""
    lines = []
    fence = ""
    for line in text.split("\n"):
        mark = FENCE.match(line)
        if mark and not fence:
            fence = mark.group(1)
        elif mark and mark.group(1).startswith(fence) and not mark.group(2).strip():
            fence = ""
        found = None if fence else INCLUDE.match(line)
        if found:
            name = found.group(1).strip("\"'")
            base = root if name.startswith("/") else path.parent
            target = (base / name.lstrip("/")).resolve()
            if target.is_file() and target not in trail:
                inner = FRONT.sub("", read(target), count=1).rstrip("\n")
                line = expanded(root, target, inner, (*trail, target))
        lines.append(line)
    return "\n".join(lines)


def cells(text: str) -> list[tuple[str, str]]:
    """A page's parts in order: `markdown` or `code`, and the text."""
    out: list[tuple[str, str]] = []
    prose: list[str] = []
    lines = text.split("\n")
    number = 0
    while number < len(lines):
        mark = FENCE.match(lines[number])
        if not mark:
            prose.append(lines[number])
            number += 1
            continue
        end = number + 1
        while end < len(lines):
            close = FENCE.match(lines[end])
            if close and close.group(1).startswith(mark.group(1)) and not close.group(2).strip():
                break
            end += 1
        if CELL.match(mark.group(2).strip()) and mark.group(1)[0] == "`":
            out.append(("markdown", "\n".join(prose)))
            out.append(("code", "\n".join(lines[number + 1 : end])))
            prose = []
        else:
            prose += lines[number : end + 1]
        number = end + 1
    out.append(("markdown", "\n".join(prose)))
    return [(kind, part.strip("\n")) for kind, part in out if part.strip()]


def clone_address(root: Path) -> str:
    """Where a copy of the project can be had, as `repository.py` found it; empty for nowhere."""
    try:
        return str(json.loads(read(root / ".press" / "repository.json"))["clone"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def notebook(root: Path, page: Path, address: str, source: str = "") -> dict[str, object] | None:
    """A page as a notebook, its first cell fetching `source`; None where it runs no Python."""
    text = read(page)
    front = FRONT.match(text)
    parts = cells(expanded(root, page, FRONT.sub("", text, count=1), (page.resolve(),)))
    if not any(kind == "code" for kind, _ in parts):
        return None
    found = TITLE.search(front.group(1)) if front else None
    title = found.group(1).strip("\"'") if found else page.parent.name
    where = f"\n\nPublished at <{address}>." if address else ""
    parts.insert(0, ("markdown", f"# {title}{where}"))
    if source:
        folder = page.parent.relative_to(root).as_posix()
        parts.insert(1, ("code", SETUP.format(address=source, folder=folder)))
    return {
        "cells": [cell(number, kind, part) for number, (kind, part) in enumerate(parts)],
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def cell(number: int, kind: str, text: str) -> dict[str, object]:
    """One cell, as Jupyter keeps it."""
    made: dict[str, object] = {
        "cell_type": kind,
        "id": f"cell-{number}",
        "metadata": {},
        "source": text.splitlines(keepends=True),
    }
    return {**made, "execution_count": None, "outputs": []} if kind == "code" else made


def main(folders: list[str]) -> int:
    """Run as a post-render script."""
    root = Path(os.environ.get("QUARTO_PROJECT_DIR") or Path.cwd()).resolve()
    out = (root / os.environ.get("QUARTO_PROJECT_OUTPUT_DIR", "_site")).resolve()
    config = root / "_quarto.yml"
    found = re.search(
        r"^\s+site-url:\s*[\"']?([^\s\"'#]+)", read(config) if config.is_file() else "", re.M
    )
    base = found.group(1).rstrip("/") if found else ""
    source = clone_address(root)
    for folder in folders or ["."]:
        for page in sorted((root / folder).rglob("*.qmd")):
            name = page.relative_to(root).with_suffix("")
            if not (out / name).with_suffix(".html").is_file():
                continue
            path = name.as_posix()
            address = (
                f"{base}/{path[: -len('index')] if path.endswith('index') else path + '.html'}"
            )
            made = notebook(root, page, address if base else "", source)
            if made is not None:
                text = json.dumps(made, indent=1, ensure_ascii=False) + "\n"
                (out / name).with_suffix(".ipynb").write_bytes(text.encode("utf-8"))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
