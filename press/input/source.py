"""A page's source: its text, its front matter, its includes, and which line came from where."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from press.errors import PressError

INCLUDE = re.compile(r"^[ \t]*\{\{<\s+include\s+(.+?)\s+>\}\}[ \t]*$")
FENCE = re.compile(r"^ {0,3}(?P<ticks>`{3,}|~{3,})(?P<info>[^\n]*)$")
FRONT = re.compile(r"\A---[ \t]*\n(?P<yaml>.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.S | re.M)


@dataclass(frozen=True)
class Origin:
    """Where a line of the expanded text stands in the author's files."""

    path: str
    line: int


@dataclass(frozen=True)
class Source:
    """One page as written: front matter apart, includes expanded, every line traceable."""

    path: PurePosixPath  # relative to the project's root
    text: str  # the whole file, LF line ends
    front: dict[str, Any]
    front_text: str  # the front matter with its fences, or empty
    body: str  # the Markdown below the front matter, includes expanded
    origins: tuple[Origin, ...]  # one for each line of `body`
    included: tuple[str, ...]  # the files that includes brought in, relative to the root

    @property
    def hash(self) -> str:
        """The md5 of the page's source, as Quarto's freezer takes it."""
        return hashlib.md5(self.text.encode("utf-8"), usedforsecurity=False).hexdigest()

    def origin(self, line: int) -> Origin:
        """Where a 1-based line of `body` comes from."""
        if 1 <= line <= len(self.origins):
            return self.origins[line - 1]
        return Origin(str(self.path), 0)

    def find(self, needle: str) -> Origin:
        """Where a piece of text first stands on the page; line 0 when it is not in the source."""
        for number, line in enumerate(self.body.split("\n"), 1):
            if needle in line:
                return self.origin(number)
        for number, line in enumerate(self.text.split("\n"), 1):
            if needle in line:
                return Origin(str(self.path), number)
        return Origin(str(self.path), 0)


def read_text(path: Path, shown: str) -> str:
    """Read a UTF-8 file with LF line ends; another encoding is an error that names the file."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise PressError(
            f"{shown}: is not UTF-8 (byte {error.start}). Save it as UTF-8."
        ) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def yaml_error(error: yaml.YAMLError, shown: str, first_line: int = 1) -> PressError:
    """Turn a YAML error into one that names file and line; `first_line` is where the YAML starts."""
    mark = getattr(error, "problem_mark", None)
    line = (mark.line if mark is not None else 0) + first_line
    what = getattr(error, "problem", None) or str(error).split("\n")[0]
    return PressError(f"{shown}:{line}: this is not valid YAML: {what}")


def load_yaml(text: str, shown: str, first_line: int = 1) -> dict[str, Any]:
    """Read a YAML mapping; anything else is an error with file and line."""
    try:
        value = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise yaml_error(error, shown, first_line) from error
    except ValueError as error:  # a date such as 2026-13-45
        raise PressError(f"{shown}:{first_line}: this is not valid YAML: {error}") from error
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise PressError(
            f"{shown}:{first_line}: expected `key: value` lines, found {type(value).__name__}."
        )
    return value


def split_front(text: str, shown: str) -> tuple[dict[str, Any], str, str]:
    """Split a page into front matter, its text with fences, and the rest."""
    match = FRONT.match(text)
    if match is None:
        return {}, "", text
    return load_yaml(match["yaml"], shown, 2), match[0], text[match.end() :]


def expand(
    root: Path, here: PurePosixPath, text: str, first_line: int, trail: tuple[str, ...]
) -> tuple[list[str], list[Origin], list[str]]:
    """Replace each include that stands alone on its line; a cycle or a missing file is an error.

    `here` is the file the text comes from, `trail` the files that led to it. Paths are relative
    to the including file, or to the root when they begin with `/`. Code blocks are left alone.
    """
    lines: list[str] = []
    origins: list[Origin] = []
    files: list[str] = []
    fence = ""
    for number, line in enumerate(text.split("\n"), first_line):
        mark = FENCE.match(line)
        if fence:
            if mark and mark["ticks"].startswith(fence) and not mark["info"].strip():
                fence = ""
        elif mark:
            fence = mark["ticks"]
        include = None if fence else INCLUDE.match(line)
        if include is None:
            lines.append(line)
            origins.append(Origin(str(here), number))
            continue
        inner = bring_in(root, here, include[1].strip("\"'"), number, trail)
        lines += inner[0]
        origins += inner[1]
        files += inner[2]
    return lines, origins, files


def bring_in(
    root: Path, here: PurePosixPath, name: str, number: int, trail: tuple[str, ...]
) -> tuple[list[str], list[Origin], list[str]]:
    """Read one included file and what it includes in turn."""
    base = root if name.startswith("/") else root / here.parent
    path = (base / name.lstrip("/")).resolve()
    shown = path.relative_to(root).as_posix() if path.is_relative_to(root) else str(name)
    if not path.is_file():
        raise PressError(f"{here}:{number}: include {name}: there is no such file.")
    if shown in trail:
        chain = " → ".join([*trail[trail.index(shown) :], shown])
        raise PressError(f"{here}:{number}: include {name}: it includes itself ({chain}).")
    text = read_text(path, shown)
    _, front_text, body = split_front(text, shown)
    first = front_text.count("\n") + 1
    inner = PurePosixPath(shown)
    lines, origins, files = expand(root, inner, body.rstrip("\n"), first, (*trail, shown))
    return lines, origins, [shown, *files]


def read_source(root: Path, path: PurePosixPath) -> Source:
    """Read a page with its includes."""
    text = read_text(root / path, str(path))
    front, front_text, rest = split_front(text, str(path))
    first = front_text.count("\n") + 1
    lines, origins, files = expand(root, path, rest, first, (str(path),))
    return Source(
        path, text, front, front_text, "\n".join(lines), tuple(origins), tuple(dict.fromkeys(files))
    )
