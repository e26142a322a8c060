"""The definitions that a run reaches, by what they say: moving one to another file changes nothing.

From a study's `run` every reference is followed to the functions, classes and constants it names,
in whatever module they stand. Statements of a module that do something when it is imported count
wherever the module is. Only definitions that are truly reached count; one that nothing refers to
may change freely.
"""

from __future__ import annotations

import ast
import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from lab.errors import AnalysisError
from lab.fingerprint.fingerprint import text_digest
from lab.fingerprint.normal_form import (
    Form,
    annotated_with,
    form_of,
    referents,
)
from lab.fingerprint.project_modules import Definition, Module, SourceTree
from lab.project import PACKAGE

# A run that takes `loaded` and whose module has no `load` of its own is given what this loads.
LOADER = "lab.models.loader.load"
STATEMENTS = "top-level statements"  # how what a module does when imported is named


@dataclass(frozen=True)
class Code:
    """What a run's code says, and the modules it was read from."""

    definitions: dict[str, str]  # by name: digests, apart by spaces, of all that have the name
    texts: dict[str, str]  # by module: a digest of the whole text
    libraries: frozenset[str]  # top-level names of the packages that reached code refers to


def code_of_study(study: str, root: Path) -> Code:
    """The code that a study's `run` reaches. Raises AnalysisError where it has none."""
    return code_of(f"{PACKAGE}.{study}.run", ("run",), root)


def code_of(name: str, entries: tuple[str, ...], root: Path) -> Code:
    """The code that some functions of a module reach.

    Raises AnalysisError where there is no such module or function, or a module does not parse.
    """
    tree = SourceTree(root)
    module = tree.module(name)
    if module is None:
        raise AnalysisError(f"{name}: no such module below {root.name}/. A study needs a run.py.")
    reach = _Reach(tree)
    for entry in entries:
        reach.enter(module, entry)
    return reach.code()


class _Reach:
    """Forms of definitions, each with what it refers to."""

    def __init__(self, tree: SourceTree) -> None:
        self.tree = tree
        self.forms: dict[Definition, Form] = {}
        self.loaded: set[str] = set()

    def enter(self, module: Module, name: str) -> None:
        """Reach a function of a module that is called from outside, and what it is called with."""
        for start in self._functions(f"{module.name}.{name}"):
            home = self.tree.module(start.module) or module
            nodes = home.definitions[start.name]
            # Its arguments and its result are made, and read back, as their annotations say.
            self.reach({start, *annotated_with(self.tree, home, nodes)})
            if any(_takes_model(node) for node in nodes):
                own = "load" in {*module.definitions, *module.imports}
                self.reach(self._functions(f"{module.name}.load" if own else LOADER))

    def _functions(self, target: str) -> list[Definition]:
        """The definitions that a dotted path stands for. Raises AnalysisError where it has none."""
        module, _, name = target.rpartition(".")
        found = [each for each, _ in self.tree.resolve(target) if isinstance(each, Definition)]
        if not found:
            raise AnalysisError(f"{module}: there is no {name} in it. Define it at the top.")
        return found

    def reach(self, wanted: Iterable[Definition]) -> None:
        """Take in definitions, and all that they refer to."""
        waiting = [each for each in wanted if not each.exempt]
        while waiting:
            definition = waiting.pop()
            module = self.tree.module(definition.module)
            if definition in self.forms or module is None:
                continue
            if definition.name == STATEMENTS:
                form = form_of(self.tree, module, module.effects)
            else:
                form = form_of(self.tree, module, module.definitions[definition.name])
            self.forms[definition] = form
            waiting += form.definitions
            for name in form.modules:
                waiting += self._whole(name)
            waiting += self._load([definition.module, *form.loads, *form.modules])

    def code(self) -> Code:
        """Everything that was reached."""
        digests: dict[str, set[str]] = defaultdict(set)
        for definition, digest in _digests(self.forms).items():
            digests[definition.name].add(digest)
        libraries = {
            path.partition(".")[0] for form in self.forms.values() for path in form.libraries
        }
        return Code(
            {name: " ".join(sorted(found)) for name, found in sorted(digests.items())},
            {name: text_digest(text) for name, text in sorted(self.tree.texts.items())},
            frozenset(libraries),
        )

    def _whole(self, name: str) -> list[Definition]:
        module = self.tree.module(name)
        return [Definition(name, each) for each in module.definitions] if module else []

    def _load(self, targets: Iterable[str]) -> list[Definition]:
        """What runs when modules are imported: their statements, and decorators of our own."""
        found: list[Definition] = []
        waiting = list(targets)
        while waiting:
            for name in self.tree.modules_along(waiting.pop()):
                module = None if name in self.loaded else self.tree.module(name)
                self.loaded.add(name)
                if module is None:
                    continue
                waiting += module.loads
                found += [Definition(name, STATEMENTS)] * bool(module.effects)
                found += [
                    Definition(name, each)
                    for each, nodes in module.definitions.items()
                    if any(self._enters_itself(module, node) for node in nodes)
                ]
        return found

    def _enters_itself(self, module: Module, node: ast.stmt) -> bool:
        """Whether a decorator of the project may put a definition down somewhere."""
        decorators = getattr(node, "decorator_list", [])
        return any(referents(self.tree, module, each) for each in decorators)


def _takes_model(node: ast.stmt) -> bool:
    return isinstance(node, ast.FunctionDef) and any(
        each.arg == "loaded" for each in ast.walk(node.args) if isinstance(each, ast.arg)
    )


def _digests(forms: dict[Definition, Form]) -> dict[Definition, str]:
    """A digest of each definition.

    A reference is told by the name alone. Where several definitions that differ have one name, it
    is told by the digest as well, so that taking one for the other shows; those digests may hang
    on others of the kind in turn, and are worked out until no more can be told apart.
    """
    labels = {definition: definition.name for definition in forms}
    found = _with(forms, labels)
    while True:
        apart = defaultdict(set)
        for definition, digest in found.items():
            apart[definition.name].add(digest)
        labels = {
            definition: f"{definition.name} {digest}" * (len(apart[definition.name]) > 1)
            or definition.name
            for definition, digest in found.items()
        }
        told = len(set(found.values()))
        found = _with(forms, labels)
        if len(set(found.values())) <= told:
            return found


def _with(forms: dict[Definition, Form], labels: dict[Definition, str]) -> dict[Definition, str]:
    """Digests with each reference told by its label."""
    return {
        definition: hashlib.sha256(
            "".join(
                piece if isinstance(piece, str) else labels.get(piece, piece.name)
                for piece in form.pieces
            ).encode()
        ).hexdigest()[:16]
        for definition, form in forms.items()
    }
