"""Hand-written YAML, checked once: every mistake by file, line and key, nothing passed over."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import yaml

from lab.errors import AnalysisError

try:
    from yaml import CSafeLoader as SafeLoader
except ImportError:  # PyYAML without libyaml reads the same, slower
    from yaml import SafeLoader  # type: ignore[assignment]

T = TypeVar("T")
Keys = list[str | int]

STEP = re.compile(r"\.([^.\[]+)|\[(\d+)\]|\[\.\.\.\]")
UNKNOWN = re.compile(r"unknown field `([^`]+)`")
PLACE = re.compile(r" - at `(?:key` in `)?\$([^`]*)`$")


class Loader(SafeLoader):
    """Leaves dates as the text they are: a wrong one is then judged where it stands."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - PyYAML's own name for it
        first: [rule for rule in rules if rule[0] != "tag:yaml.org,2002:timestamp"]
        for first, rules in SafeLoader.yaml_implicit_resolvers.items()
    }


@dataclass(frozen=True)
class Document:
    """A file's data, the nodes it came from, and how errors name it."""

    data: Any
    node: Any
    shown: str

    def convert(self, kind: type[T]) -> T:
        """The data as a `kind`. Raises AnalysisError with file, line, key and what would be right."""
        try:
            return msgspec.convert({} if self.data is None else self.data, kind)
        except msgspec.ValidationError as error:
            raise AnalysisError(
                _told(str(error), self.data, self.node, kind, self.shown)
            ) from error


def read(path: Path, shown: str) -> Document:
    """A file, parsed once. Raises AnalysisError where it is not there or no YAML."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise AnalysisError(
            f"{shown}: there is no such file. Write it, or name another."
        ) from error
    return parse(text, shown)


def parse(text: str, shown: str) -> Document:
    """A YAML text.

    Raises AnalysisError for text that is no YAML and for a key that stands twice.
    """
    loader = Loader(text)
    try:
        node = loader.get_single_node()
        _refuse_repeated(node, shown)
        return Document(None if node is None else loader.construct_document(node), node, shown)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise AnalysisError(
            f"{shown}:{line}: not YAML: {error.problem or error.context}. Look at the "
            "indentation, and quote text that holds a colon or a #."
        ) from error
    finally:
        loader.dispose()


def nearest(word: str, known: list[str]) -> str:
    """`Did you mean …?` where one is near, else all that are known."""
    found = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    return f'Did you mean "{found[0]}"?' if found else f"Use one of: {', '.join(known)}."


def _told(message: str, data: Any, node: Any, kind: Any, shown: str) -> str:
    """msgspec's error as where, what, what next."""
    place = PLACE.search(message)
    what = message[: place.start()] if place else message
    keys = _resolved(_keys(place[1] if place else ""), data, kind)
    unknown = UNKNOWN.search(what)
    if unknown:
        keys.append(unknown[1])
        what = f"unknown key. {nearest(unknown[1], _fields(kind, keys[:-1]))}"
    else:
        what = f"{what[0].lower()}{what[1:]}."
        choices = _choices(kind, keys)
        if choices:
            what += f" {nearest(str(_at(data, keys)), choices)}"
    return f"{shown}:{_line(node, keys)}: {_words(keys)}: {what}"


def _keys(place: str) -> Keys:
    return [int(step[2]) if step[2] else step[1] or "..." for step in STEP.finditer(place)]


def _resolved(keys: Keys, data: Any, kind: Any) -> Keys:
    """msgspec writes `[...]` for a mapping's value: name the one whose content is at fault."""
    if "..." not in keys:
        return keys
    place = keys.index("...")
    mapping = _at(data, keys[:place])
    wanted = _type(kind, [*keys[:place], "..."])
    for key, value in mapping.items() if isinstance(mapping, dict) else ():
        try:
            msgspec.convert(value, _python_type(wanted))
        except msgspec.ValidationError:
            return [*keys[:place], key, *keys[place + 1 :]]
    return keys[:place]


def _python_type(info: Any) -> Any:
    return info.cls if isinstance(info, msgspec.inspect.StructType) else object


def _type(kind: Any, keys: Keys) -> Any:
    """What msgspec knows of the type below a path; None where the path leaves it."""
    info: Any = msgspec.inspect.type_info(kind)
    for key in keys:
        info = next(iter(_parts(info)), info)
        if isinstance(info, msgspec.inspect.StructType):
            info = next((f.type for f in info.fields if f.encode_name == key), None)
        elif isinstance(info, msgspec.inspect.DictType):
            info = info.value_type
        else:
            info = getattr(info, "item_type", None)
    return next(iter(_parts(info)), info)


def _parts(info: Any) -> Iterator[Any]:
    """A union's members, the structured ones first."""
    if isinstance(info, msgspec.inspect.UnionType):
        flat = (msgspec.inspect.NoneType, msgspec.inspect.StrType, msgspec.inspect.FloatType)
        yield from sorted(info.types, key=lambda part: isinstance(part, flat))


def _fields(kind: Any, keys: Keys) -> list[str]:
    return [field.encode_name for field in getattr(_type(kind, keys), "fields", ())]


def _choices(kind: Any, keys: Keys) -> list[str]:
    return [str(value) for value in getattr(_type(kind, keys), "values", ())]


def _at(data: Any, keys: Keys) -> Any:
    for key in keys:
        try:
            data = data[key]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def _line(node: Any, keys: Keys) -> int:
    """The line of the deepest part of a path that stands in the text."""
    line = 1
    for key in keys:
        if isinstance(node, yaml.SequenceNode) and isinstance(key, int):
            node = node.value[key]
            line = node.start_mark.line + 1
        elif isinstance(node, yaml.MappingNode):
            pair = next((pair for pair in node.value if pair[0].value == key), None)
            if pair is None:
                break
            line, node = pair[0].start_mark.line + 1, pair[1]
    return line


def _words(keys: Keys) -> str:
    words = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in keys)
    return words.lstrip(".") or "the file"


def _refuse_repeated(node: Any, shown: str) -> None:
    if isinstance(node, yaml.SequenceNode):
        for child in node.value:
            _refuse_repeated(child, shown)
    elif isinstance(node, yaml.MappingNode):
        lines: dict[str, int] = {}
        for key, child in node.value:
            line = key.start_mark.line + 1
            if key.value in lines:
                raise AnalysisError(
                    f'{shown}:{line}: the key "{key.value}" already stands on line '
                    f"{lines[key.value]}. Keep one of them."
                )
            lines[key.value] = line
            _refuse_repeated(child, shown)
