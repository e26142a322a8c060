"""A page's source: its text, its front matter, its includes, and which line came from where."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, NoReturn

import yaml

from press.errors import PressError
from press.hooks import qmd


@dataclass(frozen=True)
class Origin:
    """Where a line of the expanded text stands in the author's files."""

    path: str
    line: int


@dataclass(frozen=True)
class PageSource:
    """One page as written: front matter apart, includes expanded, every line traceable."""

    path: PurePosixPath  # relative to the project's root
    text: str  # the whole file, LF line ends
    front: dict[str, Any]
    front_text: str  # the front matter with its fences, or empty
    body: str  # the Markdown below the front matter, includes expanded
    origins: tuple[Origin, ...]  # one for each line of `body`

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
        return qmd.read(path, "strict")
    except UnicodeDecodeError as error:
        raise PressError(
            f"{shown}: is not UTF-8 (byte {error.start}). Save it as UTF-8."
        ) from error


def yaml_error(error: yaml.YAMLError, shown: str, first_line: int = 1) -> PressError:
    """Turn a YAML error into one that names file and line; `first_line` is where the YAML starts."""
    mark = getattr(error, "problem_mark", None)
    line = (mark.line if mark is not None else 0) + first_line
    what = getattr(error, "problem", None) or str(error).split("\n")[0]
    return PressError(f"{shown}:{line}: this is not valid YAML: {what}")


class OptionLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Reads options; a value with a tag of R's own, as in `!expr Sys.Date()`, is its text."""


class SlowOptionLoader(yaml.SafeLoader):
    """The same without libyaml: a tenth as fast, and its errors are easier to understand."""


def tagged(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> Any:
    """What stands behind a tag that YAML does not know."""
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return str(node.value)


OptionLoader.add_multi_constructor("!", tagged)
SlowOptionLoader.add_multi_constructor("!", tagged)


def load_values(text: str) -> Any:
    """Whatever a YAML text holds."""
    try:
        return yaml.load(text, OptionLoader)
    except yaml.YAMLError:
        return yaml.load(text, SlowOptionLoader)


def load_yaml(text: str, shown: str, first_line: int = 1) -> dict[str, Any]:
    """Read a YAML mapping; anything else is an error with file and line."""
    try:
        value = load_values(text)
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
    front = qmd.FRONT.match(text)
    if front is None:
        return {}, "", text
    return load_yaml(front["yaml"], shown, 2), front[0], text[front.end() :]


def read_source(root: Path, path: PurePosixPath) -> PageSource:
    """Read a page with its includes; one that is missing or includes itself is an error."""

    def shown(file: Path) -> str:
        return file.relative_to(root).as_posix() if file.is_relative_to(root) else str(file)

    def refuse(line: qmd.Line, name: str, circle: tuple[Path, ...]) -> NoReturn:
        what = "there is no such file."
        if circle:
            chain = " → ".join(shown(file) for file in (*circle, circle[0]))
            what = f"it includes itself ({chain})."
        raise PressError(f"{shown(line.file)}:{line.number}: include {name}: {what}")

    def reader(file: Path) -> str:
        return read_text(file, shown(file))

    text = reader(root / path)
    front, front_text, rest = split_front(text, str(path))
    first = front_text.count("\n") + 1
    lines = list(qmd.expanded(root, root / path, rest, first, reader=reader, refuse=refuse))
    body = "\n".join(line.text for line in lines)
    names = {file: shown(file) for file in {line.file for line in lines}}
    origins = tuple(Origin(names[line.file], line.number) for line in lines)
    return PageSource(path, text, front, front_text, body, origins)
