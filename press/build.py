"""One render from the project folder to the finished site: read, execute, bodies, site, swap."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, Protocol

from press import project_scripts, unsupported
from press.bodies.body import make, tidy
from press.embed import Embeds
from press.errors import Findings, PressError
from press.execution import execute, notebooks, outputs
from press.execution.freeze import Executed, Freezer
from press.hooks import drop_stale
from press.input import cells
from press.input.project import Config, read_file
from press.input.source import read_source
from press.output_folder import check_output, one_at_a_time, swap
from press.page import (
    Work,
    execute_options,
    figures,
    report,
    request,
    to_run,
    unrun,
)
from press.site.site import BuildError, PressSite


@dataclass(frozen=True)
class Settings:
    """What the command line asks for."""

    output: Path | None = None
    strict: bool = False
    timeout: int = 1800
    keep: Callable[[str], bool] | None = None  # pages whose last results serve, frozen or not


class Teller(Protocol):
    """Hears of a render's progress."""

    def say(self, text: str) -> None:
        """Something worth a line."""

    def cell(self, page: str, number: int, total: int, label: str) -> None:
        """A cell begins to run."""

    def bodies(self, done: int, total: int) -> None:
        """Bodies that are ready."""


@dataclass
class Summary:
    """What a render did."""

    output: Path
    executed: list[tuple[str, int, float]] = field(default_factory=list)  # page, cells, seconds
    reused: list[str] = field(default_factory=list)
    plain: int = 0  # pages that have nothing to execute
    unchanged: int = 0  # bodies that were already made
    seconds: dict[str, float] = field(default_factory=dict)


class Build:
    """One render of one project."""

    def __init__(
        self, config: Config, settings: Settings, findings: Findings, teller: Teller
    ) -> None:
        """Take a project; the site is made in a folder beside the old one."""
        self.config, self.settings, self.findings, self.teller = config, settings, findings, teller
        named = settings.output or config.root / str(
            config.section("project").get("output-dir") or "_site"
        )
        self.output = named.resolve()
        self.staging = self.output.with_name(self.output.name + ".new")
        check_output(config.root, self.output)
        self.site = PressSite(config, self.output, self.staging, findings)
        self.freezer = Freezer(config.root, findings)
        self.summary = Summary(self.output)

    def run(self) -> Summary:
        """Render; on any failure the old site stays as it was."""
        with one_at_a_time(self.config.root, self.teller.say):
            return self.render()

    def render(self) -> Summary:
        """The steps, in order."""
        shutil.rmtree(self.staging, ignore_errors=True)
        try:
            works = self.timed("read", self.read)
            self.timed("execute", lambda: self.execute(works))
            self.timed("bodies", lambda: self.bodies(works))
            self.timed("site", self.lay_out)
        except BuildError as error:
            raise PressError(str(error)) from error
        finally:
            shutil.rmtree(self.staging, ignore_errors=True)
        return self.summary

    def timed(self, step: str, action: Any) -> Any:
        """Run a step and note its seconds."""
        started = time.perf_counter()
        try:
            return action()
        finally:
            self.summary.seconds[step] = time.perf_counter() - started

    # -- the steps

    def read(self) -> list[Work]:
        """Find and read the pages, after the pre-render scripts have written theirs."""
        unsupported.check_config(self.config, self.findings)
        self.scripts("pre-render", self.site.discover())
        works = []
        for path in self.site.discover():
            stored = None
            if path.suffix == ".ipynb":
                source, stored = notebooks.read(self.config.root, path)
            else:
                source = read_source(self.config.root, path)
            options = self.site.options_of(source)
            page = self.site.add(source, options)
            if page is not None:
                unsupported.check_page(self.config.root, source, self.findings)
                segments = cells.parse(source) if path.suffix == ".qmd" else []
                unsupported.check_cells(source, segments, self.findings)
                works.append(Work(source, options, page, segments, stored=stored))
        if not works:
            raise PressError(f"{self.config.files[0]}: there are no pages to publish.")
        return works

    def execute(self, works: list[Work]) -> None:
        """Give each page its results: frozen ones where they fit, else from a kernel."""
        for page in drop_stale.frozen_pages(self.config.root):
            if why := drop_stale.check(self.config.root, page):
                self.teller.say(f"thaw: {page} will be executed again: {why}")
        for work in works:
            name = str(work.source.path)
            if work.stored is not None:
                settings = execute_options(work.options)
                written = outputs.write(work.source.path.stem, "", work.stored, settings)
                work.executed = self.freezer.store(work.source, written, False)
                self.summary.plain += 1
                continue
            if not any(isinstance(part, cells.Cell) or part.expressions for part in work.segments):
                self.summary.plain += 1
                continue
            settings = execute_options(work.options)
            mode = settings.get("freeze", False)
            work.executed = self.freezer.load(work.source, mode)
            if work.executed is None and self.settings.keep and self.settings.keep(name):
                work.executed = self.freezer.load(work.source, "auto", frozen=False)
            if work.executed is not None:
                self.summary.reused.append(name)
            elif not to_run(work, settings):
                work.executed = unrun(work, settings)
                self.summary.plain += 1
            else:
                work.executed = self.run_page(work, settings, mode)

    def run_page(self, work: Work, settings: dict[str, Any], mode: Any) -> Executed:
        """Execute one page in its own kernel and keep the result."""
        started = time.perf_counter()
        name = str(work.source.path)
        job = execute.Job(
            work.source,
            work.segments,
            self.config.root,
            settings,
            figures(work.options),
            self.settings.timeout,
        )
        count = [0]

        def on_cell(number: int, total: int, cell: cells.Cell) -> None:
            count[0] = number
            self.teller.cell(name, number, total, cell.label)

        results = execute.run(job, on_cell)
        written = outputs.write(work.source.path.stem, work.source.front_text, results, settings)
        kept = self.freezer.store(work.source, written, mode)
        self.summary.executed.append((name, count[0], time.perf_counter() - started))
        return kept

    def bodies(self, works: list[Work]) -> None:
        """Turn every page's Markdown into HTML, as many at once as there are processors."""
        folder = self.config.root / ".press" / "bodies"
        variables = {}
        if (self.config.root / "_variables.yml").is_file():
            variables = read_file(self.config.root, "_variables.yml")
        embeds = Embeds(works, self.freezer, self.findings)
        requests = [
            request(work, self.config, variables, self.findings, embeds.shortcode) for work in works
        ]
        self.site.figures.update(embeds.figures)
        made, unchanged = make(requests, folder, lambda done: self.teller.bodies(done, len(works)))
        self.summary.unchanged = unchanged
        tidy(folder)
        tidy(self.config.root / ".press" / "assets")
        for work, body in zip(works, made, strict=True):
            self.site.place(work.page, body, work.executed)
            report(work, body, self.findings)

    def lay_out(self) -> None:
        """Write the site and put it in the old one's place."""
        self.site.write()
        if self.settings.strict and self.findings.breaking:
            count = len(self.findings.breaking)
            listed = "\n".join(f"  {finding}" for finding in self.findings.breaking)
            raise PressError(
                f"--strict: {count} thing{'s' if count > 1 else ''} to mend, so the old site stays:\n{listed}"
            )
        swap(self.staging, self.output)
        self.scripts("post-render", list(self.site.pages))

    def scripts(self, key: str, pages: list[PurePosixPath]) -> None:
        """Run the project's own scripts."""
        project_scripts.run(self.config, key, self.output, pages)
