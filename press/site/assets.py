"""The files beside the pages: styles, scripts, themes, resources and figures."""

from __future__ import annotations

import gzip
import os
import re
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from press.errors import Findings
from press.input.project import Config, as_list, html_options
from press.site.css_purge import TOGGLES

SKIPPED = frozenset({"node_modules", "__pycache__"})  # never the project's own
FOREIGN_IMPORT = re.compile(r"@import\s+url\(['\"]?https?:[^)]*\)\s*;")
ASSETS = Path(__file__).parents[1] / "assets"
READING = "reading.js"  # works the code tools, and shows notes and references where they are named


class PageAssets:
    """What the pages of one site load and show, beside what the layout brings.

    `out` is where the site is built, `final` where it goes when it is whole.
    """

    def __init__(self, config: Config, findings: Findings, out: Path, final: Path) -> None:
        """Take a project; nothing is copied yet."""
        self.config, self.findings, self.out, self.final = config, findings, out, final

    def copy_libraries(self, *, diagrams: bool) -> None:
        """Copy the press's own styles and scripts, and take web fonts out of the themes."""
        libraries = self.out / "site_libs"
        for theme in sorted((libraries / "themes").rglob("*.css")):
            text = theme.read_text(encoding="utf-8")
            local = FOREIGN_IMPORT.sub("", text)  # no page asks another host
            if local != text:
                theme.write_text(local, encoding="utf-8", newline="\n")
        for name in ("press.css", "press.js", TOGGLES, READING):
            shutil.copy(ASSETS / name, libraries / name)
        if diagrams:
            packed = (ASSETS / "mermaid/mermaid.tiny.js.gz").read_bytes()
            (libraries / "mermaid").mkdir()
            (libraries / "mermaid" / "mermaid.js").write_bytes(gzip.decompress(packed))

    def copy_figures(self, figures: Mapping[PurePosixPath, Path]) -> None:
        """Copy the figures of executed pages: path in the site → file on disk."""
        for target, file in figures.items():
            (self.out / target).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, self.out / target)

    def named_resources(self, pages: Iterable[Any]) -> set[PurePosixPath]:
        """The files that pages name as `resources`, and the site's picture."""
        root = self.config.root
        resources = {
            PurePosixPath(file.relative_to(root).as_posix())
            for page in pages
            for pattern in as_list(page.front.get("resources"))
            for file in (root / page.src).parent.glob(str(pattern))
            if file.is_file()
        }
        image = str(self.config.section("website").get("image") or "").lstrip("/")
        if image and (root / image).is_file():
            resources.add(PurePosixPath(image))
        return resources

    def resource_files(self) -> list[Path]:
        """Every file that the project's `resources` may name.

        No published site is one, this or another profile's: each would be copied into the next. Nor
        is what a hidden folder holds, a tracker's notes among it, unless a pattern begins with its name.
        """
        root = self.config.root
        named = {
            str(pattern).lstrip("/!").split("/")[0]
            for pattern in as_list(self.config.section("project").get("resources"))
        }
        resources = []
        for folder, inner, files in os.walk(root):
            directory = Path(folder)
            inner[:] = [
                name
                for name in inner
                if directory / name not in (self.final, self.out)
                and not (directory / name / "site_libs").is_dir()
                and name not in SKIPPED
                and (not name.startswith(".") or (directory == root and name in named))
            ]
            resources += [directory / name for name in files]
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
