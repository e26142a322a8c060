"""Code, values and outputs as pieces of Markdown that stay what they are."""

from __future__ import annotations

import json
import re
from typing import Any

from press.execution.execute import ProseResult
from press.hooks.qmd import INLINE
from press.input.cells import CodeCell

ESCAPED = re.compile(r"([\\`*_{}\[\]<>#$~^|@])")


def prose(result: ProseResult) -> str:
    """Put the inline values in their places; text is escaped so that it stays text."""
    values = iter(result.values)
    return INLINE.sub(
        lambda match: match["before"] + inline_text(next(values, {})), result.prose.text
    )


def inline_text(data: dict[str, Any]) -> str:
    """One inline value as Markdown: HTML and Markdown objects as they are, strings unquoted."""
    if "text/markdown" in data:
        return joined(data["text/markdown"])
    if "text/html" in data:
        return f"`{joined(data['text/html'])}`{{=html}}"
    if "text/latex" in data:
        return joined(data["text/latex"])
    text = joined(data.get("text/plain", ""))
    quoted = re.fullmatch(r"'(.*)'|\"(.*)\"", text, re.S)
    if quoted:
        text = ESCAPED.sub(r"\\\1", quoted[1] if quoted[1] is not None else quoted[2])
    return text


def joined(value: Any) -> str:
    """Jupyter gives text as a string or as a list of lines."""
    return "".join(value) if isinstance(value, list) else str(value)


def quoted(value: Any) -> str:
    """A value for a single-quoted pandoc attribute."""
    text = value if isinstance(value, str) else json.dumps(value)
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", " ") + "'"


def longest_run(text: str) -> int:
    """The longest run of backticks in a text."""
    return max((len(run) for run in re.findall(r"`+", text)), default=0)


def fenced(text: str, info: str = "") -> str:
    """A code block whose fence is longer than any run of backticks inside."""
    ticks = "`" * max(3, longest_run(text) + 1)
    return f"{ticks}{info}\n{text.rstrip(chr(10))}\n{ticks}\n"


def cell_code(cell: CodeCell, options: dict[str, Any]) -> str:
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


def other_language(cell: CodeCell, label: str) -> str:
    """A cell that pandoc's filter treats (mermaid, dot): its code with its options."""
    attributes = "".join(
        f" {key}={quoted(value)}" for key, value in cell.options.items() if key != "label"
    )
    named = f" #{label}" if label else ""
    ticks = "`" * max(3, longest_run(cell.code) + 1)
    return f"{ticks} {{.{cell.language} .cell-{cell.language}{named}{attributes}}}\n{cell.code}\n{ticks}\n"
