"""Globs as Quarto reads them in `resources`, `render` and listings: `!` takes away what others name."""

from __future__ import annotations

import functools
import posixpath
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from smalldocs.config import glob_regex


@dataclass(frozen=True)
class PathGlobs:
    """Which paths a list of globs means; those behind a `!` take away, whatever their order.

    Paths and globs are relative to one folder, with `/`. A folder stands for all that is in it. As
    in Quarto, what `!` takes away is taken at any depth, unless its glob begins with `/`.
    """

    taken: tuple[str, ...]
    left_out: tuple[str, ...]

    @classmethod
    def read(cls, patterns: Iterable[object]) -> PathGlobs:
        """Sort the patterns as they are written; `\\!` begins a name that starts with `!`."""
        texts = [str(pattern).strip() for pattern in patterns]
        taken = [text for text in texts if text and not text.startswith("!")]
        left_out = [text[1:] for text in texts if text.startswith("!")]
        return cls(
            tuple(text[1:] if text.startswith("\\!") else text for text in taken),
            tuple(left_out),
        )

    def from_folder(self, folder: PurePosixPath) -> PathGlobs:
        """The same globs, read in a folder: each begins with `/` at the root then."""

        def rooted(glob: str) -> str:
            path = posixpath.normpath(
                posixpath.join("/", "" if glob[:1] == "/" else folder, glob.lstrip("/"))
            )
            return path + "/" * glob.endswith("/")

        deeper = [rooted(f"**/{glob}") for glob in self.left_out if glob[:1] not in "/."]
        return PathGlobs(tuple(map(rooted, self.taken)), (*map(rooted, self.left_out), *deeper))

    def matches(self, path: PurePosixPath | str) -> bool:
        """Whether a path is named and not taken away; what is hidden must be named by its dot."""
        hidden = "/." in f"/{path}"
        globs = [glob for glob in self.taken if not hidden or "/." in f"/{glob.removeprefix('./')}"]
        return any(covers(glob, str(path)) for glob in globs) and not self.leaves_out(path)

    def leaves_out(self, path: PurePosixPath | str) -> bool:
        """Whether a `!` takes a path away."""
        return any(
            covers(glob, str(path)) or (glob[:1] != "/" and covers(f"**/{glob}", str(path)))
            for glob in self.left_out
        )


def covers(glob: str, path: str) -> bool:
    """Whether a glob means a path: by its own name, or by the folder that it stands in.

    A name without `/` is met at any depth, a folder only where it is said to stand.
    """
    named = glob.removeprefix("./").strip("/")
    anywhere = "/" not in named and glob[:1] != "/"
    by_name = compiled(f"**/{named}" if anywhere else named).match(path)
    return bool((by_name and glob[-1:] != "/") or compiled(f"{named}/**").match(path))


compiled = functools.cache(glob_regex)
