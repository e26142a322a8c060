"""One render from the project folder to the finished site: read, execute, bodies, site, swap."""

from __future__ import annotations

import datetime as dt
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from press import project_scripts, unsupported
from press.bodies.body import drop_old, make
from press.bodies.embed import Embeds
from press.bodies.request import pandoc_request, report, reporters
from press.errors import Findings, PressError
from press.execution import kernel, notebooks, outputs
from press.execution.freeze import ExecutedPage, Freezer
from press.execution.unfinished import UnfinishedRender
from press.hooks import drop_stale
from press.input import cells
from press.input.project import Config, read_file, with_metadata_files
from press.input.shortcodes import expand, expand_values
from press.input.source import PageSource, read_source, read_text
from press.output_folder import OutputFolder, one_at_a_time
from press.page import Page
from press.site.site import BuildError, PressSite

if TYPE_CHECKING:
    from press.console import RenderConsole


VARIABLES = ("_variables.yml", "_variables.yaml")


@dataclass(frozen=True)
class RenderSettings:
    """What the command line asks for."""

    output: Path | None = None
    overwrite: bool = False  # whether files of others in the output folder may be replaced
    strict: bool = False
    timeout: int = 1800
    now: dt.datetime = field(default_factory=lambda: dt.datetime.now(dt.UTC))
    keep: Callable[[str], bool] | None = None  # pages whose last results serve, frozen or not


@dataclass
class RenderSummary:
    """What a render did."""

    output: Path
    executed: list[tuple[str, int, float]] = field(default_factory=list)  # page, cells, seconds
    reused: list[str] = field(default_factory=list)  # frozen, or kept by a preview
    resumed: list[str] = field(default_factory=list)  # executed in a render that failed later
    plain: int = 0  # pages that have nothing to execute
    unchanged: int = 0  # bodies that were already made
    others: list[str] = field(default_factory=list)  # files in the output folder, not the press's
    seconds: dict[str, float] = field(default_factory=dict)


