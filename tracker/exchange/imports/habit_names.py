"""Whose answers a file holds: its habits' names beside those of goals.yml."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from tracker.errors import TrackerError
from tracker.exchange.records import ForeignHabit, Reading
from tracker.goals.model import Project, Season
from tracker.habits.amounts import checked_unit, without_period
from tracker.habits.model import Quantity
from tracker.text.escape import one_line, terminal, yaml
from tracker.text.names import nearest, resolve

LONGEST_ID = 80  # what goals.yml allows
LONGEST_UNIT = 200  # characters; a longer one is no word for what is counted
YAML_WORDS = {"null", "true", "false", "yes", "no", "on", "off", "y", "n"}


class UnknownHabit(NamedTuple):
    """A habit of the file that goals.yml does not have.

    Attributes:
        rows: how many answers wait for it.
        nearest: the id of goals.yml that it may mean.
        snippet: what to paste below `habits:` in goals.yml.
    """

    name: str
    rows: int
    nearest: str | None
    snippet: str


def parse_map(pairs: Iterable[str], project: Project) -> dict[str, str]:
    """`Loop name=habit-id`, each; TrackerError for a pair that is none or an unknown id."""
    chosen: dict[str, str] = {}
    for pair in pairs:
        name, equals, habit = pair.rpartition("=")
        if not equals or not name.strip() or not habit.strip():
            raise TrackerError(
                f'--map "{terminal(pair)}" is no pair. Write it like --map "Wake up=wake-up".'
            )
        chosen[_plain(name)] = resolve(habit.strip(), project.habit_ids(), "habit")
    return chosen


def matched(reading: Reading, project: Project, chosen: Mapping[str, str]) -> dict[str, str]:
    """The habit id of each name in the file that has one: chosen, else the same id or title."""
    ids = _known(project)
    matches: dict[str, str] = {}
    for name in _names(reading):
        habit = chosen.get(_plain(name))
        candidates = ids.get(_plain(name), [])
        if habit is None and len(candidates) == 1:
            habit = candidates[0]
        if habit is not None:
            matches[name] = habit
    return matches


def unknown(reading: Reading, project: Project, known: Mapping[str, str]) -> list[UnknownHabit]:
    """The habits that have answers in the file and no id in goals.yml."""
    described = {habit.name: habit for habit in reading.habits}
    taken = {habit.casefold() for habit in project.habit_ids()}
    names = [*project.habit_ids(), *(title for title, _ in _titles(project))]
    by_title = dict(_titles(project))
    unknown_habits: list[UnknownHabit] = []
    for name, rows in _names(reading).items():
        if name in known or not rows:
            continue
        identity = _new_id(name, taken)
        taken.add(identity.casefold())
        guess = nearest(name, names)
        habit = described.get(name, ForeignHabit(name))
        near = None if guess is None else by_title.get(guess, guess)
        season = project.seasons[-1] if project.seasons else None
        unknown_habits.append(UnknownHabit(name, rows, near, snippet(identity, habit, season)))
    return unknown_habits


def snippet(identity: str, habit: ForeignHabit, season: Season | None = None) -> str:
    """A habit as goals.yml has it, its quantity spelt out so that no unit can be misread.

    Args:
        season: where the lines will be pasted; a last day that lies outside is told in words.
    """
    notes = [habit.note]
    inside = season is not None and habit.ends and season.starts <= habit.ends <= season.ends
    if habit.ends and not inside:
        notes.append(f"it ends on {habit.ends}")
    said = one_line(habit.quantity.unit).strip() if habit.quantity else ""
    unit = without_period(said) if len(said) <= LONGEST_UNIT else ""
    unit = unit if _is_unit(unit) else ""
    if unit != said:
        notes.append(f"its unit is {said}")
    words = "; ".join(filter(None, notes))
    note = f"  # {terminal(words)}" if words else ""
    lines = [
        f"      - id: {_scalar(identity)}",
        f"        title: {yaml(one_line(habit.title or habit.name) or identity)}",
        f"        schedule: {habit.schedule.written}{note}",
    ]
    if group := one_line(habit.group).strip():
        lines.append(f"        group: {yaml(group)}")
    if habit.quantity is not None:
        lines += _quantity(habit.quantity._replace(unit=unit))
    if inside:
        lines.append(f"        ends: {habit.ends}")
    return "\n".join(lines) + "\n"


def _is_unit(unit: str) -> bool:
    """Whether goals.yml takes a word as a unit."""
    try:
        checked_unit(unit)
    except ValueError:
        return False
    return True


def _quantity(quantity: Quantity) -> list[str]:
    lines = ["        quantity:", f"          unit: {yaml(quantity.unit)}"]
    if quantity.aggregate != "last":
        lines.append(f"          aggregate: {quantity.aggregate}")
    if quantity.target is None:
        return lines
    if quantity.at_most:
        return [*lines, f"        at_most: {_number(quantity.target)}"]
    return [*lines, f"          target: {_number(quantity.target)}"]


def _scalar(identity: str) -> str:
    """An id that YAML reads as text: `no` and `007` would be something else without quotes."""
    return identity if identity[0].isalpha() and identity not in YAML_WORDS else f'"{identity}"'


def _number(value: float) -> str:
    """A number that YAML reads as one: it takes 1e-05 for text."""
    return str(int(value)) if value == int(value) else f"{value:.9f}".rstrip("0").rstrip(".")


def _names(reading: Reading) -> dict[str, int]:
    """Every habit of the file with how many answers it has."""
    counts = {habit.name: 0 for habit in reading.habits}
    for record in reading.records:
        counts[record.habit] = counts.get(record.habit, 0) + 1
    return counts


def _known(project: Project) -> dict[str, list[str]]:
    """The ids that a plain name can mean; an id counts before a title."""
    titles: dict[str, list[str]] = {}
    for title, habit in _titles(project):
        ids = titles.setdefault(_plain(title), [])
        if habit not in ids:
            ids.append(habit)
    return titles | {_plain(habit): [habit] for habit in project.habit_ids()}


def _titles(project: Project) -> Sequence[tuple[str, str]]:
    return [(habit.title, habit.id) for season in project.seasons for habit in season.habits]


def _plain(name: str) -> str:
    """A name without case, accents' coding, blanks and marks, unless it is marks alone."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(mark for mark in folded if mark.isalnum()) or folded.strip()


def _new_id(name: str, taken: Iterable[str]) -> str:
    """An id made from a name: letters, digits and dashes, not yet taken."""
    ascii_only = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    stem = re.sub(r"[^a-z0-9]+", "-", ascii_only.casefold()).strip("-")[: LONGEST_ID - 4]
    stem = stem.strip("-") or "habit"
    number, identity = 1, stem
    while identity in taken:
        number += 1
        identity = f"{stem}-{number}"
    return identity
