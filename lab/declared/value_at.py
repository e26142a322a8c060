"""One number out of a recorded result, by its path, with all the result says about it."""

from __future__ import annotations

import math
import re
from typing import Any

import msgspec

from lab.declared.yaml_documents import nearest
from lab.errors import AnalysisError

ESTIMATE = frozenset({"mean", "low", "high", "n", "sd"})
NULL = frozenset({"mean", "low", "high", "draws", "p"})

STEP = re.compile(r"\.?(?P<key>[^.\[\]]+)|\[(?P<index>\d+)\]|\[(?P<field>\w+)=(?P<value>[^\]]+)\]")


class Chance(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the number is where the labels mean nothing: 95% of draws, and p."""

    mean: float
    low: float
    high: float
    p: float
    kind: str = ""


class Reading(msgspec.Struct, frozen=True, omit_defaults=True):
    """A number, its interval where it has one (counts have none), and its null."""

    mean: float
    low: float | None = None
    high: float | None = None
    n: int | None = None
    chance: Chance | None = None


def read_at(values: dict[str, Any], path: str, where: str) -> Reading:
    """The number at a path such as `categories.days.layers[layer=12].plane_probe`.

    An effect (estimate beside its null), an estimate or a plain number may stand there.
    Raises AnalysisError, beginning with `where`, for a path that leads nowhere.
    """
    found: Any = values
    position = 0
    while position < len(path):
        step = STEP.match(path, position)
        if step is None:
            raise AnalysisError(f'{where}: "{path}": cannot be read from "{path[position:]}" on.')
        found = _stepped(found, step, path[:position] or "the values", where)
        position = step.end()
    return _reading(found, path, where)


def _stepped(found: Any, step: re.Match[str], so_far: str, where: str) -> Any:
    key, index, field = step["key"], step["index"], step["field"]
    if key is not None:
        if isinstance(found, dict) and key in found:
            return found[key]
        known = list(found) if isinstance(found, dict) else []
        hint = nearest(key, known) if known else "It holds no keys."
        raise AnalysisError(f'{where}: {so_far} has no "{key}". {hint}')
    items = found if isinstance(found, list) else []
    if index is not None and int(index) < len(items):
        return items[int(index)]
    if field is not None:
        for item in items:
            if isinstance(item, dict) and str(item.get(field)) == step["value"]:
                return item
    raise AnalysisError(f"{where}: {so_far} has no {step[0]} among its {len(items)} items.")


def _reading(found: Any, path: str, where: str) -> Reading:
    if isinstance(found, int | float):
        if not math.isfinite(found):
            raise AnalysisError(f'{where}: "{path}" is {found}: no number to compare.')
        return Reading(float(found))
    if isinstance(found, dict) and set(found) >= ESTIMATE:
        return Reading(found["mean"], found["low"], found["high"], found["n"])
    if isinstance(found, dict) and "estimate" in found:
        estimate = _reading(found["estimate"], f"{path}.estimate", where)
        null = found.get("null")
        if not isinstance(null, dict) or not set(null) >= NULL:
            return estimate
        chance = Chance(null["mean"], null["low"], null["high"], null["p"], null.get("kind", ""))
        return msgspec.structs.replace(estimate, chance=chance)
    kind = "a mapping" if isinstance(found, dict) else type(found).__name__
    raise AnalysisError(
        f'{where}: "{path}" is {kind}: name an effect, an estimate or a number in it.'
    )
