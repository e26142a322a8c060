"""What the press does not do, found in a project and named once, with file and line."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from smalldocs.config import HTML_OPTIONS, KNOWN, LISTING, check_keys
from smalldocs.quarto_keys import QUARTO_PAGE_OPTIONS

from press.errors import Findings
from press.input.cells import CodeCell, Prose, Segment
from press.input.language import is_known
from press.input.project import Config, as_list, own_filters
from press.input.source import PageSource
from press.site.about import TEMPLATES
from press.site.highlighting import chosen, is_style

# Page options that the press does by itself, beside those that its layout reads.
DONE = {
    "aliases", "filters", "lightbox", "abstract", "doi", "code-annotations", "code-tools", "title-block-categories", "canonical-url", "appendix-cite-as",
    "abstract-title", "author-meta", "bibliography", "callout-appearance", "callout-icon", "citations-hover",
    "code-copy", "crossref", "csl", "daemon", "daemon-restart", "date-meta", "engine", "enabled", "fig-dpi",
    "fig-format", "fig-height", "fig-responsive", "fig-width", "freeze", "grid", "highlight-style",
    "html-math-method", "image", "image-alt", "jupyter", "keep-ipynb", "keep-md", "lang", "link-bibliography",
    "link-citations", "listing", "metadata-files", "nocite", "number-depth", "order", "quarto-required", "resources",
    "respect-user-color-scheme", "subtitle", "suppress-bibliography", "title", "variables", "citation", "draft",
    "categories", "footnotes-hover", "crossrefs-hover", "editor", "number-offset", "format", "profile", "date-modified",
    "tbl-colwidths", "metadata-file", "language", "about", "title-block-banner-color",
}  # fmt: skip
LISTING_DONE = ("feed.type", "image-placeholder")  # beside those that its layout reads
SITE_DONE = {"website.image-alt", "website.reader-mode"}
# Quarto does these for pages that R runs, and for no others.
NOTHING_TO_DO = {"code-link", "knitr", "df-print"}
# Every page option that Quarto has, less those.
PAGE_OPTIONS = frozenset(QUARTO_PAGE_OPTIONS) - DONE - frozenset(HTML_OPTIONS) - NOTHING_TO_DO
EXECUTE_DONE = {"echo", "output", "include"} | {
    "eval", "warning", "error", "freeze", "enabled", "fig-width", "fig-height", "fig-format", "fig-dpi", "daemon",
}  # fmt: skip
INLINE_VALUE = re.compile(r"(?<!`)`(?:(?P<braces>\{(?:r|julia|ojs)\})|r)[ \t][^`]+`(?!`)")
SHAPES = ("format", "execute", "listing", "project", "website", "profile", "book", "smalldocs")
IGNORED_CELL_OPTIONS = (
    "cache",
    "fig-env",
    "fig-pos",
    "fig-scap",
    "ref-parent",
    "renderings",
    "include-file",
)


def check_config(config: Config, findings: Findings) -> None:
    """Name what `_quarto.yml` asks for and the press leaves out."""
    sections = {key: config.options[key] for key in ("project", "website") if key in config.options}
    for key in check_keys(sections, KNOWN, ""):
        name, line = config.line_of(key.replace("[0]", ""))
        if key not in SITE_DONE:
            findings.unsupported(name, line, key)
    top = {key: value for key, value in config.options.items() if key not in SHAPES}
    for dotted in page_options(top, ""):
        name, line = config.line_of(dotted.split(":")[0])
        findings.unsupported(name, line, dotted)
    for dotted in [*formats(config.options), *execution(config.options)]:
        name, line = config.line_of(dotted.split(":")[0])
        findings.unsupported(name, line, dotted)
    for item in as_list(config.options.get("filters")):
        name, line = config.line_of("filters")
        if str(item) != "quarto" and not own_filters(config.root, item):
            findings.unsupported(name, line, f"the filter {item}")


def check_page(root: Path, source: PageSource, findings: Findings) -> None:
    """Name what a page's front matter asks for and the press leaves out."""
    options = [
        *page_options({k: v for k, v in source.front.items() if k not in SHAPES}, ""),
        *formats(source.front),
    ]
    options += execution(source.front)
    for listing in as_list(source.front.get("listing")):
        if isinstance(listing, dict):
            keys = check_keys(listing, LISTING, "")  # the feed's type is the press's own
            options += [f"listing.{key}" for key in keys if key not in LISTING_DONE]
    options += [
        f"the filter {item}"
        for item in as_list(source.front.get("filters"))
        if item != "quarto" and not own_filters(root, item)
    ]
    for number, line in enumerate(source.front_text.split("\n"), 1):
        if re.search(r":\s+!(?:expr|r)\b", line):
            what = "values for R to evaluate (!expr)"
            findings.unsupported(str(source.path), number, what)
    for dotted in options:
        name = dotted.removeprefix("the filter ")
        origin = source.find(
            name if name != dotted else f"{dotted.split(':')[0].rsplit('.', 1)[-1]}:"
        )
        findings.unsupported(str(source.path), origin.line, dotted)


