"""Notebooks as pages: their cells with the outputs stored in them, never run, as Quarto renders them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from press.errors import PressError
from press.execution.kernel import CellResult, ProseResult
from press.execution.outputs import fenced, joined
from press.input.cells import CodeCell, Prose, read_options
from press.input.project import as_list
from press.input.source import (
    Origin,
    PageSource,
    read_text,
    split_front,
)

# What the tags of a cell ask for, in Quarto's options and in Jupyter Book's.
TAGS: dict[str, tuple[str, bool]] = {
    "hide-cell": ("include", False), "remove-cell": ("include", False),
    "hide-code": ("echo", False), "remove-input": ("echo", False), "show-code": ("echo", True),
    "hide-output": ("output", False), "remove-output": ("output", False),
    "show-output": ("output", True),
    "hide-warnings": ("warning", False), "show-warnings": ("warning", True),
}  # fmt: skip
RAW = {"text/html": "html", "text/latex": "latex", "text/restructuredtext": "rst"}
HEADING = re.compile(r"\A\s*#[ \t]+(?P<text>[^\n]+?)[ \t]*#*[ \t]*(?:\{[^{}\n]*\}[ \t]*)?(?:\n|\Z)")


@dataclass
class NotebookCell:
    """A cell as it is stored, and its text without front matter or title."""

    fields: dict[str, Any]
    text: str

    @property
    def kind(self) -> str:
        """What the cell is: `code`, `markdown` or `raw`."""
        return str(self.fields.get("cell_type"))


def read(root: Path, path: PurePosixPath) -> tuple[PageSource, list[CellResult | ProseResult]]:
    """A notebook's source, and its cells as if they had just run."""
    text = read_text(root / path, str(path))
    try:
        stored_cells = list(json.loads(text)["cells"])
    except (ValueError, KeyError, TypeError) as error:
        line = getattr(error, "lineno", 0)
        raise PressError(f"{path}:{line}: is not a notebook that can be read: {error}") from error
    cells = [NotebookCell(cell, joined(cell.get("source") or "")) for cell in stored_cells]
    front, front_text = take_front(cells, path)
    results: list[CellResult | ProseResult] = []
    body: list[str] = []
    for number, cell in enumerate(cells):
        line = len(body) + 1
        if cell.kind == "code":
            results.append(stored(cell.fields, cell.text, number, line))
        elif cell.text.strip():
            results.append(ProseResult(Prose(shown(cell) + "\n", line), []))
        body += cell.text.split("\n")
    origins = tuple(line_origins(text, body, str(path)))
    return PageSource(path, text, front, front_text, "\n".join(body), origins), results


def take_front(cells: list[NotebookCell], path: PurePosixPath) -> tuple[dict[str, Any], str]:
    """Take the front matter out of the first cell that has one, and a title out of a heading.

    As in Quarto, a notebook without `title` has the heading that opens its first Markdown.
    """
    front: dict[str, Any] = {}
    front_text, holder = "", None
    for cell in cells:
        if cell.kind in ("raw", "markdown"):
            front, front_text, cell.text = split_front(cell.text, str(path))
            if front_text:
                holder = cell
                break
    for cell in cells if not front.get("title") else ():
        if cell.kind == "markdown" and cell.text.strip():
            heading = HEADING.match(cell.text)
            if heading:
                front["title"] = heading["text"]
                cell.text = cell.text[heading.end() :]
            if heading or cell is not holder:
                break
    return front, front_text


def shown(cell: NotebookCell) -> str:
    """The Markdown of a cell without code; a raw one in the format that it says it is in."""
    form = RAW.get(str((cell.fields.get("metadata") or {}).get("raw_mimetype") or ""))
    if cell.kind == "raw" and form:
        return fenced(cell.text, f"{{={form}}}")
    return attached(cell.fields, cell.text)


def stored(cell: dict[str, Any], source: str, number: int, line: int) -> CellResult:
    """A code cell with its stored outputs."""
    lines = source.split("\n")
    read = read_options(lines)
    tags = as_list((cell.get("metadata") or {}).get("tags"))
    options = {**dict(TAGS[tag] for tag in tags if tag in TAGS), **read.values}
    if tags:
        options["tags"] = tags
    if not options.get("label") and cell.get("id"):
        options["id"] = str(cell["id"])
    made = CodeCell(
        "python",
        options,
        read.lines,
        "\n".join(lines[len(read.lines) :]),
        line,
        problem=read.problem,
        problem_line=line + read.problem_line if read.problem else 0,
    )
    return CellResult(
        made, list(cell.get("outputs") or []), cell.get("execution_count") or number + 1
    )


def attached(cell: dict[str, Any], source: str) -> str:
    """Markdown with the pictures attached to its cell inside it."""
    for name, bundle in (cell.get("attachments") or {}).items():
        for mime, data in bundle.items():
            inside = "".join(joined(data).split())
            source = source.replace(f"attachment:{name}", f"data:{mime};base64,{inside}")
    return source


def line_origins(text: str, body: list[str], path: str) -> list[Origin]:
    """Where each line of the cells stands in the notebook's file."""
    out: list[Origin] = []
    lines = text.split("\n")
    start = 0
    for line in body:
        needle = json.dumps(line, ensure_ascii=False)[1:-1]
        line_number = next(
            (n for n in range(start, len(lines)) if needle.strip() and needle in lines[n]), None
        )
        start = start if line_number is None else line_number
        out.append(Origin(path, 0 if line_number is None else line_number + 1))
    return out
