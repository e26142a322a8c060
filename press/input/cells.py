"""Find the cells of a page: Python to run, and prose with inline values between them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import yaml

from press.errors import PressError
from press.hooks import qmd
from press.input.source import PageSource

OPTION = re.compile(r"^(?:#|%%|//)\|\s?(?P<text>.*)$")  # a comment in the cell's own language


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
    for block in qmd.blocks(source.body):
        if not block.language:
            prose += block.lines
            continue
        if prose:
            segments.append(Prose("\n".join(prose), start))
        segments.append(read_cell(source, block))
        prose, start = [], block.start + len(block.lines) + 1
    if prose:
        segments.append(Prose("\n".join(prose), start))
    return segments


def read_cell(source: PageSource, block: qmd.Block) -> CodeCell:
    """Take the `#|` lines at the top of a cell as YAML options."""
    line = block.start + 1
    option_lines: list[str] = []
    for text in block.content:
        if OPTION.match(text) is None:
            break
        option_lines.append(text)
    written = "\n".join(OPTION.sub(lambda match: match["text"], text) for text in option_lines)
    origin = source.origin(line + 1)
    try:
        options = yaml.safe_load(written) if written.strip() else {}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line_number = origin.line + (mark.line if mark is not None else 0)
        problem = getattr(error, "problem", None) or "cannot be read"
        raise PressError(
            f"{origin.path}:{line_number}: these cell options are not valid YAML: {problem}"
        ) from error
    if not isinstance(options, dict):
        raise PressError(f"{origin.path}:{origin.line}: cell options are `#| key: value` lines.")
    code = "\n".join(block.content[len(option_lines) :])
    return CodeCell(block.language, options, tuple(option_lines), code, line)


def needs_kernel(segments: list[Segment], evaluate: bool = True) -> bool:
    """Whether a page has Python to run: a cell that is evaluated, or an inline value."""
    return any(
        segment.language == "python" and segment.options.get("eval", evaluate) is not False
        if isinstance(segment, CodeCell)
        else bool(segment.expressions)
        for segment in segments
    )
