"""No module of the tracker reaches itself, not even by an import inside a function."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def imported(tree: ast.AST) -> Iterator[str]:
    """Every name imported while the program runs, what is only for types left out."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            continue
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        yield from imported(node)


def graph(sources: dict[str, str]) -> dict[str, set[str]]:
    """Which modules each module imports, given their texts."""
    found = {}
    for name, text in sources.items():
        names = set(imported(ast.parse(text)))
        # `from package import module` needs the module; the package is on the way to it.
        found[name] = {one for one in names & sources.keys() if one != name.rpartition(".")[0]}
    return found


def tracker() -> dict[str, str]:
    paths = [path for path in (ROOT / "tracker").rglob("*.py") if path.stem != "__init__"]
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts): path.read_text(encoding="utf-8")
        for path in paths
    }


def test_no_module_reaches_itself() -> None:
    TopologicalSorter(graph(tracker())).prepare()


def test_a_circle_would_be_found() -> None:
    late = "def f():\n    from tracker.store import connection\n"
    spoilt = {**tracker(), "tracker.errors": late}
    with pytest.raises(CycleError):
        TopologicalSorter(graph(spoilt)).prepare()
