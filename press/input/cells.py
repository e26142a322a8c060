"""Find the cells of a page: Python to run, and prose with inline values between them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import yaml

from press.errors import PressError
from press.input.source import FENCE, Source

CELL_INFO = re.compile(r"^\{(?P<language>[A-Za-z][\w-]*)(?P<rest>[ ,][^}]*)?\}\s*$")
OPTION = re.compile(r"^(?:#|%%|//)\|\s?(?P<text>.*)$")  # a comment in the cell's own language
INLINE = re.compile(r"(?P<before>^|[^`])`\{python\}[ \t](?P<expression>[^`]+)`", re.M)


@dataclass(frozen=True)
class Prose:
    """Markdown between cells; `line` is its first line in the page's body, 1-based."""

    text: str
    line: int

    @property
    def expressions(self) -> tuple[str, ...]:
        """The inline `{python}` expressions in it, in order."""
        return tuple(match["expression"].strip() for match in INLINE.finditer(self.text))


@dataclass(frozen=True)
class Cell:
    """An executable block: its language, options and code."""

    language: str
    options: dict[str, Any]
    option_lines: tuple[str, ...]  # the `#|` lines as written
    code: str  # without the option lines
    line: int  # of the opening fence in the page's body, 1-based
    indent: str = ""

    @property
    def label(self) -> str:
        """The cell's label, or empty."""
        return str(self.options.get("label") or "")

    @property
    def code_line(self) -> int:
        """The body line on which the code begins."""
        return self.line + 1 + len(self.option_lines)


Segment = Prose | Cell


def parse(source: Source) -> list[Segment]:
    """Split a page's body into prose and cells.

    A cell opens with three or more backticks and `{language}` and closes with as many; inside
    a longer or plain fence the same lines are text, as is `{{python}}`.
    """
    lines = source.body.split("\n")
    segments: list[Segment] = []
    prose: list[str] = []
    start = 1
    number = 0
    while number < len(lines):
        mark = FENCE.match(lines[number])
        if mark is None:
            prose.append(lines[number])
            number += 1
            continue
        end = closing(lines, number, mark["ticks"])
        info = CELL_INFO.match(mark["info"].strip())
        if info is None or mark["ticks"][0] == "~" or info["language"] == "verbatim":
            prose += lines[number : end + 1]
            number = end + 1
            continue
        if prose:
            segments.append(Prose("\n".join(prose), start))
        segments.append(read_cell(source, info["language"], lines[number + 1 : end], number + 1))
        prose, start, number = [], end + 2, end + 1
    if prose:
        segments.append(Prose("\n".join(prose), start))
    return segments


def closing(lines: list[str], opening: int, ticks: str) -> int:
    """Find the line that closes a fence; the last line of the page when none does."""
    for number in range(opening + 1, len(lines)):
        mark = FENCE.match(lines[number])
        if mark and mark["ticks"].startswith(ticks) and not mark["info"].strip():
            return number
    return len(lines)


def read_cell(source: Source, language: str, content: list[str], line: int) -> Cell:
    """Take the `#|` lines at the top of a cell as YAML options."""
    option_lines: list[str] = []
    for text in content:
        if OPTION.match(text) is None:
            break
        option_lines.append(text)
    written = "\n".join(OPTION.sub(lambda match: match["text"], text) for text in option_lines)
    origin = source.origin(line + 1)
    try:
        options = yaml.safe_load(written) if written.strip() else {}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        at = origin.line + (mark.line if mark is not None else 0)
        problem = getattr(error, "problem", None) or "cannot be read"
        raise PressError(
            f"{origin.path}:{at}: these cell options are not valid YAML: {problem}"
        ) from error
    if not isinstance(options, dict):
        raise PressError(f"{origin.path}:{origin.line}: cell options are `#| key: value` lines.")
    code = "\n".join(content[len(option_lines) :])
    return Cell(language, options, tuple(option_lines), code, line)


def needs_kernel(segments: list[Segment], evaluate: bool = True) -> bool:
    """Whether a page has Python to run: a cell that is evaluated, or an inline value."""
    return any(
        segment.language == "python" and segment.options.get("eval", evaluate) is not False
        if isinstance(segment, Cell)
        else bool(segment.expressions)
        for segment in segments
    )
