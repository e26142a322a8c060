"""Turn executed cells into the Markdown that Quarto hands to pandoc."""

from __future__ import annotations

import base64
import json
import re
import textwrap
from dataclasses import dataclass, field
from typing import Any

from press.execution.kernel import ANSI, CellResult, ProseResult
from press.execution.terminal import as_html, is_coloured
from press.hooks.qmd import INLINE
from press.input.cells import DIAGRAMS, CodeCell
from press.input.project import as_list

ESCAPED = re.compile(r"([\\`*_{}\[\]<>#$~^|@])")
HTML_FIRST = (
    "application/javascript", "text/html", "text/markdown", "image/svg+xml", "image/png",
    "image/jpeg", "image/gif", "text/latex", "text/plain",
)  # fmt: skip
IMAGES = {"image/svg+xml": "svg", "image/png": "png", "image/jpeg": "jpeg", "image/gif": "gif"}
# Options that the press reads itself; every other one becomes an attribute of the cell, as in Quarto.
READ = {
    "label", "echo", "eval", "output", "warning", "error", "include", "code-fold", "code-summary",
    "code-line-numbers", "code-overflow", "fig-cap", "fig-subcap", "fig-alt", "fig-align", "fig-link",
    "fig-scap", "fig-env", "fig-pos", "classes", "panel", "column", "fig-column", "tbl-column",
    "cap-location", "fig-cap-location", "tbl-cap-location", "tbl-subcap", "lst-label", "lst-cap", "id",
    "fig-format", "fig-dpi", "fig-width", "fig-height", "cache", "freeze",
}  # fmt: skip
EXECUTE = ("echo", "output", "warning", "error", "include")  # the page's, unless the cell says so
SCRIPTED = ("text/html", "application/javascript")
USES_REQUIRE = re.compile(r"\b(?:require|requirejs)\s*[.(]|\bdefine\s*\(")
REQUIRE = """\
<script src="https://cdnjs.cloudflare.com/ajax/libs/require.js/2.3.6/require.min.js" crossorigin="anonymous"></script>
<script src="https://cdnjs.cloudflare.com/ajax/libs/jquery/3.5.1/jquery.min.js" crossorigin="anonymous"></script>
<script type="application/javascript">define('jquery', [],function() {return window.jQuery;})</script>
"""  # where Quarto takes them from, and under the same conditions
UNPRINTED = ("[<matplotlib", "<matplotlib", "<seaborn.", "<Axes", "<Figure")


@dataclass
class PageMarkdown:
    """A page after its run: Markdown for pandoc, and the figure files it names."""

    markdown: str = ""
    files: dict[str, bytes] = field(default_factory=dict)  # file name in `figure-html/` → content
    includes: dict[str, list[str]] = field(default_factory=dict)  # option → texts, as Quarto's own


def write(
    stem: str, front_text: str, results: list[CellResult | ProseResult], defaults: dict[str, Any]
) -> PageMarkdown:
    """Write a whole executed page; `stem` is the page's file name without suffix."""
    written = PageMarkdown()
    parts: list[str] = []
    number = 0
    for result in results:
        if isinstance(result, ProseResult):
            text = prose(result)
            # a cell directly below a line of text: pandoc wants an empty line between
            parts.append(text if text.endswith("\n") else text + "\n")
        else:
            number += result.cell.language == "python"
            shown = CellWriter(stem, result, defaults, number, written.files).write()
            parts.append(textwrap.indent(shown, result.cell.indent))
    written.markdown = front_text + "\n" + "\n".join(parts)
    if any(needs_require(result) for result in results if isinstance(result, CellResult)):
        written.includes["include-in-header"] = [REQUIRE]
    return written


def needs_require(result: CellResult) -> bool:
    """Whether an output expects the loader of scripts that a notebook's own page has."""
    data = [output.get("data", {}) for output in result.outputs]
    scripts = [joined(held.get(kind, "")) for held in data for kind in SCRIPTED]
    return any(USES_REQUIRE.search(text) for text in scripts)


