"""A definition in a form that says what it computes and leaves out where it stands.

Left out are comments, docstrings, imports, and the annotations of arguments, of what a function
returns and of variables: they check, and compute nothing. Annotations in the body of a class stay,
for they decide what a recorded file is read as. A reference to a definition of the project becomes
the definition's own name, whatever it was imported from and as; one to a library becomes the full
dotted path.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import Any

from lab.fingerprint.project_modules import (
    COMPREHENSIONS,
    Definition,
    Library,
    Missing,
    Module,
    Referent,
    SourceTree,
    Targets,
    WholeModule,
    bound_names,
    import_targets,
)

# `type_params` and `kind` came with later Pythons or say how a literal was spelt; `ctx`
# repeats where a name stands. Left out, one source has one form under every Python.
SILENT = frozenset({"type_params", "kind", "ctx", "type_comment", "type_ignores", "returns"})
NOTHING = (ast.Import, ast.ImportFrom, ast.Pass)


@dataclass
class Form:
    """The form in pieces, text and references in turn, and what it refers to."""

    pieces: list[str | Definition] = field(default_factory=list)
    definitions: set[Definition] = field(default_factory=set)  # to be reached as well
    modules: set[str] = field(default_factory=set)  # used as values: all of each may be meant
    libraries: set[str] = field(default_factory=set)  # dotted paths
    loads: set[str] = field(default_factory=set)  # targets of imports inside functions


@dataclass(frozen=True)
class Scope:
    """What a function, class or comprehension binds."""

    names: set[str]
    imports: Targets
    is_class: bool = False


def form_of(tree: SourceTree, module: Module, nodes: list[ast.stmt]) -> Form:
    """The form of some top-level statements of a module."""
    writer = _Writer(tree, module)
    writer.write(nodes)
    return writer.form


def referents(tree: SourceTree, module: Module, node: ast.AST) -> set[Definition]:
    """The project's definitions that an expression of a module refers to."""
    writer = _Writer(tree, module)
    writer.write(node)
    return writer.form.definitions


def annotated_with(tree: SourceTree, module: Module, nodes: list[ast.stmt]) -> set[Definition]:
    """The definitions that annotate the arguments of functions and what they return."""
    found: set[Definition] = set()
    for node in nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            every = [each.annotation for each in ast.walk(node.args) if isinstance(each, ast.arg)]
            for annotation in (*every, node.returns):
                if annotation is not None:
                    writer = _Writer(tree, module)
                    writer.annotation(annotation)
                    found |= writer.form.definitions
    return found


