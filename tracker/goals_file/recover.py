"""A goals.yml with wrong types or keys in it: what is wrong, and a form of all the rest.

msgspec stops at the first fault, so here each value is read by itself. Loaded only where
something is wrong.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any, TypeVar, get_args, get_origin

import msgspec

from tracker.goals_file.problems import LOST, Problems
from tracker.goals_file.schema import GoalForm, HabitForm, ProjectForm
from tracker.habits.amounts import advice
from tracker.text.names import did_you_mean, nearest
from tracker.text.yaml_lines import KeyPath

Form = TypeVar("Form", bound=msgspec.Struct)

HABIT_KEYS = frozenset(HabitForm.__struct_encode_fields__)
# In place of what could not be read. No check judges them: their places are invalid.
STAND_INS: dict[type, Any] = {date: date(2000, 1, 1), str: "unread", int: 1}
# msgspec's words for types, in a writer's words.
PLAIN = {
    "str": "text", "int": "a number", "float": "a number", "bool": "true or false",
    "array": "a list", "object": "a mapping of keys", "null": "nothing", "date": "a date",
}  # fmt: skip


def read_form(data: dict[Any, Any], problems: Problems) -> ProjectForm:
    """The form of a file of which parts cannot be read; those are noted, and stand-ins put there."""
    seasons = data.get("seasons")
    for index, season in enumerate(seasons if isinstance(seasons, list) else []):
        absent = {"goals", "habits"}.difference(season if isinstance(season, dict) else {})
        if "goals" not in data:  # else they are a season's, and indented too little
            absent.discard("goals")
        problems.mark_invalid(*(("seasons", index, key) for key in absent))
    return _form(data, ProjectForm, (), problems)


def _form(data: Any, form: type[Form], path: KeyPath, problems: Problems) -> Form:
    present: dict[Any, Any] = data if isinstance(data, dict) else {}
    if isinstance(data, dict):
        _check_keys(data, form, path, problems)
    else:
        _read(data, form, path, problems)
    values: dict[str, Any] = {}
    for field in msgspec.structs.fields(form):
        key = field.encode_name
        key_path = (*path, key)
        values[field.name] = _stand_in(field.type) if field.required else field.default
        if key in present and problems.is_valid(key_path):
            value = _value(present[key], field.type, key_path, problems)
            if problems.is_valid(key_path):
                values[field.name] = value
    return form(**values)


def _value(value: Any, kind: Any, path: KeyPath, problems: Problems) -> Any:
    kinds = get_args(kind) or (kind,)
    items: Any = next((get_args(one)[0] for one in kinds if get_origin(one) is list), None)
    if isinstance(value, list) and _is_form(items):
        return [_form(item, items, (*path, n), problems) for n, item in enumerate(value)]
    mapping = next((one for one in kinds if _is_form(one)), None)
    if isinstance(value, dict) and mapping:
        return _form(value, mapping, path, problems)
    return _read(value, kind, path, problems)


def _is_form(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _stand_in(kind: Any) -> Any:
    """A value of a kind, for a required key that could not be read."""
    kinds = get_args(kind) or (kind,)
    return next((value for known, value in STAND_INS.items() if known in kinds), None)


def _read(value: Any, kind: Any, path: KeyPath, problems: Problems) -> Any:
    """A value of a type; where it is of another, that is noted and all below is invalid."""
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        problems.mark_invalid(path)
        whole, place = _explained(str(error), value)
        if not place or not isinstance(value, list):
            problems.add((*path, *place), whole)
            return None
    for index, item in enumerate(value):  # of a list each wrong item is named
        try:
            msgspec.convert([item], kind)
        except msgspec.ValidationError as error:
            message, place = _explained(str(error), [item])
            problems.add((*path, index, *place[1:]), message)
    return None


def _check_keys(
    data: dict[Any, Any], form: type[msgspec.Struct], path: KeyPath, problems: Problems
) -> None:
    """Note keys that are none and keys that are missing.

    A key that is none was meant to be one: the nearest, where that is absent, else perhaps any
    that is absent. Of those nothing is known, not even that they are missing.
    """
    keys = list(form.__struct_encode_fields__)
    absent = [key for key in keys if key not in data]
    for key in data:
        if key in keys:
            continue
        # A season without habits whose goals have their keys: `habits:` itself got lost, once.
        lost = (
            form is GoalForm and key in HABIT_KEYS and not problems.is_valid((*path[:2], "habits"))
        )
        if lost and not problems.is_valid((*path[:-1], LOST)):
            continue
        if lost:
            problems.mark_invalid((*path[:-1], LOST))
        word = key if isinstance(key, str) else ""
        hint = did_you_mean(word, keys)
        problems.add((*path, str(key)), f'"{key}" is not a key here. {hint}')
        meant = nearest(word, keys)
        problems.mark_invalid(
            *((*path, other) for other in ([meant] if meant in absent else absent))
        )
    for field in msgspec.structs.fields(form):
        key = field.encode_name
        if field.required and key in absent and problems.is_valid((*path, key)):
            problems.add_missing(path, key)


def _explained(error: str, value: Any) -> tuple[str, KeyPath]:
    """What msgspec found wrong with a value, in plain words, and where in it."""
    message, _, words = error.partition(" - at `$")
    place: KeyPath = tuple(int(index) for index in re.findall(r"\[(\d+)\]", words))
    for key in place:
        value = value[key]
    if "encoded date" in message:
        return f'"{value}" is no date of the calendar. Write it like 2026-10-01.', place
    if match := re.fullmatch(r"Expected `(.*)`, got `(.*)`", message):
        wanted = _type_words(match[1])
        got = "a number with a point" if match[2] == "float" else _type_words(match[2])
        return f"this must be {wanted}; it is {got}.{_hint(wanted, match[2], value)}", place
    return f"{message}.", place


def _hint(wanted: str, got: str, value: Any) -> str:
    """What to write instead, where a type alone does not say it."""
    if wanted == "a number" and isinstance(value, str):
        hint = advice(value.strip())
        return f" {hint}" if hint else ""
    if wanted == "a date":
        return " Write it like 2026-10-01."
    return " Put it in quotes." if "text" in wanted and got in {"bool", "float"} else ""


def _type_words(types: str) -> str:
    named = types.split(" | ")
    words = dict.fromkeys(word for name, word in PLAIN.items() if name in named and name != "null")
    return " or ".join(words) or PLAIN["null"]
