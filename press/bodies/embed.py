"""The `embed` shortcode: cells of another page or notebook, with their outputs, in this one."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path, PurePosixPath

from press.errors import Findings
from press.execution import notebooks, outputs
from press.execution.freeze import ExecutedPage, Freezer
from press.input.language import language_of
from press.input.source import split_front
from press.page import Page

DIV = re.compile(r"^(?P<colons>:{3,})\s*(?P<attributes>\{.*\}|\w[\w-]*)?\s*$")
CODE = re.compile(r"^(?P<ticks>`{3,})\s*\{[^}]*\.cell-code[^}]*\}\s*$")
IDENTIFIER = re.compile(r":{3,}\s*\{#([^\s}]+)")
FIGURE = re.compile(r"(!\[[^\]]*\]\()([^)\s]+_files/[^)\s]+)(\))")


def cells(markdown: str, names: list[str], *, echo: bool) -> str:
    """The cells that are asked for, out of an executed page's Markdown; empty where one is missing."""
    asked = [labelled(markdown, name) for name in names] if names else [markdown]
    if not all(asked):
        return ""
    text = "\n\n".join(asked)
    return text if echo else without_code(text)


def labelled(markdown: str, name: str) -> str:
    """The cell with a label or an id, else every cell with a tag of that name."""
    wanted = re.compile(rf"#(?:cell-)?{re.escape(name)}[\s}}]")
    tag = re.compile(rf"\stags='\[[^']*\"{re.escape(name)}\"[^']*\]'")
    lines = markdown.split("\n")
    tagged = []
    for start, line in enumerate(lines):
        mark = DIV.match(line)
        if not mark or not mark["attributes"]:
            continue
        if wanted.search(mark["attributes"]):
            return "\n".join(lines[start : closing(lines, start) + 1])
        if tag.search(mark["attributes"]):
            tagged.append("\n".join(lines[start : closing(lines, start) + 1]))
    return "\n\n".join(tagged)


def closing(lines: list[str], start: int) -> int:
    """The line that closes a div."""
    depth = 0
    for number in range(start, len(lines)):
        mark = DIV.match(lines[number])
        if mark:
            depth += 1 if mark["attributes"] else -1
            if depth == 0:
                return number
    return len(lines) - 1


def without_code(text: str) -> str:
    """Cells without their code: `embed` shows outputs unless `echo=true`."""
    out: list[str] = []
    ticks = ""
    for line in text.split("\n"):
        mark = CODE.match(line)
        if ticks:
            ticks = "" if line.strip() == ticks else ticks
        elif mark:
            ticks = mark["ticks"]
        else:
            out.append(line)
    return "\n".join(out)


def with_figures_from(text: str, source: PurePosixPath, page: PurePosixPath) -> str:
    """The figures' addresses, written from the page that embeds them."""

    def from_page(match: re.Match[str]) -> str:
        whole = posixpath.join(str(source.parent), match[2])
        return match[1] + posixpath.relpath(whole, str(page.parent)) + match[3]

    return FIGURE.sub(from_page, text)


class Embeds:
    """The pages and notebooks of a project, as far as others embed them."""

    def __init__(self, pages: list[Page], freezer: Freezer, findings: Findings) -> None:
        """Take the pages of this render, executed."""
        self.freezer, self.findings = freezer, findings
        self.pages = {page.source.path: page.executed for page in pages}
        self.titles = {page.source.path: page.source.front.get("title") for page in pages}
        self.figures: dict[PurePosixPath, Path] = {}  # for the site, beside the pages' own

    def shortcode(self, page: Page, address: str, echo: bool, text: str) -> str:
        """The Markdown that stands for one shortcode; empty, with a finding, where it fails."""
        name, _, wanted = address.partition("#")
        joined = posixpath.normpath(
            posixpath.join(
                "" if name.startswith("/") else str(page.source.path.parent), name.lstrip("/")
            )
        )
        path = PurePosixPath(joined)
        names = [part.strip() for part in wanted.split(",") if part.strip()]
        executed = self.executed(path)
        found = (
            cells(split_front(executed.markdown, joined)[2], names, echo=echo) if executed else ""
        )
        if not found:
            origin = page.source.find(text)
            what = f"has no cell {wanted}" if executed else "is no page with cells, and no notebook"
            self.findings.add(origin.path, origin.line, f"embed {address}: {name} {what}")
            return ""
        if executed is not None:
            self.figures.update(executed.supporting)
        shown = with_figures_from(found, path, page.source.path)
        return f"\n\n::: {{.quarto-embed-nb-cell}}\n{shown}\n\n{self.link_to(path, found, page)}:::\n\n"

    def link_to(self, path: PurePosixPath, cell: str, page: Page) -> str:
        """Where an embedded cell comes from, if that is a page of the site."""
        if path not in self.titles:
            return ""
        identifier = IDENTIFIER.match(cell)
        address = f"/{path}" + (f"#{identifier[1]}" if identifier else "")
        title = self.titles[path] or path.name
        labels = language_of(page.options, self.freezer.root).labels
        source = labels.get("source-notebooks-prefix", "Source")
        return f"[{source}: {title}](<{address}>){{.quarto-notebook-link}}\n"

    def executed(self, path: PurePosixPath) -> ExecutedPage | None:
        """What a page or a notebook shows; None where there is nothing."""
        if (
            path not in self.pages
            and path.suffix == ".ipynb"
            and (self.freezer.root / path).is_file()
        ):
            source, results = notebooks.read(self.freezer.root, path)
            written = outputs.write(path.stem, "", results, {})
            self.pages[path] = self.freezer.store(source, written, False)
        return self.pages.get(path)
