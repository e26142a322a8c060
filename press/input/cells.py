"""Find the cells of a page: Python to run, and prose with inline values between them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from press.hooks import qmd
from press.input.source import PageSource, load_values

# A comment in the cell's own language; formatters write `# |` for `#|`.
OPTION = re.compile(r"^(?:#|%%|//)\s*\|\s?(?P<text>.*)$")
DIAGRAMS = ("mermaid", "dot")  # languages of cells that are drawn, not run


@dataclass(frozen=True)
class Prose:
    """Markdown between cells; `line` is its first line in the page's body, 1-based."""

    text: str
    line: int

    @property
    def expressions(self) -> tuple[str, ...]:
        """The inline `{python}` expressions in it, in order."""
        return tuple(match["expression"].strip() for match in qmd.INLINE.finditer(self.text))


@dataclass(frozen=True)
class CodeCell:
    """An executable block: its language, options and code."""

    language: str
    options: dict[str, Any]
    option_lines: tuple[str, ...]  # the `#|` lines as written
    code: str  # without the option lines
    line: int  # of the opening fence in the page's body, 1-based
    indent: str = ""  # how far in the item of a list stands that it belongs to
    problem: str = ""  # why its options cannot be read; empty where they can
    problem_line: int = 0  # the body line that is to blame

    @property
    def label(self) -> str:
        """The cell's label, or empty."""
        return str(self.options.get("label") or "")

    @property
    def code_line(self) -> int:
        """The body line on which the code begins."""
        return self.line + 1 + len(self.option_lines)


Segment = Prose | CodeCell


def parse(source: PageSource) -> list[Segment]:
    """Split a page's body into prose and cells.

    A cell opens with three or more backticks and `{language}` and closes with as many; inside
    a longer or plain fence the same lines are text, as is `{{python}}`.
    """
    segments: list[Segment] = []
    prose: list[str] = []
    start = 1
    lines = source.body.split("\n")
    for block in qmd.blocks(source.body):
        if not block.language:
            prose += block.lines
            continue
        if prose:
            segments.append(Prose("\n".join(prose), start))
        indent = qmd.item_indent(lines[: block.start], block.indent) if block.indent else None
        segments.append(read_cell(block, indent or ""))
        prose, start = [], block.start + len(block.lines) + 1
    if prose:
        segments.append(Prose("\n".join(prose), start))
    return segments


def read_cell(block: qmd.Block, indent: str) -> CodeCell:
    """A cell with the `#|` lines at its top as YAML options, so far in as the list it stands in."""
    line = block.start + 1
    read = read_options(block.content)
    code = "\n".join(block.content[len(read.lines) :])
    problem_line = line + 1 + read.problem_line if read.problem else 0
    return CodeCell(
        block.language,
        read.values,
        read.lines,
        code,
        line,
        indent,
        read.problem,
        problem_line,
    )


@dataclass(frozen=True)
class CellOptions:
    """The options at the top of a cell: as written, as read, and why they could not be."""

    lines: tuple[str, ...]
    values: dict[str, Any]
    problem: str = ""
    problem_line: int = 0  # counted from 0


def read_options(content: Sequence[str]) -> CellOptions:
    """The options of a cell whose lines these are; none where they cannot be read."""
    lines = tuple(itertools.takewhile(OPTION.match, content))
    texts = [OPTION.sub(lambda match: match["text"], line) for line in lines]
    written = "\n".join(texts)
    try:
        values = load_values(written) if written.strip() else {}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or "cannot be read"
        problem = f"these cell options are not valid YAML: {what}"
        return CellOptions(lines, {}, problem, mark.line if mark is not None else 0)
    if isinstance(values, dict):
        return CellOptions(lines, values)
    first = next(number for number, text in enumerate(texts) if text.strip())
    return CellOptions(lines, {}, "cell options are `#| key: value` lines", first)


def needs_kernel(segments: list[Segment], evaluate: bool = True) -> bool:
    """Whether a page has Python to run: a cell that is evaluated, or an inline value."""
    return any(
        segment.language == "python" and segment.options.get("eval", evaluate) is not False
        if isinstance(segment, CodeCell)
        else bool(segment.expressions)
        for segment in segments
    )
