"""What pandoc is asked for a page, and what it said of it as findings with page and line."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from press.bodies.markdown import as_pandoc_reads
from press.bodies.pandoc import PandocRequest
from press.errors import Findings
from press.input.language import language_of, with_labels
from press.input.project import Config, as_list, own_filters
from press.input.shortcodes import expand
from press.input.source import Origin, PageSource, split_front
from press.page import Page

# What a filter or citeproc says: where to look for it on the page, and the finding.
MESSAGES = {
    "reference": ("@{}", "broken cross-reference @{}"),
    "citation": ("@{}", "unknown citation key @{}"),
    "duplicate": ("{}", "the label {} is used twice"),
    "tables": ("tbl-colwidths", "{}"),
    "annotation": ("{}. ", "explanation {} is about no line of the code above it"),
}


def pandoc_request(
    page: Page,
    config: Config,
    variables: dict[str, Any],
    findings: Findings,
    embed: Callable[[Page, str, bool, str], str],
) -> PandocRequest:
    """What pandoc is asked for one page; a shortcode that the press does not know is a finding."""
    markdown = page.source.body
    if page.executed is not None:
        markdown = split_front(page.executed.markdown, page.name)[2]

    def embedded(address: str, echo: bool, text: str) -> str:
        return embed(page, address, echo, text)

    unknown, unset = reporters(page.source, findings)
    options = {**page.options, **page.source.front}
    bibliographies = [
        named_file(page, config, "bibliography", str(name), findings)
        for name in as_list(page.options.get("bibliography"))
    ]
    csl = page.options.get("csl")
    # the layout keeps the project's filters to itself
    filters = [*as_list(config.options.get("filters")), *as_list(page.options.get("filters"))]
    filters = [item for number, item in enumerate(filters) if item not in filters[:number]]
    return PandocRequest(
        page=page.name,
        markdown=as_pandoc_reads(expand(markdown, options, variables, unknown, embedded, unset)),
        options=with_labels(page.options, language_of(page.options, config.root)),
        bibliography=tuple(file for file in bibliographies if file is not None),
        csl=named_file(page, config, "csl", str(csl), findings) if csl else None,
        reader=str(page.options.get("from") or "markdown"),
        profiles=config.profiles,
        code_copy=page.options.get("code-copy", True) is not False,
        own=tuple(own_filters(config.root, filters)),
        root=config.root,
    )


def reporters(
    source: PageSource, findings: Findings
) -> tuple[Callable[[str, str], None], Callable[[str, str], None]]:
    """Two reporters for a page: of a shortcode that is not known, and of a value that is not set."""

    def unknown(name: str, text: str) -> None:
        origin = source.find(text)
        findings.unsupported(origin.path, origin.line, f"the shortcode {name}")

    def unset(name: str, text: str) -> None:
        origin = source.find(text)
        findings.add(origin.path, origin.line, f"{text}: there is no such value")

    return unknown, unset


def named_file(page: Page, config: Config, key: str, name: str, findings: Findings) -> Path | None:
    """A file that an option names: beside the page, else at the project's root."""
    for folder in ((config.root / page.source.path).parent, config.root):
        file = folder / name.lstrip("/")
        if file.is_file():
            return file
    origin = page.source.find(name)
    where = (origin.path, origin.line) if origin.line else config.line_of(key)
    findings.add(*where, f"{key}: there is no file {name}")
    return None


def report(page: Page, notes: list[tuple[str, str]], findings: Findings) -> None:
    """Turn what the filters and pandoc said into findings with page and line."""
    for kind, what in notes:
        if kind == "unsupported":
            origin = page.source.find(what.split()[0])
            findings.unsupported(origin.path, origin.line, what)
        elif kind == "output":
            kinds, _, code = what.partition("\t")
            origin = page.source.find(code) if code else Origin(page.name, 0)
            message = f"an output of kind {kinds}, which no page can show but as text"
            findings.add(origin.path, origin.line, message)
        elif kind == "filter":
            findings.unsupported(page.name, 0, f"the filter {what}")
        elif kind == "warning":
            origin, message = pandoc_warning(page, what)
            findings.add(origin.path, origin.line, message)
        else:
            needle, message = MESSAGES[kind]
            origin = page.source.find(needle.format(what))
            findings.add(origin.path, origin.line, message.format(what))


def pandoc_warning(page: Page, text: str) -> tuple[Origin, str]:
    """Where one of pandoc's warnings points, and the warning in the page's own line numbers."""
    if math := re.match(r"Could not convert TeX math (.*), rendering as TeX", text):
        return page.source.find(math[1]), f"this math cannot be set: {math[1]}"
    origins = [page.source.origin(int(line)) for line in re.findall(r"at line (\d+)", text)]
    if not origins or page.executed is not None:
        return Origin(page.name, 0), text
    lines = (origin.line for origin in origins)
    return origins[0], re.sub(r"at line \d+ column \d+", lambda _: f"at line {next(lines)}", text)
