"""Markdown as Quarto's authors write it, in the words that pandoc understands."""

from __future__ import annotations

import re

from press.execution.outputs import quoted
from press.hooks import qmd
from press.input.cells import read_options

SHOWN_CELL = re.compile(r"^\{\{+(?P<inside>[^{}][^{}]*?)\}+\}$")  # ```{{python}}
DIV = re.compile(r"^[ \t]*:{3,}[ \t]*\{.*\}[ \t]*:*[ \t]*$")
QUOTED = re.compile(r"(\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')")
EQUALS = re.compile(r"(?<=[\w-])[ \t]*=[ \t]*")


def as_pandoc_reads(markdown: str) -> str:
    """A page's Markdown with the forms that only Quarto reads written as pandoc's own.

    A cell that is shown (```` ```{{python}} ````) becomes a block of Markdown; one that is left
    after the run, such as a diagram, a block of code with its options; a div may have spaces
    round `=`.
    """
    lines: list[str] = []
    for block in qmd.blocks(markdown):
        if block.fence:
            lines += code_block(block)
        else:
            lines += [without_spaces(line) if DIV.match(line) else line for line in block.lines]
    return "\n".join(lines)


def code_block(block: qmd.Block) -> list[str]:
    """A block of code as pandoc reads it."""
    shown = SHOWN_CELL.match(block.info) if block.fence.startswith("`") else None
    if shown is not None:
        inner = "`" * len(block.fence)
        inside = [f"{inner}{{{shown['inside']}}}", *block.content, inner]
        written = [f"{inner}`{{.markdown}}", *inside, f"{inner}`"]
    elif block.language:
        written = cell_of(block)
    else:
        return block.lines
    return [block.indent + line for line in written]


def cell_of(block: qmd.Block) -> list[str]:
    """A cell that nothing runs, a diagram above all, as a block of code with its options."""
    read = read_options(block.content)
    label = str(read.values.get("label") or "").lower().replace(" ", "-")
    named = f" #{label}" if label else ""
    attributes = "".join(
        f" {key}={quoted(value)}" for key, value in read.values.items() if key != "label"
    )
    info = f"{{.{block.language} .cell-{block.language}{named}{attributes}}}"
    return [f"{block.fence} {info}", *block.content[len(read.lines) :], block.fence]


def without_spaces(line: str) -> str:
    """A div's opening line without the spaces round the `=` of its attributes."""
    parts = QUOTED.split(line)
    for number, part in enumerate(parts):
        if number % 2 == 0:
            parts[number] = EQUALS.sub("=", part)
    return "".join(parts)