class CellWriter:
    """Writes one cell as Quarto does: a `.cell` div with the code and a div for each output."""

    def __init__(
        self,
        stem: str,
        ran: CellResult,
        defaults: dict[str, Any],
        number: int,
        files: dict[str, bytes],
    ) -> None:
        """Take a cell that ran; `number` is its place among the page's cells."""
        self.stem, self.cell, self.count, self.number, self.files = (
            stem,
            ran.cell,
            ran.count,
            number,
            files,
        )
        self.options = {
            **{key: defaults[key] for key in EXECUTE if key in defaults},
            **ran.cell.options,
        }
        self.label = ran.cell.label.lower().replace(" ", "-")
        self.outputs = [output for output in ran.outputs if self.kept(output, ran.outputs)]
        self.displays = [output for output in self.outputs if "data" in output]
        self.asis = self.options.get("output") == "asis"
        captions = self.options.get("fig-cap")
        self.captions = (
            as_list(captions) if isinstance(captions, list) or len(self.displays) == 1 else []
        )
        self.cell_caption = "" if self.captions or captions is None else str(captions)
        if self.cell_caption:
            self.captions = as_list(self.options.get("fig-subcap"))
        elif captions is None and self.label:
            self.captions = as_list(self.options.get("tbl-subcap"))

    def kept(self, output: dict[str, Any], outputs: list[dict[str, Any]]) -> bool:
        """Leave out warnings where they are off, and the repr of a plotting call."""
        if output.get("name") == "stderr":
            return self.options.get("warning", True) is not False
        data = output.get("data", {})
        if output["output_type"] == "execute_result" and set(data) == {"text/plain"}:
            text = joined(data["text/plain"]).strip()
            pictured = any(set(other.get("data", {})) & set(IMAGES) for other in outputs)
            lone = (
                pictured and "\n" not in text and re.fullmatch(r"[<(\[].*[>)\]]", text) is not None
            )
            return not (lone or text.startswith(UNPRINTED))
        return True

    def write(self) -> str:
        """The cell's Markdown; empty where nothing of it is shown."""
        if self.options.get("include") is False:
            return ""
        if self.cell.language != "python":
            return other_language(self.cell, self.options)
        shown = cell_code(self.cell, self.options) + (
            self.all_outputs() if self.options.get("output", True) is not False else ""
        )
        if not shown.strip():
            return ""
        if self.asis and not self.label and self.options.get("echo") is False:
            return shown + "\n"
        caption = f"\n{self.cell_caption}\n" if self.cell_caption else ""
        return f"::: {{{self.attributes()}}}\n{shown}{caption}:::\n"

    def attributes(self) -> str:
        """The `.cell` div's attributes."""
        out = []
        if self.label:
            out.append(f"#cell-{self.label}" if len(self.displays) == 1 else f"#{self.label}")
        elif self.options.get("id"):
            out.append(f"#{self.options['id']}")
        out.append(".cell")
        out += ["." + str(name).lstrip(".") for name in as_list(self.options.get("classes"))]
        for key, prefix in (("panel", "panel"), ("column", "column"), ("fig-column", "fig-column"),
                            ("tbl-column", "tbl-column"), ("fig-cap-location", "fig-cap-location"),
                            ("tbl-cap-location", "tbl-cap-location")):  # fmt: skip
            if isinstance(self.options.get(key), str):
                out.append(f".{prefix}-{self.options[key]}")
        out += [
            f"{key}={quoted(value)}" for key, value in self.cell.options.items() if key not in READ
        ]
        if self.count is not None:
            out.append(f"execution_count={self.count}")
        return " ".join(out)

    def all_outputs(self) -> str:
        """Every output, each in its div, in order."""
        return "".join(self.output(output, index) for index, output in enumerate(self.outputs, 1))

    def output(self, output: dict[str, Any], index: int) -> str:
        """One output in Quarto's div for its kind."""
        kind = output["output_type"]
        if kind == "stream":
            text = joined(output["text"])
            if self.asis and output["name"] == "stdout":
                return "\n" + ANSI.sub("", text) + "\n"
            return f"\n::: {{.cell-output .cell-output-{output['name']}}}\n{printed(text)}:::\n"
        if kind == "error":
            trace = "\n".join(map(str, output.get("traceback") or []))
            text = trace or f"{output['ename']}: {output['evalue']}"
            return f"\n::: {{.cell-output .cell-output-error}}\n{printed(text)}:::\n"
        data = output.get("data", {})
        mime = next((name for name in HTML_FIRST if name in data), "")
        body = self.display(mime, data, output.get("metadata", {}), index)
        if self.asis or not body:
            return "\n" + body + "\n"
        classes = [".cell-output", ".cell-output-display"]
        classes += [".cell-output-markdown"] if mime == "text/markdown" else []
        unshown = [name for name in data if not name.startswith(("text/", "image/"))]
        if mime in ("", "text/plain") and unshown:
            # for the findings, which name it also where the page comes from the freezer
            classes.append(f"press-unshown={quoted(', '.join(unshown))}")
            classes.append(f"press-code={quoted(self.first_line())}")
        label = f"#{self.output_label(output)} " if self.label and mime not in IMAGES else ""
        count = f" execution_count={self.count}" if kind == "execute_result" else ""
        return f"\n::: {{{label}{' '.join(classes)}{count}}}\n{body}:::\n"

    def first_line(self) -> str:
        """The cell's first line of code, by which it is found on the page."""
        return next((line.strip() for line in self.cell.code.split("\n") if line.strip()), "")

    def output_label(self, output: dict[str, Any]) -> str:
        """The id of an output: the label, numbered where the cell shows several."""
        if len(self.displays) == 1:
            return self.label
        shown_number = next(
            number for number, other in enumerate(self.displays, 1) if other is output
        )
        return f"{self.label}-{shown_number}"

    def display(self, mime: str, data: dict[str, Any], metadata: dict[str, Any], index: int) -> str:
        """The Markdown of rich data."""
        if mime in IMAGES:
            return self.image(mime, data[mime], metadata.get(mime, {}), index)
        text = joined(data.get(mime, ""))
        caption = str(self.captions.pop(0)) if self.captions else ""
        below = f"\n{caption}\n" if caption else ""
        if mime == "text/markdown":
            return f"{text}\n{below}"
        if mime == "text/latex":
            return f"{text}\n{below}"
        if mime == "text/html":
            return f"{fenced(text, '{=html}')}{below}"
        if mime == "application/javascript":
            return fenced(f'<script type="text/javascript">{text}</script>', "{=html}")
        if mime == "text/plain":
            return printed(text) + below
        return fenced(f"Unable to display output for mime type(s): {', '.join(data)}")

    def image(self, mime: str, content: Any, metadata: dict[str, Any], index: int) -> str:
        """Keep a picture as a file and name it."""
        raw = joined(content)
        name = f"{self.label or f'cell-{self.number + 1}'}-output-{index}.{IMAGES[mime]}"
        self.files[name] = raw.encode("utf-8") if mime == "image/svg+xml" else base64.b64decode(raw)
        shown_number = next(
            (n for n, other in enumerate(self.displays) if other is self.outputs[index - 1]), 0
        )
        attributes = [f"#{self.output_label(self.outputs[index - 1])}"] if self.label else []
        attributes += [f"{key}={metadata[key]}" for key in ("width", "height") if metadata.get(key)]
        for key in ("fig-align", "fig-alt", "fig-scap"):
            values = as_list(self.options.get(key))
            value = values[min(shown_number, len(values) - 1)] if values else None
            if value is not None:
                attributes.append(f"{key}={quoted(value)}")
        caption = str(self.captions.pop(0)) if self.captions else ""
        tail = f"{{{' '.join(attributes)}}}" if attributes else ""
        text = f"![{caption}]({self.stem}_files/figure-html/{name}){tail}"
        if self.options.get("fig-link"):
            text = f"[{text}]({self.options['fig-link']})"
        return text + "\n"


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