class _Writer:
    """Writes a form, knowing at every place which names are local."""

    def __init__(self, tree: SourceTree, module: Module) -> None:
        self.tree, self.module = tree, module
        self.scopes: list[Scope] = []
        self.form = Form()
        self.say = self.form.pieces.append

    def write(self, node: Any) -> None:
        """Any value of a tree's field."""
        if isinstance(node, list):
            self.say("[")
            for item in node:
                if not _does_nothing(item):
                    self.write(item)
            self.say("]")
        elif isinstance(node, ast.Name | ast.Attribute):
            self._reference(node)
        elif isinstance(node, ast.AnnAssign):
            self._annotated(node)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            self._function(node)
        elif isinstance(node, ast.ClassDef):
            self._class(node)
        elif isinstance(node, COMPREHENSIONS):
            self._comprehension(node)
        elif isinstance(node, ast.AST):
            self._fields(node)
        else:
            self._constant(node)

    def annotation(self, node: ast.expr) -> None:
        """An annotation; a type named in a string is a reference too."""
        self.write(node)
        for inner in ast.walk(node):
            if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
                self._follow(self._named(inner.value)[1])

    def _constant(self, value: Any) -> None:
        """A literal. A module's whole dotted name in a string may be imported by it."""
        self.say(repr(value))
        if isinstance(value, str) and "." in value and self.tree.file(value):
            self._follow([(WholeModule(value), [])])

    def _fields(self, node: ast.AST, leave_out: tuple[str, ...] = ()) -> None:
        self.say(f"({type(node).__name__}")
        for name, value in ast.iter_fields(node):
            if name not in leave_out:
                self._field(node, name, value)
        self.say(")")

    def _field(self, node: ast.AST, name: str, value: Any) -> None:
        if isinstance(node, ast.JoinedStr):  # some Pythons put empty strings in f-strings
            value = [part for part in value if getattr(part, "value", None) != ""]
        elif isinstance(value, list) and name in ("body", "orelse", "finalbody"):
            self._note_imports(value)
            value = [item for item in value if not _does_nothing(item)]
        elif name == "annotation":
            return
        if name in SILENT or value is None or value == []:
            return
        self.say(f" {name}=")
        self.write(value)

    def _note_imports(self, nodes: list[Any]) -> None:
        for node in nodes:
            if isinstance(node, ast.Import | ast.ImportFrom):
                self.form.loads.update(import_targets(node, self.module.package)[1])

    def _annotated(self, node: ast.AnnAssign) -> None:
        """`x: int = 1` as `x = 1`, and nothing without a value; in a class body as it stands."""
        if self.scopes and self.scopes[-1].is_class:
            self.say("(AnnAssign target=")
            self.write(node.target)
            self.say(" annotation=")
            self.annotation(node.annotation)
            if node.value is not None:
                self.say(" value=")
                self.write(node.value)
            self.say(")")
        elif node.value is not None:
            self.write(ast.Assign(targets=[node.target], value=node.value))

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> None:
        """Decorators and defaults belong to the scope outside, the body to one of its own."""
        self.say(f"({type(node).__name__}")
        for name, value in ast.iter_fields(node):
            if name != "body":
                self._field(node, name, value)
        arguments = {each.arg for each in ast.walk(node.args) if isinstance(each, ast.arg)}
        body = node.body if isinstance(node.body, list) else [node.body]
        names, imports = bound_names(body, self.module.package)
        self._inside(Scope(names | arguments, imports), node)
        self.say(")")

    def _class(self, node: ast.ClassDef) -> None:
        self.say("(ClassDef")
        for name, value in ast.iter_fields(node):
            if name != "body":
                self._field(node, name, value)
        self._inside(Scope(*bound_names(node.body, self.module.package), is_class=True), node)
        self.say(")")

    def _inside(self, scope: Scope, node: Any) -> None:
        self.scopes.append(scope)
        self._field(node, "body", node.body)
        self.scopes.pop()

    def _comprehension(self, node: Any) -> None:
        """Its variables are its own; what it runs over first belongs to the scope outside."""
        first = node.generators[0]
        self.say(f"({type(node).__name__} over=")
        self.write(first.iter)
        targets = [each.target for each in node.generators]
        self.scopes.append(Scope(bound_names(targets, self.module.package)[0], {}))
        for name, value in ast.iter_fields(node):
            if name != "generators":
                self._field(node, name, value)
        for place, each in enumerate(node.generators):
            self._fields(each, () if place else ("iter",))
        self.scopes.pop()
        self.say(")")

    def _reference(self, node: ast.Name | ast.Attribute) -> None:
        """A name, or attributes of one: what it stands for, or as written where it is local."""
        attributes: list[str] = []
        base: ast.expr = node
        while isinstance(base, ast.Attribute):
            attributes.insert(0, base.attr)
            base = base.value
        if isinstance(base, ast.Name):
            local, found = self._named(".".join([base.id, *attributes]))
            if self.scopes or isinstance(base.ctx, ast.Load):
                self._follow(found)
            if found and not local:
                self._resolved(found)
                return
        self.say("(Attribute value=" * len(attributes))
        if isinstance(base, ast.Name):
            self.say(f"(Name id={base.id!r})")
        else:
            self.write(base)
        for attribute in attributes:
            self.say(f" attr={attribute!r})")

    def _named(self, path: str) -> tuple[bool, list[tuple[Referent, list[str]]]]:
        """Whether a dotted path starts with a local name, and what it may stand for."""
        name, *attributes = path.split(".")
        for depth, scope in enumerate(reversed(self.scopes)):
            if scope.is_class and depth:
                continue  # what a class binds is unseen in its methods
            if name in scope.imports:
                found = [
                    each
                    for target in scope.imports[name]
                    for each in self.tree.resolve(".".join([target, *attributes]))
                ]
                return name in scope.names, found
            if name in scope.names:
                # A class body sees the module's name until it has bound its own.
                return True, self._in_module(name, attributes) if scope.is_class else []
        return False, self._in_module(name, attributes)

    def _in_module(self, name: str, attributes: list[str]) -> list[tuple[Referent, list[str]]]:
        if name not in self.module.definitions and name not in self.module.imports:
            return []  # one of Python's own
        return self.tree.resolve_in(self.module.name, [name, *attributes])

    def _follow(self, found: list[tuple[Referent, list[str]]]) -> None:
        for referent, _ in found:
            if isinstance(referent, Definition) and not referent.exempt:
                self.form.definitions.add(referent)
            elif isinstance(referent, WholeModule):
                self.form.modules.add(referent.name)
            elif isinstance(referent, Library):
                self.form.libraries.add(referent.path)

    def _resolved(self, found: list[tuple[Referent, list[str]]]) -> None:
        for place, (referent, attributes) in enumerate(found):
            self.say("(or)" if place else "")
            self.say("(Attribute value=" * len(attributes))
            if isinstance(referent, Definition):
                self.say("(Defined ")
                self.say(referent)
                self.say(")")
            elif isinstance(referent, Library):
                self.say(f"(Library {referent.path})")
            else:
                missing = isinstance(referent, Missing)
                self.say(f"(Missing {referent.name})" if missing else "(Module)")
            for attribute in attributes:
                self.say(f" attr={attribute!r})")


def _does_nothing(node: Any) -> bool:
    """Imports, docstrings and other bare literals, `pass`, and annotations without a value."""
    return isinstance(node, NOTHING) or (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    )
