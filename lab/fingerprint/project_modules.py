"""The project's modules as they are written: what each defines and imports. Nothing is run.

A *target* is the dotted path an imported name stands for: `import numpy as np` binds `np` to the
target `numpy`, `from torch import Tensor` binds `Tensor` to `torch.Tensor`.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

from lab.errors import AnalysisError
from lab.fingerprint.fingerprint import EXEMPT, PACKAGES
from lab.project import PACKAGE

Targets = dict[str, list[str]]
INSTALLED = (
    Path(__file__).resolve().parents[2]
)  # where `lab` lies for a log that has none of its own
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass
class Module:
    """One module: its definitions by name, its imports by name, and statements that do something.

    A name that is bound several times has several statements, in their order.
    """

    name: str
    definitions: dict[str, list[ast.stmt]] = field(default_factory=dict)
    imports: Targets = field(default_factory=dict)
    loads: list[str] = field(default_factory=list)  # targets whose modules importing it runs
    effects: list[ast.stmt] = field(default_factory=list)
    package: str = ""  # what relative imports in it start from


@dataclass(frozen=True)
class Definition:
    """A top-level name of a project module that something refers to."""

    module: str
    name: str
    exempt: bool = False


@dataclass(frozen=True)
class Library:
    """A name of another package, by its full dotted path."""

    path: str


@dataclass(frozen=True)
class WholeModule:
    """A project module used as a value: anything in it may be meant."""

    name: str


@dataclass(frozen=True)
class Missing:
    """A name that a project module does not have."""

    name: str


Referent = Definition | Library | WholeModule | Missing


class SourceTree:
    """The modules of a log and of the lab, each read once."""

    def __init__(self, root: Path) -> None:
        """Nothing is read yet."""
        self.root = root
        self.texts: dict[str, str] = {}
        self._modules: dict[str, Module | None] = {}
        self._files: dict[str, Path | None] = {}

    def module(self, name: str) -> Module | None:
        """A module by its dotted name; None where there is none or it is exempt.

        Raises AnalysisError where it does not parse.
        """
        if name not in self._modules:
            path = self.file(name)
            found = None
            if path is not None and not self.exempt(path):
                text = self.texts[name] = path.read_text(encoding="utf-8")
                found = _module(text, name, self._where(path), path.name == "__init__.py")
            self._modules[name] = found
        return self._modules[name]

    def file(self, name: str) -> Path | None:
        """A module's file, as `module_file` finds it; looked for once."""
        if name not in self._files:
            self._files[name] = module_file(name, self.root)
        return self._files[name]

    def exempt(self, path: Path) -> bool:
        """Whether a file is on the list of those that cannot alter a number."""
        where = self._where(path)
        return any(fnmatchcase(where, pattern) for pattern in EXEMPT)

    def _where(self, path: Path) -> str:
        """A file below the log's root, or below the folder that the lab is installed in."""
        base = self.root if path.is_relative_to(self.root) else INSTALLED
        return path.relative_to(base).as_posix()

    def modules_along(self, target: str) -> Iterator[str]:
        """The modules that importing a target runs: its packages, and itself where it is one."""
        parts = target.split(".")
        for count in range(1, len(parts) + 1):
            name = ".".join(parts[:count])
            if self.file(name):
                yield name

    def resolve(self, target: str) -> list[tuple[Referent, list[str]]]:
        """What a target stands for, and the attributes of it that are asked for beyond that."""
        first, *rest = target.split(".")
        if first not in PACKAGES:
            return [(Library(target), [])]
        return self.resolve_in(first, rest)

    def resolve_in(
        self, name: str, parts: list[str], seen: frozenset[tuple[str, str]] = frozenset()
    ) -> list[tuple[Referent, list[str]]]:
        """What `parts`, attribute after attribute, stand for in a module; imports are followed."""
        for place, part in enumerate(parts):
            rest, module = parts[place + 1 :], self.module(name)
            if module is not None and (name, part) not in seen:
                found: list[tuple[Referent, list[str]]] = []
                if part in module.definitions:
                    found.append((Definition(name, part), rest))
                for target in module.imports.get(part, []):
                    first, *others = target.split(".")
                    if first in PACKAGES:
                        inner = seen | {(name, part)}
                        found += self.resolve_in(first, [*others, *rest], inner)
                    else:
                        found.append((Library(".".join([target, *rest])), []))
                if found:
                    return found
            path = self.file(name)
            if path is not None and self.exempt(path):
                return [(Definition(name, part, exempt=True), rest)]
            inside = f"{name}.{part}"
            if not (self.file(inside) or _base(inside, self.root).is_dir()):
                return [(Missing(part), rest)]
            name = inside
        return [(WholeModule(name), [])]


def module_file(name: str, root: Path) -> Path | None:
    """The file of a log's or the lab's module; None for an attribute or another package's module."""
    if name.partition(".")[0] not in PACKAGES:
        return None
    base = _base(name, root)
    for path in (base.with_suffix(".py"), base / "__init__.py"):
        if path.is_file():
            return path
    return None


def _base(name: str, root: Path) -> Path:
    """A module's path without its ending; the lab's own lies in the log, or where it is installed."""
    parts = name.split(".")
    home = root if parts[0] == PACKAGE or (root / parts[0]).is_dir() else INSTALLED
    return home.joinpath(*parts)


