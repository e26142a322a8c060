"""The files beside the pages: styles, scripts, themes, resources and figures."""

from __future__ import annotations

import gzip
import os
import re
import shutil
from pathlib import Path, PurePosixPath
from typing import Any

from smalldocs import config as base_config
from smalldocs import site as base

from press.errors import PressError
from press.input.project import as_list, html_options
from press.site import code_tools, css_purge
from press.site.layout import DIAGRAM
from press.site.resolve import Addresses

SKIPPED = frozenset({"node_modules", "__pycache__"})  # never the project's own
FOREIGN_IMPORT = re.compile(r"@import\s+url\(['\"]?https?:[^)]*\)\s*;")
ASSETS = Path(__file__).parents[1] / "assets"


class Libraries(Addresses):
    """The part of a site that puts files beside its pages."""

    themes: list[Any] | None
    final: Path  # where the site goes when it is whole; until then it is built in `out`

    def copy_assets(self, navigation: Any) -> None:
        """Copy what the pages load, with the press's own style and script last."""
        super().copy_assets(navigation)
        for theme in sorted((self.out / "site_libs" / "themes").rglob("*.css")):
            text = theme.read_text(encoding="utf-8")
            local = FOREIGN_IMPORT.sub("", text)  # a theme's web fonts: no page asks another host
            if local != text:
                theme.write_text(local, encoding="utf-8", newline="\n")
        for name in ("press.css", "press.js", css_purge.TOGGLES, code_tools.SCRIPT):
            shutil.copy(ASSETS / name, self.out / "site_libs" / name)
        if any(DIAGRAM in page.html for page in self.pages.values()):
            script = self.out / "site_libs" / "mermaid" / "mermaid.js"
            script.parent.mkdir()
            script.write_bytes(
                gzip.decompress((ASSETS / "mermaid/mermaid.tiny.js.gz").read_bytes())
            )

    def copy_resources(self) -> None:
        """Copy linked files, `resources`, and the figures of executed pages."""
        for page in self.pages.values():
            for pattern in as_list(page.front.get("resources")):
                for file in sorted((self.root / page.src).parent.glob(str(pattern))):
                    if file.is_file():
                        self.resources.add(PurePosixPath(file.relative_to(self.root).as_posix()))
            if page.front.get("image") and not base.SCHEME.match(str(page.front["image"])):
                self.resolve(str(page.front["image"]), page)
        image = str(self.project.website.get("image") or "").lstrip("/")
        if image and (self.root / image).is_file():
            self.resources.add(PurePosixPath(image))
        super().copy_resources()
        for target, file in self.figures.items():
            (self.out / target).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, self.out / target)

    def walk_all(self) -> list[Path]:
        """Every file that `resources` may name.

        No published site is one, this or another profile's: each would be copied into the next. Nor
        is what a hidden folder holds, a tracker's notes among it, unless a pattern begins with its name.
        """
        named = {
            str(pattern).lstrip("/!").split("/")[0]
            for pattern in as_list(self.project.project.get("resources"))
        }
        found = []
        for folder, inner, files in os.walk(self.root):
            here = Path(folder)
            inner[:] = [
                name
                for name in inner
                if here / name not in (self.final, self.out)
                and not (here / name / "site_libs").is_dir()
                and name not in SKIPPED
                and (not name.startswith(".") or (here == self.root and name in named))
            ]
            found += [here / name for name in files]
        return found

    def theme_files(self) -> list[Any]:
        """The theme's stylesheets; Sass is Quarto's alone, and `css:` stands in for it here."""
        if self.themes is not None:
            return self.themes
        theme = self.options_of_project().get("theme") or "default"
        modes = theme if isinstance(theme, dict) else {"light": theme}
        chosen = []
        for mode in ("light", "dark"):
            names = [str(name) for name in as_list(modes.get(mode))]
            if not names:
                continue
            plain = [name for name in names if not name.endswith(".scss")]
            if len(plain) < len(names) and not as_list(self.options_of_project().get("css")):
                file, line = self.config.line_of("format.html.theme")
                self.findings.unsupported(
                    file, line, f"theme: {mode}: Sass files; use css: with --bs-* variables"
                )
            try:
                chosen.append(self.theme_file(plain[0] if plain else "default", mode))
            except base_config.BuildError as error:
                raise PressError(f"{self.config.files[0]}: {error}") from error
        self.themes = chosen
        return chosen

    def options_of_project(self) -> dict[str, Any]:
        """The project's own page options."""
        return html_options(self.config.options)
