"""Pages as Quarto reads them, for the press and for the scripts beside this file.

Fences, cells, front matter and includes of a `.qmd`; where a project and its site are; files
written whole. It needs Python's own library alone (3.9 or newer) and imports nothing from this
package: a script that any Quarto runs finds it as `qmd`, in the script's own folder.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

# Between backticks on one line is code in a text, as in ```some words```: no fence.
FENCE = re.compile(r"^(?P<indent>[ \t]*)(?P<ticks>`{3,}(?=[^`\n]*$)|~{3,})(?P<info>[^\n]*)$")
ITEM = re.compile(r"^[ \t]*(?:[-*+:]|\(?(?:\d+|#|@[\w-]*|[A-Za-z]|[ivxlc]+)[.)])[ \t]")
CELL = re.compile(r"^\{(?P<language>[A-Za-z][\w-]*)(?:[ ,][^}]*)?\}$")
INCLUDE = re.compile(r"^[ \t]*\{\{<\s+include\s+(?P<name>.+?)\s+>\}\}[ \t]*$")
FRONT = re.compile(r"\A---[ \t]*\n(?P<yaml>.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.S | re.M)
INLINE = re.compile(r"(?P<before>^|[^`])`\{python\}[ \t](?P<expression>[^`]+)`", re.M)
SITE_ADDRESS = re.compile(r"^\s+site-url:\s*[\"']?([^\s\"'#]+)", re.M)


class Block(NamedTuple):
    """Lines of a page that belong together: a fenced block with its fences, or the prose between two."""

    start: int  # the first line's number in the text, counted from 0
    lines: list[str]
    fence: str = ""  # the backticks or tildes that open it; empty for prose
    info: str = ""  # what stands behind them
    content: tuple[str, ...] = ()  # the lines inside the fences
    indent: str = ""  # the spaces before the fence, as of one inside a list

    @property
    def language(self) -> str:
        """The language of a cell; empty for prose and for a block that only shows code."""
        cell = CELL.match(self.info) if self.fence.startswith("`") else None
        return "" if cell is None or cell["language"] == "verbatim" else cell["language"]


class Line(NamedTuple):
    """A line of a page whose includes are in their places, and where an author finds it."""

    text: str
    file: Path
    number: int  # counted from 1


def read(path: Path, errors: str = "replace") -> str:
    """A text file in UTF-8 with LF line ends; `errors` as in `bytes.decode`."""
    text = path.read_bytes().decode("utf-8-sig", errors)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file that nobody ever sees half of; text is UTF-8 with LF line ends."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        partial.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        partial.replace(path)
    except BaseException:
        if partial.exists():
            partial.unlink()
        raise


def blocks(text: str) -> Iterator[Block]:
    """The blocks of a text in order: a fence closes with as many marks, or with the text.

    Four spaces in, a fence is one only inside a list, where its block has no line further out;
    elsewhere such lines are code that is shown.
    """
    lines = text.split("\n")
    start = number = 0
    while number < len(lines):
        opening = FENCE.match(lines[number])
        if opening is None:
            number += 1
            continue
        ticks, indent = opening["ticks"], opening["indent"]
        end = next(
            (n for n in range(number + 1, len(lines)) if closes(lines[n], ticks, indent)),
            len(lines),
        )
        inside = lines[number + 1 : end]
        if len(indent.expandtabs(4)) > 3:
            is_whole = end < len(lines) and all(is_within(line, indent) for line in inside)
            if not is_whole or item_indent(lines[:number], indent) is None:
                number += 1
                continue
        if start < number:
            yield Block(start, lines[start:number])
        content = tuple(without_indent(line, indent) for line in inside)
        whole = lines[number : end + 1]
        yield Block(number, whole, ticks, opening["info"].strip(), content, indent)
        start = number = end + 1
    if start < len(lines):
        yield Block(start, lines[start:])


def is_within(line: str, indent: str) -> bool:
    """Whether a line of a block stands as far in as its fence; an empty one may stand anywhere."""
    return not line.strip() or line.startswith(indent)


def item_indent(before: list[str], indent: str) -> str | None:
    """How far in the item stands, in the lines before it, that a line so far in belongs to.

    None for a line in no list: what stands further in than that is not of the item but within it.
    """
    depth = len(indent.expandtabs(4))
    wraps = False  # below stands a line without indent, which an item may wrap onto
    for line in reversed(before):
        if not line.strip():
            if wraps:
                return None
            continue
        flat = line.expandtabs(4)
        spaces = len(flat) - len(flat.lstrip(" "))
        item = ITEM.match(flat)
        if item and spaces < depth:
            return " " * min(item.end(), depth)
        wraps = wraps or spaces == 0
        if FENCE.match(line) and spaces == 0:
            return None
    return None


def without_indent(line: str, indent: str) -> str:
    """A line of a block without the spaces that its fence has before it."""
    spaces = len(line) - len(line.lstrip(" \t"))
    return line[min(spaces, len(indent)) :]


def closes(line: str, ticks: str, indent: str = "") -> bool:
    """Whether a line closes the fence that these backticks or tildes opened, so far in."""
    mark = FENCE.match(line)
    if mark is None or mark["info"].strip() or not mark["ticks"].startswith(ticks):
        return False
    return len(mark["indent"].expandtabs(4)) < len(indent.expandtabs(4)) + 4


def expanded(
    root: Path,
    file: Path,
    text: str,
    first: int = 1,
    trail: tuple[Path, ...] = (),
    *,
    reader: Callable[[Path], str] = read,
    refuse: Callable[[Line, str, tuple[Path, ...]], None] = lambda line, name, circle: None,
) -> Iterator[Line]:
    """The lines of a text with each include that stands alone on its line in its place.

    The text begins at line `first` of `file`. A name is relative to the file that includes it, or
    to the root where it begins with `/`. An include that is missing, or that leads back to one of
    the files it comes from (`trail`), stays as it is written after `refuse` has been told its line,
    its name and the files that lead round to it, if they do. Code blocks are left alone.
    """
    trail = trail or (file.resolve(),)
    for block in blocks(text):
        for number, written in enumerate(block.lines, first + block.start):
            line = Line(written, file, number)
            include = None if block.fence else INCLUDE.match(written)
            if include is None:
                yield line
                continue
            name = include["name"].strip("\"'")
            target = ((root if name.startswith("/") else file.parent) / name.lstrip("/")).resolve()
            if target in trail or not target.is_file():
                refuse(line, name, trail[trail.index(target) :] if target in trail else ())
                yield line
                continue
            whole = reader(target)
            body = FRONT.sub("", whole, count=1)
            below = whole.count("\n") - body.count("\n") + 1
            yield from expanded(
                root,
                target,
                body.rstrip("\n"),
                below,
                (*trail, target),
                reader=reader,
                refuse=refuse,
            )


def project_folder() -> Path:
    """The project that a script runs for, as Quarto tells it, else the folder it runs in."""
    return Path(os.environ.get("QUARTO_PROJECT_DIR") or Path.cwd()).resolve()


def output_folder(root: Path) -> Path:
    """The folder of the published site, as Quarto tells a script."""
    return (root / os.environ.get("QUARTO_PROJECT_OUTPUT_DIR", "_site")).resolve()


def site_address(root: Path) -> str:
    """The address that `_quarto.yml` publishes to, without a `/` at the end; empty where it has none."""
    config = root / "_quarto.yml"
    found = SITE_ADDRESS.search(read(config)) if config.is_file() else None
    return found[1].rstrip("/") if found else ""
