"""Write each page that runs Python as a notebook beside it, for readers who want to run it.

    project:
      post-render: press/hooks/export_notebooks.py

Runs after either engine, with `qmd.py` beside it and Python's own library (3.9 or newer). A page becomes a
notebook of its own prose and code: front matter as a title, options lines kept, includes
brought in, outputs left to whoever runs it. Where `find_repository.py` found the project's address,
a first cell fetches the project, so that the notebook runs outside a clone too, as in Colab.
Pages of the folders named as arguments are written; without arguments, those of every folder.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING or __package__:
    from press.hooks import qmd
else:
    import qmd

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


def cells(text: str) -> list[tuple[str, str]]:
    """A page's parts in order: `markdown` or `code`, and the text."""
    parts: list[tuple[str, str]] = []
    prose: list[str] = []
    for block in qmd.blocks(text):
        if block.language == "python":
            parts += [("markdown", "\n".join(prose)), ("code", "\n".join(block.content))]
            prose = []
        else:
            prose += block.lines
    parts.append(("markdown", "\n".join(prose)))
    return [(kind, part.strip("\n")) for kind, part in parts if part.strip()]


def clone_address(root: Path) -> str:
    """Where a copy of the project can be had, as `find_repository.py` found it; empty for nowhere."""
    try:
        return str(json.loads(qmd.read(root / ".press" / "repository.json"))["clone"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def notebook(root: Path, page: Path, address: str, source: str = "") -> dict[str, object] | None:
    """A page as a notebook, its first cell fetching `source`; None where it runs no Python."""
    text = qmd.read(page)
    front = qmd.FRONT.match(text)
    lines = qmd.expanded(root, page, qmd.FRONT.sub("", text, count=1))
    parts = cells("\n".join(line.text for line in lines))
    if not any(kind == "code" for kind, _ in parts):
        return None
    titled = TITLE.search(front["yaml"]) if front else None
    title = titled[1].strip("\"'") if titled else page.parent.name
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
    fields: dict[str, object] = {
        "cell_type": kind,
        "id": f"cell-{number}",
        "metadata": {},
        "source": text.splitlines(keepends=True),
    }
    return {**fields, "execution_count": None, "outputs": []} if kind == "code" else fields


def main(folders: list[str]) -> int:
    """Run as a post-render script."""
    root = qmd.project_folder()
    out, base = qmd.output_folder(root), qmd.site_address(root)
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
            exported = notebook(root, page, address if base else "", source)
            if exported is not None:
                text = json.dumps(exported, indent=1, ensure_ascii=False) + "\n"
                qmd.write_whole((out / name).with_suffix(".ipynb"), text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
