"""The files beside the pages: styles, scripts, themes, resources and figures."""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from press.errors import Findings
from press.input.globs import PathGlobs
from press.input.project import Config, as_list, html_options
from press.output_folder import written_files
from press.site.css_purge import TOGGLES, sheet_text

PAGES = (".qmd", ".md", ".ipynb")
SKIPPED = frozenset({"node_modules", "__pycache__"})  # never the project's own
FOREIGN_IMPORT = re.compile(r"@import\s+url\(['\"]?https?:[^)]*\)\s*;")
LIBRARY = re.compile(r"\bsite_libs/([\w.@+-]+)/")
ASSETS = Path(__file__).parents[1] / "assets"
READING = "reading.js"  # works the code tools, and shows notes and references where they are named


class PageAssets:
    """What the pages of one site load and show, beside what the layout brings.

    `out` is where the site is built, `final` where it goes when it is whole.
    """

    def __init__(self, config: Config, findings: Findings, out: Path, final: Path) -> None:
        """Take a project; nothing is copied yet."""
        self.config, self.findings, self.out, self.final = config, findings, out, final
        self.sheets: dict[str, str] = {}  # file name in `site_libs/` → rules that pages ask for
        self.globs = PathGlobs.read(as_list(config.section("project").get("resources")))

    def keep_sheet(self, rules: str) -> str:
        """Keep a style sheet for `site_libs/`, once however many pages ask for it; its file name."""
        name = f"highlighting-{hashlib.sha256(rules.encode()).hexdigest()[:8]}.css"
        self.sheets[name] = rules
        return name

    def copy_libraries(self, *, diagrams: bool) -> None:
        """Copy the press's own styles and scripts, and take web fonts out of the themes."""
        libraries = self.out / "site_libs"
        for theme in sorted((libraries / "themes").rglob("*.css")):
            text = sheet_text(theme)
            local = FOREIGN_IMPORT.sub("", text)  # no page asks another host
            if local != text:
                theme.write_text(local, encoding="utf-8", newline="\n")
        for name in ("press.css", "press.js", TOGGLES, READING):
            shutil.copy(ASSETS / name, libraries / name)
        for name, rules in self.sheets.items():
            (libraries / name).write_text(rules, encoding="utf-8", newline="\n")
        if diagrams:
            packed = (ASSETS / "mermaid/mermaid.tiny.js.gz").read_bytes()
            (libraries / "mermaid").mkdir()
            (libraries / "mermaid" / "mermaid.js").write_bytes(gzip.decompress(packed))

    def copy_frozen_libraries(self, pages: Iterable[str]) -> list[Path]:
        """Copy what frozen pages load from `site_libs/`, as Quarto keeps it; the folders copied."""
        copied = []
        kept = self.config.root / "_freeze" / "site_libs"
        for name in sorted({name for page in pages for name in LIBRARY.findall(page)}):
            target = self.out / "site_libs" / name
            if (kept / name).is_dir() and not target.exists():
                shutil.copytree(kept / name, target)
                copied.append(target)
        return copied

    def copy_figures(self, figures: Mapping[PurePosixPath, Path]) -> None:
        """Copy the figures of executed pages: path in the site → file on disk."""
        for target, file in figures.items():
            (self.out / target).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, self.out / target)

    def named_resources(self, pages: Iterable[Any]) -> set[PurePosixPath]:
        """The files that the project and its pages name as `resources`, and the site's picture."""
        root, globs = self.config.root, self.globs
        resources = {path for path in self.resource_files() if globs.matches(path)}
        for page in pages:
            resources |= self.page_resources(page)
        image = str(self.config.section("website").get("image") or "").lstrip("/")
        if image and (root / image).is_file():
            resources.add(PurePosixPath(image))
        return resources

    def page_resources(self, page: Any) -> set[PurePosixPath]:
        """The files that a page names as `resources`: from its own folder, or the root behind a `/`."""
        globs = PathGlobs.read(as_list(page.front.get("resources"))).from_folder(page.src.parent)
        root = self.config.root
        named = (path for glob in globs.taken for path in root.glob(glob.strip("/")))
        paths = {self.from_root(file) for path in named for file in files_below(path)}
        return {path for path in paths if globs.matches(path)}

    def copy_resources(self, resources: Iterable[PurePosixPath], pages: Mapping[Any, Any]) -> None:
        """Copy the files that are named or linked; a page's source is none, nor what `!` takes away."""
        made = {page.out for page in pages.values()}
        for path in sorted(resources):
            source = self.config.root / path
            if path in pages or path.suffix in PAGES or not source.is_file():
                continue
            if path in made:
                what = f"{path} is not copied: a page is published at the same address"
                self.findings.add(str(path), 0, what)
            elif not self.globs.leaves_out(path):
                (self.out / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, self.out / path)

    def from_root(self, path: Path) -> PurePosixPath:
        """A file's path in the project."""
        return PurePosixPath(path.relative_to(self.config.root).as_posix())

    def resource_files(self) -> list[PurePosixPath]:
        """Every file that the project's `resources` may name.

        No published site is one, this or another profile's: each would be copied into the next. Nor
        is what a hidden folder holds, a tracker's notes among it, unless a pattern begins with its name.
        """
        root = self.config.root
        if not self.globs.taken:
            return []
        named = {glob.removeprefix("./").lstrip("/").split("/")[0] for glob in self.globs.taken}
        sites = {self.final, self.out, *(root / site for site in written_files(root))}
        resources = []
        for folder, inner, files in os.walk(root):
            directory = Path(folder)
            inner[:] = [
                name
                for name in inner
                if directory / name not in sites
                and not (directory / name / "site_libs").is_dir()
                and name not in SKIPPED
                and (not name.startswith(".") or (directory == root and name in named))
                and (name != "_freeze" or directory != root or name in named)
            ]
            resources += [self.from_root(directory / name) for name in files]
        return resources

    def theme_names(self) -> list[tuple[str, str]]:
        """Each theme's name and its mode, light first; Sass is Quarto's alone, and `css:` stands in for it."""
        options = html_options(self.config.options)
        theme = options.get("theme") or "default"
        modes = theme if isinstance(theme, dict) else {"light": theme}
        chosen = []
        for mode in ("light", "dark"):
            names = [str(name) for name in as_list(modes.get(mode))]
            plain = [name for name in names if not name.endswith(".scss")]
            if len(plain) < len(names) and not as_list(options.get("css")):
                file, line = self.config.line_of("format.html.theme")
                what = f"theme: {mode}: Sass files; use css: with --bs-* variables"
                self.findings.unsupported(file, line, what)
            if names:
                chosen.append((plain[0] if plain else "default", mode))
        return chosen


def files_below(path: Path) -> list[Path]:
    """A file by itself, or every file in a folder."""
    return [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