def printed(text: str) -> str:
    """What a program printed, with the colours it asked a terminal for."""
    if not is_coloured(text):
        return fenced(text)
    shown = fenced(f"<pre>{as_html(text.rstrip(chr(10)))}</pre>", "{=html}")
    return f"\n::: {{.ansi-escaped-output}}\n{shown}:::\n"


def cell_code(cell: CodeCell, options: dict[str, Any]) -> str:
    """The cell's code, unless `echo` is off."""
    echo = options.get("echo", True)
    if echo is False:
        return ""
    ticks = "`" * max(4 if echo == "fenced" else 3, longest_run(cell.code) + 1)
    attributes = [".cell-code"] if echo == "fenced" else [".python", ".cell-code"]
    if options.get("lst-label"):
        attributes.insert(0, "#" + str(options["lst-label"]).lstrip("#"))
    if options.get("lst-cap"):
        attributes.append(f"lst-cap={quoted(options['lst-cap'])}")
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


def other_language(cell: CodeCell, options: dict[str, Any]) -> str:
    """A cell that is drawn or shown after the run (mermaid, r), as it was written, as Quarto's is.

    What its code would have made is missing, so code that is hidden stays hidden.
    """
    if options.get("echo") is False and cell.language not in DIAGRAMS:
        return ""
    lines = [*cell.option_lines, cell.code]
    ticks = "`" * max(3, longest_run("\n".join(lines)) + 1)
    return "\n".join([f"{ticks}{{{cell.language}}}", *lines, ticks]) + "\n"