def check_cells(source: PageSource, segments: list[Segment], findings: Findings) -> None:
    """Name the cell options and languages that the press leaves out."""
    languages = {part.language for part in segments if isinstance(part, CodeCell)}
    for segment in segments:
        if not isinstance(segment, CodeCell):
            check_inline(source, segment, languages, findings)
            continue
        origin = source.origin(segment.line)
        if segment.language not in ("python", "mermaid"):
            findings.unsupported(origin.path, origin.line, f"cells in {segment.language}")
        for key in segment.options:
            if key in IGNORED_CELL_OPTIONS:
                findings.unsupported(origin.path, origin.line, f"the cell option {key}")


def check_inline(source: PageSource, prose: Prose, languages: set[str], findings: Findings) -> None:
    """Name the inline values in a language that the press does not run."""
    for number, line in enumerate(prose.text.split("\n"), prose.line):
        value = INLINE_VALUE.search(line)
        if value and (value["braces"] or "r" in languages):
            origin = source.origin(number)
            language = (value["braces"] or "r").strip("{}")
            findings.unsupported(origin.path, origin.line, f"inline values in {language}")


def check_options(source: PageSource, cells: list[CodeCell], findings: Findings) -> None:
    """Name the cells whose options cannot be read, on a page whose results did not need them."""
    for cell in cells:
        if cell.problem:
            origin = source.origin(cell.problem_line)
            findings.add(origin.path, origin.line, f"{cell.problem}; the cell is shown without any")
        for number, line in enumerate(cell.option_lines, cell.line + 1):
            if re.search(r":\s+!(?:expr|r)\b", line):
                origin = source.origin(number)
                what = "values for R to evaluate (!expr)"
                findings.unsupported(origin.path, origin.line, what)


def page_options(options: dict[str, Any], prefix: str) -> list[str]:
    """The page options among some keys that the press does not read."""
    out = [
        prefix + key
        for key, value in options.items()
        if key in PAGE_OPTIONS and value not in (None, False)
    ]
    crossref = options.get("crossref")
    for key in crossref if isinstance(crossref, dict) else ():
        if key != "title-delim" and not re.fullmatch(r"[a-z]{2,3}-(prefix|title)", str(key)):
            out.append(f"{prefix}crossref.{key}")
    if options.get("lang") and not is_known(options):
        out.append(
            f"{prefix}lang: {options['lang']}: labels in that language; name them by language:"
        )
    for name in chosen(options.get("highlight-style")).values():
        if not is_style(name):
            out.append(f"{prefix}highlight-style: {name}")
    about = options.get("about")
    template = about.get("template") if isinstance(about, dict) else about
    if about and template not in TEMPLATES:
        out.append(f"{prefix}about: {template}")
    if options.get("html-math-method") not in (None, "mathml"):
        out.append(prefix + "html-math-method")
    if options.get("reference-location") not in (None, "document", "margin"):
        out.append(prefix + "reference-location")
    return out


def formats(options: dict[str, Any]) -> list[str]:
    """The formats other than HTML, and HTML's options that the press does not read."""
    written = options.get("format")
    if not isinstance(written, dict):
        return [] if written in (None, "html") or str(written).endswith("-html") else ["format"]
    out = []
    for key, inner in written.items():
        if key == "html" or str(key).endswith("-html"):
            out += page_options(inner, f"format.{key}.") if isinstance(inner, dict) else []
        else:
            out.append(f"format.{key}")
    return out


def execution(options: dict[str, Any]) -> list[str]:
    """The options of execution that the press does not read."""
    inner = options.get("execute")
    return (
        [f"execute.{key}" for key in inner if key not in EXECUTE_DONE]
        if isinstance(inner, dict)
        else []
    )
