"""The next season, drafted from the last: as text to go into goals.yml, whose words all stay."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, NamedTuple

import yaml

from tracker.calendar.days import MONTHS, ONE_DAY
from tracker.errors import TrackerError
from tracker.goals.model import Season
from tracker.text.yaml_lines import read

WIDTH = 92  # columns of a folded text, as a person would write it
# What is bound to the days of the season it stood in.
DATED = {"goals": ("milestones",), "habits": ("starts", "ends", "breaks")}
BLANK: dict[str, Any] = {
    "goals": [{"id": "first", "title": "Say what will be there at the end", "target": 1}],
    "habits": [],
}


class Frame(NamedTuple):
    """What the next season is called, and its days."""

    id: str
    title: str
    starts: date
    ends: date


def next_days(last: Season, starts: date | None = None) -> tuple[date, date]:
    """The days after a season, or from a day: as many whole months, or else as many days."""
    after = last.ends + ONE_DAY
    first = starts or after
    if last.starts.day == after.day == first.day == 1:
        months = (after.year - last.starts.year) * 12 + after.month - last.starts.month
        index = first.year * 12 + first.month - 1 + months
        return first, date(index // 12, index % 12 + 1, 1) - ONE_DAY
    return first, first + (last.ends - last.starts)


def named(starts: date, ends: date, taken: Collection[str]) -> tuple[str, str]:
    """An id and a title for these days: 2027-q1, January to March 2027."""
    months = (ends.year - starts.year) * 12 + ends.month - starts.month + 1
    whole = starts.day == 1 and (ends + ONE_DAY).day == 1
    identity = f"{starts:%Y-%m}"
    if whole and months == 3 and starts.month % 3 == 1:
        identity = f"{starts.year}-q{starts.month // 3 + 1}"
    elif whole and months == 12 and starts.month == 1:
        identity = str(starts.year)
    if identity in taken:
        identity = starts.isoformat()
    first, last = (f"{MONTHS[day.month - 1]} {day.year}" for day in (starts, ends))
    if not whole:
        first, last = f"{starts.day} {first}", f"{ends.day} {last}"
    elif first == last:
        return identity, first
    if starts.year == ends.year:
        first = first.removesuffix(f" {starts.year}")
    return identity, f"{first} to {last}"


def draft(text: str, last: str | None, frame: Frame, marks: Mapping[str, str]) -> str:
    """The lines of the next season, as an item of the list of seasons.

    Args:
        text: the goals.yml that holds the last season.
        last: the last season's id; None where there is none to carry anything from.
        marks: what became of each goal, to stand above it as a comment.
    """
    seasons = (read(text, "goals.yml").data or {}).get("seasons") or []
    source = next((season for season in seasons if str(season["id"]) == last), BLANK)
    head = {"title": frame.title, "starts": frame.starts, "ends": frame.ends}
    lines = [f"- id: {_scalar(frame.id)}", *(f"  {key}: {_scalar(head[key])}" for key in head)]
    for key, dated in DATED.items():
        items = source.get(key) or []
        if items:
            lines += ["", f"  {key}:"]
        for item in items:
            mark = marks.get(str(item["id"])) if key == "goals" else None
            lines += [f"    # {mark}"] if mark else []
            lines += ["    " + line for line in _item(item, dated)]
    return "\n".join(lines) + "\n"


def added(text: str, block: str) -> str:
    """A goals.yml with the lines of a season after its last one; all else stays as it is.

    Raises TrackerError where the list of seasons is written in a way that nothing can be
    added to.
    """
    root = read(text, "goals.yml").root
    node = next((value for key, value in root.value if key.value == "seasons"), None)
    if not isinstance(node, yaml.SequenceNode) or node.flow_style:
        raise TrackerError(
            "goals.yml: seasons: is no list of lines that one more could follow. "
            "Put the draft below it by hand: tracker season new"
        )
    ending = "\r\n" if "\r\n" in text else "\n"
    lines = text.splitlines()
    indent = node.start_mark.column
    end = _place(lines, node.end_mark.line if _follows(root, node) else len(lines), indent)
    new = [" " * indent + line if line else "" for line in block.splitlines()]
    below = lines[end:]
    gap = [""] if below and below[0].strip() else []
    whole = [*lines[:end], "", *new, *gap, *below]
    return ending.join(whole).rstrip("\r\n") + ending


def _follows(root: Any, node: Any) -> bool:
    """Whether another key stands after the seasons."""
    return bool(root.value[-1][1] is not node)


def _place(lines: list[str], end: int, indent: int) -> int:
    """Below the last season and its own comments, above those of what follows."""
    while end and _is_outside(lines[end - 1], indent):
        end -= 1
    return end


def _is_outside(line: str, indent: int) -> bool:
    bare = line.strip()
    if not bare:
        return True
    return bare.startswith("#") and len(line) - len(line.lstrip()) <= indent


def _item(item: Mapping[str, Any], dated: tuple[str, ...]) -> list[str]:
    """A goal or habit as it was written, without what was bound to the old days."""
    lines: list[str] = []
    for key, value in item.items():
        if key in dated:
            words = " ".join(_dump(value).split())
            lines.append(f"# {key}, last season: {words}")
        else:
            nested = isinstance(value, (list, dict))
            shown = yaml.safe_dump(
                {key: value}, default_flow_style=None if nested else False,
                allow_unicode=True, sort_keys=False, width=WIDTH,
            )  # fmt: skip
            lines += shown.rstrip("\n").split("\n")
    return [("- " if index == 0 else "  ") + line for index, line in enumerate(lines)]


def _scalar(value: Any) -> str:
    return str(value) if isinstance(value, date) else _dump(value)


def _dump(value: Any) -> str:
    text = yaml.safe_dump(
        value, default_flow_style=True, allow_unicode=True, sort_keys=False, width=10**6
    )
    return re.sub(r"\n\.\.\.\n?$", "", text).rstrip("\n")