def texts_of(names: Iterable[str], root: Path) -> dict[str, str] | None:
    """The present text of modules named before; None where one has gone."""
    found = {}
    for name in names:
        path = module_file(name, root)
        if path is None:
            return None
        found[name] = path.read_text(encoding="utf-8")
    return found


def import_targets(node: ast.stmt, package: str) -> tuple[Targets, list[str]]:
    """What an import statement binds, and the targets whose modules it runs."""
    bound: Targets = {}
    if isinstance(node, ast.Import):
        for alias in node.names:
            first = alias.name.partition(".")[0]
            bound[alias.asname or first] = [alias.name if alias.asname else first]
        return bound, [alias.name for alias in node.names]
    if not isinstance(node, ast.ImportFrom):
        return {}, []
    within = package.split(".")
    base = within[: len(within) - node.level + 1] if node.level else []
    stem = ".".join([*base, *([node.module] if node.module else [])])
    for alias in node.names:
        if alias.name == "*":
            raise AnalysisError(
                f"line {node.lineno}: from {stem} import *: what it brings cannot be told from "
                "the text. Name what is imported."
            )
        bound[alias.asname or alias.name] = [f"{stem}.{alias.name}"]
    return bound, [f"{stem}.{alias.name}" for alias in node.names]


def bound_names(nodes: Iterable[ast.AST], package: str) -> tuple[set[str], Targets]:
    """Names that statements bind in their own scope: those that are assigned, and imports."""
    names: set[str] = set()
    outside: set[str] = set()
    imports: Targets = {}
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Lambda):
            continue
        elif isinstance(node, ast.comprehension):
            waiting += [node.iter, *node.ifs]  # its target is bound in a scope of its own
        elif isinstance(node, ast.Import | ast.ImportFrom):
            _join(imports, import_targets(node, package)[0])
        elif isinstance(node, ast.Global | ast.Nonlocal):
            outside.update(node.names)
        else:
            if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
                names.add(node.id)
            for held in ("name", "rest"):  # except … as name, case {**rest}
                if isinstance(value := getattr(node, held, None), str):
                    names.add(value)
            waiting += ast.iter_child_nodes(node)
    return names - outside, {name: to for name, to in imports.items() if name not in outside}


@functools.lru_cache(maxsize=1024)
def _module(text: str, name: str, where: str, is_package: bool) -> Module:
    package = name if is_package else name.rpartition(".")[0]
    module = Module(name, package=package)
    try:
        for node in ast.parse(text).body:
            _add(module, node)
    except SyntaxError as error:
        raise AnalysisError(
            f"{where}:{error.lineno}: {error.msg}. Mend it, then ask again."
        ) from error
    except AnalysisError as error:
        raise AnalysisError(f"{where}: {error}") from error
    return module


def _add(module: Module, node: ast.stmt) -> None:
    """Enter a top-level statement: what it binds, and whether it does more than that."""
    if _is_main(node) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
        return
    names, imports = bound_names([node], module.package)
    _join(module.imports, imports)
    if _is_typing(node):
        return
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        for inner in _imports_run(node):
            module.loads += import_targets(inner, module.package)[1]
    if _only_imports([node]):
        return
    if isinstance(node, ast.AnnAssign) and node.value is None:
        return
    for name in sorted(names):
        module.definitions.setdefault(name, []).append(node)
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not (
        isinstance(node, ast.Assign | ast.AnnAssign) and _binds_names_alone(node)
    ):
        module.effects.append(node)


def _join(known: Targets, more: Targets) -> None:
    """Add targets to those that names have, each once."""
    for name, targets in more.items():
        known[name] = list(dict.fromkeys([*known.get(name, []), *targets]))


def _imports_run(node: ast.stmt) -> Iterator[ast.stmt]:
    """The import statements in a top-level statement, those inside functions left out."""
    waiting: list[ast.AST] = [node]
    while waiting:
        inner = waiting.pop()
        if isinstance(inner, ast.Import | ast.ImportFrom):
            yield inner
        elif not isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            waiting += ast.iter_child_nodes(inner)


def _is_main(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) in (
        "__name__ == '__main__'",
        "'__main__' == __name__",
    )


def _is_typing(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.If)
        and ast.unparse(node.test).rpartition(".")[2] == "TYPE_CHECKING"
        and not node.orelse
    )


def _only_imports(nodes: list[ast.stmt]) -> bool:
    """Whether statements import and do nothing else; one may try an import and fall back."""
    for node in nodes:
        if isinstance(node, ast.Try):
            handled = [each for handler in node.handlers for each in handler.body]
            if not _only_imports([*node.body, *handled, *node.orelse, *node.finalbody]):
                return False
        elif not isinstance(node, ast.Import | ast.ImportFrom | ast.Pass):
            return False
    return True


def _binds_names_alone(node: ast.Assign | ast.AnnAssign) -> bool:
    """Whether an assignment is to names; one to an attribute or an item alters something else."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return all(
        isinstance(each, ast.Name | ast.Tuple | ast.List | ast.Starred | ast.expr_context)
        for target in targets
        for each in ast.walk(target)
    )
