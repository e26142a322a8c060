"""The research log one works in: the folder that holds its pages, its goals and its studies.

A study belongs to the log one stands in, never to the package that is installed: the same `lab`
serves any number of logs.
"""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path

from lab.errors import AnalysisError

PACKAGE = "analyses"  # the folder of the studies, and their package
MARKS = ("_quarto.yml", "goals.yml", PACKAGE)  # a folder with one of these is a log
VARIABLE = "LAB_ROOT"  # the environment's way to name another folder


def find_root(start: Path | None = None) -> Path:
    """The log's folder: `LAB_ROOT`, else the nearest one around `start` (or where one stands).

    Raises AnalysisError where there is none.
    """
    named = os.environ.get(VARIABLE)
    if named:
        root = Path(named).expanduser().resolve()
        if not root.is_dir():
            raise AnalysisError(
                f"{VARIABLE}: {named} is no folder. Set it to a log's, or unset it."
            )
        return root
    folder = (start or Path.cwd()).resolve()
    for candidate in (folder, *folder.parents):
        if any((candidate / mark).exists() for mark in MARKS):
            return candidate
    raise AnalysisError(
        f"{folder}: no research log here or above: none of {', '.join(MARKS)}. "
        f"Go to a log's folder, or set {VARIABLE} to it."
    )


def make_importable(root: Path) -> None:
    """Let `import analyses.…` mean this log's studies, whatever else is installed.

    Raises AnalysisError where Python would still find another package of that name.
    """
    sys.path[:] = [str(root), *(entry for entry in sys.path if entry != str(root))]
    if not (root / PACKAGE).is_dir():
        return
    importlib.invalidate_caches()
    package = importlib.import_module(PACKAGE)
    if str(root / PACKAGE) not in [str(Path(path).resolve()) for path in package.__path__]:
        raise AnalysisError(
            f"{PACKAGE}/: Python finds another package of that name, in {package.__path__[0]}. "
            f"Put an empty {PACKAGE}/__init__.py into this log."
        )


def _here() -> Path:
    """The log one stands in; without one, where one stands: what is looked for there is missing."""
    try:
        return find_root()
    except AnalysisError:
        return Path.cwd()


ROOT = _here()  # the log that this process was started in: where studies find their own files
