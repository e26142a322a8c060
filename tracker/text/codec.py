"""Frozen tuples as plain data and back: the one way in which anything of ours is stored.

What people keep (promises, verdicts, public records) is written as mappings by `plain`, so
that it can be read without the program; what only spares time (caches, checkpoints) is
written as rows by `packed`. `rebuilt` reads both, by the annotations of the tuples
themselves. msgspec would do the rows as well, and to import it takes longer than a check-in's
whole reading.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import date
from functools import cache
from types import NoneType, UnionType
from typing import Any, ForwardRef, Union, get_args, get_origin

NOTHING: tuple[object, ...] = (None, "", ())
AS_IT_IS = frozenset({"str", "int", "bool", "Any"})  # what JSON gives back by itself
Plain = dict[str, Any]
Decode = Callable[[Any], Any]


def plain(value: Any) -> Any:
    """A named tuple as a mapping of what it says; what says nothing is left out.

    A field that a later version adds says nothing in an older record, so the record
    still reads the same. Whole numbers lose their point: 3.0 and 3 are one target.
    """
    if hasattr(value, "_fields"):
        optional = value._field_defaults
        pairs = zip(value._fields, value, strict=True)
        return {
            name: plain(item) for name, item in pairs if not (name in optional and item in NOTHING)
        }
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def packed(*values: Any) -> str:
    """Values as one line of JSON: a tuple is a row of its fields, in their order."""
    return json.dumps(values, default=date.isoformat, ensure_ascii=False)


def rebuilt(kind: Any, data: Any) -> Any:
    """The value of a kind that `plain` or `packed` wrote.

    Raises ValueError, TypeError or KeyError where the data is of another kind.
    """
    decode = _decoder(kind)
    return data if decode is None or data is None else decode(data)


@cache
def _decoder(kind: Any) -> Decode | None:
    """What makes a value of a kind of its plain data; None where that is the value already."""
    if kind is date:
        return date.fromisoformat
    if kind is float:
        return float
    if hasattr(kind, "_fields"):
        return _tuple_decoder(kind)
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is tuple:
        item = _decoder(arguments[0])
        return tuple if item is None else lambda data: tuple(map(item, data)) if data else ()
    if origin is dict:
        value = _decoder(arguments[1])
        return None if value is None else lambda data: {k: value(v) for k, v in data.items()}
    if origin in {Union, UnionType}:
        return _union_decoder([argument for argument in arguments if argument is not NoneType])
    return None


def _tuple_decoder(kind: Any) -> Decode:
    """By the annotations, looked at once: most fields are what JSON makes of them."""
    decoders = {
        name: decode_field for name in kind._fields if (decode_field := _decoder(_hint(kind, name)))
    }
    places = [(kind._fields.index(name), decode) for name, decode in decoders.items()]
    from_row = kind._make

    def decode(data: Any) -> Any:
        if isinstance(data, dict):
            return kind(**{
                name: decoders[name](value) if name in decoders and value is not None else value
                for name, value in data.items()
            })  # fmt: skip
        row = list(data)
        for place, decode_field in places:
            value = row[place]
            if value is not None:
                row[place] = decode_field(value)
        return from_row(row)

    return decode


def _hint(kind: Any, name: str) -> Any:
    """The type of a field. `get_type_hints` says the same of all, in ten times the time."""
    hint = kind.__annotations__[name]
    text = hint.__forward_arg__ if isinstance(hint, ForwardRef) else hint
    if not isinstance(text, str) or text in AS_IT_IS:
        return hint
    return eval(text, vars(sys.modules[kind.__module__]))


def _union_decoder(kinds: list[Any]) -> Decode | None:
    """Of several kinds at most one is a tuple, and only that one is written as a list."""
    if len(kinds) == 1:
        return _decoder(kinds[0])
    rows = next((_decoder(kind) for kind in kinds if hasattr(kind, "_fields")), None)
    if rows is None:
        return None
    return lambda data: rows(data) if isinstance(data, (list, dict)) else data
