"""One page on its way through the stations: its source, its cells, its results, its place in the site."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from press.execution import outputs
from press.execution.freeze import ExecutedPage
from press.execution.kernel import CellResult, FigureFormat, ProseResult
from press.input.cells import CodeCell, Segment, needs_kernel
from press.input.source import PageSource

# Options of `execute:` that Quarto also reads at the top level.
TOP_LEVEL = ("echo", "eval", "output", "warning", "error", "include", "freeze", "enabled", "cache")


@dataclass
class Page:
    """One page of a render."""

    source: PageSource
    options: dict[str, Any]
    site_page: Any  # the layout's own page
    segments: list[Segment]
    executed: ExecutedPage | None = None
    stored: list[CellResult | ProseResult] | None = None  # a notebook's cells with their outputs

    @property
    def name(self) -> str:
        """The page's path in the project."""
        return str(self.source.path)

    @property
    def cells(self) -> list[CodeCell]:
        """The page's cells, a notebook's too."""
        stored = [result.cell for result in self.stored or [] if isinstance(result, CellResult)]
        return stored + [part for part in self.segments if isinstance(part, CodeCell)]

    @property
    def has_code(self) -> bool:
        """Whether anything on the page is a cell or an inline value."""
        return any(isinstance(part, CodeCell) or part.expressions for part in self.segments)

    def execute_options(self) -> dict[str, Any]:
        """The options of execution: `execute:`, with the same keys at the top level beside it."""
        inner = self.options.get("execute")
        options = {"enabled": False} if inner is False else {}
        options |= inner if isinstance(inner, dict) else {}
        return {key: self.options[key] for key in TOP_LEVEL if key in self.options} | options

    def figure_format(self) -> FigureFormat:
        """How this page's pictures are drawn."""
        options = {**self.options, **self.execute_options()}
        default = FigureFormat()
        name = str(options.get("fig-format") or default.format)
        return FigureFormat(
            float(options.get("fig-width") or default.width),
            float(options.get("fig-height") or default.height),
            int(options.get("fig-dpi") or default.dpi),
            name if name in ("retina", "png", "svg", "jpeg") else default.format,
        )

    def is_to_run(self) -> bool:
        """Whether anything on the page is to be executed."""
        options = self.execute_options()
        evaluate = options.get("eval", True) is not False
        return options.get("enabled", True) is not False and needs_kernel(self.segments, evaluate)

    def not_run(self) -> ExecutedPage:
        """The page with its cells shown but not run."""
        results = [
            CellResult(part, [], None) if isinstance(part, CodeCell) else ProseResult(part, [])
            for part in self.segments
        ]
        written = outputs.write(self.source.path.stem, "", results, self.execute_options())
        return ExecutedPage(written.markdown, {}, {})
