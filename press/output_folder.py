"""Where a site goes: never over something else, never half, and one render at a time."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from press.errors import PressError

try:
    import fcntl
except ImportError:  # Windows has no such lock; two renders at once are then the user's to avoid
    fcntl = None  # type: ignore[assignment]


@contextlib.contextmanager
def one_at_a_time(root: Path, say: Callable[[str], None]) -> Iterator[None]:
    """Wait for another render of the same project; they share its freezer and its staging folder."""
    (root / ".press").mkdir(exist_ok=True)
    with (root / ".press" / "lock").open("w") as lock:
        if fcntl is not None:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                say("press: waiting for another render of this project to end")
                fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def check_output(root: Path, output: Path) -> None:
    """Refuse an output folder that must not be replaced."""
    if output == root or output in root.parents or output == Path.home():
        raise PressError(
            f"output-dir {output}: holds the project itself. Give a folder inside or beside it."
        )
    if output.is_file():
        raise PressError(f"output-dir {output}: is a file. Give a folder.")
    if output.is_dir() and any(output.iterdir()) and not (output / "site_libs").is_dir():
        raise PressError(
            f"output-dir {output}: holds something other than a published site. Empty it, or give another folder."
        )
    if (output / ".git").exists():
        raise PressError(f"output-dir {output}: holds a git repository. Give another folder.")


def swap(new: Path, old: Path) -> None:
    """Put the finished site in the old one's place; between two renames is all the time it is away."""
    aside = old.with_name(old.name + ".old")
    shutil.rmtree(aside, ignore_errors=True)
    if old.exists():
        old.rename(aside)
    try:
        new.rename(old)
    except OSError:
        if aside.exists():
            aside.rename(old)
        raise
    shutil.rmtree(aside, ignore_errors=True)
