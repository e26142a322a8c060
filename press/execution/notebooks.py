"""Notebooks as pages: their cells with the outputs stored in them, never run, as Quarto renders them."""

from __future__ import annotations

import json
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from press.errors import PressError
from press.execution.kernel import CellResult, ProseResult
from press.execution.outputs import joined
from press.input.cells import CodeCell, Prose
from press.input.source import (
    Origin,
    PageSource,
    read_text,
    split_front,
)

# What Jupyter's tags ask for, in Quarto's options.
TAGS = {"remove-cell": "include", "remove-input": "echo", "remove-output": "output"}


def read(root: Path, path: PurePosixPath) -> tuple[PageSource, list[CellResult | ProseResult]]:
    """A notebook's source, and its cells as if they had just run."""
    text = read_text(root / path, str(path))
    try:
        cells = list(json.loads(text)["cells"])
    except (ValueError, KeyError, TypeError) as error:
        line = getattr(error, "lineno", 0)
        raise PressError(f"{path}:{line}: is not a notebook that can be read: {error}") from error
    front: dict[str, Any] = {}
    front_text = ""
    results: list[CellResult | ProseResult] = []
    body: list[str] = []
    for number, cell in enumerate(cells):
        source = joined(cell.get("source") or "")
        if number == 0 and cell.get("cell_type") in ("raw", "markdown"):
            front, front_text, source = split_front(source, str(path))
        line = len(body) + 1
        if cell.get("cell_type") == "code":
            results.append(stored(path, cell, source, number, line))
        elif cell.get("cell_type") == "markdown" and source.strip():
            results.append(ProseResult(Prose(attached(cell, source) + "\n", line), []))
        body += source.split("\n")
    shown = PurePosixPath(path)
    origins = tuple(line_origins(text, body, str(shown)))
    return PageSource(shown, text, front, front_text, "\n".join(body), origins), results


def stored(
    path: PurePosixPath, cell: dict[str, Any], source: str, number: int, line: int
) -> CellResult:
    """A code cell with its stored outputs."""
    lines = source.split("\n")
    count = next((n for n, text in enumerate(lines) if not text.startswith("#|")), len(lines))
    written = lines[:count]
    try:
        options = yaml.safe_load("\n".join(text[2:].strip(" ") for text in written)) or {}
    except yaml.YAMLError as error:
        raise PressError(
            f"{path}: cell {number + 1}: these cell options are not valid YAML"
        ) from error
    if not isinstance(options, dict):
        raise PressError(f"{path}: cell {number + 1}: cell options are `#| key: value` lines.")
    for tag in (cell.get("metadata") or {}).get("tags") or []:
        if tag in TAGS:
            options[TAGS[tag]] = False
    if not options.get("label") and cell.get("id"):
        options["id"] = str(cell["id"])
    made = CodeCell("python", options, tuple(written), "\n".join(lines[count:]), line)
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
