"""One page on its way: what its options ask of execution and of pandoc, and what pandoc reports."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from press.bodies.body import Body
from press.bodies.pandoc import Request
from press.errors import Findings
from press.execution import execute, kernel, outputs
from press.execution.freeze import Executed
from press.input import cells
from press.input.project import Config, as_list
from press.input.shortcodes import expand
from press.input.source import Origin, Source, split_front

# Options of `execute:` that Quarto also reads at the top level.
TOP_LEVEL = ("echo", "eval", "output", "warning", "error", "include", "freeze", "enabled", "cache")
MESSAGES = {
    "reference": ("@{}", "broken cross-reference @{}"),
    "citation": ("@{}", "unknown citation key @{}"),
    "duplicate": ("{}", "the label {} is used twice"),
}


@dataclass
class Work:
    """One page on its way."""

    source: Source
    options: dict[str, Any]
    page: Any
    segments: list[cells.Segment]
    executed: Executed | None = None
    stored: list[execute.Ran | execute.Told] | None = None  # a notebook's cells with their outputs


def execute_options(options: dict[str, Any]) -> dict[str, Any]:
    """The options of execution: `execute:`, with the same keys at the top level beside it."""
    inner = options.get("execute")
    settings = (
        dict(inner) if isinstance(inner, dict) else {"enabled": inner} if inner is False else {}
    )
    for key in TOP_LEVEL:
        if key in options:
            settings.setdefault(key, options[key])
    return settings


def figures(options: dict[str, Any]) -> kernel.Figures:
    """How this page's pictures are drawn."""
    settings = {**options, **execute_options(options)}
    default = kernel.Figures()
    form = str(settings.get("fig-format") or default.format)
    return kernel.Figures(
        float(settings.get("fig-width") or default.width),
        float(settings.get("fig-height") or default.height),
        int(settings.get("fig-dpi") or default.dpi),
        form if form in ("retina", "png", "svg", "jpeg") else default.format,
    )


def to_run(work: Work, settings: dict[str, Any]) -> bool:
    """Whether anything on the page is to be executed."""
    evaluate = settings.get("eval", True) is not False
    return settings.get("enabled", True) is not False and cells.needs_kernel(
        work.segments, evaluate
    )


def unrun(work: Work, settings: dict[str, Any]) -> Executed:
    """A page whose cells are shown but not run."""
    results: list[execute.Ran | execute.Told] = [
        execute.Ran(part, [], None) if isinstance(part, cells.Cell) else execute.Told(part, [])
        for part in work.segments
    ]
    written = outputs.write(work.source.path.stem, "", results, settings)
    return Executed(written.markdown, {}, {})


def request(
    work: Work,
    config: Config,
    variables: dict[str, Any],
    findings: Findings,
    embed: Callable[[Work, str, bool, str], str],
) -> Request:
    """What pandoc is asked for one page; a shortcode that the press does not know is a finding."""
    markdown = work.source.body
    if work.executed is not None:
        markdown = split_front(work.executed.markdown, str(work.source.path))[2]

    def unknown(name: str, text: str) -> None:
        origin = work.source.find(text)
        findings.unsupported(origin.path, origin.line, f"the shortcode {name}")

    def unset(name: str, text: str) -> None:
        origin = work.source.find(text)
        findings.add(origin.path, origin.line, f"{text}: there is no such value")

    if work.executed is not None and work.executed.includes:
        findings.unsupported(
            str(work.source.path), 0, "widgets and scripts frozen for the head of a page"
        )
    named = [str(name) for name in as_list(work.options.get("bibliography"))]
    found = [beside(work, config, "bibliography", name, findings) for name in named]
    csl = work.options.get("csl")
    return Request(
        str(work.source.path),
        expand(
            markdown,
            {**work.options, **work.source.front},
            variables,
            unknown,
            lambda address, echo, text: embed(work, address, echo, text),
            unset,
        ),
        work.options,
        tuple(path for path in found if path is not None),
        beside(work, config, "csl", str(csl), findings) if csl else None,
        str(work.options.get("from") or "markdown"),
        config.profiles,
        work.options.get("code-copy", True) is not False,
        tuple(own_filters(config.root, {"filters": listed_filters(work, config)})),
        config.root,
    )


def listed_filters(work: Work, config: Config) -> list[Any]:
    """The filters that the project and the page list; the layout keeps the project's to itself."""
    listed = [*as_list(config.options.get("filters")), *as_list(work.options.get("filters"))]
    return [item for number, item in enumerate(listed) if item not in listed[:number]]


def own_filters(root: Path, options: dict[str, Any]) -> list[Path]:
    """The Lua filters that a project lists and has; those of extensions are Quarto's alone."""
    named = [
        str(item.get("path") or "") if isinstance(item, dict) else str(item)
        for item in as_list(options.get("filters"))
    ]
    return [root / name for name in named if name.endswith(".lua") and (root / name).is_file()]


def beside(work: Work, config: Config, key: str, name: str, findings: Findings) -> Path | None:
    """A file that an option names: beside the page, else at the project's root."""
    for base in ((config.root / work.source.path).parent, config.root):
        path = base / name.lstrip("/")
        if path.is_file():
            return path
    origin = work.source.find(name)
    where = (origin.path, origin.line) if origin.line else config.line_of(key)
    findings.add(where[0], where[1], f"{key}: there is no file {name}")
    return None


def report(work: Work, body: Body, findings: Findings) -> None:
    """Turn what the filters and pandoc said into findings with page and line."""
    for kind, what in body.notes:
        if kind == "unsupported":
            origin = work.source.find(what.split()[0])
            findings.unsupported(origin.path, origin.line, what)
            continue
        if kind == "annotation":
            text = f"explanation {what} is about no line of the code above it"
            findings.add(str(work.source.path), annotation_line(work, what), text)
            continue
        if kind == "filter":
            findings.unsupported(str(work.source.path), 0, f"the filter {what}")
            continue
        if kind == "warning":
            origin, message = pandoc_warning(work, what)
        else:
            needle, form = MESSAGES[kind]
            origin, message = work.source.find(needle.format(what)), form.format(what)
        findings.add(origin.path, origin.line, message)


def annotation_line(work: Work, number: str) -> int:
    """The line of the first numbered item that could be the explanation."""
    return work.source.find(f"{number}. ").line


def pandoc_warning(work: Work, text: str) -> tuple[Origin, str]:
    """Where one of pandoc's warnings points, and the warning in the page's own line numbers."""
    if math := re.match(r"Could not convert TeX math (.*), rendering as TeX", text):
        return work.source.find(math[1]), f"this math cannot be set: {math[1]}"
    lines = [int(number) for number in re.findall(r"at line (\d+)", text)]
    if not lines or work.executed is not None:
        return Origin(str(work.source.path), 0), text
    origins = [work.source.origin(number) for number in lines]
    mapped = iter(origins)
    text = re.sub(r"at line \d+ column \d+", lambda _: f"at line {next(mapped).line}", text)
    return origins[0], text
