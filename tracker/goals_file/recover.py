"""A goals.yml with wrong types or keys in it: what is wrong, and a form of all the rest.

msgspec stops at the first fault, so here each value is read by itself. Loaded only where
something is wrong.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any, TypeVar

import msgspec

from tracker.goals_file.problems import WHICH, Slips
from tracker.goals_file.schema import (
    BreakForm,
    GoalForm,
    HabitForm,
    MilestoneForm,
    ProjectForm,
    QuantityForm,
    SeasonForm,
)
from tracker.text.names import did_you_mean, nearest
from tracker.text.yaml_lines import KeyPath

Form = TypeVar("Form", bound=msgspec.Struct)

BELOW: dict[str, type[msgspec.Struct]] = {  # what the lists of a goals.yml hold
    "seasons": SeasonForm, "goals": GoalForm, "milestones": MilestoneForm, "habits": HabitForm,
    "breaks": BreakForm,
}  # fmt: skip
HABIT_KEYS = frozenset(HabitForm.__struct_encode_fields__)
SOME_DAY = date(2000, 1, 1)
# In place of what could not be read. No check judges them: their places are not clear.
STAND_INS: dict[str, Any] = {
    "id": "unread", "title": "unread", "starts": SOME_DAY, "ends": SOME_DAY, "by": SOME_DAY,
    "from": SOME_DAY, "to": SOME_DAY, "amount": 1, "timezone": "UTC", "seasons": None,
}  # fmt: skip
# msgspec's words for types, in a writer's words.
PLAIN = {
    "str": "text", "int": "a number", "float": "a number", "bool": "true or false",
    "array": "a list", "object": "a mapping of keys", "null": "nothing", "date": "a date",
}  # fmt: skip


def read_form(data: dict[Any, Any], slips: Slips) -> ProjectForm:
    """The form of a file of which parts cannot be read; those are noted, and stand-ins put there."""
    seasons = data.get("seasons")
    for index, season in enumerate(seasons if isinstance(seasons, list) else []):
        absent = {"goals", "habits"}.difference(season if isinstance(season, dict) else {})
        if "goals" not in data:  # else they are a season's, and indented too little
            absent.discard("goals")
        slips.spoil(*(("seasons", index, key) for key in absent))
    return _form(data, ProjectForm, (), slips)


def _form(data: Any, form: type[Form], path: KeyPath, slips: Slips) -> Form:
    present: dict[Any, Any] = data if isinstance(data, dict) else {}
    if isinstance(data, dict):
        _note_keys(data, form, path, slips)
    else:
        _read(data, form, path, slips)
    values: dict[str, Any] = {}
    for field in msgspec.structs.fields(form):
        key = field.encode_name
        here = (*path, key)
        values[field.name] = STAND_INS[key] if field.required else field.default
        if key in present and slips.clear(here):
            value = _value(present[key], field.type, here, slips)
            if slips.clear(here):
                values[field.name] = value
    return form(**values)


def _value(value: Any, kind: Any, path: KeyPath, slips: Slips) -> Any:
    below = BELOW.get(str(path[-1]))
    if below and isinstance(value, list):
        return [_form(item, below, (*path, index), slips) for index, item in enumerate(value)]
    if path[-1] == "quantity" and isinstance(value, dict):
        return _form(value, QuantityForm, path, slips)
    return _read(value, kind, path, slips)


def _read(value: Any, kind: Any, path: KeyPath, slips: Slips) -> Any:
    """A value of a type; where it is of another, that is noted and nothing below is clear."""
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        slips.spoil(path)
        whole, place = _explained(str(error), value)
        if not place or not isinstance(value, list):
            slips.note((*path, *place), whole)
            return None
    for index, item in enumerate(value):  # of a list each wrong item is named
        try:
            msgspec.convert([item], kind)
        except msgspec.ValidationError as error:
            message, place = _explained(str(error), [item])
            slips.note((*path, index, *place[1:]), message)
    return None


def _note_keys(
    data: dict[Any, Any], form: type[msgspec.Struct], path: KeyPath, slips: Slips
) -> None:
    """Note keys that are none and keys that are missing.

    A key that is none was meant to be one: the nearest, where that is absent, else perhaps any
    that is absent. Of those nothing is known, not even that they are missing.
    """
    known = list(form.__struct_encode_fields__)
    absent = [key for key in known if key not in data]
    for key in data:
        if key in known:
            continue
        # A season without habits whose goals have their keys: `habits:` itself got lost, once.
        lost = form is GoalForm and key in HABIT_KEYS and not slips.clear((*path[:2], "habits"))
        if lost and not slips.clear((*path[:-1], WHICH)):
            continue
        if lost:
            slips.spoil((*path[:-1], WHICH))
        word = key if isinstance(key, str) else ""
        hint = did_you_mean(word, known)
        slips.note((*path, str(key)), f'"{key}" is not a key here. {hint}')
        meant = nearest(word, known)
        slips.spoil(*((*path, other) for other in ([meant] if meant in absent else absent)))
    for field in msgspec.structs.fields(form):
        key = field.encode_name
        if field.required and key in absent and slips.clear((*path, key)):
            slips.note_missing(path, key)


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
        return f"this must be {wanted}; it is {got}.{_hint(wanted, match[2])}", place
    return f"{message}.", place


def _hint(wanted: str, got: str) -> str:
    """What to write instead, where a type alone does not say it."""
    if wanted == "a date":
        return " Write it like 2026-10-01."
    return " Put it in quotes." if "text" in wanted and got in {"bool", "float"} else ""


def _type_words(types: str) -> str:
    named = types.split(" | ")
    words = dict.fromkeys(word for name, word in PLAIN.items() if name in named and name != "null")
    return " or ".join(words) or PLAIN["null"]
