"""Pandoc, called as a program: pages of Markdown in, HTML and what the filters said out."""

from __future__ import annotations

import errno
import hashlib
import importlib.metadata
import json
import re
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from press.errors import PressError, in_words
from press.hooks import find_repository

FOLDER = Path(__file__).parents[1] / "filters"
BATCH = FOLDER / "batch.lua"
FILTERS = tuple(
    FOLDER / name
    for name in (
        "abstract.lua",
        "annotations.lua",
        "cells.lua",
        "tables.lua",
        "crossref.lua",
        "margin.lua",
        "blocks.lua",
        "lightbox.lua",
    )
)
# What the filters and citeproc read; everything else on a page is for the layout.
READ = (
    "abstract", "callout-appearance", "callout-icon", "cap-location", "code-annotations", "code-fold", "code-line-numbers", "code-overflow",
    "code-summary", "crossref", "fig-cap-location", "lang", "lightbox", "link-bibliography", "link-citations", "nocite",
    "number-depth", "number-offset", "press-callouts", "number-sections", "reference-location", "reference-section-title", "suppress-bibliography", "tbl-cap-location", "tbl-colwidths",
)  # fmt: skip
APART = ("bibliography", "csl")  # files, given to citeproc by path
# A key that is no cross-reference; an address such as ada@example.org costs time and no more.
CITES = re.compile(
    r"@(?!(?:fig|tbl|lst|eq|sec|nte|tip|wrn|imp|cau|thm|lem|cor|prp|cnj|def|exm|exr|sol|rem)-)[\w{]",
    re.I,
)


@dataclass(frozen=True)
class PandocRequest:
    """One page to turn into HTML."""

    page: str  # the page's path, for messages alone
    markdown: str
    options: dict[str, Any]
    bibliography: tuple[Path, ...] = ()
    csl: Path | None = None
    reader: str = "markdown"
    profiles: tuple[str, ...] = ()
    code_copy: bool = True
    own: tuple[Path, ...] = ()  # the project's own Lua filters
    root: Path = Path()

    @property
    def cites(self) -> bool:
        """Whether anything is cited: citeproc takes longer than all the rest of a page."""
        listed = bool(self.bibliography) or "references" in self.options
        texts = (self.markdown, str(self.options.get("abstract") or ""))
        return listed and ("nocite" in self.options or any(CITES.search(text) for text in texts))

    def key(self) -> str:
        """A digest of everything that the HTML depends on."""
        parts: list[bytes] = [
            self.markdown.encode(),
            json.dumps(self.metadata(), sort_keys=True, default=str).encode(),
        ]
        parts += [
            path.read_bytes()
            for path in (*self.bibliography, *([self.csl] if self.csl else []), *self.own)
        ]
        if self.own:
            parts += [self.page.encode(), found_by_scripts(self.root)]
        parts += [self.reader.encode(), str(self.code_copy).encode(), versions()]
        return hashlib.sha256(
            b"\0".join(hashlib.sha256(part).digest() for part in parts)
        ).hexdigest()

    def metadata(self) -> dict[str, Any]:
        """The metadata that pandoc is given."""
        read = self.options if self.own else READ  # whose filters may ask for anything
        meta = {key: self.options[key] for key in read if key in self.options and key not in APART}
        if "references" in self.options:
            meta["references"] = self.options["references"]
        meta.setdefault("link-citations", True)
        if not self.options.get("title"):
            meta["press-untitled"] = True
        if "-meta=" in self.markdown:  # content that a page's own options show or hide
            meta["press-meta"] = f"`{' '.join(true_options(self.options))}`"
        if self.profiles:
            meta["press-profiles"] = " ".join(self.profiles)
        return meta

    def job(self, output: Path) -> dict[str, Any]:
        """The request as the batch script reads it."""
        return {
            "markdown": self.markdown,
            "metadata": json.dumps(self.metadata(), default=str),
            "reader": self.reader,
            "own": [str(path) for path in self.own],
            "root": str(self.root),
            "input": str(self.root / self.page),
            "filters": [str(path) for path in FILTERS],
            "cites": self.cites,
            "bibliography": [str(path) for path in self.bibliography],
            **({"csl": str(self.csl)} if self.csl else {}),
            "output": str(output),
        }


@dataclass(frozen=True)
class PandocResult:
    """One page's HTML, and what was said while it was made: kind and text."""

    html: str
    notes: list[tuple[str, str]]


