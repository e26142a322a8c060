"""A cell's code as Quarto hands it to pandoc."""

from __future__ import annotations

import re
from typing import Any

from press.execution.markdown import longest_run, quoted
from press.input.cells import Cell


def code(cell: Cell, options: dict[str, Any]) -> str:
    """The cell's code, unless `echo` is off."""
    echo = options.get("echo", True)
    if echo is False:
        return ""
    ticks = "`" * max(4 if echo == "fenced" else 3, longest_run(cell.code) + 1)
    attributes = [".cell-code"] if echo == "fenced" else [".python", ".cell-code"]
    if options.get("code-overflow") in ("wrap", "scroll"):
        attributes.append(f".code-overflow-{options['code-overflow']}")
    for key in ("code-fold", "code-summary", "code-line-numbers"):
        if key in cell.options:
            value = cell.options[key]
            text = str(value).lower() if isinstance(value, bool) else str(value)
            attributes.append(key + '="' + text.replace('"', '\\"') + '"')
    body = cell.code.strip("\n")
    if echo == "fenced":
        lines = [line for line in cell.option_lines if not re.search(r"echo:\s+fenced", line)]
        body = "\n".join(["```{{python}}", *lines, body, "```"])
    return f"{ticks} {{{' '.join(attributes)}}}\n{body}\n{ticks}\n" if body else ""


def other_language(cell: Cell, label: str) -> str:
    """A cell that pandoc's filter treats (mermaid, dot): its code with its options."""
    attributes = "".join(
        f" {key}={quoted(value)}" for key, value in cell.options.items() if key != "label"
    )
    named = f" #{label}" if label else ""
    ticks = "`" * max(3, longest_run(cell.code) + 1)
    return f"{ticks} {{.{cell.language} .cell-{cell.language}{named}{attributes}}}\n{cell.code}\n{ticks}\n"
