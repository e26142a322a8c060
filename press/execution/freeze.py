"""Quarto's freezer, both ways: `_freeze/<page>/execute-results/html.json` and the figures beside it."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from press.errors import Findings
from press.execution.outputs import PageMarkdown
from press.hooks import drop_stale
from press.hooks.qmd import write_whole
from press.input.source import PageSource


@dataclass(frozen=True)
class ExecutedPage:
    """A page after execution: Markdown for pandoc, and where the files it names stand."""

    markdown: str
    supporting: dict[PurePosixPath, Path]  # path in the site → file on disk
    includes: dict[str, Any]


class Freezer:
    """Reads and writes frozen pages. One without `freeze` is kept only under `.press/`."""

    def __init__(self, root: Path, findings: Findings) -> None:
        """Take a project; nothing is read yet."""
        self.root = root
        self.findings = findings

    def folder(self, page: PurePosixPath, frozen: bool = True) -> Path:
        """Where a page's results are kept."""
        base = self.root / "_freeze" if frozen else self.root / ".press" / "executed"
        return base / page.with_suffix("")

    def load(self, source: PageSource, mode: Any, frozen: bool = True) -> ExecutedPage | None:
        """The frozen page, where `freeze` is on and the result still fits; else None.

        Without `frozen`, what the press kept of a page that is not to be frozen.
        """
        if mode not in (True, "auto"):
            return None
        folder = self.folder(source.path, frozen)
        file = folder / "execute-results" / "html.json"
        if not file.is_file():
            return None
        shown = file.relative_to(self.root).as_posix()
        try:
            held = json.loads(file.read_text(encoding="utf-8"))
            result = held["result"]
            markdown, digest = str(result["markdown"]), str(held["hash"])
        except (OSError, ValueError, KeyError, TypeError):
            self.findings.add(
                shown,
                0,
                "is not a frozen page that can be read; the page is executed again",
                breaks=False,
            )
            return None
        if mode == "auto" and digest != source.hash:
            return None
        return ExecutedPage(
            markdown, self.supporting(source.path, folder), dict(result.get("includes") or {})
        )

    def supporting(self, page: PurePosixPath, folder: Path) -> dict[PurePosixPath, Path]:
        """The files beside a frozen page, by the place that the page names them at."""
        out: dict[PurePosixPath, Path] = {}
        target = page.parent / f"{page.stem}_files"
        for part in sorted(folder.iterdir()) if folder.is_dir() else []:
            if part.is_dir() and part.name != "execute-results" and not nested(part):
                for file in sorted(part.rglob("*")):
                    if file.is_file():
                        out[target / part.name / file.relative_to(part).as_posix()] = file
        return out

    def store(self, source: PageSource, written: PageMarkdown, mode: Any) -> ExecutedPage:
        """Keep an executed page: in `_freeze` where `freeze` is on, with what its numbers stand on."""
        frozen = mode in (True, "auto")
        folder = self.folder(source.path, frozen)
        figures = folder / "figure-html"
        results = folder / "execute-results"
        shutil.rmtree(figures, ignore_errors=True)
        if written.files:
            figures.mkdir(parents=True)
            for name, content in written.files.items():
                (figures / name).write_bytes(content)
        result = {
            "engine": "jupyter",
            "markdown": written.markdown,
            "supporting": [f"{source.path.stem}_files"] if written.files else [],
            "filters": [],
            "includes": written.includes,
        }
        text = json.dumps({"hash": source.hash, "result": result}, indent=2, ensure_ascii=False)
        write_whole(results / "html.json", text)
        if frozen:
            drop_stale.record(self.root, source.path.as_posix())
        supporting = self.supporting(source.path, folder)
        return ExecutedPage(written.markdown, supporting, dict(written.includes))


def nested(folder: Path) -> bool:
    """Whether a folder in `_freeze` holds other pages, rather than a page's files."""
    return (folder / "execute-results").is_dir() or any(folder.rglob("execute-results"))