def true_options(options: Mapping[str, Any], prefix: str = "") -> list[str]:
    """The dotted names of the options that are set to something."""
    names = [f"{prefix}{key}" for key, value in options.items() if value not in (None, False, "")]
    inner = {key: value for key, value in options.items() if isinstance(value, Mapping)}
    return names + [
        name for key, value in inner.items() for name in true_options(value, f"{prefix}{key}.")
    ]


@cache
def versions() -> bytes:
    """What else decides the HTML: pandoc's version, the filters, and the press's own modules."""
    own = [*sorted(FOLDER.glob("*.lua")), *sorted(Path(__file__).parent.glob("*.py"))]
    files = b"".join(path.read_bytes() for path in own)
    return importlib.metadata.version("pypandoc-binary").encode() + files


def found_by_scripts(root: Path) -> bytes:
    """What a script before the render left for the project's own filters to read."""
    repository = root / find_repository.KEPT
    return repository.read_bytes() if repository.is_file() else b""


@cache
def program() -> str:
    """The pandoc program that comes with pypandoc."""
    import pypandoc

    try:
        return str(pypandoc.get_pandoc_path())
    except OSError as error:
        raise PressError(
            "pandoc is missing. Install it with: pip install pypandoc-binary"
        ) from error


@cache
def inline_html(markdown: str) -> str:
    """A short piece of Markdown as HTML without a paragraph around it, its math as MathML."""
    printed = subprocess.run(
        [program(), "--from=markdown", "--to=html5", "--mathml", "--wrap=preserve"],
        input=markdown,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return re.sub(r"\A<p>(.*)</p>\Z", r"\1", printed.stdout.strip(), flags=re.S)


def convert(requests: list[PandocRequest]) -> list[PandocResult]:
    """Convert some pages in one run of pandoc; a page that cannot be read is an error."""
    with tempfile.TemporaryDirectory(prefix="press-") as folder:
        outputs = [Path(folder) / f"{number}.html" for number in range(len(requests))]
        jobs = [request.job(output) for request, output in zip(requests, outputs, strict=True)]
        listed = Path(folder) / "jobs.json"
        listed.write_text(json.dumps(jobs, default=str), encoding="utf-8")
        process = subprocess.run(
            [program(), "lua", str(BATCH), str(listed)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        notes_by_page = by_page(process.stderr, len(requests))
        for request, output, notes in zip(requests, outputs, notes_by_page, strict=True):
            why = next((what for kind, what in notes if kind == "failed"), "")
            if why or not output.is_file():
                said = process.stderr.strip() or "it ended early"
                raise refusal(request, why or said)
        return [
            PandocResult(output.read_text(encoding="utf-8"), notes)
            for output, notes in zip(outputs, notes_by_page, strict=True)
        ]


def refusal(request: PandocRequest, why: str) -> PressError:
    """Why pandoc could not make a page, with the place in the bibliography where that is to blame."""
    if "No space left on device" in why:
        return PressError(in_words(OSError(errno.ENOSPC, "No space left on device")))
    listed = re.search(r"Error reading bibliography file (.+?): \(line (\d+), [^)]*\): (.+)", why)
    if listed is None:
        return PressError(f"{request.page}: pandoc could not read it: {why.splitlines()[-1]}")
    file = Path(listed[1])
    path = file.relative_to(request.root) if file.is_relative_to(request.root) else file
    return PressError(f"{path}:{listed[2]}: this bibliography cannot be read: {listed[3]}")


def by_page(text: str, count: int) -> list[list[tuple[str, str]]]:
    """What filters, citeproc and pandoc said of each page."""
    notes: list[list[tuple[str, str]]] = [[] for _ in range(count)]
    page_notes: list[tuple[str, str]] = []
    for line in text.splitlines():
        if line.startswith("PRESS\tpage\t"):
            page_notes = notes[int(line.rsplit("\t", 1)[1]) - 1]
        elif line.startswith("PRESS\t"):
            kind, what = line.split("\t", 2)[1:]
            page_notes.append((kind, what))
        elif citation := re.search(r"Citeproc: citation (\S+) not found", line):
            page_notes.append(("citation", citation[1]))
        elif line.startswith("[WARNING]"):
            page_notes.append(("warning", line.removeprefix("[WARNING]").strip()))
    return notes
