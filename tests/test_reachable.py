"""What nothing uses goes: every definition is used by a command, a study, a page or another module.

A use is a name that a module reads in itself, imports from another, or asks of a module that it
imports; in pages, any word of a cell. Tests and benchmarks are no use.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("lab", "analyses", "tracker", "press")
TEMPLATES = ("press/**/*.lua", "press/**/*.html")
CELL = re.compile(r"^```\{python\}\n(.*?)^```|`\{python\} (.*?)`", re.M | re.S)
TARGET = re.compile(r"^([a-z_.]+):([a-z_]+)$")  # as lazy commands and entry points say it
WORD = re.compile(r"[A-Za-z_]\w*")

# Names that are asked of a module without an import of it, each with who asks.
ASKED_FOR = {
    "run": "lab.results.reproduce, of a study's run",
    "load": "lab.results.reproduce, of a study's run that brings a model of its own",
    "RECORDED": "lab.results.study, of a study's params",
    "DATA": "lab.results.study, of a study's params",
    "PROFILES": "lab.results.study, of a study's profiles",
}


@dataclass
class Uses:
    """What one module uses."""

    own: Counter[str] = field(default_factory=Counter)  # names it reads
    imported: set[str] = field(default_factory=set)  # dotted names it imports or asks of modules


def uses_of(tree: ast.AST) -> Uses:
    """The names that a tree uses. `a.b` is asked of a module where `a` is the name of an import."""
    found, aliases = Uses(), dict[str, str]()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            aliases |= {each.asname or each.name: each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom):
            for each in node.names:
                aliases[each.asname or each.name] = f"{node.module}.{each.name}"
    found.imported = set(aliases.values())
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            found.own[node.id] += 1
        elif isinstance(node, ast.Attribute):
            base = ast.unparse(node.value)
            found.imported.add(f"{aliases.get(base, base)}.{node.attr}")
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.imported.update(map(".".join, TARGET.findall(node.value)))
    return found


@cache
def trees(package: str) -> dict[str, ast.Module]:
    """Every module of a package by its dotted name."""
    found = {}
    for path in sorted((ROOT / package).rglob("*.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        found[name.removesuffix(".__init__")] = ast.parse(path.read_text(encoding="utf-8"))
    return found


@cache
def every_use() -> dict[str, Uses]:
    """The uses of every module, and those of every page's cells together."""
    found = {name: uses_of(tree) for package in PACKAGES for name, tree in trees(package).items()}
    for path in sorted(ROOT.glob("**/*.qmd")):
        if not any(part.startswith((".", "_")) for part in path.relative_to(ROOT).parts[:-1]):
            cells = CELL.findall(path.read_text(encoding="utf-8"))
            found[str(path)] = uses_of(ast.parse("\n".join(cell or said for cell, said in cells)))
    return found


@cache
def words() -> frozenset[str]:
    """Every word of the press's templates, which call its functions by name."""
    texts = (path for pattern in TEMPLATES for path in ROOT.glob(pattern))
    return frozenset().union(*(WORD.findall(path.read_text(encoding="utf-8")) for path in texts))


@cache
def asked() -> frozenset[str]:
    """Every dotted name that some module imports or asks of a module, or that is a command."""
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
    entries = {target.replace(":", ".") for target in scripts.values()}
    # A hook runs with its own folder on the path: there, `qmd.x` is a sibling's.
    siblings = {
        f"press.hooks.{name}"
        for module, uses in every_use().items()
        if module.startswith("press.hooks.")
        for name in uses.imported
    }
    return frozenset(entries | siblings).union(*(uses.imported for uses in every_use().values()))


def definitions(tree: ast.Module) -> dict[str, list[ast.stmt]]:
    """The top-level functions, classes and constants of a module; commands enter themselves."""
    found: dict[str, list[ast.stmt]] = {}
    for node in tree.body:
        names: list[str] = []
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names = [] if any(map(registers, node.decorator_list)) else [node.name]
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [
                each.id for target in targets for each in ast.walk(target)
                if isinstance(each, ast.Name) and not each.id.startswith("__")
            ]  # fmt: skip
        for name in names:
            found.setdefault(name, []).append(node)
    return found


def registers(decorator: ast.expr) -> bool:
    """Whether a decorator enters what it decorates somewhere: @main.command(), @cache does not."""
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return isinstance(called, ast.Attribute) and called.attr in {"command", "group", "register"}


def unused(package: str) -> set[str]:
    """Definitions of a package that are used nowhere outside themselves."""
    return {
        f"{module}.{name}"
        for module, tree in trees(package).items()
        for name, nodes in definitions(tree).items()
        if name not in ASKED_FOR
        and not (package == "press" and name in words())
        and f"{module}.{name}" not in asked()
        and every_use()[module].own[name] <= sum(uses_of(node).own[name] for node in nodes)
    }


@pytest.mark.parametrize("package", PACKAGES)
def test_nothing_lies_unused(package: str) -> None:
    assert unused(package) == set()


def test_something_unused_would_be_found() -> None:
    tree = ast.parse("def dead():\n    return dead()\n\ndef used():\n    return 1\n\nx = used()\n")
    found, whole = definitions(tree), uses_of(tree)
    own = {name: uses_of(nodes[0]).own[name] for name, nodes in found.items()}
    assert whole.own["dead"] == own["dead"]
    assert whole.own["used"] > own["used"]


def test_a_use_is_an_import_or_a_question_to_a_module() -> None:
    tree = ast.parse("from lab.results import record as kept\nkept.load('a')\nother.load('b')\n")
    assert {"lab.results.record", "lab.results.record.load"} <= uses_of(tree).imported
    assert "lab.results.study.load" not in uses_of(tree).imported
