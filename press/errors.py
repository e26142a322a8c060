"""The press's one error class, and the findings that a render collects on its way."""

from __future__ import annotations

import errno
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field


class PressError(Exception):
    """A render that cannot go on; the message says where, what and what next."""


def in_words(error: OSError) -> str:
    """What the system refused, for somebody who keeps a site rather than a machine."""
    if isinstance(error, shutil.Error):  # of a whole folder: the first file tells for all
        _, file, why = error.args[0][0]
        number = re.search(r"\[Errno (\d+)\]", str(why))
        code = int(number[1]) if number else 0
        return in_words(OSError(code, os.strerror(code) if code else str(why), str(file)))
    file = os.fsdecode(error.filename) if error.filename is not None else ""
    why = error.strerror or str(error)
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        where = f" ({file})" if file else ""
        return f"the disk is full{where}: {why}. Make room, and render again."
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return (
            f"{file or 'the project'}: may not be written or read here: {why}. The press reads the "
            "project and writes to its folders .press and _freeze and to the output folder; change "
            "the rights, or render a copy of the project."
        )
    return f"{file}: {why}." if file else f"the system refused: {why}."


@dataclass(frozen=True, order=True)
class RenderFinding:
    """Something a reader or the author should know of: a broken link, an option not read."""

    page: str  # the file, relative to the project's root, with `/`
    line: int  # 1-based; 0 where no line can be named
    message: str
    breaks: bool = field(default=True, compare=False)  # whether --strict makes it fatal

    def __str__(self) -> str:
        """Write `page:line: message`, as compilers do, so that editors can jump there."""
        where = f"{self.page}:{self.line}" if self.line else self.page
        return f"{where}: {self.message}"


class Findings:
    """The findings of one render, each kept once."""

    def __init__(self) -> None:
        """Start with none."""
        self._found: dict[tuple[str, str], RenderFinding] = {}

    def add(self, page: str, line: int, message: str, *, breaks: bool = True) -> None:
        """Keep a finding; the same message on the same page counts once."""
        self._found.setdefault((page, message), RenderFinding(page, line, message, breaks))

    def unsupported(self, page: str, line: int, option: str) -> None:
        """Keep a finding about an option that the press does not do; each option once."""
        key = ("", option)
        self._found.setdefault(
            key,
            RenderFinding(page, line, f"{option} (Quarto does this; the press does not)"),
        )

    def __iter__(self) -> Iterator[RenderFinding]:
        """Give the findings by page, then line."""
        return iter(sorted(self._found.values()))

    @property
    def breaking(self) -> list[RenderFinding]:
        """The findings that --strict makes fatal."""
        return [finding for finding in self if finding.breaks]
