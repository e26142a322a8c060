"""Values and outputs as pieces of Markdown that stay what they are."""

from __future__ import annotations

import json
import re
from typing import Any

from press.execution.execute import Told
from press.input.cells import INLINE

ESCAPED = re.compile(r"([\\`*_{}\[\]<>#$~^|@])")


def told(result: Told) -> str:
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