class Build:
    """One render of one project."""

    def __init__(
        self, config: Config, settings: RenderSettings, findings: Findings, console: RenderConsole
    ) -> None:
        """Take a project; the site is made in a folder of the press's own."""
        self.config, self.settings = config, settings
        self.findings, self.console = findings, console
        output = settings.output or config.root / str(
            config.section("project").get("output-dir") or "_site"
        )
        self.output = OutputFolder(config.root, output, overwrite=settings.overwrite)
        self.staging = self.output.staging
        self.variables: dict[str, Any] = {}  # read after the scripts, which may write them
        self.site = PressSite(config, self.output.path, self.staging, findings, settings.now)
        self.freezer = Freezer(config.root, findings)
        self.unfinished = UnfinishedRender(config.root)
        self.summary = RenderSummary(self.output.path)

    def run(self) -> RenderSummary:
        """Render; on any failure the old site stays as it was."""
        with one_at_a_time(self.config.root, self.console.say):
            shutil.rmtree(self.staging, ignore_errors=True)
            try:
                pages = self.timed("read", self.read)
                self.timed("execute", lambda: self.execute(pages))
                self.timed("bodies", lambda: self.make_bodies(pages))
                self.timed("site", self.lay_out)
            except BuildError as error:
                raise PressError(str(error)) from error
            finally:
                shutil.rmtree(self.staging, ignore_errors=True)
        return self.summary

    def timed(self, step: str, action: Callable[[], Any]) -> Any:
        """Run a step and note its seconds."""
        started = time.perf_counter()
        try:
            return action()
        finally:
            self.summary.seconds[step] = time.perf_counter() - started

    # -- the steps

    def read(self) -> list[Page]:
        """Find and read the pages, after the pre-render scripts have written theirs."""
        unsupported.check_config(self.config, self.findings)
        self.run_scripts("pre-render", self.site.discover())
        self.read_variables()
        pages = []
        for path in self.site.discover():
            stored = None
            file = self.config.root / path
            if file.is_symlink() and not file.exists():
                what = f"is a link to {file.readlink()}, which is not there"
                self.findings.add(str(path), 0, what)
                continue
            if path.suffix == ".ipynb":
                source, stored = notebooks.read(self.config.root, path)
            else:
                source = read_source(self.config.root, path)
            source, options = self.with_options(source)
            site_page = self.site.add(source, options)
            if site_page is not None:
                unsupported.check_page(self.config.root, source, self.findings)
                segments = cells.parse(source) if path.suffix == ".qmd" else []
                pages.append(Page(source, options, site_page, segments, stored=stored))
        if not pages:
            raise PressError(f"{self.config.files[0]}: there are no pages to publish.")
        self.site.theme_files()  # one that is not there is named before any cell runs
        return pages

    def read_variables(self) -> None:
        """Read the project's variables, and put them where the site's own texts name them."""
        root, options = self.config.root, self.config.options
        name = next((name for name in VARIABLES if (root / name).is_file()), None)
        self.variables = read_file(root, name) if name else {}

        def place(text: str) -> tuple[str, int]:
            for file in self.config.files:
                for number, line in enumerate(read_text(root / file, file).split("\n"), 1):
                    if text in line:
                        return file, number
            return self.config.files[0], 0

        def unknown(name: str, text: str) -> None:
            self.findings.unsupported(*place(text), f"the shortcode {name}")

        def unset(name: str, text: str) -> None:
            self.findings.add(*place(text), f"{text}: there is no such value")

        def text(written: str) -> str:
            return expand(written, options, self.variables, unknown, lambda *_: "", unset)

        options.update(
            {key: expand_values(value, text) for key, value in options.items() if key != "project"}
        )

    def with_options(self, source: PageSource) -> tuple[PageSource, dict[str, Any]]:
        """A page and its options, with the shortcodes in them replaced."""
        root, path = self.config.root, Path(source.path)
        source = replace(source, front=with_metadata_files(root, path, source.front))
        options = self.site.options_of(source)
        return (
            replace(source, front=self.expanded(source.front, source, options)),
            self.expanded(options, source, options),
        )

    def expanded(self, values: Any, source: PageSource, options: dict[str, Any]) -> Any:
        """Values of a page's options without shortcodes."""
        unknown, unset = reporters(source, self.findings)

        def text(written: str) -> str:
            return expand(written, options, self.variables, unknown, lambda *_: "", unset)

        return expand_values(values, text)

    def execute(self, pages: list[Page]) -> None:
        """Give each page its results: frozen ones where they fit, else from a kernel."""
        for name in drop_stale.frozen_pages(self.config.root):
            if why := drop_stale.check(self.config.root, name):
                self.console.say(f"stale: {name} will be executed again: {why}")
        for page in pages:
            page.executed = self.stored(page) if page.stored is not None else self.results(page)
            if page.name not in self.summary.reused:  # what is frozen was run elsewhere
                unsupported.check_cells(page.source, page.segments, self.findings)
                unsupported.check_options(page.source, page.cells, self.findings)

    def stored(self, page: Page) -> ExecutedPage:
        """A notebook's results as they are stored in it."""
        self.summary.plain += 1
        stem, options = page.source.path.stem, page.execute_options()
        written = outputs.write(stem, "", page.stored or [], options)
        return self.freezer.store(page.source, written, False)

    def results(self, page: Page) -> ExecutedPage | None:
        """A page's results: frozen, kept since the last preview, or made now; None without code."""
        if not page.has_code:
            self.summary.plain += 1
            return None
        freeze = page.execute_options().get("freeze", False)
        executed = self.freezer.load(page.source, freeze)
        if executed is None and self.settings.keep and self.settings.keep(page.name):
            executed = self.freezer.load(page.source, "auto", frozen=False)
        if executed is not None:
            self.summary.reused.append(page.name)
            return executed
        if self.unfinished.fits(*self.made_from(page)):
            executed = self.freezer.load(page.source, "auto", frozen=False)
        if executed is not None:
            self.summary.resumed.append(page.name)
            return executed
        if not page.is_to_run():
            self.summary.plain += 1
            return page.not_run()
        return self.run_page(page, freeze)

    def made_from(self, page: Page) -> tuple[str, str, Any]:
        """What a page's results are made from, beside the files that it reaches."""
        return page.name, page.source.hash, [page.execute_options(), page.figure_format()]

    def run_page(self, page: Page, freeze: Any) -> ExecutedPage:
        """Execute one page in its own kernel and keep the result."""
        started = time.perf_counter()
        options = page.execute_options()
        job = kernel.ExecutionJob(
            page.source,
            page.segments,
            self.config.root,
            options,
            page.figure_format(),
            self.settings.timeout,
        )
        count = 0

        def on_cell(number: int, total: int, cell: cells.CodeCell) -> None:
            nonlocal count
            count = number
            self.console.cell(page.name, number, total, cell.label)

        results = kernel.run(job, on_cell)
        written = outputs.write(page.source.path.stem, page.source.front_text, results, options)
        executed = self.freezer.store(page.source, written, freeze)
        if freeze not in (True, "auto"):
            self.unfinished.note(*self.made_from(page))
        self.summary.executed.append((page.name, count, time.perf_counter() - started))
        return executed

    def make_bodies(self, pages: list[Page]) -> None:
        """Turn every page's Markdown into HTML, as many at once as there are processors."""
        cache = self.config.root / ".press"
        embeds = Embeds(pages, self.freezer, self.findings)
        requests = [
            pandoc_request(page, self.config, self.variables, self.findings, embeds.shortcode)
            for page in pages
        ]
        self.site.figures.update(embeds.figures)
        bodies, self.summary.unchanged = make(
            requests, cache / "bodies", lambda done: self.console.bodies(done, len(pages))
        )
        drop_old(cache / "bodies")
        drop_old(cache / "assets")
        for page, body in zip(pages, bodies, strict=True):
            self.site.take_body(page.site_page, body, page.executed)
            report(page, body.notes, self.findings)

    def lay_out(self) -> None:
        """Write the site and put it in the old one's place."""
        self.site.write()
        breaking = self.findings.breaking
        if self.settings.strict and breaking:
            listed = "\n".join(f"  {finding}" for finding in breaking)
            raise PressError(
                f"--strict: {len(breaking)} thing{'s' if len(breaking) > 1 else ''} to mend, "
                f"so the old site stays:\n{listed}"
            )
        self.summary.others = self.output.publish()
        self.unfinished.clear()
        try:
            self.run_scripts("post-render", list(self.site.pages))
        finally:
            if self.config.section("project").get("post-render"):
                self.output.note_what_scripts_wrote()

    def run_scripts(self, key: str, pages: list[PurePosixPath]) -> None:
        """Run the project's own scripts."""
        project_scripts.run(self.config, key, self.output.path, pages)
