"""YAML read with its line numbers, so that an error can say where."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import yaml

from tracker.errors import TrackerError
from tracker.text.merges import unfinished_merge

try:
    from yaml import CSafeLoader as SafeLoader
except ImportError:  # PyYAML without libyaml reads the same, slower
    from yaml import SafeLoader  # type: ignore[assignment]


TEXT, INT, FLOAT, TIMESTAMP = (
    f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "timestamp")
)
DIGITS = frozenset("+-0123456789")


class Loader(SafeLoader):
    """Leaves as the text they are dates, and numbers that only YAML 1.1 takes for such.

    A wrong date is then judged where it stands. To YAML 1.1 `012` is 10, `1:30` is 90 and
    `0x1f` is 31; a person who writes them means something else.
    """

    yaml_implicit_resolvers = {  # noqa: RUF012 - PyYAML's own name for it
        first: [rule for rule in rules if rule[0] not in {INT, FLOAT, TIMESTAMP}]
        for first, rules in SafeLoader.yaml_implicit_resolvers.items()
    }


Loader.add_implicit_resolver(INT, re.compile(r"[-+]?(?:0|[1-9]\d*)$"), list(DIGITS))
Loader.add_implicit_resolver(
    FLOAT,
    re.compile(
        r"(?:[-+]?(?:\d+\.\d*|\.\d+)(?:[eE][-+]?\d+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$"
    ),
    [*DIGITS, "."],
)


MOST_VALUES = 100_000  # a goals.yml of twenty years has a tenth of them
Key = str | int
KeyPath = tuple[Key, ...]


class Document(NamedTuple):
    """The data of a YAML text and the nodes it came from."""

    data: Any
    root: Any  # yaml.Node | None
    first_line: int
    repeated: tuple[RepeatedKey, ...] = ()  # in the order of the file

    def line(self, path: KeyPath) -> int:
        """The line of the deepest part of a path that stands in the text."""
        return self.mark(path)[0]

    def mark(self, path: KeyPath) -> tuple[int, int]:
        """Line and column of the deepest part of a path that stands in the text."""
        node, line, column = self.root, self.first_line, 0
        for key in path:
            child = _step(node, key)
            if child is None:
                break
            node, mark = child
            line, column = mark.line + self.first_line, mark.column
        return line, column


def keep_spelling(document: Document, keys: frozenset[str]) -> None:
    """Put back, for keys whose values are text, the words that YAML took for a number with a point.

    `title: 1.50` names version 1.50, not 1.5.
    """
    for path, data, node in _scalars(document):
        if path[-1] in keys and node.tag == FLOAT:
            data[path[-1]] = node.value


class OldNumber(NamedTuple):
    """A text without quotes that YAML 1.1 reads as a number: `012` as 10."""

    path: KeyPath
    text: str
    number: int | float


def old_numbers(document: Document, key: str) -> Iterator[OldNumber]:
    """The values of a key that older readers have taken for other numbers than they look like."""
    for path, _, node in _scalars(document):
        if path[-1] == key and not node.style and node.tag == TEXT and node.value[:1] in DIGITS:
            number = yaml.load(node.value, SafeLoader)
            if isinstance(number, (int, float)):
                yield OldNumber(path, node.value, number)


def _scalars(document: Document) -> Iterator[tuple[KeyPath, dict[Key, Any], Any]]:
    """Every value of a mapping that is no list or mapping: its path, its mapping, its node."""
    waiting: list[tuple[KeyPath, Any, Any]] = [((), document.root, document.data)]
    seen: set[int] = set()
    while waiting:
        path, node, data = waiting.pop()
        if id(node) in seen:  # an alias
            continue
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode) and isinstance(data, list):
            items = enumerate(zip(node.value, data, strict=False))
            waiting += [((*path, index), child, item) for index, (child, item) in items]
        elif isinstance(node, yaml.MappingNode) and isinstance(data, dict):
            for key, value in node.value:
                if not isinstance(key, yaml.ScalarNode):
                    continue
                if isinstance(value, yaml.ScalarNode):
                    yield (*path, key.value), data, value
                else:
                    waiting.append(((*path, key.value), value, data.get(key.value)))


class RepeatedKey(NamedTuple):
    """A key that stands a second time in one mapping, and where it does."""

    path: KeyPath
    line: int
    column: int
    message: str


def read(text: str, name: str, first_line: int = 1) -> Document:
    """Read one YAML document; dates stay text.

    Raises TrackerError, with the line, for YAML that cannot be read and for a key
    that stands twice in one mapping (YAML itself would keep the last one silently).
    """
    document = composed(text, name, first_line)
    for key in document.repeated:
        raise TrackerError(f"{name}:{key.line}: {key.message}")
    return document


def composed(text: str, name: str, first_line: int = 1) -> Document:
    """As `read`, with the keys that stand twice told as `repeated`."""
    loader = Loader(text)
    try:
        _check_tags(text, name, first_line)
        root = loader.get_single_node()
        if "*" in text and _size(root, {}) > MOST_VALUES:
            raise TrackerError(
                f"{name}:{first_line}: its aliases stand for more than {MOST_VALUES:,} values. "
                "Write out what is meant."
            )
        repeated = _repeated_keys(root, first_line)  # before `<<` is resolved, in place
        data = None if root is None else loader.construct_document(root)
        return Document(data, root, first_line, repeated)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = first_line + (mark.line if mark else 0)
        if merge := unfinished_merge("\n" * (first_line - 1) + text, name):
            raise TrackerError(merge) from error
        raise TrackerError(f"{name}:{line}: not YAML: {_reason(error)}.{_hint(text)}") from error
    except yaml.reader.ReaderError as error:
        # Its position is in bytes or in characters, by the reader; the character is what it is.
        line = first_line + text.count("\n", 0, max(text.find(chr(error.character)), 0))
        raise TrackerError(
            f"{name}:{line}: not YAML: a character that no text has (\\x{error.character:02x}). "
            "Delete it: it was pasted in, or the file is not what its name says."
        ) from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        reason = " ".join(str(error).split()) or "it refers to itself"
        raise TrackerError(f"{name}:{first_line}: not YAML: {reason}.") from error
    finally:
        loader.dispose()


def _size(node: Any, known: dict[int, int]) -> int:
    """How many values a node stands for, those of its aliases counted each time."""
    if id(node) not in known:
        known[id(node)] = 0  # while it is being counted: one that holds itself has no end
        parts = node.value if isinstance(node, yaml.CollectionNode) else ()
        if isinstance(node, yaml.MappingNode):
            parts = [part for pair in parts for part in pair]
        known[id(node)] = 1 + sum(_size(part, known) for part in parts)
    return known[id(node)]


def _check_tags(text: str, name: str, first_line: int) -> None:
    """TrackerError for a tag: it would make of a value what it is not written as."""
    if "!" not in text:
        return
    for event in yaml.parse(text, Loader=Loader):
        tag, mark = getattr(event, "tag", None), event.start_mark
        if tag is not None:
            line = first_line + (mark.line if mark else 0)
            shown = tag.replace("tag:yaml.org,2002:", "!!")
            raise TrackerError(
                f"{name}:{line}: {shown} is a tag of YAML, and none is needed here. "
                "Write the value without it; put text that begins with ! in quotes."
            )


def path_words(path: KeyPath) -> str:
    """A path as a reader follows it: seasons[0].habits[2].schedule."""
    words = ""
    for key in path:
        words += f"[{key}]" if isinstance(key, int) else f"{'.' if words else ''}{key}"
    return words


def _step(node: Any, key: Key) -> tuple[Any, yaml.Mark] | None:
    """The node below a key, and where the key stands."""
    if isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
        child = node.value[key]
        return child, child.start_mark
    if isinstance(node, yaml.MappingNode):
        for name, child in reversed(node.value):  # what `<<` takes over was put before its own
            if name.value == key:
                return child, name.start_mark
    return None


def _repeated_keys(root: Any, first_line: int) -> tuple[RepeatedKey, ...]:
    """Every key that stands again in its mapping, in the order of the file."""
    waiting: list[tuple[Any, Any]] = [(root, None)]  # a node and the trail to it
    repeated: list[RepeatedKey] = []
    seen: set[int] = set()
    while waiting:
        node, trail = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            for index, item in enumerate(node.value):
                if not isinstance(item, yaml.ScalarNode):
                    waiting.append((item, (trail, index)))
        elif isinstance(node, yaml.MappingNode):
            lines: dict[str, int] = {}
            for key, value in node.value:
                name = key.value if isinstance(key, yaml.ScalarNode) else ""
                if not isinstance(value, yaml.ScalarNode):
                    waiting.append((value, (trail, name)))
                line = key.start_mark.line + first_line
                if name in lines and isinstance(key, yaml.ScalarNode) and name != "<<":
                    text = (
                        f'the key "{name}" already stands on line {lines[name]}. Keep one of them.'
                    )
                    path = (*_path_of(trail), name)
                    repeated.append(RepeatedKey(path, line, key.start_mark.column, text))
                lines[name] = line
    return tuple(sorted(repeated, key=lambda key: (key.line, key.column)))


def _path_of(trail: Any) -> KeyPath:
    """The keys of a trail, which is the trail to what it stands in and one key more."""
    keys: list[Key] = []
    while trail is not None:
        trail, key = trail
        keys.append(key)
    return tuple(reversed(keys))


def _reason(error: yaml.MarkedYAMLError) -> str:
    parts = [error.context, error.problem]
    return ", ".join(part for part in parts if part) or "it cannot be read"


def _hint(text: str) -> str:
    if "\t" in text:
        return " Indent with spaces: YAML knows no tabs."
    return " Look at the indentation, and quote text that holds a colon or a #."
